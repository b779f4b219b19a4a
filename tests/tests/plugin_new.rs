//! `copydesk plugin new` in an empty directory: what it makes builds, passes its tests and runs in a pipeline with no edit.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

static COPYDESK: LazyLock<PathBuf> = LazyLock::new(copydesk_tests::copydesk);

/// Runs a program, which must end well, and returns its standard output.
fn run(program: impl AsRef<Path>, folder: &Path, arguments: &[&str]) -> String {
    let output: Output = Command::new(program.as_ref())
        .args(arguments)
        .current_dir(folder)
        // Cargo's packages are here already.
        .env("CARGO_NET_OFFLINE", "true")
        .output()
        .expect("the program runs");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{} {arguments:?}: {out}\n{err}", program.as_ref().display());
    out.into_owned()
}

/// The plugin is sound, and its pipeline does what its test case says, and analyzes an article.
fn works(folder: &Path, library: &str) {
    let check = run(&*COPYDESK, folder, &["plugin", "check", library]);
    assert!(check.contains(", 0 failed, "), "{check}");
    assert_eq!(run(&*COPYDESK, folder, &["pipeline", "test", "x.toml"]), "1 passed, 0 failed\n");
    let article = copydesk_tests::root().join("examples/article.txt").display().to_string();
    let analyzed = run(&*COPYDESK, folder, &["analyze", "-f", "json", "-p", "x.toml", &article]);
    let analyzed: serde_json::Value = serde_json::from_str(&analyzed).expect("JSON");
    assert!(analyzed["layers"]["x"].is_array(), "{analyzed}");
}

#[test]
fn a_plugin_in_rust_from_an_empty_directory() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = run(&*COPYDESK, folder.path(), &["plugin", "new", "x"]);
    for file in ["x/src/lib.rs", "x/copydesk/sdk/src/lib.rs", "x/copydesk/abi/Cargo.toml"] {
        assert!(files.lines().any(|line| Path::new(line) == Path::new(file)), "{file}: {files}");
    }
    let plugin = folder.path().join("x");
    copydesk_tests::prepare(&plugin);

    run(env!("CARGO"), &plugin, &["build"]);
    run(env!("CARGO"), &plugin, &["test"]);
    let library = format!("target/debug/{}x{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    works(&plugin, &library);

    // Of the registry it needs serde and serde_json alone, and what these need.
    let lock = fs::read_to_string(plugin.join("Cargo.lock")).expect("a lock file");
    let names = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    let names: Vec<&str> = names.filter(|name| !name.starts_with("serde")).collect();
    #[rustfmt::skip]
    let expected = [
        "copydesk-abi", "copydesk-sdk", "itoa", "memchr", "proc-macro2", "quote", "syn", "unicode-ident", "x", "zmij",
    ];
    assert_eq!(names, expected);
}

#[test]
fn the_sdk_of_a_clone_is_named_and_not_copied() {
    let folder = tempfile::tempdir().expect("a folder");
    let sdk = copydesk_tests::root().join("crates/sdk");
    let files = run(&*COPYDESK, folder.path(), &["plugin", "new", "x", "--sdk", &sdk.display().to_string()]);
    assert!(!files.contains("copydesk"), "{files}");
    let manifest = fs::read_to_string(folder.path().join("x/Cargo.toml")).expect("a manifest");
    let sdk = sdk.canonicalize().expect("a folder");
    assert!(manifest.contains(&format!("copydesk-sdk = {{ path = {:?} }}", sdk.display().to_string())), "{manifest}");
    let read = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(folder.path().join("x"))
        .output();
    assert!(read.expect("cargo runs").status.success(), "cargo reads it");
}

#[test]
fn a_plugin_in_c_from_an_empty_directory() {
    let folder = tempfile::tempdir().expect("a folder");
    run(&*COPYDESK, folder.path(), &["plugin", "new", "x", "--lang", "c"]);
    let plugin = folder.path().join("x");
    run("make", &plugin, &[]);
    assert!(run("make", &plugin, &["test"]).ends_with("ok\n"));
    let library = format!("{}x{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    works(&plugin, &library);
    // C++ takes it as well.
    if Command::new("c++").arg("--version").output().is_ok() {
        let compiler = ["c++", "-std=c++17", "-xc++"];
        let library = copydesk_tests::c::compile(&compiler, &plugin.join("x.c"), &plugin, folder.path(), "x");
        let check = run(&*COPYDESK, folder.path(), &["plugin", "check", &library.display().to_string()]);
        assert!(check.contains(", 0 failed, "), "{check}");
    }
}

#[test]
fn what_cannot_be_made_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("there")).expect("a folder");
    for (arguments, message) in [
        (&["there"][..], "there is there already and stays as it is"),
        (&["No-Name"], "such as no_name"),
        (&["tokenizer"], "there is a plugin \"tokenizer\" already"),
        (&["x", "--sdk", "."], "is not the SDK's crate"),
        (&["x", "--path", "no/such/x"], "no/such/x cannot be written"),
        (&["x", "--lang", "cobol"], "--lang"),
    ] {
        let output = Command::new(&*COPYDESK)
            .args(["plugin", "new"])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .expect("the program runs");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {err}");
        assert!(err.contains(message), "{arguments:?}: {err}");
    }
    assert_eq!(folder.path().read_dir().expect("readable").count(), 1);
}
