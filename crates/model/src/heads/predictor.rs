//! The two ways in which a stage predicts. The kind of the model file chooses between them.

use std::error::Error;
use std::ops::Deref;

use crate::error::ModelError;
use crate::file::ModelFile;

/// Predicts by a linear model of words, or by a head over the vectors of the encoder.
#[derive(Debug)]
pub enum Predictor<L, H> {
    /// A linear model of words.
    Linear(L),
    /// A head over the vectors of the encoder.
    Head(H),
}

impl<L, H> Predictor<L, H> {
    /// Reads the model that a stage's options name, and the linear model to be blended into a head if they name one.
    ///
    /// `find` gives the bytes of a model by its name. A file of the kind `head_kind` goes to `head`, together with the
    /// model to be blended in; any other goes to `linear`.
    ///
    /// # Errors
    /// If a model is not found or cannot be read, or if a model is given to blend into a linear model.
    pub fn load<B: Deref<Target = [u8]>, E: From<String>>(
        model: &str,
        blend: Option<&str>,
        head_kind: &str,
        find: impl Fn(&str) -> Result<B, E>,
        linear: impl Fn(B) -> Result<L, ModelError>,
        head: impl FnOnce(&ModelFile<'_>, Option<L>) -> Result<H, Box<dyn Error>>,
    ) -> Result<Self, E> {
        let unread = |name: &str, error: &dyn Error| E::from(format!("model {name}: {error}"));
        let read = |name: &str, bytes: B| linear(bytes).map_err(|error| unread(name, &error));
        let bytes = find(model)?;
        let file = ModelFile::parse(&bytes).map_err(|error| unread(model, &error))?;
        if file.kind() == head_kind {
            let blend = blend.map(|name| read(name, find(name)?)).transpose()?;
            return head(&file, blend).map(Predictor::Head).map_err(|error| unread(model, &*error));
        }
        let linear = read(model, bytes)?;
        match blend {
            None => Ok(Predictor::Linear(linear)),
            Some(_) => Err(E::from(format!("blend: the model {model} reads no vectors; leave it out"))),
        }
    }

    /// Returns true if the vectors of the encoder are needed.
    #[must_use]
    pub fn reads_vectors(&self) -> bool {
        matches!(self, Predictor::Head(_))
    }
}
