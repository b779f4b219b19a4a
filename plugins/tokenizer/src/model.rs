//! The trained boundary weights, one signed byte a bucket.

use crate::boundary::FEATURES;
use copydesk_model::{ModelError, ModelFile, ModelWriter};
use copydesk_models::{BOUNDARIES, TOKENIZER, find};
use copydesk_sdk::Error;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// The kind in the model file.
const KIND: &str = "tokenizer-boundaries";
/// The section with the weights.
const WEIGHTS: &str = "weights";

/// A linear model over hashed features of the gap between two tokens; positive scores are boundaries.
#[derive(Clone, Debug)]
pub struct BoundaryModel {
    weights: Cow<'static, [u8]>,
    /// 32 less the binary logarithm of the number of weights.
    shift: u32,
}

impl BoundaryModel {
    /// Returns the shipped model, which was trained on the training parts of UD English EWT and GUM.
    ///
    /// # Errors
    /// If the file is damaged. If it is neither inside the program nor in a folder of models.
    pub fn shipped() -> Result<Arc<Self>, Error> {
        static MODEL: OnceLock<Arc<BoundaryModel>> = OnceLock::new();
        if let Some(model) = MODEL.get() {
            return Ok(Arc::clone(model));
        }
        let parsed = match BOUNDARIES.built_in() {
            Some(bytes) => ModelFile::parse(bytes).and_then(|file| Self::from_file(&file, Cow::Borrowed)),
            None => Self::parse(&BOUNDARIES.read()?),
        };
        let model = parsed.map_err(|error| Error::new(error.to_string()))?;
        Ok(Arc::clone(MODEL.get_or_init(|| Arc::new(model))))
    }

    /// Returns the model that the option of a stage names: the shipped one or that of a file.
    pub(crate) fn named(option: &str) -> Result<Arc<Self>, Error> {
        let said = |error: &dyn std::fmt::Display| Error::new(format!("model {option}: {error}"));
        // The shipped one is parsed once.
        if option.strip_prefix("builtin:") == Some(BOUNDARIES.name()) {
            return Self::shipped().map_err(|error| said(&error));
        }
        let bytes = find(option, TOKENIZER)?;
        Self::parse(&bytes).map(Arc::new).map_err(|error| said(&error))
    }

    /// A model read from the bytes of its file.
    ///
    /// # Errors
    /// If the bytes are no model of sentence boundaries.
    pub fn parse(bytes: &[u8]) -> Result<Self, ModelError> {
        Self::from_file(&ModelFile::parse(bytes)?, |weights| Cow::Owned(weights.to_vec()))
    }

    fn from_file<'a>(file: &ModelFile<'a>, keep: impl Fn(&'a [u8]) -> Cow<'static, [u8]>) -> Result<Self, ModelError> {
        file.require_kind(KIND)?;
        let weights = file.require(WEIGHTS)?;
        if !weights.len().is_power_of_two() || weights.len() < 2 {
            return Err(ModelError::section(WEIGHTS, format!("{} weights are not a power of two", weights.len())));
        }
        Ok(Self::new(keep(weights)))
    }

    fn new(weights: Cow<'static, [u8]>) -> Self {
        let shift = 32 - weights.len().max(2).ilog2().min(31);
        BoundaryModel { weights, shift }
    }

    /// A model of the weights that training found, a power of two of them.
    pub(crate) fn from_weights(weights: &[i8]) -> Self {
        Self::new(Cow::Owned(weights.iter().map(|w| w.cast_unsigned()).collect()))
    }

    /// The bytes of the model's file; `metadata` is a JSON object on data and scores.
    #[must_use]
    pub fn to_bytes(&self, metadata: &str) -> Vec<u8> {
        let mut writer = ModelWriter::new(KIND, metadata);
        writer.section(WEIGHTS, self.weights.to_vec());
        writer.finish()
    }

    /// The sum of the features' weights.
    #[inline]
    pub(crate) fn score(&self, features: &[u32; FEATURES]) -> i32 {
        features.iter().map(|&feature| i32::from(self.weight(feature))).sum()
    }

    #[inline]
    fn weight(&self, feature: u32) -> i8 {
        self.weights.get((feature >> self.shift) as usize).map_or(0, |w| w.cast_signed())
    }
}

impl Default for BoundaryModel {
    /// A model that knows nothing: every block is one sentence.
    fn default() -> Self {
        Self::new(Cow::Borrowed(&[0, 0]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_parses() {
        let model = BoundaryModel::shipped().unwrap();
        assert!(model.weights.iter().any(|&weight| weight != 0));
        let copy = BoundaryModel::parse(&model.to_bytes("{}")).unwrap();
        assert_eq!(copy.weights, model.weights);
    }

    #[test]
    fn an_option_names_the_shipped_model_or_a_file() {
        let shipped = BoundaryModel::named("builtin:boundaries").unwrap();
        assert!(Arc::ptr_eq(&shipped, &BoundaryModel::shipped().unwrap()));
        let models = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/");
        let free = BoundaryModel::named(&format!("{models}free/boundaries.cdm")).unwrap();
        assert_ne!(free.weights, shipped.weights);
        let message = |option: &str| BoundaryModel::named(option).unwrap_err().to_string();
        assert_eq!(message("builtin:other"), "no built-in model \"other\"; there is builtin:boundaries");
        let names = format!("{models}given-names.cdm");
        assert!(message(&names).starts_with(&format!("model {names}: ")), "{}", message(&names));
        assert!(message("no/such.cdm").contains("no/such.cdm"));
    }

    #[test]
    fn other_files_are_refused() {
        let foreign = ModelWriter::new("ner", "{}").finish();
        assert!(BoundaryModel::parse(&foreign).unwrap_err().to_string().contains("tokenizer-boundaries"));
        let mut odd = ModelWriter::new(KIND, "{}");
        odd.section(WEIGHTS, vec![0; 3]);
        assert!(BoundaryModel::parse(&odd.finish()).unwrap_err().to_string().contains("power of two"));
        assert!(BoundaryModel::parse(b"").is_err());
    }
}
