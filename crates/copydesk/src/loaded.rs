//! A loaded pipeline.

use std::fmt;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use copydesk_core::{Article, Document};
use copydesk_formats::Parts;
use copydesk_pipeline::{CheckedPipeline, Lock, LockError, Provenance, RunSummary, Runner};

use crate::articles::number;
use crate::run::{run, write_all};
use crate::{
    AnalyzeError, AnalyzeOptions, Articles, Builder, Error, Input, Inputs, Results, RunError, RunEvent, Summary,
    builder, licences, lock,
};

/// A loaded pipeline. It is `Send` and `Sync`: one serves all threads, and copies of it share its models.
///
/// ```
/// use copydesk::Pipeline;
///
/// let fast = Pipeline::fast()?;
/// std::thread::scope(|scope| {
///     for text in ["Ana Ruiz left.", "Tom Reed stayed."] {
///         let fast = &fast;
///         scope.spawn(move || assert_eq!(fast.analyze(text).expect("an article").actors().len(), 1));
///     }
/// });
/// # Ok::<(), copydesk::Error>(())
/// ```
#[derive(Clone)]
pub struct Pipeline {
    checked: Arc<CheckedPipeline>,
    runner: Arc<Runner>,
    provenance: Provenance,
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline")
            .field("name", &self.name())
            .field("lock", &self.provenance.lock)
            .finish_non_exhaustive()
    }
}

impl AsRef<Runner> for Pipeline {
    fn as_ref(&self) -> &Runner {
        &self.runner
    }
}

impl Pipeline {
    pub(crate) fn new(checked: CheckedPipeline, runner: Runner, lock: Option<String>) -> Self {
        let provenance = licences::provenance(&checked, lock);
        Pipeline { checked: Arc::new(checked), runner: Arc::new(runner), provenance }
    }

    /// Loads the pipeline `news`: the best answers that a processor gives.
    ///
    /// # Errors
    /// If its models are neither inside the program nor in a folder of models.
    ///
    /// ```
    /// let news = copydesk::Pipeline::news()?;
    /// assert_eq!(news.name(), "news");
    /// # Ok::<(), copydesk::Error>(())
    /// ```
    pub fn news() -> Result<Self, Error> {
        Pipeline::builder().load()
    }

    /// Loads the pipeline `fast`: linear models, for millions of articles on a few cores.
    ///
    /// # Errors
    /// As [`Pipeline::news`].
    pub fn fast() -> Result<Self, Error> {
        Pipeline::builder().pipeline("fast").load()
    }

    /// Loads a pipeline file.
    ///
    /// # Errors
    /// If the file cannot be read, anything is wrong with it, or a plugin or a model cannot be loaded.
    ///
    /// ```no_run
    /// let desk = copydesk::Pipeline::open("desk.toml")?;
    /// # Ok::<(), copydesk::Error>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Pipeline::builder().file(path.as_ref()).load()
    }

    /// Returns a builder, for a pipeline with settings. Without any it loads `news`.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Returns the pipeline's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.runner.name()
    }

    /// Returns the stages, tests and drawings of the file.
    #[must_use]
    pub fn checked(&self) -> &CheckedPipeline {
        &self.checked
    }

    /// Returns the loaded stages and their timings.
    #[must_use]
    pub fn runner(&self) -> &Runner {
        &self.runner
    }

    /// Returns which plugins and models make the layers, and the hash of the lock that the pipeline is held to. Results
    /// carry it.
    #[must_use]
    pub fn provenance(&self) -> Provenance {
        self.provenance.clone()
    }

    /// Returns the parts of a result that have these names, as [`crate::Checked::parts`].
    ///
    /// # Errors
    /// If a result of this pipeline has no such part.
    pub fn parts<S: AsRef<str>>(&self, names: &[S]) -> Result<Parts, Error> {
        builder::parts(&self.checked, names)
    }

    /// Returns the lock of the pipeline, with the hashes of libraries and models.
    ///
    /// # Errors
    /// If a library or a file that an option names cannot be read.
    pub fn lock(&self) -> Result<Lock, LockError> {
        lock::lock_of(&self.checked)
    }

    /// Analyses a text on this thread. The article's id is `1`.
    ///
    /// # Errors
    /// If the text has more than 4 GB, or a stage fails.
    ///
    /// ```
    /// let article = copydesk::Pipeline::fast()?.analyze("“No,” said Ana Ruiz.")?;
    /// let quote = article.quotes().next().ok_or("no quote")?;
    /// assert_eq!((quote.text(), quote.kind()), ("“No,”".into(), "direct"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn analyze(&self, text: impl Into<String>) -> Result<Article, AnalyzeError> {
        self.analyze_document(number(1, Input::from(text.into()))?)
    }

    /// Analyses a document on this thread. Layers that it brings are taken as given.
    ///
    /// # Errors
    /// If a stage fails.
    pub fn analyze_document(&self, document: Document) -> Result<Article, AnalyzeError> {
        Ok(Article::new(self.runner.annotate(document)?)?)
    }

    /// Analyses a document on this thread, with a cancel flag and a time limit.
    ///
    /// # Errors
    /// If a stage fails, the flag is set, or the time is up.
    pub fn analyze_with(&self, document: Document, options: &AnalyzeOptions) -> Result<Article, AnalyzeError> {
        let cancel = options.cancel.clone().unwrap_or_default();
        let document = self.runner.annotate_with(document, cancel.flag(), options.time_limit)?;
        Ok(Article::new(document)?)
    }

    /// Analyzes many inputs on one thread a core, and returns the results one by one, in the order of the inputs. An
    /// input is a text, a [`Document`], or an item of [`crate::Inputs`]. A text's id is its number, from 1.
    ///
    /// Only some inputs are read ahead, so that a stream without end has bounded memory. If the iterator is dropped,
    /// the threads end after their current documents.
    ///
    /// ```
    /// let fast = copydesk::Pipeline::fast()?;
    /// for article in fast.analyze_all(["Ana Ruiz left.", "Tom Reed stayed."]) {
    ///     let article = article?;
    ///     println!("{}: {}", article.id(), article.actors().map(|actor| actor.name()).collect::<String>());
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn analyze_all<I>(&self, inputs: I) -> Articles
    where
        I: IntoIterator<Item: Into<Input>, IntoIter: Send + 'static>,
    {
        self.analyze_all_with(inputs, AnalyzeOptions::default())
    }

    /// Analyses many inputs as [`Pipeline::analyze_all`], with options.
    pub fn analyze_all_with<I>(&self, inputs: I, options: AnalyzeOptions) -> Articles
    where
        I: IntoIterator<Item: Into<Input>, IntoIter: Send + 'static>,
    {
        let inputs = (1..).zip(inputs).map(|(at, input)| number(at, input.into()));
        Articles::start(Arc::clone(&self.runner), inputs, options)
    }

    /// Analyses many inputs and hands each result to `sink` on this thread, in the order of the inputs. The sink returns
    /// [`ControlFlow::Break`] to end the run. This form takes inputs that borrow, and says how the run ended.
    ///
    /// # Errors
    /// If the system gives no threads.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use copydesk::{AnalyzeOptions, Pipeline};
    ///
    /// let texts = ["Ana Ruiz left.".to_owned(), "Tom Reed stayed.".to_owned()];
    /// let summary = Pipeline::fast()?.run(texts.iter().map(String::as_str), &AnalyzeOptions::default(), |result| {
    ///     println!("{}", result.expect("an article").id());
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!(summary.done, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run<I>(
        &self,
        inputs: I,
        options: &AnalyzeOptions,
        mut sink: impl FnMut(Result<Article, AnalyzeError>) -> ControlFlow<()>,
    ) -> io::Result<RunSummary>
    where
        I: IntoIterator<Item: Into<Input>, IntoIter: Send>,
    {
        let inputs = (1..).zip(inputs).map(|(at, input)| number(at, input.into()));
        run(&self.runner, inputs, options, &mut sink)
    }

    /// Analyzes many inputs and writes the results, in the order of the inputs. `watch` is told what happens, on this
    /// thread.
    ///
    /// # Errors
    /// If the output cannot be written, the system gives no threads, or the run is cancelled. If a document fails and
    /// [`AnalyzeOptions::fail_fast`] is set: a file is left as it was.
    ///
    /// ```no_run
    /// use copydesk::{AnalyzeOptions, Inputs, Pipeline, Results, ResultsOptions, RunIdentity};
    ///
    /// let inputs = Inputs::new(&["articles/".into()])?;
    /// let identity = inputs.identify(RunIdentity::default());
    /// let options = ResultsOptions { resume: true, ..ResultsOptions::default() };
    /// let results = Results::create(Some("results.jsonl".as_ref()), options, identity)?;
    /// let summary = Pipeline::news()?.write_all(inputs, results, &AnalyzeOptions::default(), |_| {})?;
    /// println!("{} documents, {} of them failed", summary.documents, summary.failed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_all(
        &self,
        inputs: Inputs,
        results: Results,
        options: &AnalyzeOptions,
        watch: impl FnMut(RunEvent<'_>),
    ) -> Result<Summary, RunError> {
        write_all(&self.runner, inputs, results, options, watch)
    }
}
