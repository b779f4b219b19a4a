//! The list of model files: their names, hashes and sets.
//!
//! There is a static for each file, so that a plugin's library holds only the models of that plugin.

use crate::{Licence, Model};

/// A model, inside the program if the feature of its set is on.
macro_rules! model {
    ($set:literal, $name:literal, $file:literal, $licence:ident, $sha256:literal) => {
        &Model {
            name: $name,
            file: $file,
            sha256: $sha256,
            licence: Licence::$licence,
            #[cfg(feature = $set)]
            bytes: Some(copydesk_sdk::include_model!(concat!("../../../models/", $file))),
            #[cfg(not(feature = $set))]
            bytes: None,
        }
    };
}

/// Sentence boundaries, for the plugin `tokenizer`.
pub static BOUNDARIES: &Model = model!(
    "fast",
    "boundaries",
    "tokenizer-boundaries.cdm",
    NonCommercial,
    "9dd291f66f5a3d471191f3147fb905e10f97f88d28672fb530331aee445d6702"
);

/// The gender of given names, for the plugin `actors`.
pub static GIVEN_NAMES: &Model = model!(
    "fast",
    "given-names",
    "given-names.cdm",
    AnyUse,
    "65c24134d2c011bea69b1d4d8af39c183ff8dcec20dfa461475fd5e795797e6f"
);

/// The weights of the linear ranker, for the plugin `actors`.
pub static RANKER: &Model = model!(
    "fast",
    "ranker",
    "actors-ranker.cdm",
    Unstated,
    "560a1500d65a6271759b1cb1cb6316f52f4a8fa69619a14a080c0b0c7dc136a8"
);

/// Participants by vectors.
static ACTORS_NEWS: &Model = model!(
    "news",
    "news",
    "news-actors.cdm",
    Unstated,
    "94876a6584f98e0d94a6c595faa0ac85485d6be69272626a97013caca980e6e0"
);

/// The knowledge base of both pipelines.
static LINKER_NEWS: &Model = model!(
    "fast",
    "news",
    "news-kb.cdm",
    ShareAlike,
    "37ecd8fc166e3d5e852b8dc18bec6f1e6e9b38d5c72d6b8604e0c0f66d927500"
);

/// The encoder of `news`.
static ENCODER_NEWS: &Model = model!(
    "news",
    "news",
    "news-encoder.cdm",
    Unstated,
    "a0c7edc02d6123e292d39a91cababb2d5c0a313bdd2ac7e2c7b766baf98d6d5c"
);

/// Names by vectors.
static NER_NEWS: &Model = model!(
    "news",
    "news",
    "news-ner.cdm",
    Unstated,
    "53c9934fb8061800c8eee11c879b47b3cf74c8622f650716ca61b7c1b000d7fd"
);

/// The linear model of names. The model `news` uses its word lists too.
pub static NER_FAST: &Model = model!(
    "fast",
    "news-fast",
    "ner-news-fast.cdm",
    Unstated,
    "a488778384151882ac9317cec2d23899765b004afc34003da6e73cd6a72f6293"
);

/// Quotes by vectors.
static QUOTES_NEWS: &Model = model!(
    "news",
    "news",
    "news-quotes.cdm",
    Unstated,
    "a4892c019820e13432cb9e509c9c29c2ee3f71cb6617716b918773aed54fa561"
);

/// The linear model of quotes. The model `news` uses its lexicon too.
pub static QUOTES_FAST: &Model = model!(
    "fast",
    "news-fast",
    "quotes-news-fast.cdm",
    Unstated,
    "6146ebcfc234d62872b80244e749a4f8cf5541854a856555ada557a51b69e5c9"
);

/// Stances by vectors.
static STANCE_NEWS: &Model = model!(
    "news",
    "news",
    "news-stance.cdm",
    Unstated,
    "cf3465bcaf359e5dbe09814ca3f4f1b344b6907c6a3799a4d559d9aa430de001"
);

/// Stances by words.
static STANCE_FAST: &Model = model!(
    "fast",
    "news-fast",
    "stance-news-fast.cdm",
    Unstated,
    "6b0e50dc845dbd3fe2d800eea3a3e53c25df1ec4b11e620805a01357efd3ad27"
);

/// The models that a stage of the plugin `actors` may name.
pub static ACTORS: &[&Model] = &[ACTORS_NEWS];

/// The weights of the ranker that a stage of the plugin `actors` may name.
pub static ACTORS_RANKER: &[&Model] = &[RANKER];

/// The models that a stage of the plugin `encoder` may name.
pub static ENCODER: &[&Model] = &[ENCODER_NEWS];

/// The knowledge bases that a stage of the plugin `linker` may name.
pub static LINKER: &[&Model] = &[LINKER_NEWS];

/// The models that a stage of the plugin `ner` may name.
pub static NER: &[&Model] = &[NER_NEWS, NER_FAST];

/// The models that a stage of the plugin `quotes` may name.
pub static QUOTES: &[&Model] = &[QUOTES_NEWS, QUOTES_FAST];

/// The models that a stage of the plugin `stance` may name.
pub static STANCE: &[&Model] = &[STANCE_NEWS, STANCE_FAST];

/// The models that a stage of the plugin `tokenizer` may name.
pub static TOKENIZER: &[&Model] = &[BOUNDARIES];

/// All models that a stage of the plugin `actors` may name, in one option or the other.
static ACTORS_BOTH: &[&Model] = &[ACTORS_NEWS, RANKER];

/// Returns the built-in models for a stage, by the plugin's id, or none if the plugin has none.
#[must_use]
pub fn of_plugin(id: &str) -> &'static [&'static Model] {
    match id {
        "actors" => ACTORS_BOTH,
        "encoder" => ENCODER,
        "linker" => LINKER,
        "ner" => NER,
        "quotes" => QUOTES,
        "stance" => STANCE,
        "tokenizer" => TOKENIZER,
        _ => &[],
    }
}

/// Returns what the licences of data allow that a plugin always uses, whatever its options name: `actors` has a table of given
/// names. `None` if there is no such data.
#[must_use]
pub fn own_licence(id: &str) -> Option<Licence> {
    (id == "actors").then_some(GIVEN_NAMES.licence)
}

/// All models.
#[cfg(test)]
pub(crate) static ALL: &[&Model] = &[
    BOUNDARIES,
    GIVEN_NAMES,
    RANKER,
    ACTORS_NEWS,
    LINKER_NEWS,
    ENCODER_NEWS,
    NER_NEWS,
    NER_FAST,
    QUOTES_NEWS,
    QUOTES_FAST,
    STANCE_NEWS,
    STANCE_FAST,
];
