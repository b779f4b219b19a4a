//! The texts of a benchmark: the user's, or those built into the program.

use copydesk_core::{Document, TextError};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// An article of our own.
const ARTICLE: &str = include_str!("../../../examples/article.txt");

/// How often the built-in texts hold the article itself, so that the median latency is that of an article.
const ARTICLES: usize = 10;

/// The number of articles in the long text: about 3,600 words.
const LONG: usize = 8;

/// Texts of our own: a long one, one that news never is, and an article ten times.
///
/// # Errors
/// Never: they are far from the longest that a document may have.
pub fn built_in_texts() -> Result<Vec<Document>, TextError> {
    // The longest comes first, so that several threads end at about the same time.
    let mut documents =
        vec![Document::new("long", [ARTICLE; LONG].join("\n\n"))?, Document::new("hostile", hostile())?];
    for number in 1..=ARTICLES {
        documents.push(Document::new(format!("article-{number}"), ARTICLE)?);
    }
    Ok(documents)
}

/// The words of the article as one paragraph, among quotation marks that never close, abbreviations, sequences of
/// emoji, combining marks and control characters.
fn hostile() -> String {
    const BETWEEN: [&str; 7] = ["“", "\u{200d}👩\u{200d}👧 ", "A.B. said that ", "\u{0}", "‘\"", "\u{301}…", " "];
    ARTICLE.split_whitespace().zip(BETWEEN.iter().cycle()).flat_map(|(word, between)| [word, between]).collect()
}

/// The identity of a benchmark's texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The files as the user named them; empty for the built-in texts.
    pub files: Vec<String>,
    /// How many documents there were.
    pub documents: u64,
    /// Bytes of their texts, UTF-8.
    pub bytes: u64,
    /// The SHA-256 of the texts and of the number of given rows in each layer, 64 hexadecimal digits.
    pub sha256: String,
}

impl Input {
    /// Describes documents, which came from these files.
    #[must_use]
    pub fn new(files: Vec<String>, documents: &[Document]) -> Self {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        };
        for document in documents {
            add(document.text());
            for layer in document.layers() {
                add(layer.name());
                add(&layer.len().to_string());
            }
        }
        Input {
            files,
            documents: documents.len() as u64,
            bytes: bytes(documents),
            sha256: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// Bytes of the documents' texts.
pub(crate) fn bytes(documents: &[Document]) -> u64 {
    documents.iter().map(|document| document.text().len() as u64).sum()
}
