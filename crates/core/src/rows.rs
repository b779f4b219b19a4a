//! One row of a standard layer of an article: a quote, an actor, a token and so on.

use std::borrow::Cow;
use std::fmt;

use crate::article::Role;
use crate::tables::Place;
use crate::{Article, NONE, Span};

/// Declares the view of a row, and the methods that all views have.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident in $table:ident, $all:ident $(#[$all_doc:meta])*, $one:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name<'a> {
            article: &'a Article,
            row: u32,
        }

        impl<'a> $name<'a> {
            /// Returns the row's number, from 0.
            #[must_use]
            pub fn row(self) -> u32 {
                self.row
            }

            /// Returns the row's place in the text, in bytes.
            #[must_use]
            pub fn span(self) -> Span {
                self.article.span(self.article.tables.$table.layer, self.row)
            }
        }

        impl fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("row", &self.row).field("span", &self.span()).finish()
            }
        }

        /// Two views are equal if they are of the same row of the same article.
        impl PartialEq for $name<'_> {
            fn eq(&self, other: &Self) -> bool {
                std::ptr::eq(self.article, other.article) && self.row == other.row
            }
        }

        impl Eq for $name<'_> {}

        impl Article {
            $(#[$all_doc])*
            #[must_use]
            pub fn $all(&self) -> impl ExactSizeIterator<Item = $name<'_>> + DoubleEndedIterator + Clone {
                (0..self.rows(self.tables.$table.layer)).map(move |row| $name { article: self, row })
            }

            #[doc = concat!("Returns the row of `", stringify!($table), "` with this number, if there is one.")]
            #[must_use]
            pub fn $one(&self, row: u32) -> Option<$name<'_>> {
                (row < self.rows(self.tables.$table.layer)).then_some($name { article: self, row })
            }
        }
    };
}

row!(
    /// A paragraph-like block.
    Block in blocks,
    blocks
    /// Iterates over the blocks, in the order of the text.
    ,
    block
);

row!(
    /// A sentence.
    Sentence in sentences,
    sentences
    /// Iterates over the sentences, in the order of the text.
    ,
    sentence
);

row!(
    /// A word as in Universal Dependencies: `don't` is the two words `do` and `n't`.
    Token in tokens,
    tokens
    /// Iterates over the words, in the order of the text; [`Article::surface_tokens`] has `don't` as one.
    ,
    token
);

row!(
    /// A name.
    Entity in entities,
    entities
    /// Iterates over the names, in the order of the text.
    ,
    entity
);

row!(
    /// An attribution: something said, the cue ("said"), and the words that name the speaker.
    Quote in quotes,
    quotes
    /// Iterates over the attributions, in the order of the text.
    ,
    quote
);

row!(
    /// A participant of the article.
    Actor in actors,
    actors
    /// Iterates over the participants.
    ,
    actor
);

row!(
    /// A name, a nominal ("the senior advisor") or a pronoun that means an actor.
    Mention in mentions,
    mentions
    /// Iterates over the mentions of all actors, in the order of the text.
    ,
    mention
);

row!(
    /// The stance of a holder toward an actor, at one mention.
    Stance in stances,
    stances
    /// Iterates over the stances.
    ,
    stance
);

/// Returns 16 hexadecimal digits that name a quote among those of all documents. They depend on the document's id and the
/// place of the content alone: 64-bit FNV-1a over the id, a NUL byte, and start and end of each span of the content in
/// bytes, as little-endian 32-bit numbers.
#[must_use]
pub fn quote_id(document: &str, content: &[Span]) -> String {
    let numbers = content.iter().flat_map(|span| [span.start, span.end]).flat_map(u32::to_le_bytes);
    let bytes = document.bytes().chain([0]).chain(numbers);
    format!("{:016x}", bytes.fold(FNV_OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME)))
}

/// The numbers of 64-bit FNV-1a (Fowler, Noll, Vo; IETF draft-eastlake-fnv).
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

impl<'a> Block<'a> {
    /// Returns the kind: `headline`, `dateline`, `byline`, `paragraph`, `list_item`, `pull_quote` or `caption`.
    #[must_use]
    pub fn kind(self) -> &'a str {
        self.article.string(self.article.tables.blocks.kind, self.row)
    }

    /// Returns the words of the block.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.span().get(self.article.text()).unwrap_or_default()
    }
}

impl<'a> Sentence<'a> {
    /// Returns the block that contains the sentence.
    #[must_use]
    pub fn block(self) -> Block<'a> {
        let row = self.article.required(self.article.tables.sentences.block, self.row);
        Block { article: self.article, row }
    }

    /// Returns the words of the sentence.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.span().get(self.article.text()).unwrap_or_default()
    }
}

impl<'a> Token<'a> {
    /// Returns the sentence that contains the word.
    #[must_use]
    pub fn sentence(self) -> Sentence<'a> {
        let row = self.article.required(self.article.tables.tokens.sentence, self.row);
        Sentence { article: self.article, row }
    }

    /// Returns true if white space or the end of the text follows.
    #[must_use]
    pub fn space_after(self) -> bool {
        let column = self.article.numbers(self.article.tables.tokens.space_after);
        column.get(self.row as usize).is_some_and(|space| *space != 0)
    }

    /// Returns the word.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.span().get(self.article.text()).unwrap_or_default()
    }
}

/// A token as it is written: one word, or several as in `don't`.
#[derive(Clone, Copy, Debug)]
pub struct SurfaceToken<'a> {
    article: &'a Article,
    first: u32,
    spans: &'a [Span],
}

impl<'a> SurfaceToken<'a> {
    /// Returns the token's place in the text, in bytes.
    #[must_use]
    pub fn span(self) -> Span {
        match self.spans {
            [] => Span::default(),
            [first, .., last] => first.cover(*last),
            [only] => *only,
        }
    }

    /// Returns the token.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.span().get(self.article.text()).unwrap_or_default()
    }

    /// Iterates over the words of the token: mostly one.
    #[must_use]
    pub fn words(self) -> impl ExactSizeIterator<Item = Token<'a>> + DoubleEndedIterator + Clone {
        let SurfaceToken { article, first, spans } = self;
        (first..first + spans.len() as u32).map(move |row| Token { article, row })
    }

    /// Returns the places of the words.
    #[must_use]
    pub fn word_spans(self) -> &'a [Span] {
        self.spans
    }
}

impl Article {
    /// Iterates over the tokens as they are written: the words of one token are together.
    pub fn surface_tokens(&self) -> impl Iterator<Item = SurfaceToken<'_>> + Clone {
        let spans = self.spans(self.tables.tokens.layer);
        let parts = self.numbers(self.tables.tokens.part);
        let mut row = 0;
        std::iter::from_fn(move || {
            let first = row;
            // The first word of a token is its part 0.
            let later = |row: usize| !matches!(parts.get(row), Some(&(0 | NONE)) | None);
            row += usize::from(row < spans.len());
            while row < spans.len() && later(row) {
                row += 1;
            }
            let own = spans.get(first..row).filter(|own| !own.is_empty())?;
            Some(SurfaceToken { article: self, first: first as u32, spans: own })
        })
    }

    /// Returns true if a stage linked entities to actors.
    #[must_use]
    pub fn has_entity_actors(&self) -> bool {
        self.tables.entities.actor.is_some()
    }

    /// Returns true if a stage linked speakers of quotes to actors.
    #[must_use]
    pub fn has_quote_speakers(&self) -> bool {
        self.tables.quotes.speaker.is_some()
    }

    /// Returns true if a stage gave the probabilities of speakers.
    #[must_use]
    pub fn has_speaker_scores(&self) -> bool {
        self.tables.quotes.speaker_score.is_some()
    }

    /// Returns true if a stage looked for the roles of actors.
    #[must_use]
    pub fn has_actor_roles(&self) -> bool {
        self.tables.actors.role.is_some()
    }

    /// Returns true if a stage looked for the affiliations of actors.
    #[must_use]
    pub fn has_actor_affiliations(&self) -> bool {
        self.tables.actors.affiliation.is_some()
    }

    /// Returns true if a stage linked actors to a knowledge base.
    #[must_use]
    pub fn has_actor_links(&self) -> bool {
        self.tables.actors.kb_id.is_some()
    }
}

impl<'a> Entity<'a> {
    /// Returns the label: `PERSON`, `ORG`, `GPE` and so on, as in the model.
    #[must_use]
    pub fn label(self) -> &'a str {
        self.article.string(self.article.tables.entities.label, self.row)
    }

    /// Returns the probability, 0 to 1.
    #[must_use]
    pub fn score(self) -> f32 {
        self.article.float(self.article.tables.entities.score, self.row)
    }

    /// Returns the participant with this name, or none for dates, sums and the like.
    #[must_use]
    pub fn actor(self) -> Option<Actor<'a>> {
        self.article.actor(self.article.reference(self.article.tables.entities.actor, self.row)?)
    }

    /// Returns the name.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.span().get(self.article.text()).unwrap_or_default()
    }
}

impl<'a> Quote<'a> {
    /// Returns the quote's [`quote_id`].
    #[must_use]
    pub fn id(self) -> String {
        quote_id(self.article.id(), self.content())
    }

    /// Returns the kind: `direct` (all of it in quotation marks), `indirect` (nothing) or `mixed`.
    #[must_use]
    pub fn kind(self) -> &'a str {
        self.article.string(self.article.tables.quotes.kind, self.row)
    }

    /// Returns the act: `speech`, `writing`, `thought` or `intention`.
    #[must_use]
    pub fn act(self) -> &'a str {
        self.article.string(self.article.tables.quotes.act, self.row)
    }

    /// Returns the probability, 0 to 1.
    #[must_use]
    pub fn score(self) -> f32 {
        self.article.float(self.article.tables.quotes.score, self.row)
    }

    /// Returns the spans of the content, in bytes and in the order of the text. An interrupted quote has several.
    #[must_use]
    pub fn content(self) -> &'a [Span] {
        self.article.parts(self.row, Role::Content)
    }

    /// Returns the spans of the cue, such as "said".
    #[must_use]
    pub fn cue(self) -> &'a [Span] {
        self.article.parts(self.row, Role::Cue)
    }

    /// Returns the spans of the words that name the speaker, such as "she" or "some analysts".
    #[must_use]
    pub fn source(self) -> &'a [Span] {
        self.article.parts(self.row, Role::Source)
    }

    /// Returns the content, with a blank for each interruption.
    #[must_use]
    pub fn text(self) -> Cow<'a, str> {
        self.article.words(self.content())
    }

    /// Returns the speaker, if an actor is known to be it.
    #[must_use]
    pub fn speaker(self) -> Option<Actor<'a>> {
        self.article.actor(self.article.reference(self.article.tables.quotes.speaker, self.row)?)
    }

    /// Returns the probability that the speaker is right, 0 to 1. It is none if no speaker is known, or if the pipeline
    /// does not tell.
    #[must_use]
    pub fn speaker_score(self) -> Option<f32> {
        self.speaker()?;
        let score = self.article.tables.quotes.speaker_score?;
        Some(self.article.float(Some(score), self.row))
    }
}

impl<'a> Actor<'a> {
    /// Returns the longest name.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.article.string(self.article.tables.actors.name, self.row)
    }

    /// Returns the label: `PERSON`, `ORG` and so on.
    #[must_use]
    pub fn label(self) -> &'a str {
        self.article.string(self.article.tables.actors.label, self.row)
    }

    /// Returns the role in the article's own words, such as "senior advisor", if the article gives one.
    #[must_use]
    pub fn role(self) -> Option<&'a str> {
        self.stated(self.article.tables.actors.role)
    }

    /// Returns the organisation or place that the actor speaks for, in the article's own words, if the article gives one.
    #[must_use]
    pub fn affiliation(self) -> Option<&'a str> {
        self.stated(self.article.tables.actors.affiliation)
    }

    /// Returns the id of the actor in the knowledge base of the pipeline, if the actor is known to be in it.
    #[must_use]
    pub fn kb_id(self) -> Option<&'a str> {
        self.stated(self.article.tables.actors.kb_id)
    }

    /// Returns the probability that the id is right, 0 to 1. It is none if there is no id, or if the pipeline does not
    /// tell.
    #[must_use]
    pub fn kb_score(self) -> Option<f32> {
        self.kb_id()?;
        let score = self.article.tables.actors.kb_score?;
        Some(self.article.float(Some(score), self.row))
    }

    /// Returns the words of a column, in which none are the empty string.
    fn stated(self, column: Option<Place>) -> Option<&'a str> {
        Some(self.article.string(Some(column?), self.row)).filter(|words| !words.is_empty())
    }

    /// Iterates over the actor's mentions, in the order of the text.
    #[must_use]
    pub fn mentions(self) -> impl ExactSizeIterator<Item = Mention<'a>> + DoubleEndedIterator + Clone {
        let Actor { article, row } = self;
        article.mentions_of.of(row as usize).iter().map(move |row| Mention { article, row: *row })
    }

    /// Iterates over the quotes of which the actor is the speaker, in the order of the text.
    #[must_use]
    pub fn quotes(self) -> impl ExactSizeIterator<Item = Quote<'a>> + DoubleEndedIterator + Clone {
        let Actor { article, row } = self;
        article.quotes_of.of(row as usize).iter().map(move |row| Quote { article, row: *row })
    }
}

impl<'a> Mention<'a> {
    /// Returns the type: `name`, `nominal` or `pronoun`.
    #[must_use]
    pub fn kind(self) -> &'a str {
        self.article.string(self.article.tables.mentions.kind, self.row)
    }

    /// Returns the participant that it means.
    #[must_use]
    pub fn actor(self) -> Actor<'a> {
        let row = self.article.required(self.article.tables.mentions.actor, self.row);
        Actor { article: self.article, row }
    }

    /// Returns the words.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.span().get(self.article.text()).unwrap_or_default()
    }
}

/// The holder of a stance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder<'a> {
    /// The article's own voice.
    Author,
    /// A speaker.
    Actor(Actor<'a>),
}

impl<'a> Stance<'a> {
    /// Returns the holder.
    #[must_use]
    pub fn holder(self) -> Holder<'a> {
        let holder = self.article.reference(self.article.tables.stances.holder, self.row);
        holder.and_then(|row| self.article.actor(row)).map_or(Holder::Author, Holder::Actor)
    }

    /// Returns the target.
    #[must_use]
    pub fn target(self) -> Actor<'a> {
        let row = self.article.required(self.article.tables.stances.target, self.row);
        Actor { article: self.article, row }
    }

    /// Returns the mention of the target that shows the stance.
    #[must_use]
    pub fn mention(self) -> Mention<'a> {
        let row = self.article.required(self.article.tables.stances.mention, self.row);
        Mention { article: self.article, row }
    }

    /// Returns the polarity, from -1 (against) to 1 (for).
    #[must_use]
    pub fn polarity(self) -> f32 {
        self.article.float(self.article.tables.stances.polarity, self.row)
    }

    /// Returns the probability of the polarity's class, 0 to 1.
    #[must_use]
    pub fn score(self) -> f32 {
        self.article.float(self.article.tables.stances.score, self.row)
    }

    /// Returns the span of the evidence, in bytes.
    #[must_use]
    pub fn evidence(self) -> Span {
        self.span()
    }
}
