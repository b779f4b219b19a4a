//! Any bytes as a pipeline file: checked, drawn, and written out as one file. No model is loaded and nothing is run.

use std::path::Path;
use std::sync::LazyLock;

use copydesk_loader::{ChildCommand, Registry, SearchPath};
use copydesk_pipeline::{CheckedPipeline, PipelineSource, TestCase};

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let registry = Registry::new(copydesk::BUILT_IN, SearchPath::only(Vec::new())).expect("sound built-in plugins");
    // Built-in plugins may be isolated; no process is started before a document comes.
    registry.with_child_command(ChildCommand { program: "none".into(), arguments: Vec::new() })
});

const NAME: &str = "desk.toml";

/// The folder that files start from; it holds `base.toml`.
fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines"))
}

/// The prefix of a line that stands for `--set`, before all other lines.
const SET: &str = "#set ";

/// Checks `bytes` as a pipeline file. A fault has its place in the file. A file without faults can be drawn. The output
/// of `show --resolved` has no faults either, means the same, and prints as itself.
pub fn pipeline(bytes: &[u8]) {
    let Ok(source) = PipelineSource::from_bytes(NAME, bytes.to_vec(), Some(folder().into())) else { return };
    if leaves_folder(&source.text) {
        return;
    }
    let set = source.text.lines().map_while(|line| line.strip_prefix(SET)).map(str::to_owned).collect();
    let source = PipelineSource { set, shipped: copydesk::SHIPPED, ..source };
    match source.check(&REGISTRY) {
        Err(faults) => {
            assert!(!faults.is_empty() && !faults.to_string().is_empty());
            for fault in faults.as_slice() {
                assert!(fault.line >= 1 && fault.column >= 1 && !fault.message.is_empty(), "{fault:?}");
                assert!((fault.line, fault.column) <= (fault.end_line, fault.end_column), "{fault:?}");
                let in_file = fault.file != NAME || source.text.get(fault.span.clone()).is_some();
                assert!(in_file, "{fault:?} is not in the file");
            }
        }
        Ok(pipeline) => {
            assert!(pipeline.as_dot().ends_with("}\n"));
            assert!(pipeline.as_mermaid().starts_with("flowchart") && !pipeline.as_text().is_empty());
            let again = resolved(&pipeline);
            same(&pipeline, &again);
            // Comments say where values come from: from the second time on, from the file that was printed.
            let third = resolved(&again);
            same(&pipeline, &third);
            assert_eq!(third.as_toml(), resolved(&third).as_toml(), "what is resolved stays as it is");
        }
    }
}

/// Returns true if a file could name another one outside its folder, or start a process for a library. Then there must
/// be a separator, plain or as an escape, or `path` beside `isolate`.
fn leaves_folder(text: &str) -> bool {
    let escape = ["\\u", "\\U", "\\x"].iter().any(|escape| text.contains(escape));
    let separator = text.contains('/') || (escape && ["2f", "2F"].iter().any(|code| text.contains(code)));
    separator || text.contains("..") || (text.contains("isolate") && text.contains("path"))
}

fn resolved(pipeline: &CheckedPipeline) -> CheckedPipeline {
    let text = pipeline.as_toml();
    let source = PipelineSource::new(NAME, text.as_str(), Some(folder().into()));
    source.check(&REGISTRY).unwrap_or_else(|faults| panic!("what is resolved is wrong: {faults}\n{text}"))
}

fn same(one: &CheckedPipeline, other: &CheckedPipeline) {
    assert_eq!((one.name(), one.description()), (other.name(), other.description()));
    assert_eq!(one.stages().len(), other.stages().len());
    for (a, b) in one.stages().iter().zip(other.stages()) {
        assert_eq!((a.id(), a.plugin().id(), a.config()), (b.id(), b.plugin().id(), b.config()));
        assert_eq!(a.plugin().limits(), b.plugin().limits());
    }
    // Their lines differ.
    let cases = |tests: &[TestCase]| -> Vec<String> {
        tests.iter().map(|test| format!("{:?} {:?}", test.name(), test.text())).collect()
    };
    assert_eq!(cases(one.tests()), cases(other.tests()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corpus_has_files_that_are_right() {
        let mut wrong = Vec::new();
        for name in ["base", "fast", "isolated", "news", "views"] {
            let seed = format!("{}/../../fuzz/corpus/pipeline/{name}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(seed).expect("a seed");
            assert!(!leaves_folder(&text), "{name}");
            let source = PipelineSource::new(NAME, text, Some(folder().into()));
            let source = PipelineSource { shipped: copydesk::SHIPPED, ..source };
            if let Err(faults) = source.check(&REGISTRY) {
                wrong.push(format!("{name}: {faults}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
