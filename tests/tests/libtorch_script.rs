//! `scripts/libtorch.sh` takes an existing libtorch, and reports one that does not fit.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository with only the script, and the script's output there.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Place(tempfile::tempdir().expect("a folder"));
        fs::create_dir(place.path("scripts")).expect("a folder");
        fs::copy(copydesk_tests::root().join("scripts/libtorch.sh"), place.path("scripts/libtorch.sh"))
            .expect("a copy");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A folder that looks like a libtorch of this version.
    fn libtorch(&self, name: &str, version: &str) -> PathBuf {
        let folder = self.path(name);
        let header = folder.join("include/torch/csrc/api/include/torch");
        fs::create_dir_all(&header).expect("a folder");
        fs::create_dir_all(folder.join("lib")).expect("a folder");
        fs::write(header.join("version.h"), format!("#define TORCH_VERSION \\\n  \"{version}\"\n")).expect("a file");
        fs::write(folder.join("lib/libtorch_cpu.so"), "").expect("a file");
        folder
    }

    /// A Python that does nothing but print a line.
    fn python(&self, line: &str) -> PathBuf {
        let path = self.path("python");
        fs::write(&path, format!("#!/bin/sh\ncase \"$1\" in -c) echo '{line}';; *) exit 1;; esac\n")).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
        path
    }

    fn run(&self, variables: &[(&str, &Path)]) -> (bool, String) {
        let mut command = Command::new("bash");
        command.arg(self.path("scripts/libtorch.sh")).env_remove("LIBTORCH").env_remove("PYTHON");
        let output = command.envs(variables.iter().copied()).output().expect("bash runs");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn made(&self) -> Option<PathBuf> {
        self.path("target/libtorch").canonicalize().ok()
    }
}

#[test]
fn libtorch_is_taken_from_where_it_is() {
    let place = Place::new();
    let own = place.libtorch("own", "2.4.0");
    let (done, said) = place.run(&[("LIBTORCH", &own)]);
    assert!(done && said.contains("target/libtorch is "), "{said}");
    assert_eq!(place.made(), own.canonicalize().ok());
    // A second run leaves it as it is.
    let (done, said) = place.run(&[]);
    assert!(done && said.contains("target/libtorch is there, version 2.4.0"), "{said}");

    let other = place.libtorch("site-packages/torch", "2.4.0");
    fs::remove_file(place.path("target/libtorch")).expect("a link");
    let python = place.python(&other.display().to_string());
    let (done, said) = place.run(&[("PYTHON", &python)]);
    assert!(done, "{said}");
    assert_eq!(place.made(), other.canonicalize().ok());
}

#[test]
fn what_does_not_fit_is_named() {
    let place = Place::new();
    let old = place.libtorch("old", "2.3.1");
    for (folder, wanted) in [
        (old.clone(), "old is version 2.3.1, not 2.4.0; unset it to have one made"),
        (place.path("nowhere"), "nowhere is no folder; unset it to have one made"),
        (place.path("scripts"), "scripts has no lib/libtorch_cpu.so; unset it to have one made"),
    ] {
        let (done, said) = place.run(&[("LIBTORCH", &folder)]);
        assert!(!done && said.contains(wanted), "{said}");
        assert_eq!(place.made(), None);
    }
    // A PyTorch of another version is passed over; then pip is wanted, which this Python does not have.
    let python = place.python(&old.display().to_string());
    let (done, said) = place.run(&[("PYTHON", &python)]);
    assert!(!done && said.contains("is version 2.3.1, not 2.4.0: passed over"), "{said}");
    assert!(said.contains("has no pip") || said.contains("no libtorch can be made for"), "{said}");
}
