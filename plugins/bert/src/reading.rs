//! A document as a network reads it: pieces, the tokens they stand for, and windows of pieces.

use std::collections::HashMap;

use copydesk_model::encoder::windows::{Limits, plan};
use copydesk_sdk::{Document, Error, Span};
use copydesk_text::Mark;
use copydesk_text::token_types::{SPECIAL, TokenTypes, shape};

use crate::network::Window;
use crate::pieces::{Frame, Piece, Pieces};

/// A word that is read by itself has so many pieces at most, as in Copydesk's own encoder.
const MOST_PIECES: usize = 16;

/// Windows over a document.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Windows. Their wanted rows, one after another, are the first pieces of `tokens`.
    pub windows: Vec<Window>,
    /// Tokens that have a piece of their own, in order.
    pub tokens: Vec<u32>,
}

/// The layers that are read.
pub(crate) struct Layers<'a> {
    pub blocks: &'a [Span],
    pub sentences: &'a [Span],
    pub tokens: &'a [Span],
    /// The sentence of each token.
    pub sentence_of: &'a [u32],
}

impl<'a> Layers<'a> {
    pub fn of(document: &Document<'a>) -> Result<Self, Error> {
        let tokens = document.layer("tokens")?;
        Ok(Layers {
            blocks: document.layer("blocks")?.spans(),
            sentences: document.layer("sentences")?.spans(),
            tokens: tokens.spans(),
            sentence_of: tokens.refs("sentence")?,
        })
    }
}

/// Pieces of a document before they are cut into windows.
#[derive(Debug, Default)]
struct Row {
    ids: Vec<i64>,
    /// As long as `ids`, or empty.
    types: Vec<i64>,
    /// Pieces at which a window may begin.
    units: Vec<u32>,
    /// True if a unit begins a sentence.
    begins: Vec<bool>,
    /// The first piece of a token, and the token.
    first: Vec<(usize, u32)>,
}

/// How documents are read.
pub(crate) struct Reader {
    pub pieces: Pieces,
    /// Word by word, with casing and quotation as types.
    pub casing_quotes: bool,
    pub limits: Limits,
}

impl Reader {
    /// Reads a document.
    ///
    /// # Errors
    /// If the tokenizer cannot.
    pub fn read(&self, text: &str, layers: &Layers<'_>) -> Result<Reading, Error> {
        let row = if self.casing_quotes { self.words(text, layers)? } else { self.blocks(text, layers)? };
        let mut planned = Vec::new();
        plan(&row.units, |unit| row.begins.get(unit).copied().unwrap_or(false), self.limits, &mut planned);
        let mut reading = Reading::default();
        let mut first = row.first.iter().peekable();
        let [before, after] = &self.pieces.single;
        for window in planned {
            let ids = row.ids.get(window.pieces.clone()).unwrap_or_default();
            let mut own = Window { ids: around(before, ids, after, |part| part.0), ..Window::default() };
            if !row.types.is_empty() {
                let types = row.types.get(window.pieces.clone()).unwrap_or_default();
                own.types = around(before, types, after, |_| i64::from(SPECIAL));
            }
            while let Some((piece, token)) = first.next_if(|(piece, _)| *piece < window.kept.end) {
                own.wanted.push(piece - window.pieces.start + before.len());
                reading.tokens.push(*token);
            }
            reading.windows.push(own);
        }
        Ok(reading)
    }

    /// Block by block, unchanged, as most checkpoints were trained.
    fn blocks(&self, text: &str, layers: &Layers<'_>) -> Result<Row, Error> {
        let mut pieces: Vec<Piece> = Vec::new();
        for block in layers.blocks {
            self.pieces.read(text, *block, &mut pieces)?;
        }
        let mut row = Row { ids: pieces.iter().map(|piece| i64::from(piece.id)).collect(), ..Row::default() };
        let mut sentences = layers.sentences.iter().map(|span| span.start).peekable();
        let mut at = 0;
        for (token, span) in layers.tokens.iter().enumerate() {
            let mut begins = false;
            while sentences.next_if(|start| *start <= span.start).is_some() {
                begins = true;
            }
            while pieces.get(at).is_some_and(|piece| piece.span.end <= span.start) {
                at += 1;
            }
            // The piece that starts in the token, or else the one that goes on into it.
            let next = at + usize::from(pieces.get(at).is_some_and(|piece| piece.span.start < span.start));
            let within = |at: usize| pieces.get(at).is_some_and(|piece| piece.span.start < span.end);
            let Some(piece) = [next, at].into_iter().find(|at| within(*at)) else { continue };
            row.unit(piece, begins);
            row.first.push((piece, token as u32));
        }
        row.finish(self.longest_unit());
        Ok(row)
    }

    /// Token by token, each with its type.
    fn words(&self, text: &str, layers: &Layers<'_>) -> Result<Row, Error> {
        let starts = |spans: &[Span]| spans.iter().map(|span| span.start).collect::<Vec<u32>>().into_iter();
        let last = layers.tokens.last().map(|last| last.end);
        let mut types = TokenTypes::new(starts(layers.blocks), starts(layers.sentences), last);
        let mut row = Row::default();
        let mut known: HashMap<&str, Vec<u32>> = HashMap::new();
        for (token, span) in layers.tokens.iter().enumerate() {
            let word = span.get(text).unwrap_or_default();
            let next = layers.tokens.get(token + 1).map(|next| next.start);
            let (kind, place) = types.next(span.start..span.end, next, shape(word), Mark::of(word));
            if !known.contains_key(word) {
                known.insert(word, self.pieces.word(word)?);
            }
            let pieces = known.get(word).map(Vec::as_slice).unwrap_or_default();
            let pieces = pieces.get(..MOST_PIECES).unwrap_or(pieces);
            if pieces.is_empty() {
                continue;
            }
            row.unit(row.ids.len(), place > 0);
            row.first.push((row.ids.len(), token as u32));
            row.ids.extend(pieces.iter().map(|id| i64::from(*id)));
            row.types.resize(row.ids.len(), i64::from(kind));
        }
        row.finish(MOST_PIECES);
        Ok(row)
    }

    /// Pieces that windows keep together.
    fn longest_unit(&self) -> usize {
        (self.limits.most / 20).clamp(1, MOST_PIECES)
    }
}

impl Row {
    fn unit(&mut self, piece: usize, begins: bool) {
        if let (Some(last), Some(own)) = (self.units.last(), self.begins.last_mut())
            && *last as usize == piece
        {
            *own |= begins;
            return;
        }
        self.units.push(piece as u32);
        self.begins.push(begins);
    }

    /// Cuts units that are too long, and closes the last.
    fn finish(&mut self, longest: usize) {
        let units = std::mem::take(&mut self.units);
        let begins = std::mem::take(&mut self.begins);
        if self.ids.is_empty() {
            self.units.push(0);
            return;
        }
        if units.first() != Some(&0) {
            self.units.push(0);
            self.begins.push(true);
        }
        for (unit, begins) in units.into_iter().zip(begins) {
            self.cut(unit, longest);
            self.units.push(unit);
            self.begins.push(begins);
        }
        self.cut(self.ids.len() as u32, longest);
        self.units.push(self.ids.len() as u32);
    }

    /// Adds units between the last and `end`.
    fn cut(&mut self, end: u32, longest: usize) {
        while let Some(next) = self.units.last().map(|last| last + longest as u32).filter(|next| *next < end) {
            self.units.push(next);
            self.begins.push(false);
        }
    }
}

/// Returns `own` between the special pieces.
fn around(before: &Frame, own: &[i64], after: &Frame, part: impl Fn(&(i64, i64)) -> i64) -> Vec<i64> {
    before.iter().map(&part).chain(own.iter().copied()).chain(after.iter().map(&part)).collect()
}
