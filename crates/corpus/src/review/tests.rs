//! Samples of made-up results, and scores of made-up judgments.

use std::collections::{BTreeMap, BTreeSet};

use copydesk_formats::result::Analysis;
use serde_json::json;

use super::*;

/// An article of an outlet with one direct quote, its speaker, a stance and some names.
fn line(number: usize, outlet: &str) -> Analysis {
    let text = format!("“We will mend pier {number},” said Ana Ruiz.\nTom Reed, she said, lied.");
    let at = |words: &str| {
        let start = text.find(words).map_or(0, |byte| text[..byte].chars().count());
        [start, start + words.chars().count()]
    };
    let name = |words: &str| {
        let [start, end] = at(words);
        json!({"start": start, "end": end, "label": "PERSON", "score": 0.9})
    };
    let quote = format!("We will mend pier {number},");
    let value = json!({
        "schema": "copydesk/1", "id": format!("a{number}"), "offsets": "char", "text": text, "outlet": outlet,
        "published": "2026-11-02", "entities": [name("Ana Ruiz"), name("Tom Reed")],
        "actors": [{"name": "Ana Ruiz", "mentions": []}, {"name": "Tom Reed", "mentions": []}],
        "quotes": [{"kind": "direct", "act": "speech", "content": [at(&quote)], "speaker": 0, "speaker_score": 0.8,
            "score": 0.95}],
        "stances": [{"holder": 0, "target": 1, "polarity": -1.0, "score": 0.7, "evidence": [at("Tom Reed, she said, lied.")]},
            {"holder": "author", "target": 0, "polarity": 0.0, "score": 0.6, "mention": at("Ana Ruiz")}]
    });
    serde_json::from_value(value).expect("a result")
}

fn sample(rows: usize, seed: u64, lines: &[Analysis]) -> Sample {
    let mut sampler = Sampler::new(rows, seed);
    for line in lines {
        sampler.add(line).expect("a result");
    }
    sampler.finish()
}

#[test]
fn claims_are_plain_words_with_their_passages() {
    let all = sample(100, 1, &[line(1, "Vell Courier")]);
    let mut found: Vec<(&str, &str)> =
        all.claims.iter().map(|claim| (claim.claim.as_str(), claim.passage.as_str())).collect();
    found.sort_unstable();
    let expected = [
        ("Ana Ruiz is against Tom Reed", "“We will mend pier 1,” said Ana Ruiz. ⟦Tom Reed, she said, lied.⟧"),
        ("Ana Ruiz said this", "“⟦We will mend pier 1,⟧” said Ana Ruiz. Tom Reed, she said, lied."),
        (
            "The article is neither for nor against Ana Ruiz",
            "“We will mend pier 1,” said ⟦Ana Ruiz⟧. Tom Reed, she said, lied.",
        ),
        (
            "The marked words are one direct quote, all of it and nothing else",
            "“⟦We will mend pier 1,⟧” said Ana Ruiz. Tom Reed, she said, lied.",
        ),
        ("“Ana Ruiz” is a name of type PERSON", "“We will mend pier 1,” said ⟦Ana Ruiz⟧. Tom Reed, she said, lied."),
        ("“Tom Reed” is a name of type PERSON", "“We will mend pier 1,” said Ana Ruiz. ⟦Tom Reed⟧, she said, lied."),
    ];
    assert_eq!(found, expected);
    assert!(all.claims.iter().all(|claim| claim.date == "2026-11-02" && claim.found >= claim.drawn));
}

#[test]
fn a_sample_is_of_the_results_and_the_seed_alone() {
    let lines: Vec<Analysis> =
        (0..120).map(|at| line(at, ["Vell Courier", "Daily Pier", "Harbour Post"][at % 7 % 3])).collect();
    let once = sample(60, 1, &lines);
    let mut other_way: Vec<Analysis> = lines.iter().rev().cloned().collect();
    assert_eq!(once, sample(60, 1, &other_way));
    // An article that comes twice is drawn once.
    other_way.push(line(5, "Vell Courier"));
    let items = |sample: &Sample| sample.claims.iter().map(|claim| claim.item.clone()).collect::<BTreeSet<String>>();
    assert_eq!(items(&once), items(&sample(60, 1, &other_way)));
    assert_eq!(items(&once).len(), 60);
    assert_ne!(items(&once), items(&sample(60, 2, &lines)));
    // Names are twice as many, and get no more rows.
    let mut kinds: BTreeMap<ClaimKind, usize> = BTreeMap::new();
    for claim in &once.claims {
        *kinds.entry(claim.kind).or_default() += 1;
    }
    assert!(kinds.values().all(|count| *count == 12), "{kinds:?}");
}

#[test]
fn every_outlet_has_rows_and_weights_give_back_what_was_found() {
    // One large outlet and nine of one article each.
    let lines: Vec<Analysis> = (0..200)
        .map(|at| line(at, &if at < 191 { "Vell Courier".to_owned() } else { format!("Small {at}") }))
        .collect();
    let drawn = sample(100, 3, &lines);
    let mut strata: BTreeMap<usize, (u64, u64, u64)> = BTreeMap::new();
    for claim in &drawn.claims {
        let (found, of, seen) = strata.entry(claim.stratum).or_default();
        (*found, *of) = (claim.found, claim.drawn);
        *seen += 1;
    }
    assert_eq!(strata.len(), 5 * 10);
    assert!(strata.values().all(|(_, drawn, seen)| drawn == seen));
    // 200 quotes, speakers, stances of two kinds, and 400 names.
    assert_eq!(strata.values().map(|(found, ..)| found).sum::<u64>(), 1200);
    // With more outlets than rows, a kind is one stratum.
    let lines: Vec<Analysis> = (0..60).map(|at| line(at, &format!("Small {at}"))).collect();
    let drawn = sample(30, 3, &lines);
    let strata: BTreeSet<(usize, u64)> = drawn.claims.iter().map(|claim| (claim.stratum, claim.found)).collect();
    assert_eq!((drawn.claims.len(), strata.len()), (30, 5));
    assert_eq!(strata.iter().map(|(_, found)| found).sum::<u64>(), 360);
}

/// Claims of the large outlet are right, and those of the small ones are not: the truth is 95.5 %.
#[test]
fn weighted_precision_is_right_on_average_and_its_interval_holds_the_truth() {
    let lines: Vec<Analysis> = (0..200).map(|at| line(at, if at < 191 { "Vell Courier" } else { "Small" })).collect();
    let (mut sum, mut held) = (0.0, 0);
    for seed in 0..50 {
        let sample = sample(100, seed, &lines);
        let table = judged(&sample, |claim| if claim.outlet == "Small" { "n" } else { "y" });
        let row = Review::read(table.into_bytes()).expect("a review").rows.remove(0);
        sum += row.precision;
        held += u32::from(row.low <= 0.955 && row.high >= 0.955);
    }
    assert!((sum / 50.0 - 0.955).abs() < 1e-9 && held == 50, "{} {held}", sum / 50.0);
}

#[test]
fn results_that_are_wrong_give_nothing() {
    let mut bare = line(1, "");
    bare.text = None;
    let mut sampler = Sampler::new(10, 1);
    assert!(sampler.add(&bare).expect_err("no text").contains("analyze again with `text`"));
    let mut far = line(1, "");
    far.entities.as_mut().expect("names")[0].end = 9_999;
    assert!(sampler.add(&far).expect_err("too far").contains("9999] is no span of the text"));
    let mut who = line(1, "");
    who.stances.as_mut().expect("stances")[0].target = Some(9);
    assert!(sampler.add(&who).expect_err("nobody").contains("there is no actor 9"));
    assert_eq!(sampler.finish().claims, []);
}

/// The table of a sample with its judgments: `y` for claims that `right` says are right.
fn judged(sample: &Sample, right: impl Fn(&Claim) -> &'static str) -> String {
    let mut table = Vec::new();
    sample.write_csv(&mut table).expect("written");
    let table = String::from_utf8(table).expect("UTF-8");
    let lines = table.split_inclusive("\r\n");
    let mut claims = sample.claims.iter();
    let mark = |line: &str| match line.starts_with('\u{feff}') {
        true => line.to_owned(),
        false => {
            // `right` and `note` are the only empty cells before the score.
            let claim = claims.next().expect("a claim");
            line.replacen(",,,", &format!(",{},,", right(claim)), 1)
        }
    };
    lines.map(mark).collect()
}

#[test]
fn a_table_comes_back_in_every_form_that_a_spreadsheet_writes() {
    let lines: Vec<Analysis> = (0..30).map(|at| line(at, "=Vell, \"Courier\"; x")).collect();
    let sample = sample(50, 7, &lines);
    let table = judged(&sample, |claim| match claim.kind {
        ClaimKind::Name => "",
        ClaimKind::Speaker => "n",
        _ => "Yes",
    });
    let review = Review::read(table.clone().into_bytes()).expect("a review");
    assert_eq!((review.seed, review.sampled, review.judged), (Some(7), 50, 40));
    let precision: Vec<(&str, f64, u64)> =
        review.rows.iter().map(|row| (row.kind.as_str(), row.precision, row.not_judged)).collect();
    assert_eq!(
        precision,
        [("direct quote", 1.0, 0), ("speaker", 0.0, 0), ("stance", 1.0, 0), ("neutral stance", 1.0, 0)]
    );
    assert!(review.rows[1].mean_score.is_some_and(|mean| (mean - 0.8).abs() < 1e-12));
    assert_eq!(review.outlets.len(), 4);

    let other = |delimiter: char| {
        let rows = crate::csv::rows(table.trim_start_matches('\u{feff}'), ',').expect("rows");
        let mut out = String::new();
        for row in rows {
            for (at, cell) in row.cells.iter().enumerate() {
                if at > 0 {
                    out.push(delimiter);
                }
                out.push('"');
                out.push_str(&cell.replace('"', "\"\""));
                out.push('"');
            }
            out.push('\n');
        }
        out
    };
    let utf16 = |text: &str| {
        let units = ['\u{feff}'].into_iter().chain(text.chars()).collect::<String>();
        units.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    for bytes in [
        other(';').into_bytes(),
        other('\t').into_bytes(),
        utf16(&other('\t')),
        format!("sep=;\r\n{}", other(';')).into_bytes(),
    ] {
        assert_eq!(Review::read(bytes).as_ref(), Ok(&review));
    }
    let again: Review = serde_json::from_slice(&review.to_json().expect("JSON")).expect("a review");
    assert_eq!(again, review);
}

#[test]
fn strata_weigh_as_much_as_was_found_in_them() {
    // 90 claims of which one of two is right, and 10 of which both are.
    let sheet = "kind,right,stratum,found,score %\nname,y,1,90,80\nname,n,1,90,60\nname,y,2,10,100\nname,y,2,10,\n\
                 name,,2,10,\n";
    let review = Review::read(sheet.into()).expect("a review");
    let row = &review.rows[0];
    assert_eq!((row.right, row.judged, row.not_judged), (3, 4, 1));
    assert!((row.precision - 0.55).abs() < 1e-12, "{row:?}");
    // 100² / (2 · 45² + 2 · 5²) = 2.44 judgments of equal weight.
    let [low, high] = wilson(0.55, 10_000.0 / 4_100.0);
    assert_eq!((row.low, row.high), (low, high));
    assert!((row.mean_score.expect("scores") - (45.0 * 1.4 + 5.0) / 95.0).abs() < 1e-12);
    let shown = review.to_string();
    assert!(shown.contains("1 of 5 rows are not judged") && shown.contains("55.0 %"), "{shown}");
}

#[test]
fn faults_come_at_once_with_their_lines() {
    let cases: [(&str, &[&str]); 8] = [
        ("", &["the first row must name the columns kind and right"]),
        ("kind,wrong\nname,y\n", &["the first row must name the columns"]),
        ("kind,right\nname,\n", &["no row is judged: write y or n"]),
        ("kind,right\nname,\"y\n", &["line 2: a quotation mark opens a cell and never closes"]),
        (
            "kind;right;score %;found;stratum\nname;perhaps;0,98;1;1\n\nverb;y;50;-1;x\n",
            &[
                "line 2: right is \"perhaps\"; write y or n",
                "line 2: score % is \"0,98\"; leave it",
                "line 4: kind is \"verb\"; it is one of direct quote, ",
                "line 4: found is \"-1\"",
                "line 4: stratum is \"x\"",
            ],
        ),
        ("sep=,\nkind,right\nname,?\n", &["line 3: right is \"?\""]),
        ("kind,right\nname,y\nname", &[]),
        ("\u{feff}Kind\tRIGHT\nNAME\t TRUE \n", &[]),
    ];
    for (sheet, messages) in cases {
        let outcome = Review::read(sheet.into());
        let error = outcome.as_ref().err().map(ToString::to_string).unwrap_or_default();
        assert_eq!(error.is_empty(), messages.is_empty(), "{sheet}: {error}");
        assert!(messages.iter().all(|message| error.contains(message)), "{sheet}: {error}");
    }
    let many = format!("kind,right\n{}", "name,?\n".repeat(50));
    let error = Review::read(many.into()).expect_err("50 faults");
    assert_eq!(error.faults().count(), 21);
    assert!(error.to_string().ends_with("and 30 more"));
}

#[test]
fn intervals_are_wilsons() {
    // As `scipy.stats.binomtest(k, n).proportion_ci(method="wilson")` gives them.
    let cases =
        [(1.0, 10.0, 0.7225, 1.0), (0.0, 10.0, 0.0, 0.2775), (0.5, 10.0, 0.2366, 0.7634), (0.9, 50.0, 0.7864, 0.9565)];
    for (share, n, low, high) in cases {
        let [found_low, found_high] = wilson(share, n);
        assert!(
            (found_low - low).abs() < 1e-4 && (found_high - high).abs() < 1e-4,
            "{share} {n}: {found_low} {found_high}"
        );
    }
}
