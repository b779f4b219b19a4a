//! The tables of a result: their names, their columns, and what each column means. CSV and Parquet have the same.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text in UTF-8.
    Text,
    /// A whole number of 32 bits with a sign.
    Whole,
    /// A whole number of 64 bits with a sign.
    Long,
    /// A float of 32 bits.
    Float,
    /// True or false.
    Flag,
}

/// A column of a table. Every value may be missing.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What it means, in a sentence.
    pub meaning: &'static str,
}

/// A table: a layer of the result, or the documents. CSV and Parquet have the same columns.
///
/// ```
/// use copydesk_tables::{Kind, Table};
///
/// let offsets = Table::Quotes.columns().iter().filter(|column| ["start", "end"].contains(&column.name));
/// assert!(offsets.map(|column| column.kind).eq([Kind::Whole, Kind::Whole]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Who said what: one row for each attribution.
    Quotes,
    /// Who is in the article: one row for each participant.
    Actors,
    /// One row for each name, nominal or pronoun that means a participant.
    Mentions,
    /// One row for each name, with dates, sums and the like.
    Entities,
    /// How a holder stands toward a target: one row for each opinion.
    Stances,
    /// One row for each sentence.
    Sentences,
    /// One row for each word: "don't" is one token of two words.
    Tokens,
    /// One row for each document of the input, also if it has no result.
    Documents,
}

/// The names of all tables. The first is the one that answers who said what.
pub(crate) const NAMES: [&str; 8] =
    ["quotes", "actors", "mentions", "entities", "stances", "sentences", "tokens", "documents"];

impl Table {
    /// All tables.
    pub const ALL: [Table; 8] = [
        Table::Quotes,
        Table::Actors,
        Table::Mentions,
        Table::Entities,
        Table::Stances,
        Table::Sentences,
        Table::Tokens,
        Table::Documents,
    ];

    /// Returns the table with this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Table> {
        let place = NAMES.iter().position(|own| *own == name)?;
        Table::ALL.get(place).copied()
    }

    /// Returns the table with this name; the first one if there is none, so that a format without a chosen table has one.
    pub(crate) fn named(name: &str) -> Table {
        Table::find(name).unwrap_or(Table::Quotes)
    }

    /// Returns its name, such as `quotes`.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.get(self as usize).copied().unwrap_or_default()
    }

    /// Says what one row is, in a sentence.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Table::Quotes => "Who said what: one row for each attribution.",
            Table::Actors => "Who is in the article: one row for each participant.",
            Table::Mentions => "One row for each name, nominal or pronoun that means a participant.",
            Table::Entities => "One row for each name, with dates, sums and the like.",
            Table::Stances => "How a holder stands toward a target: one row for each opinion.",
            Table::Sentences => "One row for each sentence.",
            Table::Tokens => "One row for each word: \"don't\" is one token of two words.",
            Table::Documents => "One row for each document of the input, also if it has no result.",
        }
    }

    /// Returns the columns, in their order.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        match self {
            Table::Quotes => QUOTES,
            Table::Actors => ACTORS,
            Table::Mentions => MENTIONS,
            Table::Entities => ENTITIES,
            Table::Stances => STANCES,
            Table::Sentences => SENTENCES,
            Table::Tokens => TOKENS,
            Table::Documents => DOCUMENTS,
        }
    }
}

const fn text(name: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Text, meaning }
}

const fn whole(name: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Whole, meaning }
}

const fn float(name: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Float, meaning }
}

const DOCUMENT: Column = text("document", "The document's id.");
const TITLE: Column = text("title", "The article's headline.");
const PUBLISHED: Column = text("published", "When the article came out, in ISO 8601.");
const OUTLET: Column = text("outlet", "The newspaper, agency, broadcaster or site.");
const START: Column = whole("start", "The start in the document's text.");
const END: Column = whole("end", "The end, exclusive.");
const SCORE: Column = float("score", "The probability, 0 to 1.");

const QUOTES: &[Column] = &[
    DOCUMENT,
    TITLE,
    PUBLISHED,
    OUTLET,
    whole("quote", "The quote's number in the document, from 0."),
    text("quote_id", "16 hexadecimal digits that name the quote among those of all documents."),
    text("kind", "direct, indirect or mixed."),
    text("act", "speech, writing, thought or intention."),
    text("text", "What was said. An interruption is \" … \"."),
    whole("start", "The start of what was said, in the document's text."),
    END,
    text("cue", "The words that tell of the act, such as \"said\"."),
    text("source", "The words that name the speaker, such as \"she\"."),
    whole("speaker", "The speaker's number in the table actors."),
    text("speaker_name", "The speaker's longest name in the article."),
    text("speaker_label", "PERSON, ORG and so on."),
    text("speaker_role", "The speaker's role in the article's own words, such as \"senior advisor\"."),
    text("speaker_affiliation", "The organisation or place that the speaker speaks for, in the article's own words."),
    text("speaker_kb_id", "The speaker's id in the knowledge base."),
    float("speaker_score", "The probability that the speaker is right, 0 to 1."),
    float("score", "The probability of the attribution, 0 to 1."),
];

const ACTORS: &[Column] = &[
    DOCUMENT,
    TITLE,
    PUBLISHED,
    OUTLET,
    whole("actor", "The actor's number in the document, from 0."),
    text("name", "The longest name."),
    text("label", "PERSON, ORG and so on."),
    text("role", "The role in the article's own words, such as \"senior advisor\"."),
    text("affiliation", "The organisation or place that the actor speaks for, in the article's own words."),
    text("kb_id", "The actor's id in the knowledge base."),
    float("kb_score", "The probability that this id is right, 0 to 1."),
    whole("mentions", "How many mentions the actor has."),
    whole("names", "How many of them are names."),
    whole("nominals", "How many of them are nominals, such as \"the minister\"."),
    whole("pronouns", "How many of them are pronouns."),
    whole("quotes", "How many quotes the actor is the speaker of."),
];

const MENTIONS: &[Column] = &[
    DOCUMENT,
    TITLE,
    PUBLISHED,
    OUTLET,
    whole("mention", "The mention's number in the document, from 0."),
    whole("actor", "The actor's number in the table actors."),
    text("actor_name", "The actor's longest name in the article."),
    text("actor_label", "PERSON, ORG and so on."),
    text("type", "name, nominal or pronoun."),
    text("text", "The words."),
    START,
    END,
];

const ENTITIES: &[Column] = &[
    DOCUMENT,
    TITLE,
    PUBLISHED,
    OUTLET,
    whole("entity", "The name's number in the document, from 0."),
    text("label", "PERSON, ORG, GPE and so on."),
    text("text", "The name."),
    START,
    END,
    SCORE,
    whole("actor", "The number in the table actors of the actor with this name."),
    text("actor_name", "The actor's longest name in the article."),
];

const STANCES: &[Column] = &[
    DOCUMENT,
    TITLE,
    PUBLISHED,
    OUTLET,
    whole("stance", "The stance's number in the document, from 0."),
    text("voice", "author if it is the article's own voice, speaker if it is that of an actor."),
    whole("holder", "The speaker's number in the table actors."),
    text("holder_name", "The speaker's longest name in the article."),
    whole("target", "The target's number in the table actors."),
    text("target_name", "The target's longest name in the article."),
    text("target_label", "PERSON, ORG and so on."),
    float("polarity", "From -1 (against) to 1 (for)."),
    SCORE,
    text("mention", "The words that mention the target."),
    whole("mention_start", "The start of the mention."),
    whole("mention_end", "The end of the mention, exclusive."),
    text("evidence", "The passage that the stance was read from."),
    whole("start", "The start of the evidence."),
    whole("end", "The end of the evidence, exclusive."),
];

const SENTENCES: &[Column] = &[
    DOCUMENT,
    whole("sentence", "The sentence's number in the document, from 0."),
    whole("block", "The number of the block that holds it, from 0."),
    text("block_kind", "headline, dateline, byline, paragraph, list_item, pull_quote or caption."),
    text("text", "The sentence."),
    START,
    END,
];

const TOKENS: &[Column] = &[
    DOCUMENT,
    whole("word", "The word's number in the document, from 0."),
    whole("token", "The number of the token that the word is a part of, from 0."),
    whole("sentence", "The number of its sentence in the table sentences."),
    text("text", "The word."),
    START,
    END,
    Column { name: "space_after", kind: Kind::Flag, meaning: "True if white space or the end of the text follows." },
];

const DOCUMENTS: &[Column] = &[
    DOCUMENT,
    TITLE,
    text("authors", "The authors, joined by \"; \"."),
    PUBLISHED,
    text("modified", "When the article was last changed, in ISO 8601."),
    OUTLET,
    text("section", "The section of the outlet."),
    text("language", "The language that the article says it is in, as a BCP 47 tag."),
    text("url", "The address of the article."),
    text("meta", "Other metadata, as a JSON object."),
    text("file", "The file that the document was read from."),
    Column { name: "line", kind: Kind::Long, meaning: "The line or row of the file, from 1." },
    text("encoding", "The encoding that the bytes were read as."),
    text("detected_language", "The language as it was detected, as a BCP 47 tag."),
    whole("characters", "The length of the text in Unicode code points."),
    whole("sentences", "How many sentences the document has."),
    whole("tokens", "How many words it has."),
    whole("entities", "How many names it has."),
    whole("actors", "How many participants it has."),
    whole("mentions", "How many mentions of them it has."),
    whole("quotes", "How many quotes it has."),
    whole("stances", "How many stances it has."),
    text("duplicate_of", "The id of the earlier document that this one repeats. It then has no result."),
    text("error_stage", "The stage that failed. Empty if the document could not be read."),
    text("error", "Why the document has no result."),
    text("text", "The text."),
];

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    /// The page about all tables, for people.
    fn page() -> String {
        let mut page = "# Tables\n\nThe columns of `--format parquet`, `csv` and `tsv`. Every value may be missing: null in \
                        Parquet, empty in CSV.\nOffsets are in the unit of `--offsets`. A test makes this page from the code.\n"
            .to_owned();
        for table in Table::ALL {
            let _ = write!(
                page,
                "\n## {}\n\n{}\n\n| column | type | meaning |\n| --- | --- | --- |\n",
                table.name(),
                table.meaning()
            );
            for column in table.columns() {
                let kind = match column.kind {
                    Kind::Text => "string",
                    Kind::Whole => "int32",
                    Kind::Long => "int64",
                    Kind::Float => "float",
                    Kind::Flag => "boolean",
                };
                let _ = writeln!(page, "| {} | {kind} | {} |", column.name, column.meaning);
            }
        }
        page
    }

    #[test]
    fn the_committed_page_is_that_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schema/tables.md");
        let made = page();
        if std::env::var_os("COPYDESK_BLESS").is_some() {
            std::fs::write(path, &made).expect("the page is written");
        }
        let committed = std::fs::read_to_string(path).expect("docs/schema/tables.md");
        assert!(made == committed, "run `COPYDESK_BLESS=1 cargo test -p copydesk-tables schema`");
    }

    #[test]
    fn names_are_found_and_distinct() {
        for (table, name) in Table::ALL.into_iter().zip(NAMES) {
            assert_eq!((Table::named(name), table.name()), (table, name));
            let columns = table.columns();
            assert!(columns.iter().all(|column| columns.iter().filter(|other| other.name == column.name).count() == 1));
            assert_eq!(columns.first().map(|column| column.name), Some("document"));
        }
        assert_eq!(Table::named(""), Table::Quotes);
    }
}
