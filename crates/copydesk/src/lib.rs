//! Reads news articles: who is in them, who said what, and how each speaker stands toward whom.
//!
//! [`Pipeline`] is the way in. It is loaded once, shared between threads, and gives an [`Article`] for each text.
//!
//! ```
//! use copydesk::Pipeline;
//!
//! let fast = Pipeline::fast()?;
//! let article = fast.analyze("“We will vote on Monday,” said Ana Ruiz, the minister.")?;
//! for quote in article.quotes() {
//!     println!("{}: {}", quote.speaker().map_or("?", |actor| actor.name()), quote.text());
//! }
//! # let said: Vec<_> = article.quotes().map(|quote| quote.speaker().map(|actor| actor.name().to_owned())).collect();
//! # assert_eq!(said, [Some("Ana Ruiz".to_owned())]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`Pipeline::analyze_all`] analyzes many texts on many threads and gives the results in their order.
//! - [`Inputs`] reads files, folders and standard input; [`Output`] writes a file that appears once it is complete.
//! - [`Builder`] sets variables and options of a pipeline, and the folders of plugins and models.
//! - The modules below hold the parts of the commands of the program `copydesk`.
//!
//! The features `news` (the default) and `fast` put the models of a pipeline into the program. The models of a pipeline
//! that is left out are read from the folder of [`Builder::models`] or of the environment variable `COPYDESK_MODELS`.
//!
//! Architecture invariant: this crate never prints and reads no arguments.
#![forbid(unsafe_code)]

mod analyze;
mod articles;
mod builder;
mod built_in;
mod catalogue;
mod checkpoint;
pub mod corpus;
mod error;
mod failpoint;
mod inputs;
mod leftovers;
mod licences;
mod loaded;
mod lock;
mod output;
mod results;
mod run;
mod summary;

pub use analyze::{AnalyzeError, AnalyzeErrorKind, AnalyzeOptions, Cancel};
pub use articles::{Articles, Input};
pub use builder::{Builder, Checked};
pub use built_in::{BUILT_IN, SHIPPED, registry, serve_isolated, shipped_model};
pub use catalogue::{output_format, output_format_of, output_formats};
pub use checkpoint::RunIdentity;
pub use copydesk_core::{
    Actor, Article, ArticleError, Block, Date, DateError, Document, Entity, Holder, Mention, Metadata, OffsetCounts,
    OffsetUnit, Origin, Quote, Sentence, Span, Stance, SurfaceToken, TextError, Token,
};
pub use copydesk_formats::{ColumnError, Columns, MetadataField};
pub use error::{Error, ErrorKind};
pub use inputs::{
    BytesRead, INPUT_FORMATS, InputError, InputFormat, InputNotes, InputReader, Inputs, SelectError, Shard, Share,
    input_format,
};
pub use loaded::Pipeline;
pub use lock::{LockFileError, LockFileErrorKind, lock_path, read_lock};
pub use output::{Output, OutputError};
pub use results::{Results, ResultsOptions};
pub use run::{RunError, RunEvent};
pub use summary::{ErrorCount, ErrorPlace, StageShare, Summary};

#[doc(no_inline)]
pub use {
    copydesk_bench as bench, copydesk_core as core, copydesk_formats as formats, copydesk_kit as kit,
    copydesk_loader as loader, copydesk_model as model, copydesk_models as models, copydesk_pipeline as pipeline,
    copydesk_plugin_linker as linker, copydesk_tables as tables, copydesk_train as train,
};

/// The examples of the manual, as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/library.md")]
struct Manual;
