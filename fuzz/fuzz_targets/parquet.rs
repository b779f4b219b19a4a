#![no_main]

// The reader catches panics of the crate that decodes. libFuzzer's hook would end the process before that. A panic that
// nobody catches still ends it.
libfuzzer_sys::fuzz_target!(init: std::panic::set_hook(Box::new(|_| ())), |bytes: &[u8]| copydesk_invariants::parquet(bytes));
