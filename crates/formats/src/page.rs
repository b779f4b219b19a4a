//! HTML files that need nothing beside them: the frame of every report.
//!
//! A page holds its style, its scripts and its data. What a text says never becomes markup or script: data is JSON
//! without `<`, the scripts make text nodes alone, and the file's Content-Security-Policy allows nothing but its own
//! style and scripts, by their SHA-256 (W3C, Content Security Policy Level 3).

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The style that all pages share: colours for light, dark and print, tables, focus.
pub const STYLE: &str = include_str!("page/base.css");
/// The script that all pages share: `copydeskDom` makes elements and words of numbers.
pub const SCRIPT: &str = include_str!("page/dom.js");

/// A page of one's own style and scripts, after the shared ones.
///
/// ```
/// use copydesk_formats::page::{Page, write_data};
///
/// let page = Page::new("Weather", "h1 { color: teal }", &["document.title += '!';"]);
/// let mut file = Vec::new();
/// page.begin(&mut file)?;
/// write_data(&mut file, "data", br#"{"sky": "<grey>"}"#)?;
/// page.finish(&mut file)?;
/// let file = String::from_utf8(file)?;
/// assert!(file.contains(r#"{"sky": "\u003cgrey>"}"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    style: String,
    scripts: Vec<&'static str>,
    connecting: bool,
    icon: Option<String>,
}

impl Page {
    /// Returns a page. Neither style nor scripts may hold `</`.
    #[must_use]
    pub fn new(title: &str, style: &str, scripts: &[&'static str]) -> Self {
        let scripts = [SCRIPT].into_iter().chain(scripts.iter().copied()).collect();
        Page { title: escaped(title), style: format!("{STYLE}{style}"), scripts, connecting: false, icon: None }
    }

    /// Lets the scripts send requests to the server that the page comes from, and to no other.
    #[must_use]
    pub fn connecting(mut self) -> Self {
        self.connecting = true;
        self
    }

    /// Gives the page an icon, an SVG. A page without one makes a browser ask its server for `/favicon.ico`.
    #[must_use]
    pub fn icon(mut self, svg: &str) -> Self {
        self.icon = Some(STANDARD.encode(svg));
        self
    }

    /// Returns the page's Content-Security-Policy, for a server that sends it as a header too.
    ///
    /// Only as a header may a policy say who frames the page: append `; frame-ancestors 'none'`.
    #[must_use]
    pub fn policy(&self) -> String {
        let scripts: Vec<String> = self.scripts.iter().map(|script| hash(script)).collect();
        format!(
            "default-src 'none'; style-src {}; script-src {}; {}{}base-uri 'none'; form-action 'none'",
            hash(&self.style),
            scripts.join(" "),
            if self.connecting { "connect-src 'self'; " } else { "" },
            if self.icon.is_some() { "img-src data:; " } else { "" },
        )
    }

    /// Writes all that comes before the data.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n",
            self.policy(),
            self.title,
        )?;
        if let Some(icon) = &self.icon {
            writeln!(out, "<link rel=\"icon\" href=\"data:image/svg+xml;base64,{icon}\">")?;
        }
        write!(
            out,
            "<style>{}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#article\">To the content</a>\n\
             <div id=\"report\"><noscript>This page needs JavaScript, which runs in this file alone.</noscript></div>\n",
            self.style
        )
    }

    /// Writes the scripts and the end.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn finish(&self, out: &mut dyn Write) -> io::Result<()> {
        for script in &self.scripts {
            writeln!(out, "<script>{script}</script>")?;
        }
        out.write_all(b"</body>\n</html>\n")
    }
}

/// Writes a JSON value as an element that scripts find by its class.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_data(out: &mut dyn Write, class: &str, json: &[u8]) -> io::Result<()> {
    write!(out, "<script type=\"application/json\" class=\"{class}\">")?;
    for part in json.split_inclusive(|byte| *byte == b'<') {
        match part.strip_suffix(b"<") {
            // It is in strings only. As an escape, it neither ends the element nor begins a comment.
            Some(part) => {
                out.write_all(part)?;
                out.write_all(b"\\u003c")?;
            }
            None => out.write_all(part)?,
        }
    }
    out.write_all(b"</script>\n")
}

/// A text as the source of a policy.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
