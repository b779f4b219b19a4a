//! Heads against the plain formulas, with small random weights.

use super::*;
use crate::sequence::Scratch;
use crate::{ModelFile, ModelWriter};

/// Pseudo-random numbers between -1 and 1 (Marsaglia's xorshift).
fn random(seed: u64) -> impl FnMut() -> f32 {
    let mut state = seed.wrapping_mul(2).wrapping_add(88_172_645_463_325_251) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }
}

type Found = std::collections::HashMap<String, Tensor>;

fn checkpoint(shapes: &[(&str, &[usize])]) -> Found {
    let mut next = random(shapes.len() as u64);
    let make = |(name, shape): &(&str, &[usize])| {
        let values = (0..shape.iter().product()).map(|_| next() * 0.5).collect();
        ((*name).to_owned(), Tensor { shape: shape.to_vec(), values })
    };
    shapes.iter().map(make).collect()
}

const WIDTH: usize = 6;
const INNER: usize = 5;

fn quotes() -> Found {
    checkpoint(&[
        ("quotes.cue.weight", &[3, WIDTH]),
        ("quotes.cue.bias", &[3]),
        ("quotes.token.weight", &[INNER, WIDTH]),
        ("quotes.token.bias", &[INNER]),
        ("quotes.pair.weight", &[INNER, 2 * WIDTH]),
        ("quotes.distance.weight", &[24, INNER]),
        ("quotes.conv1.weight", &[INNER, INNER, 5]),
        ("quotes.conv1.bias", &[INNER]),
        ("quotes.conv2.weight", &[INNER, INNER, 3]),
        ("quotes.conv2.bias", &[INNER]),
        ("quotes.out.weight", &[5, INNER]),
        ("quotes.out.bias", &[5]),
        ("quotes.act.weight", &[4, 2 * WIDTH]),
        ("quotes.act.bias", &[4]),
    ])
}

/// Half floats, and the floats that they are.
fn halves(values: impl Iterator<Item = f32>) -> (Vec<u16>, Vec<f32>) {
    values.map(half::f16::from_f32).map(|value| (value.to_bits(), value.to_f32())).unzip()
}

/// Values of two rows a token, of which the second must not be read: their bits, the values, and the rows' tokens.
fn pieces(tokens: usize) -> (Vec<u16>, Vec<f32>, Vec<u32>) {
    let mut next = random(7);
    let rows = (0..tokens).flat_map(|token| [token as u32; 2]).collect();
    let (bits, values) = halves((0..tokens * 2 * WIDTH).map(|_| next()));
    (bits, values, rows)
}

fn linear(found: &Found, name: &str, input: &[f32]) -> Vec<f32> {
    let weights = &found[&format!("{name}.weight")];
    let none = vec![0.0; weights.shape[0]];
    let bias = found.get(&format!("{name}.bias")).map_or(&none, |bias| &bias.values);
    let weights = &weights.values;
    let row = |(o, bias): (usize, &f32)| {
        bias + input.iter().zip(&weights[o * input.len()..]).map(|(x, w)| x * w).sum::<f32>()
    };
    bias.iter().enumerate().map(row).collect()
}

fn softmax(scores: &[f32]) -> Vec<f32> {
    let sum: f32 = scores.iter().map(|s| s.exp()).sum();
    scores.iter().map(|s| s.exp() / sum).collect()
}

fn close(found: &[f32], wanted: &[f32], what: &str) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (found, wanted) in found.iter().zip(wanted) {
        assert!((found - wanted).abs() < 1e-5, "{what}: {found} is not {wanted}");
    }
}

#[test]
fn parts_of_a_cue_follow_the_formula() {
    let found = quotes();
    let tuning = Tuning::new([("reach".to_owned(), 7.0), ("bias.source".to_owned(), 0.25)]);
    let bytes = QuotesHead::build("{}", &tuning, &mut |name| found.get(name).cloned()).unwrap().finish();
    let head = QuotesHead::read(&ModelFile::parse(&bytes).unwrap()).unwrap();
    let tokens = 30;
    let (bits, values, rows) = pieces(tokens);
    let mut first = Vec::new();
    let vectors = Vectors::new(&bits, WIDTH, &rows, tokens, &mut first);
    let (mut work, mut out) = (CueWork::default(), Vec::new());
    head.read_document(&vectors, &mut work);
    let h = |t: usize| &values[2 * t * WIDTH..(2 * t + 1) * WIDTH];

    head.cue_emissions(3..5, 8, &work, &mut out);
    let cues: Vec<f32> = out.chunks(8).flat_map(|row| row[..3].iter().map(|l| l.exp())).collect();
    let plain = |t: usize| softmax(&linear(&found, "quotes.cue", h(t)));
    close(&cues, &[plain(3), plain(4)].concat(), "cues");

    for cue in [12..14, 0..1, 29..30, 2..9] {
        let reach = head.reach(cue.clone(), &vectors);
        assert_eq!(reach.tokens, cue.start.saturating_sub(7)..(cue.end + 7).min(tokens));
        head.part_emissions(&reach, &vectors, 8, &mut work, &mut out);
        let pair = linear(&found, "quotes.pair", &[h(cue.start), h(cue.end - 1)].concat());
        let mut z: Vec<Vec<f32>> = reach
            .tokens
            .clone()
            .map(|t| {
                let class = match (t < cue.start, t >= cue.end) {
                    (true, _) => [0, 1, 2, 3, 4, 4, 5, 5][cue.start - t],
                    (_, true) => 12 + [0, 1, 2, 3, 4, 4, 5, 5][t + 1 - cue.end],
                    _ => 12,
                };
                let far = &found["quotes.distance.weight"].values[class * INNER..];
                let own = linear(&found, "quotes.token", h(t));
                (0..INNER).map(|j| (own[j] + pair[j] + far[j]).max(0.0)).collect()
            })
            .collect();
        for (name, taps) in [("quotes.conv1", 5), ("quotes.conv2", 3)] {
            let (weights, bias) = (&found[&format!("{name}.weight")].values, &found[&format!("{name}.bias")].values);
            let added: Vec<Vec<f32>> = (0..z.len())
                .map(|t| {
                    let sum = |o: usize| {
                        let mut sum = bias[o];
                        for tap in 0..taps {
                            let Some(row) = (t + tap).checked_sub(taps / 2).and_then(|at| z.get(at)) else { continue };
                            sum += (0..INNER).map(|i| row[i] * weights[(o * INNER + i) * taps + tap]).sum::<f32>();
                        }
                        sum.max(0.0)
                    };
                    (0..INNER).map(sum).collect()
                })
                .collect();
            for (row, added) in z.iter_mut().zip(added) {
                row.iter_mut().zip(added).for_each(|(x, a)| *x += a);
            }
        }
        let wanted: Vec<f32> = z
            .iter()
            .flat_map(|row| {
                let mut scores = linear(&found, "quotes.out", row);
                scores[1] += 0.25;
                softmax(&scores)
            })
            .collect();
        let probabilities: Vec<f32> = out.chunks(8).flat_map(|row| row[..5].iter().map(|l| l.exp())).collect();
        close(&probabilities, &wanted, &format!("{cue:?}"));
        let acts = linear(&found, "quotes.act", &[h(cue.start), h(cue.end - 1)].concat());
        let best = acts.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        assert_eq!(acts[head.act(&mut work)], best, "{cue:?}");
    }
}

#[test]
fn names_are_scored_and_decoded() {
    let types: Vec<String> = ["Location", "Person"].map(String::from).to_vec();
    let found = checkpoint(&[("ner.weight", &[9, WIDTH]), ("ner.bias", &[9])]);
    let tuning = Tuning::new([("temperature.ner".to_owned(), 2.0), ("bias.Person".to_owned(), -0.5)]);
    let bytes = NamesHead::build("{}", &types, &tuning, &mut |name| found.get(name).cloned()).unwrap().finish();
    let head = NamesHead::read(&ModelFile::parse(&bytes).unwrap()).unwrap();
    assert_eq!(
        head.tags().join(" "),
        "O B-Location I-Location E-Location S-Location B-Person I-Person E-Person S-Person"
    );
    let decoder = Decoder::new(&head.tags()).unwrap();
    let tokens = 40;
    let (bits, values, rows) = pieces(tokens);
    let mut first = Vec::new();
    let vectors = Vectors::new(&bits, WIDTH, &rows, tokens, &mut first);
    let (mut work, mut out) = Default::default();
    head.emissions(&vectors, 5..tokens, decoder.width(), &mut work, &mut out);
    let wanted: Vec<f32> = (5..tokens)
        .flat_map(|t| {
            let mut scores = linear(&found, "ner", &values[2 * t * WIDTH..(2 * t + 1) * WIDTH]);
            scores[5..].iter_mut().for_each(|score| *score -= 0.5);
            softmax(&scores.iter().map(|score| score / 2.0).collect::<Vec<_>>())
        })
        .collect();
    let probabilities: Vec<f32> =
        out.chunks(decoder.width()).flat_map(|row| row[..9].iter().map(|l| l.exp())).collect();
    close(&probabilities, &wanted, "names");

    let (mut scratch, mut tags, mut marginals) = (Scratch::default(), Vec::new(), Vec::new());
    decoder.best(&out, &mut scratch, &mut tags);
    assert_eq!(tags.len(), tokens - 5);
    let mut open = None;
    for tag in tags.iter().map(|tag| decoder.tags()[*tag as usize].as_str()).chain(["O"]) {
        let (place, name) = tag.split_once('-').unwrap_or((tag, ""));
        assert_eq!(open.is_some(), matches!(place, "I" | "E"), "{tags:?}");
        assert!(open.is_none_or(|open| open == name));
        open = matches!(place, "B" | "I").then_some(name);
    }
    decoder.marginals(&out, &mut scratch, &mut marginals);
    let whole = decoder.probability(&scratch, 0, &tags);
    assert!(whole > 0.0 && whole <= decoder.probability(&scratch, 3, &tags[3..4]));
}

#[test]
fn stances_are_judged() {
    let found = checkpoint(&[
        ("stance.hidden.weight", &[7, 3 * WIDTH]),
        ("stance.hidden.bias", &[7]),
        ("stance.out.weight", &[3, 7]),
        ("stance.out.bias", &[3]),
    ]);
    let tuning = Tuning::new([("bias.neutral".to_owned(), 0.5), ("blend.stance".to_owned(), 0.75)]);
    let bytes = StanceHead::build("{}", &tuning, &mut |name| found.get(name).cloned()).unwrap().finish();
    let head = StanceHead::read(&ModelFile::parse(&bytes).unwrap()).unwrap();
    let tokens = 20;
    let (bits, values, rows) = pieces(tokens);
    let mut first = Vec::new();
    let vectors = Vectors::new(&bits, WIDTH, &rows, tokens, &mut first);
    let mean = |range: std::ops::Range<usize>| -> Vec<f32> {
        let sum = |j: usize| range.clone().map(|t| values[2 * t * WIDTH + j]).sum::<f32>();
        (0..WIDTH).map(|j| sum(j) / range.len().max(1) as f32).collect()
    };
    let mut inputs = Vec::new();
    let cases = [(3..5, 0..9), (0..1, 0..1), (19..20, 10..20), (4..4, 4..4)];
    for (target, sentence) in cases.clone() {
        StanceHead::gather(&vectors, target, sentence, &mut inputs);
    }
    let mut judged = Vec::new();
    head.judge(&inputs, &[], &mut Default::default(), &mut judged);
    // Beside another model, which says nothing of the last mention and thinks the first class of the second impossible.
    let other = [[0.2, 0.3, 0.5], [0.0, 0.5, 0.5], [1.0 / 3.0; 3]];
    let mut blended = Vec::new();
    head.judge(&inputs, &other, &mut Default::default(), &mut blended);
    assert_eq!((judged.len(), blended.len()), (cases.len(), cases.len()));
    for (at, (target, sentence)) in cases.into_iter().enumerate() {
        let first = values[2 * target.start * WIDTH..(2 * target.start + 1) * WIDTH].to_vec();
        let mut hidden = linear(&found, "stance.hidden", &[mean(target), first, mean(sentence)].concat());
        hidden.iter_mut().for_each(|x| *x = x.max(0.0));
        let mut scores = linear(&found, "stance.out", &hidden);
        scores[1] += 0.5;
        close(&judged[at], &softmax(&scores), "stance");
        for (score, share) in scores.iter_mut().zip(other.get(at).unwrap_or(&[1.0; 3])) {
            *score += 0.75 * f32::max(*share, 1e-4).ln();
        }
        close(&blended[at], &softmax(&scores), "blended stance");
    }
    // A curve moves the likeliest class; it stays so, and the others share the rest as before.
    for (scale, shift) in [(0.5, 0.25), (2.0, -1.0), (1.0, -9.0)] {
        let curve = [("scale.stance".to_owned(), scale), ("shift.stance".to_owned(), shift)];
        let numbers = [("bias.neutral".to_owned(), 0.5)].into_iter().chain(curve);
        let bytes = StanceHead::build("{}", &Tuning::new(numbers), &mut |name| found.get(name).cloned()).unwrap();
        let bytes = bytes.finish();
        let head = StanceHead::read(&ModelFile::parse(&bytes).unwrap()).unwrap();
        let mut curved = Vec::new();
        head.judge(&inputs, &[], &mut Default::default(), &mut curved);
        for (before, after) in judged.iter().zip(&curved) {
            let place = |row: &[f32; 3]| (0..3).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap();
            let (best, own) = (place(before), before[place(before)]);
            let wanted = 1.0 / (1.0 + (-(scale * (own / (1.0 - own)).ln() + shift)).exp());
            let wanted = wanted.max(own.min(0.5));
            let others = (0..3).map(|class| before[class] * (1.0 - wanted) / (1.0 - own));
            let mut row: Vec<f32> = others.collect();
            row[best] = wanted;
            close(after, &row, "a stance with a curve");
            assert_eq!(place(after), best);
        }
    }
}

#[test]
fn tokens_without_a_piece_are_zeros() {
    let mut first = Vec::new();
    let (bits, _) = halves([1.0, 2.0, 3.0, 4.0].into_iter());
    let vectors = Vectors::new(&bits, 2, &[0, 2], 3, &mut first);
    let mut out = Vec::new();
    vectors.gather(0..5, &mut out);
    assert_eq!(out, [1.0, 2.0, 0.0, 0.0, 3.0, 4.0, 0.0, 0.0, 0.0, 0.0]);
    let mut sums = [0.5; 2];
    (0..5).for_each(|token| vectors.add_to(token, &mut sums));
    assert_eq!(sums, [4.5, 6.5]);
    // Rows of tokens that are not there do no harm.
    out.clear();
    Vectors::new(&bits, 2, &[9, u32::MAX], 1, &mut first).gather(0..1, &mut out);
    assert_eq!(out, [0.0; 2]);
}

/// A checkpoint with something wrong, and the message about it.
#[test]
fn checkpoints_that_do_not_fit_are_refused() {
    type Change = fn(&mut Found);
    let cases: &[(Change, &str)] = &[
        (|f| drop(f.remove("quotes.conv2.bias")), "\"quotes.conv2.bias\" is not there"),
        (|f| f.get_mut("quotes.cue.weight").unwrap().shape.push(1), "has 3 dimensions"),
        (|f| f.get_mut("quotes.out.bias").unwrap().values[0] = f32::NAN, "not finite"),
        (|f| f.get_mut("quotes.out.bias").unwrap().values.push(0.0), "its shape"),
        (|f| f.get_mut("quotes.token.weight").unwrap().shape.swap(0, 1), "make no layer"),
        (
            |f| {
                let tensor = f.get_mut("quotes.conv1.weight").unwrap();
                tensor.shape[2] = 4;
                tensor.values.truncate(INNER * INNER * 4);
            },
            "odd number",
        ),
        (
            |f| {
                let tensor = f.get_mut("quotes.distance.weight").unwrap();
                tensor.shape[0] = 23;
                tensor.values.truncate(INNER * 23);
            },
            "needed are 24 rows",
        ),
    ];
    for (change, wanted) in cases {
        let mut found = quotes();
        change(&mut found);
        let error = QuotesHead::build("{}", &Tuning::default(), &mut |name| found.get(name).cloned()).unwrap_err();
        assert!(error.to_string().contains(wanted), "{error}");
    }
    let found = quotes();
    for (name, value, wanted) in
        [("temperature.cue", 0.0, "temperature is above zero"), ("threshold", 1.5, "a probability is 0 to 1")]
    {
        let tuning = Tuning::new([(name.to_owned(), value)]);
        let error = QuotesHead::build("{}", &tuning, &mut |name| found.get(name).cloned()).unwrap_err();
        assert!(error.to_string().contains(wanted), "{error}");
    }
    let other = ModelWriter::new("ner", "{}").finish();
    let file = ModelFile::parse(&other).unwrap();
    assert!(QuotesHead::read(&file).is_err() && NamesHead::read(&file).is_err() && StanceHead::read(&file).is_err());
    assert!(Decoder::new::<&str>(&[]).is_err());
}

/// The head of participants against its formulas, with both layers, two groups, and mentions of one to four tokens.
#[test]
fn the_head_of_participants_scores_by_its_formulas() {
    const SIZE: usize = 4;
    const HIDDEN: usize = 5;
    const FEATURES: usize = 3;
    const NONES: usize = 2;
    const INPUTS: usize = 6 * WIDTH;
    let found = checkpoint(&[
        ("actors.anaphor.weight", &[SIZE, INPUTS]),
        ("actors.anaphor.bias", &[SIZE]),
        ("actors.candidate.weight", &[SIZE, INPUTS]),
        ("actors.candidate.bias", &[SIZE]),
        ("actors.group.weight", &[2, SIZE]),
        ("actors.hidden.weight", &[HIDDEN, 3 * SIZE + FEATURES]),
        ("actors.hidden.bias", &[HIDDEN]),
        ("actors.out.weight", &[1, HIDDEN]),
        ("actors.out.bias", &[1]),
        ("actors.linear.weight", &[2, FEATURES]),
        ("actors.none.weight", &[2, SIZE + FEATURES + NONES]),
        ("actors.none.bias", &[2]),
    ]);
    let rounded = |name: &str| -> Vec<f32> {
        found[name].values.iter().map(|value| half::f16::from_f32(*value).to_f32()).collect()
    };
    let shape = Shape { inner: 2, last: true, pronouns: false };
    let tuning = Tuning::new([("threshold.1".to_owned(), 0.25)]);
    let bytes = CorefHead::build("{}", shape, &tuning, &mut |name| found.get(name).cloned()).unwrap().finish();
    let head = CorefHead::read(&ModelFile::parse(&bytes).unwrap()).unwrap();
    assert_eq!((head.shape(), head.width(), head.features()), (shape, WIDTH, (FEATURES, NONES)));
    assert_eq!((head.threshold(0), head.threshold(1), head.threshold(9)), (0.5, 0.25, 1.0));

    let (bits, values, tokens) = pieces(6);
    let (mut first, mut second) = (vec![], vec![]);
    let inner = Vectors::new(&bits, WIDTH, &tokens, 6, &mut first);
    let last = Vectors::new(&bits, WIDTH, &tokens, 6, &mut second);
    let mentions = [0..1, 1..3, 2..6, 6..6];
    let mut projections = Projections::default();
    head.project(&[&inner, &last], mentions.clone(), &mut projections);
    // Each token has two pieces.
    let vector = |mention: &std::ops::Range<usize>| -> Vec<f32> {
        let rows: Vec<&[f32]> = values.chunks(WIDTH).skip(2 * mention.start).take(2 * mention.len()).collect();
        if rows.is_empty() {
            return vec![0.0; INPUTS];
        }
        let mean = (0..WIDTH).map(|k| rows.iter().map(|row| row[k]).sum::<f32>() / rows.len() as f32);
        let one: Vec<f32> = rows[0].iter().chain(rows[rows.len() - 1]).copied().chain(mean).collect();
        one.repeat(2)
    };
    let product = |name: &str, input: &[f32]| -> Vec<f32> {
        let rows = rounded(&format!("actors.{name}.weight"));
        rows.chunks(input.len()).map(|row| row.iter().zip(input).map(|(w, x)| w * x).sum()).collect()
    };
    let plus = |sums: Vec<f32>, name: &str| -> Vec<f32> {
        sums.iter().zip(rounded(&format!("actors.{name}.bias"))).map(|(sum, bias)| sum + bias).collect()
    };
    let relu = |values: &[f32]| -> Vec<f32> { values.iter().map(|value| value.max(0.0)).collect() };
    let features = [0.5, -1.0, 2.0, 0.0, 1.0, -0.25];
    let none = [1.0, -3.0];
    for group in 0..2 {
        let (mut work, mut scores) = (CorefWork::default(), vec![]);
        let nothing = head.score(group, &projections, 0, &[1, 2], &features, &none, &mut work, &mut scores);
        let shift = &rounded("actors.group.weight")[group * SIZE..(group + 1) * SIZE];
        let own = plus(product("anaphor", &vector(&mentions[0])), "anaphor");
        let own: Vec<f32> = own.iter().zip(shift).map(|(value, shift)| value + shift).collect();
        for (at, x) in features.chunks(FEATURES).enumerate() {
            let candidate = plus(product("candidate", &vector(&mentions[at + 1])), "candidate");
            let both: Vec<f32> = candidate.iter().zip(&own).map(|(c, a)| c * a).collect();
            let input = [relu(&candidate), relu(&own), both, x.to_vec()].concat();
            let hidden = relu(&plus(product("hidden", &input), "hidden"));
            let wanted = plus(product("out", &hidden), "out")[0] + product("linear", x)[group];
            assert!((wanted - scores[at]).abs() < 1e-4, "{wanted} {}", scores[at]);
        }
        let greatest = [0.5, 1.0, 2.0];
        let input = [relu(&own), greatest.to_vec(), none.to_vec()].concat();
        let wanted = plus(product("none", &input), "none")[group];
        assert!((wanted - nothing).abs() < 1e-4, "{wanted} {nothing}");
        // Without candidates, and with rows that do not exist, there is an answer too.
        assert!(head.score(group, &projections, 9, &[], &[], &none, &mut work, &mut scores).is_finite());
        assert!(scores.is_empty());
        head.score(group, &projections, 9, &[7], &features[..FEATURES], &none, &mut work, &mut scores);
        assert!(scores[0].is_finite());
    }
}

#[test]
fn a_curve_that_does_not_rise_is_named() {
    let numbers = |scale: f32| Tuning::new([("scale.names".to_owned(), scale), ("shift.names".to_owned(), 0.5)]);
    assert!(numbers(0.5).curve(".names").is_ok());
    for ending in ["", ".stance"] {
        assert_eq!(numbers(-1.0).curve(ending).unwrap(), crate::Curve::default(), "not tuned");
    }
    let error = numbers(-1.0).curve(".names").unwrap_err().to_string();
    assert!(error.contains("tuning") && error.contains("scale.names is -1"), "{error}");
}
