//! Reports and comparisons of samples that are made up.

use crate::*;

/// A sample of a pipeline with two stages on one text of a megabyte; `speed` 1 takes a second, half of it in each
/// stage.
fn sample(speed: f64, start_up: f64) -> Sample {
    let stage = |stage: &str, seconds: f64| StageTime { stage: stage.into(), seconds: seconds / speed };
    Sample {
        start_up_seconds: start_up,
        work: Work {
            seconds: 1.0 / speed,
            documents: 4,
            failed: 0,
            bytes: 1_000_000,
            tokens: 200_000,
            stages: vec![stage("tokenizer", 0.25), stage("ner", 0.75)],
            latency_seconds: Some(Latency { p50: 0.25 / speed, p95: 0.5 / speed, p99: 0.75 / speed }),
            peak_memory_bytes: Some(82_000_000),
        },
    }
}

fn subject(pipeline: &str, threads: usize) -> Subject {
    Subject { pipeline: pipeline.into(), threads }
}

/// A report of one subject a row: pipeline, threads and speed, with some per cent of noise.
fn report(runs: usize, rows: &[(&str, usize, f64)]) -> Report {
    let texts = built_in_texts().expect("texts");
    let noisy = |run: usize| 1.0 + 0.01 * ((run * 7) % 5) as f64;
    let samples = rows.iter().map(|(_, _, speed)| {
        (0..runs).map(|run| sample(speed * noisy(run), 0.02 * noisy(run + 1))).collect::<Vec<Sample>>()
    });
    let samples = samples.collect();
    let subjects = rows.iter().map(|(pipeline, threads, _)| subject(pipeline, *threads)).collect();
    let mut report = Report::new(Input::new(Vec::new(), &texts), runs, subjects, samples);
    report.date = "2026-11-25T09:40:01Z".into();
    report.copydesk = "0.1.0".into();
    report.machine = Machine { processor: Some("AMD EPYC 9B45".into()), cores: 2, system: "linux x86_64".into() };
    report.input.sha256 = "0".repeat(64);
    report
}

fn verdicts(comparison: &Comparison) -> Vec<(&'static str, Verdict)> {
    comparison.changes.iter().map(|change| (change.figure, change.verdict)).collect()
}

#[test]
fn tables() {
    let subjects = [("fast", 1, 2.0), ("fast", 2, 3.9), ("desk.toml", 1, 0.1), ("desk.toml", 2, 0.1)];
    let mut new = report(10, &subjects);
    insta::assert_snapshot!("table", new.to_string());
    new.compare(&report(10, &[("fast", 1, 1.0), ("fast", 2, 4.5), ("desk.toml", 2, 0.1), ("news", 1, 1.0)]));
    insta::assert_snapshot!("table_of_changes", new.to_string());
    // A terminal holds two pipelines on two numbers of threads, with their changes.
    let shown = new.to_string();
    assert!(shown.lines().count() <= 30 && shown.lines().all(|line| line.chars().count() <= 100), "{shown}");
    let few = report(2, &subjects);
    new = few.clone();
    new.compare(&few);
    insta::assert_snapshot!("table_of_few_runs", new.to_string());
}

#[test]
fn what_is_not_known_is_a_dash() {
    let mut sample = sample(1.0, 0.02);
    sample.work.tokens = 0;
    sample.work.peak_memory_bytes = None;
    sample.work.latency_seconds = None;
    let mut bare = report(1, &[]);
    bare.measurements = vec![Measurement::new(subject("news", 1), vec![sample])];
    let shown = bare.to_string();
    let row = shown.lines().find(|line| line.starts_with("news")).expect("a row");
    // Of a pipeline without tokens, the megabytes are the speed.
    assert_eq!(row.split_whitespace().collect::<Vec<_>>(), ["news", "1", "1.00", "-", "1.00", "-", "-", "20.0", "-"]);
    assert!(shown.contains("1 run of each") && shown.contains("  MB/S  "), "{shown}");
}

#[test]
fn a_report_survives_json() {
    let report = report(6, &[("fast", 1, 2.0), ("news", 2, 1.0)]);
    let json = report.to_json().expect("JSON");
    let again = Report::from_json(&json).expect("a report");
    assert_eq!((&again.input, &again.machine, again.runs), (&report.input, &report.machine, 6));
    // All but the last bits of numbers.
    let comparison = Comparison::new(&report, &again);
    assert_eq!((comparison.notes.len(), comparison.changes.len()), (0, 20));
    assert!(comparison.changes.iter().all(|change| (change.ratio - 1.0).abs() < 1e-12), "{comparison}");
    let value: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(value["schema"], SCHEMA);
    let first = &value["measurements"][0];
    assert_eq!((&first["pipeline"], &first["threads"]), (&"fast".into(), &1.into()));
    assert_eq!(first["samples"].as_array().map(Vec::len), Some(6));
    assert_eq!(first["samples"][0]["start_up_seconds"], 0.02 * 1.02);
    assert!(
        first["figures"]["tokens_per_second"]["low"].as_f64()
            <= first["figures"]["tokens_per_second"]["median"].as_f64()
    );
    assert_eq!(first["stages"][1]["stage"], "ner");
    assert_eq!(first["stages"][1]["share"]["median"], 0.75);
}

#[test]
fn a_page_holds_the_report_and_nothing_that_a_name_says_is_markup() {
    let name = "</script><script>alert(1)</script>";
    let mut shown = report(6, &[(name, 1, 2.0), ("news", 2, 1.0)]);
    shown.compare(&report(6, &[("news", 2, 1.0)]));
    let mut page = Vec::new();
    shown.write_page(&mut page).expect("written");
    let page = String::from_utf8(page).expect("UTF-8");
    assert_eq!(page.matches("<script").count(), page.matches("</script").count());
    assert!(!page.contains(name));
    let data = page.split_once("class=\"bench\">").and_then(|(_, rest)| rest.split_once("</script>")).expect("data").0;
    let data: serde_json::Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(data["report"]["measurements"][0]["pipeline"], name);
    assert_eq!(data["stages"], serde_json::json!(["tokenizer", "ner"]));
    assert_eq!(data["runs"][1]["start_up_seconds"].as_array().map(Vec::len), Some(6));
    assert_eq!(data["figures"].as_array().map(Vec::len), Some(8));
    // The report inside can be compared with.
    let report = Report::from_json(&serde_json::to_vec(&data["report"]).expect("JSON")).expect("a report");
    assert_eq!(report.measurements.len(), 2);
}

#[test]
fn reports_that_are_none() {
    let good = String::from_utf8(report(6, &[("fast", 1, 2.0)]).to_json().expect("JSON")).expect("UTF-8");
    let cases = [
        (String::new(), "is no report of `copydesk bench --json`: EOF while parsing"),
        ("[1".into(), "is no report"),
        ("{}".into(), "missing field `schema`"),
        (good.replace("copydesk-bench/1", "copydesk-bench/2"), "its schema is \"copydesk-bench/2\", this program's"),
        (good.replace("\"runs\": 6", "\"runs\": \"many\""), "invalid type: string \"many\""),
        (good.replace("\"bytes\"", "\"byte\""), "missing field `bytes`"),
    ];
    for (json, expected) in cases {
        let error = Report::from_json(json.as_bytes()).expect_err(expected).to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    let mut many = report(MOST_RUNS + 1, &[]);
    many.measurements = vec![Measurement {
        subject: subject("fast", 1),
        samples: vec![sample(1.0, 1.0); MOST_RUNS + 1],
        figures: Default::default(),
        stages: Vec::new(),
    }];
    let error = Report::from_json(&many.to_json().expect("JSON")).expect_err("too many").to_string();
    assert!(error.contains("has 1001 samples"), "{error}");
}

#[test]
fn the_same_report_has_not_changed() {
    let report = report(10, &[("fast", 1, 2.0), ("news", 2, 1.0)]);
    let comparison = Comparison::new(&report, &report);
    assert_eq!(comparison.notes, [""; 0]);
    assert_eq!(comparison.changes.len(), 2 * (8 + 2));
    for change in &comparison.changes {
        assert_eq!((change.ratio, change.verdict), (1.0, Verdict::WithinNoise), "{change:?}");
    }
    assert_eq!(comparison.outside_noise(), (0, 20));
}

#[test]
fn verdicts_go_by_what_is_better() {
    use Verdict::{Better, TooFewRuns, WithinNoise, Worse};
    let old = report(10, &[("fast", 1, 1.0)]);
    let cases = [(2.0, 10, Better), (0.5, 10, Worse), (1.002, 10, WithinNoise), (2.0, 5, TooFewRuns)];
    for (speed, runs, expected) in cases {
        let comparison = Comparison::new(&old, &report(runs, &[("fast", 1, speed)]));
        let still = if expected == TooFewRuns { TooFewRuns } else { WithinNoise };
        let of = |figure| if ["start_up_seconds", "peak_memory_bytes"].contains(&figure) { still } else { expected };
        for (figure, verdict) in verdicts(&comparison) {
            assert_eq!(verdict, of(figure), "{figure} at {speed}");
        }
        assert_eq!(comparison.changes.len(), 10);
    }
}

#[test]
fn what_cannot_be_compared_is_said() {
    let old = report(6, &[("fast", 1, 1.0), ("fast", 2, 1.0)]);
    let mut new = report(6, &[("fast", 1, 1.0), ("news", 1, 1.0)]);
    new.input.sha256 = "1".repeat(64);
    new.machine.cores = 64;
    let comparison = Comparison::new(&old, &new);
    let notes = comparison.notes.join("\n");
    for part in [
        "another machine: then AMD EPYC 9B45, 2 cores, linux x86_64, now AMD EPYC 9B45, 64 cores",
        "other texts: then 12 documents of ",
        "only start-up is compared",
        "news, 1 thread: not measured then",
        "fast, 2 threads: not measured now",
    ] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
    assert_eq!(verdicts(&comparison), [("start_up_seconds", Verdict::WithinNoise)]);
    let nothing = Comparison::new(&old, &report(6, &[])).to_string();
    assert!(nothing.ends_with("nothing can be compared\n"), "{nothing}");
}

#[test]
fn samples_that_cannot_be_divided_by_give_no_figure() {
    for (what, spoil) in [
        ("no time", (|work: &mut Work| work.seconds = 0.0) as fn(&mut Work)),
        ("no tokens", |work| work.tokens = 0),
        ("less than nothing", |work| work.seconds = -1.0),
        ("no text", |work| work.bytes = 0),
        ("no stages", |work| work.stages.clear()),
        ("still stages", |work| work.stages.iter_mut().for_each(|stage| stage.seconds = 0.0)),
    ] {
        let mut samples = vec![sample(1.0, 0.02); 6];
        samples.iter_mut().for_each(|sample| spoil(&mut sample.work));
        let mut odd = report(6, &[]);
        odd.measurements = vec![Measurement::new(subject("fast", 1), samples)];
        let comparison = Comparison::new(&odd, &odd);
        let finite = |change: &Change| change.ratio == 1.0 && change.verdict == Verdict::WithinNoise;
        assert!(comparison.changes.iter().all(finite), "{what}: {comparison}");
        assert!(!comparison.changes.is_empty() && comparison.changes.len() < 10, "{what}: {comparison}");
        let json = odd.to_json().expect("JSON");
        assert!(!String::from_utf8_lossy(&json).contains("\"median\": null"), "{what}");
        assert!(!odd.to_string().contains("NaN"), "{what}: {odd}");
    }
}

#[test]
fn built_in_texts_are_the_same_everywhere() {
    let texts = built_in_texts().expect("texts");
    let input = Input::new(Vec::new(), &texts);
    assert_eq!(input.documents, 12);
    let ids: Vec<&str> = texts.iter().map(copydesk_core::Document::id).collect();
    assert_eq!(ids.get(..3), Some(["long", "hostile", "article-1"].as_slice()));
    let again = Input::new(Vec::new(), &built_in_texts().expect("texts"));
    assert_eq!(input, again);
    assert_ne!(input.sha256, Input::new(Vec::new(), &texts[1..]).sha256);
}
