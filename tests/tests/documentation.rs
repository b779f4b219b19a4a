//! Every command block of the documentation runs, and what a page shows of an output is what comes.
//!
//! Each page is worked through as a reader would: in a folder of its own with a few small files, block after block,
//! each in the folder into which the one before changed. A comment right before a block says what else holds for it: see
//! `copydesk_tests::pages`. Blocks that cannot run here say why, and are listed below.

#![cfg(target_os = "linux")] // The pages name libraries as Linux does.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use copydesk_tests::pages::{Block, blocks, compare, files};

static COPYDESK: LazyLock<PathBuf> = LazyLock::new(copydesk_tests::copydesk);

/// All blocks that no test runs, and why.
const NOT_RUN: &str = "\
README.md: cargo run --release -p copydesk-cli -- analyze examples/article.txt: builds the program, and runs this very test
docs/bert.md: scripts/libtorch.sh: needs libtorch
docs/performance.md: copydesk bench -p fast -p news: measures for a minute, and needs `perf`
docs/performance.md: cargo bench -p copydesk-benches: measures for minutes
docs/performance.md: cargo bench -p copydesk-benches --bench instructions: needs `valgrind`
docs/performance.md: python bindings/python/benches/pipe.py PROGRAM ARTICLE: measures for minutes
docs/performance.md: benches/growth/run.sh docs/growth: builds the program, measures for ten minutes, and needs a network
docs/python.md: pip install ./bindings/python: builds the wheel, which takes minutes
docs/reports.md: copydesk review score check.csv: a person fills in the table first
docs/tutorial.md: cargo install --path crates/cli: builds the program in the release profile
";

/// Pages and their blocks.
fn pages() -> Vec<(String, Vec<Block>)> {
    let root = copydesk_tests::root();
    let mut pages = vec!["README.md".to_owned(), "pipelines/README.md".to_owned()];
    pages.extend(files(root, "docs", &|file| file.extension().is_some_and(|ending| ending == "md")));
    pages.extend(files(root, "examples", &|file| file.ends_with("README.md")));
    let read = |page: String| {
        let text = fs::read_to_string(root.join(&page)).expect("a page");
        let blocks = blocks(&text).unwrap_or_else(|error| panic!("{page}, {error}"));
        (page, blocks)
    };
    pages.into_iter().map(read).collect()
}

/// The reader's files: a clone of the repository, as far as the pages need it, and files of their own.
struct Place {
    folder: tempfile::TempDir,
    /// The folder of the next block.
    now: PathBuf,
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in from.read_dir().expect("a folder") {
        let entry = entry.expect("an entry");
        let (name, path) = (to.join(entry.file_name()), entry.path());
        if entry.file_type().expect("a kind").is_dir() {
            if entry.file_name() != "target" {
                copy(&path, &name);
            }
        } else if entry.file_name() == "Cargo.toml" {
            // The SDK is where it always is, so that it is not compiled again for each folder.
            let crates = format!("path = \"{}/crates/", copydesk_tests::root().display());
            let manifest = fs::read_to_string(&path).expect("a manifest");
            fs::write(name, manifest.replace("path = \"../../../crates/", &crates)).expect("a copy");
        } else {
            fs::copy(&path, name).expect("a copy");
        }
    }
}

/// The target folder of all crates of the pages. Their names differ from page to page.
fn target() -> PathBuf {
    copydesk_tests::outside().join("documentation")
}

/// Puts a program into a folder that a shell finds first.
fn program(folder: &Path, name: &str, script: &str) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}")).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
}

impl Place {
    fn new(page: &str) -> Place {
        let root = copydesk_tests::root();
        let folder = tempfile::tempdir().expect("a folder");
        let clone = folder.path().join("clone");
        for part in ["examples", "pipelines"] {
            copy(&root.join(part), &clone.join(part));
        }
        for part in ["crates", "models"] {
            symlink(root.join(part), clone.join(part)).expect("a link");
        }
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).expect("a folder");
        // A copy, not a link: nothing is to be found beside it.
        if fs::hard_link(&*COPYDESK, bin.join("copydesk")).is_err() {
            fs::copy(&*COPYDESK, bin.join("copydesk")).expect("a copy");
        }
        // Dependencies are compiled once for all tests, with the versions of the lock file. The SDK that a page takes from
        // its clone is where it always is, beside its workspace. A release build takes long and shows nothing more.
        let cargo = format!(
            "if [ ! -e target ]; then mkdir target; ln -s {built}/debug target/debug; ln -s debug target/release; fi\n\
             [ -e Cargo.lock ] || cp {root}/Cargo.lock .\n\
             sed -i 's|path = \"../crates/|path = \"{root}/crates/|' Cargo.toml\n\
             for argument; do shift; [ \"$argument\" = --release ] || set -- \"$@\" \"$argument\"; done\n\
             exec {cargo} \"$@\"\n",
            built = target().display(),
            root = root.display(),
            cargo = env!("CARGO"),
        );
        fs::create_dir_all(target().join("debug")).expect("a folder");
        program(&bin, "cargo", &cargo);

        let now = match page.strip_suffix("/README.md") {
            Some(example) if example.starts_with("examples/") => clone.join(example),
            _ => clone,
        };
        Place { folder, now }
    }

    /// Files that the pages speak of as the reader's.
    fn own_files(&mut self) {
        let clone = self.folder.path().join("clone");
        let page = std::mem::replace(&mut self.now, clone.clone());
        fs::create_dir_all(clone.join("news")).expect("a folder");
        for (from, to) in [
            ("examples/article.txt", "article.txt"),
            ("examples/article.txt", "news/article.txt"),
            ("examples/articles.jsonl", "articles.jsonl"),
            ("pipelines/fast.toml", "mine.toml"),
            ("pipelines/fast.toml", "stronger.toml"),
        ] {
            fs::copy(clone.join(from), clone.join(to)).expect("a copy");
        }
        // The output of `analyze` has the form of gold data, for every task.
        let (status, said) = self.run(
            "copydesk analyze -p fast articles.jsonl article.txt -o gold.jsonl\n\
             for copy in dev train results; do cp gold.jsonl $copy.jsonl; done\n\
             gzip -k articles.jsonl\n\
             cc -fPIC -shared -I crates/abi/include -o libmine.so examples/plugins/numbers/numbers.c",
        );
        assert_eq!(status, Some(0), "{said}");
        let gold = copydesk_tests::root().join("tests/gold/segmentation.conllu");
        for name in ["train.conllu", "dev.conllu"] {
            fs::copy(&gold, clone.join(name)).expect("a copy");
        }
        fs::create_dir(clone.join("LISTS")).expect("a folder");
        self.now = page;
    }

    /// Runs commands as a shell of its own would, up to the first that fails: their status, and what they write.
    fn run(&mut self, commands: &str) -> (Option<i32>, String) {
        let home = |name: &str, folder: &str| {
            let usual = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(folder);
            std::env::var_os(name).map_or_else(usual, PathBuf::from)
        };
        let (root, end) = (self.folder.path(), self.folder.path().join("end"));
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("sh")
            .arg("-c")
            .arg(format!("exec 2>&1\nset -eu\n{commands}\npwd >{}\n", end.display()))
            .current_dir(&self.now)
            .env("PATH", format!("{}:{path}", root.join("bin").display()))
            .env("CARGO_HOME", home("CARGO_HOME", ".cargo"))
            .env("RUSTUP_HOME", home("RUSTUP_HOME", ".rustup"))
            .env("HOME", root)
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_INCREMENTAL", "0")
            .env_remove("XDG_DATA_HOME")
            .env_remove("COPYDESK_PLUGIN_PATH")
            .env_remove("CARGO_TARGET_DIR")
            .stdin(Stdio::null())
            .output()
            .expect("a shell");
        if let Ok(folder) = fs::read_to_string(&end) {
            self.now = PathBuf::from(folder.trim_end_matches('\n'));
        }
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Does what a block says.
    fn block(&mut self, block: &Block) -> Result<(), String> {
        if let Some((edit, name)) = &block.edit {
            let path = self.now.join(name);
            let text = fs::read_to_string(&path).unwrap_or_default();
            let text = edit.apply(&text, &block.body).map_err(|error| format!("{name}: {error}"))?;
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        if block.not_run.is_some() {
            return Ok(());
        }
        let ended = |status: Option<i32>, wanted: i32, command: &str, said: &str| {
            if status == Some(wanted) {
                return Ok(());
            }
            let status = status.map_or_else(|| "a signal".to_owned(), |status| status.to_string());
            Err(format!("{command}\nended with {status} in place of {wanted}:\n{said}"))
        };
        if block.language == "sh" {
            let (status, said) = self.run(&block.body);
            ended(status, block.status, &block.body, &said)?;
        }
        let shown = block.shown();
        for (i, (command, lines)) in shown.iter().enumerate() {
            let command = match block.terminal {
                true => command.replace("copydesk analyze", "copydesk analyze --format pretty"),
                false => command.clone(),
            };
            let (status, said) = self.run(&command);
            let wanted = if i + 1 == shown.len() { block.status } else { 0 };
            ended(status, wanted, &command, &said)?;
            compare(lines, &said).map_err(|error| format!("{command}\n{error}\n\n-- of --\n{said}"))?;
        }
        Ok(())
    }
}

#[test]
fn every_block_of_commands_runs() {
    let run = |page: &str, blocks: &[Block], mut place: Place| {
        place.own_files();
        let failed = |block: &Block| {
            let outcome = place.block(block);
            outcome.err().map(|error| format!("{page}:{}: {error}", block.line))
        };
        // Later blocks may need one that failed.
        blocks.iter().find_map(failed)
    };
    let commands = |blocks: &[Block]| blocks.iter().any(|block| block.language == "sh" || !block.shown().is_empty());
    // All places before any thread: a script that is still open for writing in a child of another thread cannot be run.
    let pages = pages().into_iter().filter(|(_, blocks)| commands(blocks));
    let pages: Vec<_> = pages.map(|(page, blocks)| (Place::new(&page), page, blocks)).collect();
    let failures: Vec<String> = std::thread::scope(|scope| {
        let pages: Vec<_> =
            pages.into_iter().map(|(place, page, blocks)| scope.spawn(move || run(&page, &blocks, place))).collect();
        pages.into_iter().filter_map(|page| page.join().expect("it ran")).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn blocks_that_are_not_run_say_why() {
    let mut list = String::new();
    for (page, blocks) in pages() {
        for block in blocks {
            if let Some(why) = block.not_run {
                let command = block.body.lines().next().and_then(|line| line.split('#').next()).unwrap_or_default();
                list.push_str(&format!("{page}: {}: {why}\n", command.trim_end()));
            }
        }
    }
    assert_eq!(list, NOT_RUN, "the list in this test is to be what the pages say");
}

/// The anchors that a page's headings have, as GitHub makes them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let keep = |c: &char| c.is_alphanumeric() || [' ', '-', '_'].contains(c);
    headings.map(|heading| heading.to_lowercase().chars().filter(keep).collect::<String>().replace(' ', "-")).collect()
}

#[test]
fn links_lead_somewhere() {
    let root = copydesk_tests::root();
    let mut broken = Vec::new();
    let markdown = |file: &Path| file.extension().is_some_and(|ending| ending == "md");
    // Pages without commands that a test could run have links too.
    let others = ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md"].map(str::to_owned).into_iter();
    let folders = ["benches", "fuzz", "models", "training"].into_iter();
    let others = others.chain(folders.flat_map(|folder| files(root, folder, &markdown)));
    for page in pages().into_iter().map(|(page, _)| page).chain(others) {
        let text = fs::read_to_string(root.join(&page)).expect("a page");
        let folder = root.join(&page).parent().expect("a folder").to_path_buf();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://")) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = if file.is_empty() { root.join(&page) } else { folder.join(file) };
            let known = || fs::read_to_string(&path).is_ok_and(|text| anchors(&text).iter().any(|name| name == anchor));
            if !path.exists() || (!anchor.is_empty() && !known()) {
                broken.push(format!("{page}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
