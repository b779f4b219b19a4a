//! Gender of given names: a table of hashes made from public name lists.

use copydesk_model::ModelError;
use copydesk_model::ModelFile;
use copydesk_model::lookup::Lookup;

use crate::names::Gender;

/// The model kind of a table of given names.
pub const KIND: &str = "given-names";
/// Values of the table run from 1, women only, to this, men only.
pub const STEPS: u32 = 15;

/// Folded name to gender.
#[derive(Clone, Debug)]
pub struct GivenNames<'a>(Lookup<'a>);

impl Default for GivenNames<'_> {
    /// A table without names.
    fn default() -> Self {
        GivenNames(Lookup::build([]))
    }
}

impl<'a> GivenNames<'a> {
    /// Reads the table that [`crate::train::given_names`] made.
    ///
    /// # Errors
    /// If the bytes are no such model.
    pub fn parse(model: &'a [u8]) -> Result<Self, ModelError> {
        let file = ModelFile::parse(model)?;
        file.require_kind(KIND)?;
        Ok(GivenNames(Lookup::read(&file, "names")?))
    }

    /// Returns the gender of a folded name, or unknown if the table lacks it. It is never as certain as that of a
    /// title.
    #[must_use]
    pub fn gender(&self, hash: u64) -> Gender {
        match self.0.get(hash) {
            0 => Gender::default(),
            value => {
                let middle = (STEPS + 1) as f32 / 2.0;
                Gender((value as f32 - middle) / (middle - 1.0) * 0.9)
            }
        }
    }
}
