//! The invariants of ARCHITECTURE.md that a machine can check: who depends on whom.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Normal (not dev or build) dependencies of every package of the workspace.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .current_dir(copydesk_tests::root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo's JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let normal = package["dependencies"]
                .as_array()
                .expect("dependencies")
                .iter()
                .filter(|dependency| dependency["kind"].is_null())
                .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned));
            (package["name"].as_str().expect("a name").to_owned(), normal.collect())
        })
        .collect()
}

fn ours(dependencies: &BTreeSet<String>) -> BTreeSet<&str> {
    dependencies.iter().map(String::as_str).filter(|name| name.starts_with("copydesk")).collect()
}

#[test]
fn crates_depend_only_where_the_architecture_allows() {
    let all = dependencies();
    let of = |name: &str| ours(all.get(name).unwrap_or_else(|| panic!("{name} is in the workspace")));
    let allowed: &[(&str, &[&str])] = &[
        ("copydesk-abi", &[]),
        ("copydesk-sdk", &["copydesk-abi"]),
        ("copydesk-child", &[]),
        ("copydesk-core", &["copydesk-abi"]),
        ("copydesk-model", &[]),
        ("copydesk-models", &["copydesk-sdk"]),
        ("copydesk-text", &[]),
        ("copydesk-loader", &["copydesk-abi", "copydesk-core"]),
        ("copydesk-kit", &["copydesk-child", "copydesk-core", "copydesk-loader"]),
        ("copydesk-pipeline", &["copydesk-core", "copydesk-loader"]),
        ("copydesk-formats", &["copydesk-core", "copydesk-text"]),
        ("copydesk-tables", &["copydesk-core", "copydesk-formats"]),
        ("copydesk-corpus", &["copydesk-core", "copydesk-formats", "copydesk-text"]),
        ("copydesk-bench", &["copydesk-child", "copydesk-core", "copydesk-formats", "copydesk-pipeline"]),
        ("copydesk-server", &["copydesk"]),
        ("copydesk-cli", &["copydesk", "copydesk-server"]),
        ("copydesk-python", &["copydesk", "copydesk-cli"]),
    ];
    for &(name, allowed) in allowed {
        let surplus: Vec<&str> = of(name).into_iter().filter(|other| !allowed.contains(other)).collect();
        assert!(surplus.is_empty(), "{name} must not depend on {surplus:?}");
    }
    let users = all.iter().filter(|(_, dependencies)| dependencies.contains("copydesk"));
    let users: Vec<&str> = users.map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        users,
        ["copydesk-benches", "copydesk-cli", "copydesk-invariants", "copydesk-python", "copydesk-server"],
        "the library is above all others"
    );
    for name in ["copydesk-abi", "copydesk-text"] {
        assert!(all[name].is_empty(), "{name} depends on nothing");
    }
}

#[test]
fn plugins_know_sdk_text_model_and_models_only() {
    for (name, dependencies) in dependencies() {
        if name.starts_with("copydesk-plugin-") {
            let surplus: Vec<&str> = ours(&dependencies)
                .into_iter()
                .filter(|other| !["copydesk-sdk", "copydesk-text", "copydesk-model", "copydesk-models"].contains(other))
                .collect();
            assert!(surplus.is_empty(), "{name} must not depend on {surplus:?}");
        }
    }
}

#[test]
fn only_the_loader_opens_libraries_and_it_knows_no_toml() {
    for (name, dependencies) in dependencies() {
        assert!(name == "copydesk-loader" || !dependencies.contains("libloading"), "{name} opens libraries");
        assert!(name != "copydesk-loader" || !dependencies.iter().any(|other| other.starts_with("toml")));
    }
}

#[test]
fn the_default_build_is_free_of_libtorch_and_python() {
    // The packages of plain `cargo build` and `cargo test`: the default members with all their dependencies.
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges=normal,build,dev", "--prefix=none"])
        .current_dir(copydesk_tests::root())
        .output()
        .expect("cargo runs");
    let tree = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let named = |name: &str| tree.lines().any(|line| line.split(' ').next() == Some(name));
    assert!(named("copydesk-cli") && named("copydesk-benches") && named("copydesk-plugin-ner"));
    for name in ["tch", "torch-sys", "rust-bert", "copydesk-plugin-bert", "pyo3", "copydesk-python"] {
        assert!(!named(name), "{name} is in the default build");
    }
}

#[test]
fn pip_install_compiles_what_reads_texts_with_full_optimisation() {
    let manifest = std::fs::read_to_string(copydesk_tests::root().join("Cargo.toml")).expect("Cargo.toml");
    let all = dependencies();
    let plugins = ours(&all["copydesk"]).into_iter().filter(|name| name.starts_with("copydesk-plugin-"));
    for name in plugins.chain(["copydesk-core", "copydesk-model", "copydesk-sdk", "copydesk-text"]) {
        let profile = format!("[profile.wheel.package.{name}]\nopt-level = 3\ncodegen-units = 1\n");
        assert!(manifest.contains(&profile), "Cargo.toml has no such profile of {name}");
    }
}

#[test]
fn every_file_of_tests_is_run() {
    let root = copydesk_tests::root();
    // Folders of which a file names all others.
    for folder in ["tests/tests", "crates/cli/tests/cli", "crates/pipeline/tests/all", "crates/tables/tests/all"] {
        let main = std::fs::read_to_string(root.join(folder).join("main.rs")).expect("main.rs");
        for entry in root.join(folder).read_dir().expect("a folder") {
            let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
            let Some(module) = name.strip_suffix(".rs").filter(|module| !["main", "isolation"].contains(module)) else {
                continue;
            };
            assert!(main.contains(&format!("mod {module};\n")), "{folder}/main.rs does not name {module}");
        }
    }
}
