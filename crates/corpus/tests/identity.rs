//! Which actors of different articles are one: names, contradictions, ids, a person's own list, and hostile names.

use copydesk_corpus::ActorRecord;
use copydesk_corpus::identity::{Aliases, Blocks, Sighting, Survey};

/// A sighting: label, names (the first is the longest), role, affiliation, words around, names beside.
fn sighting(
    document: u64,
    label: &str,
    names: &str,
    role: &str,
    affiliation: &str,
    around: &str,
    beside: &str,
) -> Sighting {
    let split = |text: &str| -> Vec<String> {
        text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    };
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let names = split(names);
    Sighting {
        document,
        own: ActorRecord {
            name: names.first().cloned().unwrap_or_default(),
            label: label.to_owned(),
            names: names.into_iter().map(|name| (name, 1)).collect(),
            mentions: 1,
            role: some(role),
            affiliation: some(affiliation),
            around: around.split_whitespace().map(str::to_owned).collect(),
            ..ActorRecord::default()
        },
        beside: split(beside),
        ..Sighting::default()
    }
}

fn survey<'a>(aliases: &Aliases, sightings: impl IntoIterator<Item = &'a Sighting>) -> Blocks {
    let mut survey = Survey::new(aliases);
    sightings.into_iter().for_each(|sighting| survey.see(sighting));
    survey.finish()
}

/// Returns the identity of each sighting: key and number.
fn identities(aliases: &Aliases, sightings: &[Sighting]) -> Vec<(String, u32)> {
    let blocks = survey(aliases, sightings);
    let keys: Vec<String> = sightings.iter().map(|sighting| blocks.key(sighting)).collect();
    let mut found = vec![(String::new(), 0); sightings.len()];
    for key in &keys {
        let places: Vec<usize> = (0..keys.len()).filter(|at| keys[*at] == *key).collect();
        let block: Vec<Sighting> = places.iter().map(|at| sightings[*at].clone()).collect();
        for (at, number) in places.iter().zip(blocks.resolve(&block)) {
            found[*at] = (key.clone(), number);
        }
    }
    found
}

fn are_one(sightings: &[Sighting; 2]) -> bool {
    let found = identities(&Aliases::default(), sightings);
    found[0] == found[1]
}

#[test]
fn names_join_unless_something_contradicts() {
    // Label, names, role, affiliation, words around, names beside: of two articles.
    type Side = [&'static str; 6];
    let cases: &[(bool, Side, Side)] = &[
        // Forms of a name.
        (true, ["PERSON", "Maria Lopez", "", "", "", ""], ["PERSON", "María López", "", "", "", ""]),
        (true, ["PERSON", "William Carr", "", "", "", ""], ["PERSON", "Bill Carr", "", "", "", ""]),
        (true, ["PERSON", "Ann Marie Holt", "", "", "", ""], ["PERSON", "A. Holt", "", "", "", ""]),
        (true, ["PERSON", "T. Edgar Moss", "", "", "", ""], ["PERSON", "Edgar Moss", "", "", "", ""]),
        (true, ["PERSON", "Senator Ruth Odhiambo", "", "", "", ""], ["PERSON", "Ruth Odhiambo", "", "", "", ""]),
        (true, ["PERSON", "Mohammed Saleh", "", "", "", "Kano"], ["PERSON", "Muhammad Salih", "", "", "", "Kano"]),
        (false, ["PERSON", "Nils Larsen", "", "", "", ""], ["PERSON", "Nils Larson", "", "", "", ""]),
        (false, ["PERSON", "Peter L. Hahn", "", "", "", ""], ["PERSON", "Peter M. Hahn", "", "", "", ""]),
        (false, ["PERSON", "Ivo Brand Sr.", "", "", "", ""], ["PERSON", "Ivo Brand Jr.", "", "", "", ""]),
        (false, ["PERSON", "Anna Brown", "", "", "", ""], ["PERSON", "Emma Brown", "", "", "", ""]),
        (false, ["PERSON", "B. Carr", "", "", "", ""], ["PERSON", "Ida Carr", "", "", "", ""]),
        // A surname alone needs somebody who agrees.
        (
            true,
            ["PERSON", "Ida Wolff", "mayor", "", "bridge", "Jena"],
            ["PERSON", "Wolff", "mayor", "", "bridge", "Jena"],
        ),
        (
            false,
            ["PERSON", "Ida Wolff", "judge", "", "", "Jena"],
            ["PERSON", "Wolff", "striker", "", "goal scored", "Lille"],
        ),
        // Work, country and companions.
        (false, ["PERSON", "Jan Kos", "surgeon", "", "", ""], ["PERSON", "Jan Kos", "goalkeeper", "", "", ""]),
        (false, ["PERSON", "Jan Kos", "", "", "album song", ""], ["PERSON", "Jan Kos", "", "", "match goals", ""]),
        (true, ["PERSON", "Jan Kos", "minister", "", "", "Poland"], ["PERSON", "Jan Kos", "senator", "", "", "Warsaw"]),
        (false, ["PERSON", "Jan Kos", "minister", "Poland", "", ""], ["PERSON", "Jan Kos", "senator", "Chile", "", ""]),
        (true, ["PERSON", "Jan Kos", "", "", "", ""], ["PERSON", "Jan Kos", "surgeon", "", "", ""]),
        // Organisations.
        (true, ["ORG", "Torvik ASA", "", "", "", ""], ["ORG", "Torvik", "", "", "", ""]),
        (true, ["ORG", "The Torvik Herald", "", "", "", ""], ["ORG", "Torvik Herald", "", "", "", ""]),
        (
            true,
            ["ORG", "Ministry of Defence", "", "", "", "Chile"],
            ["ORG", "Defense Ministry", "", "", "", "Santiago"],
        ),
        (
            false,
            ["ORG", "Ministry of Defence", "", "", "", "Chile"],
            ["ORG", "Ministry of Defence", "", "", "", "Kenya"],
        ),
        (false, ["ORG", "Bank of Torvik", "", "", "", ""], ["ORG", "Bank of Lunde", "", "", "", ""]),
        (true, ["ORG", "Coastal Waters Agency", "", "", "", ""], ["ORG", "CWA", "", "", "", ""]),
        (true, ["ORG", "Torvik Airlines", "", "", "", "Oslo"], ["ORG", "Torvik", "", "", "", "Oslo"]),
        (true, ["ORG", "Chatter", "", "", "", ""], ["PERSON", "Chatter", "", "", "", ""]),
        (false, ["GPE", "Chatter", "", "", "council", ""], ["PERSON", "Chatter", "plumber", "", "", ""]),
        (false, ["GPE", "Torvik", "", "", "council library", ""], ["ORG", "Torvik", "", "", "goal derby match", ""]),
        // Places.
        (true, ["GPE", "U.S.", "", "", "", ""], ["GPE", "the United States", "", "", "", ""]),
        (true, ["GPE", "UK", "", "", "", "Kenya"], ["GPE", "Britain", "", "", "", "Chile"]),
        (false, ["GPE", "Georgia", "", "", "", "Tbilisi"], ["GPE", "Georgia", "", "", "", "Atlanta"]),
        (false, ["GPE", "France", "", "", "", ""], ["NORP", "French", "", "", "", ""]),
        (true, ["GPE", "France", "", "", "", ""], ["NORP", "French, France", "", "", "", ""]),
    ];
    for (same, one, other) in cases {
        let side = |document, [label, names, role, affiliation, around, beside]: &Side| {
            sighting(document, label, names, role, affiliation, around, beside)
        };
        let pair = [side(1, one), side(2, other)];
        assert_eq!(are_one(&pair), *same, "{one:?} {other:?}");
        let turned = [side(1, other), side(2, one)];
        assert_eq!(are_one(&turned), *same, "turned: {other:?} {one:?}");
    }
}

#[test]
fn one_article_tells_what_a_short_form_means() {
    let person = |document, names| sighting(document, "PERSON", names, "", "", "", "");
    let org = |document, names| sighting(document, "ORG", names, "", "", "", "");
    for (first, second, third) in [
        (person(1, "Do Thi Hanh, Do"), person(2, "Do"), Some(person(3, "Do Thi Hanh"))),
        (org(1, "Skarna Harbour Board, Havnen"), org(2, "Havnen"), None),
        (org(1, "Union of Island Pilots, UNIP"), org(2, "UNIP"), None),
    ] {
        let all: Vec<Sighting> = [Some(first), Some(second), third].into_iter().flatten().collect();
        let found = identities(&Aliases::default(), &all);
        assert!(found.iter().all(|one| *one == found[0]), "{all:?} {found:?}");
    }
}

#[test]
fn ids_decide() {
    let with = |document, name: &str, kb: Option<&str>, identity: Option<&str>| {
        let mut own = sighting(document, "PERSON", name, "", "", "", "");
        own.own.kb_id = kb.map(str::to_owned);
        own.own.identity = identity.map(str::to_owned);
        own
    };
    for (one, other, same) in [
        (with(1, "Lea Marr", Some("Q1"), None), with(2, "Lea Marr", Some("Q2"), None), false),
        (with(1, "Lea Marr", Some("Q1"), None), with(2, "Lea Marr", Some("G2"), None), true),
        (with(1, "Lea Marr", Some("Q1"), None), with(2, "Queen of Skarna", Some("Q1"), None), true),
        // A base may give one id to all bearers of a name.
        (with(1, "Lea Marr Sr", Some("Q1"), None), with(2, "Lea Marr Jr", Some("Q1"), None), false),
        (with(1, "Lea Marr", None, Some("a")), with(2, "Lea Marr", None, Some("b")), false),
        (with(1, "Lea Marr", None, Some("a")), with(2, "Marr-Falk", None, Some("a")), true),
        (with(1, "Lea Marr", None, Some("a")), with(2, "Lea Marr", None, None), true),
    ] {
        assert_eq!(are_one(&[one.clone(), other.clone()]), same, "{one:?} {other:?}");
    }
}

#[test]
fn a_list_of_names_overrides() {
    let list = "name,alias,id\nJon Adeyemi,The Ferryman,F1\nJon Adeyemi (singer),Jon A,\nLea Marr,L. M. Marr,\n";
    let aliases = Aliases::read(list.as_bytes()).expect("a list");
    let person = |document, name, role| sighting(document, "PERSON", name, role, "", "", "");
    let all = [
        person(1, "Jon Adeyemi", "boatman"),
        person(2, "The Ferryman", ""),
        person(3, "Jon Adeyemi", "singer"),
        person(4, "Jon A", "singer"),
        person(5, "Adeyemi", "boatman"),
    ];
    let found = identities(&aliases, &all);
    assert_eq!(found[0], found[1]);
    // The list says so, whatever the role.
    assert_eq!(found[0], found[2]);
    assert_ne!(found[0], found[3]);
    assert_eq!(found[0], found[4], "a name that the list lacks joins as ever");
}

/// Sightings of many kinds of names.
fn many() -> Vec<Sighting> {
    let given = ["Anna", "Ann", "Bill", "William", "W.", "Jon", "Mohammed", "Muhammad", ""];
    let surnames = ["Carr", "Zelensky", "Zelenskyy", "de la Cruz", "Kim", "Li", "O’Neil", "Bank", "Fund"];
    let (roles, places) = (["minister", "striker", "", "singer"], ["Kenya", "Chile", "", "Oslo"]);
    let labels = ["PERSON", "PERSON", "ORG", "GPE"];
    let mut all = Vec::new();
    let mut seed = 7usize;
    for document in 0..600 {
        let mut pick = |count: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % count
        };
        let (first, last) = (given[pick(given.len())], surnames[pick(surnames.len())]);
        let mut names = format!("{first} {last}").trim().to_owned();
        if pick(3) == 0 {
            names.push_str(&format!(",{last}"));
        }
        let (label, role, place) = (labels[pick(4)], roles[pick(4)], places[pick(4)]);
        all.push(sighting(document, label, &names, role, "", "", place));
    }
    all
}

#[test]
fn the_order_of_arrival_does_not_matter() {
    let aliases = Aliases::default();
    let all = many();
    let forward = survey(&aliases, &all);
    let backward = survey(&aliases, all.iter().rev());
    let mixed = survey(&aliases, (0..7).flat_map(|first| all.iter().skip(first).step_by(7)));
    for sighting in &all {
        let key = forward.key(sighting);
        assert_eq!((backward.key(sighting), mixed.key(sighting)), (key.clone(), key), "{sighting:?}");
    }
    for blocks in [&backward, &mixed] {
        assert_eq!(blocks.resolve(&all), forward.resolve(&all));
    }
    // One after another in the order of a sorted block is the same.
    let mut sorted = all.clone();
    sorted.sort_by_key(|own| (forward.rank(own), own.document));
    let mut resolver = forward.resolver();
    let one_by_one: Vec<u32> = sorted.iter().map(|own| resolver.next(own)).collect();
    assert_eq!(one_by_one, forward.resolve(&sorted));
}

#[test]
fn hostile_names_are_names() {
    let long = "Aa ".repeat(3_000);
    let single = "z".repeat(10_000);
    let marks = "\u{301}".repeat(500);
    let wide = "\u{FDFA}".repeat(2_000);
    let hostile = [
        "",
        " ",
        "\0",
        "a\0b",
        ".",
        "...",
        "'",
        "’s",
        "🙂",
        "👩‍👩‍👧‍👦",
        "\u{202e}txet",
        "\u{301}",
        "ﷺ",
        "İ",
        "ß",
        "Ⅷ",
        "東京",
        "محمد",
        "-",
        "&",
        "the",
        "The The",
        "Jr.",
        "Mr",
        "inc",
        "1",
        "a b",
        "ǅ",
        "\u{feff}",
        "x\ny",
        "=1+1",
        &long,
        &single,
        &marks,
        &wide,
    ];
    let labels = ["PERSON", "ORG", "GPE", "", "???"];
    let mut all = Vec::new();
    for name in hostile {
        for label in labels {
            let mut own = sighting(all.len() as u64, label, "x", name, name, name, "");
            own.own.name = name.to_owned();
            own.own.names = vec![(name.to_owned(), 1)];
            own.beside = vec![name.to_owned()];
            all.push(own.clone());
            own.own.names.clear();
            all.push(own);
        }
    }
    let blocks = survey(&Aliases::default(), &all);
    for own in &all {
        let key = blocks.key(own);
        assert!(
            key.len() < 2_000 && !key.contains('\0'),
            "{}: {key:?}",
            own.own.name.chars().take(20).collect::<String>()
        );
    }
    assert_eq!(blocks.resolve(&all).len(), all.len());
    assert!(blocks.resolve(&[]).is_empty());
}

#[test]
fn phrases_of_two_articles_are_two() {
    let phrase = |document| {
        let mut own = sighting(document, "", "its foreign minister", "", "", "", "");
        own.own.names.clear();
        own
    };
    assert!(!are_one(&[phrase(1), phrase(2)]));
}
