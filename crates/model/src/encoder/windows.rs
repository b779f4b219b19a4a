//! Windows over a document. They hold whole sentences if possible, and each shares some pieces with the next. A
//! sentence takes its vectors from one window, the one where it is nearer the middle. With vectors from two windows,
//! the parts of a cue or a quotation would not fit together.

use std::ops::Range;

/// How windows are cut.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Pieces in a window at most: at least 80.
    pub most: usize,
    /// Pieces that two windows share at least, as far as a quarter of a window allows it.
    pub overlap: usize,
}

/// A window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Its pieces.
    pub pieces: Range<usize>,
    /// The pieces that take their vectors from this window.
    pub kept: Range<usize>,
}

/// Replaces `out` by windows that cover all pieces. `first` holds the first piece of each token and the number of all
/// pieces. No token has more than a twentieth of a window. `begins` tells if a token begins a sentence.
///
/// At least a quarter of each window, or so, is new: the work is linear whatever the text.
pub fn plan(first: &[u32], begins: impl Fn(usize) -> bool, limits: Limits, out: &mut Vec<Window>) {
    out.clear();
    let Some(tokens) = first.len().checked_sub(1).filter(|tokens| *tokens > 0) else { return };
    let piece = |token: usize| first.get(token).map_or(0, |piece| *piece as usize);
    let overlap = limits.overlap.min(limits.most / 4);
    let total = piece(tokens);
    let (mut begin, mut kept) = (0, 0);
    loop {
        let limit = piece(begin) + limits.most;
        if total <= limit {
            out.push(Window { pieces: piece(begin)..total, kept: kept..total });
            return;
        }
        // The window ends with a sentence, if three quarters of it are full by then.
        let cut = last_within(first, limit);
        let end = (begin + 1..=cut).rev().take_while(|token| piece(*token) + limits.most / 4 >= limit);
        let end = end.into_iter().find(|token| begins(*token)).unwrap_or(cut).max(begin + 1);
        // The next one begins with a sentence, if that is near.
        let near = last_within(first, piece(end) - overlap.min(piece(end)));
        let next = (begin + 1..=near).rev().take_while(|token| piece(*token) + 2 * overlap >= piece(end));
        let next = next.into_iter().find(|token| begins(*token)).unwrap_or(near).max(begin + 1);
        // The border is in the middle of what they share, or at the beginning of a sentence near it.
        let middle = (piece(next) + piece(end)).div_ceil(2);
        let begun = (next..=end).filter(|token| begins(*token) && piece(*token) > kept).map(piece);
        let border = begun.min_by_key(|begun| begun.abs_diff(middle)).unwrap_or(middle);
        out.push(Window { pieces: piece(begin)..piece(end), kept: kept..border });
        (begin, kept) = (next, border);
    }
}

/// The last token that begins at or before a piece.
fn last_within(first: &[u32], piece: usize) -> usize {
    first.partition_point(|&first| first as usize <= piece).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens of so many pieces each, with a sentence's first token at multiples of `sentence`.
    fn planned(pieces: &[usize], sentence: usize, limits: Limits) -> (Vec<Window>, usize) {
        let mut first = vec![0];
        for count in pieces {
            first.push(first[first.len() - 1] + *count as u32);
        }
        let mut out = Vec::new();
        plan(&first, |token| token % sentence == 0, limits, &mut out);
        (out, first[pieces.len()] as usize)
    }

    #[test]
    fn windows_cover_every_piece_once() {
        let mut state = 1usize;
        for (tokens, sentence) in
            [(0, 1), (1, 1), (200, 20), (1000, 20), (5000, 1), (5000, 90), (5000, 100_000), (999, 7)]
        {
            for (most, overlap) in [(254, 32), (254, 0), (254, 64), (80, 20), (80, 64), (510, 32)] {
                let most_pieces = (most / 20).min(16);
                let pieces: Vec<usize> = (0..tokens)
                    .map(|_| {
                        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                        1 + (state >> 33) % most_pieces
                    })
                    .collect();
                let (windows, total) = planned(&pieces, sentence, Limits { most, overlap });
                let what = format!("{tokens} {sentence} {most} {overlap}");
                let mut at = 0;
                for window in &windows {
                    assert!(window.pieces.len() <= most && !window.pieces.is_empty(), "{what}: {window:?}");
                    assert_eq!(window.kept.start, at, "{what}: {window:?}");
                    assert!(
                        window.pieces.start <= at && window.kept.end <= window.pieces.end && !window.kept.is_empty()
                    );
                    at = window.kept.end;
                }
                assert_eq!(at, total, "{what}");
                for pair in windows.windows(2) {
                    let shared = pair[0].pieces.end - pair[1].pieces.start;
                    assert!(
                        shared >= overlap.min(most / 4) && shared <= 2 * overlap.min(most / 4) + most / 20,
                        "{what}: {pair:?}"
                    );
                    assert!(pair[1].pieces.end > pair[0].pieces.end);
                    // The border is a sentence's beginning where they share one, and else in the middle.
                    let (border, shared) = (pair[0].kept.end, pair[1].pieces.start..pair[0].pieces.end);
                    let begins: Vec<usize> = (0..pieces.len())
                        .filter(|token| token % sentence == 0)
                        .map(|token| pieces[..token].iter().sum())
                        .filter(|piece| *piece > pair[0].kept.start && (shared.contains(piece) || *piece == shared.end))
                        .collect();
                    let middle = (shared.start + shared.end).div_ceil(2);
                    let distance = begins.iter().map(|piece| piece.abs_diff(middle)).min().unwrap_or(0);
                    assert_eq!(border.abs_diff(middle), distance, "{what}: {pair:?}");
                    assert!(begins.is_empty() || begins.contains(&border), "{what}: {pair:?}");
                }
                let work: usize = windows.iter().map(|w| w.pieces.len()).sum();
                assert!(work <= 4 * total + most, "{what}: {work} for {total}");
            }
        }
    }

    #[test]
    fn windows_hold_whole_sentences() {
        let (windows, _) = planned(&[1; 1000], 20, Limits { most: 254, overlap: 32 });
        let pieces: Vec<_> = windows.iter().map(|w| w.pieces.clone()).collect();
        assert_eq!(pieces, [0..240, 200..440, 400..640, 600..840, 800..1000]);
        assert_eq!(windows[1].kept, 220..420);
        let (windows, _) = planned(&[1; 1000], 25, Limits { most: 254, overlap: 32 });
        assert_eq!((windows[0].pieces.clone(), windows[1].pieces.clone()), (0..250, 200..450));
        assert_eq!(windows[0].kept, 0..225);
        // One sentence longer than a window.
        let (windows, _) = planned(&[1; 600], 1000, Limits { most: 254, overlap: 32 });
        let pieces: Vec<_> = windows.iter().map(|w| w.pieces.clone()).collect();
        assert_eq!(pieces, [0..254, 222..476, 444..600]);
    }
}
