//! Growth of processor time, by its ratio on two inputs: no clock on the wall, which a busy machine would advance.

use std::time::Duration;

/// How many times as long as the first input the second one is.
pub const LONGER: usize = 4;

/// Times that the second input may take of the first one's processor time. Linear growth takes 4, quadratic growth 16.
const MOST: f64 = 10.0;

/// Processor time that is too little to judge growth by: caches and allocations weigh more.
const TOO_LITTLE: Duration = Duration::from_millis(50);

/// How often growth is measured before it counts as too much: other programs disturb the caches.
const ATTEMPTS: usize = 3;

/// Does the work on a large input, and on one that is [`LONGER`] times smaller. Returns the result of the large one.
///
/// # Panics
/// If its processor time grows faster than the input.
pub fn linear<I, T>(what: &str, small: &I, large: &I, work: impl Fn(&I) -> T) -> T {
    let mut growth = f64::INFINITY;
    for _ in 0..ATTEMPTS {
        let begin = processor_time();
        work(small);
        let between = processor_time();
        let result = work(large);
        let (first, second) = (between - begin, processor_time() - between);
        growth = growth.min(second.as_secs_f64() / first.as_secs_f64());
        if second < TOO_LITTLE || growth <= MOST {
            return result;
        }
    }
    panic!("{what}: {LONGER} times the input takes {growth:.1} times the processor time");
}

/// The processor time of this thread.
#[cfg(unix)]
fn processor_time() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}

/// Returns nothing: there is no such clock, and growth is not judged.
#[cfg(not(unix))]
fn processor_time() -> Duration {
    Duration::ZERO
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Work of so many steps.
    fn steps(count: &u64) -> u64 {
        (0..*count).fold(0, |sum, at| std::hint::black_box(sum + at))
    }

    #[test]
    fn linear_work_passes_and_cubic_work_does_not() {
        let count = 200_000_000;
        assert_eq!(linear("steps", &(count / 4), &count, steps), steps(&count));
        // As the cube, not the square: it is told apart also if the small input is measured while the processor wakes up.
        let cubed = |count: &u64| steps(&count.pow(3));
        let caught = std::panic::catch_unwind(|| linear("cubed", &250, &1_000, cubed));
        let said = caught.expect_err("it grows as the cube");
        assert!(said.downcast_ref::<String>().is_some_and(|said| said.starts_with("cubed: 4 times the input")));
    }
}
