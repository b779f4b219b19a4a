//! The trained boundary weights, one signed byte a bucket.

use crate::boundary::FEATURES;
use copydesk_model::{ModelError, ModelFile, ModelWriter};
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// What the model file says it is.
const KIND: &str = "tokenizer-boundaries";
/// The section with the weights.
const WEIGHTS: &str = "weights";
/// Trained on the training parts of UD English EWT and GUM.
static BUILT_IN: &[u8] = include_bytes!("../../../models/tokenizer-boundaries.cdm");

/// A linear model over hashed features of the gap between two tokens; positive scores are boundaries.
#[derive(Clone, Debug)]
pub struct BoundaryModel {
    weights: Cow<'static, [u8]>,
    /// 32 less the binary logarithm of the number of weights.
    shift: u32,
}

impl BoundaryModel {
    /// The model that ships with the plugin.
    ///
    /// # Errors
    /// Where the file that was built in is damaged.
    pub fn built_in() -> Result<Arc<Self>, ModelError> {
        static MODEL: OnceLock<Result<Arc<BoundaryModel>, ModelError>> = OnceLock::new();
        let parse = || {
            let file = ModelFile::parse(BUILT_IN)?;
            Self::from_file(&file, Cow::Borrowed).map(Arc::new)
        };
        MODEL.get_or_init(parse).clone()
    }

    /// A model read from the bytes of its file.
    ///
    /// # Errors
    /// Where the bytes are no model of sentence boundaries.
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
    fn the_built_in_model_parses() {
        let model = BoundaryModel::built_in().unwrap();
        assert!(model.weights.iter().any(|&weight| weight != 0));
        let copy = BoundaryModel::parse(&model.to_bytes("{}")).unwrap();
        assert_eq!(copy.weights, model.weights);
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
