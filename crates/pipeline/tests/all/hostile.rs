//! Whatever a file holds, there is an answer and it comes in time.

use copydesk_pipeline::PipelineSource;
use copydesk_tests::growth::{LONGER, linear};
use proptest::prelude::*;

use crate::{registry, source};

fn answer(text: &str) -> String {
    match source(text).check(&registry()) {
        Ok(pipeline) => {
            let resolved = pipeline.as_toml();
            if let Err(faults) = source(&resolved).check(&registry()) {
                panic!("{text:?} is sound, but not what it comes to:\n{resolved}\n{faults}");
            }
            assert!(pipeline.as_dot().ends_with("}\n") && pipeline.as_mermaid().starts_with("flowchart"));
            pipeline.name().to_owned()
        }
        Err(faults) => {
            assert!(!faults.as_slice().is_empty());
            for fault in faults.as_slice().iter().filter(|fault| fault.file == "pipelines/x.toml") {
                assert!(text.get(fault.span.clone()).is_some(), "{fault:?} in {text:?}");
            }
            faults.to_string()
        }
    }
}

/// Pieces of pipeline files, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "[[stage]]",
        "[stage]",
        "[[test]]",
        "[",
        "]",
        "\n",
        "\r\n",
        "\r",
        " = ",
        "=",
        "plugin",
        "config",
        "id",
        "name",
        "expect",
        "expect.entities",
        "text",
        ".",
        ",",
        "{",
        "}",
        "\"",
        "'",
        "\"\"\"",
        "'''",
        "\"tokenizer\"",
        "\"ner\"",
        "\"quotes\"",
        "\"nre\"",
        "1",
        "-0x1",
        "1e999",
        "nan",
        "2026-01-01",
        "true",
        "#",
        "\t",
        "\0",
        "é",
        "😀",
        "\u{feff}",
        "\\",
        "\\u0000",
        "path",
        "extends = \"fast\"\n",
        "extends = \"x.toml\"\n",
        "remove = [\"ner\"]\n",
        "[vars]\n",
        "x = 1\n",
        "\"${x}\"",
        "id = \"ner\"\n",
        "before = \"ner\"\n",
        "after = \"quotes\"\n",
        "[1, 2]",
        "{ a = 1 }",
        "config.min_score = 2\n",
        "plugin = \"tokenizer\"\n",
        "plugin = \"ner\"\n",
        "[[stage]]\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(source) = PipelineSource::from_bytes("x.toml", bytes, None) {
            let _ = source.check(&registry()).map_err(|faults| faults.to_string());
        }
    }

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        answer(&text);
    }

    #[test]
    fn any_pieces(text in pieces()) {
        answer(&text);
    }

    #[test]
    fn any_damage(at in 0usize..600, to in any::<char>()) {
        let (_, text) = crate::SHIPPED[0];
        let at = text.char_indices().map(|(at, _)| at).nth(at % text.chars().count()).unwrap_or(0);
        let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
        answer(&format!("{}{to}{}", &text[..at], &text[end..]));
    }
}

#[test]
fn time_grows_as_large_and_deep_files_do() {
    let large = 20_000;
    for (kind, text) in large_files(large).iter().enumerate() {
        let start = text.get(..20).unwrap_or("");
        let small = &large_files(large / LONGER)[kind];
        let said = linear(&format!("{start:?}"), small, text, |text| answer(text));
        assert!(said.len() < 1_000_000, "{} bytes said of {start:?}", said.len());
    }
}

/// Files of many pieces.
fn large_files(many: usize) -> Vec<String> {
    vec![
        "[".repeat(many),
        format!("a = {}", "[".repeat(many)),
        format!("a = {}", "{ a = ".repeat(many)),
        format!("a = {}1{}", "[".repeat(many), "]".repeat(many)),
        format!("{}a = 1", "a.".repeat(many)),
        format!("[{}a]\n[{}b]\n", "a.".repeat(many), "a.".repeat(many)),
        "[[stage]]\n".repeat(many),
        "[[stage]]\nplugin = \"nre\"\n".repeat(many / 10),
        "[[stage]]\nplugin = \"maybe\"\n".repeat(many / 10),
        "[[stage]]\nplugin = \n".repeat(many),
        "[[stage\n".repeat(many),
        "\"".repeat(many),
        "\"\"\"\n".repeat(many),
        "x = 1, ".repeat(many),
        format!("name = \"{}\"", "\u{1b}".repeat(many)),
        format!("{} = 1", "n".repeat(many)),
        format!("stage = [{}]", "1,".repeat(many)),
        format!("stage = [{}]", "{ plugin = \"nre\" },".repeat(many / 2)),
        "\n".repeat(many * 10),
        "\0".repeat(many),
    ]
}
