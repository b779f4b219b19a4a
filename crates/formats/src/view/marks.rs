//! The marks at each byte of an article: a name, a quotation, the end of a quote and its speaker.

use anstyle::Style;
use copydesk_core::{Article, Span};

use super::style::{PLAIN, QUOTE, name_style};

/// A mark at a byte of the text.
pub(super) struct Marks<'a> {
    entities: Vec<(Span, &'a str)>,
    next_entity: usize,
    /// Starts and ends of quoted content.
    starts: Vec<u32>,
    ends: Vec<u32>,
    started: usize,
    ended: usize,
    /// The end of a quote, and its speaker.
    speakers: Vec<(u32, &'a str)>,
    next_speaker: usize,
}

impl<'a> Marks<'a> {
    pub(super) fn new(article: &'a Article) -> Self {
        let content = || article.quotes().flat_map(|quote| quote.content());
        let mut starts: Vec<u32> = content().map(|span| span.start).collect();
        let mut ends: Vec<u32> = content().map(|span| span.end).collect();
        starts.sort_unstable();
        ends.sort_unstable();
        let speakers = article.quotes().filter_map(|quote| {
            let end = quote.content().iter().map(|span| span.end).max()?;
            Some((end, quote.speaker()?.name()))
        });
        let mut speakers: Vec<(u32, &str)> = speakers.collect();
        speakers.sort_by_key(|(end, _)| *end);
        Marks {
            entities: article.entities().map(|entity| (entity.span(), entity.label())).collect(),
            next_entity: 0,
            starts,
            ends,
            started: 0,
            ended: 0,
            speakers,
            next_speaker: 0,
        }
    }

    /// The style of the character at a byte; bytes must ascend from call to call.
    pub(super) fn style(&mut self, at: u32) -> Style {
        while self.entities.get(self.next_entity).is_some_and(|(span, _)| span.end <= at) {
            self.next_entity += 1;
        }
        while self.starts.get(self.started).is_some_and(|start| *start <= at) {
            self.started += 1;
        }
        while self.ends.get(self.ended).is_some_and(|end| *end <= at) {
            self.ended += 1;
        }
        let quoted = self.started > self.ended;
        match self.entities.get(self.next_entity) {
            Some((span, label)) if span.start <= at => {
                let style = name_style(label);
                if quoted { style.italic() } else { style }
            }
            _ if quoted => QUOTE,
            _ => PLAIN,
        }
    }

    /// The speaker of a quote that has ended at a byte or before, once.
    pub(super) fn ended_quote(&mut self, at: u32) -> Option<&'a str> {
        let (end, name) = *self.speakers.get(self.next_speaker)?;
        (end <= at).then(|| {
            self.next_speaker += 1;
            name
        })
    }
}
