//! The input of the linker, its output, and the document laid out by tokens.

use copydesk_sdk::Span;
use copydesk_text::{MentionType, QuoteRole};

use crate::cluster::{NONE, NameMention};
use crate::names::{Class, Gender};
use crate::words::{Lexicon, RoleWord, Word, fold_hash};

/// A name found before, or given by the user.
#[derive(Clone, Copy, Debug)]
pub struct Entity<'a> {
    /// Its bytes.
    pub span: Span,
    /// Its label, of any label set.
    pub label: &'a str,
}

/// One contiguous part of an attribution.
#[derive(Clone, Copy, Debug)]
pub struct QuotePart {
    /// Its bytes.
    pub span: Span,
    /// Row of its quote.
    pub quote: u32,
    /// The type.
    pub role: QuoteRole,
}

/// A quote as far as speakers go.
#[derive(Clone, Copy, Debug)]
pub struct Quote {
    /// From its first part to its last.
    pub span: Span,
    /// True if the words are the speaker's own: `I` is then the speaker.
    pub direct: bool,
}

/// The input of a document. Rows are in order of their spans.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// The text.
    pub text: &'a str,
    /// Blocks, each with true for a byline.
    pub blocks: &'a [(Span, bool)],
    /// Sentences.
    pub sentences: &'a [Span],
    /// Words.
    pub tokens: &'a [Span],
    /// Names.
    pub entities: &'a [Entity<'a>],
    /// Attributions.
    pub quotes: &'a [Quote],
    /// Their parts.
    pub parts: &'a [QuotePart],
}

/// A word or words that refer to an actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Its bytes.
    pub span: Span,
    /// Row of its actor.
    pub actor: u32,
    /// Its form.
    pub kind: MentionType,
}

/// A participant of the article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Its first mention.
    pub span: Span,
    /// Its longest name.
    pub name: String,
    /// The label of its best name.
    pub label: String,
    /// Its role by the article's own words, such as `senior advisor`; empty if the article gives none.
    pub role: String,
    /// The organisation or place that it speaks for, by the article's own words; empty if the article gives none.
    pub affiliation: String,
}

/// The rows that come out. References are rows of `actors`, or [`NONE`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    /// Participants in order of their first mentions.
    pub actors: Vec<Actor>,
    /// Mentions in order.
    pub mentions: Vec<Mention>,
    /// The actor of each entity.
    pub entity_actor: Vec<u32>,
    /// The speaker of each quote.
    pub speaker: Vec<u32>,
    /// The probability that the speaker is right; 0 for a quote without one.
    pub speaker_score: Vec<f32>,
}

/// Tokens looked back over for the determiner of a noun that was taken for a name.
const DESCRIBED: usize = 7;

/// The document by tokens.
#[derive(Default)]
pub(crate) struct Layout {
    pub hash: Vec<u64>,
    pub word: Vec<Word>,
    pub sentence: Vec<u32>,
    pub block: Vec<u32>,
    /// Entity that covers the token.
    pub entity: Vec<u32>,
    /// The innermost quote that contains the token.
    pub quote: Vec<u32>,
    /// Token range of each entity.
    pub entity_tokens: Vec<(u32, u32)>,
    pub names: Vec<Option<NameMention>>,
    /// Roles told by the words around each entity.
    pub entity_role: Vec<[u64; 2]>,
    open: Vec<(u32, u32)>,
    contents: Vec<(Span, u32)>,
}

/// First token that ends after `at`.
fn token_at(tokens: &[Span], at: u32) -> usize {
    tokens.partition_point(|t| t.end <= at)
}

impl Layout {
    pub fn fill(&mut self, input: &Input<'_>, lexicon: &Lexicon) {
        let n = input.tokens.len();
        self.hash.clear();
        self.word.clear();
        self.sentence.clear();
        self.block.clear();
        let (mut sentence, mut block) = (0usize, 0usize);
        for token in input.tokens {
            let hash = fold_hash(token.get(input.text).unwrap_or(""));
            self.hash.push(hash);
            self.word.push(lexicon.word(hash));
            while input.sentences.get(sentence + 1).is_some_and(|s| s.start <= token.start) {
                sentence += 1;
            }
            while input.blocks.get(block + 1).is_some_and(|(b, _)| b.start <= token.start) {
                block += 1;
            }
            self.sentence.push(sentence as u32);
            self.block.push(block as u32);
        }
        self.entity.clear();
        self.entity.resize(n, NONE);
        self.entity_tokens.clear();
        let mut covered = 0;
        for (id, entity) in input.entities.iter().enumerate() {
            let from = token_at(input.tokens, entity.span.start);
            let to = input.tokens.partition_point(|t| t.start < entity.span.end).max(from);
            self.entity_tokens.push((from as u32, to as u32));
            // Nested entities: the outer, first one keeps the tokens; each token is written once.
            for slot in self.entity.get_mut(from.max(covered)..to).unwrap_or(&mut []) {
                *slot = id as u32;
            }
            covered = covered.max(to);
        }
        self.place_quotes(input);
        self.read_names(input, lexicon);
    }

    fn place_quotes(&mut self, input: &Input<'_>) {
        self.quote.clear();
        self.open.clear();
        // The parts come quote by quote, and one quote may lie within another.
        self.contents.clear();
        self.contents.extend(input.parts.iter().filter(|p| p.role == QuoteRole::Content).map(|p| (p.span, p.quote)));
        self.contents.sort_unstable_by_key(|(span, quote)| (span.start, std::cmp::Reverse(span.end), *quote));
        let mut next = 0;
        for token in input.tokens {
            while let Some(&(span, quote)) = self.contents.get(next).filter(|(span, _)| span.start <= token.start) {
                self.open.push((span.end, quote));
                next += 1;
            }
            while self.open.last().is_some_and(|(end, _)| *end <= token.start) {
                self.open.pop();
            }
            self.quote.push(self.open.last().map_or(NONE, |(_, quote)| *quote));
        }
    }

    fn text<'a>(&self, input: &Input<'a>, token: usize) -> &'a str {
        input.tokens.get(token).and_then(|t| t.get(input.text)).unwrap_or("")
    }

    fn word(&self, token: usize) -> Word {
        self.word.get(token).copied().unwrap_or_default()
    }

    fn read_names(&mut self, input: &Input<'_>, lexicon: &Lexicon) {
        self.names.clear();
        self.entity_role.clear();
        for (id, entity) in input.entities.iter().enumerate() {
            let (from, to) = self.entity_tokens.get(id).copied().unwrap_or((0, 0));
            let (from, to) = (from as usize, to as usize);
            let class = match Class::of_label(entity.label) {
                Class::Person if to == from + 1 && self.is_common_noun(input, lexicon, from) => Class::Group,
                class => class,
            };
            let pronoun = to == from + 1
                && self.word(from).is(Word::PRONOUN)
                && matches!(class, Class::Unknown | Class::Person | Class::Org)
                && (self.text(input, from).chars().nth(1).is_none_or(char::is_lowercase)
                    && entity.span.len() == self.text(input, from).len() as u32);
            let blank = entity.span.get(input.text).is_none_or(|t| !t.chars().any(char::is_alphanumeric));
            // `Dr` of `Dr. X`, `who founded` of `who founded X`.
            let cut_off = to == from + 1
                && class == Class::Person
                && self.hash.get(from).is_some_and(|hash| lexicon.role(*hash).is(RoleWord::HONORIFIC))
                && self.entity_tokens.get(id + 1).is_some_and(|(next, _)| *next as usize <= to + 1);
            let clause = to > from + 1 && self.word(from).is(Word::RELATIVE);
            if class == Class::Value || pronoun || blank || cut_off || clause {
                self.names.push(None);
                self.entity_role.push([0; 2]);
                continue;
            }
            let (gender, role) = self.before(input, from, class);
            let after = self.after(input, to, class);
            let bracketed = from > 0 && self.text(input, from - 1) == "(";
            self.names.push(Some(NameMention { span: (entity.span.start, entity.span.end), class, gender, bracketed }));
            self.entity_role.push([role, after]);
        }
    }

    /// True for a name that is a noun for people of a nation, after "the" or "a": `the tall Finn`.
    fn is_common_noun(&self, input: &Input<'_>, lexicon: &Lexicon, at: usize) -> bool {
        let noun = self.hash.get(at).is_some_and(|hash| lexicon.role(*hash).is(RoleWord::STRANGER));
        let small = |k: &usize| {
            self.sentence.get(*k) == self.sentence.get(at)
                && self.entity.get(*k) == Some(&NONE)
                && !self.word(*k).is(Word::PREPOSITION | Word::CONJUNCTION | Word::PRONOUN)
                && !matches!(self.text(input, *k), "," | "." | ";" | ":")
        };
        let before = (at.saturating_sub(DESCRIBED)..at).rev();
        noun && before.take_while(small).any(|k| self.word(k).is(Word::DETERMINER))
    }

    /// Gender and role that the words right before a name tell: `actress X`, `the consulting firm, X`.
    fn before(&self, input: &Input<'_>, from: usize, class: Class) -> (Gender, u64) {
        let mut at = from;
        let mut role = 0;
        if at > 0
            && self.text(input, at - 1) == ","
            && self.word(at.wrapping_sub(2)).is(Word::ROLE)
            && !self.word(at.wrapping_sub(2)).is(Word::PLURAL)
        {
            // "the firm, Nordal Partners": only where a determiner opens the phrase.
            let open = (2..6).any(|back| at > back && self.word(at - back - 1).is(Word::DETERMINER | Word::POSSESSIVE));
            if !open {
                return (Gender::default(), 0);
            }
            at -= 1;
        }
        let mut gender = Gender::default();
        for _ in 0..4 {
            let Some(previous) = at.checked_sub(1) else { break };
            let word = self.word(previous);
            let same_sentence = self.sentence.get(previous) == self.sentence.get(from);
            if !same_sentence || !(word.is(Word::TITLE | Word::ROLE | Word::MODIFIER)) || word.is(Word::PLURAL) {
                break;
            }
            let fits = match class {
                Class::Person | Class::Unknown => word.is(Word::TITLE | Word::ROLE_PERSON),
                Class::Org => word.is(Word::ROLE_ORG),
                Class::Place => word.is(Word::ROLE_PLACE),
                _ => false,
            };
            if fits && role == 0 {
                role = self.hash.get(previous).copied().unwrap_or(0);
            }
            // "his wife X": the kinship word is X's; "the king's son X" is cut off by the possessive.
            if fits && gender.0 == 0.0 && matches!(class, Class::Person | Class::Unknown) {
                gender = Gender::of_word(word);
            }
            at = previous;
        }
        (gender, role)
    }

    /// The role in an apposition after a name: `X, senior advisor at Y`.
    fn after(&self, input: &Input<'_>, to: usize, class: Class) -> u64 {
        if self.text(input, to) != "," || matches!(class, Class::Group) {
            return 0;
        }
        let mut role = 0;
        for at in to + 1..to + 9 {
            let word = self.word(at);
            let text = self.text(input, at);
            if self.sentence.get(at) != self.sentence.get(to)
                || text == ","
                || text == "."
                || word.is(Word::PREPOSITION | Word::CLAUSE)
            {
                break;
            }
            if word.is(Word::VERB | Word::SPEECH | Word::PRONOUN) && !word.is(Word::POSSESSIVE | Word::MODIFIER) {
                return 0;
            }
            // "X, accused the mayor": the determiner of an apposition stands at its head.
            if word.is(Word::DETERMINER) && at > to + 1 {
                return role;
            }
            if self.entity.get(at).is_some_and(|e| *e != NONE) {
                continue;
            }
            let wanted = match class {
                Class::Person | Class::Unknown => Word::ROLE_PERSON,
                Class::Org => Word::ROLE_ORG | Word::ROLE_TEXT,
                _ => Word::ROLE_PLACE,
            };
            if word.is(wanted) && !word.is(Word::PLURAL) {
                role = self.hash.get(at).copied().unwrap_or(0);
            }
        }
        role
    }
}
