//! What identity compares of a sighting.

use copydesk_text::EntityLabel;

use super::Sighting;
use super::fold::hash;
use super::form::Form;
use super::lexicon::{FIELDS, LEXICON, phrase};

/// What kind of thing has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Person,
    Organisation,
    Place,
    /// A nationality, a faith, the followers of a party.
    People,
    Other,
}

impl Kind {
    /// The number of kinds.
    pub const COUNT: usize = 5;

    /// Returns the kind of a label.
    pub fn of(label: &str) -> Kind {
        match EntityLabel::of(label) {
            Some(EntityLabel::Person) => Kind::Person,
            Some(EntityLabel::Org) => Kind::Organisation,
            Some(EntityLabel::Gpe | EntityLabel::Loc | EntityLabel::Fac) => Kind::Place,
            Some(EntityLabel::Norp) => Kind::People,
            _ => Kind::Other,
        }
    }
}

/// A sighting, read for comparison.
#[derive(Clone, Debug)]
pub(super) struct View {
    /// The fullest name.
    pub form: Form,
    /// The other names.
    pub others: Vec<Form>,
    /// The kind that its label says.
    pub kind: Kind,
    /// Fields of work of the role, a bit each.
    pub role_fields: u16,
    /// True if there is a role.
    pub has_role: bool,
    /// Hashes of the role's words.
    pub role: Vec<u64>,
    /// How much role and words around say of each field of work, from 0 to 3.
    pub fields: [u8; FIELDS],
    /// Countries of role and affiliation.
    pub own_countries: Vec<u8>,
    /// Countries beside it.
    pub countries: Vec<u8>,
    /// Hashes of the words of the affiliation.
    pub affiliation: Vec<u64>,
    /// Hashes of the names beside it.
    pub beside: Vec<u64>,
    /// Hashes of the words around.
    pub around: Vec<u64>,
}

/// The names of a sighting that are read.
const NAMES: usize = 12;
/// The names beside it that are read.
const BESIDE: usize = 16;
/// The words that tell a field of work for certain. A role does so alone.
const TOLD: u8 = 3;
/// The words around that are read.
const AROUND: usize = 16;

/// Returns the fullest name of a sighting, then the others.
pub(super) fn forms(sighting: &Sighting) -> (Form, Vec<Form>) {
    let mut forms = vec![(Form::new(&sighting.own.name), u32::MAX)];
    for (name, count) in sighting.own.names.iter().take(NAMES) {
        let form = Form::new(name);
        match forms.iter_mut().find(|(own, _)| own.text == form.text) {
            Some((own, _)) => own.generation = own.generation.or(form.generation),
            None => forms.push((form, *count)),
        }
    }
    // A name of two to four words tells most. The longest name may be a title with a name.
    let fullness = |form: &Form| match form.words.len() {
        0 | 1 => 0,
        2..=4 => 2,
        _ => 1,
    };
    let own = forms.first().map_or(0, |(form, _)| fullness(form));
    let best = forms
        .iter()
        .enumerate()
        .filter(|(_, (form, _))| fullness(form) > own)
        .max_by(|(_, a), (_, b)| a.1.cmp(&b.1).then_with(|| b.0.text.cmp(&a.0.text)));
    // Of "French" and "France", the country.
    let land = forms.iter().position(|(form, _)| LEXICON.is_land(&form.text));
    let place = land.or(best.map(|(place, _)| place)).unwrap_or(0);
    let (form, _) = forms.remove(place);
    (form, forms.into_iter().map(|(form, _)| form).collect())
}

impl View {
    /// Reads a sighting.
    pub fn new(sighting: &Sighting) -> View {
        let lexicon = &*LEXICON;
        let (form, others) = forms(sighting);
        let kind = Kind::of(&sighting.own.label);
        let role = phrase(sighting.own.role.as_deref().unwrap_or_default());
        let affiliation = phrase(sighting.own.affiliation.as_deref().unwrap_or_default());
        let mut own_countries = Vec::new();
        let mut add = |country| {
            if !own_countries.contains(&country) {
                own_countries.push(country);
            }
        };
        lexicon.countries_of(&role, &mut add);
        lexicon.countries_of(&affiliation, &mut add);
        let mut countries = Vec::new();
        let mut beside = Vec::new();
        for name in sighting.beside.iter().take(BESIDE) {
            let other = Form::new(name);
            countries.extend(lexicon.country(&other.text).filter(|country| !countries.contains(country)));
            beside.push(other.hash());
        }
        if kind == Kind::Place {
            lexicon.country(&form.text).into_iter().for_each(&mut add);
        }
        let role_fields = role.iter().fold(0, |all, word| all | lexicon.fields(word));
        let mut fields = [0u8; FIELDS];
        let mut tell = |of: u16, more: u8| {
            for (_, told) in fields.iter_mut().enumerate().filter(|(at, _)| of & (1 << at) != 0) {
                *told = told.saturating_add(more).min(TOLD);
            }
        };
        tell(role_fields, TOLD);
        let around = sighting.own.around.iter().take(AROUND).filter(|word| !lexicon.is_small(word));
        around.clone().for_each(|word| tell(lexicon.fields(word), 1));
        let around = around.map(|word| hash(word)).collect();
        View {
            form,
            others,
            kind,
            role_fields,
            has_role: !role.is_empty(),
            role: role.iter().map(|word| hash(word)).collect(),
            fields,
            own_countries,
            countries,
            affiliation: affiliation
                .iter()
                .filter(|word| !lexicon.is_connective(word) && !lexicon.is_particle(word))
                .map(|word| hash(word))
                .collect(),
            beside,
            around,
        }
    }
}
