#![no_main]

use std::sync::Once;

/// The reader catches panics of the crate that decodes. libFuzzer's hook would end the process before that, so it is
/// replaced at the first input. A panic that nobody catches still ends the process.
static QUIET: Once = Once::new();

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| ())));
    copydesk_invariants::parquet(bytes);
});
