//! The extension module of the Python package `copydesk`.
//!
//! Architecture invariant: this crate holds no logic of its own. It turns objects of Python into those of the library,
//! and back. No thread but the caller's ever runs Python code.

mod article;
mod fault;
mod input;
mod interrupt;
mod pipe;
mod pipeline;
mod program;
mod rows;
mod stream;
mod table;

use pyo3::prelude::*;

/// The native part of the package `copydesk`. Its names are those of the package.
#[pymodule]
mod _copydesk {
    #[pymodule_export]
    use crate::article::Article;
    #[pymodule_export]
    use crate::pipe::Pipe;
    #[pymodule_export]
    use crate::pipeline::{Pipeline, load};
    #[pymodule_export]
    use crate::program::run_program;
    #[pymodule_export]
    use crate::rows::{Actor, Block, Entity, Mention, Quote, Sentence, Span, Stance, Token};
    #[pymodule_export]
    use crate::table::{Table, schema};

    use super::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("LAYERS", copydesk::tables::Table::ALL.map(copydesk::tables::Table::name))
    }
}
