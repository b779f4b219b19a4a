//! The encoder against hidden states from `transformers`, and against itself: floats against bytes, kernel
//! against kernel, a window alone against the same window among others.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::sync::LazyLock;

use copydesk_model::encoder::{Config, Encoder, Kernel, Precision, Scratch, build};
use copydesk_model::{ModelError, ModelFile};

/// Windows, their words and types, and the states that `transformers` gives; `data/encoder.py` wrote it.
const GOLDEN: &[u8] = include_bytes!("data/encoder.bin");
const WIDTH: usize = 128;

fn config(precision: Precision) -> Config {
    Config { precision, layers: 2, width: WIDTH, inner: 192, positions: 512, types: 6, vocabulary: 97, epsilon: 1e-12 }
}

/// The weights of the golden model: the formula of `data/encoder.py`.
fn drawn(name: &str, config: &Config) -> Vec<f32> {
    let Config { width, inner, .. } = *config;
    let size = match name {
        "embeddings.word_embeddings.weight" => config.vocabulary * width,
        "embeddings.position_embeddings.weight" => config.positions * width,
        "embeddings.token_type_embeddings.weight" => config.types * width,
        _ if name.contains("LayerNorm") => width,
        _ if name.ends_with("intermediate.dense.bias") => inner,
        _ if name.ends_with("bias") => width,
        _ if name.contains("attention") => width * width,
        _ => width * inner,
    };
    let mut state = name
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325u64, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3));
    let number = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let x = (state >> 40) as f64 / f64::from(1 << 23) - 1.0;
        (if name.contains("LayerNorm.weight") {
            1.0 + 0.3 * x
        } else if name.contains("dense.weight") || name.contains("self") {
            0.15 * x
        } else {
            x
        }) as f32
    };
    std::iter::repeat_with(number).take(size).collect()
}

fn model(precision: Precision) -> &'static [u8] {
    static FLOATS: LazyLock<Vec<u8>> = LazyLock::new(|| built(Precision::Float32));
    static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| built(Precision::Int8));
    match precision {
        Precision::Float32 => &FLOATS,
        Precision::Int8 => &BYTES,
    }
}

fn built(precision: Precision) -> Vec<u8> {
    let config = config(precision);
    build(&config, "{}", |name| Some(drawn(name, &config))).unwrap().finish()
}

fn encoder(precision: Precision, kernel: Kernel) -> Encoder<'static> {
    Encoder::with_kernel(&ModelFile::parse(model(precision)).unwrap(), kernel).unwrap()
}

#[derive(Default)]
struct Windows {
    ids: Vec<u32>,
    types: Vec<u16>,
    lengths: Vec<u32>,
}

impl Windows {
    fn of(lengths: &[u32]) -> Self {
        let mut windows = Self { lengths: lengths.to_vec(), ..Self::default() };
        for &length in lengths {
            windows.ids.extend((0..length).map(|n| (n * n + 31 * length) % 97));
            windows.types.extend((0..length).map(|n| ((n + length) % 6) as u16));
        }
        windows
    }

    fn encode(&self, encoder: &Encoder<'_>) -> Result<Vec<f32>, ModelError> {
        let mut out = vec![1.0];
        encoder.encode(&self.ids, &self.types, &self.lengths, &mut Scratch::new(), &mut out)?;
        Ok(out)
    }
}

fn golden() -> (Windows, Vec<f32>) {
    let mut numbers = GOLDEN.chunks_exact(4).map(|four| u32::from_le_bytes(four.try_into().unwrap()));
    let (mut windows, mut states) = (Windows::default(), Vec::new());
    while let Some(length) = numbers.next() {
        windows.lengths.push(length);
        windows.ids.extend(numbers.by_ref().take(length as usize));
        windows.types.extend(numbers.by_ref().take(length as usize).map(|kind| kind as u16));
        states.extend(numbers.by_ref().take(length as usize * WIDTH).map(f32::from_bits));
    }
    (windows, states)
}

fn kernels() -> impl Iterator<Item = Kernel> {
    Kernel::ALL.into_iter().filter(|kernel| kernel.is_available())
}

fn furthest(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn bits(states: &[f32]) -> Vec<u32> {
    states.iter().map(|x| x.to_bits()).collect()
}

#[test]
fn floats_agree_with_transformers() {
    let (windows, states) = golden();
    assert_eq!(windows.lengths, [1, 5, 17, 40]);
    for kernel in kernels() {
        let got = windows.encode(&encoder(Precision::Float32, kernel)).unwrap();
        assert!(furthest(&got, &states) < 1e-5, "{kernel:?}: {}", furthest(&got, &states));
    }
}

/// States have a variance of about 1: an error of 0.1 is a tenth of it, at the worst place of 8,000.
#[test]
fn bytes_stay_near_floats() {
    let (windows, states) = golden();
    let got = windows.encode(&encoder(Precision::Int8, Kernel::best())).unwrap();
    assert!(furthest(&got, &states) < 0.1, "{}", furthest(&got, &states));
    for (got, wanted) in got.chunks(WIDTH).zip(states.chunks(WIDTH)) {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
        let cosine = dot(got, wanted) / (dot(got, got) * dot(wanted, wanted)).sqrt();
        assert!(cosine > 0.9995, "{cosine}");
    }
}

#[test]
fn every_kernel_gives_the_same_bits() {
    for precision in [Precision::Int8, Precision::Float32] {
        for lengths in [&[1u32][..], &[2, 3, 1], &[15, 16, 17], &[31, 32, 33, 63, 64, 65], &[127, 190, 5]] {
            let windows = Windows::of(lengths);
            let wanted = bits(&windows.encode(&encoder(precision, Kernel::Portable)).unwrap());
            for kernel in kernels() {
                let got = bits(&windows.encode(&encoder(precision, kernel)).unwrap());
                assert!(got == wanted, "{kernel:?} differs in {precision:?} for {lengths:?}");
            }
        }
    }
}

#[test]
fn a_window_does_not_depend_on_the_others() {
    let lengths = [40, 1, 512, 3, 64, 200, 90, 16];
    for precision in [Precision::Int8, Precision::Float32] {
        let encoder = encoder(precision, Kernel::best());
        let together = Windows::of(&lengths).encode(&encoder).unwrap();
        let mut rest = together.as_slice();
        let mut scratch = Scratch::new();
        for length in lengths {
            let alone = Windows::of(&[length]);
            let mut states = Vec::new();
            encoder.encode(&alone.ids, &alone.types, &alone.lengths, &mut scratch, &mut states).unwrap();
            let (own, others) = rest.split_at(states.len());
            assert!(bits(own) == bits(&states), "{precision:?}, a window of {length}");
            rest = others;
        }
        assert!(rest.is_empty());
    }
}

#[test]
fn threads_share_an_encoder() {
    let encoder = encoder(Precision::Int8, Kernel::best());
    let windows = Windows::of(&[33, 100]);
    let wanted = bits(&windows.encode(&encoder).unwrap());
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(|| bits(&windows.encode(&encoder).unwrap()))).collect();
        for worker in workers {
            assert!(worker.join().unwrap() == wanted);
        }
    });
}

#[test]
fn the_longest_window_is_512() {
    let encoder = encoder(Precision::Int8, Kernel::best());
    assert_eq!((encoder.width(), encoder.max_positions(), encoder.config().vocabulary), (WIDTH, 512, 97));
    for length in [1, 511, 512] {
        let states = Windows::of(&[length]).encode(&encoder).unwrap();
        assert_eq!(states.len(), length as usize * WIDTH);
        assert!(states.iter().all(|x| x.is_finite()));
    }
}

/// Of a model of three layers: layer 2 is what a model of its first two layers gives, to the bit, and the last layer is
/// what it is without the question.
#[test]
fn inner_layers_are_those_of_a_shorter_model() {
    let lengths = [1, 40, 200, 90, 16];
    let windows = Windows::of(&lengths);
    for precision in [Precision::Float32, Precision::Int8] {
        let deep = Config { layers: 3, ..config(precision) };
        let bytes = build(&deep, "{}", |name| Some(drawn(name, &deep))).unwrap().finish();
        for kernel in kernels() {
            let deep = Encoder::with_kernel(&ModelFile::parse(&bytes).unwrap(), kernel).unwrap();
            assert_eq!(deep.inner_layers(), 1..3);
            let (mut scratch, mut out, mut inner) = (Scratch::new(), Vec::new(), vec![1.0]);
            let mut encode = |layer: usize| {
                let kept = Some((layer, &mut inner));
                deep.encode_with(&windows.ids, &windows.types, &windows.lengths, kept, &mut scratch, &mut out)
                    .map(|()| (bits(&inner), bits(&out)))
            };
            let last = bits(&windows.encode(&deep).unwrap());
            let (second, beside) = encode(2).unwrap();
            assert!(beside == last, "{kernel:?}, {precision:?}");
            let shallow = bits(&windows.encode(&encoder(precision, kernel)).unwrap());
            assert!(second == shallow && second != last, "{kernel:?}, {precision:?}");
            assert!(encode(1).unwrap().0 != second);
            for layer in [0, 3] {
                let error = encode(layer).unwrap_err().to_string();
                assert!(error.contains(&format!("layer {layer} is none of the inner ones, 1..3")), "{error}");
            }
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let encoder = encoder(Precision::Int8, Kernel::best());
    let mut out = vec![1.0];
    for (ids, types, lengths, wanted) in [
        (vec![1; 513], vec![0; 513], vec![513], "a window has 513 pieces, possible are 1 to 512"),
        (vec![1], vec![0], vec![1, 0], "a window has 0 pieces, possible are 1 to 512"),
        (vec![1, 2], vec![0, 0], vec![1], "windows have 1 pieces, but there are 2 words and 2 types"),
        (vec![1, 2], vec![0], vec![2], "windows have 2 pieces, but there are 2 words and 1 types"),
        (vec![1, 97], vec![0, 0], vec![2], "word 97 is not in the vocabulary of 97"),
        (vec![1, 2], vec![0, 6], vec![2], "token type 6 is not among the model's 6"),
    ] {
        let error = encoder.encode(&ids, &types, &lengths, &mut Scratch::new(), &mut out).unwrap_err();
        assert_eq!(error.to_string(), format!("the encoder cannot take this: {wanted}"));
        assert!(out.is_empty());
    }
    encoder.encode(&[], &[], &[], &mut Scratch::new(), &mut out).unwrap();
    assert!(out.is_empty());
}

#[test]
fn a_file_that_does_not_fit_is_refused() {
    let good = config(Precision::Int8);
    let all = |name: &str| Some(drawn(name, &good));
    for (changed, wanted) in [
        (Config { width: 100, ..good.clone() }, "its width is 100, needed is a multiple of 64"),
        (Config { layers: 0, ..good.clone() }, "it has 0 layers, possible are 1 to 64"),
    ] {
        let error = build(&changed, "{}", all).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
    let missing = build(&good, "{}", |name| (!name.contains("layer.1")).then(|| drawn(name, &good)));
    assert!(missing.unwrap_err().to_string().contains("no tensor \"encoder.layer.1"));
    let mut writer = build(&good, "{}", all).unwrap();
    for (name, wanted) in [
        ("layer.0.up", "has 3 bytes, needed are 24576"),
        ("words", "has 3 bytes, needed are 12416"),
        ("config", "is too short"),
    ] {
        let mut damaged = writer.clone();
        damaged.section(name, vec![1, 0, 0]);
        let bytes = damaged.finish();
        let error = Encoder::from_file(&ModelFile::parse(&bytes).unwrap()).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
    writer.section("norm", f32::NAN.to_le_bytes().repeat(2 * WIDTH));
    let bytes = writer.finish();
    let error = Encoder::from_file(&ModelFile::parse(&bytes).unwrap()).unwrap_err().to_string();
    assert!(error.contains("is not finite"), "{error}");
}
