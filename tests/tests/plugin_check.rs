//! `copydesk plugin check` on sound libraries, and on one that does everything wrong.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

static COPYDESK: LazyLock<PathBuf> = LazyLock::new(copydesk_tests::copydesk);

/// Exit status, standard output, standard error.
fn check(library: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(&*COPYDESK)
        .args(["plugin", "check"])
        .arg(library)
        .args(arguments)
        .output()
        .expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn unsound(folder: &Path) -> PathBuf {
    let source = copydesk_tests::root().join("tests/plugins/unsound/unsound.c");
    // `usleep` is no part of C11.
    let compiler = ["cc", "-std=c11", "-D_DEFAULT_SOURCE"];
    copydesk_tests::c::compile(&compiler, &source, &copydesk_tests::c::include(), folder, "unsound")
}

#[test]
fn our_own_plugins_pass() {
    // But for the encoder, which takes minutes for the long texts where it is built without optimisation.
    for plugin in ["tokenizer", "ner", "quotes", "actors", "stance"] {
        let library = copydesk_tests::library(&format!("copydesk-plugin-{plugin}"));
        let (status, out, err) = check(&library, &["--timeout", "1200"]);
        assert_eq!(status, Some(0), "{plugin}: {out}{err}");
        assert!(out.starts_with("ok       opens: ABI 1.1, "), "{out}");
        assert!(out.contains(", 0 failed, "), "{out}");
        let wanted =
            ["an empty text", "many quotation marks", "growth", "many threads", "cancellation", "the same again"];
        for check in wanted {
            assert!(out.lines().any(|line| line.starts_with(&format!("ok       {plugin}: {check}"))), "{check}: {out}");
        }
    }
}

#[test]
fn one_plugin_of_several_is_checked_alone() {
    let library = copydesk_tests::library("copydesk-plugin-faulty");
    // It misbehaves only where a text says trouble, and no text here does.
    let (status, out, err) = check(&library, &["--id", "panics"]);
    assert!(status == Some(0) && out.contains(", 0 failed, "), "{out}{err}");
    assert!(!out.contains(" fails: "), "{out}");
    // Its rows tell what was batched with what: no two groupings may be told apart.
    let (status, out, _) = check(&library, &["--id", "together"]);
    assert!(status == Some(1) && out.contains("FAILED   together: batches: "), "{out}");
}

/// Plugin of the unsound library, options, and the lines that do not say ok or are skipped for a plain reason.
const CASES: [(&str, &[&str], &[&str]); 16] = [
    ("sound", &[], &[]),
    (
        "nameless",
        &[],
        &[
            "FAILED   nameless: manifest: it has no \"description\": say in a line what the plugin does; the version \"1.0\" \
             is not MAJOR.MINOR.PATCH; it makes nothing: name a layer in \"writes\", \"appends\" or \"extends\"",
            "FAILED   nameless: an article: layer \"marks\" is neither in `writes` nor in `appends` of the manifest",
        ],
    ),
    ("crashes", &[], &["FAILED   crashes: an empty text: the library ended the process: an abort, SIGABRT"]),
    ("hangs", &["--timeout", "20"], &["FAILED   hangs: white space only: it did not return within 20 s"]),
    ("leaves", &[], &["FAILED   leaves: one letter: the library ended the process: exit status: 0"]),
    (
        "counts",
        &[],
        &["FAILED   counts: the same again: no letters: the second time other rows: column marks.n differs"],
    ),
    (
        "outside",
        &[],
        &["FAILED   outside: one letter: layer \"marks\": row 0: span 0..2 is outside the text of 1 bytes"],
    ),
    ("silent", &[], &["FAILED   silent: one letter: the plugin failed and gave no message"]),
    ("deaf", &[], &["FAILED   deaf: cancellation: a cancelled call went on for "]),
    ("quadratic", &[], &["FAILED   quadratic: growth: 4 times as many quotation marks take "]),
    (
        "chatty",
        &[],
        &["FAILED   prints nothing and ends well: it writes on standard output, where results go: \"found 7 numbers\""],
    ),
    ("reader", &[], &[]),
    (
        "refuses",
        &[],
        &["FAILED   refuses: create: there is no licence", "skipped  refuses: an article: `create` failed"],
    ),
    ("fragile", &[], &["FAILED   fragile: wrong options: the library ended the process: an abort, SIGABRT"]),
    (
        "aborts",
        &[],
        &[
            "FAILED   aborts: create: the library ended the process: an abort, SIGABRT",
            "skipped  aborts: destroy: `create` failed",
        ],
    ),
    (
        "batch",
        &[],
        &["FAILED   batch: batches: an article, batch of 10: other rows than by itself: column marks.n differs"],
    ),
];

#[test]
fn each_fault_is_found_and_costs_its_own_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = unsound(folder.path());
    for (id, arguments, expected) in CASES {
        let (status, out, err) = check(&library, &[&["--id", id], arguments].concat());
        for line in expected {
            assert!(out.lines().any(|found| found.starts_with(line)), "{id}: {line}\n{out}");
        }
        let failed = expected.iter().any(|line| line.starts_with("FAILED"));
        assert_eq!(status, Some(i32::from(failed)), "{id}: {out}{err}");
        // After a crash, the check goes on to the last one.
        assert!(out.contains("prints nothing and ends well"), "{id}: {out}");
        let failures = out.lines().filter(|line| line.starts_with("FAILED")).count();
        assert!(["nameless", "outside", "counts"].contains(&id) || failures == usize::from(failed), "{id}: {out}");
    }
}

#[test]
fn layers_that_nobody_writes_have_made_up_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, out, _) = check(&unsound(folder.path()), &["--id", "reader"]);
    let line = "ok       reader: an article: 1 row of marks; no built-in plugin makes places, sentences.mood, weather: made-up rows";
    assert!(out.lines().any(|found| found == line), "{out}");
}

#[test]
fn all_plugins_of_a_library_are_checked_whichever_of_them_die() {
    let folder = tempfile::tempdir().expect("a folder");
    let (status, out, _) = check(&unsound(folder.path()), &["--json", "--timeout", "20"]);
    assert_eq!(status, Some(1));
    let findings: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    for (id, _, _) in CASES {
        let destroyed = findings.iter().filter(|finding| finding["plugin"] == id && finding["check"] == "destroy");
        assert_eq!(destroyed.count(), 1, "{id}: {out}");
    }
    assert_eq!(findings[0]["outcome"], "ok");
    let crash = findings.iter().find(|finding| finding["plugin"] == "crashes" && finding["outcome"] == "failed");
    assert_eq!(crash.expect("a crash")["check"], "an empty text");
}

#[test]
fn info_tells_builds_apart_and_names_all_options() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = unsound(folder.path());
    let output = Command::new(&*COPYDESK).args(["plugin", "info"]).arg(&library).output().expect("the program runs");
    let out = String::from_utf8(output.stdout).expect("UTF-8");
    let hash = format!("SHA-256   {}", copydesk_kit::sha256(&library).expect("readable"));
    let reads = "          sentences: mood u32";
    for line in
        [&*hash, "ABI       1.1", "batches   yes", reads, "  n (a whole number, default 1)", "      No other than 1"]
    {
        assert!(out.lines().any(|found| found == line), "{line}\n{out}");
    }
}

#[test]
fn wrong_command_lines_and_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = unsound(folder.path());
    let none = folder.path().join("libnone.so");
    let text = folder.path().join("libtext.so");
    std::fs::write(&text, "no library").expect("a temporary file");
    let cases: [(&Path, &[&str], i32, &str); 7] = [
        (&library, &["--id", "sounds"], 2, "this library holds no plugin \"sounds\"; it holds sound, nameless, "),
        (&library, &["--id", "sound", "--config", "{\"n\": 1}"], 2, "plugin \"sound\": unknown option \"n\""),
        (&library, &["--id", "fragile", "--config", "{\"n\": \"x\"}"], 2, "option \"n\" must be a whole number"),
        (&library, &["--config", "[]"], 2, "--config: write a JSON object"),
        (&library, &["--timeout", "0"], 2, "--timeout"),
        (&text, &[], 3, "FAILED   opens: is not a library"),
        (&none, &[], 3, "FAILED   opens: cannot be read"),
    ];
    for (file, arguments, status, message) in cases {
        let (found, out, err) = check(file, arguments);
        assert_eq!(found, Some(status), "{arguments:?}: {out}{err}");
        assert!(out.contains(message) || err.contains(message), "{arguments:?}: {message}\n{out}{err}");
    }
}
