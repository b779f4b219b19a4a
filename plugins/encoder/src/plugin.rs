//! The plugin: tokens in, vectors out.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

use copydesk_model::ModelFile;
use copydesk_model::encoder::windows::{Limits, Window, plan};
use copydesk_model::encoder::{Encoder as Network, KIND, Scratch};
use copydesk_sdk::{Annotator, Column, Document, Error, ModelBytes, Output, Span, export_plugin};
use copydesk_text::token_types::{SPECIAL, TYPES};
use self_cell::self_cell;

use crate::reading::Reading;
use crate::vocabulary::{MOST_PIECES, Vocabulary};

/// Pieces that go through the network at a time: enough to fill it, few enough that memory stays bounded.
const GROUP: usize = 2048;
/// Special pieces of a window, beside those of the text.
const ENDS: usize = 2;
/// The longest window, as in the training of models.
const LONGEST_WINDOW: usize = 256;

self_cell!(
    /// A network and the bytes that it borrows from.
    struct Held {
        owner: ModelBytes,
        #[covariant]
        dependent: Network,
    }
);

/// Gives each piece of a token its vector.
pub struct Encoder {
    network: Held,
    vocabulary: Vocabulary,
    limits: Limits,
    /// The inner layer with vectors to write as well.
    inner_layer: Option<usize>,
    /// A unique number. Threads keep words from document to document, and know their model by it.
    number: u64,
}

/// The stage's options.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// A built-in model, or a path.
    pub model: String,
    /// Pieces that two windows share at least.
    pub overlap: usize,
    /// The inner layer with vectors to write as well, counted from 1.
    pub inner_layer: Option<usize>,
}

#[derive(Default)]
struct Workspace {
    reading: Reading,
    /// The encoder with the vocabulary of the remembered words.
    owner: u64,
    windows: Vec<Window>,
    ids: Vec<u32>,
    types: Vec<u16>,
    lengths: Vec<u32>,
    spans: Vec<Span>,
    tokens: Vec<u32>,
    scratch: Scratch,
    states: Vec<f32>,
    inner_states: Vec<f32>,
    /// The number of the inner layer, a row.
    layers: Vec<u32>,
}

thread_local! {
    static WORKSPACE: RefCell<Workspace> = RefCell::default();
}

impl Encoder {
    /// Makes an encoder from a model's bytes.
    ///
    /// # Errors
    /// If the bytes are no encoder's, it does not fit the types and windows of this plugin, or `inner_layer` is none of its
    /// inner ones.
    pub fn new(bytes: ModelBytes, overlap: usize, inner_layer: Option<usize>) -> Result<Self, Error> {
        let said = |error: copydesk_model::ModelError| Error::new(error.to_string());
        let file = ModelFile::parse(&bytes).map_err(said)?;
        file.require_kind(KIND).map_err(said)?;
        let vocabulary = Vocabulary::read(&file).map_err(said)?;
        // Parsed above, so its checksum is known to be right.
        let network =
            Held::try_new(bytes, |bytes| Network::from_file(&ModelFile::parse_trusted(bytes)?)).map_err(said)?;
        let inner = network.borrow_dependent().inner_layers();
        if let Some(layer) = inner_layer.filter(|layer| !inner.contains(layer)) {
            let last = inner.end;
            return Err(Error::new(format!(
                "inner_layer is {layer}; the model has {last} layers, so write 1 to {}",
                last - 1
            )));
        }
        let config = network.borrow_dependent().config();
        let most = config.positions.min(LONGEST_WINDOW) - ENDS.min(config.positions);
        // A window must be much longer than a token.
        if most < 5 * MOST_PIECES {
            let least = 5 * MOST_PIECES + ENDS;
            return Err(Error::new(format!("the encoder has {} positions, needed are {least}", config.positions)));
        }
        if config.types < TYPES || config.vocabulary != vocabulary.len() {
            let (types, words, pieces) = (config.types, config.vocabulary, vocabulary.len());
            return Err(Error::new(format!(
                "the encoder has {types} types and {words} words; needed are {TYPES} types, and a word for each of the vocabulary's {pieces} pieces"
            )));
        }
        static LAST: AtomicU64 = AtomicU64::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(Encoder { network, vocabulary, limits: Limits { most, overlap }, inner_layer, number })
    }

    fn encode(&self, document: &Document<'_>, work: &mut Workspace, output: &mut Output<'_>) -> Result<(), Error> {
        let tokens = document.layer("tokens")?.spans();
        let (blocks, sentences) = (document.layer("blocks")?.spans(), document.layer("sentences")?.spans());
        if work.owner != self.number {
            // Another vocabulary has other numbers.
            work.reading = Reading::default();
            work.owner = self.number;
        }
        let reading = &mut work.reading;
        reading.read(document.text(), blocks, sentences, tokens, &self.vocabulary);
        plan(
            &reading.first,
            |token| reading.places.get(token).is_some_and(|place| *place > 0),
            self.limits,
            &mut work.windows,
        );
        work.spans.clear();
        work.tokens.clear();
        for (token, (span, pieces)) in tokens.iter().zip(reading.first.windows(2)).enumerate() {
            let count = pieces.last().unwrap_or(&0) - pieces.first().unwrap_or(&0);
            work.spans.extend(std::iter::repeat_n(*span, count as usize));
            work.tokens.extend(std::iter::repeat_n(token as u32, count as usize));
        }
        let mut windows = work.windows.as_slice();
        while !windows.is_empty() {
            output.check_cancelled()?;
            work.ids.clear();
            work.types.clear();
            work.lengths.clear();
            let mut count = 0;
            for window in windows {
                if count > 0 && work.ids.len() + window.pieces.len() > GROUP {
                    break;
                }
                work.ids.push(self.vocabulary.open);
                work.types.push(SPECIAL);
                work.ids.extend_from_slice(work.reading.ids.get(window.pieces.clone()).unwrap_or_default());
                work.types.extend_from_slice(work.reading.types.get(window.pieces.clone()).unwrap_or_default());
                work.ids.push(self.vocabulary.close);
                work.types.push(SPECIAL);
                work.lengths.push((window.pieces.len() + ENDS) as u32);
                count += 1;
            }
            let (group, rest) = windows.split_at_checked(count).unwrap_or((windows, &[]));
            windows = rest;
            let network = self.network.borrow_dependent();
            let inner = self.inner_layer.map(|layer| (layer, &mut work.inner_states));
            network
                .encode_with(&work.ids, &work.types, &work.lengths, inner, &mut work.scratch, &mut work.states)
                .map_err(|error| Error::new(error.to_string()))?;
            let width = network.width();
            let mut begin = 0;
            for window in group {
                // The first row of the window is that of the piece before it.
                let first = begin + 1 + (window.kept.start - window.pieces.start);
                let own = first * width..(first + window.kept.len()) * width;
                let states = work.states.get(own.clone()).unwrap_or_default();
                let spans = work.spans.get(window.kept.clone()).unwrap_or_default();
                let tokens = work.tokens.get(window.kept.clone()).unwrap_or_default();
                let columns = [Column::refs("token", tokens), Column::vectors("vector", width as u32, states)];
                output.append("vectors", spans, &columns)?;
                if let Some(layer) = self.inner_layer {
                    let states = work.inner_states.get(own).unwrap_or_default();
                    work.layers.clear();
                    work.layers.resize(spans.len(), layer as u32);
                    append_inner(output, spans, tokens, &work.layers, width, states)?;
                }
                begin += window.pieces.len() + ENDS;
            }
        }
        if work.windows.is_empty() {
            let width = self.network.borrow_dependent().width();
            let columns = [Column::refs("token", &[]), Column::vectors("vector", width as u32, &[])];
            output.append("vectors", &[], &columns)?;
            if self.inner_layer.is_some() {
                append_inner(output, &[], &[], &[], width, &[])?;
            }
        }
        Ok(())
    }
}

/// Appends rows of `inner_vectors`.
fn append_inner(
    output: &mut Output<'_>,
    spans: &[Span],
    tokens: &[u32],
    layers: &[u32],
    width: usize,
    states: &[f32],
) -> Result<(), Error> {
    let columns =
        [Column::refs("token", tokens), Column::u32s("layer", layers), Column::vectors("vector", width as u32, states)];
    output.append("inner_vectors", spans, &columns)
}

impl Annotator for Encoder {
    const ID: &'static str = "encoder";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let bytes = copydesk_models::find(&config.model, copydesk_models::ENCODER)?;
        Encoder::new(bytes, config.overlap, config.inner_layer)
            .map_err(|error| Error::new(format!("model {}: {error}", config.model)))
    }

    fn needs(&self, layer: &str) -> bool {
        layer == "inner_vectors" && self.inner_layer.is_some()
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        WORKSPACE.with_borrow_mut(|work| self.encode(document, work, output))
    }
}

export_plugin!(Encoder);
