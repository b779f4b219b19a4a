#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| copydesk_invariants::request(bytes));
