//! Replays the corpora of the fuzz targets. Inputs that a fuzzer once reached hold in every build.

use std::fs;
use std::path::Path;

use copydesk_invariants::TARGETS;

#[test]
fn every_corpus_holds() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let mut total = 0;
    for (name, target) in TARGETS {
        let entries = fs::read_dir(corpora.join(name)).unwrap_or_else(|error| panic!("corpus of {name}: {error}"));
        let mut files: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
        files.sort();
        assert!(!files.is_empty(), "the corpus of {name} is empty");
        for file in files {
            let bytes = fs::read(&file).expect("a readable file");
            total += bytes.len();
            // The panic says what is broken; this says where.
            let outcome = std::panic::catch_unwind(|| target(&bytes));
            assert!(outcome.is_ok(), "{} breaks an invariant", file.display());
        }
    }
    assert!(total <= 500_000, "the corpora have {total} bytes; minimise them: see fuzz/README.md");
}

#[test]
fn every_target_has_a_binary_that_runs_it() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).expect("the manifest");
    let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    let listed: Vec<&str> = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("path = \"fuzz_targets/")?.strip_suffix(".rs\""))
        .collect();
    assert!(!listed.is_empty() && names.iter().all(|name| listed.contains(name)), "{names:?} and {listed:?}");
    for name in names {
        let source = fs::read_to_string(fuzz.join(format!("fuzz_targets/{name}.rs"))).expect("the target");
        assert!(source.contains(&format!("copydesk_invariants::{name}(")), "{name} runs something else");
    }
}
