//! The lines of results as types: schema `copydesk/1`.
//!
//! `docs/schema/result.json` is made from these types. [`JsonWriter`](crate::JsonWriter) writes the same lines by hand,
//! which is faster; tests compare the two. Readers of results and of given layers use these types too. Such lines may
//! come from other programs, which may leave keys out. These keys are options here, though a result always has them.
//!
//! ```
//! use copydesk_formats::result::ResultLine;
//!
//! let line = r#"{"schema": "copydesk/1", "id": "7", "offsets": "char", "entities": [
//!     {"start": 15, "end": 23, "label": "PERSON", "text": "Ana Ruiz", "score": 0.98, "actor": 0}]}"#;
//! match serde_json::from_str(line)? {
//!     ResultLine::Analysis(found) => {
//!         for entity in found.entities.unwrap_or_default() {
//!             println!("{}: {}", entity.label, entity.text.unwrap_or_default());
//!         }
//!     }
//!     ResultLine::Duplicate(repeated) => println!("{} repeats {}", repeated.id, repeated.duplicate_of),
//!     ResultLine::Error(failed) => eprintln!("{}: {}", failed.id, failed.error.message),
//! }
//! # Ok::<(), serde_json::Error>(())
//! ```

use std::collections::BTreeMap;

use copydesk_core::OffsetUnit;
use copydesk_text::BlockKind;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

#[cfg(test)]
use schemars::JsonSchema;

/// The name and version of the schema.
pub const SCHEMA: &str = "copydesk/1";

/// Start and end of a span, the end exclusive, in the unit that the line's `offsets` name.
pub type Pair = [u32; 2];

/// One line: a result, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(title = "copydesk/1", extend("$id" = "result.json")))]
#[serde(untagged)]
pub enum ResultLine {
    /// A document that could not be analyzed.
    Error(ErrorLine),
    /// A document that repeats an earlier one.
    Duplicate(DuplicateLine),
    /// A document that was analyzed.
    Analysis(Box<Analysis>),
}

/// The result of a document. `--layers` chooses the keys. A layer that no stage made is missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Analysis {
    /// The schema's name and version.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    pub schema: String,
    /// The document's id.
    pub id: String,
    /// The unit of offsets: Unicode code points, bytes of UTF-8, or UTF-16 units.
    #[cfg_attr(test, schemars(with = "String", extend("enum" = ["char", "byte", "utf16"])))]
    pub offsets: OffsetUnit,
    /// The text, unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub text: Option<String>,
    /// Other metadata of the document, passed through unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Map<String, Value>"))]
    pub meta: Option<Map<String, Value>>,
    /// The headline. This key and those up to `source` are null if they are unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The authors, in the order of the byline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors: Option<Vec<String>>,
    /// When it first came out: an ISO 8601 date, or date and time, as the input has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// When it was last changed, in the same form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// The newspaper, agency, broadcaster or site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// The section of the outlet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The language of the text, as a BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The address of the article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The place that the run read the document from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Paragraph-like blocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Vec<Block>"))]
    pub blocks: Option<Vec<Block>>,
    /// Sentences.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Vec<Pair>"))]
    pub sentences: Option<Vec<Pair>>,
    /// Surface tokens as in Universal Dependencies: `don't` is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Vec<Pair>"))]
    pub tokens: Option<Vec<Pair>>,
    /// Tokens of several words: `don't` is `do` and `n't`. It comes with `tokens`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Vec<MultiwordToken>"))]
    pub multiword_tokens: Option<Vec<MultiwordToken>>,
    /// Names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Vec<Entity>"))]
    pub entities: Option<Vec<Entity>>,
    /// The article's participants.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Vec<Actor>"))]
    pub actors: Option<Vec<Actor>>,
    /// Quotes with their speakers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Vec<Quote>"))]
    pub quotes: Option<Vec<Quote>>,
    /// Stances of holders toward actors.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Vec<Stance>"))]
    pub stances: Option<Vec<Stance>>,
    /// Rows of layers that other plugins wrote, by the layer's name: `start`, `end`, and the layer's columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Vec<Map<String, Value>>>"))]
    pub layers: Option<BTreeMap<String, Vec<Map<String, Value>>>>,
    /// The origin of the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Provenance"))]
    pub provenance: Option<Provenance>,
}

/// The place that a document was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Source {
    /// The file's path as it was given; null for standard input.
    pub file: Option<String>,
    /// The line of the file, from 1; null if the file is the document.
    pub line: Option<u64>,
    /// The encoding that the bytes were read as, by its name in the Encoding Standard; null if it is not known.
    #[serde(default)]
    pub encoding: Option<String>,
    /// The language of the text as it was detected, as a BCP 47 tag; null if it was not detected.
    #[serde(default)]
    pub language: Option<String>,
}

/// A paragraph-like block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Block {
    /// The start.
    pub start: u32,
    /// The end, exclusive.
    pub end: u32,
    /// headline, dateline, byline, paragraph, list_item, pull_quote or caption.
    #[serde(default = "paragraph")]
    pub kind: String,
}

fn paragraph() -> String {
    BlockKind::Paragraph.as_str().to_owned()
}

/// A token of several words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct MultiwordToken {
    /// The token's place in `tokens`, from 0.
    pub token: u32,
    /// Its words.
    pub words: Vec<Pair>,
}

/// A name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Entity {
    /// The start.
    pub start: u32,
    /// The end, exclusive.
    pub end: u32,
    /// The label: PERSON, ORG, GPE and so on, as in the model.
    pub label: String,
    /// The name itself.
    #[cfg_attr(test, schemars(with = "String"))]
    pub text: Option<String>,
    /// The probability, 0 to 1.
    #[cfg_attr(test, schemars(with = "f64"))]
    pub score: Option<f64>,
    /// The actor with this name; null for dates, sums and the like; missing if no stage makes actors.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<u32>"))]
    pub actor: Option<Option<u32>>,
}

/// A participant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Actor {
    /// The id in `entities`, `quotes` and `stances`: the place in `actors`, from 0.
    #[cfg_attr(test, schemars(with = "u32"))]
    pub id: Option<u32>,
    /// Its longest name.
    #[serde(default)]
    pub name: String,
    /// PERSON, ORG and so on.
    #[serde(default)]
    pub label: String,
    /// The role in the article's own words, such as "senior advisor"; null if the article gives none; missing if no
    /// stage looks for roles.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub role: Option<Option<String>>,
    /// The organisation or place that the actor speaks for, in the article's own words; null if the article gives none;
    /// missing if no stage looks for affiliations.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub affiliation: Option<Option<String>>,
    /// The id in the knowledge base; null if the actor is not known to be in it; missing if no stage links actors.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub kb_id: Option<Option<String>>,
    /// The probability that the id is right, 0 to 1; null without an id; missing if no stage links actors.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<f64>"))]
    pub kb_score: Option<Option<f64>>,
    /// All mentions of the actor.
    pub mentions: Vec<Mention>,
}

/// A mention of an actor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Mention {
    /// The start.
    pub start: u32,
    /// The end, exclusive.
    pub end: u32,
    /// name, nominal or pronoun.
    #[serde(default, rename = "type")]
    pub kind: String,
}

/// An attribution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Quote {
    /// 16 hexadecimal digits that name the quote among those of all documents. They come from the document's id and the
    /// place of the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub id: Option<String>,
    /// direct (all of the content in quotation marks), indirect (nothing of it) or mixed.
    #[cfg_attr(test, schemars(with = "String"))]
    pub kind: Option<String>,
    /// speech, writing, thought or intention.
    #[cfg_attr(test, schemars(with = "String"))]
    pub act: Option<String>,
    /// The content. An interrupted quote has several spans.
    #[serde(default)]
    pub content: Vec<Pair>,
    /// The cue: words such as "said".
    #[serde(default)]
    pub cue: Vec<Pair>,
    /// The words that name the speaker.
    #[serde(default)]
    pub source: Vec<Pair>,
    /// The speaker's id; null if it is unknown; missing if no stage makes actors.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<u32>"))]
    pub speaker: Option<Option<u32>>,
    /// That actor's name.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub speaker_name: Option<Option<String>>,
    /// The probability that the speaker is right, 0 to 1; null if the speaker is unknown; missing if no stage tells.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<f64>"))]
    pub speaker_score: Option<Option<f64>>,
    /// The probability of the attribution, 0 to 1.
    #[cfg_attr(test, schemars(with = "f64"))]
    pub score: Option<f64>,
}

/// The stance of a holder toward an actor, at one mention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Stance {
    /// The holder.
    #[cfg_attr(test, schemars(with = "Holder"))]
    pub holder: Option<Holder>,
    /// Toward which actor it is.
    #[cfg_attr(test, schemars(with = "u32"))]
    pub target: Option<u32>,
    /// The mention of that actor.
    #[cfg_attr(test, schemars(with = "Pair"))]
    pub mention: Option<Pair>,
    /// From -1 (against) to 1 (for): below -1/3 it is negative, above 1/3 positive.
    pub polarity: f64,
    /// The probability of that class, 0 to 1.
    #[cfg_attr(test, schemars(with = "f64"))]
    pub score: Option<f64>,
    /// The passages that it was read from.
    #[serde(default)]
    pub evidence: Vec<Pair>,
}

/// The holder of a stance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(untagged)]
pub enum Holder {
    /// An actor's id.
    Actor(u32),
    /// The article's own voice.
    Voice(Voice),
}

/// The article's own voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub enum Voice {
    /// `"author"`
    #[serde(rename = "author")]
    Author,
}

/// The origin of a result: pipeline, version and stages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Provenance {
    /// The pipeline's name.
    pub pipeline: String,
    /// The version of the program.
    pub copydesk: String,
    /// The hash of the lock file that the run was held to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub lock: Option<String>,
    /// The stages, in their order.
    pub stages: Vec<StageProvenance>,
}

/// One stage of the pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct StageProvenance {
    /// The stage's id.
    pub id: String,
    /// The plugin's id, if it is not the stage's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub plugin: Option<String>,
    /// The plugin's version.
    pub version: String,
    /// The stage's model, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub model: Option<String>,
    /// What the licences of its models' training data allow: `any-use`, `share-alike`, `non-commercial` or `unstated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub licence: Option<String>,
}

/// A document that repeats an earlier one of the run, and so has no result of its own: only with `--dedupe`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct DuplicateLine {
    /// The schema's name and version.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    pub schema: String,
    /// The document's id.
    pub id: String,
    /// The id of the first document with the same text, or nearly the same.
    pub duplicate_of: String,
    /// The place that the run read the document from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// The line of a document that could not be analyzed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ErrorLine {
    /// The schema's name and version.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    pub schema: String,
    /// The document's id.
    pub id: String,
    /// The error.
    pub error: ErrorDetail,
}

/// The reason that a document could not be analyzed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ErrorDetail {
    /// The stage that failed; null if the document could not be read.
    pub stage: Option<String>,
    /// The message.
    pub message: String,
    /// The line of the input; null if the input has no lines.
    pub line: Option<u64>,
}

/// A value that is there, though it may be null: a key that is not there is the outer `None`.
fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use schemars::Schema;
    use schemars::generate::SchemaSettings;
    use schemars::transform::RecursiveTransform;

    use super::*;
    use crate::parts::PARTS;

    /// The schema of the output. Values that only a reader fills in are no part of it.
    fn schema() -> Value {
        let without_default = |schema: &mut Schema| {
            schema.remove("default");
        };
        let settings =
            SchemaSettings::draft2020_12().for_serialize().with_transform(RecursiveTransform(without_default));
        settings.into_generator().into_root_schema_for::<ResultLine>().to_value()
    }

    #[test]
    fn the_committed_schema_is_that_of_the_types() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schema/result.json");
        let made = format!("{:#}\n", schema());
        if std::env::var_os("COPYDESK_BLESS").is_some() {
            std::fs::write(path, &made).expect("the schema is written");
        }
        let committed = std::fs::read_to_string(path).expect("docs/schema/result.json");
        assert!(made == committed, "run `COPYDESK_BLESS=1 cargo test -p copydesk-formats schema`");
    }

    #[test]
    fn every_part_is_a_key() {
        let schema = schema();
        let analysis = &schema["$defs"]["Analysis"];
        let keys = analysis["properties"].as_object().expect("properties");
        let parts = keys.keys().map(String::as_str).filter(|key| PARTS.contains(key));
        assert_eq!(parts.count(), PARTS.len());
        assert_eq!(analysis["required"], serde_json::json!(["schema", "id", "offsets"]));
    }
}
