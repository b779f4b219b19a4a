//! Plugins in processes of their own: whatever they do costs the document that made them do it an error, and
//! nothing else.
#![cfg(unix)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use copydesk_core::Document;
use copydesk_loader::{ChildCommand, Instance, Limits, Plugin, Registry, SearchPath};
use serde_json::{Map, Value, json};

/// Documents of the long run.
const DOCUMENTS: usize = 250;

/// Every how many documents there is trouble, every other kind in turn.
const EVERY: usize = 23;

/// The first word of a text, and the error that it leads to, or none if the document must come out well.
const TROUBLE: [(&str, Option<&str>); 10] = [
    ("segfault", Some("the plugin's process was ended by SIGSEGV: a wild pointer")),
    (
        "abort",
        Some("the plugin's process was ended by SIGABRT: it gave up, or needed more than its memory limit of 300 MB"),
    ),
    ("exit", Some("the plugin's process ended with status 0 and gave no answer")),
    ("hang", Some("the plugin's process did not answer within its time limit of 10 s")),
    (
        "hog",
        Some("the plugin's process was ended by SIGABRT: it gave up, or needed more than its memory limit of 300 MB"),
    ),
    ("print", None),
    ("garbage", Some("the plugin's process sent something that is no answer")),
    ("close", Some("the plugin's process closed its connection to this program")),
    ("fail", Some("this text is trouble")),
    ("outside", Some("layer \"marks\": row 0: span 0..12 is outside the text of 11 bytes")),
];

/// The first word of a document's text.
fn word(number: usize) -> Option<&'static str> {
    let kind = TROUBLE.get((number / EVERY) % TROUBLE.len());
    if number % EVERY == EVERY - 1 { kind.map(|(word, _)| *word) } else { None }
}

fn faulty() -> PathBuf {
    copydesk_tests::library("copydesk-plugin-faulty")
}

/// Writes a pipeline of one stage.
fn pipeline(folder: &Path, plugin: &str, config: &str) -> PathBuf {
    let path = folder.join("p.toml");
    fs::write(&path, format!("name = \"p\"\n[[stage]]\nplugin = {plugin}\n{config}\n")).expect("a temporary file");
    path
}

fn run(arguments: &[&str], paths: &[&Path]) -> Output {
    Command::new(copydesk_tests::copydesk()).args(arguments).args(paths).output().expect("the program runs")
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

#[test]
fn documents_that_kill_their_plugin_cost_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = faulty();
    let plugin =
        format!("{{ path = {library:?}, id = \"unstable\", isolate = true, time_limit = 10, memory_limit = 300 }}");
    let pipeline = pipeline(folder.path(), &plugin, "");
    let mut input = String::new();
    for number in 0..DOCUMENTS {
        let text = word(number).map_or_else(|| format!("text {number}"), |word| format!("{word} now"));
        let _ = writeln!(input, "{}", json!({"id": number.to_string(), "text": text}));
    }
    let articles = folder.path().join("in.jsonl");
    fs::write(&articles, input).expect("a temporary file");
    let analyze = |threads: &str| {
        run(
            &["analyze", "--format", "json", "--threads", threads, "--pipeline"],
            &[pipeline.as_path(), articles.as_path()],
        )
    };
    let output = analyze("1");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let results = lines(&output);
    assert_eq!(results.len(), DOCUMENTS);
    for (number, line) in results.iter().enumerate() {
        assert_eq!(line["id"], json!(number.to_string()), "in their order");
        let expected = word(number).and_then(|word| TROUBLE.iter().find(|(other, _)| *other == word)?.1);
        match expected {
            None => assert_eq!(line["layers"]["marks"].as_array().map(Vec::len), Some(1), "{line}"),
            Some(message) => {
                let said = line["error"]["message"].as_str().unwrap_or_else(|| panic!("{line}"));
                // The texts of one word are not all as long.
                let said = said.replace("0..9 is", "0..12 is").replace("of 8 bytes", "of 11 bytes");
                assert_eq!((said.as_str(), &line["error"]["stage"]), (message, &json!("unstable")), "{number}");
            }
        }
    }
    let threads = analyze("4");
    assert!(threads.stdout == output.stdout, "the same lines whatever the threads");
}

/// A registry that has nothing built in and starts this program for isolated plugins.
fn registry(program: &Path, arguments: &[&str]) -> Registry {
    let command =
        ChildCommand { program: program.to_path_buf(), arguments: arguments.iter().map(Into::into).collect() };
    Registry::new(&[], SearchPath::only(Vec::new())).expect("no plugins").with_child_command(command)
}

fn unstable(limits: Limits) -> Plugin {
    let registry = registry(&copydesk_tests::copydesk(), &["isolated-plugin"]);
    let plugins = registry.open_isolated(&faulty(), limits).unwrap_or_else(|error| panic!("{error}"));
    plugins.into_iter().find(|plugin| plugin.id() == "unstable").expect("it is exported")
}

/// Returns the error of a document with this text, or nothing if it came out well.
fn said(instance: &Instance, text: &str, cancel: &AtomicBool) -> Option<String> {
    let mut document = Document::new("x", text).expect("a short text");
    let outcome = instance.annotate(&mut document, cancel);
    assert_eq!(outcome.is_ok(), document.layer("marks").is_some(), "all or nothing");
    outcome.err().map(|error| error.to_string())
}

#[test]
fn threads_have_a_process_each_and_a_crash_is_nobody_elses() {
    let instance = unstable(Limits::default()).create(&Map::new()).expect("it can be made");
    let never = AtomicBool::new(false);
    thread::scope(|scope| {
        for number in 0..8 {
            let (instance, never) = (&instance, &never);
            scope.spawn(move || {
                for round in 0..20 {
                    let crash = (number + round) % 7 == 0;
                    let message = said(instance, if crash { "segfault" } else { "fine" }, never);
                    assert_eq!(message.is_some(), crash, "{message:?}");
                }
            });
        }
    });
}

#[test]
fn a_hanging_call_can_be_cancelled() {
    let limits = Limits { time: Duration::from_secs(600), ..Limits::default() };
    let instance = unstable(limits).create(&Map::new()).expect("it can be made");
    let cancel = AtomicBool::new(false);
    thread::scope(|scope| {
        let call = scope.spawn(|| {
            let mut document = Document::new("x", "hang").expect("a short text");
            instance.annotate(&mut document, &cancel)
        });
        thread::sleep(Duration::from_millis(50));
        cancel.store(true, Ordering::Relaxed);
        let error = call.join().expect("no panic").expect_err("cancelled");
        assert!(error.is_cancelled(), "{error}");
    });
    assert_eq!(said(&instance, "fine", &AtomicBool::new(false)), None);
}

#[test]
#[cfg(target_os = "linux")]
fn the_library_is_never_in_the_hosts_memory() {
    let plugin = unstable(Limits::default());
    let instance = plugin.create(&Map::new()).expect("it can be made");
    assert_eq!(said(&instance, "fine", &AtomicBool::new(false)), None);
    let maps = fs::read_to_string("/proc/self/maps").expect("this process's memory");
    let library = faulty();
    let name = library.file_name().and_then(|name| name.to_str()).expect("a name");
    assert!(maps.contains(".so") && !maps.contains(name), "{maps}");
}

#[test]
fn what_cannot_be_started_says_why() {
    let library = faulty();
    let refused = |program: &str, arguments: &[&str], library: &Path| {
        let opened = registry(Path::new(program), arguments).open_isolated(library, Limits::default());
        opened.expect_err(program).to_string()
    };
    let shown = library.display();
    let message = refused("/no/such/program", &[], &library);
    assert!(message.starts_with(&format!("{shown}: the plugin's process cannot be started: /no/such")), "{message}");
    let message = refused("true", &[], &library);
    assert_eq!(message, format!("{shown}: the plugin's process ended with status 0 and gave no answer"));
    // A program that says back what it is told gives no answer.
    let message = refused("sh", &["-c", "exec cat <&0 >&0"], &library);
    assert_eq!(message, format!("{shown}: the plugin's process sent something that is no answer"));
    let copydesk = copydesk_tests::copydesk();
    let message = refused(copydesk.to_str().expect("UTF-8"), &["isolated-plugin"], Path::new("/no/such/library.so"));
    assert!(message.starts_with("/no/such/library.so: cannot be read"), "{message}");
    let without = Registry::new(&[], SearchPath::only(Vec::new())).expect("no plugins");
    let message = without.open_isolated(&library, Limits::default()).expect_err("no command").to_string();
    let wanted = "cannot be isolated: this program starts no processes for plugins";
    assert_eq!(message, format!("{shown}: {wanted}"));
}

#[test]
fn a_library_that_was_exchanged_is_not_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = folder.path().join("plugin.so");
    fs::copy(faulty(), &library).expect("a temporary file");
    let registry = registry(&copydesk_tests::copydesk(), &["isolated-plugin"]);
    let plugins = registry.open_isolated(&library, Limits::default()).unwrap_or_else(|error| panic!("{error}"));
    plugins[0].create(&Map::new()).expect("the same library");
    // Also where the plugins in it say the same of themselves.
    for other in ["copydesk-plugin-faulty", "copydesk-plugin-tokenizer"] {
        fs::remove_file(&library).expect("it is there");
        fs::copy(copydesk_tests::library(other), &library).expect("a temporary file");
        let error = plugins[0].create(&Map::new()).expect_err("another library");
        assert_eq!(error.to_string(), "its library is another one than when the pipeline was checked");
    }
}

#[test]
fn a_plugin_that_cannot_be_made_is_found_by_the_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = faulty();
    let check = |id: &str, config: &str| {
        let plugin = format!("{{ path = {library:?}, id = {id:?}, isolate = true }}");
        let output = run(&["pipeline", "check"], &[&pipeline(folder.path(), &plugin, config)]);
        let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.code(), format!("{out}{error}"))
    };
    let (status, text) = check("unstable", "");
    assert!(status == Some(0) && text.ends_with("ok: unstable\n"), "{text}");
    let (status, text) = check("unstable", "config.refuse = true");
    assert!(status == Some(3) && text.contains("the plugin's process was ended by SIGABRT"), "{text}");
    let (status, text) = check("fails", "config.refuse = true");
    assert!(status == Some(3) && text.contains("stage \"fails\" cannot be made: asked to refuse"), "{text}");
}

#[test]
fn a_plugin_that_cannot_be_started_again_fails_its_documents_one_by_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let plugin = format!("{{ path = {:?}, id = \"unstable\", isolate = true }}", faulty());
    let spoiled = folder.path().join("spoiled");
    let pipeline = pipeline(folder.path(), &plugin, &format!("config.spoiled = {spoiled:?}"));
    let articles = folder.path().join("in.jsonl");
    fs::write(&articles, "{\"text\": \"fine\"}\n{\"text\": \"spoil\"}\n{\"text\": \"fine\"}\n{\"text\": \"fine\"}\n")
        .expect("a temporary file");
    let output = run(&["analyze", "--format", "json", "--threads", "1", "--pipeline"], &[&pipeline, &articles]);
    let lines = lines(&output);
    assert_eq!((output.status.code(), lines.len()), (Some(1), 4));
    assert!(lines[0]["error"].is_null() && lines[1]["error"]["message"].is_string());
    for line in &lines[2..] {
        let message = line["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains("SIGABRT") && message.ends_with(" while it was started"), "{line}");
    }
}

#[test]
fn nobody_runs_the_process_of_a_plugin_by_hand() {
    let mut command = Command::new(copydesk_tests::copydesk());
    let output = command.arg("isolated-plugin").stdin(Stdio::null()).output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.starts_with("error: this is the process of an isolated plugin, which a host starts"), "{said}");
}

/// Returns the child processes of `host`.
#[cfg(target_os = "linux")]
fn children(host: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").expect("processes");
    let numbers = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let parent = |process: u32| {
        let status = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name before it may hold anything.
        status.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse::<u32>().ok()
    };
    numbers.filter(|process| parent(*process) == Some(host)).collect()
}

/// Waits until `done`, for much longer than any busy machine takes.
#[cfg(target_os = "linux")]
fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(3600), "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_hanging_plugin_ends_with_its_host_however_that_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let plugin = format!("{{ path = {:?}, id = \"unstable\", isolate = true, time_limit = 3600 }}", faulty());
    let pipeline = pipeline(folder.path(), &plugin, "");
    let article = folder.path().join("in.jsonl");
    fs::write(&article, "{\"text\": \"fine\"}\n{\"text\": \"hang\"}\n").expect("a temporary file");
    let mut host = Command::new(copydesk_tests::copydesk())
        .args(["analyze", "--format", "json", "--threads", "1", "--pipeline"])
        .args([&pipeline, &article])
        .stdout(Stdio::null())
        .spawn()
        .expect("the program runs");
    let mut found = Vec::new();
    wait_until("the plugin's process starts", || {
        found = children(host.id());
        // Two: one for the check, then the one that stays.
        !found.is_empty() && found.iter().all(|child| library_is_in(*child))
    });
    host.kill().expect("it runs");
    host.wait().expect("it was started");
    wait_until("the plugin's process ends", || found.iter().all(|child| !library_is_in(*child)));
}

/// Returns true if a process has opened the library of the test.
#[cfg(target_os = "linux")]
fn library_is_in(process: u32) -> bool {
    let maps = fs::read_to_string(format!("/proc/{process}/maps"));
    maps.is_ok_and(|maps| maps.contains("copydesk_plugin_faulty"))
}
