//! Shared parts of the tests: libraries built from this workspace, as files.

pub mod c;
pub mod growth;
pub mod pages;
pub mod tiny;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// The repository's root.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Builds a package of the workspace as `cargo test` did, and returns the artefact with a file name that `wanted`
/// accepts. It compiles nothing that is up to date, and asks cargo once for each package.
///
/// # Panics
/// If the build fails or makes no such file.
#[must_use]
pub fn artefact(package: &str, wanted: impl Fn(&str) -> bool) -> PathBuf {
    static BUILT: Mutex<BTreeMap<String, Vec<PathBuf>>> = Mutex::new(BTreeMap::new());
    let mut built = BUILT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let files = built.entry(package.to_owned()).or_insert_with(|| build(package));
    let named = |path: &&PathBuf| path.file_name().and_then(|name| name.to_str()).is_some_and(&wanted);
    files.iter().find(named).unwrap_or_else(|| panic!("{package} made no such file")).clone()
}

/// Builds a package and returns all files that it makes.
fn build(package: &str) -> Vec<PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--locked", "--offline", "--package", package, "--message-format=json"]).current_dir(root());
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "building {package}:\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .flat_map(|message| {
            let files = message["filenames"].as_array().cloned().unwrap_or_default();
            let executable = message["executable"].as_str().map(str::to_owned);
            files.into_iter().filter_map(|file| file.as_str().map(str::to_owned)).chain(executable)
        })
        .map(PathBuf::from)
        .collect()
}

/// The program.
///
/// # Panics
/// As [`artefact`].
#[must_use]
pub fn copydesk() -> PathBuf {
    artefact("copydesk-cli", |file| file == format!("copydesk{}", std::env::consts::EXE_SUFFIX))
}

/// The shared library of a package.
///
/// # Panics
/// As [`artefact`].
#[must_use]
pub fn library(package: &str) -> PathBuf {
    use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
    let name = format!("{DLL_PREFIX}{}{DLL_SUFFIX}", package.replace('-', "_"));
    artefact(package, |file| file == name)
}

/// Returns the target folder of crates outside the workspace, within its own.
///
/// # Panics
/// If it cannot be made.
#[must_use]
pub fn outside() -> PathBuf {
    // The test itself is target/debug/deps/TEST.
    let test = std::env::current_exe().expect("the test's own file");
    let target = test.ancestors().nth(3).expect("the target folder").join("outside");
    std::fs::create_dir_all(&target).expect("a folder");
    target
}

/// Lets a new crate be built offline, and quickly: with the versions of the workspace's lock file, and in [`outside`],
/// by a link from its own `target`.
///
/// # Panics
/// If the crate's folder cannot be written.
pub fn prepare(package: &Path) {
    std::fs::copy(root().join("Cargo.lock"), package.join("Cargo.lock")).expect("a copy");
    #[cfg(unix)]
    std::os::unix::fs::symlink(outside(), package.join("target")).expect("a link");
}
