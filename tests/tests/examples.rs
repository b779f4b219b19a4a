//! The example plugins in `examples/plugins`: built as their READMEs say, checked, and run by their own pipelines.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;

static COPYDESK: LazyLock<PathBuf> = LazyLock::new(copydesk_tests::copydesk);

fn example(name: &str) -> PathBuf {
    copydesk_tests::root().join("examples/plugins").join(name)
}

/// The program, which must end well.
fn copydesk(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(&*COPYDESK).args(arguments).current_dir(folder).output().expect("the program runs");
    succeeded(&format!("{arguments:?}"), &output);
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn succeeded(what: &str, output: &Output) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{what}: {out}\n{err}");
}

/// Copies the pipeline of an example, its library's path set to the one that was built.
fn pipeline(name: &str, folder: &Path, library: &Path) -> PathBuf {
    let toml = fs::read_to_string(example(name).join(format!("{name}.toml"))).expect("its pipeline");
    let begin = toml.find("{ path = \"").expect("a library") + "{ path = \"".len();
    let end = begin + toml[begin..].find('"').expect("its end");
    let written = &toml[begin..end];
    let path = folder.join(format!("{name}.toml"));
    fs::write(&path, toml.replace(written, &library.display().to_string())).expect("a temporary file");
    path
}

/// Lines of JSON that a pipeline gives for our article.
fn analyzed(pipeline: &Path) -> Value {
    let article = copydesk_tests::root().join("examples/article.txt").display().to_string();
    let folder = pipeline.parent().expect("a folder");
    let name = pipeline.file_name().and_then(|name| name.to_str()).expect("a name");
    serde_json::from_str(&copydesk(folder, &["analyze", "-f", "json", "-p", name, &article])).expect("JSON")
}

#[test]
fn numbers_in_plain_c_compiles_as_c11_and_cpp17_and_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = example("numbers").join("numbers.c");
    let include = copydesk_tests::c::include();
    for (name, compiler) in [("c11", ["cc", "-std=c11", "-xc"]), ("cpp17", ["c++", "-std=c++17", "-xc++"])] {
        // A machine may have a C compiler alone.
        if name == "cpp17" && Command::new("c++").arg("--version").output().is_err() {
            continue;
        }
        let library = copydesk_tests::c::compile(&compiler, &source, &include, folder.path(), name);
        let check = copydesk(folder.path(), &["plugin", "check", library.to_str().expect("UTF-8")]);
        assert!(check.contains(", 0 failed, "), "{check}");
        let pipeline = pipeline("numbers", folder.path(), &library);
        let tested = copydesk(folder.path(), &["pipeline", "test", pipeline.to_str().expect("UTF-8")]);
        assert_eq!(tested, "1 passed, 0 failed\n");
        let numbers = analyzed(&pipeline)["layers"]["numbers"].clone();
        let jobs = numbers.as_array().expect("numbers").iter().find(|row| row["unit"] == "jobs").expect("1,400 jobs");
        assert_eq!(jobs["value"], 1400.0);
    }
}

/// Builds and tests an example as its README says, in a target folder of ours, and returns its library.
fn cargo(name: &str) -> PathBuf {
    let target = copydesk_tests::outside();
    for command in ["test", "build"] {
        let output = Command::new(env!("CARGO"))
            .args([command, "--locked", "--offline", "--target-dir"])
            .arg(&target)
            .current_dir(example(name))
            .output()
            .expect("cargo runs");
        succeeded(&format!("cargo {command} of {name}"), &output);
    }
    target.join("debug").join(format!("{}{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX))
}

#[test]
fn readability_in_rust_has_a_layer_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = cargo("readability");
    let check = copydesk(folder.path(), &["plugin", "check", library.to_str().expect("UTF-8")]);
    assert!(check.contains(", 0 failed, "), "{check}");
    let pipeline = pipeline("readability", folder.path(), &library);
    assert_eq!(copydesk(folder.path(), &["pipeline", "test", "readability.toml"]), "1 passed, 0 failed\n");
    let result = analyzed(&pipeline);
    let rows = result["layers"]["readability"].as_array().expect("rows");
    let sentences = result["sentences"].as_array().expect("sentences");
    assert!(rows.len() > 20 && rows.len() <= sentences.len());
    for row in rows {
        let sentence = &sentences[row["sentence"].as_u64().expect("a row") as usize];
        assert_eq!([&row["start"], &row["end"]], [&sentence[0], &sentence[1]]);
        assert!(row["syllables"].as_u64() >= row["words"].as_u64(), "{row}");
    }
}

#[test]
fn gazetteer_in_rust_corrects_entities() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = cargo("gazetteer");
    let names = example("gazetteer").join("names.tsv");
    fs::copy(&names, folder.path().join("names.tsv")).expect("a copy");
    let config = serde_json::json!({"file": names}).to_string();
    let library_argument = library.to_str().expect("UTF-8");
    let check = copydesk(folder.path(), &["plugin", "check", library_argument, "--config", &config]);
    assert!(check.contains(", 0 failed, "), "{check}");
    let pipeline = pipeline("gazetteer", folder.path(), &library);
    assert_eq!(copydesk(folder.path(), &["pipeline", "test", "gazetteer.toml"]), "1 passed, 0 failed\n");

    // As in the README: the label stays, and the correction stands beside it. `actors` sees the new name.
    let result = analyzed(&pipeline);
    let entities = result["entities"].as_array().expect("entities");
    let corrected = entities.iter().find(|entity| entity["start"] == 108).expect("Port Callander");
    assert_eq!(corrected["gazetteer_label"], "GPE");
    let added = entities.iter().find(|entity| entity["text"] == "terminal").expect("a name that was missed");
    assert_eq!((&added["label"], &added["score"]), (&Value::from("FAC"), &Value::from(1)));
    assert!(added["actor"].is_number(), "{added}");

    // A file that cannot be used: the message names it, its line, and what would be right.
    fs::write(folder.path().join("names.tsv"), "Ana Ruiz\n").expect("a temporary file");
    let output = Command::new(&*COPYDESK)
        .args(["pipeline", "check", "gazetteer.toml"])
        .current_dir(folder.path())
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("names.tsv:1: write a name, a tab and a label, not 1 fields"), "{said}");

    // Without its options it is not checked at all.
    let output = Command::new(&*COPYDESK).args(["plugin", "check"]).arg(&library).output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("option \"file\" is missing"), "{said}");
}
