//! Runs an encoder on command, for `compare.py`: `copydesk FOLDER IDS [KERNEL]` or `rten MODEL.onnx IDS`; or cuts
//! texts into word pieces, for `../compare.py`: see `pieces`.
//!
//! IDS is a file of little-endian `u32`, repeated as needed. A line of lengths on standard input encodes windows of
//! those lengths. The answer is the processor time in seconds. If the first words are `states FILE`, the hidden states
//! go to that file as `f32`. One thread.

mod pieces;

use std::error::Error;
use std::io::{BufRead, Write};
use std::sync::Arc;
use std::time::Instant;

use copydesk_model::ModelFile;
use copydesk_model::encoder::{Encoder, Kernel, Precision, Scratch, convert};
use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value};
use rten_tensor::{AsView, Layout, NdTensor};

type Fallible<T> = Result<T, Box<dyn Error>>;

/// Windows, without padding between them.
struct Windows {
    ids: Vec<u32>,
    lengths: Vec<u32>,
}

trait System {
    fn encode(&mut self, windows: &Windows) -> Fallible<Vec<f32>>;
}

struct Copydesk {
    encoder: Encoder<'static>,
    scratch: Scratch,
}

impl Copydesk {
    fn new(folder: &str, kernel: Option<&str>) -> Fallible<Self> {
        let config = std::fs::read_to_string(format!("{folder}/config.json"))?;
        let tensors = std::fs::read(format!("{folder}/model.safetensors"))?;
        let bytes: &'static [u8] = Box::leak(convert(&config, &tensors, Precision::Int8, "{}")?.finish().into());
        let start = Instant::now();
        let file = ModelFile::parse(bytes)?;
        let kernel = match kernel {
            None => Kernel::best(),
            Some(name) => Kernel::ALL
                .into_iter()
                .find(|kernel| format!("{kernel:?}") == name)
                .ok_or_else(|| format!("no kernel {name}; there are {:?}", Kernel::ALL))?,
        };
        let encoder = Encoder::with_kernel(&file, kernel)?;
        let (size, load) = (bytes.len() as f64 / 1e6, start.elapsed().as_secs_f64() * 1e3);
        println!("{:?}, {size:.1} MB, loaded in {load:.0} ms", encoder.kernel());
        Ok(Self { encoder, scratch: Scratch::new() })
    }
}

impl System for Copydesk {
    fn encode(&mut self, windows: &Windows) -> Fallible<Vec<f32>> {
        let types = vec![0; windows.ids.len()];
        let mut out = Vec::new();
        self.encoder.encode(&windows.ids, &types, &windows.lengths, &mut self.scratch, &mut out)?;
        Ok(out)
    }
}

struct Rten {
    model: Model,
    inputs: [NodeId; 3],
    output: NodeId,
    pool: Arc<ThreadPool>,
}

impl Rten {
    fn new(path: &str) -> Fallible<Self> {
        let bytes = std::fs::read(path)?;
        let start = Instant::now();
        let size = bytes.len() as f64 / 1e6;
        let model = ModelOptions::with_all_ops().prepack_weights(true).load(bytes)?;
        println!("rten 0.27.0, {size:.1} MB, loaded in {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
        let inputs = [model.node_id("input_ids")?, model.node_id("attention_mask")?, model.node_id("token_type_ids")?];
        let output = model.node_id("last_hidden_state")?;
        Ok(Self { model, inputs, output, pool: Arc::new(ThreadPool::with_num_threads(1)) })
    }
}

impl System for Rten {
    fn encode(&mut self, windows: &Windows) -> Fallible<Vec<f32>> {
        let (rows, width) = (windows.lengths.len(), *windows.lengths.iter().max().unwrap_or(&0) as usize);
        let mut ids = NdTensor::<i32, 2>::zeros([rows, width]);
        let mut mask = NdTensor::<i32, 2>::zeros([rows, width]);
        let mut all = windows.ids.iter();
        for (row, &length) in windows.lengths.iter().enumerate() {
            for (column, id) in all.by_ref().take(length as usize).enumerate() {
                ids[[row, column]] = *id as i32;
                mask[[row, column]] = 1;
            }
        }
        let types = NdTensor::<i32, 2>::zeros([rows, width]);
        let [a, b, c] = self.inputs;
        let options = RunOptions::default().with_thread_pool(Some(self.pool.clone()));
        let inputs = vec![(a, ids.view().into()), (b, mask.view().into()), (c, types.view().into())];
        let [states] = self.model.run_n(inputs, [self.output], Some(options))?;
        let states: NdTensor<f32, 3> = match states {
            Value::FloatTensor(states) => states.try_into()?,
            _ => return Err("the states are no floats".into()),
        };
        let mut out = Vec::with_capacity(windows.ids.len() * states.size(2));
        for (row, &length) in windows.lengths.iter().enumerate() {
            out.extend(states.slice((row, ..length as usize)).iter());
        }
        Ok(out)
    }
}

/// Processor seconds of this process, all its threads.
fn seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes one `timespec`, which lies there.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

fn main() -> Fallible<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(("pieces", rest)) = arguments.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        return pieces::run(rest);
    }
    let (mut system, ids): (Box<dyn System>, _) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["copydesk", folder, ids] => (Box::new(Copydesk::new(folder, None)?), ids),
        ["copydesk", folder, ids, kernel] => (Box::new(Copydesk::new(folder, Some(kernel))?), ids),
        ["rten", model, ids] => (Box::new(Rten::new(model)?), ids),
        _ => return Err("usage: copydesk FOLDER IDS [KERNEL] | rten MODEL IDS | pieces ...".into()),
    };
    let ids: Vec<u32> = std::fs::read(ids)?.as_chunks().0.iter().map(|&four| u32::from_le_bytes(four)).collect();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (file, lengths) = match line.strip_prefix("states ").and_then(|rest| rest.split_once(' ')) {
            Some((file, lengths)) => (Some(file), lengths),
            None => (None, line.as_str()),
        };
        let lengths: Vec<u32> = lengths.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let total = lengths.iter().sum::<u32>() as usize;
        let windows = Windows { ids: ids.iter().cycle().take(total).copied().collect(), lengths };
        let start = seconds();
        let states = system.encode(&windows)?;
        let taken = seconds() - start;
        if let Some(file) = file {
            std::fs::write(file, states.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>())?;
        }
        println!("{taken}");
        std::io::stdout().flush()?;
    }
    Ok(())
}
