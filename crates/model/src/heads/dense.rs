//! A dense layer in floats: some rows at a time against sixteen outputs, by the instructions that the processor has.
//!
//! Each sum runs along the inputs in their order, with fused multiplications, on any instruction set and for any
//! grouping of rows. So every machine gives the same bits.

use half::f16;

use crate::error::ModelError;
use crate::file::{ModelFile, ModelWriter, Reader};

/// Outputs side by side: one register of AVX-512, two of AVX2.
const LANES: usize = 16;

/// Rows of a matrix. The next row begins `stride` numbers after the last, so rows may overlap, as those of a
/// convolution do.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// All numbers.
    pub values: &'a [f32],
    /// From the start of a row to the start of the next.
    pub stride: usize,
}

impl<'a> Rows<'a> {
    /// Rows that lie one after another.
    #[must_use]
    pub fn packed(values: &'a [f32], width: usize) -> Self {
        Rows { values, stride: width }
    }

    #[inline(always)]
    fn row(&self, at: usize, width: usize) -> &'a [f32] {
        self.values.get(at * self.stride..at * self.stride + width).unwrap_or_default()
    }

    /// How many whole rows of that width there are.
    #[must_use]
    pub fn count(&self, width: usize) -> usize {
        match self.values.len().checked_sub(width) {
            Some(rest) if self.stride > 0 => rest / self.stride + 1,
            _ => 0,
        }
    }
}

/// A dense layer: outputs are weights times inputs plus bias.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dense {
    inputs: usize,
    outputs: usize,
    /// For each sixteen outputs, a row of their weights an input.
    panels: Vec<[f32; LANES]>,
    bias: Vec<[f32; LANES]>,
}

impl Dense {
    /// A layer; `weights` hold a row of `inputs` numbers an output.
    ///
    /// # Errors
    /// If the numbers of weights or biases do not fit, or a size is zero.
    pub fn new(inputs: usize, outputs: usize, weights: &[f32], bias: &[f32]) -> Result<Self, ModelError> {
        if inputs == 0 || outputs == 0 || Some(weights.len()) != inputs.checked_mul(outputs) || bias.len() != outputs {
            let problem =
                format!("{} weights and {} biases make no layer of {inputs} by {outputs}", weights.len(), bias.len());
            return Err(ModelError::training(problem));
        }
        let count = outputs.div_ceil(LANES);
        let mut panels = vec![[0.0; LANES]; count * inputs];
        let mut padded = vec![[0.0; LANES]; count];
        for (output, (row, &bias)) in weights.chunks_exact(inputs).zip(bias).enumerate() {
            let (panel, lane) = (output / LANES, output % LANES);
            let slots = panels.iter_mut().skip(panel * inputs).filter_map(|slot| slot.get_mut(lane));
            slots.zip(row).for_each(|(slot, weight)| *slot = *weight);
            if let Some(slot) = padded.get_mut(panel).and_then(|slot| slot.get_mut(lane)) {
                *slot = bias;
            }
        }
        Ok(Dense { inputs, outputs, panels, bias: padded })
    }

    /// Reads the layer that [`Dense::write`] wrote under this name.
    ///
    /// # Errors
    /// If the section is missing, cut off, or has a number that is not finite.
    pub fn read(file: &ModelFile<'_>, name: &str) -> Result<Self, ModelError> {
        let bad = || ModelError::section(name, "it is no dense layer, or cut off");
        let mut reader = Reader::new(file.require(name)?);
        let (inputs, outputs) = (reader.u32().ok_or_else(bad)? as usize, reader.u32().ok_or_else(bad)? as usize);
        let (numbers, rest) = reader.rest().as_chunks::<4>();
        let wanted = inputs.checked_mul(outputs).and_then(|weights| weights.checked_add(outputs));
        if !rest.is_empty() || wanted != Some(numbers.len()) {
            return Err(bad());
        }
        let numbers: Vec<f32> = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        if !numbers.iter().all(|number| number.is_finite()) {
            return Err(ModelError::section(name, "it has a number that is not finite"));
        }
        let (weights, bias) = numbers.split_at(inputs * outputs);
        Dense::new(inputs, outputs, weights, bias).map_err(|_| bad())
    }

    /// Adds the layer to a file.
    pub fn write(&self, writer: &mut ModelWriter, name: &str) {
        let mut bytes = Vec::with_capacity(8 + 4 * self.outputs * (self.inputs + 1));
        bytes.extend((self.inputs as u32).to_le_bytes());
        bytes.extend((self.outputs as u32).to_le_bytes());
        bytes.extend([self.weights(), self.bias()].iter().flatten().flat_map(|number| number.to_le_bytes()));
        writer.section(name, bytes);
    }

    /// Reads the layer that [`Dense::write_halves`] wrote under this name.
    ///
    /// # Errors
    /// As [`Dense::read`].
    pub fn read_halves(file: &ModelFile<'_>, name: &str) -> Result<Self, ModelError> {
        let bad = || ModelError::section(name, "it is no dense layer in half floats, or cut off");
        let mut reader = Reader::new(file.require(name)?);
        let (inputs, outputs) = (reader.u32().ok_or_else(bad)? as usize, reader.u32().ok_or_else(bad)? as usize);
        let (numbers, rest) = reader.rest().as_chunks::<2>();
        let wanted = inputs.checked_mul(outputs).and_then(|weights| weights.checked_add(outputs));
        if !rest.is_empty() || wanted != Some(numbers.len()) {
            return Err(bad());
        }
        let numbers: Vec<f32> = numbers.iter().map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect();
        if !numbers.iter().all(|number| number.is_finite()) {
            return Err(ModelError::section(name, "it has a number that is not finite"));
        }
        let (weights, bias) = numbers.split_at(inputs * outputs);
        Dense::new(inputs, outputs, weights, bias).map_err(|_| bad())
    }

    /// Adds the layer to a file, its numbers rounded to half floats (IEEE 754 binary16).
    pub fn write_halves(&self, writer: &mut ModelWriter, name: &str) {
        let mut bytes = Vec::with_capacity(8 + 2 * self.outputs * (self.inputs + 1));
        bytes.extend((self.inputs as u32).to_le_bytes());
        bytes.extend((self.outputs as u32).to_le_bytes());
        let numbers = [self.weights(), self.bias()];
        bytes.extend(numbers.iter().flatten().flat_map(|number| f16::from_f32(*number).to_le_bytes()));
        writer.section(name, bytes);
    }

    /// The weights of one output, or none if there is no such output.
    pub fn row(&self, output: usize) -> impl Iterator<Item = f32> + '_ {
        let count = if output < self.outputs { self.inputs } else { 0 };
        let panel = self.panels.iter().skip(output / LANES * self.inputs).take(count);
        panel.filter_map(move |lanes| lanes.get(output % LANES).copied())
    }

    /// The bias of one output, or 0 if there is no such output.
    #[must_use]
    pub fn bias_of(&self, output: usize) -> f32 {
        self.bias.as_flattened().get(output).copied().unwrap_or(0.0)
    }

    /// The weights: a row of inputs for each output.
    #[must_use]
    pub fn weights(&self) -> Vec<f32> {
        let mut weights = Vec::with_capacity(self.outputs * self.inputs);
        for output in 0..self.outputs {
            let panel = self.panels.iter().skip(output / LANES * self.inputs).take(self.inputs);
            weights.extend(panel.filter_map(|lanes| lanes.get(output % LANES)));
        }
        weights
    }

    /// The bias of each output.
    #[must_use]
    pub fn bias(&self) -> Vec<f32> {
        self.bias.as_flattened().iter().take(self.outputs).copied().collect()
    }

    /// Numbers in an input row.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Numbers in an output row.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// If the layer does not have this shape. `name` is the name of its section.
    ///
    /// # Errors
    /// As said.
    pub fn require(&self, name: &str, inputs: usize, outputs: usize) -> Result<(), ModelError> {
        if (self.inputs, self.outputs) == (inputs, outputs) {
            return Ok(());
        }
        let problem = format!("it takes {} numbers to {}, needed are {inputs} to {outputs}", self.inputs, self.outputs);
        Err(ModelError::section(name, problem))
    }

    /// Replaces `out` by a row of outputs for each row of inputs.
    pub fn apply(&self, rows: Rows<'_>, out: &mut Vec<f32>) {
        self.apply_at(level(), rows, out);
    }

    fn apply_at(&self, level: Level, rows: Rows<'_>, out: &mut Vec<f32>) {
        let count = rows.count(self.inputs);
        out.clear();
        out.resize(count * self.outputs, 0.0);
        match level {
            Level::Portable => self.blocks::<4>(rows, count, out, product, product),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => self.blocks::<6>(rows, count, out, x86::avx2, x86::avx2),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => self.blocks::<16>(rows, count, out, x86::avx512, x86::avx512),
        }
    }

    /// Computes the outputs of all rows, `R` at a time. If the last rows fill no block, they are computed once more.
    fn blocks<const R: usize>(
        &self,
        rows: Rows<'_>,
        count: usize,
        out: &mut [f32],
        product: Product<R>,
        single: Product<1>,
    ) {
        let mut at = 0;
        while at + R <= count {
            self.block(rows, at, out, product);
            at += R;
        }
        if at < count && count >= R {
            self.block(rows, count - R, out, product);
        } else {
            for row in at..count {
                self.block(rows, row, out, single);
            }
        }
    }

    /// The outputs of `R` rows from `at` on.
    fn block<const R: usize>(&self, rows: Rows<'_>, at: usize, out: &mut [f32], product: Product<R>) {
        let inputs: [&[f32]; R] = std::array::from_fn(|r| rows.row(at + r, self.inputs));
        for (panel, (weights, bias)) in self.panels.chunks_exact(self.inputs).zip(&self.bias).enumerate() {
            let sums = product(&inputs, weights, bias);
            let first = panel * LANES;
            for (r, sums) in sums.iter().enumerate() {
                let begin = (at + r) * self.outputs;
                let own = out.get_mut(begin + first..begin + self.outputs.min(first + LANES)).unwrap_or_default();
                own.iter_mut().zip(sums).for_each(|(slot, sum)| *slot = *sum);
            }
        }
    }
}

/// Sums of inputs times weights for `R` rows and sixteen outputs.
type Product<const R: usize> = fn(&[&[f32]; R], &[[f32; LANES]], &[f32; LANES]) -> [[f32; LANES]; R];

/// The product in plain Rust, for every processor. The others are tested against it.
fn product<const R: usize>(inputs: &[&[f32]; R], weights: &[[f32; LANES]], bias: &[f32; LANES]) -> [[f32; LANES]; R] {
    let mut sums = [*bias; R];
    for (sums, inputs) in sums.iter_mut().zip(inputs) {
        for (input, weights) in inputs.iter().zip(weights) {
            for j in 0..LANES {
                sums[j] = input.mul_add(weights[j], sums[j]);
            }
        }
    }
    sums
}

/// The processor that the loops are compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// Whatever every processor has.
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// The best that this processor has.
fn level() -> Level {
    #[cfg(target_arch = "x86_64")]
    {
        // The macro keeps what it found.
        if std::is_x86_feature_detected!("avx512f") {
            return Level::Avx512;
        }
        if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
            return Level::Avx2;
        }
    }
    Level::Portable
}

/// Products by intrinsics. The compiler's version of the plain loop reaches a quarter of their speed.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "kernels are made of intrinsics; every block says why it is sound")]
mod x86 {
    use std::arch::x86_64::{
        _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_storeu_ps, _mm512_fmadd_ps, _mm512_loadu_ps,
        _mm512_set1_ps, _mm512_storeu_ps,
    };

    use super::LANES;

    /// How many steps along the inputs all rows and the weights have.
    fn steps<const R: usize>(inputs: &[&[f32]; R], weights: &[[f32; LANES]]) -> usize {
        inputs.iter().fold(weights.len(), |steps, row| steps.min(row.len()))
    }

    pub(super) fn avx512<const R: usize>(
        inputs: &[&[f32]; R],
        weights: &[[f32; LANES]],
        bias: &[f32; LANES],
    ) -> [[f32; LANES]; R] {
        // SAFETY: chosen where the processor has these instructions.
        unsafe { avx512_of(inputs, weights, bias) }
    }

    #[target_feature(enable = "avx512f")]
    fn avx512_of<const R: usize>(
        inputs: &[&[f32]; R],
        weights: &[[f32; LANES]],
        bias: &[f32; LANES],
    ) -> [[f32; LANES]; R] {
        // SAFETY: sixteen numbers.
        let mut sums = [unsafe { _mm512_loadu_ps(bias.as_ptr()) }; R];
        for step in 0..steps(inputs, weights) {
            // SAFETY: the step is within the weights, whose rows are sixteen numbers.
            let weights = unsafe { _mm512_loadu_ps(weights.as_ptr().add(step).cast()) };
            for r in 0..R {
                // SAFETY: the step is within each row.
                let input = unsafe { *inputs[r].as_ptr().add(step) };
                sums[r] = _mm512_fmadd_ps(_mm512_set1_ps(input), weights, sums[r]);
            }
        }
        sums.map(|sums| {
            let mut out = [0.0; LANES];
            // SAFETY: sixteen numbers.
            unsafe { _mm512_storeu_ps(out.as_mut_ptr(), sums) };
            out
        })
    }

    pub(super) fn avx2<const R: usize>(
        inputs: &[&[f32]; R],
        weights: &[[f32; LANES]],
        bias: &[f32; LANES],
    ) -> [[f32; LANES]; R] {
        // SAFETY: chosen where the processor has these instructions.
        unsafe { avx2_of(inputs, weights, bias) }
    }

    #[target_feature(enable = "avx2,fma")]
    fn avx2_of<const R: usize>(
        inputs: &[&[f32]; R],
        weights: &[[f32; LANES]],
        bias: &[f32; LANES],
    ) -> [[f32; LANES]; R] {
        // SAFETY: sixteen numbers.
        let mut sums = [unsafe { [_mm256_loadu_ps(bias.as_ptr()), _mm256_loadu_ps(bias.as_ptr().add(8))] }; R];
        for step in 0..steps(inputs, weights) {
            // SAFETY: the step is within the weights, whose rows are sixteen numbers.
            let (low, high) = unsafe {
                let weights = weights.as_ptr().add(step).cast::<f32>();
                (_mm256_loadu_ps(weights), _mm256_loadu_ps(weights.add(8)))
            };
            for r in 0..R {
                // SAFETY: the step is within each row.
                let input = _mm256_set1_ps(unsafe { *inputs[r].as_ptr().add(step) });
                sums[r] = [_mm256_fmadd_ps(input, low, sums[r][0]), _mm256_fmadd_ps(input, high, sums[r][1])];
            }
        }
        sums.map(|[low, high]| {
            let mut out = [0.0; LANES];
            // SAFETY: twice eight numbers.
            unsafe {
                _mm256_storeu_ps(out.as_mut_ptr(), low);
                _mm256_storeu_ps(out.as_mut_ptr().add(8), high);
            }
            out
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that are exact in any order of summation.
    fn number(at: usize) -> f32 {
        ((at * 7919 % 17) as f32 - 8.0) / 8.0
    }

    #[test]
    fn every_level_and_shape_gives_the_plain_product() {
        let levels: &[Level] = &[
            Level::Portable,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2,
            #[cfg(target_arch = "x86_64")]
            Level::Avx512,
        ];
        let usable = |level: &Level| match level {
            Level::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => self::level() != Level::Portable,
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => self::level() == Level::Avx512,
        };
        // Inputs, outputs, rows, stride.
        for (inputs, outputs, count, stride) in [
            (1, 1, 1, 1),
            (3, 5, 7, 3),
            (20, 16, 12, 20),
            (20, 37, 13, 4),
            (40, 33, 30, 8),
            (5, 17, 0, 5),
            (6, 3, 5, 9),
        ] {
            let weights: Vec<f32> = (0..inputs * outputs).map(number).collect();
            let bias: Vec<f32> = (0..outputs).map(|at| number(at + 3)).collect();
            let layer = Dense::new(inputs, outputs, &weights, &bias).unwrap();
            let size = if count == 0 { 0 } else { (count - 1) * stride + inputs };
            let values: Vec<f32> = (0..size).map(|at| number(at + 11)).collect();
            let rows = Rows { values: &values, stride };
            assert_eq!(rows.count(inputs), count);
            let wanted: Vec<f32> = (0..count)
                .flat_map(|row| {
                    let input = values[row * stride..row * stride + inputs].to_vec();
                    let weights = &weights;
                    let bias = &bias;
                    (0..outputs)
                        .map(move |o| bias[o] + (0..inputs).map(|k| input[k] * weights[o * inputs + k]).sum::<f32>())
                        .collect::<Vec<f32>>()
                })
                .collect();
            for level in levels.iter().copied().filter(|level| usable(level)) {
                let mut out = vec![f32::NAN; 7];
                layer.apply_at(level, rows, &mut out);
                assert_eq!(out, wanted, "{level:?} {inputs} {outputs} {count} {stride}");
            }
            let mut out = Vec::new();
            layer.apply(rows, &mut out);
            assert_eq!(out, wanted);
        }
    }

    #[test]
    fn layers_are_written_and_read() {
        let layer = Dense::new(3, 17, &(0..51).map(number).collect::<Vec<_>>(), &[0.5; 17]).unwrap();
        let mut writer = ModelWriter::new("test", "{}");
        layer.write(&mut writer, "a");
        let mut short = 3u32.to_le_bytes().to_vec();
        short.extend(u32::MAX.to_le_bytes());
        writer.section("short", short);
        let mut nan = [1u32.to_le_bytes(), 1u32.to_le_bytes()].concat();
        nan.extend([f32::NAN, 1.0].iter().flat_map(|n| n.to_le_bytes()));
        writer.section("nan", nan).section("zero", vec![0u8; 8]);
        let bytes = writer.finish();
        let file = ModelFile::parse(&bytes).unwrap();
        assert_eq!(Dense::read(&file, "a").unwrap(), layer);
        for name in ["short", "nan", "zero", "none"] {
            assert!(Dense::read(&file, name).unwrap_err().to_string().contains(name));
        }
        assert!(layer.require("a", 3, 16).unwrap_err().to_string().contains("needed are 3 to 16"));
    }
}
