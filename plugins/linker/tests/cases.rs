//! Whom names mean, with a small knowledge base of our own, and hostile input.

#![allow(clippy::unwrap_used)]

use copydesk_plugin_linker::build::{GivenEntry, build};
use copydesk_plugin_linker::{Actor, EntryKind, Input, KnowledgeBase, Link, Linker, Mention, Scratch, tells_where};
use copydesk_sdk::NONE;
use copydesk_text::EntityLabel;

fn entry(
    id: &str,
    name: &str,
    kind: EntryKind,
    country: &str,
    aliases: &[(&str, u32)],
    description: &str,
) -> GivenEntry {
    GivenEntry {
        id: id.into(),
        name: name.into(),
        kind,
        aliases: aliases.iter().map(|(alias, count)| ((*alias).to_owned(), *count)).collect(),
        description: description.into(),
        country: country.into(),
        count: 5,
    }
}

fn base() -> Vec<u8> {
    use EntryKind::{City, Country, Organisation, Person, Region};
    let entries = vec![
        entry("ge", "Georgia", Country, "GE", &[("Georgia", 12), ("Georgian", 4)], ""),
        entry("us-ga", "Georgia", Region, "US", &[("Georgia", 6)], "United States"),
        entry("us", "United States", Country, "US", &[("United States", 90), ("U.S.", 20), ("American", 9)], ""),
        entry("atlanta", "Atlanta", City, "US", &[("Atlanta", 3)], "Georgia, United States"),
        entry("tbilisi", "Tbilisi", City, "GE", &[("Tbilisi", 3)], "Georgia"),
        entry("spring-il", "Springfield", City, "US", &[("Springfield", 1)], "Illinois, United States"),
        entry("spring-ma", "Springfield", City, "US", &[("Springfield", 1)], "Massachusetts, United States"),
        entry("holt", "Karen Holt", Person, "US", &[("Holt", 0)], "senator Ohio"),
        entry("holt-2", "Karen Holt", Person, "GB", &[], "swimmer"),
        entry("holt-town", "Holt", City, "GB", &[("Holt", 1)], "Norfolk, England"),
        entry("peña", "José Peña", Person, "MX", &[], ""),
        entry("vell", "Vell Foods", Organisation, "ES", &[("VF", 2)], "snacks"),
        entry("port-or", "Port Vell", City, "US", &[("Port Vell", 4)], "Oregon, United States"),
        entry("port-me", "Port Vell", City, "US", &[("Port Vell", 1)], "Maine, United States"),
        entry("vellia", "Vellia", Country, "VE", &[("Vellia", 9), ("Vellian", 1)], ""),
        entry("vellia-state", "Vellia", Region, "VE", &[], "Vellia"),
        entry("vellians", "Vellians", EntryKind::Group, "", &[("Vellian", 30)], ""),
        entry("ruizville", "Ruizville", City, "VE", &[("Ruizville", 2)], "Vellia, Vellia"),
        entry("augusta", "Augusta", City, "US", &[("Augusta", 2)], "Maine, United States"),
        entry("crisis", "Crisis Group", Organisation, "", &[], ""),
    ];
    build(entries, "{}")
}

fn mention(actor: u32, name: &str) -> Mention<'_> {
    Mention { actor, name, tells_where: false }
}

/// An actor's name and label, and what it does and for whom: `name|label|role|affiliation`.
fn link(base: &KnowledgeBase<'_>, actors: &[&str], others: &[(u32, &str)]) -> Vec<(String, f32)> {
    let fields: Vec<Vec<&str>> = actors.iter().map(|actor| actor.split('|').collect()).collect();
    let actors: Vec<Actor<'_>> = fields
        .iter()
        .map(|actor| {
            let part = |at: usize| actor.get(at).copied().unwrap_or_default();
            Actor { name: part(0), label: EntityLabel::of(part(1)), role: part(2), affiliation: part(3) }
        })
        .collect();
    let mut mentions: Vec<Mention<'_>> = actors.iter().zip(0..).map(|(actor, at)| mention(at, actor.name)).collect();
    mentions.extend(others.iter().map(|(actor, name)| mention(*actor, name)));
    let mut links: Vec<Link> = Vec::new();
    let input = Input { actors: &actors, mentions: &mentions };
    Linker::default().link(&input, base, 0.0, &mut Scratch::default(), &mut links);
    links.iter().map(|link| (base.entry(link.entry).map_or_else(String::new, |entry| entry.id()), link.score)).collect()
}

#[test]
fn names_mean_what_the_article_is_about() {
    let bytes = base();
    let base = KnowledgeBase::parse(&bytes).unwrap();
    for (actors, others, wanted) in [
        (&["Georgia|GPE"][..], &[][..], &["ge"][..]),
        (&["Georgia|GPE", "Tbilisi|GPE"], &[], &["ge", "tbilisi"]),
        (&["Georgia|GPE", "Atlanta|GPE", "United States|GPE"], &[], &["us-ga", "atlanta", "us"]),
        (&["Georgian|NORP"], &[], &["ge"]),
        (&["the United States|GPE", "U.S.|GPE"], &[], &["us", "us"]),
        (&["Springfield|GPE", "Illinois|GPE"], &[], &["spring-il", ""]),
        (&["Springfield, Massachusetts|GPE"], &[], &["spring-ma"]),
        // A town of the same division tells for the other one.
        (&["Port Vell|GPE"], &[], &["port-or"]),
        (&["Port Vell|GPE", "Augusta|GPE"], &[], &["port-me", "augusta"]),
        (&["Vellia|GPE", "Ruizville|GPE"], &[], &["vellia", "ruizville"]),
        (&["Vellian|NORP", "Ruizville|GPE"], &[], &["vellians", "ruizville"]),
        // A person of a full name that is not known is nobody whose surname is known.
        (&["Martin Holt|PERSON"], &[(0, "Holt")], &[""]),
        (&["Holt|GPE"], &[], &["holt-town"]),
        (&["Karen Holt|PERSON|senator|Ohio"], &[(0, "Holt")], &["holt"]),
        (&["Karen Holt|PERSON|swimmer"], &[], &["holt-2"]),
        (&["Senator Karen Holt|PERSON||Ohio"], &[], &["holt"]),
        (&["Jose Pena|PERSON"], &[], &["peña"]),
        (&["JOSÉ PEÑA'S|PERSON"], &[], &["peña"]),
        (&["José Antonio Peña|PERSON"], &[], &["peña"]),
        (&["Vell Foods Inc.|ORG"], &[], &["vell"]),
        (&["Vell Foods International Holdings|ORG"], &[(0, "VF")], &["vell"]),
        // A short form of the article's own means nothing of another kind.
        (&["Harbour Officers' Lasting Trust|ORG"], &[(0, "HOLT")], &[""]),
        (&["Spain's Vell Foods|ORG"], &[], &["vell"]),
        (&["The Crisis Group|ORG"], &[], &["crisis"]),
        (&["Nowhere|GPE", "|GPE", "!|ORG"], &[], &["", "", ""]),
    ] {
        let found: Vec<String> = link(&base, actors, others).into_iter().map(|(id, _)| id).collect();
        assert_eq!(found, wanted, "{actors:?}");
    }
}

#[test]
fn participants_without_a_name_are_nobody() {
    let bytes = base();
    let base = KnowledgeBase::parse(&bytes).unwrap();
    let actors = [Actor { name: "Georgia", label: Some(EntityLabel::Gpe), role: "", affiliation: "" }];
    let mut links = Vec::new();
    let input = Input { actors: &actors, mentions: &[] };
    Linker::default().link(&input, &base, 0.0, &mut Scratch::default(), &mut links);
    assert_eq!(links, [Link { entry: NONE, score: 0.0 }]);
}

#[test]
fn labels_and_thresholds_count() {
    let bytes = base();
    let base = KnowledgeBase::parse(&bytes).unwrap();
    let score = |actor: &str| link(&base, &[actor], &[])[0].1;
    assert!(score("Tbilisi|GPE") > score("Tbilisi|ORG"));
    assert!(score("Tbilisi|ORG") > score("Tbilisi|PERSON"));
    assert!(score("Crisis Group|ORG") > score("Springfield|GPE"));
    let actors = [Actor { name: "Springfield", label: Some(EntityLabel::Gpe), role: "", affiliation: "" }];
    let mentions = [mention(0, "Springfield")];
    let mut links = Vec::new();
    let input = Input { actors: &actors, mentions: &mentions };
    Linker::default().link(&input, &base, 0.99, &mut Scratch::default(), &mut links);
    assert_eq!(links, [Link { entry: NONE, score: 0.0 }]);
}

#[test]
fn one_worker_gives_the_same_links_each_time() {
    let bytes = base();
    let base = KnowledgeBase::parse(&bytes).unwrap();
    let articles = [&["Georgia|GPE", "Atlanta|GPE"][..], &["Georgia|GPE", "Tbilisi|GPE"], &["Karen Holt|PERSON"]];
    let linker = Linker::default();
    let mut scratch = Scratch::default();
    for article in articles.iter().chain(articles.iter().rev()) {
        let actors: Vec<Actor<'_>> = article
            .iter()
            .map(|actor| {
                let (name, label) = actor.split_once('|').unwrap();
                Actor { name, label: EntityLabel::of(label), role: "", affiliation: "" }
            })
            .collect();
        let mentions: Vec<Mention<'_>> = actors.iter().zip(0..).map(|(actor, at)| mention(at, actor.name)).collect();
        let input = Input { actors: &actors, mentions: &mentions };
        let mut links = Vec::new();
        linker.link(&input, &base, 0.0, &mut scratch, &mut links);
        let fresh: Vec<f32> = link(&base, article, &[]).into_iter().map(|(_, score)| score).collect();
        assert_eq!(links.iter().map(|link| link.score).collect::<Vec<_>>(), fresh);
    }
}

#[test]
fn hostile_articles_take_linear_time() {
    let many: Vec<GivenEntry> = (0..5000)
        .map(|i| entry(&format!("{i}"), "Vell", EntryKind::City, "ES", &[("Vell", 1)], &"vell ".repeat(39)))
        .collect();
    let bytes = build(many, "{}");
    let base = KnowledgeBase::parse(&bytes).unwrap();
    let names: Vec<String> =
        (0..20_000).map(|i| if i % 2 == 0 { "Vell".into() } else { "x ".repeat(i % 50) }).collect();
    let actors: Vec<Actor<'_>> =
        names.iter().map(|name| Actor { name, label: Some(EntityLabel::Gpe), role: name, affiliation: name }).collect();
    // All names are those of one participant, and some of nobody.
    let mentions: Vec<Mention<'_>> =
        names.iter().zip(0u32..).map(|(name, at)| mention(if at % 3 == 0 { at } else { 7 }, name)).collect();
    let mut links = Vec::new();
    let input = Input { actors: &actors, mentions: &mentions };
    let start = std::time::Instant::now();
    Linker::default().link(&input, &base, 0.5, &mut Scratch::default(), &mut links);
    assert_eq!(links.len(), actors.len());
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn a_name_after_a_comma_tells_where_a_place_is() {
    use EntryKind::{City, Region};
    let bytes = build(
        vec![
            entry("city", "Port Vell", City, "US", &[("Port Vell", 9)], "Oregon, United States"),
            entry("state", "Port Vell", Region, "US", &[("Port Vell", 1)], "United States"),
        ],
        "{}",
    );
    let base = KnowledgeBase::parse(&bytes).unwrap();
    for (text, wanted) in [
        ("Holt, Port Vell, has a mayor.", "state"),
        ("He lives in Holt, Port Vell.", "state"),
        ("He lives in Holt, Port Vell", "state"),
        ("He knows Holt, Port Vell and Spring.", "city"),
        ("He knows Holt and Port Vell.", "city"),
    ] {
        let [before, start] = ["Holt", "Port Vell"].map(|name| text.find(name).unwrap() as u32);
        let told = tells_where(text, before + 4, start, start + 9);
        let actors = [Actor { name: "Port Vell", label: Some(EntityLabel::Gpe), role: "", affiliation: "" }];
        let mentions = [Mention { actor: 0, name: "Port Vell", tells_where: told }];
        let mut links = Vec::new();
        let input = Input { actors: &actors, mentions: &mentions };
        Linker::default().link(&input, &base, 0.0, &mut Scratch::default(), &mut links);
        assert_eq!(base.entry(links[0].entry).unwrap().id(), wanted, "{text}");
    }
    assert!(!tells_where("Péña", 9, 2, 50) && !tells_where("a, b", 3, 1, 0));
}
