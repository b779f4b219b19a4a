//! The found attribution of each gold attribution, by their contents.

use std::cmp::Reverse;

use crate::gold::Attribution;

/// The least shared part of the shorter content.
const THRESHOLD: f64 = 0.5;

/// Returns the number of each gold attribution's partner among the found ones. The pairs with the greatest shared part
/// come first, then those that share more, then the earlier ones. A found attribution goes to one gold attribution.
/// After that, gold attributions without a partner share one, since a program may find two as one.
pub(super) fn pair_up(gold: &[Attribution], found: &[Attribution]) -> Vec<Option<usize>> {
    let [gold, found] = [gold, found].map(|side| side.iter().map(|at| merged(&at.content)).collect::<Vec<_>>());
    let mut ranked = Vec::new();
    for (g, wanted) in gold.iter().enumerate() {
        for (f, given) in found.iter().enumerate() {
            let shared = shared(wanted, given);
            let part = f64::from(shared) / f64::from(length(wanted).min(length(given)).max(1));
            if shared > 0 && part >= THRESHOLD {
                ranked.push((part, shared, g, f));
            }
        }
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then((Reverse(a.1), a.2, a.3).cmp(&(Reverse(b.1), b.2, b.3))));
    let mut partners = vec![None; gold.len()];
    let mut used = vec![false; found.len()];
    for shares in [false, true] {
        for (_, _, g, f) in &ranked {
            if let (Some(partner @ None), Some(used)) = (partners.get_mut(*g), used.get_mut(*f))
                && (shares || !*used)
            {
                *partner = Some(*f);
                *used = true;
            }
        }
    }
    partners
}

/// The spans in their order, those that overlap as one.
fn merged(spans: &[[u32; 2]]) -> Vec<[u32; 2]> {
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    let mut merged: Vec<[u32; 2]> = Vec::with_capacity(sorted.len());
    for [start, end] in sorted {
        match merged.last_mut() {
            Some(last) if start <= last[1] => last[1] = last[1].max(end),
            _ => merged.push([start, end]),
        }
    }
    merged
}

fn length(spans: &[[u32; 2]]) -> u32 {
    spans.iter().map(|[start, end]| end - start).sum()
}

/// The number of characters in both.
fn shared(one: &[[u32; 2]], other: &[[u32; 2]]) -> u32 {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while let (Some(a), Some(b)) = (one.get(i), other.get(j)) {
        count += a[1].min(b[1]).saturating_sub(a[0].max(b[0]));
        if a[1] < b[1] { i += 1 } else { j += 1 }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partners() {
        type Contents<'a> = &'a [&'a [[u32; 2]]];
        let cases: [(Contents, Contents, &[Option<usize>]); 7] = [
            (&[&[[0, 10]]], &[], &[None]),
            // Half of the shorter one is enough.
            (&[&[[0, 10]]], &[&[[6, 14]]], &[Some(0)]),
            (&[&[[0, 10]]], &[&[[7, 14]]], &[None]),
            // The better one wins, and the other finds another partner.
            (&[&[[0, 10]], &[[12, 20]]], &[&[[8, 20]], &[[0, 9]]], &[Some(1), Some(0)]),
            // Two found as one: both have it.
            (&[&[[0, 10]], &[[12, 20]]], &[&[[0, 20]]], &[Some(0), Some(0)]),
            // An interrupted one, its parts out of order and twice.
            (&[&[[12, 20], [0, 4], [0, 4]]], &[&[[0, 4], [5, 6]], &[[13, 20]]], &[Some(1)]),
            (&[&[[3, 3]]], &[&[[0, 9]]], &[None]),
        ];
        for (gold, found, expected) in cases {
            let side = |contents: Contents| -> Vec<Attribution> {
                let attribution =
                    |spans: &&[[u32; 2]]| Attribution { content: spans.to_vec(), ..Attribution::default() };
                contents.iter().map(attribution).collect()
            };
            assert_eq!(pair_up(&side(gold), &side(found)), expected, "{gold:?} {found:?}");
        }
    }
}
