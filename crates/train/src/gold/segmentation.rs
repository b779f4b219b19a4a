//! Tokens and sentences of a treebank in CoNLL-U: documents put together from their sentences, with an empty
//! line between paragraphs.

use std::path::Path;

use super::{Documents, Gold, Spans, past};
use crate::{Error, lines::Lines};

/// A document with its boundaries.
#[derive(Clone, Debug, Default)]
pub struct SegmentationDocument {
    /// Its name after `# newdoc id =`. If the file has none, it is its number, from 0.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Surface tokens: the words of a multi-word token are one.
    pub tokens: Spans,
    /// Sentences.
    pub sentences: Spans,
}

impl Gold for SegmentationDocument {
    fn read(path: &Path) -> Result<Documents<Self>, Error> {
        let mut reader = Reader { lines: Lines::open(path)?, open: Builder::default(), number: 0, ended: false };
        Ok(Documents::new(move || reader.next()))
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn text(&self) -> &str {
        &self.text
    }
}

/// The text between two words, and between two paragraphs.
const SPACE: &str = " ";
const PARAGRAPH: &str = "\n\n";

struct Reader {
    lines: Lines,
    open: Builder,
    number: u64,
    ended: bool,
}

/// A document of which more may come.
#[derive(Default)]
struct Builder {
    name: Option<String>,
    document: SegmentationDocument,
    /// Code points of the text so far.
    length: u32,
    /// The beginning of the open sentence, and the end of its last token.
    sentence: Option<u32>,
    token_end: u32,
    /// The last word of the open multi-word token.
    skip_to: u32,
}

impl Reader {
    fn next(&mut self) -> Result<Option<SegmentationDocument>, Error> {
        while !self.ended {
            let Some(line) = self.lines.next()? else {
                self.ended = true;
                self.open.end_sentence();
                return Ok(self.close());
            };
            if let Some(name) = line.strip_prefix("# newdoc") {
                let name = name.split_once('=').map(|(_, name)| name.trim().to_owned());
                let done = self.close();
                self.open.name = name.filter(|name| !name.is_empty());
                if done.is_some() {
                    return Ok(done);
                }
            } else if line.starts_with("# newpar") {
                let added = self.open.paragraph();
                added.map_err(|message| self.lines.error(message))?;
            } else if line.is_empty() {
                self.open.end_sentence();
            } else if !line.starts_with('#') {
                let added = self.open.word(line);
                added.map_err(|message| self.lines.error(message))?;
            }
        }
        Ok(None)
    }

    /// Hands out the open document if it has tokens, and begins another.
    fn close(&mut self) -> Option<SegmentationDocument> {
        let open = std::mem::take(&mut self.open);
        if open.document.tokens.is_empty() {
            return None;
        }
        let id = open.name.unwrap_or_else(|| self.number.to_string());
        self.number += 1;
        Some(SegmentationDocument { id, ..open.document })
    }
}

impl Builder {
    fn paragraph(&mut self) -> Result<(), String> {
        let text = &mut self.document.text;
        if !text.is_empty() {
            while text.ends_with(char::is_whitespace) {
                text.pop();
                self.length -= 1;
            }
            text.push_str(PARAGRAPH);
            self.length = past(self.length, PARAGRAPH)?;
        }
        Ok(())
    }

    fn end_sentence(&mut self) {
        if let Some(start) = self.sentence.take() {
            self.document.sentences.push([start, self.token_end]);
        }
        self.skip_to = 0;
    }

    fn word(&mut self, line: &str) -> Result<(), String> {
        let mut columns = line.split('\t');
        let (Some(id), Some(form), Some(misc)) = (columns.next(), columns.next(), columns.nth(7)) else {
            return Err(format!(
                "a word has ten columns with a tab between each two, not {}",
                line.split('\t').count()
            ));
        };
        let number = |digits: &str| digits.parse::<u32>().map_err(|_| format!("{id:?} is no word's number"));
        if id.contains('.') {
            return Ok(());
        }
        if let Some((_, last)) = id.split_once('-') {
            self.skip_to = number(last)?;
        } else if number(id)? <= self.skip_to {
            return Ok(());
        }
        let start = self.length;
        self.document.text.push_str(form);
        self.length = past(self.length, form)?;
        self.token_end = self.length;
        self.document.tokens.push([start, self.length]);
        self.sentence.get_or_insert(start);
        if !misc.contains("SpaceAfter=No") {
            self.document.text.push_str(SPACE);
            self.length = past(self.length, SPACE)?;
        }
        Ok(())
    }
}
