//! Percentiles, and bootstrap intervals (Efron 1979): how far a median over runs may be off, with no assumption about
//! how times are distributed. Random numbers begin with a fixed seed, so the same samples give the same interval.

/// The least number of runs that give an interval. The widest interval of n runs reaches from the least to the
/// greatest. It holds the true median with probability 1 - 2^(1-n): 93.8 % for five, 96.9 % for six.
pub(crate) const FEWEST: usize = 6;

/// Samples drawn with replacement for one interval. More change its ends by less than the noise in them.
const RESAMPLES: usize = 2000;

/// The share of the intervals that hold the true value.
const CONFIDENCE: f64 = 0.95;

/// The seed of random numbers. Any number would do.
const SEED: u64 = 0x636f_7079_6465_736b;

/// Returns the median of some values, or 0 of none. For an even number it is the mean of the middle two.
pub(crate) fn median(values: &[f64]) -> f64 {
    middle(&mut values.to_vec())
}

/// [`median`], in whatever order.
fn middle(values: &mut [f64]) -> f64 {
    let half = values.len() / 2;
    if half >= values.len() {
        return 0.0;
    }
    let is_even = values.len().is_multiple_of(2);
    let (below, upper, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    if is_even {
        let lower = below.iter().copied().max_by(f64::total_cmp).unwrap_or(*upper);
        f64::midpoint(lower, *upper)
    } else {
        *upper
    }
}

/// The least of the sorted values that at least `share` of all do not exceed (the nearest rank); `None` of none.
pub(crate) fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).or(sorted.last()).copied()
}

/// Returns a 95 % interval of the median, or `None` if there are fewer than [`FEWEST`] values.
pub(crate) fn median_interval(values: &[f64]) -> Option<[f64; 2]> {
    if values.len() < FEWEST {
        return None;
    }
    let mut random = Random(SEED);
    let mut drawn = vec![0.0; values.len()];
    interval(|| random.median(values, &mut drawn))
}

/// Returns a 95 % interval of the ratio of two medians, `new` to `old`. The values are not paired. Returns `None` if
/// either has fewer than [`FEWEST`].
pub(crate) fn ratio_interval(old: &[f64], new: &[f64]) -> Option<[f64; 2]> {
    if old.len().min(new.len()) < FEWEST {
        return None;
    }
    let mut random = Random(SEED);
    let (mut drawn_old, mut drawn_new) = (vec![0.0; old.len()], vec![0.0; new.len()]);
    interval(|| random.median(new, &mut drawn_new) / random.median(old, &mut drawn_old))
}

/// Returns the interval between the outer percentiles of many draws.
fn interval(mut draw: impl FnMut() -> f64) -> Option<[f64; 2]> {
    let mut draws: Vec<f64> = (0..RESAMPLES).map(|_| draw()).collect();
    draws.sort_by(f64::total_cmp);
    let outside = (1.0 - CONFIDENCE) / 2.0;
    Some([percentile(&draws, outside)?, percentile(&draws, 1.0 - outside)?])
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`, each as likely but for 2^-64 times `end`.
    fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// The median of as many values as `drawn` holds, drawn with replacement.
    fn median(&mut self, values: &[f64], drawn: &mut [f64]) -> f64 {
        for slot in drawn.iter_mut() {
            *slot = values.get(self.below(values.len())).copied().unwrap_or(0.0);
        }
        middle(drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_percentiles() {
        let cases: [(&[f64], f64); 5] =
            [(&[], 0.0), (&[3.0], 3.0), (&[4.0, 1.0], 2.5), (&[9.0, 1.0, 2.0], 2.0), (&[5.0, 1.0, 7.0, 3.0], 4.0)];
        for (values, expected) in cases {
            assert_eq!(median(values), expected, "{values:?}");
        }
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        let cases: [(&[f64], f64, Option<f64>); 8] = [
            (&[], 0.5, None),
            (&[7.0], 0.99, Some(7.0)),
            (&[1.0, 2.0], 0.5, Some(1.0)),
            (&[1.0, 2.0, 3.0], 0.5, Some(2.0)),
            (&[1.0, 2.0, 3.0], 0.0, Some(1.0)),
            (&[1.0, 2.0, 3.0], 1.0, Some(3.0)),
            (&hundred, 0.95, Some(95.0)),
            (&hundred, 0.99, Some(99.0)),
        ];
        for (values, share, expected) in cases {
            assert_eq!(percentile(values, share), expected, "{share} of {values:?}");
        }
    }

    /// Times of a quiet machine with a long tail of disturbed ones: 1 + E/10 with E exponential, median 1 + ln 2 / 10.
    fn time(random: &mut Random) -> f64 {
        let uniform = (random.next() >> 11) as f64 / (1_u64 << 53) as f64;
        1.0 - (1.0 - uniform).ln() / 10.0
    }

    #[test]
    fn intervals_hold_the_true_value_about_as_often_as_they_say() {
        let truth = 1.0 + std::f64::consts::LN_2 / 10.0;
        for runs in [6, 10, 25] {
            let mut random = Random(7);
            let (mut medians, mut ratios) = (0, 0);
            for _ in 0..500 {
                let old: Vec<f64> = (0..runs).map(|_| time(&mut random)).collect();
                let new: Vec<f64> = (0..runs).map(|_| 3.0 * time(&mut random)).collect();
                let [low, high] = median_interval(&old).expect("enough runs");
                medians += u32::from((low..=high).contains(&truth));
                let [low, high] = ratio_interval(&old, &new).expect("enough runs");
                ratios += u32::from((low..=high).contains(&3.0));
            }
            // Of 500, 475 should. A bootstrap of few values is off by some points.
            for (what, held) in [("medians", medians), ("ratios", ratios)] {
                assert!((445..=498).contains(&held), "{runs} runs, {what}: {held} of 500");
            }
        }
    }

    #[test]
    fn intervals_are_of_the_samples_alone() {
        let values = [1.0, 1.1, 0.9, 1.05, 1.2, 0.95, 1.0];
        assert_eq!(median_interval(&values), median_interval(&values));
        assert_eq!(median_interval(&[2.0; 6]), Some([2.0, 2.0]));
        assert_eq!(ratio_interval(&[2.0; 6], &[3.0; 9]), Some([1.5, 1.5]));
        let [low, high] = median_interval(&values).expect("enough");
        assert!((0.9..=1.0).contains(&low) && (1.0..=1.2).contains(&high), "{low} to {high}");
        assert_eq!(median_interval(&[1.0; 5]), None);
        assert_eq!(ratio_interval(&[1.0; 5], &[1.0; 9]), None);
        assert_eq!(ratio_interval(&[1.0; 9], &[1.0; 5]), None);
    }
}
