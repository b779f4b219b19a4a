//! Places at which a test ends the program, as a power cut would.
//!
//! With the feature `failpoints`, the environment variable `COPYDESK_FAILPOINT=NAME:N` aborts the process when it reaches
//! the place `NAME` for the `N`-th time. Without the feature there is nothing.

/// Passes a place.
#[cfg(not(feature = "failpoints"))]
#[inline]
pub(crate) fn reach(_: &str) {}

/// Passes a place, or aborts there.
#[cfg(feature = "failpoints")]
pub(crate) fn reach(name: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static AWAITED: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);

    let awaited = AWAITED.get_or_init(|| {
        let text = std::env::var("COPYDESK_FAILPOINT").ok()?;
        let (name, number) = text.split_once(':')?;
        Some((name.to_owned(), number.parse().ok()?))
    });
    if let Some((place, number)) = awaited
        && place == name
        && PASSED.fetch_add(1, Ordering::Relaxed) + 1 == *number
    {
        std::process::abort();
    }
}
