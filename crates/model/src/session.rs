//! Trainings that may be cut off or ended early: the state that a run keeps for a later one, and the decision after
//! each pass.

use crate::error::ModelError;
use crate::file::{ModelFile, ModelWriter, Reader};

/// The decision after a pass over the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// On to the next pass.
    GoOn,
    /// Continue. The last pass that is marked so is the model of the training, whatever follows.
    Best,
    /// No further pass.
    Stop,
}

/// Keeps the state of a training from pass to pass.
///
/// A training has stages with names. A new state of a stage replaces its old one. After the stage ends, the state is
/// its model alone. A training that finds its state continues from there, and comes to the same bytes as without a
/// break.
pub trait Keeper {
    /// Returns the state of a stage from an earlier run.
    fn kept(&mut self, stage: &str) -> Option<Vec<u8>>;

    /// Keeps the state of a stage, which is only made if it is wanted.
    fn keep(&mut self, stage: &str, state: &dyn Fn() -> Vec<u8>);
}

/// Keeps nothing.
impl Keeper for () {
    fn kept(&mut self, _: &str) -> Option<Vec<u8>> {
        None
    }

    fn keep(&mut self, _: &str, _: &dyn Fn() -> Vec<u8>) {}
}

/// A state in parts, in the form of a model file, so that damage shows.
pub struct StateWriter(ModelWriter);

impl StateWriter {
    /// A state of that kind.
    #[must_use]
    pub fn new(kind: &str) -> Self {
        StateWriter(ModelWriter::new(kind, "{}"))
    }

    /// Adds numbers.
    pub fn numbers(&mut self, name: &str, values: &[u64]) {
        self.0.section(name, values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>());
    }

    /// Adds small numbers.
    pub fn indices(&mut self, name: &str, values: &[u32]) {
        self.0.section(name, values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>());
    }

    /// Adds weights.
    pub fn floats(&mut self, name: &str, values: &[f32]) {
        self.0.section(name, values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>());
    }

    /// The file, for a model's own sections.
    pub fn file(&mut self) -> &mut ModelWriter {
        &mut self.0
    }

    /// The bytes.
    #[must_use]
    pub fn finish(&self) -> Vec<u8> {
        self.0.finish()
    }
}

/// A state that was kept.
pub struct StateReader<'a>(ModelFile<'a>);

impl<'a> StateReader<'a> {
    /// Reads a state.
    ///
    /// # Errors
    /// If it is damaged.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ModelError> {
        ModelFile::parse(bytes).map(StateReader)
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> &'a str {
        self.0.kind()
    }

    /// Numbers, as many as are there.
    ///
    /// # Errors
    /// If there is none of that name.
    pub fn numbers(&self, name: &str) -> Result<Vec<u64>, ModelError> {
        let mut reader = Reader::new(self.0.require(name)?);
        Ok(std::iter::from_fn(|| reader.u64()).collect())
    }

    /// Small numbers, as many as are there; `None` without a section of that name.
    #[must_use]
    pub fn indices(&self, name: &str) -> Option<Vec<u32>> {
        let mut reader = Reader::new(self.0.section(name)?);
        Some(std::iter::from_fn(|| reader.u32()).collect())
    }

    /// Brings weights back into a place of the same length; one that is empty takes them all.
    ///
    /// # Errors
    /// If there are more or fewer. The state then belongs to other data.
    pub fn floats(&self, name: &str, into: &mut Vec<f32>) -> Result<(), ModelError> {
        let mut reader = Reader::new(self.0.require(name)?);
        let values: Vec<f32> = std::iter::from_fn(|| reader.f32()).collect();
        if !into.is_empty() && into.len() != values.len() {
            return Err(unfit(name));
        }
        *into = values;
        Ok(())
    }

    /// The file, for a model's own sections.
    #[must_use]
    pub fn file(&self) -> &ModelFile<'a> {
        &self.0
    }
}

/// A state that is not of this training.
#[must_use]
pub fn unfit(name: &str) -> ModelError {
    ModelError::training(format!("what was kept of an earlier run does not fit this one ({name})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_come_back_and_damage_shows() {
        let mut writer = StateWriter::new("toy");
        writer.numbers("head", &[1, u64::MAX]);
        writer.indices("order", &[3, 0]);
        writer.floats("weights", &[0.5, -0.0, f32::NEG_INFINITY]);
        let bytes = writer.finish();
        let state = StateReader::parse(&bytes).unwrap();
        assert_eq!((state.kind(), state.numbers("head").unwrap()), ("toy", vec![1, u64::MAX]));
        assert_eq!((state.indices("order"), state.indices("none")), (Some(vec![3, 0]), None));
        let mut weights = vec![0.0; 3];
        state.floats("weights", &mut weights).unwrap();
        assert_eq!(weights, [0.5, -0.0, f32::NEG_INFINITY]);
        assert!(state.floats("weights", &mut vec![0.0; 2]).is_err());
        assert!(state.numbers("none").is_err());
        assert!(StateReader::parse(&bytes[..bytes.len() - 1]).is_err());
    }
}
