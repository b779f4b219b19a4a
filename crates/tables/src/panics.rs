//! Decoders that may panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs what decodes a file. If it panics, the error is `message`.
///
/// The crates `parquet` and `calamine` are not written for hostile files. `parquet` asserts some of what a damaged file may
/// break, such as that sizes are not negative. `calamine` multiplies row numbers without a check. So a panic here is the
/// file's fault. A reader that has panicked is not used again.
pub(crate) fn unless_panics<T>(message: &str, decode: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| Err(message.to_owned()))
}
