//! Counts the instructions of every stage by callgrind and compares them with the committed baseline. This guard
//! against regressions works on a noisy machine. docs/performance.md lists its limits.
//!
//! `cargo bench -p copydesk-benches --bench instructions` compares. It ends with 1 if a stage takes more than
//! tolerated, and with 2 if nothing can be counted. With `-- --bless` it writes a new baseline.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::hint::black_box;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::AtomicBool;

use copydesk_benches::corpus::{entries, sum_up};
use copydesk_benches::identity::{identities, sightings};
use copydesk_benches::instructions::{Baseline, Tools};
use copydesk_benches::{READER, loaded_reader, page, pipelines, reader, registry, steps, texts, thousand_tokens};
use copydesk_core::{Article, Document, OffsetUnit};
use copydesk_formats::{JsonWriter, JsonlReader, WriterOptions, read_html};
use copydesk_loader::Instance;
use copydesk_model::encoder::Kernel;
use copydesk_pipeline::Runner;
use serde_json::json;

/// The baseline's file.
const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.json");

/// The function with the counted instructions, its callees included. Callgrind wants its whole name.
const COUNTED: &str = "instructions::counted_work";

/// The argument that makes this program do the work, under valgrind.
const WORK: &str = "work";

/// How much of the article is encoded: headline, byline, and four paragraphs.
const FIRST_BLOCKS: usize = 6;

/// Calls of the boundary that are counted together: in a single one, of 30,000 instructions, it shows which blocks of
/// memory happened to be free.
const CALLS: usize = 20;

/// The pipeline that gives the result of a whole article, for writing and reading.
const FORMATS: &str = "fast";

/// Kernels as valgrind's processor has them.
const KERNEL: Kernel = Kernel::Avx2;

/// Why nothing could be counted: a sentence for the user.
type Failure = String;

#[inline(never)]
fn counted_work(work: &mut dyn FnMut()) {
    work();
    // A call that is the last thing would become a jump, after which callgrind sees no return.
    black_box(());
}

/// Counts a piece of work and names it. The work has been done once before, so that its memory is there and its caches
/// are filled.
fn count(name: &str, mut work: impl FnMut()) {
    counted_work(&mut work);
    let _ = writeln!(io::stdout(), "{name}");
}

/// Counts a stage that ran over the document before.
fn count_stage(name: &str, instance: &Instance, before: &Document) {
    // Copied before the work and freed after it: neither is the stage's.
    let mut document = before.clone();
    count(name, || annotate(name, instance, &mut document));
}

fn annotate(name: &str, instance: &Instance, document: &mut Document) {
    instance.annotate(document, &AtomicBool::new(false)).unwrap_or_else(|error| panic!("{name}: {error}"));
}

/// The text for a pipeline: an article. For a pipeline with an encoder it is the first paragraphs, since valgrind would
/// take minutes for more.
fn text(runner: &Runner) -> String {
    let article = texts().into_iter().find(|text| text.name == "article").unwrap_or_else(|| panic!("an article"));
    let encodes = |stage: &Instance| stage.plugin().manifest().writes.iter().any(|made| made.layer == "vectors");
    match runner.instances().any(|(_, stage)| encodes(stage)) {
        true => article.text.split_inclusive("\n\n").take(FIRST_BLOCKS).collect(),
        false => article.text,
    }
}

/// All counted work.
fn work() {
    assert_eq!(Kernel::best(), KERNEL, "the processor that valgrind shows its programs");
    for (_, runner) in pipelines() {
        let steps = steps(&runner, &text(&runner));
        for ((stage, instance), before) in runner.instances().zip(&steps) {
            count_stage(&format!("{}/{stage}", runner.name()), instance, before);
        }
        if let Some(last) = steps.last().filter(|_| runner.name() == FORMATS) {
            let options = WriterOptions::default().with_provenance(&runner.provenance());
            count_corpus(last);
            count_formats(last, &JsonWriter::new(&options.unwrap_or_else(|error| panic!("{error}"))));
        }
    }
    count_identity();
    let registry = registry();
    let built_in = registry.find(READER).unwrap_or_else(|error| panic!("{error}"));
    let built_in = built_in.unwrap_or_else(|| panic!("{READER} is built in"));
    for (name, plugin) in [("boundary/built-in", built_in), ("boundary/loaded", loaded_reader(&registry))] {
        let mut articles = vec![thousand_tokens(); CALLS];
        let instance = reader(&plugin, &thousand_tokens());
        annotate(name, &instance, &mut thousand_tokens());
        count(name, || articles.iter_mut().for_each(|article| annotate(name, &instance, article)));
    }
}

/// Articles of the corpus that is counted.
const ARTICLES: usize = 40;

fn count_corpus(document: &Document) {
    let article = Article::new(document.clone()).unwrap_or_else(|error| panic!("{error}"));
    let entries = entries(&article, ARTICLES);
    let sum = || assert_eq!(sum_up(&entries), (ARTICLES * article.quotes().len()) as u64);
    sum();
    count("corpus", sum);
}

/// Sightings of people of which is counted who is who.
const SIGHTINGS: usize = 2_000;

fn count_identity() {
    let all = sightings(SIGHTINGS);
    let found = identities(&all);
    count("identity", || assert_eq!(identities(&all), found));
}

fn count_formats(document: &Document, writer: &JsonWriter) {
    let read = |line: &[u8]| {
        let read = JsonlReader::new(line, OffsetUnit::Char).next().unwrap_or_else(|| panic!("there is a line"));
        assert!(read.is_ok_and(|read| read.text() == document.text()));
    };
    let plain = format!("{}\n", json!({"id": "bench", "text": document.text()}));
    let mut line = Vec::new();
    // Copied before the work and freed after it, as is the document of a stage.
    let mut documents = vec![document.clone(); 2];
    let mut articles = Vec::new();
    let mut write = || {
        let document = documents.pop().unwrap_or_else(|| panic!("one for each call"));
        let article = Article::new(document).unwrap_or_else(|error| panic!("{error}"));
        line.clear();
        writer.line(&article, &mut line);
        articles.push(article);
    };
    write();
    count("write/jsonl", write);
    let page = page(document.text());
    let read_page = || {
        let read = read_html(&page, "bench").unwrap_or_else(|error| panic!("{error}"));
        assert!(read.text().len() > document.text().len() / 2);
    };
    read_page();
    count("read/html", read_page);
    for (name, line) in [("read/jsonl", plain.as_bytes()), ("read/jsonl-given", &line)] {
        read(line);
        count(name, || read(line));
    }
}

/// The first line that a command prints.
fn first_line(command: &str, argument: &str) -> Result<String, Failure> {
    let output = Command::new(command).arg(argument).output();
    let output = output.map_err(|error| format!("{command}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().map(str::to_owned).ok_or_else(|| format!("{command} {argument} says nothing"))
}

/// The tools that count here.
fn tools() -> Result<Tools, Failure> {
    let valgrind = first_line("valgrind", "--version").map_err(|error| {
        format!("{error}; instructions are counted by valgrind: on Debian, `apt-get install valgrind`")
    })?;
    Ok(Tools {
        rustc: first_line("rustc", "--version")?,
        valgrind,
        libc: first_line("getconf", "GNU_LIBC_VERSION").unwrap_or_else(|_| "unknown".to_owned()),
    })
}

/// Valgrind's processor has the features of this one, up to AVX2.
fn check_processor() -> Result<(), Failure> {
    if KERNEL.is_available() {
        return Ok(());
    }
    Err("this processor has no AVX2 and FMA, so that other code would be counted than in the baseline".to_owned())
}

/// `target/instructions`, empty.
fn folder() -> Result<PathBuf, Failure> {
    // This program is target/release/deps/instructions-HASH.
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let target = program.ancestors().nth(3).ok_or("this program is not in a target folder")?;
    let folder = target.join("instructions");
    // The folder may not exist yet.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Runs [`work`] under callgrind; the name of each part of it and its instructions.
fn measure() -> Result<Vec<(String, u64)>, Failure> {
    let folder = folder()?;
    let output = folder.join("callgrind");
    let option = |name: &str, value: &Path| [name.as_ref(), value.as_os_str()].into_iter().collect::<OsString>();
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let kept = ["PATH", "HOME"].into_iter().filter_map(|name| Some((name, env::var_os(name)?)));
    let valgrind = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", "--collect-atstart=no"])
        .args([format!("--toggle-collect={COUNTED}"), format!("--dump-after={COUNTED}")])
        .arg(option("--callgrind-out-file=", &output))
        .arg(program)
        .arg(WORK)
        // The stack begins after the environment, and what is copied to it takes as long as its address is odd.
        .env_clear()
        .envs(kept)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    if !valgrind.status.success() {
        return Err(format!("the work under valgrind ended with {}", valgrind.status));
    }
    let names = String::from_utf8_lossy(&valgrind.stdout).into_owned();
    // Each return of the counted function has a file of its own: callgrind.1, callgrind.2 and so on.
    names.lines().zip(1..).map(|(name, part)| Ok((name.to_owned(), part_of(&folder, name, part)?))).collect()
}

/// The sum of a part's file, which is named after it for `callgrind_annotate`.
fn part_of(folder: &Path, name: &str, part: u32) -> Result<u64, Failure> {
    let file = folder.join(format!("{}.callgrind", name.replace('/', "-")));
    let failure = |error: io::Error| format!("{}: {error}", file.display());
    fs::rename(folder.join(format!("callgrind.{part}")), &file).map_err(failure)?;
    let text = fs::read_to_string(&file).map_err(failure)?;
    let sum = text.lines().find_map(|line| line.strip_prefix("summary: "));
    let sum = sum.and_then(|sum| sum.trim().parse().ok()).filter(|sum| *sum > 0);
    sum.ok_or_else(|| format!("{} holds no instructions of {COUNTED}", file.display()))
}

fn read_baseline() -> Result<Baseline, Failure> {
    let text = fs::read_to_string(BASELINE).map_err(|error| format!("{BASELINE}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{BASELINE}: {error}"))
}

fn write_baseline(baseline: &Baseline) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(baseline).map_err(|error| error.to_string())?;
    fs::write(BASELINE, text + "\n").map_err(|error| format!("{BASELINE}: {error}"))
}

/// Measures and compares, and writes the new baseline if asked to. Returns true if all is well.
fn guard(bless: bool) -> Result<bool, Failure> {
    let mut baseline = read_baseline()?;
    check_processor()?;
    let tools = tools()?;
    let measured = measure()?;
    let comparison = baseline.compare(&measured, &tools);
    let said = match bless {
        true => format!("{}blessed: benches/instructions.json is written\n", comparison.table()),
        false => comparison.to_string(),
    };
    if bless {
        baseline.tools = tools;
        baseline.instructions = measured.into_iter().collect();
        write_baseline(&baseline)?;
    }
    io::stdout().write_all(said.as_bytes()).map_err(|error| error.to_string())?;
    Ok(bless || comparison.is_fine())
}

fn main() -> ExitCode {
    // Cargo adds an argument of its own.
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [WORK] => {
            work();
            Ok(true)
        }
        [] => guard(false),
        ["--bless"] => guard(true),
        _ => Err(format!("the only argument is --bless, not {arguments:?}")),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "error: {failure}");
            ExitCode::from(2)
        }
    }
}
