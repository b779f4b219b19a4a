//! Numbers of a model that were tuned on development data: temperatures, biases, thresholds.

use crate::curve::Curve;
use crate::error::ModelError;
use crate::file::{ModelFile, ModelWriter, Reader};

const SECTION: &str = "tuning";

/// Named numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tuning(Vec<(String, f32)>);

impl Tuning {
    /// These numbers; the first of a name counts.
    pub fn new(numbers: impl IntoIterator<Item = (String, f32)>) -> Self {
        Tuning(numbers.into_iter().collect())
    }

    /// Returns the number of that name, or its default if it was not tuned.
    #[must_use]
    pub fn get(&self, name: &str, otherwise: f32) -> f32 {
        self.0.iter().find(|(own, _)| own == name).map_or(otherwise, |(_, number)| *number)
    }

    /// As [`Tuning::get`], for divisors.
    ///
    /// # Errors
    /// If the number is not positive.
    pub fn temperature(&self, name: &str) -> Result<f32, ModelError> {
        let value = self.get(name, 1.0);
        if value > 0.0 {
            Ok(value)
        } else {
            Err(ModelError::section(SECTION, format!("{name} is {value}, a temperature is above zero")))
        }
    }

    /// Returns the curve of the numbers `scale` and `shift` with this ending: `.names`, or none for quotes.
    ///
    /// # Errors
    /// If the curve does not rise.
    pub fn curve(&self, ending: &str) -> Result<Curve, ModelError> {
        let (scale, shift) = (format!("scale{ending}"), format!("shift{ending}"));
        let numbers = (self.get(&scale, 1.0), self.get(&shift, 0.0));
        let bad = |_| {
            let (slope, offset) = numbers;
            ModelError::section(SECTION, format!("{scale} is {slope} and {shift} is {offset}, a curve must rise"))
        };
        Curve::new(numbers.0, numbers.1).map_err(bad)
    }

    /// Reads the numbers of a file. If it has no such section, there are none.
    ///
    /// # Errors
    /// If the section is cut off, or a number is not finite.
    pub fn read(file: &ModelFile<'_>) -> Result<Self, ModelError> {
        let Some(bytes) = file.section(SECTION) else { return Ok(Tuning::default()) };
        let bad = || ModelError::section(SECTION, "it is no list of names and numbers");
        let mut reader = Reader::new(bytes);
        let count = reader.u32().ok_or_else(bad)?;
        let mut numbers = Vec::new();
        for _ in 0..count {
            let name = reader.text().ok_or_else(bad)?.to_owned();
            numbers.push((name, reader.f32().filter(|number| number.is_finite()).ok_or_else(bad)?));
        }
        if reader.rest().is_empty() { Ok(Tuning(numbers)) } else { Err(bad()) }
    }

    /// Adds the numbers to a file.
    pub fn write(&self, writer: &mut ModelWriter) {
        let mut bytes = (self.0.len() as u32).to_le_bytes().to_vec();
        for (name, number) in &self.0 {
            bytes.extend((name.len() as u32).to_le_bytes());
            bytes.extend(name.as_bytes());
            bytes.extend(number.to_le_bytes());
        }
        writer.section(SECTION, bytes);
    }
}
