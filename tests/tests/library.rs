//! A Rust program that depends on the library `copydesk`, in an empty folder.

use std::fs;
use std::process::Command;

const PROGRAM: &str = r#"fn main() -> Result<(), Box<dyn std::error::Error>> {
    let news = copydesk::Pipeline::news()?;
    let article = news.analyze("“We will vote on Monday,” said Ana Ruiz, the minister.")?;
    for quote in article.quotes() {
        println!("{}: {}", quote.speaker().map_or("?", |actor| actor.name()), quote.text());
    }
    Ok(())
}
"#;

#[test]
fn a_program_of_ten_lines_prints_who_said_what() {
    assert!(PROGRAM.lines().count() <= 10);
    let folder = tempfile::tempdir().expect("a folder");
    let library = copydesk_tests::root().join("crates/copydesk");
    // Unoptimised and without debug information it is built soonest.
    let manifest = format!(
        "[package]\nname = \"ten-lines\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\ncopydesk = {{ path = {:?} }}\n\n\
         [profile.dev]\ndebug = 0\n\n[workspace]\n",
        library.display().to_string()
    );
    fs::write(folder.path().join("Cargo.toml"), manifest).expect("a file");
    fs::create_dir(folder.path().join("src")).expect("a folder");
    fs::write(folder.path().join("src/main.rs"), PROGRAM).expect("a file");
    copydesk_tests::prepare(folder.path());
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(folder.path())
        .output()
        .expect("cargo runs");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{err}");
    assert_eq!(out, "Ana Ruiz: “We will vote on Monday,”\n");
}
