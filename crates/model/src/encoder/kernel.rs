//! Which instructions the encoder uses: asked of the processor once, when a model is loaded.

use super::level::Level;
use super::level::portable::Portable;
#[cfg(target_arch = "x86_64")]
use super::level::{amx::Amx, avx2::Avx2, avx512::Avx512};

/// A set of instructions that the encoder has code for. All give the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kernel {
    /// Plain Rust.
    Portable,
    /// AVX2 and FMA.
    Avx2,
    /// AVX2, FMA and AVX-VNNI.
    AvxVnni,
    /// AVX-512 with VNNI.
    Avx512Vnni,
    /// AVX-512 with VNNI, and AMX tiles of bytes.
    Amx,
}

impl Kernel {
    /// All of them, the plainest first.
    pub const ALL: [Self; 5] = [Self::Portable, Self::Avx2, Self::AvxVnni, Self::Avx512Vnni, Self::Amx];

    /// Returns true if this processor has the instructions and this system lets a program use them.
    pub fn is_available(self) -> bool {
        Proof::of(self).is_some()
    }

    /// Multiplies bytes and does nothing else, `rounds` times over. Returns the number of multiply-adds, or `None` if
    /// the kernel is not available. Its time is the most that this processor can do: the floor under the encoder's own
    /// time.
    pub fn multiply_adds(self, rounds: usize) -> Option<u64> {
        Some(match Proof::of(self)? {
            Proof::Portable(level) => level.run(|| level.multiply_adds(rounds)),
            #[cfg(target_arch = "x86_64")]
            Proof::Avx2(level) => level.run(|| level.multiply_adds(rounds)),
            #[cfg(target_arch = "x86_64")]
            Proof::AvxVnni(level) => level.run(|| level.multiply_adds(rounds)),
            #[cfg(target_arch = "x86_64")]
            Proof::Avx512Vnni(level) => level.run(|| level.multiply_adds(rounds)),
            #[cfg(target_arch = "x86_64")]
            Proof::Amx(level) => level.run(|| level.multiply_adds(rounds)),
        })
    }

    /// The best that is available.
    pub fn best() -> Self {
        Self::ALL.into_iter().rev().find(|kernel| kernel.is_available()).unwrap_or(Self::Portable)
    }
}

/// A kernel that was found to be available.
#[derive(Debug, Clone, Copy)]
pub(super) enum Proof {
    Portable(Portable),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2<false>),
    #[cfg(target_arch = "x86_64")]
    AvxVnni(Avx2<true>),
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni(Avx512),
    #[cfg(target_arch = "x86_64")]
    Amx(Amx),
}

impl Proof {
    pub(super) fn of(kernel: Kernel) -> Option<Self> {
        match kernel {
            Kernel::Portable => Some(Self::Portable(Portable)),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 => Avx2::detect().map(Self::Avx2),
            #[cfg(target_arch = "x86_64")]
            Kernel::AvxVnni => Avx2::detect().map(Self::AvxVnni),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512Vnni => Avx512::detect().map(Self::Avx512Vnni),
            #[cfg(target_arch = "x86_64")]
            Kernel::Amx => Amx::detect().map(Self::Amx),
            #[cfg(not(target_arch = "x86_64"))]
            _ => None,
        }
    }

    pub(super) fn kernel(self) -> Kernel {
        match self {
            Self::Portable(_) => Kernel::Portable,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => Kernel::Avx2,
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(_) => Kernel::AvxVnni,
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni(_) => Kernel::Avx512Vnni,
            #[cfg(target_arch = "x86_64")]
            Self::Amx(_) => Kernel::Amx,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiply_adds_are_counted() {
        for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.is_available()) {
            let one = kernel.multiply_adds(1).unwrap();
            assert!(one >= 16, "{kernel:?}");
            assert_eq!(kernel.multiply_adds(1000), Some(1000 * one), "{kernel:?}");
        }
        for kernel in Kernel::ALL.into_iter().filter(|kernel| !kernel.is_available()) {
            assert_eq!(kernel.multiply_adds(1), None, "{kernel:?}");
        }
    }
}
