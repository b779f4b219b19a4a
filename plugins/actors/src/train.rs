//! Learns the table of given names.

use std::collections::BTreeMap;

use copydesk_model::ModelWriter;
use copydesk_model::lookup::Lookup;

use crate::given::{KIND, STEPS};
use crate::words::fold_hash;

/// A given name and its bearers.
#[derive(Clone, Copy, Debug)]
pub struct NameShare<'a> {
    /// The name.
    pub name: &'a str,
    /// How many people with this name are known.
    pub bearers: f64,
    /// The share of men among them, 0 to 1.
    pub men: f64,
}

/// Makes a [`crate::GivenNames`] model. Names that differ only in case, marks or diacritics are counted together.
/// `sources` is JSON for the file's metadata.
#[must_use]
pub fn given_names(names: &[NameShare<'_>], sources: &str) -> Vec<u8> {
    let mut people: BTreeMap<u64, [f64; 2]> = BTreeMap::new();
    for name in names {
        let [all, men] = people.entry(fold_hash(name.name)).or_default();
        *all += name.bearers;
        *men += name.bearers * name.men;
    }
    let table = Lookup::build(people.into_iter().map(|(hash, [all, men])| {
        let share = men / all;
        (hash, 1 + (share * f64::from(STEPS - 1)).round() as u32)
    }));
    let mut file = ModelWriter::new(KIND, sources);
    table.write(&mut file, "names");
    file.finish()
}
