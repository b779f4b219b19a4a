//! Text with marks for names and quotes, and the participants in it.

use copydesk_plugin_actors::rank::Ranker;
use copydesk_plugin_actors::{Entity, GivenNames, Input, Linker, NONE, Output, Quote, QuotePart, Scratch};
use copydesk_sdk::Span;
use copydesk_text::QuoteRole;

/// Text with marks: `[PERSON Ana Ruiz]` is an entity, `{content}`, `<source>`, `‹cue›`. `{` opens a direct quote and `{~`
/// an indirect one. A source or a cue follows its content, or comes before it as `<...>{`.
pub(crate) struct Marked {
    pub(crate) text: String,
    pub(crate) entities: Vec<(Span, String)>,
    pub(crate) quotes: Vec<Quote>,
    pub(crate) parts: Vec<QuotePart>,
}

pub(crate) fn parse(marked: &str) -> Marked {
    let mut m = Marked { text: String::new(), entities: vec![], quotes: vec![], parts: vec![] };
    let mut open: Vec<(char, u32, String)> = vec![];
    let (mut source, mut cue): (Option<Span>, Option<Span>) = (None, None);
    let mut rest = marked.chars().peekable();
    while let Some(c) = rest.next() {
        let at = m.text.len() as u32;
        match c {
            '[' => {
                let mut label = String::new();
                for c in rest.by_ref() {
                    if c == ' ' {
                        break;
                    }
                    label.push(c);
                }
                open.push(('[', at, label));
            }
            '{' => {
                let indirect = rest.next_if_eq(&'~').is_some();
                open.push(('{', at, if indirect { "indirect" } else { "direct" }.to_owned()));
            }
            '<' | '‹' => open.push((c, at, String::new())),
            ']' | '}' | '>' | '›' => {
                let (kind, start, note) = open.pop().unwrap();
                let span = Span::new(start, at);
                match kind {
                    '[' => m.entities.push((span, note)),
                    '{' => {
                        let quote = m.quotes.len() as u32;
                        m.quotes.push(Quote { span, direct: note == "direct" });
                        m.parts.push(QuotePart { span, quote, role: QuoteRole::Content });
                        if let Some(source) = source.take() {
                            m.parts.push(QuotePart { span: source, quote, role: QuoteRole::Source });
                        }
                        if let Some(cue) = cue.take() {
                            m.parts.push(QuotePart { span: cue, quote, role: QuoteRole::Cue });
                        }
                    }
                    '‹' => match m.quotes.len() as u32 {
                        n if n > 0 && !m.parts.iter().any(|p| p.quote == n - 1 && p.role == QuoteRole::Cue) => {
                            m.parts.push(QuotePart { span, quote: n - 1, role: QuoteRole::Cue });
                        }
                        _ => cue = Some(span),
                    },
                    _ => match m.quotes.len() as u32 {
                        // A source follows its quote unless "<...>" comes with nothing before it in the sentence.
                        n if n > 0 && !m.parts.iter().any(|p| p.quote == n - 1 && p.role == QuoteRole::Source) => {
                            m.parts.push(QuotePart { span, quote: n - 1, role: QuoteRole::Source });
                        }
                        _ => source = Some(span),
                    },
                }
            }
            c => m.text.push(c),
        }
    }
    m.entities.sort_by_key(|e| (e.0.start, e.0.end));
    m
}

pub(crate) fn linker() -> Linker<'static> {
    let given = GivenNames::parse(include_bytes!("../../../../models/given-names.cdm")).unwrap();
    Linker::new(given, Ranker::parse(include_bytes!("../../../../models/actors-ranker.cdm")).unwrap())
}

pub(crate) fn link(m: &Marked, linker: &Linker<'_>, scratch: &mut Scratch) -> Output {
    let s = copydesk_plugin_tokenizer::segment(&m.text);
    let tokens: Vec<Span> = s.tokens.iter().map(|t| t.span).collect();
    let sentences: Vec<Span> = s.sentences.iter().map(|t| t.span).collect();
    let blocks: Vec<(Span, bool)> = s.blocks.iter().map(|b| (b.span, b.kind.as_str() == "byline")).collect();
    let entities: Vec<Entity<'_>> = m.entities.iter().map(|(span, label)| Entity { span: *span, label }).collect();
    let input = Input {
        text: &m.text,
        blocks: &blocks,
        sentences: &sentences,
        tokens: &tokens,
        entities: &entities,
        quotes: &m.quotes,
        parts: &m.parts,
    };
    let mut out = Output::default();
    linker.link(&input, scratch, &mut out);
    check(&m.text, &out, entities.len(), m.quotes.len());
    out
}

/// Checks the invariants of any document.
fn check(text: &str, out: &Output, entities: usize, quotes: usize) {
    assert_eq!(out.entity_actor.len(), entities);
    assert_eq!(out.speaker.len(), quotes);
    let mut seen = vec![false; out.actors.len()];
    let mut before = 0;
    for m in &out.mentions {
        assert!(m.span.start >= before, "mentions in order");
        before = m.span.start;
        assert!(m.span.get(text).is_some_and(|w| !w.is_empty()), "span {:?}", m.span);
        if !seen[m.actor as usize] {
            assert_eq!(out.actors[m.actor as usize].span, m.span);
        }
        seen[m.actor as usize] = true;
    }
    assert!(seen.iter().all(|s| *s), "every actor has a mention");
    assert!(out.actors.iter().all(|a| !a.name.is_empty()));
    assert!(out.entity_actor.iter().chain(&out.speaker).all(|a| *a == NONE || (*a as usize) < out.actors.len()));
}
