//! Words to pieces, by the `tokenizers` crate.

use std::fs;
use std::path::Path;

use copydesk_sdk::{Error, Span};
use serde_json::Value;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::processors::bert::BertProcessing;
use tokenizers::{Encoding, Tokenizer};

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub id: u32,
    /// Its bytes, without white space at the start.
    pub span: Span,
}

/// Special pieces and their types, around the pieces of a text or between those of two.
pub(crate) type Frame = Vec<(i64, i64)>;

/// The tokenizer of a checkpoint.
pub(crate) struct Pieces {
    tokenizer: Tokenizer,
    /// The special pieces before and after a text.
    pub single: [Frame; 2],
    /// The special pieces before a first text, between the two, and after the second.
    pub pair: [Frame; 3],
    /// The types of the pieces of a first and a second text.
    pub types: [i64; 2],
}

impl Pieces {
    /// The tokenizer in a checkpoint's folder: `tokenizer.json`, or for BERT's kin `vocab.txt`.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let path = folder.join("tokenizer.json");
        let mut tokenizer = if path.is_file() {
            Tokenizer::from_file(&path).map_err(|error| Error::new(format!("{}: {error}", path.display())))?
        } else if folder.join("vocab.txt").is_file() {
            word_pieces(folder)?
        } else {
            return Err(Error::new(format!(
                "{}: has no tokenizer.json (and no vocab.txt); AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER) \
                 makes one",
                folder.display()
            )));
        };
        let wrong = |error: tokenizers::Error| Error::new(format!("{}: {error}", path.display()));
        // Windows are cut and filled here.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(wrong)?;
        let bare = tokenizer.encode("a", false).map_err(wrong)?;
        let one = tokenizer.encode("a", true).map_err(wrong)?;
        let two = tokenizer.encode(("a", "a"), true).map_err(wrong)?;
        let odd = || Error::new(format!("{}: what it puts around a text is not understood", folder.display()));
        if bare.is_empty() {
            return Err(odd());
        }
        let [before, after] = split(&one, bare.get_ids()).ok_or_else(odd)?;
        let [first, rest] = split(&two, bare.get_ids()).ok_or_else(odd)?;
        let second = two.len() - rest.len();
        let at =
            (second..two.len()).find(|at| ids_at(&two, *at, bare.len()) == Some(bare.get_ids())).ok_or_else(odd)?;
        let type_at = |at: usize| two.get_type_ids().get(at).map_or(0, |kind| i64::from(*kind));
        Ok(Pieces {
            types: [type_at(first.len()), type_at(at)],
            pair: [first, frame(&two, second, at), frame(&two, at + bare.len(), two.len())],
            single: [before, after],
            tokenizer,
        })
    }

    /// One more than the greatest number of a piece.
    pub fn vocabulary(&self) -> usize {
        self.tokenizer.get_vocab_size(true)
    }

    /// Appends the pieces of a part of a text.
    ///
    /// # Errors
    /// If the tokenizer cannot read it.
    pub fn read(&self, text: &str, part: Span, out: &mut Vec<Piece>) -> Result<(), Error> {
        let own = part.get(text).unwrap_or_default();
        let encoding = self.encode(own)?;
        for (id, (start, end)) in encoding.get_ids().iter().zip(encoding.get_offsets()) {
            // If characters are several pieces, a piece may begin or end within one.
            let blank = own.get(*start..*end).map_or(0, |piece| piece.len() - piece.trim_start().len());
            let start = start + blank;
            out.push(Piece { id: *id, span: Span::new(part.start + start as u32, part.start + *end as u32) });
        }
        Ok(())
    }

    /// The numbers of a word's pieces.
    ///
    /// # Errors
    /// If the tokenizer cannot read it.
    pub fn word(&self, word: &str) -> Result<Vec<u32>, Error> {
        Ok(self.encode(word)?.get_ids().to_vec())
    }

    fn encode(&self, text: &str) -> Result<Encoding, Error> {
        self.tokenizer.encode(text, false).map_err(|error| Error::new(format!("tokenizer: {error}")))
    }
}

/// Pieces and types of a range.
fn frame(encoding: &Encoding, from: usize, to: usize) -> Frame {
    let pieces = encoding.get_ids().iter().zip(encoding.get_type_ids());
    pieces.map(|(id, kind)| (i64::from(*id), i64::from(*kind))).take(to).skip(from).collect()
}

fn ids_at(encoding: &Encoding, at: usize, count: usize) -> Option<&[u32]> {
    encoding.get_ids().get(at..at + count)
}

/// Returns the special pieces before and after these pieces.
fn split(encoding: &Encoding, own: &[u32]) -> Option<[Frame; 2]> {
    let at = (0..encoding.len()).find(|at| ids_at(encoding, *at, own.len()) == Some(own))?;
    Some([frame(encoding, 0, at), frame(encoding, at + own.len(), encoding.len())])
}

/// BERT's own tokenizer, from its list of pieces.
fn word_pieces(folder: &Path) -> Result<Tokenizer, Error> {
    let path = folder.join("vocab.txt");
    let wrong = |problem: String| Error::new(format!("{}: {problem}", path.display()));
    // As transformers: small letters unless tokenizer_config.json says otherwise.
    let settings = fs::read_to_string(folder.join("tokenizer_config.json")).ok();
    let settings: Value = settings.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let small = settings.get("do_lower_case").and_then(Value::as_bool).unwrap_or(true);
    let name = path.to_str().ok_or_else(|| wrong("its path is not Unicode".into()))?;
    let model = WordPiece::from_file(name).build().map_err(|error| wrong(error.to_string()))?;
    let mut tokenizer = Tokenizer::new(model);
    let number = |piece: &str| {
        let number = tokenizer.token_to_id(piece).ok_or_else(|| wrong(format!("it has no piece {piece}")))?;
        Ok::<_, Error>((piece.to_owned(), number))
    };
    let frame = BertProcessing::new(number("[SEP]")?, number("[CLS]")?);
    number("[UNK]")?;
    let normalizer = BertNormalizer::new(true, true, None, small);
    tokenizer.with_normalizer(Some(normalizer)).map_err(|error| wrong(error.to_string()))?;
    tokenizer.with_pre_tokenizer(Some(BertPreTokenizer));
    tokenizer.with_post_processor(Some(frame));
    Ok(tokenizer)
}
