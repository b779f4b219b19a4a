//! A linear model, together with the bytes that it borrows from.

use copydesk_model::ModelError;
use copydesk_sdk::ModelBytes;
use self_cell::self_cell;

use crate::knowledge::Knowledge;
use crate::recognizer::Recognizer;

self_cell!(
    /// A recogniser and its bytes.
    pub struct HeldRecognizer {
        owner: ModelBytes,
        #[covariant]
        dependent: Recognizer,
    }

    impl {Debug}
);

self_cell!(
    /// The knowledge of a linear model, and its bytes.
    pub(crate) struct HeldKnowledge {
        owner: ModelBytes,
        #[covariant]
        dependent: Knowledge,
    }

    impl {Debug}
);

impl HeldRecognizer {
    /// Reads a model.
    ///
    /// # Errors
    /// As [`Recognizer::parse`].
    pub fn read(bytes: ModelBytes) -> Result<Self, ModelError> {
        Self::try_new(bytes, |bytes| Recognizer::parse(bytes))
    }

    /// The recogniser.
    pub fn get(&self) -> &Recognizer<'_> {
        self.borrow_dependent()
    }
}
