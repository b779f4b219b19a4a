//! The library as a program uses it: results in order, cancelled and limited; inputs and outputs; models from a folder.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use copydesk::{
    AnalyzeErrorKind, AnalyzeOptions, Cancel, Document, ErrorKind, Inputs, LockFileErrorKind, Output, Pipeline,
};

const TEXT: &str = "“We will vote on Monday,” said Ana Ruiz, the minister.";

fn is_shared<T: Send + Sync + Clone>(value: &T) -> T {
    value.clone()
}

fn fast() -> Pipeline {
    Pipeline::fast().expect("the shipped pipeline")
}

#[test]
fn results_come_in_the_order_of_the_inputs() {
    let fast = is_shared(&fast());
    let texts = |n: usize| format!("{n}. {}", TEXT.repeat(1 + n % 7));
    for threads in [1, 3] {
        let options = AnalyzeOptions { threads, ..AnalyzeOptions::default() };
        let articles = fast.analyze_all_with((0..200).map(texts), options);
        let found: Vec<(String, usize)> = articles
            .map(|article| {
                article.map(|article| (article.id().to_owned(), article.quotes().len())).expect("an article")
            })
            .collect();
        let expected: Vec<_> = (0..200).map(|n| ((n + 1).to_string(), 1 + n % 7)).collect();
        assert_eq!(found, expected, "{threads} threads");
    }
}

#[test]
fn an_iterator_that_is_dropped_ends_its_threads() {
    let fast = fast();
    let (tell, told) = mpsc::channel::<()>();
    // Goes when the thread that reads goes.
    let endless = (0..).map(move |_| {
        let _ = &tell;
        TEXT
    });
    let mut articles = fast.analyze_all(endless);
    assert!(articles.next().is_some_and(|article| article.is_ok()));
    drop(articles);
    // Some hundred times what it takes on a busy machine.
    assert_eq!(told.recv_timeout(Duration::from_secs(120)), Err(mpsc::RecvTimeoutError::Disconnected));
}

#[test]
fn an_iterator_that_waits_for_an_input_can_be_dropped() {
    let (send, inputs) = mpsc::channel::<&str>();
    let mut articles = fast().analyze_all_with(inputs, AnalyzeOptions { threads: 2, ..AnalyzeOptions::default() });
    send.send(TEXT).expect("somebody reads");
    assert!(articles.next().is_some());
    drop(articles);
    drop(send);
}

#[test]
fn a_run_is_cancelled_from_outside() {
    let cancel = Cancel::default();
    let options = AnalyzeOptions { cancel: Some(cancel.clone()), ..AnalyzeOptions::default() };
    let (_send, never) = mpsc::channel::<&str>();
    let mut articles = fast().analyze_all_with(never, options);
    let other = thread::spawn(move || {
        thread::sleep(Duration::from_millis(50));
        cancel.cancel();
    });
    assert!(articles.next().is_none());
    other.join().expect("no panic");
}

#[test]
fn a_panic_of_the_inputs_reaches_who_takes_the_results() {
    let inputs = (0..10).map(|n| if n == 5 { panic!("no more") } else { TEXT });
    let articles = fast().analyze_all(inputs);
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| articles.count()));
    assert_eq!(caught.expect_err("a panic").downcast_ref::<&str>(), Some(&"no more"));
}

#[test]
fn a_document_past_its_time_is_an_error_of_its_own() {
    let options = AnalyzeOptions { time_limit: Some(Duration::from_millis(1)), ..AnalyzeOptions::default() };
    // An empty text has no time to be late in most runs; a long one always is.
    let long = Document::new("long", TEXT.repeat(20_000)).expect("a document");
    let results: Vec<_> = fast().analyze_all_with([long], options).collect();
    let [Err(error)] = results.as_slice() else { panic!("{}", results.len()) };
    assert_eq!((error.kind(), error.id()), (AnalyzeErrorKind::TimedOut, "long"));
    assert!(error.message().contains("the time limit of a document"), "{error}");
    assert!(error.stage().is_some() && error.document().is_some());
}

#[test]
fn settings_that_a_pipeline_does_not_take_are_refused() {
    let tokens = "[[stage]]\nplugin = \"tokenizer\"\n";
    let builder = Pipeline::builder().text("tokens.toml", tokens);
    let error = builder.clone().acts(["speech"]).check().expect_err("no such option");
    assert_eq!(error.to_string(), "acts: no stage of pipeline \"tokens\" has an option \"acts\"");
    assert_eq!((error.kind(), error.setting_name()), (ErrorKind::Pipeline, Some("acts")));
    let error = Pipeline::builder().acts(["song"]).load().expect_err("no such act");
    assert!(error.to_string().contains("song"), "{error}");
    let error = builder.check().expect("sound").parts(&["tokens", "quots"]).expect_err("no such part");
    assert!(error.to_string().starts_with("layers: there is no part \"quots\"; there are "), "{error}");
    let error = Pipeline::open("no/such.toml").expect_err("no file");
    assert!(error.unreadable().is_some() && error.to_string().starts_with("no/such.toml: "), "{error}");
}

#[test]
fn a_pipeline_is_held_to_its_lock() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("fast.lock");
    let kind = |path: &Path| {
        let error = Pipeline::builder().pipeline("fast").locked(path).check().expect_err("no such lock");
        error.lock().map(|error| error.kind())
    };
    assert_eq!(kind(&path), Some(LockFileErrorKind::Unreadable));
    let checked = Pipeline::builder().pipeline("fast").check().expect("sound");
    fs::write(&path, checked.lock().expect("a lock").text()).expect("a file");
    let locked = Pipeline::builder().pipeline("fast").locked(&path).load().expect("the same");
    assert_eq!(locked.provenance().lock, Some(copydesk::read_lock(&path).expect("a lock").hash()));
    let other = Pipeline::builder().pipeline("fast").option("min_score", 0.9).locked(&path).check();
    assert_eq!(other.expect_err("another").lock().map(|error| error.kind()), Some(LockFileErrorKind::Differs));
    fs::write(&path, "no lock").expect("a file");
    assert_eq!(kind(&path), Some(LockFileErrorKind::Invalid));
}

/// What a folder of files gives: ids or messages.
fn read(paths: &[PathBuf]) -> Vec<String> {
    let read = Inputs::new(paths).expect("inputs").map(|read| match read {
        Ok(document) => format!("{} {:?}", document.id(), document.origin.line),
        Err(error) => error.to_string(),
    });
    read.collect()
}

#[test]
fn what_holds_no_articles_is_refused_by_name_and_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases: [(&str, &[u8], &str); 8] = [
        ("a.docx", b"PK\x03\x04", "this is a document of a word processor; save it as text or HTML"),
        ("a.xls", b"\xD0\xCF\x11\xE0", "this spreadsheet is not read; save it as .xlsx or .csv"),
        ("a.csv", b"id,story line\n1,Hello\n", "--text-column"),
        ("a.pdf", b"%PDF-1.7\n", "PDF is not read; give its text (pdftotext)"),
        ("a.bin", b"\x7FELF\x02\0\0", "this is a binary file, not text"),
        ("a.txt", b"A text\0 with a zero", "this is a binary file, not text"),
        ("b.json", b"{\"text\": \"a\"}\n{\"text\": \"b\"}\n", "1 Some(1)"),
        ("b.txt", b"[Update] Ana Ruiz left.", "b.txt None"),
    ];
    for (name, bytes, expected) in cases {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        let found = read(&[path]);
        assert!(found[0].contains(expected), "{name}: {found:?}");
        assert!(found.len() == 1 || name == "b.json", "{found:?}");
    }
}

#[test]
fn the_leftover_of_a_run_that_was_killed_goes_at_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("results.jsonl");
    let names = || -> Vec<String> {
        let entries = folder.path().read_dir().expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    };
    let left = folder.path().join(".copydesk-results.jsonl-Ab3dE6gH.part");
    fs::write(&left, b"half a line").expect("a file");
    // The file of a run that goes on stays.
    let mut first = Output::file(&path).expect("an output");
    first.write_all(b"1\n").expect("a write");
    assert!(!left.exists());
    let second = Output::file(&path).expect("an output");
    assert_eq!(names().len(), 2, "{:?}", names());
    first.finish().expect("a file");
    drop(second);
    assert_eq!(names(), ["results.jsonl"]);
    assert!(Output::new_file(&path).expect("an output").finish().expect_err("there already").is_there_already());
}
