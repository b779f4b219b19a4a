//! The transformer encoder of the shape of all-MiniLM-L6-v2, in bytes and in floats, on each kernel of this machine:
//! pieces a second. Weights are drawn from a formula, since speed does not depend on them.

use std::time::Duration;

use copydesk_model::ModelFile;
use copydesk_model::encoder::{Config, Encoder, Kernel, Precision, Scratch, build};
use criterion::{Criterion, Throughput};

/// Windows of a call, and pieces of a window.
const SHAPES: [(usize, u32); 5] = [(1, 32), (1, 128), (16, 32), (8, 128), (1, 256)];

fn model(precision: Precision) -> Vec<u8> {
    let (width, inner) = (384, 1536);
    let config =
        Config { precision, layers: 6, width, inner, positions: 512, types: 64, vocabulary: 1000, epsilon: 1e-12 };
    let drawn = |name: &str| {
        let (size, scale) = match name {
            "embeddings.word_embeddings.weight" => (1000 * width, 0.05),
            "embeddings.position_embeddings.weight" => (512 * width, 0.05),
            "embeddings.token_type_embeddings.weight" => (64 * width, 0.05),
            _ if name.contains("LayerNorm") => (width, 1.0),
            _ if name.ends_with("intermediate.dense.bias") => (inner, 0.1),
            _ if name.ends_with("bias") => (width, 0.1),
            _ if name.contains("attention") => (width * width, 0.05),
            _ => (width * inner, 0.05),
        };
        let mut state = name.bytes().fold(1u64, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        let number = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 40) as f32 / (1 << 23) as f32 - 1.0) * scale
        };
        Some(std::iter::repeat_with(number).take(size).collect())
    };
    build(&config, "{}", drawn).map(|writer| writer.finish()).unwrap_or_else(|error| panic!("{error}"))
}

/// Benches of the group `encoder`.
pub fn bench(criterion: &mut Criterion) {
    let (bytes, floats) = (model(Precision::Int8), model(Precision::Float32));
    let kernels = Kernel::ALL.into_iter().filter(|kernel| kernel.is_available() && *kernel != Kernel::Portable);
    let cases = kernels.map(|kernel| (format!("{kernel:?}"), &bytes, kernel));
    let best = Kernel::best();
    for (name, model, kernel) in cases.chain([("floats".to_owned(), &floats, best)]) {
        let encoder = ModelFile::parse(model).and_then(|file| Encoder::with_kernel(&file, kernel));
        let encoder = encoder.unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut group = criterion.benchmark_group(format!("encoder/{name}"));
        group.sample_size(20).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(300));
        for (windows, length) in SHAPES {
            let pieces = windows * length as usize;
            let ids: Vec<u32> = (0..pieces as u32).map(|n| n * 7 % 1000).collect();
            let (types, lengths) = (vec![0; pieces], vec![length; windows]);
            let (mut scratch, mut states) = (Scratch::new(), Vec::new());
            let done = encoder.encode(&ids, &types, &lengths, &mut scratch, &mut states);
            // After a normalisation with gains in -1..1, states are neither all nothing nor beyond any reason.
            let mean = states.iter().map(|x| x.abs()).sum::<f32>() / states.len() as f32;
            assert!(
                done.is_ok() && states.len() == pieces * encoder.width() && (0.1..10.0).contains(&mean),
                "{name}: {mean}"
            );
            group.throughput(Throughput::Elements(pieces as u64));
            group.bench_function(format!("{windows}x{length}"), |bencher| {
                bencher.iter(|| encoder.encode(&ids, &types, &lengths, &mut scratch, &mut states));
            });
        }
    }
}
