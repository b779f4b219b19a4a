//! The word lexicon of the features: how often a word is in a cue or a source of the training data, lists of reporting
//! verbs, and clusters.

use std::collections::BTreeMap;

use copydesk_model::hash::hash_bytes;
use copydesk_model::lookup::Lookup;
use copydesk_text::lang::ENGLISH;

use super::{Document, Options, tokens_of};

/// The built-in list of words that introduce speech, all forms.
pub(super) fn reporting() -> Vec<String> {
    let mut words: Vec<String> = ENGLISH.verbs.reporting_forms.iter().map(|word| (*word).to_owned()).collect();
    for verb in ENGLISH.verbs.reporting {
        words.push((*verb).to_owned());
        if let Some(base) = verb.strip_suffix('e') {
            words.extend([format!("{verb}s"), format!("{verb}d"), format!("{base}ing")]);
        } else if let Some(base) = verb.strip_suffix('y').filter(|b| !b.ends_with(['a', 'e', 'o'])) {
            words.extend([format!("{base}ies"), format!("{base}ied"), format!("{verb}ing")]);
        } else {
            let third = if verb.ends_with("sh") || verb.ends_with("ss") || verb.ends_with("ch") { "es" } else { "s" };
            words.extend([format!("{verb}{third}"), format!("{verb}ed"), format!("{verb}ing")]);
        }
    }
    words
}

use crate::words::{CLUSTER_SHIFT, Folded, REPORTING, SOURCE_SHIFT};

#[derive(Clone, Copy, Default)]
struct Counts {
    all: u32,
    cue: u32,
    source: u32,
}

/// Words seen less often have no class of their own.
const LEAST: u32 = 4;

pub(super) fn build(documents: &[Document], options: &Options) -> Lookup<'static> {
    let mut counts: BTreeMap<u64, Counts> = BTreeMap::new();
    for document in documents {
        let mut roles = vec![0u8; document.tokens.len()];
        for gold in &document.gold {
            for (spans, role) in [(&gold.cue, 1), (&gold.source, 2)] {
                for i in spans.iter().flat_map(|&span| tokens_of(&document.tokens, span)) {
                    if let Some(slot) = roles.get_mut(i) {
                        *slot = role;
                    }
                }
            }
        }
        for (token, role) in document.tokens.iter().zip(roles) {
            let bytes = document.text.as_bytes().get(token.range()).unwrap_or_default();
            let own = counts.entry(hash_bytes(Folded::new(bytes).bytes())).or_default();
            own.all += 1;
            own.cue += u32::from(role == 1);
            own.source += u32::from(role == 2);
        }
    }
    let class = |part: u32, all: u32| {
        // A word seen twice and a cue twice is not yet a sure one.
        let share = f64::from(part) / (f64::from(all) + 2.0);
        if all < LEAST {
            0
        } else if share >= 0.55 {
            3
        } else if share >= 0.25 {
            2
        } else {
            u32::from(share >= 0.07)
        }
    };
    let learned = counts.iter().map(|(&hash, c)| (hash, class(c.cue, c.all) | class(c.source, c.all) << SOURCE_SHIFT));
    let hash = |word: &str| hash_bytes(Folded::new(word.as_bytes()).bytes());
    let reporting = options.reporting.iter().map(|w| (hash(w), REPORTING));
    let clusters = options.clusters.iter().map(|(w, cluster)| (hash(w), cluster << CLUSTER_SHIFT));
    Lookup::build(learned.chain(reporting).chain(clusters))
}
