//! The content of an encoder's model file, and its reader.
//!
//! | section | content |
//! | --- | --- |
//! | `config` | eight `u32`: precision (0 bytes, 1 floats), layers, width, heads, inner width, positions, token types, vocabulary; one `f32`: epsilon of the normalisations |
//! | `words`, `positions` | a row each: bytes, or floats |
//! | `words.unit`, `positions.unit` | for bytes: what one step of the row is worth |
//! | `types` | a row each, floats |
//! | `norm` | gain and shift of the embeddings' normalisation |
//! | `layer.N.norms` | gain and shift after attention, gain and shift after the inner layer; for bytes also the balances before query and key, before value and before `up` |
//! | `layer.N.qkv`, `.out`, `.up`, `.down` | weights of query, key and value together, of attention's output, into and out of the inner layer |
//! | the same with `.columns` | for each output: for bytes its unit, its bias and, as `i32`, what its sum begins with; for floats its bias |
//!
//! Weights as bytes are packed `[outputs / 16][inputs / 4][16][4]`, as floats `[outputs / 16][inputs][16]`. In both,
//! sixteen outputs lie side by side for each step along the inputs. Input bytes are raised by 128; the start value of
//! each sum takes that away. The bias of `down` takes away the floor of the GELU likewise. The *balance* divides each
//! input and multiplies its weights, so that both have like sizes ([SmoothQuant](https://arxiv.org/abs/2211.10438),
//! from the gains of the normalisation before).

use super::level::{HEAD, LANES, PANEL};
use super::memory::{Weights, floats};
use crate::file::Reader;
use crate::{ModelError, ModelFile};

/// The kind of an encoder's model file.
pub const KIND: &str = "encoder";

/// The form of the weights, and the arithmetic of the products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// Weights and activations as bytes: small and fast.
    Int8,
    /// Floats of 32 bits: the reference.
    Float32,
}

/// The shape of a BERT encoder. Heads are 32 wide.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// How the weights are kept.
    pub precision: Precision,
    /// Transformer layers.
    pub layers: usize,
    /// Width of a hidden state: a multiple of 64.
    pub width: usize,
    /// Width of the inner (feed-forward) layer: a multiple of 64.
    pub inner: usize,
    /// Learned positions: the longest window.
    pub positions: usize,
    /// Token types.
    pub types: usize,
    /// Word pieces.
    pub vocabulary: usize,
    /// Added to a variance before its root is taken.
    pub epsilon: f32,
}

impl Config {
    /// Attention heads.
    pub fn heads(&self) -> usize {
        self.width / HEAD
    }

    /// Columns of the inner layer that share a unit: the most, up to six panels, that divide it evenly.
    pub(super) fn inner_group(&self) -> usize {
        let panels = self.inner / PANEL;
        (1..=6).rev().find(|n| panels.is_multiple_of(*n)).unwrap_or(1) * PANEL
    }

    /// Checks that the encoder can work with this shape.
    ///
    /// # Errors
    /// If a width is no multiple of 64, or something is zero or beyond any reason.
    pub fn check(&self) -> Result<(), ModelError> {
        let wrong = |problem: String| Err(ModelError::section("config", problem));
        for (name, width) in [("width", self.width), ("inner width", self.inner)] {
            if width == 0 || !width.is_multiple_of(PANEL) || width > 1 << 14 {
                return wrong(format!("its {name} is {width}, needed is a multiple of {PANEL}"));
            }
        }
        let counts = [
            ("layers", self.layers, 64),
            ("positions", self.positions, 1 << 16),
            ("token types", self.types, 1 << 16),
            ("word pieces", self.vocabulary, 1 << 24),
        ];
        for (name, count, most) in counts {
            if !(1..=most).contains(&count) {
                return wrong(format!("it has {count} {name}, possible are 1 to {most}"));
            }
        }
        if !(0.0..1.0).contains(&self.epsilon) {
            return wrong(format!("its epsilon is {}", self.epsilon));
        }
        Ok(())
    }

    pub(super) fn read(file: &ModelFile<'_>) -> Result<Self, ModelError> {
        let mut reader = Reader::new(file.require("config")?);
        let short = || ModelError::section("config", "it is too short");
        let mut next = || reader.u32().ok_or_else(short);
        let precision = match next()? {
            0 => Precision::Int8,
            1 => Precision::Float32,
            other => return Err(ModelError::section("config", format!("it has the unknown precision {other}"))),
        };
        let [layers, width, heads, inner, positions, types, vocabulary] =
            [next()?, next()?, next()?, next()?, next()?, next()?, next()?].map(|n| n as usize);
        let epsilon = reader.f32().ok_or_else(short)?;
        let config = Self { precision, layers, width, inner, positions, types, vocabulary, epsilon };
        config.check()?;
        if heads != config.heads() {
            return Err(ModelError::section("config", format!("it has {heads} heads, needed are heads {HEAD} wide")));
        }
        Ok(config)
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let precision = match self.precision {
            Precision::Int8 => 0,
            Precision::Float32 => 1,
        };
        let counts = [self.layers, self.width, self.heads(), self.inner, self.positions, self.types, self.vocabulary];
        let mut out = u32::to_le_bytes(precision).to_vec();
        out.extend(counts.iter().flat_map(|&n| (n as u32).to_le_bytes()));
        out.extend(self.epsilon.to_le_bytes());
        out
    }
}

/// A table of embeddings.
#[derive(Debug)]
pub(super) enum Table<'a> {
    Bytes { rows: &'a [u8], units: Vec<f32> },
    Floats(Vec<f32>),
}

/// Gain and shift of a layer normalisation.
#[derive(Debug)]
pub(super) struct Norm {
    pub gain: Vec<f32>,
    pub shift: Vec<f32>,
}

/// A linear layer in bytes.
#[derive(Debug)]
pub(super) struct ByteLinear<'a> {
    pub packed: Weights<'a>,
    pub units: Vec<f32>,
    pub bias: Vec<f32>,
    pub start: Vec<i32>,
}

/// A linear layer in floats.
#[derive(Debug)]
pub(super) struct FloatLinear {
    pub packed: Vec<f32>,
    pub bias: Vec<f32>,
}

/// One transformer layer, its linear layers of either sort.
#[derive(Debug)]
pub(super) struct Layer<P> {
    pub qkv: P,
    pub out: P,
    pub up: P,
    pub down: P,
    pub attention_norm: Norm,
    pub output_norm: Norm,
    /// The factors of the inputs of query and key, of value and of `up`; empty for floats.
    pub query_key_balance: Vec<f32>,
    pub value_balance: Vec<f32>,
    pub up_balance: Vec<f32>,
}

/// The layers, of one sort.
#[derive(Debug)]
pub(super) enum Layers<'a> {
    Int8(Vec<Layer<ByteLinear<'a>>>),
    Float32(Vec<Layer<FloatLinear>>),
}

/// Everything in the file.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub words: Table<'a>,
    pub positions: Table<'a>,
    pub types: Table<'a>,
    pub norm: Norm,
    pub layers: Layers<'a>,
}

impl<'a> Parts<'a> {
    pub(super) fn read(file: &ModelFile<'a>, config: &Config) -> Result<Self, ModelError> {
        let sections = Sections { file, config };
        let width = config.width;
        let table = |name: &str, rows: usize| match config.precision {
            Precision::Int8 => {
                let units = sections.floats(&format!("{name}.unit"), rows)?;
                Ok(Table::Bytes { rows: sections.bytes(name, rows * width)?, units })
            }
            Precision::Float32 => Ok::<_, ModelError>(Table::Floats(sections.floats(name, rows * width)?)),
        };
        Ok(Self {
            words: table("words", config.vocabulary)?,
            positions: table("positions", config.positions)?,
            types: Table::Floats(sections.floats("types", config.types * width)?),
            norm: {
                let mut rows = sections.rows("norm", 2)?;
                Norm { gain: rows.next().unwrap_or_default(), shift: rows.next().unwrap_or_default() }
            },
            layers: match config.precision {
                Precision::Int8 => Layers::Int8(sections.layers(7, Sections::byte_linear)?),
                Precision::Float32 => Layers::Float32(sections.layers(4, Sections::float_linear)?),
            },
        })
    }
}

/// Sections, checked for their lengths.
struct Sections<'s, 'a> {
    file: &'s ModelFile<'a>,
    config: &'s Config,
}

impl<'a> Sections<'_, 'a> {
    fn bytes(&self, name: &str, length: usize) -> Result<&'a [u8], ModelError> {
        let bytes = self.file.require(name)?;
        if bytes.len() != length {
            return Err(ModelError::section(name, format!("it has {} bytes, needed are {length}", bytes.len())));
        }
        Ok(bytes)
    }

    fn floats(&self, name: &str, count: usize) -> Result<Vec<f32>, ModelError> {
        let floats = floats(self.bytes(name, count * 4)?);
        match floats.iter().position(|n| !n.is_finite()) {
            Some(at) => Err(ModelError::section(name, format!("its number {at} is not finite"))),
            None => Ok(floats),
        }
    }

    /// `count` rows as wide as a hidden state.
    fn rows(&self, name: &str, count: usize) -> Result<impl Iterator<Item = Vec<f32>> + use<>, ModelError> {
        let all = self.floats(name, count * self.config.width)?;
        let width = self.config.width;
        Ok((0..count).map(move |n| all.iter().skip(n * width).take(width).copied().collect()))
    }

    fn layers<P>(
        &self,
        rows: usize,
        linear: impl Fn(&Self, &str, usize, usize) -> Result<P, ModelError>,
    ) -> Result<Vec<Layer<P>>, ModelError> {
        let Config { width, inner, layers, .. } = *self.config;
        let layer = |n| {
            let mut norms = self.rows(&format!("layer.{n}.norms"), rows)?;
            let mut next = || norms.next().unwrap_or_default();
            Ok(Layer {
                attention_norm: Norm { gain: next(), shift: next() },
                output_norm: Norm { gain: next(), shift: next() },
                query_key_balance: next(),
                value_balance: next(),
                up_balance: next(),
                qkv: linear(self, &format!("layer.{n}.qkv"), width, 3 * width)?,
                out: linear(self, &format!("layer.{n}.out"), width, width)?,
                up: linear(self, &format!("layer.{n}.up"), width, inner)?,
                down: linear(self, &format!("layer.{n}.down"), inner, width)?,
            })
        };
        (0..layers).map(layer).collect()
    }

    fn byte_linear(&self, name: &str, inputs: usize, outputs: usize) -> Result<ByteLinear<'a>, ModelError> {
        let name_of_columns = format!("{name}.columns");
        let columns = self.bytes(&name_of_columns, outputs * 12)?;
        let (units, rest) = columns.split_at(outputs * 4);
        let (bias, start) = rest.split_at(outputs * 4);
        let (units, bias) = (floats(units), floats(bias));
        if !units.iter().chain(&bias).all(|n| n.is_finite()) {
            return Err(ModelError::section(&name_of_columns, "one of its numbers is not finite"));
        }
        Ok(ByteLinear {
            packed: Weights::new(self.bytes(name, inputs * outputs)?),
            units,
            bias,
            start: start.as_chunks().0.iter().map(|&four| i32::from_le_bytes(four)).collect(),
        })
    }

    fn float_linear(&self, name: &str, inputs: usize, outputs: usize) -> Result<FloatLinear, ModelError> {
        Ok(FloatLinear {
            packed: self.floats(name, inputs * outputs)?,
            bias: self.floats(&format!("{name}.columns"), outputs)?,
        })
    }
}

const _: () = assert!(PANEL.is_multiple_of(2 * HEAD) && HEAD == 2 * LANES);
