//! The program as a user runs it.

mod accuracy;
mod analyze;
mod bench;
mod corpora;
mod export;
mod help;
mod inputs;
mod kb;
mod outputs;
mod pipelines;
mod reports;
mod resume;
mod review;
mod serve;
mod training;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// A run that takes longer hangs: on an idle machine none takes half a minute.
const HANGS: Duration = Duration::from_secs(3600);

/// What a run gave.
#[derive(Debug)]
struct Run {
    status: i32,
    out: String,
    err: String,
}

impl Run {
    /// The lines of standard output as JSON.
    fn json(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    /// The run, which must have had this status.
    fn expect(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{}", self.err);
        self
    }
}

/// The program with arguments, and nothing of the user's environment that it would heed.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    command.args(arguments).stdin(Stdio::null());
    for name in ["NO_COLOR", "COLUMNS", "COPYDESK_PLUGIN_PATH", "XDG_DATA_HOME", "HOME"] {
        command.env_remove(name);
    }
    command
}

fn copydesk(arguments: &[&str]) -> Run {
    finish(&mut command(arguments), Vec::new())
}

/// The program with this on its standard input.
fn pipe(arguments: &[&str], input: impl Into<Vec<u8>>) -> Run {
    finish(command(arguments).stdin(Stdio::piped()), input.into())
}

fn finish(command: &mut Command, input: Vec<u8>) -> Run {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let stdin = child.stdin.take();
    let feed = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&input)));
    let (out, err) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let status = wait(&mut child);
    let _ = feed.join();
    Run { status, out: out.join().expect("read"), err: err.join().expect("read") }
}

fn reader(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.expect("piped").read_to_end(&mut bytes).expect("read");
        String::from_utf8(bytes).expect("UTF-8")
    })
}

fn wait(child: &mut Child) -> i32 {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("its status") {
            return status.code().unwrap_or(-1);
        }
        if start.elapsed() > HANGS {
            child.kill().expect("it ends");
            panic!("the program hangs");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// A folder of files that vanishes with the test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        for (name, bytes) in files {
            let path = folder.path(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, bytes).expect("a file");
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn arg(&self, name: &str) -> String {
        self.path(name).to_str().expect("UTF-8").to_owned()
    }

    fn names(&self) -> Vec<String> {
        let names = self.0.path().read_dir().expect("readable");
        let mut names: Vec<String> =
            names.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a file")
}

/// A pipeline of the tokenizer alone: quick, and enough where what is tested is not the analysis.
const TOKENIZER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tokenizer.toml");
