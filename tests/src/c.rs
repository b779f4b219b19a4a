//! Plugins in C, compiled by the machine's compiler.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The contract's header.
#[must_use]
pub fn include() -> PathBuf {
    crate::root().join("crates/abi/include")
}

/// Compiles a plugin into `folder` with every warning an error, by `cc` as C11, or by another compiler and standard.
///
/// # Panics
/// If the compiler is missing or prints anything.
#[must_use]
pub fn compile(compiler: &[&str], source: &Path, include: &Path, folder: &Path, name: &str) -> PathBuf {
    use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
    let library = folder.join(format!("{DLL_PREFIX}{name}{DLL_SUFFIX}"));
    let (program, standard) = compiler.split_first().expect("a compiler");
    let output = Command::new(program)
        .args(standard)
        .args(["-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg("-I")
        .arg(include)
        .arg(source)
        .output()
        .expect("a compiler");
    assert!(output.status.success(), "{compiler:?}: {}", String::from_utf8_lossy(&output.stderr));
    library
}
