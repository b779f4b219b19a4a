//! The attributor: layers in, quotes out.

use copydesk_model::ModelError;
use copydesk_model::lookup::Lookup;
use copydesk_sdk::ModelBytes;
use self_cell::self_cell;

use crate::document::{Input, Prepared};
use crate::model::Models;
use crate::passes::{self, Draft};
use crate::quote::{Drafted, Quote, finish};

/// Reusable memory.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    drafted: Drafted,
    passes: passes::Scratch,
}

/// Finds quotes with their sources. It is immutable, and threads share it.
#[derive(Clone, Debug)]
pub struct Attributor<'m> {
    models: Models<'m>,
}

impl<'m> Attributor<'m> {
    /// An attributor with these models.
    #[must_use]
    pub fn new(models: Models<'m>) -> Self {
        Attributor { models }
    }

    /// The least score of an attribution, 0 to 1, in place of the model's own threshold.
    #[must_use]
    pub fn with_threshold(mut self, threshold: f32) -> Self {
        self.models.threshold = threshold;
        self
    }

    /// The bias toward a source, in place of the model's own.
    #[must_use]
    pub fn with_source_bias(mut self, bias: f32) -> Self {
        self.models.source_bias = bias;
        self
    }

    /// Replaces `out` by the quotes of a document, in text order.
    pub fn attribute(&self, input: &Input<'_>, scratch: &mut Scratch, out: &mut Vec<Quote>) {
        out.clear();
        let Drafted { prepared, drafts, .. } = &mut scratch.drafted;
        prepared.prepare(input, Some(&self.models.lexicon));
        self.draft(prepared, &mut scratch.passes, drafts);
        finish(input, self.models.threshold, |score| self.models.curve.of(score), &mut scratch.drafted, out);
    }

    /// The words that the model knows.
    pub(crate) fn lexicon(&self) -> &Lookup<'m> {
        &self.models.lexicon
    }

    /// Replaces `out` by the attributions of a document, in text order of their cues, before rules.
    pub(crate) fn draft(&self, prepared: &Prepared, scratch: &mut passes::Scratch, out: &mut Vec<Draft>) {
        passes::find(prepared, &self.models, scratch, out);
    }
}

self_cell!(
    /// A linear model and the bytes that it borrows from.
    pub struct Linear {
        owner: ModelBytes,
        #[covariant]
        dependent: Attributor,
    }

    impl {Debug}
);

impl Linear {
    /// Reads a linear model.
    ///
    /// # Errors
    /// If the bytes are no model of quotes or a part of it is broken.
    pub fn read(bytes: ModelBytes) -> Result<Self, ModelError> {
        Self::try_new(bytes, |bytes| Models::parse(bytes).map(Attributor::new))
    }
}
