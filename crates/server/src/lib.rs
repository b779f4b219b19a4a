//! Copydesk over HTTP: the results of the command line, for programs that ask over a socket, and a page for people.
//!
//! [`Server`] loads pipelines once and answers requests with them. Sockets are served by a few threads that never analyze;
//! documents are analyzed by threads of their own, from one queue. What waits is bounded in bytes of text, so that a server
//! that is asked too much says so, and its memory stays what it is.
//!
//! The paths are described in `openapi.json`, which the server gives at `/openapi.json`.
//!
//! Architecture invariant: this crate holds no logic that the command line would want; that is the library's. It never
//! prints: it logs by `tracing`, and the program chooses where that goes.
#![forbid(unsafe_code)]

mod address;
mod admission;
mod answer;
mod batch;
mod body;
#[doc(hidden)]
pub mod bytes;
mod error;
mod metrics;
mod options;
mod packing;
mod page;
mod pipelines;
mod problem;
mod request;
mod routes;
mod run;
mod server;
mod single;
mod stream;
mod workers;

pub use address::Address;
pub use error::Error;
pub use options::{Options, Token};
pub use run::{Handle, Server};
