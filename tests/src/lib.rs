//! Shared parts of the tests: libraries built from this workspace, as files.

pub mod c;
pub mod growth;
pub mod pages;
pub mod tiny;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The repository's root.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Returns a file of a package, by its name.
///
/// # Panics
/// If the build fails or makes no such file.
#[must_use]
pub fn artefact(package: &str, name: &str) -> PathBuf {
    static TESTED: LazyLock<Vec<PathBuf>> = LazyLock::new(|| files(&["test", "--no-run"]));
    let find = |files: &[PathBuf]| files.iter().find(|path| path.file_name().is_some_and(|file| file == name)).cloned();
    let found = if cfg!(debug_assertions) {
        // What `cargo test` built, so that nothing is compiled. A package by itself would be compiled anew, since fewer
        // features of its dependencies are asked for.
        find(&TESTED)
    } else {
        find(&files(&["build", "--release", "--package", package]))
    };
    found.unwrap_or_else(|| panic!("{package} has no {name}"))
}

/// Runs cargo, and returns all files that it made or found up to date.
fn files(arguments: &[&str]) -> Vec<PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--locked", "--offline", "--message-format=json"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|file| file.as_str().map(PathBuf::from))
        .collect()
}

/// The program.
///
/// # Panics
/// As [`artefact`].
#[must_use]
pub fn copydesk() -> PathBuf {
    artefact("copydesk-cli", &format!("copydesk{}", std::env::consts::EXE_SUFFIX))
}

/// The shared library of a package.
///
/// # Panics
/// As [`artefact`].
#[must_use]
pub fn library(package: &str) -> PathBuf {
    use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
    artefact(package, &format!("{DLL_PREFIX}{}{DLL_SUFFIX}", package.replace('-', "_")))
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
