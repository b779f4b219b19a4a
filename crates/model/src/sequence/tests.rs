use std::ops::ControlFlow;

use super::*;
use crate::hash::{combine, feature, hash_bytes};
use crate::rng::Rng;

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| (*s).to_owned()).collect()
}

/// Every sequence of tags with its score.
fn all_paths(model: &SequenceModel<'_>, emissions: &[f32], length: usize) -> Vec<(Vec<u16>, f64)> {
    let tags = model.tags.len();
    let mut out = Vec::new();
    for number in 0..tags.pow(length as u32) {
        let path: Vec<u16> = (0..length).map(|t| (number / tags.pow(t as u32) % tags) as u16).collect();
        let mut score = f64::from(model.transitions.first[path[0] as usize]);
        for (t, &tag) in path.iter().enumerate() {
            score += f64::from(emissions[t * model.width() + tag as usize]);
            if t > 0 {
                score += f64::from(model.transitions.scores[path[t - 1] as usize * model.width() + tag as usize]);
            }
        }
        score += f64::from(model.transitions.last[path[length - 1] as usize]);
        out.push((path, score));
    }
    out
}

fn random_model(seed: u64) -> SequenceModel<'static> {
    let tags = names(&["O", "B-X", "I-X", "E-X", "S-X"]);
    let mut rng = Rng::new(seed);
    let mut draw = || rng.below(4001) as f32 / 1000.0 - 2.0;
    let mut transitions = Transitions::new(5, 8, &Constraints::from_names(&tags));
    for score in transitions.scores.iter_mut().chain(&mut transitions.first).chain(&mut transitions.last) {
        *score += draw();
    }
    transitions.refresh();
    let features: Vec<u32> = (0..40u32).map(|i| feature(hash_bytes(&i.to_le_bytes()))).collect();
    let weights: Vec<f32> = (0..40 * 8).map(|i| if i % 8 < 5 { draw() } else { 0.0 }).collect();
    SequenceModel::new(tags, Table::build(&features, &weights, 8), transitions)
}

#[test]
fn decoding_agrees_with_enumeration() {
    for seed in 0..20 {
        let mut model = random_model(seed);
        model.set_bias(1, 0.5);
        let features: Vec<u32> = (0..12u32).map(|i| feature(hash_bytes(&(i * 3 % 40).to_le_bytes()))).collect();
        let (mut emissions, mut tags, mut marginals) = (Vec::new(), Vec::new(), Vec::new());
        let mut scratch = Scratch::default();
        model.emissions(&features, &[3, 5, 5, 12], &mut emissions);
        assert_eq!(emissions[2 * 8 + 1], 0.5);
        let paths = all_paths(&model, &emissions, 4);
        let best = paths.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        model.viterbi(&emissions, &mut scratch, &mut tags);
        assert_eq!(tags, best.0);
        let log_z = model.marginals(&emissions, &mut scratch, &mut marginals);
        let z: f64 = paths.iter().map(|(_, s)| s.exp()).sum();
        assert!((log_z - z.ln()).abs() < 1e-3, "{log_z} {}", z.ln());
        for t in 0..4 {
            for tag in 0..5u16 {
                let exact: f64 = paths.iter().filter(|(p, _)| p[t] == tag).map(|(_, s)| s.exp()).sum::<f64>() / z;
                assert!((f64::from(marginals[t * 8 + tag as usize]) - exact).abs() < 1e-4);
            }
        }
        let exact: f64 = paths.iter().filter(|(p, _)| p[1..4] == [1, 2, 3]).map(|(_, s)| s.exp()).sum::<f64>() / z;
        assert!((f64::from(model.path_probability(&scratch, 1, &[1, 2, 3])) - exact).abs() < 1e-4);
        assert_eq!(model.path_probability(&scratch, 9, &[1]), 0.0);
        assert_eq!(model.path_probability(&scratch, 0, &[200]), 0.0);
    }
}

/// Sentences with names of two tokens after a title, and names of a single letter.
fn toy() -> (Vec<String>, Vec<Sequence>) {
    let tags = names(&["O", "B-P", "E-P", "S-P"]);
    let mut rng = Rng::new(7);
    let mut out = Vec::new();
    for _ in 0..300 {
        let mut sequence = Sequence::default();
        let mut words: Vec<(u64, u16)> = Vec::new();
        for _ in 0..3 {
            match rng.below(3) {
                0 => words.extend([(100, 0), (200 + rng.below(9) as u64, 1), (300 + rng.below(9) as u64, 2)]),
                1 => words.push((400 + rng.below(5) as u64, 3)),
                _ => words.push((rng.below(20) as u64, 0)),
            }
        }
        for (i, &(word, tag)) in words.iter().enumerate() {
            let before = if i == 0 { 999 } else { words[i - 1].0 };
            sequence.features.extend([feature(combine(1, word)), feature(combine(2, before))]);
            sequence.ends.push(sequence.features.len() as u32);
            sequence.tags.push(tag);
        }
        out.push(sequence);
    }
    (tags, out)
}

#[test]
fn a_toy_grammar_is_learned_and_survives_the_file() {
    let (tags, data) = toy();
    let options = Options { epochs: 6, prune_after: 3, max_features: 60, dropout: 0.1, ..Options::default() };
    let mut losses = Vec::new();
    let run = |losses: &mut Vec<f64>| {
        train(&tags, &Constraints::from_names(&tags), &data, &options, |p| {
            losses.push(p.loss);
            ControlFlow::Continue(())
        })
        .unwrap()
    };
    let model = run(&mut losses);
    assert_eq!(losses.len(), 6);
    assert!(losses[5] < losses[0] / 3.0, "{losses:?}");
    let mut writer = ModelWriter::new("toy", "{}");
    model.write(&mut writer, "sequence");
    let bytes = writer.finish();
    let mut again = ModelWriter::new("toy", "{}");
    run(&mut Vec::new()).write(&mut again, "sequence");
    assert_eq!(bytes, again.finish(), "training is deterministic");
    let file = ModelFile::parse(&bytes).unwrap();
    let read = SequenceModel::from_file(&file).unwrap();
    let (mut emissions, mut found, mut scratch) = (Vec::new(), Vec::new(), Scratch::default());
    for sequence in &data {
        read.emissions(&sequence.features, &sequence.ends, &mut emissions);
        read.viterbi(&emissions, &mut scratch, &mut found);
        assert_eq!(found, sequence.tags);
    }
}

#[test]
fn marginals_are_the_slope_of_the_partition_function() {
    // Training uses this: the derivative of log Z by a score is the expected count of that score.
    let model = random_model(3);
    let mut rng = Rng::new(5);
    let emissions: Vec<f32> = (0..6 * 8).map(|_| rng.below(4001) as f32 / 1000.0 - 2.0).collect();
    let (mut marginals, mut unused, mut scratch) = (Vec::new(), Vec::new(), Scratch::default());
    model.marginals(&emissions, &mut scratch, &mut marginals);
    let step = 0.01;
    for t in 0..6 {
        for tag in 0..5 {
            let mut at = |change: f32| {
                let mut moved = emissions.clone();
                moved[t * 8 + tag] += change;
                model.marginals(&moved, &mut scratch, &mut unused)
            };
            let slope = (at(step) - at(-step)) / (2.0 * f64::from(step));
            assert!((slope - f64::from(marginals[t * 8 + tag])).abs() < 1e-3, "token {t}, tag {tag}: {slope}");
        }
    }
}

#[test]
fn twice_the_step_is_twice_the_fall() {
    let (tags, data) = toy();
    let one = &data[..1];
    let fall = |rate: f32| {
        let options =
            Options { epochs: 2, l2: 0.0, learning_rate: rate, average: 0, min_count: 1, ..Options::default() };
        let mut losses = Vec::new();
        train(&tags, &Constraints::from_names(&tags), one, &options, |p| {
            losses.push(p.loss);
            ControlFlow::Continue(())
        })
        .unwrap();
        losses[0] - losses[1]
    };
    let (small, large) = (fall(1e-3), fall(2e-3));
    assert!(small > 0.0 && (large / small - 2.0).abs() < 0.1, "{small} {large}");
}

#[test]
fn input_that_does_not_fit_is_refused() {
    let tags = names(&["O"]);
    let none = Constraints::default();
    let go = |_: &Progress<'_>| ControlFlow::Continue(());
    assert!(train(&tags, &none, &[], &Options::default(), go).is_err());
    let bad = Sequence { features: vec![1], ends: vec![1], tags: vec![3] };
    let error = train(&tags, &none, &[bad], &Options::default(), go).unwrap_err().to_string();
    assert_eq!(error, "cannot train: sequence 0: its features, ends and tags do not fit together");
}

#[test]
fn constraints_follow_the_names() {
    let bio = Constraints::from_names(&["O", "B-x", "I-x", "I-y"]);
    assert!(bio.forbidden.contains(&(0, 2)) && bio.forbidden.contains(&(2, 3)) && bio.forbidden.contains(&(1, 3)));
    assert!(!bio.forbidden.contains(&(1, 2)) && !bio.forbidden.contains(&(1, 0)));
    assert_eq!((bio.not_first, bio.not_last), (vec![2, 3], vec![]));
    let bioes = Constraints::from_names(&["O", "B-x", "E-x", "S-x"]);
    assert!(
        bioes.forbidden.contains(&(1, 0)) && bioes.forbidden.contains(&(1, 3)) && bioes.forbidden.contains(&(0, 2))
    );
    assert_eq!((bioes.not_first, bioes.not_last), (vec![2], vec![1]));
}

#[test]
fn an_empty_sequence_and_impossible_constraints_do_no_harm() {
    let model = random_model(1);
    let (mut tags, mut marginals, mut scratch) = (vec![3], vec![1.0], Scratch::default());
    model.viterbi(&[], &mut scratch, &mut tags);
    model.marginals(&[], &mut scratch, &mut marginals);
    assert!(tags.is_empty() && marginals.is_empty());
    let mut stuck = random_model(2);
    stuck.transitions.scores.fill(f32::NEG_INFINITY);
    stuck.transitions.finish();
    stuck.viterbi(&[0.0; 24], &mut scratch, &mut tags);
    assert_eq!(tags.len(), 3);
    stuck.marginals(&[0.0; 24], &mut scratch, &mut marginals);
    assert!(marginals.iter().all(|m| m.is_finite()));
}

/// A model with whole-numbered scores. Its sequences often tie.
fn tying_model(names_of_tags: &[String], rng: &mut Rng) -> SequenceModel<'static> {
    let width = crate::table::width_for(names_of_tags.len()).unwrap();
    let mut transitions = Transitions::new(names_of_tags.len(), width, &Constraints::from_names(names_of_tags));
    for score in transitions.scores.iter_mut().chain(&mut transitions.first).chain(&mut transitions.last) {
        *score += rng.below(3) as f32;
    }
    SequenceModel::new(names_of_tags.to_vec(), Table::build(&[], &[], width), transitions)
}

/// The best sequence the plain way; of equal ones, that with the lower tags, from the last on.
fn plain_viterbi(model: &SequenceModel<'_>, emissions: &[f32]) -> Vec<u16> {
    let (tags, width) = (model.tags.len(), model.width());
    let chain = &model.transitions;
    let first_best = |candidates: &mut dyn Iterator<Item = f32>| {
        candidates
            .enumerate()
            .fold((0, f32::NEG_INFINITY), |best, (i, score)| if score > best.1 { (i, score) } else { best })
    };
    let mut scores: Vec<f32> = (0..tags).map(|j| emissions[j] + chain.first[j]).collect();
    let mut back = Vec::new();
    for row in emissions.chunks_exact(width).skip(1) {
        let best: Vec<(usize, f32)> =
            (0..tags).map(|j| first_best(&mut (0..tags).map(|i| scores[i] + chain.scores[i * width + j]))).collect();
        scores = best.iter().zip(row).map(|(best, emission)| best.1 + emission).collect();
        back.push(best);
    }
    let mut tag = first_best(&mut (0..tags).map(|j| scores[j] + chain.last[j])).0;
    let mut out = vec![tag as u16];
    for best in back.iter().rev() {
        tag = best[tag].0;
        out.push(tag as u16);
    }
    out.reverse();
    out
}

#[test]
fn the_fast_decoder_is_the_plain_one() {
    let mut rng = Rng::new(11);
    let mut scratch = Scratch::default();
    let (mut tags, mut tags_of_plain) = (Vec::new(), Vec::new());
    for round in 0..300 {
        let labels = 1 + rng.below(20);
        let places: &[&str] = if round % 3 == 0 { &["B", "I"] } else { &["B", "I", "E", "S"] };
        let mut tag_names = names(&["O"]);
        for label in 0..labels {
            tag_names.extend(places.iter().map(|place| format!("{place}-{label}")));
        }
        let model = tying_model(&tag_names, &mut rng);
        let whole = round % 2 == 0;
        let length = 1 + rng.below(12);
        let emissions: Vec<f32> = (0..length * model.width())
            .map(|_| if whole { rng.below(4) as f32 } else { rng.below(4001) as f32 / 1000.0 - 2.0 })
            .collect();
        model.viterbi(&emissions, &mut scratch, &mut tags);
        assert_eq!(tags, plain_viterbi(&model, &emissions), "round {round}: {tag_names:?}");
        crate::simd::with_lanes!(model.width(), N => {
            decode::viterbi_of::<crate::simd::Plain<f32>, N>(&model.transitions, &emissions, &mut scratch, &mut tags_of_plain);
        });
        assert_eq!(tags, tags_of_plain);

        // Probabilities: the same bits in every kind of register, and those of the plain algorithm but for rounding.
        let log_z = crate::simd::with_lanes!(model.width(), N => {
            decode::posterior_of::<crate::simd::Plain<f32>, N>(&model.transitions, &emissions, &mut scratch)
        });
        let kept = scratch.clone();
        let mut marginals = Vec::new();
        assert_eq!(model.marginals(&emissions, &mut scratch, &mut marginals), log_z);
        assert!(kept.alpha == scratch.alpha && kept.beta == scratch.beta && kept.norms == scratch.norms);
        let plain = forward_backward(&model.transitions, &emissions, &mut scratch);
        assert!((plain - log_z).abs() < 1e-3, "{plain} {log_z}");
        for (i, (a, b)) in scratch.alpha.iter().zip(&scratch.beta).enumerate() {
            assert!((a * b - marginals[i]).abs() < 2e-5, "{} {}", a * b, marginals[i]);
        }
    }
}
