//! Memory that begins on a cache line, and slices of it. A vector that straddles two lines costs twice.

const LINE: usize = 64;

/// A buffer with contents that begin at a multiple of 64 bytes.
#[derive(Debug, Default)]
pub(super) struct Aligned<T> {
    memory: Vec<T>,
    start: usize,
    length: usize,
}

impl<T: Copy + Default> Aligned<T> {
    /// At least `length` elements, with whatever they last held.
    pub(super) fn reserve(&mut self, length: usize) {
        if self.length < length {
            let slack = LINE / size_of::<T>();
            self.memory = vec![T::default(); length + slack];
            self.start = self.memory.as_ptr().align_offset(LINE).min(slack);
            self.length = length;
        }
    }

    /// The first `length` elements.
    pub(super) fn slice(&self, length: usize) -> &[T] {
        self.memory.get(self.start..self.start + length).unwrap_or_default()
    }

    /// The first `length` elements.
    pub(super) fn slice_mut(&mut self, length: usize) -> &mut [T] {
        self.memory.get_mut(self.start..self.start + length).unwrap_or_default()
    }
}

/// Packed weights: borrowed if the file lies on a cache line, otherwise copied to one.
#[derive(Debug)]
pub(super) enum Weights<'a> {
    Borrowed(&'a [u8]),
    Copied(Aligned<u8>),
}

impl<'a> Weights<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        if bytes.as_ptr().align_offset(LINE) == 0 {
            return Self::Borrowed(bytes);
        }
        let mut copy = Aligned::default();
        copy.reserve(bytes.len());
        copy.slice_mut(bytes.len()).copy_from_slice(bytes);
        Self::Copied(copy)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Copied(copy) => copy.slice(copy.length),
        }
    }
}

/// Numbers of a section, copied: sections of floats are small.
pub(super) fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect()
}

/// Numbers as bytes of a section.
pub(super) fn float_bytes(floats: &[f32]) -> Vec<u8> {
    floats.iter().flat_map(|n| n.to_le_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_begin_on_a_line() {
        let bytes: Vec<u8> = (0..=255).collect();
        for at in 0..128 {
            let weights = Weights::new(&bytes[at..at + 100]);
            assert_eq!(weights.bytes(), &bytes[at..at + 100]);
            assert_eq!(weights.bytes().as_ptr().align_offset(LINE), 0);
        }
    }
}
