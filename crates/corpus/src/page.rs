//! The corpus report: one HTML file with the counts of a corpus and passages to follow them back to the words. It needs no
//! network and no other file.
//!
//! The corpus is in the file as columns: JSON of the schema `copydesk-corpus/1`, packed with gzip (RFC 1952), which the
//! browser inflates. [`page`](copydesk_formats::page) keeps texts from becoming markup.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use copydesk_formats::page::{Page, write_data};
use flate2::{Compression, GzBuilder};
use serde::Serialize;

/// The style of the report, on top of that of all pages.
const STYLE: &str = include_str!("page/corpus.css");

/// The scripts of the report, after that of all pages, in the order in which they need each other.
const SCRIPTS: [&str; 7] = [
    include_str!("page/data.js"),
    include_str!("page/table.js"),
    include_str!("page/pictures.js"),
    include_str!("page/lists.js"),
    include_str!("page/overview.js"),
    include_str!("page/actor.js"),
    include_str!("page/corpus.js"),
];

/// Writes the report of a corpus. `summary` serialises to the schema `copydesk-corpus/1`; `title` is that of the window.
///
/// The same summary gives the same bytes.
///
/// ```
/// use copydesk_corpus::write_report;
///
/// let mut file = Vec::new();
/// write_report(&serde_json::json!({"schema": "copydesk-corpus/1"}), "Harbour", &mut file)?;
/// let file = String::from_utf8(file)?;
/// assert!(file.contains("<title>Harbour</title>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If `summary` cannot be serialised or `out` cannot be written.
pub fn write_report(summary: &impl Serialize, title: &str, out: &mut dyn Write) -> io::Result<()> {
    // Without a time and a file name, so that the bytes depend on the summary alone.
    let mut packed = GzBuilder::new().write(Vec::new(), Compression::default());
    serde_json::to_writer(io::BufWriter::new(&mut packed), summary)?;
    let page = Page::new(title, STYLE, &SCRIPTS);
    page.begin(out)?;
    write_data(out, "packed", format!("\"{}\"", STANDARD.encode(packed.finish()?)).as_bytes())?;
    page.finish(out)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_file_holds_the_summary_packed() {
        let summary = serde_json::json!({"schema": "copydesk-corpus/1", "title": "</script><b>"});
        let mut file = Vec::new();
        write_report(&summary, "A <b>", &mut file).expect("a report");
        let file = String::from_utf8(file).expect("UTF-8");
        assert!(file.contains("<title>A &lt;b></title>"), "{file}");
        let packed =
            file.split("class=\"packed\">\"").nth(1).and_then(|rest| rest.split('"').next()).expect("the data");
        let packed = STANDARD.decode(packed).expect("base64");
        let mut json = String::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut json).expect("gzip");
        assert_eq!(json, summary.to_string());
    }

    #[test]
    fn style_and_scripts_do_not_end_their_elements() {
        for part in SCRIPTS.into_iter().chain([STYLE]) {
            assert!(!part.contains("</") && !part.contains("<!--"), "{}", part.lines().next().unwrap_or_default());
        }
    }
}
