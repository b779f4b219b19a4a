//! The report of a corpus as one HTML file.

use std::io::{self, Write};

use serde::Serialize;

/// Writes it.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_report(summary: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(out, summary).map_err(io::Error::from)
}
