//! A checkpoint's network, ready for many threads: windows of pieces in, logits out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use copydesk_sdk::Error;
use tch::{Cuda, Device, Kind, Tensor};

use crate::architecture::{Forward, Input, Task};
use crate::checkpoint::{Checkpoint, first_line};

/// The most pieces that go through the network at a time on an ordinary processor, unless a window is longer. With
/// more, the values between two layers leave the caches, and a piece takes longer.
const CPU_PIECES: usize = 256;

/// A window of pieces, and its wanted logits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    pub ids: Vec<i64>,
    /// As long as `ids`, or empty if all are of one type.
    pub types: Vec<i64>,
    /// Rows of the window with wanted logits. For a whole text there is only row 0.
    pub wanted: Vec<usize>,
}

/// The device that an option names: `cpu`, `cuda` or `cuda:N`.
pub(crate) fn device(name: &str) -> Result<Device, Error> {
    let number = match name {
        "cpu" => return Ok(Device::Cpu),
        "cuda" => Some(0),
        other => other.strip_prefix("cuda:").and_then(|number| number.parse::<usize>().ok()),
    };
    let Some(number) = number else {
        return Err(Error::new(format!(
            "device {name:?} is unknown; there are \"cpu\" and \"cuda:0\", \"cuda:1\" ..."
        )));
    };
    if !Cuda::is_available() {
        return Err(Error::new(format!(
            "device {name:?}: no CUDA here; it needs a graphics processor, its driver, and a libtorch that was made \
             for CUDA (see docs/bert.md), or write device = \"cpu\""
        )));
    }
    let count = usize::try_from(Cuda::device_count()).unwrap_or(0);
    if number >= count {
        return Err(Error::new(format!("device {name:?}: there are {count} here, the first is \"cuda:0\"")));
    }
    Ok(Device::Cuda(number))
}

/// A network that many threads may use. On an ordinary processor, each working thread has a replica, and all replicas
/// share the weights. On a graphics processor, one works at a time.
pub(crate) struct Network {
    /// Tensors are not shared between threads without a lock.
    checkpoint: Mutex<Checkpoint>,
    idle: Mutex<Vec<Forward>>,
    alone: Option<Mutex<()>>,
    device: Device,
    labels: usize,
    padding: i64,
    batch_size: usize,
}

impl Network {
    /// A network that takes so many windows at a time.
    ///
    /// # Errors
    /// As [`Checkpoint::network`].
    pub fn new(checkpoint: Checkpoint, batch_size: usize) -> Result<Self, Error> {
        let first = checkpoint.network()?;
        let device = checkpoint.device();
        // The host has its threads; what is added up then depends on the input alone.
        tch::set_num_threads(1);
        keep_blocks();
        Ok(Network {
            device,
            labels: checkpoint.labels.len(),
            padding: checkpoint.padding,
            batch_size,
            idle: Mutex::new(vec![first]),
            alone: device.is_cuda().then(Mutex::default),
            checkpoint: Mutex::new(checkpoint),
        })
    }

    /// Replaces `out` by the logits of the wanted rows, window after window, a number a label.
    /// Windows of like length go through the network together. `proceed` is asked before each step.
    ///
    /// # Errors
    /// If `proceed` or libtorch fails.
    pub fn logits(
        &self,
        windows: &[Window],
        task: Task,
        mut proceed: impl FnMut() -> Result<(), Error>,
        out: &mut Vec<f32>,
    ) -> Result<(), Error> {
        let mut begins = Vec::with_capacity(windows.len());
        let mut rows = 0;
        for window in windows {
            begins.push(rows);
            rows += window.wanted.len();
        }
        out.clear();
        out.resize(rows * self.labels, 0.0);
        let mut order: Vec<usize> = (0..windows.len()).collect();
        let length = |at: &usize| windows.get(*at).map_or(0, |window| window.ids.len());
        order.sort_by_key(|at| std::cmp::Reverse(length(at)));
        let mut rest = order.as_slice();
        while let Some(longest) = rest.first().map(length) {
            proceed()?;
            let fitting = if self.device.is_cuda() { usize::MAX } else { (CPU_PIECES / longest.max(1)).max(1) };
            let (batch, others) = rest.split_at(self.batch_size.min(fitting).min(rest.len()));
            rest = others;
            let batch: Vec<(&Window, usize)> =
                batch.iter().filter_map(|at| Some((windows.get(*at)?, *begins.get(*at)?))).collect();
            self.step(&batch, longest, task, out)?;
        }
        Ok(())
    }

    /// Windows of at most `longest` pieces, each with its first row of `out`.
    fn step(&self, batch: &[(&Window, usize)], longest: usize, task: Task, out: &mut [f32]) -> Result<(), Error> {
        let table = |fill: i64, row: &dyn Fn(&Window) -> Vec<i64>| {
            let mut values = Vec::with_capacity(batch.len() * longest);
            for (window, _) in batch {
                let end = values.len() + longest;
                values.extend(row(window));
                values.resize(end, fill);
            }
            Tensor::from_slice(&values).view([batch.len() as i64, longest as i64]).to_device(self.device)
        };
        let input = Input {
            ids: table(self.padding, &|window| window.ids.clone()),
            mask: table(0, &|window| vec![1; window.ids.len()]),
            types: batch
                .iter()
                .any(|(window, _)| !window.types.is_empty())
                .then(|| table(0, &|window| window.types.clone())),
        };
        let logits = {
            let _alone = self.alone.as_ref().map(lock);
            let forward = self.take()?;
            let logits = tch::no_grad(|| forward(&input));
            lock(&self.idle).push(forward);
            let logits = logits.map_err(|error| Error::new(first_line(&error)))?;
            logits.to_kind(Kind::Float).to_device(Device::Cpu).contiguous()
        };
        let rows = if task == Task::Tokens { longest } else { 1 };
        let size = logits.size();
        if size.iter().product::<i64>() != (batch.len() * rows * self.labels) as i64 {
            return Err(Error::new(format!("the network gave numbers of the shape {size:?}")));
        }
        let values: Vec<f32> = Vec::try_from(&logits.view([-1])).map_err(|error| Error::new(first_line(&error)))?;
        for (at, (window, begin)) in batch.iter().enumerate() {
            for (n, row) in window.wanted.iter().enumerate() {
                let from = (at * rows + row) * self.labels;
                let to = (begin + n) * self.labels;
                let source = values.get(from..from + self.labels);
                if let (Some(source), Some(target)) = (source, out.get_mut(to..to + self.labels)) {
                    target.copy_from_slice(source);
                }
            }
        }
        Ok(())
    }

    /// An idle replica, or a new one.
    fn take(&self) -> Result<Forward, Error> {
        let idle = lock(&self.idle).pop();
        match idle {
            Some(forward) => Ok(forward),
            None => lock(&self.checkpoint).network(),
        }
    }
}

/// A thread that panicked with the lock left its content whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Allocates a large block and frees it. From then on, the C library of Linux keeps blocks up to this size. Otherwise
/// it would return them to the system, which costs libtorch up to a third of its time.
fn keep_blocks() {
    // The most that it takes as a sign: 32 MB, less what it keeps of its own before a block.
    drop(std::hint::black_box(vec![1u8; 31 << 20]));
}
