//! Windows of a text, or of a text and a target, for a network that labels texts.

use copydesk_sdk::{Error, Span};

use crate::network::Window;
use crate::pieces::{Frame, Piece};
use crate::reading::Reader;

/// Adds the windows of a part of a text: one, or several if it is long.
pub(crate) fn whole(reader: &Reader, text: &str, part: Span, windows: &mut Vec<Window>) -> Result<(), Error> {
    let mut pieces = Vec::new();
    reader.pieces.read(text, part, &mut pieces)?;
    let [before, after] = &reader.pieces.single;
    let mut rest = pieces.as_slice();
    loop {
        let (own, others) = rest.split_at(rest.len().min(reader.limits.most));
        windows.push(framed(&[before, after], &[(own, reader.pieces.types[0])]));
        rest = others;
        if rest.is_empty() {
            return Ok(());
        }
    }
}

/// Returns the window of a part of a text around a mention in it. With `pair`, the mention is the second text. If the
/// text is too long, the words farthest from the mention are left out.
pub(crate) fn around(reader: &Reader, text: &str, part: Span, mention: Span, pair: bool) -> Result<Window, Error> {
    let (mut pieces, mut target) = (Vec::new(), Vec::new());
    reader.pieces.read(text, part, &mut pieces)?;
    if pair {
        reader.pieces.read(text, mention, &mut target)?;
    }
    // A name as long as half of a window is no name.
    target.truncate(reader.limits.most / 2);
    let room = reader.limits.most - target.len();
    let middle = pieces.partition_point(|piece| piece.span.end <= mention.start);
    let start = middle.saturating_sub(room / 2).min(pieces.len().saturating_sub(room));
    let own = pieces.get(start..pieces.len().min(start + room)).unwrap_or_default();
    let [first, second] = reader.pieces.types;
    let [before, between, after] = &reader.pieces.pair;
    let [open, close] = &reader.pieces.single;
    Ok(if pair {
        framed(&[before, between, after], &[(own, first), (&target, second)])
    } else {
        framed(&[open, close], &[(own, first)])
    })
}

/// Texts with the special pieces around and between them.
fn framed(frames: &[&Frame], texts: &[(&[Piece], i64)]) -> Window {
    let mut window = Window { wanted: vec![0], ..Window::default() };
    let mut texts = texts.iter();
    for frame in frames {
        window.ids.extend(frame.iter().map(|(id, _)| *id));
        window.types.extend(frame.iter().map(|(_, kind)| *kind));
        if let Some((pieces, kind)) = texts.next() {
            window.ids.extend(pieces.iter().map(|piece| i64::from(piece.id)));
            window.types.resize(window.ids.len(), *kind);
        }
    }
    if window.types.iter().all(|kind| *kind == 0) {
        window.types.clear();
    }
    window
}
