//! Whether a sighting is an identity: the names must fit, then roles, countries, companions and words agree or contradict.

use super::Blocks;
use super::bounded::Counter;
use super::cluster::{Cluster, fields};
use super::fold::{is_spelling, is_variant};
use super::form::{Form, PersonName};
use super::lexicon::{FIELDS, LEXICON};
use super::view::{Kind, View};

/// The field of public office. Its people belong to one country.
const PUBLIC: usize = 1;

/// The score of two names with one id of a knowledge base.
const LINKED: f64 = 2.2;

/// How well a sighting fits an identity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    /// What the names say.
    name: f64,
    /// What all else says.
    context: f64,
    /// True if only a part of the name is there, so that others of that part are rivals.
    pub is_short: bool,
    /// The sightings of the identity.
    pub size: u32,
}

impl Fit {
    /// Returns the score; above 0 the two are one. `all` are the sightings of all `rivals` with that part of the name.
    pub fn score(&self, all: u64, rivals: usize) -> f64 {
        let mut score = self.name + self.context;
        if self.is_short && rivals > 1 {
            let share = f64::from(self.size) / all.max(1) as f64;
            score += 1.6 * (share - 0.75).clamp(-0.6, 0.25);
        }
        // Much is written of few.
        let known = if self.name > 0.0 { (0.2 * f64::from(self.size).ln()).min(1.0) } else { 0.0 };
        score + known
    }
}

/// Returns true if two ids are of one base and differ. The letters before the digits tell the base.
pub(super) fn differs(one: Option<&str>, other: Option<&str>) -> bool {
    let base = |id: &'_ str| id.find(|c: char| c.is_ascii_digit()).unwrap_or(id.len());
    match (one, other) {
        (Some(one), Some(other)) => one != other && one.get(..base(one)) == other.get(..base(other)),
        _ => false,
    }
}

/// Returns how well a sighting fits an identity, or nothing if the names exclude it.
pub(super) fn fit(
    blocks: &Blocks,
    view: &View,
    person: &PersonName,
    kb_id: Option<&str>,
    cluster: &Cluster,
) -> Option<Fit> {
    if let (Some(one), Some(other)) = (view.form.generation, cluster.generation)
        && one != other
    {
        return None;
    }
    let found = names(blocks, view, person, cluster);
    let linked = kb_id.is_some() && kb_id == cluster.kb_id.as_deref();
    // A base gives one id to all bearers of a name that it knows, so equal names say little more for it.
    let same_text = cluster.names.iter().any(|(form, _)| form.text == view.form.text);
    let (name, is_short) = match (found, linked) {
        (Some((name, is_short)), true) if same_text => (name + 0.3, is_short),
        (found, true) => (found.map_or(LINKED, |(name, _)| name.max(LINKED)), false),
        (found, false) => found?,
    };
    Some(Fit { name, context: context(blocks, view, cluster), is_short, size: cluster.size })
}

/// Returns what the best pair of names says.
fn names(blocks: &Blocks, view: &View, person: &PersonName, cluster: &Cluster) -> Option<(f64, bool)> {
    let pairs = cluster.names.iter().filter_map(|(form, own)| pair(blocks, view, person, cluster, form, own));
    pairs.max_by(|a, b| a.0.total_cmp(&b.0))
}

fn pair(
    blocks: &Blocks,
    view: &View,
    person: &PersonName,
    cluster: &Cluster,
    form: &Form,
    own: &PersonName,
) -> Option<(f64, bool)> {
    let is_person = view.kind == Kind::Person;
    let same_kind = cluster.kinds.get(view.kind as usize).is_some_and(|count| *count > 0);
    if view.form.text == form.text {
        return Some((exact(blocks, view, cluster, same_kind), false));
    }
    let of_person = cluster.is_mostly(Kind::Person);
    if view.form.is_single() && form.is_single() {
        // Two spellings of one word.
        let (one, other) = (view.form.text.as_str(), form.text.as_str());
        let alike = match view.kind {
            Kind::Person | Kind::Organisation => is_spelling(one, other),
            Kind::Place => is_variant(one, other) && !LEXICON.is_land(one) && !LEXICON.is_land(other),
            Kind::People | Kind::Other => false,
        };
        let alike = same_kind && alike && one.len() > 4;
        return alike.then_some((0.4, false));
    }
    if is_person && of_person {
        let forms = |name: &PersonName| [Some(name.clone()), name.called()];
        let scores = forms(person)
            .into_iter()
            .flatten()
            .flat_map(|one| forms(own).into_iter().flatten().filter_map(move |other| full_names(&one, &other)));
        if let Some(score) = scores.max_by(f64::total_cmp) {
            return Some((score, false));
        }
        if person.given.is_empty() && !person.surname.is_empty() && !own.given.is_empty() {
            return surname_alone(blocks, person, own);
        }
        let has_full = || cluster.names.iter().any(|(_, own)| !own.given.is_empty());
        if own.given.is_empty() && !person.given.is_empty() && !has_full() {
            return surname_alone(blocks, own, person).map(|(score, _)| (score, false));
        }
    }
    if is_person && cluster.is_mostly(Kind::Person) {
        return None;
    }
    if let Some(full) = blocks.full(&view.form)
        && full == form.text
        && (is_person == of_person || !view.form.is_single())
    {
        return Some((if same_kind { 1.8 } else { 0.9 }, false));
    }
    if view.others.iter().any(|other| !other.is_single() && !other.is_generic() && other.text == form.text) {
        return Some((1.5, false));
    }
    if !view.form.is_single() && view.form.is_spelling_of(form) {
        return Some((exact(blocks, view, cluster, same_kind) - 0.4, false));
    }
    if of_person || is_person && !same_kind && form.words.len() > 2 {
        return None;
    }
    let (short, long) = if view.form.words.len() < form.words.len() { (&view.form, form) } else { (form, &view.form) };
    if short_form(short, long) {
        return Some((if same_kind { 1.2 } else { 0.2 }, true));
    }
    // "The Colts" for "Indianapolis Colts".
    let is_common =
        |word: &str| LEXICON.is_generic(word) || LEXICON.is_descriptive(word) || LEXICON.country(word).is_some();
    let is_end = short.is_single() && short.first() == long.last() && !is_common(short.first());
    (is_end && same_kind && view.kind == Kind::Organisation).then_some((0.3, true))
}

/// The score of equal names.
fn exact(blocks: &Blocks, view: &View, cluster: &Cluster, same_kind: bool) -> f64 {
    let is_single = view.form.is_single();
    match view.kind {
        Kind::Person if same_kind && is_single && blocks.is_given(view.form.first()) => 0.2,
        Kind::Person if same_kind && is_single => 1.2,
        Kind::Person if same_kind => 2.2,
        _ if same_kind && view.form.is_generic() => 1.0,
        _ if same_kind => 2.6,
        // One of many has another label by mistake.
        _ if !is_single || cluster.size > 9 && !view.has_role => 1.6,
        _ => 0.8,
    }
}

/// Returns the score of two names with surname and given name, or nothing if they do not fit.
fn full_names(one: &PersonName, other: &PersonName) -> Option<f64> {
    if one.given.is_empty() || other.given.is_empty() {
        return None;
    }
    let same_surname = one.surname == other.surname;
    if !same_surname && !is_spelling(&one.surname, &other.surname) {
        return None;
    }
    let initial = |name: &PersonName| name.given.chars().next();
    let known = |name: &str| LEXICON.nickname(name);
    let mut score = if one.given == other.given {
        2.2
    } else if one.has_initial() || other.has_initial() {
        if initial(one) != initial(other) {
            return None;
        }
        1.1
    } else if known(&one.given).is_some() && known(&one.given) == known(&other.given) {
        1.5
    } else if is_spelling(&one.given, &other.given) {
        1.7
    } else {
        return None;
    };
    // Larsen is another name than Larson, unless the rest agrees.
    score -= if same_surname { 0.0 } else { 2.3 };
    // Middle names and initials must not contradict each other.
    let mut middles = one.middle.iter().zip(&other.middle);
    let fits = |(a, b): (&String, &String)| match a.chars().count().min(b.chars().count()) {
        0 | 1 => a.chars().next() == b.chars().next(),
        _ => is_spelling(a, b),
    };
    if !one.middle.is_empty() && !other.middle.is_empty() {
        let same_count = one.middle.len() == other.middle.len();
        if !middles.all(fits) || !same_count && one.middle.iter().chain(&other.middle).all(|m| m.chars().count() == 1) {
            return None;
        }
    }
    Some(score)
}

/// Returns the score of a surname alone and a full name.
fn surname_alone(blocks: &Blocks, alone: &PersonName, full: &PersonName) -> Option<(f64, bool)> {
    let word = &alone.surname;
    if *word == full.surname {
        Some((0.5, true))
    } else if *word == full.given {
        Some((if blocks.is_given(word) { -0.6 } else { 0.0 }, true))
    } else if full.middle.contains(word) {
        Some((-0.2, true))
    } else {
        is_spelling(word, &full.surname).then_some((0.0, true))
    }
}

/// Returns true if a name is a longer one without its description: `Barclays` of `Barclays Bank`.
fn short_form(short: &Form, long: &Form) -> bool {
    if short.words.iter().all(|word| LEXICON.is_generic(word) || LEXICON.country(word).is_some()) {
        return false;
    }
    let rest = long.words.get(short.words.len()..).unwrap_or_default();
    long.words.starts_with(&short.words) && !rest.is_empty() && rest.iter().all(|word| LEXICON.is_descriptive(word))
}

/// Returns what all but the names says.
fn context(blocks: &Blocks, view: &View, cluster: &Cluster) -> f64 {
    let mut score = 0.0;
    let mut agrees = false;
    let same_kind = cluster.kinds.get(view.kind as usize).is_some_and(|count| *count > 0);
    let is_person = view.kind == Kind::Person;

    let (place, agreed) = countries(view, cluster);
    let own = fields(cluster.role_fields.iter().copied(), 6);
    let all = fields(cluster.fields.iter().copied(), 6);
    let here = fields(view.fields.iter().map(|told| u32::from(*told)), 2);
    if view.role_fields != 0 && own != 0 {
        if LEXICON.near(view.role_fields) & own != 0 {
            // Two of one trade in two countries are two.
            let counts = view.role_fields & own != 0 && place >= 0.0;
            agrees |= counts;
            score += if counts { 0.8 } else { 0.0 };
        } else {
            score -= 0.5;
        }
    } else if is_person && view.has_role && cluster.roles > 0 && !view.role.iter().any(|word| cluster.role.has(*word)) {
        score -= 0.3;
    }
    if here != 0 && all != 0 {
        if here & all != 0 {
            agrees |= place >= 0.0;
            score += if place >= 0.0 { 0.4 } else { 0.0 };
        } else if LEXICON.near(here) & all == 0 {
            let sure = |told: &[u8; FIELDS]| told.iter().copied().max().unwrap_or(0);
            score -= 0.5 + 0.6 * f64::from(sure(&view.fields).min(sure(&cluster.told)));
        } else {
            score -= 0.2;
        }
    }
    // Clubs have names of towns.
    let is_sport = |fields: u16| fields & 1 != 0;
    if !is_person && !same_kind && is_sport(here) != is_sport(all) {
        score -= 1.0;
    }
    if view.role.iter().any(|word| cluster.role.has(*word)) {
        agrees = true;
        score += 0.5;
    }
    // A role tells a person from a place or a company of its name.
    if !same_kind && (is_person && view.has_role || cluster.is_mostly(Kind::Person) && cluster.roles > 0) {
        score -= 1.5;
    }

    score += place;
    agrees |= agreed;

    if view.affiliation.iter().any(|word| cluster.affiliation.has(*word) || cluster.beside.has(*word)) {
        agrees = true;
        score += 1.0;
    }
    // A name of few articles tells more than one of many.
    let weight = |name: &u64| (1.2 - 0.15 * f64::from(blocks.frequency(*name).max(1)).ln()).clamp(0.15, 1.0);
    let beside: f64 = view.beside.iter().filter(|name| cluster.beside.has(**name)).map(weight).sum();
    let around = view.around.iter().filter(|word| cluster.around.has(**word)).count();
    agrees |= beside > 0.0 || around > 0;
    score += beside.min(1.5) + 0.3 * (around.min(4) as f64);
    let both_known = !view.around.is_empty() && !cluster.around.is_empty();
    if !agrees && both_known { score - 0.6 } else { score }
}

/// Returns what countries say, and whether they agree.
fn countries(view: &View, cluster: &Cluster) -> (f64, bool) {
    let has = |counter: &Counter, countries: &[u8]| countries.iter().any(|country| counter.has(u64::from(*country)));
    let is_open = view.own_countries.is_empty() && view.countries.is_empty() || cluster.countries.is_empty();
    if is_open {
        return (0.0, false);
    }
    if has(&cluster.countries, &view.own_countries) || has(&cluster.countries, &view.countries) {
        return (0.6, true);
    }
    // Companies and their like are in the news of many countries.
    let weight = match view.kind {
        Kind::Person => 1.0,
        Kind::Organisation if view.form.is_generic() => 1.5,
        Kind::Place if view.form.is_single() => 2.8,
        _ => 0.2,
    };
    let is_public = |fields: bool| view.kind == Kind::Person && fields;
    let public = is_public(
        view.fields.get(PUBLIC).is_some_and(|told| *told > 0) && cluster.told.get(PUBLIC).is_some_and(|told| *told > 0),
    );
    let both_own = !view.own_countries.is_empty() && !cluster.own_countries.is_empty();
    let one_own = !view.own_countries.is_empty() || !cluster.own_countries.is_empty();
    let score = match (both_own, one_own) {
        (true, _) => -2.8,
        (false, true) if public => -2.8,
        (false, true) => -1.8,
        (false, false) if public => -1.8,
        (false, false) => -1.0,
    };
    (score * weight, false)
}
