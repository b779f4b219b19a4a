//! A BERT encoder on a plain CPU: hidden states of the last layer, and of an inner one if asked, for windows of word
//! pieces.
//!
//! The architecture is that of all-MiniLM-L6-v2 and its relatives. It has word, position and type embeddings, and
//! layers of attention, with heads 32 wide, and of a GELU inner layer. Each is followed by its residual and
//! normalisation. Other facts about a piece, its casing and quotation, are its token type.
//!
//! * Weights are bytes (or, for reference, floats): [`Precision`]. The file is used in place: [`Encoder`].
//! * Windows of different lengths go through the layers together, without padding between them.
//! * One call is one thread. An [`Encoder`] may be shared between threads, each with its own [`Scratch`].
//! * A window's states are the same bytes for any other windows in the call, any thread and any [`Kernel`]. Products of
//!   bytes are exact, floats are added up in one fixed order, and fused multiplications are fused at every level.

mod bounded;
mod build;
mod float32;
mod group;
#[cfg(feature = "convert")]
mod hugging_face;
mod int8;
mod kernel;
mod layout;
#[allow(unsafe_code, reason = "kernels are made of intrinsics; every block says why it is sound")]
#[allow(clippy::too_many_arguments, reason = "a product has two sides, each with its strides")]
mod level;
mod math;
mod memory;
#[cfg(feature = "convert")]
mod unpack;
pub mod windows;

pub use build::build;
pub use group::Scratch;
#[cfg(feature = "convert")]
pub use hugging_face::{convert, write_config};
pub use kernel::Kernel;
pub use layout::{Config, KIND, Precision};
#[cfg(feature = "convert")]
pub use unpack::tensors;

use crate::error::Kind;
use crate::{ModelError, ModelFile};
use kernel::Proof;
use layout::{Layers, Parts};
use level::Level;

/// The name of these encoders' token types in a checkpoint: casing, quotation and place. The reader of a text makes
/// them.
pub const CASING_QUOTES: &str = "casing-quotes";

/// The number of pieces that go through the layers together. Weights are then read from the second cache more often
/// than from the third, and the states stay there as well.
const GROUP: usize = 256;

/// An encoder, read-only and ready for any number of threads.
///
/// Embeddings of words and positions are borrowed from the file. So are weights, if they begin at a multiple of 64
/// bytes in memory, as they do in the file. Otherwise they are copied.
#[derive(Debug)]
pub struct Encoder<'a> {
    config: Config,
    parts: Parts<'a>,
    proof: Proof,
}

impl<'a> Encoder<'a> {
    /// Reads an encoder from a model file of kind [`KIND`], to run on the best kernel there is.
    ///
    /// # Errors
    /// If the file is of another kind, or a section is missing or does not fit.
    pub fn from_file(file: &ModelFile<'a>) -> Result<Self, ModelError> {
        Self::with_kernel(file, Kernel::best())
    }

    /// The same for one kernel: for tests and benches, since all give the same bits.
    ///
    /// # Errors
    /// As for [`Encoder::from_file`], and if the kernel is not available here.
    pub fn with_kernel(file: &ModelFile<'a>, kernel: Kernel) -> Result<Self, ModelError> {
        file.require_kind(KIND)?;
        let proof = Proof::of(kernel).ok_or_else(|| input(format!("this machine has no kernel {kernel:?}")))?;
        let config = Config::read(file)?;
        let mut parts = Parts::read(file, &config)?;
        if let Layers::Int8(layers) = &mut parts.layers {
            match proof {
                Proof::Portable(level) => bounded::bound(level, layers),
                #[cfg(target_arch = "x86_64")]
                Proof::Avx2(level) => bounded::bound(level, layers),
                #[cfg(target_arch = "x86_64")]
                Proof::AvxVnni(level) => bounded::bound(level, layers),
                #[cfg(target_arch = "x86_64")]
                Proof::Avx512Vnni(level) => bounded::bound(level, layers),
                #[cfg(target_arch = "x86_64")]
                Proof::Amx(level) => bounded::bound(level, layers),
            }
        }
        Ok(Self { config, parts, proof })
    }

    /// The encoder's shape.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Numbers in a hidden state.
    pub fn width(&self) -> usize {
        self.config.width
    }

    /// Returns the numbers of the layers before the last one, counted from 1.
    pub fn inner_layers(&self) -> std::ops::Range<usize> {
        1..self.config.layers
    }

    /// Pieces in the longest window.
    pub fn max_positions(&self) -> usize {
        self.config.positions
    }

    /// The kernel in use.
    pub fn kernel(&self) -> Kernel {
        self.proof.kernel()
    }

    /// Encodes windows. `lengths` are their numbers of pieces, `ids` and `types` the pieces' words and types, window
    /// after window. `out` becomes the hidden states of the last layer, `[pieces][width]`, in the same order.
    ///
    /// # Errors
    /// If `ids`, `types` and `lengths` disagree, a window is empty or longer than [`Encoder::max_positions`], or a word
    /// or type is not in the model. `out` is then empty.
    pub fn encode(
        &self,
        ids: &[u32],
        types: &[u16],
        lengths: &[u32],
        scratch: &mut Scratch,
        out: &mut Vec<f32>,
    ) -> Result<(), ModelError> {
        self.encode_with(ids, types, lengths, None, scratch, out)
    }

    /// Does the same as [`Encoder::encode`], and returns the states of an inner layer too: `inner` holds its number,
    /// counted from 1, and the place for its states.
    ///
    /// # Errors
    /// As [`Encoder::encode`], and if the layer is not among [`Encoder::inner_layers`]. Both outputs are then empty.
    pub fn encode_with(
        &self,
        ids: &[u32],
        types: &[u16],
        lengths: &[u32],
        mut inner: Option<(usize, &mut Vec<f32>)>,
        scratch: &mut Scratch,
        out: &mut Vec<f32>,
    ) -> Result<(), ModelError> {
        out.clear();
        scratch.kept_layer = 0;
        if let Some((layer, kept)) = &mut inner {
            kept.clear();
            scratch.kept_layer = *layer;
            if !self.inner_layers().contains(layer) {
                return Err(input(format!("layer {layer} is none of the inner ones, {:?}", self.inner_layers())));
            }
        }
        self.check(ids, types, lengths)?;
        out.reserve(ids.len() * self.config.width);
        let mut pieces = ids.iter().copied().zip(types.iter().copied());
        let mut lengths = lengths.iter().map(|&n| n as usize).peekable();
        while lengths.peek().is_some() {
            scratch.group.clear();
            while let Some(rows) = lengths.next_if(|&n| scratch.group.rows == 0 || scratch.group.rows + n <= GROUP) {
                scratch.group.push(rows);
            }
            scratch.reserve(&self.config);
            let rows = scratch.group.rows;
            self.forward(pieces.by_ref().take(rows), scratch);
            out.extend_from_slice(scratch.states.slice(rows * self.config.width));
            if let Some((_, kept)) = &mut inner {
                kept.extend_from_slice(scratch.kept.slice(rows * self.config.width));
            }
        }
        Ok(())
    }

    fn check(&self, ids: &[u32], types: &[u16], lengths: &[u32]) -> Result<(), ModelError> {
        let Config { positions, types: kinds, vocabulary, .. } = self.config;
        if let Some(n) = lengths.iter().find(|&&n| n == 0 || n as usize > positions) {
            return Err(input(format!("a window has {n} pieces, possible are 1 to {positions}")));
        }
        let total: u64 = lengths.iter().map(|&n| u64::from(n)).sum();
        if total != ids.len() as u64 || ids.len() != types.len() {
            let (ids, types) = (ids.len(), types.len());
            return Err(input(format!("windows have {total} pieces, but there are {ids} words and {types} types")));
        }
        if let Some(id) = ids.iter().find(|&&id| id as usize >= vocabulary) {
            return Err(input(format!("word {id} is not in the vocabulary of {vocabulary}")));
        }
        if let Some(kind) = types.iter().find(|&&kind| usize::from(kind) >= kinds) {
            return Err(input(format!("token type {kind} is not among the model's {kinds}")));
        }
        Ok(())
    }

    fn forward(&self, pieces: impl Iterator<Item = (u32, u16)>, scratch: &mut Scratch) {
        match self.proof {
            Proof::Portable(level) => self.forward_at(level, pieces, scratch),
            #[cfg(target_arch = "x86_64")]
            Proof::Avx2(level) => self.forward_at(level, pieces, scratch),
            #[cfg(target_arch = "x86_64")]
            Proof::AvxVnni(level) => self.forward_at(level, pieces, scratch),
            #[cfg(target_arch = "x86_64")]
            Proof::Avx512Vnni(level) => self.forward_at(level, pieces, scratch),
            #[cfg(target_arch = "x86_64")]
            Proof::Amx(level) => self.forward_at(level, pieces, scratch),
        }
    }

    fn forward_at<L: Level>(&self, level: L, pieces: impl Iterator<Item = (u32, u16)>, scratch: &mut Scratch) {
        let (config, parts) = (&self.config, &self.parts);
        match &parts.layers {
            Layers::Int8(layers) => int8::forward(level, config, parts, layers, pieces, scratch),
            Layers::Float32(layers) => float32::forward(level, config, parts, layers, pieces, scratch),
        }
    }
}

fn input(problem: String) -> ModelError {
    Kind::Input(problem).into()
}
