//! Rows of the standard layers, as small objects that share their article.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

use copydesk::core::{self, OffsetCounts, OffsetUnit};
use pyo3::prelude::*;
use serde_json::value::RawValue;

use crate::fault::mistake;

/// An article, with what its rows need of it.
#[derive(Debug)]
pub struct Shared {
    /// The article. It holds the text, once.
    pub article: core::Article,
    /// Which pipeline made it.
    pub provenance: Arc<RawValue>,
    counts: OnceLock<OffsetCounts>,
}

impl Shared {
    /// Returns an article to share.
    pub fn new(article: core::Article, provenance: Arc<RawValue>) -> Arc<Self> {
        Arc::new(Shared { article, provenance, counts: OnceLock::new() })
    }

    /// Returns the code points before a byte.
    fn offset(&self, byte: u32) -> u32 {
        let text = self.article.text();
        self.counts.get_or_init(|| OffsetCounts::new(text, OffsetUnit::Char)).offset(text, byte)
    }
}

/// Words of a representation are cut to this many characters.
const SHOWN: usize = 60;

fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}", text.get(..end).unwrap_or_default().to_owned() + "…"),
        None => format!("{text:?}"),
    }
}

/// A passage of the text.
#[pyclass(frozen, module = "copydesk")]
#[derive(Debug)]
pub struct Span {
    shared: Arc<Shared>,
    span: core::Span,
}

impl Span {
    fn all(shared: &Arc<Shared>, spans: &[core::Span]) -> Vec<Span> {
        spans.iter().map(|span| Span { shared: Arc::clone(shared), span: *span }).collect()
    }
}

#[pymethods]
impl Span {
    /// The start.
    #[getter]
    fn start(&self) -> u32 {
        self.shared.offset(self.span.start)
    }

    /// The end, exclusive.
    #[getter]
    fn end(&self) -> u32 {
        self.shared.offset(self.span.end)
    }

    /// The words.
    #[getter]
    fn text(&self) -> &str {
        self.span.get(self.shared.article.text()).unwrap_or_default()
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Span>().is_ok_and(|other| {
            let other = other.get();
            Arc::ptr_eq(&self.shared, &other.shared) && self.span == other.span
        })
    }

    fn __hash__(&self) -> u64 {
        hash(&self.shared, self.span.start)
    }

    fn __repr__(&self) -> String {
        format!("<Span {}:{} {}>", self.start(), self.end(), shown(self.text()))
    }
}

fn hash(shared: &Arc<Shared>, row: u32) -> u64 {
    let mut hasher = DefaultHasher::new();
    (Arc::as_ptr(shared).addr(), row).hash(&mut hasher);
    hasher.finish()
}

/// Declares the class of a row of a layer: what all have, and its own methods.
macro_rules! row {
    // A row with one span, and what all such rows have.
    ($(#[$doc:meta])* $name:ident: span, $one:ident, $all:ident, { $($own:tt)* }) => {
        row!($(#[$doc])* $name, $one, $all, {
            /// The words.
            #[getter]
            fn text(&self) -> PyResult<&str> {
                Ok(self.view()?.text())
            }

            /// The start.
            #[getter]
            fn start(&self) -> PyResult<u32> {
                Ok(self.shared.offset(self.view()?.span().start))
            }

            /// The end, exclusive.
            #[getter]
            fn end(&self) -> PyResult<u32> {
                Ok(self.shared.offset(self.view()?.span().end))
            }

            $($own)*
        });
    };
    ($(#[$doc:meta])* $name:ident, $one:ident, $all:ident, { $($own:tt)* }) => {
        $(#[$doc])*
        #[pyclass(frozen, module = "copydesk")]
        #[derive(Debug)]
        pub struct $name {
            shared: Arc<Shared>,
            row: u32,
        }

        impl $name {
            /// Returns the rows of an article.
            pub fn all(shared: &Arc<Shared>) -> Vec<$name> {
                shared.article.$all().map(|row| $name::of(shared, row.row())).collect()
            }

            fn of(shared: &Arc<Shared>, row: u32) -> Self {
                $name { shared: Arc::clone(shared), row }
            }

            fn view(&self) -> PyResult<core::$name<'_>> {
                self.shared.article.$one(self.row).ok_or_else(|| mistake("a row is gone"))
            }
        }

        #[pymethods]
        impl $name {
            /// The number of the row, from 0.
            #[getter]
            fn index(&self) -> u32 {
                self.row
            }

            fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
                other.cast::<$name>().is_ok_and(|other| {
                    let other = other.get();
                    Arc::ptr_eq(&self.shared, &other.shared) && self.row == other.row
                })
            }

            fn __hash__(&self) -> u64 {
                hash(&self.shared, self.row)
            }

            $($own)*
        }
    };
}

row!(
    /// A paragraph-like block.
    Block: span, block, blocks, {
        /// headline, dateline, byline, paragraph, list_item, pull_quote or caption.
        #[getter]
        fn kind(&self) -> PyResult<&str> {
            Ok(self.view()?.kind())
        }

        fn __repr__(&self) -> PyResult<String> {
            Ok(format!("<Block {} {}>", self.kind()?, shown(self.text()?)))
        }
    }
);

row!(
    /// A sentence.
    Sentence: span, sentence, sentences, {
        /// The block that holds it.
        #[getter]
        fn block(&self) -> PyResult<Block> {
            Ok(Block::of(&self.shared, self.view()?.block().row()))
        }

        fn __repr__(&self) -> PyResult<String> {
            Ok(format!("<Sentence {}>", shown(self.text()?)))
        }
    }
);

row!(
    /// A word as in Universal Dependencies: "don't" is two.
    Token: span, token, tokens, {
        /// The sentence that holds it.
        #[getter]
        fn sentence(&self) -> PyResult<Sentence> {
            Ok(Sentence::of(&self.shared, self.view()?.sentence().row()))
        }

        /// True if white space or the end of the text follows.
        #[getter]
        fn space_after(&self) -> PyResult<bool> {
            Ok(self.view()?.space_after())
        }

        fn __repr__(&self) -> PyResult<String> {
            Ok(format!("<Token {}>", shown(self.text()?)))
        }
    }
);

row!(
    /// A name, a date, a sum or the like.
    Entity: span, entity, entities, {
        /// PERSON, ORG, GPE and so on.
        #[getter]
        fn label(&self) -> PyResult<&str> {
            Ok(self.view()?.label())
        }

        /// The probability, 0 to 1.
        #[getter]
        fn score(&self) -> PyResult<f32> {
            Ok(self.view()?.score())
        }

        /// The participant with this name.
        #[getter]
        fn actor(&self) -> PyResult<Option<Actor>> {
            Ok(self.view()?.actor().map(|actor| Actor::of(&self.shared, actor.row())))
        }

        fn __repr__(&self) -> PyResult<String> {
            Ok(format!("<Entity {} {}>", self.label()?, shown(self.text()?)))
        }
    }
);

row!(
    /// An attribution: who said what.
    Quote, quote, quotes, {
        /// 16 hexadecimal digits that name the quote among those of all documents.
        #[getter]
        fn id(&self) -> PyResult<String> {
            Ok(self.view()?.id())
        }

        /// direct, indirect or mixed.
        #[getter]
        fn kind(&self) -> PyResult<&str> {
            Ok(self.view()?.kind())
        }

        /// speech, writing, thought or intention.
        #[getter]
        fn act(&self) -> PyResult<&str> {
            Ok(self.view()?.act())
        }

        /// What was said, with a blank for each interruption.
        #[getter]
        fn text(&self) -> PyResult<String> {
            Ok(self.view()?.text().into_owned())
        }

        /// The start of the content.
        #[getter]
        fn start(&self) -> PyResult<Option<u32>> {
            Ok(self.view()?.content().first().map(|span| self.shared.offset(span.start)))
        }

        /// The end of the content, exclusive.
        #[getter]
        fn end(&self) -> PyResult<Option<u32>> {
            Ok(self.view()?.content().last().map(|span| self.shared.offset(span.end)))
        }

        /// The passages of what was said. An interrupted quote has several.
        #[getter]
        fn content(&self) -> PyResult<Vec<Span>> {
            Ok(Span::all(&self.shared, self.view()?.content()))
        }

        /// The words that tell of the act, such as "said".
        #[getter]
        fn cue(&self) -> PyResult<Vec<Span>> {
            Ok(Span::all(&self.shared, self.view()?.cue()))
        }

        /// The words that name the speaker, such as "she".
        #[getter]
        fn source(&self) -> PyResult<Vec<Span>> {
            Ok(Span::all(&self.shared, self.view()?.source()))
        }

        /// The speaker, if one is known.
        #[getter]
        fn speaker(&self) -> PyResult<Option<Actor>> {
            Ok(self.view()?.speaker().map(|actor| Actor::of(&self.shared, actor.row())))
        }

        /// The probability that the speaker is right, 0 to 1.
        #[getter]
        fn speaker_score(&self) -> PyResult<Option<f32>> {
            Ok(self.view()?.speaker_score())
        }

        /// The probability of the attribution, 0 to 1.
        #[getter]
        fn score(&self) -> PyResult<f32> {
            Ok(self.view()?.score())
        }

        fn __repr__(&self) -> PyResult<String> {
            let view = self.view()?;
            let speaker = view.speaker().map_or("?", |actor| actor.name());
            Ok(format!("<Quote {} {speaker:?} {}>", view.kind(), shown(&view.text())))
        }
    }
);

row!(
    /// A participant of the article.
    Actor, actor, actors, {
        /// The longest name.
        #[getter]
        fn name(&self) -> PyResult<&str> {
            Ok(self.view()?.name())
        }

        /// PERSON, ORG and so on.
        #[getter]
        fn label(&self) -> PyResult<&str> {
            Ok(self.view()?.label())
        }

        /// The role in the article's own words, such as "senior advisor".
        #[getter]
        fn role(&self) -> PyResult<Option<&str>> {
            Ok(self.view()?.role())
        }

        /// The organisation or place that the actor speaks for.
        #[getter]
        fn affiliation(&self) -> PyResult<Option<&str>> {
            Ok(self.view()?.affiliation())
        }

        /// The id in the knowledge base.
        #[getter]
        fn kb_id(&self) -> PyResult<Option<&str>> {
            Ok(self.view()?.kb_id())
        }

        /// The probability that this id is right, 0 to 1.
        #[getter]
        fn kb_score(&self) -> PyResult<Option<f32>> {
            Ok(self.view()?.kb_score())
        }

        /// All mentions, in the order of the text.
        #[getter]
        fn mentions(&self) -> PyResult<Vec<Mention>> {
            Ok(self.view()?.mentions().map(|mention| Mention::of(&self.shared, mention.row())).collect())
        }

        /// The quotes of which the actor is the speaker.
        #[getter]
        fn quotes(&self) -> PyResult<Vec<Quote>> {
            Ok(self.view()?.quotes().map(|quote| Quote::of(&self.shared, quote.row())).collect())
        }

        fn __repr__(&self) -> PyResult<String> {
            Ok(format!("<Actor {} {}>", self.label()?, shown(self.name()?)))
        }
    }
);

row!(
    /// A name, a nominal or a pronoun that means an actor.
    Mention: span, mention, mentions, {
        /// name, nominal or pronoun.
        #[getter]
        fn kind(&self) -> PyResult<&str> {
            Ok(self.view()?.kind())
        }

        /// The participant.
        #[getter]
        fn actor(&self) -> PyResult<Actor> {
            Ok(Actor::of(&self.shared, self.view()?.actor().row()))
        }

        fn __repr__(&self) -> PyResult<String> {
            Ok(format!("<Mention {} {}>", self.kind()?, shown(self.text()?)))
        }
    }
);

row!(
    /// How a holder stands toward an actor, at one mention.
    Stance, stance, stances, {
        /// The speaker, or None for the article's own voice.
        #[getter]
        fn holder(&self) -> PyResult<Option<Actor>> {
            Ok(match self.view()?.holder() {
                core::Holder::Author => None,
                core::Holder::Actor(actor) => Some(Actor::of(&self.shared, actor.row())),
            })
        }

        /// Toward whom it is.
        #[getter]
        fn target(&self) -> PyResult<Actor> {
            Ok(Actor::of(&self.shared, self.view()?.target().row()))
        }

        /// The mention of the target.
        #[getter]
        fn mention(&self) -> PyResult<Mention> {
            Ok(Mention::of(&self.shared, self.view()?.mention().row()))
        }

        /// From -1 (against) to 1 (for).
        #[getter]
        fn polarity(&self) -> PyResult<f32> {
            Ok(self.view()?.polarity())
        }

        /// The probability of the polarity's class, 0 to 1.
        #[getter]
        fn score(&self) -> PyResult<f32> {
            Ok(self.view()?.score())
        }

        /// The passage that it was read from.
        #[getter]
        fn evidence(&self) -> PyResult<Span> {
            Ok(Span { shared: Arc::clone(&self.shared), span: self.view()?.evidence() })
        }

        fn __repr__(&self) -> PyResult<String> {
            let view = self.view()?;
            let holder = match view.holder() {
                core::Holder::Author => "author".to_owned(),
                core::Holder::Actor(actor) => format!("{:?}", actor.name()),
            };
            Ok(format!("<Stance {holder} {:+.2} {:?}>", view.polarity(), view.target().name()))
        }
    }
);
