//! Pipeline files: from TOML to a checked stage graph to a runner over many documents on many threads.
//!
//! [`PipelineSource`] is the text of a file. [`PipelineSource::check`] finds all faults of the file and returns a
//! [`CheckedPipeline`]. [`CheckedPipeline::load`] makes the instances of its plugins and returns a [`Runner`], which
//! analyzes documents one at a time or as a stream. [`Reloadable`] is a runner that can be replaced while it runs.
//!
//! ```
//! use copydesk_loader::{Registry, SearchPath};
//! use copydesk_pipeline::PipelineSource;
//!
//! let registry = Registry::new(&[], SearchPath::only(Vec::new()))?;
//! let source = PipelineSource::new("desk.toml", "[[stage]]\nplugn = \"tokenizer\"\n", None);
//! let faults = source.check(&registry).expect_err("a slip of the pen");
//! assert_eq!(faults.to_string(), r#"error: unknown key "plugn" in a stage
//!   --> desk.toml:2:1
//!    |
//!  2 | plugn = "tokenizer"
//!    | ^^^^^ did you mean "plugin"?"#);
//! # Ok::<(), copydesk_loader::LoadError>(())
//! ```
//!
//! Architecture invariant: this crate knows TOML and plugins but no document format, and never prints.
#![forbid(unsafe_code)]

mod checked;
mod compose;
mod drawing;
mod fault;
mod files;
mod graph;
mod group;
mod isolation;
mod lines;
mod literal;
mod lock;
mod nearest;
mod options;
mod outcome;
mod plugins;
mod reload;
mod resolved;
mod run;
mod runner;
mod schema;
mod source;
mod spec;
mod syntax;
mod testing;
mod watch;

pub use checked::{CheckedPipeline, CheckedStage};
pub use fault::{Fault, FaultClass, FaultKind, Faults, Severity};
pub use group::{DEFAULT_BATCH, MOST_IN_A_BATCH};
pub use lock::{Lock, LockError};
pub use outcome::{Failure, RunEnd, RunOutcome, RunSummary, StageError, StageErrorKind};
pub use reload::Reloadable;
pub use run::RunOptions;
pub use runner::{Provenance, Runner, StageProvenance, StageTiming};
pub use schema::schema;
pub use source::{PipelineSource, Shipped, SourceError};
pub use testing::{Difference, TestCase};
