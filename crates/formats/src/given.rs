//! Layers that a line of JSON brings itself: read, checked against the text, and made as the stages would
//! have written them.
//!
//! `blocks`, `entities` and `quotes` are independent. `sentences` and `tokens` count only if both are given, since a
//! token belongs to a sentence. `actors` and `stances` are always made anew.

use std::cmp::Reverse;

use copydesk_core::{Column, ColumnData, Layer, OffsetMap, OffsetUnit, Span, standard};
use copydesk_text::{Act, BlockKind, QuoteRole};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::raw::{RawLine, describe};
use crate::result::{Block, Entity, MultiwordToken, Pair, Quote};

/// The layers of a line; the error names the layer and its row.
pub(crate) fn layers(raw: &RawLine<'_>, text: &str, map: &OffsetMap<'_>) -> Result<Vec<Layer>, String> {
    let reader = Reader { text, map };
    let mut layers = Vec::new();
    if let (Some(sentences), Some(tokens)) = (raw.sentences, raw.tokens) {
        let sentences = reader.spans("sentences", sentences)?;
        let blocks = match raw.blocks {
            Some(blocks) => reader.blocks(blocks)?,
            None => reader.paragraphs(&sentences),
        };
        let words = reader.words(tokens, raw.multiword_tokens)?;
        layers.extend(reader.segmentation(&blocks, &sentences, &words)?);
    } else if let Some(blocks) = raw.blocks {
        layers.push(reader.block_layer(&reader.blocks(blocks)?)?);
    }
    if let Some(entities) = raw.entities {
        layers.push(reader.entities(entities)?);
    }
    if let Some(quotes) = raw.quotes {
        layers.extend(reader.quotes(quotes)?);
    }
    Ok(layers)
}

struct Reader<'a> {
    text: &'a str,
    map: &'a OffsetMap<'a>,
}

/// How sure something is that a line brings without a score.
const CERTAIN: f32 = 1.0;

fn score(given: Option<f64>) -> f32 {
    given.map_or(CERTAIN, |score| score as f32)
}

struct GivenBlock {
    span: Span,
    kind: String,
}

struct Word {
    span: Span,
    part: u32,
}

/// The objects of a list, each with its name for messages, `entities[3]`.
fn objects<'a, T: Deserialize<'a>>(name: &str, raw: &'a RawValue) -> Result<Vec<(String, T)>, String> {
    let items: Vec<&RawValue> =
        serde_json::from_str(raw.get()).map_err(|_| format!("\"{name}\" must be a list of objects"))?;
    let parse = |(row, item): (usize, &&'a RawValue)| {
        let at = format!("{name}[{row}]");
        if !item.get().starts_with('{') {
            return Err(format!("{at} must be an object, not {}", shortened(item.get())));
        }
        match serde_json::from_str(item.get()) {
            Ok(object) => Ok((at, object)),
            Err(error) => Err(format!("{at}: {}", describe(&error, 0))),
        }
    };
    items.iter().enumerate().map(parse).collect()
}

fn shortened(json: &str) -> String {
    match json.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", json.get(..end).unwrap_or("")),
        None => json.to_owned(),
    }
}

fn layer(name: &str, text: &str, spans: &[Span], columns: Vec<(&str, ColumnData)>) -> Result<Layer, String> {
    let mut layer = Layer::new(name, standard::layer(name).unwrap_or_default());
    let columns = columns.into_iter().map(|(name, data)| Column { name: name.to_owned(), data }).collect();
    layer.append(text, spans, columns).map_err(|error| error.to_string())?;
    Ok(layer)
}

fn floats(values: Vec<f32>) -> ColumnData {
    ColumnData::F32 { width: 1, values }
}

fn rows(layer: &str, rows: Vec<u32>) -> ColumnData {
    ColumnData::Ref { layer: layer.to_owned(), rows }
}

impl Reader<'_> {
    /// Returns the bytes of `start..end`, which are in the run's unit.
    fn span(&self, at: &str, [start, end]: Pair) -> Result<Span, String> {
        let units = match self.map.unit() {
            OffsetUnit::Char => "code points",
            OffsetUnit::Byte => "bytes",
            OffsetUnit::Utf16 => "UTF-16 units",
        };
        let length = self.map.offset(self.text.len() as u32);
        if start >= end {
            return Err(format!("{at}: {start}..{end} is empty"));
        }
        if end > length {
            return Err(format!("{at}: {start}..{end} is outside the text, which has {length} {units}"));
        }
        match (self.map.byte(start), self.map.byte(end)) {
            (Some(start), Some(end)) => Ok(Span::new(start, end)),
            _ => Err(format!("{at}: {start}..{end} cuts a character; offsets count {units}")),
        }
    }

    /// A list of pairs, in ascending order and without overlap.
    fn spans(&self, name: &str, raw: &RawValue) -> Result<Vec<Span>, String> {
        let pairs: Vec<Pair> = serde_json::from_str(raw.get())
            .map_err(|error| format!("\"{name}\" must be a list of [start, end]: {}", describe(&error, 0)))?;
        let mut spans: Vec<Span> = Vec::with_capacity(pairs.len());
        for (row, pair) in pairs.into_iter().enumerate() {
            let span = self.span(&format_args!("{name}[{row}]").to_string(), pair)?;
            if spans.last().is_some_and(|before| before.end > span.start) {
                return Err(format!("{name}[{row}]: {}..{} overlaps or precedes the one before", pair[0], pair[1]));
            }
            spans.push(span);
        }
        Ok(spans)
    }

    fn blocks(&self, raw: &RawValue) -> Result<Vec<GivenBlock>, String> {
        let mut blocks: Vec<GivenBlock> = Vec::new();
        for (at, Block { start, end, kind }) in objects::<Block>("blocks", raw)? {
            let span = self.span(&at, [start, end])?;
            if blocks.last().is_some_and(|before| before.span.end > span.start) {
                return Err(format!("{at}: {start}..{end} overlaps or precedes the one before"));
            }
            blocks.push(GivenBlock { span, kind });
        }
        Ok(blocks)
    }

    fn block_layer(&self, blocks: &[GivenBlock]) -> Result<Layer, String> {
        let spans: Vec<Span> = blocks.iter().map(|block| block.span).collect();
        let kinds = ColumnData::strings(blocks.iter().map(|block| &block.kind));
        layer("blocks", self.text, &spans, vec![("kind", kinds)])
    }

    /// Blocks of the sentences that no line end parts.
    fn paragraphs(&self, sentences: &[Span]) -> Vec<GivenBlock> {
        let mut blocks: Vec<GivenBlock> = Vec::new();
        for sentence in sentences {
            match blocks.last_mut() {
                Some(block) if !self.parted(block.span.end, sentence.start) => block.span.end = sentence.end,
                _ => blocks.push(GivenBlock { span: *sentence, kind: BlockKind::Paragraph.as_str().to_owned() }),
            }
        }
        blocks
    }

    fn parted(&self, end: u32, start: u32) -> bool {
        Span::new(end, start).get(self.text).is_some_and(|between| between.contains('\n'))
    }

    /// The words of surface tokens, those that `multiword` splits in their parts.
    fn words(&self, tokens: &RawValue, multiword: Option<&RawValue>) -> Result<Vec<Word>, String> {
        let tokens = self.spans("tokens", tokens)?;
        let mut split = match multiword {
            Some(raw) => objects::<MultiwordToken>("multiword_tokens", raw)?,
            None => Vec::new(),
        };
        split.sort_by_key(|(_, multiword)| multiword.token);
        let mut split = split.into_iter().peekable();
        let mut words: Vec<Word> = Vec::with_capacity(tokens.len());
        for (row, token) in tokens.iter().enumerate() {
            let Some((at, multiword)) = split.next_if(|(_, multiword)| multiword.token as usize == row) else {
                words.push(Word { span: *token, part: 0 });
                continue;
            };
            let mut end = token.start;
            for (part, pair) in multiword.words.into_iter().enumerate() {
                let span = self.span(&at, pair)?;
                if span.start < end || span.end > token.end {
                    return Err(format!("{at}: its words do not lie in token {row}, one after another"));
                }
                end = span.end;
                words.push(Word { span, part: part as u32 });
            }
            if end == token.start {
                return Err(format!("{at} has no words"));
            }
        }
        match split.next() {
            Some((at, multiword)) => Err(format!("{at}: no token {}, or given twice", multiword.token)),
            None => Ok(words),
        }
    }

    fn segmentation(&self, blocks: &[GivenBlock], sentences: &[Span], words: &[Word]) -> Result<[Layer; 3], String> {
        let block_spans: Vec<Span> = blocks.iter().map(|block| block.span).collect();
        let word_spans: Vec<Span> = words.iter().map(|word| word.span).collect();
        let space_after = |word: &Word| {
            let next = self.text.get(word.span.end as usize..).and_then(|rest| rest.chars().next());
            u32::from(next.is_none_or(char::is_whitespace))
        };
        Ok([
            self.block_layer(blocks)?,
            layer(
                "sentences",
                self.text,
                sentences,
                vec![("block", rows("blocks", parents("sentences", sentences, "block", &block_spans)?))],
            )?,
            layer(
                "tokens",
                self.text,
                &word_spans,
                vec![
                    ("sentence", rows("sentences", parents("tokens", &word_spans, "sentence", sentences)?)),
                    ("space_after", ColumnData::U32(words.iter().map(space_after).collect())),
                    ("part", ColumnData::U32(words.iter().map(|word| word.part).collect())),
                ],
            )?,
        ])
    }

    fn entities(&self, raw: &RawValue) -> Result<Layer, String> {
        let mut entities = Vec::new();
        for (at, entity) in objects::<Entity>("entities", raw)? {
            let span = self.span(&at, [entity.start, entity.end])?;
            let words = span.get(self.text).unwrap_or_default();
            if let Some(text) = &entity.text
                && text != words
            {
                let unit = self.map.unit().name();
                return Err(format!(
                    "{at}: \"text\" is {text:?}, but the text at {}..{} is {words:?}; offsets are in unit {unit}",
                    entity.start, entity.end
                ));
            }
            entities.push((span, entity));
        }
        // Names may nest; the outer one comes first.
        entities
            .sort_by(|(a, x), (b, y)| (a.start, Reverse(a.end), &x.label).cmp(&(b.start, Reverse(b.end), &y.label)));
        // One name given twice is one entity.
        entities.dedup_by(|(a, x), (b, y)| a == b && x.label == y.label);
        let spans: Vec<Span> = entities.iter().map(|(span, ..)| *span).collect();
        let labels = ColumnData::strings(entities.iter().map(|(_, entity)| &entity.label));
        let scores = floats(entities.iter().map(|(_, entity)| score(entity.score)).collect());
        layer("entities", self.text, &spans, vec![("label", labels), ("score", scores)])
    }

    fn quotes(&self, raw: &RawValue) -> Result<[Layer; 2], String> {
        struct GivenQuote {
            cover: Span,
            parts: Vec<(Span, &'static str)>,
            kind: String,
            act: Option<String>,
            score: f32,
        }
        let mut quotes = Vec::new();
        for (at, Quote { kind, act, content, cue, source, score: given, .. }) in objects::<Quote>("quotes", raw)? {
            let kind = kind.ok_or_else(|| format!("{at}: missing field `kind`"))?;
            let mut parts = Vec::new();
            for (role, pairs) in QuoteRole::ALL.into_iter().zip([content, cue, source]) {
                let role = role.as_str();
                for pair in pairs {
                    parts.push((self.span(&format!("{at}.{role}"), pair)?, role));
                }
            }
            let Some(cover) = parts.iter().map(|(span, _)| *span).reduce(Span::cover) else {
                return Err(format!("{at} has neither content nor cue nor source"));
            };
            quotes.push(GivenQuote { cover, parts, kind, act, score: score(given) });
        }
        quotes.sort_by_key(|quote| quote.cover);
        let covers: Vec<Span> = quotes.iter().map(|quote| quote.cover).collect();
        let (mut spans, mut parents, mut roles) = (Vec::new(), Vec::new(), Vec::new());
        for (row, quote) in quotes.iter().enumerate() {
            for (span, role) in &quote.parts {
                spans.push(*span);
                parents.push(row as u32);
                roles.push(*role);
            }
        }
        Ok([
            layer(
                "quotes",
                self.text,
                &covers,
                vec![
                    ("kind", ColumnData::strings(quotes.iter().map(|quote| &quote.kind))),
                    (
                        "act",
                        ColumnData::strings(
                            quotes.iter().map(|quote| quote.act.as_deref().unwrap_or(Act::default().as_str())),
                        ),
                    ),
                    ("score", floats(quotes.iter().map(|quote| quote.score).collect())),
                ],
            )?,
            layer(
                "quote_parts",
                self.text,
                &spans,
                vec![("quote", rows("quotes", parents)), ("role", ColumnData::strings(roles))],
            )?,
        ])
    }
}

/// For each span the row of the one of `around` that holds it; both ascend.
fn parents(name: &str, spans: &[Span], kind: &str, around: &[Span]) -> Result<Vec<u32>, String> {
    let mut row = 0;
    let mut found = Vec::with_capacity(spans.len());
    for (i, span) in spans.iter().enumerate() {
        while around.get(row).is_some_and(|parent| parent.end < span.end) {
            row += 1;
        }
        if !around.get(row).is_some_and(|parent| parent.contains(*span)) {
            return Err(format!("{name}[{i}] lies in no {kind}"));
        }
        found.push(row as u32);
    }
    Ok(found)
}
