//! The tokenizer as a plugin: writes the layers `blocks`, `sentences` and `tokens`. If a document brings `blocks`, they
//! stay as they are, and sentences and tokens are made inside them.

use crate::{Block, BlockKind, BoundaryModel, Segmentation, Segmenter};
use copydesk_sdk::{Annotator, Column, Document, Error, Output, Span, Strings, export_plugin};
use std::sync::{Arc, Mutex, PoisonError};

/// Scratch memory of a text with more tokens is given back: one huge document must not hold its memory
/// for the rest of a stream.
const KEPT_TOKENS: usize = 1 << 18;

/// Segments a document's text.
pub struct Tokenizer {
    model: Arc<BoundaryModel>,
    /// One for each thread that has worked at the same time.
    desks: Mutex<Vec<Desk>>,
}

/// The stage's options.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The built-in model of sentence boundaries, or the path of one.
    pub model: String,
}

/// The working memory of one thread.
struct Desk {
    segmenter: Segmenter,
    layers: Segmentation,
    spans: Vec<Span>,
    numbers: [Vec<u32>; 3],
    kinds: Strings,
}

impl Desk {
    fn new(model: Arc<BoundaryModel>) -> Self {
        Desk {
            segmenter: Segmenter::new(model),
            layers: Segmentation::default(),
            spans: Vec::new(),
            numbers: Default::default(),
            kinds: Strings::new(),
        }
    }

    /// Makes the layers. Returns true if the document brings the blocks.
    fn segment(&mut self, document: &Document<'_>) -> Result<bool, Error> {
        let Some(given) = document.optional_layer("blocks") else {
            self.segmenter.segment_into(document.text(), &mut self.layers);
            return Ok(false);
        };
        let kinds = given.strings("kind")?;
        // A kind of another program is a paragraph to us.
        let block =
            |(span, kind): (&Span, &str)| Block { span: *span, kind: BlockKind::from_name(kind).unwrap_or_default() };
        let blocks = given.spans().iter().zip(kinds.iter()).map(block);
        self.segmenter.segment_blocks_into(document.text(), blocks, &mut self.layers);
        Ok(true)
    }

    fn write(&mut self, given: bool, output: &mut Output<'_>) -> Result<(), Error> {
        let Segmentation { blocks, sentences, tokens } = &self.layers;
        let [first, second, third] = &mut self.numbers;

        if !given {
            self.kinds.clear();
            blocks.iter().for_each(|block| self.kinds.push(block.kind.as_str()));
            refill(&mut self.spans, blocks.iter().map(|block| block.span));
            output.append("blocks", &self.spans, &[Column::strings("kind", &self.kinds)])?;
        }

        refill(&mut self.spans, sentences.iter().map(|sentence| sentence.span));
        refill(first, sentences.iter().map(|sentence| sentence.block));
        output.append("sentences", &self.spans, &[Column::refs("block", first)])?;

        refill(&mut self.spans, tokens.iter().map(|token| token.span));
        refill(first, tokens.iter().map(|token| token.sentence));
        refill(second, tokens.iter().map(|token| u32::from(token.space_after)));
        refill(third, tokens.iter().map(|token| token.part));
        let columns =
            [Column::refs("sentence", first), Column::u32s("space_after", second), Column::u32s("part", third)];
        output.append("tokens", &self.spans, &columns)
    }
}

fn refill<T>(column: &mut Vec<T>, values: impl Iterator<Item = T>) {
    column.clear();
    column.extend(values);
}

impl Annotator for Tokenizer {
    const ID: &'static str = "tokenizer";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let model = BoundaryModel::named(&config.model)?;
        Ok(Tokenizer { model, desks: Mutex::default() })
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let free = self.desks.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut desk = free.unwrap_or_else(|| Desk::new(Arc::clone(&self.model)));
        let written = desk.segment(document).and_then(|given| desk.write(given, output));
        if desk.layers.tokens.capacity() <= KEPT_TOKENS {
            self.desks.lock().unwrap_or_else(PoisonError::into_inner).push(desk);
        }
        written
    }
}

export_plugin!(Tokenizer);
