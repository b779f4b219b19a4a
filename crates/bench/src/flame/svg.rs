//! Draws stacks: a box for each function, as wide as its time with that of its callees, on top of its caller.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Stacks;
use crate::sample::Subject;

/// Pixels.
const WIDTH: f64 = 1200.0;
const ROW: f64 = 17.0;
const MARGIN: f64 = 10.0;
const HEAD: f64 = 52.0;

/// Pixels of a letter, monospace of 11.
const LETTER: f64 = 6.7;

/// Boxes narrower than this many pixels are left out.
const NARROWEST: f64 = 0.3;

/// A function, and those it calls.
#[derive(Default)]
struct Frame<'s> {
    weight: u64,
    calls: BTreeMap<&'s str, Frame<'s>>,
}

impl<'s> Frame<'s> {
    fn add(&mut self, stack: impl Iterator<Item = &'s str>, weight: u64) {
        let mut frame = self;
        frame.weight = frame.weight.saturating_add(weight);
        for function in stack {
            frame = frame.calls.entry(function).or_default();
            frame.weight = frame.weight.saturating_add(weight);
        }
    }

    /// Rows of boxes above this one that are wide enough to be drawn.
    fn depth(&self, narrowest: u64) -> usize {
        let drawn = self.calls.values().filter(|call| call.weight >= narrowest);
        drawn.map(|call| 1 + call.depth(narrowest)).max().unwrap_or(0)
    }
}

/// Returns a graph of all subjects side by side, each as wide as its sampled time. It is an SVG document without
/// scripts. A box under the pointer shows its function, time and share.
#[must_use]
pub fn svg(profiles: &[(Subject, Stacks)]) -> String {
    let labels: Vec<String> = profiles.iter().map(|(subject, _)| subject.to_string()).collect();
    let mut root = Frame::default();
    for ((_, stacks), label) in profiles.iter().zip(&labels) {
        for (stack, weight) in &stacks.weights {
            root.add(std::iter::once(label.as_str()).chain(stack.iter().map(String::as_str)), *weight);
        }
    }
    let pixels = (WIDTH - 2.0 * MARGIN) / root.weight.max(1) as f64;
    let rows = root.depth((NARROWEST / pixels).ceil() as u64);
    let height = HEAD + ROW * rows as f64 + MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" font-family=\"monospace\" font-size=\"11\">\n\
         <style>.page {{ fill: #fff }} .head {{ fill: #222 }} .box text {{ fill: #111 }} \
         @media (prefers-color-scheme: dark) {{ .page {{ fill: #1b1b1b }} .head {{ fill: #ddd }} }}</style>\n\
         <rect class=\"page\" width=\"100%\" height=\"100%\"/>\n\
         <text class=\"head\" x=\"{MARGIN}\" y=\"20\" font-size=\"14\">Time of the processor by function: \
         copydesk bench --flame</text>\n\
         <text class=\"head\" x=\"{MARGIN}\" y=\"38\">A box is as wide as the time in a function \
         and in what stands on it, which it called.</text>\n"
    );
    let mut drawing = Drawing { out: &mut out, pixels, bottom: height - MARGIN - ROW };
    let mut left = 0;
    for (name, frame) in &root.calls {
        drawing.frame(name, frame, left, 0, frame.weight);
        left += frame.weight;
    }
    out.push_str("</svg>\n");
    out
}

struct Drawing<'o> {
    out: &'o mut String,
    /// Pixels of a nanosecond.
    pixels: f64,
    /// Upper edge of the lowest row.
    bottom: f64,
}

impl Drawing<'_> {
    /// Draws a box and the boxes on it. `left` is its beginning and `all` the time of its subject, in nanoseconds.
    fn frame(&mut self, name: &str, frame: &Frame<'_>, left: u64, row: usize, all: u64) {
        let width = frame.weight as f64 * self.pixels;
        if width < NARROWEST {
            return;
        }
        let (x, y) = (MARGIN + left as f64 * self.pixels, self.bottom - ROW * row as f64);
        let share = 100.0 * frame.weight as f64 / all.max(1) as f64;
        let milliseconds = frame.weight as f64 / 1e6;
        let height = ROW - 1.0;
        let _ = write!(
            self.out,
            "<g class=\"box\"><title>{} ({share:.1} %, {milliseconds:.0} ms)</title>\
             <rect x=\"{x:.1}\" y=\"{y}\" width=\"{:.1}\" height=\"{height}\" fill=\"{}\"/>",
            escaped(name),
            (width - 0.3).max(0.2),
            color(name)
        );
        let letters = ((width - 6.0) / LETTER).max(0.0) as usize;
        if letters >= 3 {
            let _ = write!(
                self.out,
                "<text x=\"{:.1}\" y=\"{}\">{}</text>",
                x + 3.0,
                y + 12.0,
                escaped(&cut(name, letters))
            );
        }
        self.out.push_str("</g>\n");
        let mut left = left;
        for (name, call) in &frame.calls {
            self.frame(name, call, left, row + 1, all);
            left += call.weight;
        }
    }
}

/// The first letters of a name that is too long.
fn cut(name: &str, letters: usize) -> String {
    if name.chars().count() <= letters {
        return name.to_owned();
    }
    name.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}

/// Returns a light colour: one hue for each crate, so that plugins stand out, with a small variation for each function.
fn color(name: &str) -> String {
    let owner = name.trim_start_matches('<').split("::").next().unwrap_or_default();
    format!("hsl({},60%,{}%)", hash(owner) % 360, 72 + hash(name) % 10)
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// Text as XML 1.0 may hold it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            letter if letter.is_control() => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stacks(rows: &[(&[&str], u64)]) -> Stacks {
        let rows = rows.iter().map(|(stack, weight)| (stack.iter().map(|&name| name.to_owned()).collect(), *weight));
        Stacks { weights: rows.collect() }
    }

    #[test]
    fn a_graph() {
        let subject = |pipeline: &str| Subject { pipeline: pipeline.into(), threads: 1 };
        let graph = svg(&[
            (subject("fast"), stacks(&[(&["stages", "ner"], 30_000_000), (&["stages", "stance"], 10_000_000)])),
            (subject("a<b>&\u{1}.toml"), stacks(&[(&["outside of stages"], 40_000_000), (&["x", "tiny"], 1)])),
        ]);
        insta::assert_snapshot!(graph);
    }

    #[test]
    fn names() {
        assert_eq!(cut("viterbi", 7), "viterbi");
        assert_eq!(cut("“viterbi”", 4), "“vi…");
        assert_eq!(escaped("<a & \"b\">\u{0}"), "&lt;a &amp; &quot;b&quot;&gt;\u{fffd}");
        assert_eq!(color("a::f").split(',').next(), color("<a::g as b::c>::h").split(',').next());
    }
}
