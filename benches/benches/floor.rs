//! Compares the shipped encoder with the arithmetic of the processor. For each kernel, it measures two times: that of
//! the encoder's multiply-adds of bytes, with nothing else and all operands in registers, and that of the encoder.
//!
//! `cargo bench -p copydesk-benches --bench floor` prints a table. Both are measured in turns, and of all turns the
//! fastest counts: whatever else the machine does only ever adds time.

use std::time::{Duration, Instant};

use copydesk_model::ModelFile;
use copydesk_model::encoder::{Config, Encoder, Kernel, Scratch};
use copydesk_models::ENCODER;

/// Windows of a call, and pieces of a window.
const SHAPES: [(usize, u32); 3] = [(1, 128), (8, 128), (1, 256)];
const TURNS: usize = 30;
/// Rounds of multiply-adds in a turn: some milliseconds.
const ROUNDS: usize = 200_000;

/// Multiply-adds for a piece in a window of this length: those of the weights, and those of attention with every piece.
fn multiply_adds(config: &Config, length: u32) -> f64 {
    let weights = 4 * config.width * config.width + 2 * config.width * config.inner;
    (config.layers * (weights + 2 * config.width * length as usize)) as f64
}

fn least(times: impl Iterator<Item = Duration>) -> f64 {
    times.map(|time| time.as_secs_f64()).fold(f64::INFINITY, f64::min)
}

fn timed(task: impl FnOnce()) -> Duration {
    let begin = Instant::now();
    task();
    begin.elapsed()
}

fn row(kernel: Kernel, model: &ModelFile<'_>) -> Result<String, Box<dyn std::error::Error>> {
    let encoder = Encoder::with_kernel(model, kernel)?;
    let config = encoder.config();
    let done = kernel.multiply_adds(1).ok_or("the kernel is not available")? as f64 * ROUNDS as f64;
    let (mut scratch, mut states) = (Scratch::new(), Vec::new());
    let mut floors = Vec::new();
    let mut times = SHAPES.map(|_| Vec::new());
    for _ in 0..TURNS {
        floors.push(timed(|| {
            kernel.multiply_adds(ROUNDS);
        }));
        for ((windows, length), times) in SHAPES.into_iter().zip(&mut times) {
            let pieces = windows * length as usize;
            let ids: Vec<u32> = (0..pieces).map(|n| (n * 7919 % config.vocabulary) as u32).collect();
            let (types, lengths) = (vec![0; pieces], vec![length; windows]);
            let mut result = Ok(());
            times.push(timed(|| result = encoder.encode(&ids, &types, &lengths, &mut scratch, &mut states)));
            result?;
            assert_eq!(states.len(), pieces * config.width);
        }
    }
    let speed = done / least(floors.into_iter());
    let mut row = format!("| {kernel:?} | {:.0} G |", speed / 1e9);
    for ((windows, length), times) in SHAPES.into_iter().zip(times) {
        let floor = multiply_adds(config, length) / speed;
        let measured = least(times.into_iter()) / (windows as f64 * f64::from(length));
        row += &format!(" {:.1} / {:.1} µs | {:.2} |", floor * 1e6, measured * 1e6, measured / floor);
    }
    Ok(row)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bytes = ENCODER.first().ok_or("the encoder has no model")?.read()?;
    let model = ModelFile::parse(&bytes)?;
    let shapes = SHAPES.map(|(windows, length)| format!(" {windows}x{length}: floor / a piece | times |"));
    println!("| kernel | multiply-adds a second |{}", shapes.concat());
    println!("| --- | ---: |{}", " ---: | ---: |".repeat(SHAPES.len()));
    // Plain Rust takes a hundred times as long, so it is measured only where there is nothing else.
    let measured =
        |kernel: &Kernel| kernel.is_available() && (*kernel != Kernel::Portable || Kernel::best() == *kernel);
    for kernel in Kernel::ALL.into_iter().filter(measured) {
        println!("{}", row(kernel, &model)?);
    }
    Ok(())
}
