//! From a score to the probability that it means.

use crate::error::ModelError;
use crate::file::{ModelFile, ModelWriter, Reader};

const SECTION: &str = "calibration";

/// No score is surer than this that something is not so.
const LEAST: f32 = 1e-4;

/// A line through the logarithms of the odds (Platt 1999): models are often surer than right, and the curve bends their
/// scores to the share that is right. A model file holds its slope and offset, both fitted on examples that were not
/// learned from. A file without them has the curve that changes nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    scale: f32,
    shift: f32,
}

impl Default for Curve {
    fn default() -> Self {
        Curve { scale: 1.0, shift: 0.0 }
    }
}

impl Curve {
    /// A curve with this slope, above zero, and this offset.
    ///
    /// # Errors
    /// If the curve would not rise, or a number is not finite.
    pub fn new(scale: f32, shift: f32) -> Result<Self, ModelError> {
        if scale > 0.0 && scale.is_finite() && shift.is_finite() {
            Ok(Curve { scale, shift })
        } else {
            Err(ModelError::section(
                SECTION,
                format!("a slope of {scale} and an offset of {shift} make no rising curve"),
            ))
        }
    }

    /// Reads the curve of a file.
    ///
    /// # Errors
    /// If the section is not two numbers, or their curve does not rise.
    pub fn read(file: &ModelFile<'_>) -> Result<Self, ModelError> {
        let Some(bytes) = file.section(SECTION) else { return Ok(Curve::default()) };
        let mut reader = Reader::new(bytes);
        match (reader.f32(), reader.f32(), reader.rest().is_empty()) {
            (Some(scale), Some(shift), true) => Curve::new(scale, shift),
            _ => Err(ModelError::section(SECTION, "it is not two numbers, a slope and an offset")),
        }
    }

    /// Adds the curve to a file.
    pub fn write(self, writer: &mut ModelWriter) {
        writer.section(SECTION, [self.scale.to_le_bytes(), self.shift.to_le_bytes()].concat());
    }

    /// The probability of a score from 0 to 1.
    #[must_use]
    pub fn of(self, score: f32) -> f32 {
        if self == Curve::default() {
            return score;
        }
        let score = score.clamp(LEAST, 1.0 - LEAST);
        1.0 / (1.0 + (-(self.scale * (score / (1.0 - score)).ln() + self.shift)).exp())
    }

    /// Gives the likeliest class its probability, and the others shares of the rest as before. It stays the likeliest.
    #[must_use]
    pub fn of_likeliest<const N: usize>(self, mut classes: [f32; N]) -> [f32; N] {
        if self == Curve::default() {
            return classes;
        }
        let inside = |p: f32| p.clamp(LEAST, 1.0 - LEAST);
        let Some((best, own)) = classes.iter().copied().enumerate().rev().max_by(|a, b| a.1.total_cmp(&b.1)) else {
            return classes;
        };
        let own = inside(own);
        let wanted = inside(self.of(own)).max(own.min(0.5));
        let rest = (1.0 - wanted) / (1.0 - own);
        for (class, probability) in classes.iter_mut().enumerate() {
            *probability = if class == best { wanted } else { *probability * rest };
        }
        classes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_rises_and_keeps_the_likeliest() {
        let curve = Curve::new(0.5, -0.25).unwrap();
        assert!(curve.of(0.9) < 0.9 && curve.of(0.3) < curve.of(0.4));
        assert_eq!(Curve::default().of(0.123), 0.123);
        for score in [0.0, 1.0] {
            assert!((0.0..=1.0).contains(&curve.of(score)));
        }
        let classes = curve.of_likeliest([0.1, 0.8, 0.1]);
        assert!(classes[1] < 0.8 && classes[1] > classes[0] && (classes.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        // Of two alike, the first.
        let even = Curve::new(1.0, 2.0).unwrap().of_likeliest([0.4, 0.4, 0.2]);
        assert!(even[0] > even[1]);
        let low = Curve::new(1.0, -9.0).unwrap().of_likeliest([0.4, 0.35, 0.25]);
        assert!(low[0] >= low[1], "{low:?}");
    }

    #[test]
    fn a_file_keeps_the_curve() {
        let read = |section: Option<Vec<u8>>| {
            let mut writer = ModelWriter::new("test", "{}");
            if let Some(bytes) = section {
                writer.section(SECTION, bytes);
            }
            Curve::read(&ModelFile::parse(&writer.finish()).unwrap())
        };
        assert_eq!(read(None).unwrap(), Curve::default());
        let numbers = |scale: f32, shift: f32| [scale.to_le_bytes(), shift.to_le_bytes()].concat();
        assert_eq!(read(Some(numbers(0.5, 1.0))).unwrap(), Curve { scale: 0.5, shift: 1.0 });
        for (bytes, reason) in [
            (numbers(0.0, 1.0), "rising"),
            (numbers(f32::NAN, 1.0), "rising"),
            (numbers(1.0, f32::INFINITY), "rising"),
            (vec![0; 7], "two numbers"),
            (vec![0; 9], "two numbers"),
        ] {
            let error = read(Some(bytes)).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
        let mut writer = ModelWriter::new("test", "{}");
        Curve { scale: 0.7, shift: -0.1 }.write(&mut writer);
        let bytes = writer.finish();
        assert_eq!(Curve::read(&ModelFile::parse(&bytes).unwrap()).unwrap(), Curve { scale: 0.7, shift: -0.1 });
    }
}
