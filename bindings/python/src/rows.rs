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
    #[getter]
    fn start(&self) -> u32 {
        self.shared.offset(self.span.start)
    }

    #[getter]
    fn end(&self) -> u32 {
        self.shared.offset(self.span.end)
    }

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
            #[getter]
            fn text(&self) -> PyResult<&str> {
                Ok(self.view()?.text())
            }

            #[getter]
            fn start(&self) -> PyResult<u32> {
                Ok(self.shared.offset(self.view()?.span().start))
            }

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
    /// A word.
    Token: span, token, tokens, {
        #[getter]
        fn sentence(&self) -> PyResult<Sentence> {
            Ok(Sentence::of(&self.shared, self.view()?.sentence().row()))
        }

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
    /// A name.
    Entity: span, entity, entities, {
        #[getter]
        fn label(&self) -> PyResult<&str> {
            Ok(self.view()?.label())
        }

        #[getter]
        fn score(&self) -> PyResult<f32> {
            Ok(self.view()?.score())
        }

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
    /// An attribution.
    Quote, quote, quotes, {
        #[getter]
        fn id(&self) -> PyResult<String> {
            Ok(self.view()?.id())
        }

        #[getter]
        fn kind(&self) -> PyResult<&str> {
            Ok(self.view()?.kind())
        }

        #[getter]
        fn act(&self) -> PyResult<&str> {
            Ok(self.view()?.act())
        }

        #[getter]
        fn text(&self) -> PyResult<String> {
            Ok(self.view()?.text().into_owned())
        }

        #[getter]
        fn start(&self) -> PyResult<Option<u32>> {
            Ok(self.view()?.content().first().map(|span| self.shared.offset(span.start)))
        }

        #[getter]
        fn end(&self) -> PyResult<Option<u32>> {
            Ok(self.view()?.content().last().map(|span| self.shared.offset(span.end)))
        }

        #[getter]
        fn content(&self) -> PyResult<Vec<Span>> {
            Ok(Span::all(&self.shared, self.view()?.content()))
        }

        #[getter]
        fn cue(&self) -> PyResult<Vec<Span>> {
            Ok(Span::all(&self.shared, self.view()?.cue()))
        }

        #[getter]
        fn source(&self) -> PyResult<Vec<Span>> {
            Ok(Span::all(&self.shared, self.view()?.source()))
        }

        #[getter]
        fn speaker(&self) -> PyResult<Option<Actor>> {
            Ok(self.view()?.speaker().map(|actor| Actor::of(&self.shared, actor.row())))
        }

        #[getter]
        fn speaker_score(&self) -> PyResult<Option<f32>> {
            Ok(self.view()?.speaker_score())
        }

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
    /// A participant.
    Actor, actor, actors, {
        #[getter]
        fn name(&self) -> PyResult<&str> {
            Ok(self.view()?.name())
        }

        #[getter]
        fn label(&self) -> PyResult<&str> {
            Ok(self.view()?.label())
        }

        #[getter]
        fn role(&self) -> PyResult<Option<&str>> {
            Ok(self.view()?.role())
        }

        #[getter]
        fn affiliation(&self) -> PyResult<Option<&str>> {
            Ok(self.view()?.affiliation())
        }

        #[getter]
        fn kb_id(&self) -> PyResult<Option<&str>> {
            Ok(self.view()?.kb_id())
        }

        #[getter]
        fn kb_score(&self) -> PyResult<Option<f32>> {
            Ok(self.view()?.kb_score())
        }

        #[getter]
        fn mentions(&self) -> PyResult<Vec<Mention>> {
            Ok(self.view()?.mentions().map(|mention| Mention::of(&self.shared, mention.row())).collect())
        }

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
    /// A mention of an actor.
    Mention: span, mention, mentions, {
        #[getter]
        fn kind(&self) -> PyResult<&str> {
            Ok(self.view()?.kind())
        }

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
    /// The stance of a holder toward an actor.
    Stance, stance, stances, {
        #[getter]
        fn holder(&self) -> PyResult<Option<Actor>> {
            Ok(match self.view()?.holder() {
                core::Holder::Author => None,
                core::Holder::Actor(actor) => Some(Actor::of(&self.shared, actor.row())),
            })
        }

        #[getter]
        fn target(&self) -> PyResult<Actor> {
            Ok(Actor::of(&self.shared, self.view()?.target().row()))
        }

        #[getter]
        fn mention(&self) -> PyResult<Mention> {
            Ok(Mention::of(&self.shared, self.view()?.mention().row()))
        }

        #[getter]
        fn polarity(&self) -> PyResult<f32> {
            Ok(self.view()?.polarity())
        }

        #[getter]
        fn score(&self) -> PyResult<f32> {
            Ok(self.view()?.score())
        }

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
