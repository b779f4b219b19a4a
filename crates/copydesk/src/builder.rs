//! From a name and settings to a pipeline that has been checked, and from there to one that is loaded.

use std::path::PathBuf;

use copydesk_formats::{PARTS, Parts};
use copydesk_loader::{ChildCommand, LoadError, Registry};
use copydesk_pipeline::{CheckedPipeline, Lock, LockError, PipelineSource, Provenance, SourceError};
use serde_json::Value;

use crate::built_in::{SHIPPED, registry};
use crate::loaded::Pipeline;
use crate::{Error, licences, lock};

/// Settings of a pipeline that is yet to be loaded. [`Pipeline::builder`] makes one.
///
/// ```
/// use copydesk::Pipeline;
///
/// let pipeline = Pipeline::builder().pipeline("fast").acts(["speech", "writing"]).load()?;
/// let article = pipeline.analyze("Ana Ruiz said that the vote would be held on Monday.")?;
/// assert_eq!(article.quotes().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    place: Place,
    variables: Vec<String>,
    options: Vec<(String, Value)>,
    plugin_folders: Vec<PathBuf>,
    child: Option<ChildCommand>,
    lock: Option<PathBuf>,
}

/// The place of the pipeline file.
#[derive(Clone, Debug)]
enum Place {
    /// A file, or the name of a shipped pipeline.
    Name(String),
    /// A file.
    File(PathBuf),
    /// A text in memory.
    Text { name: String, text: String },
}

impl Builder {
    /// A builder of the pipeline `news`.
    pub(crate) fn new() -> Self {
        Builder {
            place: Place::Name("news".to_owned()),
            variables: Vec::new(),
            options: Vec::new(),
            plugin_folders: Vec::new(),
            child: None,
            lock: None,
        }
    }

    /// Takes a pipeline by the name of a shipped one, or a file.
    #[must_use]
    pub fn pipeline(self, name: impl Into<String>) -> Self {
        Builder { place: Place::Name(name.into()), ..self }
    }

    /// Takes a pipeline file.
    #[must_use]
    pub fn file(self, path: impl Into<PathBuf>) -> Self {
        Builder { place: Place::File(path.into()), ..self }
    }

    /// Takes the text of a pipeline file; messages call it `name`. Relative paths in it start from the working directory.
    #[must_use]
    pub fn text(self, name: impl Into<String>, text: impl Into<String>) -> Self {
        Builder { place: Place::Text { name: name.into(), text: text.into() }, ..self }
    }

    /// Gives a variable of the pipeline another value, as `NAME=VALUE`.
    #[must_use]
    pub fn set(mut self, variable: impl Into<String>) -> Self {
        self.variables.push(variable.into());
        self
    }

    /// Sets an option on each stage with a plugin that has it, in place of the file's value.
    #[must_use]
    pub fn option(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.options.push((name.into(), value.into()));
        self
    }

    /// Keeps quotes of these acts: `speech`, `writing`, `thought`, `intention`. Other quotes are dropped, as if they
    /// had not been found.
    #[must_use]
    pub fn acts<A: Into<String>>(self, acts: impl IntoIterator<Item = A>) -> Self {
        let acts: Vec<String> = acts.into_iter().map(Into::into).collect();
        self.option("acts", acts)
    }

    /// Adds a folder to look for plugins in, before the others.
    #[must_use]
    pub fn plugin_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.plugin_folders.push(folder.into());
        self
    }

    /// Adds a folder with models that are not inside the program, for this process.
    #[must_use]
    pub fn models(self, folder: impl Into<PathBuf>) -> Self {
        copydesk_models::add_folder(folder.into());
        self
    }

    /// Says how processes for isolated plugins are started: with a command that calls [`crate::serve_isolated`].
    #[must_use]
    pub fn isolate_with(self, command: ChildCommand) -> Self {
        Builder { child: Some(command), ..self }
    }

    /// Holds the pipeline to a lock file. If the pipeline differs from the lock, it is refused.
    #[must_use]
    pub fn locked(self, lock: impl Into<PathBuf>) -> Self {
        Builder { lock: Some(lock.into()), ..self }
    }

    /// Returns the plugins that the pipeline may use.
    ///
    /// # Errors
    /// If a built-in plugin cannot be run.
    pub fn registry(&self) -> Result<Registry, LoadError> {
        let registry = registry(&self.plugin_folders)?;
        Ok(match &self.child {
            Some(command) => registry.with_child_command(command.clone()),
            None => registry,
        })
    }

    /// Reads the pipeline file.
    ///
    /// # Errors
    /// If it is not there, or cannot be read.
    pub fn source(&self) -> Result<PipelineSource, SourceError> {
        let source = match &self.place {
            Place::Name(name) => PipelineSource::find(name, SHIPPED)?,
            Place::File(path) => PipelineSource::read(path)?,
            Place::Text { name, text } => PipelineSource::new(name.as_str(), text.as_str(), None),
        };
        Ok(PipelineSource { set: self.variables.clone(), shipped: SHIPPED, ..source })
    }

    /// Checks the pipeline, without loading a model.
    ///
    /// # Errors
    /// If the file cannot be read, or anything is wrong with it. If no stage has an option that was set, or refuses its
    /// value. If the lock describes something else.
    pub fn check(&self) -> Result<Checked, Error> {
        self.check_with(&self.registry()?)
    }

    /// Checks the pipeline with plugins from [`Builder::registry`], which serves several pipelines.
    ///
    /// # Errors
    /// As [`Builder::check`].
    pub fn check_with(&self, registry: &Registry) -> Result<Checked, Error> {
        let mut pipeline = self.source()?.check(registry)?;
        for (name, value) in &self.options {
            match pipeline.set_option(name, value) {
                Ok(0) => {
                    let message = format!("no stage of pipeline {:?} has an option {name:?}", pipeline.name());
                    return Err(Error::setting(name, message));
                }
                Ok(_) => {}
                Err(fault) => return Err(Error::setting(name, fault.message)),
            }
        }
        let lock = self.lock.as_deref().map(|path| lock::hold(path, &pipeline)).transpose()?;
        Ok(Checked { pipeline, lock })
    }

    /// Checks the pipeline and loads it.
    ///
    /// # Errors
    /// As [`Builder::check`] and [`Checked::load`].
    pub fn load(&self) -> Result<Pipeline, Error> {
        self.check()?.load()
    }
}

/// A pipeline without faults, as far as a check without its models can tell.
///
/// ```
/// let checked = copydesk::Pipeline::builder().pipeline("fast").check()?;
/// let stages: Vec<&str> = checked.pipeline().stages().iter().map(|stage| stage.id()).collect();
/// assert_eq!(stages, ["tokenizer", "ner", "quotes", "actors", "linker", "stance"]);
/// println!("{}", checked.pipeline().as_text());
/// # Ok::<(), copydesk::Error>(())
/// ```
#[derive(Debug)]
pub struct Checked {
    pipeline: CheckedPipeline,
    lock: Option<String>,
}

impl Checked {
    /// Returns the stages, tests and drawings.
    #[must_use]
    pub fn pipeline(&self) -> &CheckedPipeline {
        &self.pipeline
    }

    /// Returns which plugins and models will make the layers, and the hash of the lock that the pipeline is held to.
    #[must_use]
    pub fn provenance(&self) -> Provenance {
        licences::provenance(&self.pipeline, self.lock.clone())
    }

    /// Returns the lock of the pipeline, with the hashes of libraries and models.
    ///
    /// # Errors
    /// If a library or a file that an option names cannot be read.
    pub fn lock(&self) -> Result<Lock, LockError> {
        lock::lock_of(&self.pipeline)
    }

    /// Returns the parts of a result that have these names, for [`copydesk_formats::JsonWriter`]. All are meant if there
    /// are no names.
    ///
    /// # Errors
    /// If a result of this pipeline has no such part.
    pub fn parts<S: AsRef<str>>(&self, names: &[S]) -> Result<Parts, Error> {
        parts(&self.pipeline, names)
    }

    /// Loads plugins and models.
    ///
    /// # Errors
    /// If a plugin or a model cannot be loaded. If a stage needs a layer that no stage before it writes.
    pub fn load(self) -> Result<Pipeline, Error> {
        let runner = self.pipeline.load()?;
        Ok(Pipeline::new(self.pipeline, runner, self.lock))
    }
}

/// The parts of a result that have these names; all if there are none.
pub(crate) fn parts<S: AsRef<str>>(pipeline: &CheckedPipeline, names: &[S]) -> Result<Parts, Error> {
    if names.is_empty() {
        return Ok(Parts::default());
    }
    let mut known: Vec<&str> = PARTS.to_vec();
    for stage in pipeline.stages() {
        let written = stage.plugin().manifest().writes.iter().map(|entry| entry.layer.as_str());
        // Rows of these stand within `quotes` and `actors`.
        known.extend(written.filter(|layer| !["quote_parts", "mentions"].contains(layer)));
    }
    let mut unique = Vec::new();
    known.retain(|name| {
        let new = !unique.contains(name);
        unique.push(*name);
        new
    });
    let names: Vec<&str> = names.iter().map(|name| name.as_ref().trim()).collect();
    // These are always written.
    let is_known = |name: &str| known.contains(&name) || ["schema", "id", "offsets"].contains(&name);
    match names.iter().find(|name| !is_known(name)) {
        Some(wrong) => {
            let message = format!("there is no part {wrong:?}; there are {}", known.join(", "));
            Err(Error::setting("layers", message))
        }
        None => Ok(Parts::named(names)),
    }
}
