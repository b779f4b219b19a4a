//! Sightings of people and organisations for benches: few with many articles, many with few, as in news.

use copydesk::corpus::ActorRecord;
use copydesk::corpus::identity::{Aliases, Sighting, Survey};

const GIVEN: [&str; 16] = [
    "Ana", "William", "Bill", "Mohammed", "Li", "Ngozi", "Pedro", "Fatima", "Jan", "Yuki", "Olga", "Kwame", "Elena",
    "Tom", "Aisha", "Lars",
];
const SURNAMES: [&str; 20] = [
    "Ruiz", "Reed", "Holt", "Okafor", "Khumalo", "Nair", "Demir", "Silva", "Kowalski", "Haddad", "Tanaka", "Larsen",
    "Smith", "Novak", "Mensah", "Petrov", "Garcia", "Dubois", "Rossi", "Chen",
];
const ENDS: [&str; 12] = ["son", "berg", "ov", "ez", "man", "wala", "sen", "ic", "ova", "ton", "ski", "ara"];
const ROLES: [&str; 6] = ["minister", "striker", "chief executive", "singer", "surgeon", "judge"];
const PLACES: [&str; 8] = ["Kenya", "Chile", "Norway", "Japan", "India", "France", "Ghana", "Peru"];
const WORDS: [&str; 10] =
    ["budget", "goals", "shares", "album", "patients", "verdict", "harbour", "bridge", "workers", "festival"];

/// Returns so many sightings. Person number n of a corpus comes about 1/n as often as the first.
#[must_use]
pub fn sightings(count: usize) -> Vec<Sighting> {
    let mut seed = 1u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 33) as usize) % below.max(1)
    };
    let mut all = Vec::with_capacity(count);
    for document in 0..count {
        // The product of two numbers spreads as names do.
        let reach = 1 + next(count / 4 + 1);
        let person = next(reach);
        let of = |list: &[&'static str], at: usize| list.get(at % list.len().max(1)).copied().unwrap_or_default();
        let given = of(&GIVEN, person / 7);
        let surname = format!("{}{}", of(&SURNAMES, person), if person < 40 { "" } else { of(&ENDS, person / 20) });
        let full = format!("{given} {surname}");
        let form = next(10);
        let (name, names) = match form {
            0 => (surname.clone(), vec![(surname, 1)]),
            1 => (format!("{}. {surname}", given.get(..1).unwrap_or_default()), Vec::new()),
            _ => (full.clone(), vec![(full, 2), (surname, 1)]),
        };
        let names = if names.is_empty() { vec![(name.clone(), 1)] } else { names };
        let role = Some(of(&ROLES, person).to_owned()).filter(|_| form > 4);
        let around = (0..6).map(|_| of(&WORDS, person + next(4)).to_owned()).collect();
        let beside =
            vec![of(&PLACES, person).to_owned(), format!("{} {}", of(&GIVEN, next(16)), of(&SURNAMES, person + 3))];
        let label = "PERSON".to_owned();
        let own = ActorRecord { name, label, names, mentions: 2, role, around, ..ActorRecord::default() };
        all.push(Sighting { document: document as u64, own, beside, ..Sighting::default() });
    }
    all
}

/// Decides who is who, as the reducer does it, and returns the number of identities.
#[must_use]
pub fn identities(sightings: &[Sighting]) -> usize {
    let mut survey = Survey::new(&Aliases::default());
    sightings.iter().for_each(|sighting| survey.see(sighting));
    let blocks = survey.finish();
    let mut keyed: Vec<(String, u8, &Sighting)> =
        sightings.iter().map(|sighting| (blocks.key(sighting), blocks.rank(sighting), sighting)).collect();
    keyed.sort_by(|a, b| (&a.0, a.1, a.2.document).cmp(&(&b.0, b.1, b.2.document)));
    let mut count = 0;
    for block in keyed.chunk_by(|a, b| a.0 == b.0) {
        let mut resolver = blocks.resolver();
        count += block.iter().map(|(_, _, sighting)| resolver.next(sighting) as usize + 1).max().unwrap_or(0);
    }
    count
}
