//! Plugins that misbehave, one way each, so that tests can show the host's reaction. One more plugin batches:
//! [`Together`].
//!
//! Each of the former writes the layer `marks` with a column `of`, a reference to the mark itself. It misbehaves only
//! if the document's text contains "trouble".

mod together;
mod unstable;

pub use together::Together;

use copydesk_sdk::{Annotator, Column, Document, Error, Output, Span, Strings, export_plugin};

/// How many bytes a run may wait for a plugin that only ends when it is told to.
const PATIENCE: u32 = 10_000;

/// Options of every plugin here.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Refuse to be made.
    #[serde(default)]
    refuse: bool,
    /// A file. `unstable` makes it if the text says so. If the file exists, an instance cannot be made.
    #[serde(default)]
    spoiled: String,
}

const MANIFEST: &str = r#"{
    "description": "Misbehaves where the text says trouble",
    "config": {"properties": {"refuse": {"type": "boolean", "default": false, "description": "Fail in create"},
        "spoiled": {"type": "string", "description": "A file with which `unstable` cannot be made any more"}}},
    "writes": [{"layer": "marks", "columns": {"of": "ref(marks)", "how": "string", "weight": "f32"}}]
}"#;

/// Hands over marks at `spans`, each a reference to `of`.
fn write(output: &mut Output<'_>, spans: &[Span], of: u32, weight: f32) -> Result<(), Error> {
    let how: Strings = spans.iter().map(|_| "well").collect();
    let of = vec![of; spans.len()];
    let weights = vec![weight; spans.len()];
    output.append(
        "marks",
        spans,
        &[Column::refs("of", &of), Column::strings("how", &how), Column::f32s("weight", &weights)],
    )
}

macro_rules! faulty {
    ($($(#[$doc:meta])* $name:ident, $id:literal, $trouble:expr;)+) => {
        $(
            $(#[$doc])*
            pub struct $name;

            impl Annotator for $name {
                const ID: &'static str = $id;
                const VERSION: &'static str = env!("CARGO_PKG_VERSION");
                const MANIFEST: &'static str = MANIFEST;
                type Config = Config;

                fn create(config: Config) -> Result<Self, Error> {
                    if config.refuse { Err("asked to refuse".into()) } else { Ok($name) }
                }

                fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
                    if document.text().contains("trouble") {
                        let trouble: fn(&Document<'_>, &mut Output<'_>) -> Result<(), Error> = $trouble;
                        return trouble(document, output);
                    }
                    write(output, &[Span::new(0, document.text().len() as u32)], 0, 1.0)
                }
            }
        )+
        export_plugin!($($name),+, Together, unstable::Unstable);
    };
}

faulty! {
    /// Panics with a message.
    Panics, "panics", |document, _| panic!("no way to read {:?}", document.id());
    /// Returns an error.
    Fails, "fails", |_, _| Err("this text is trouble".into());
    /// A span behind the end of the text.
    OutOfBounds, "out_of_bounds", |document, output| {
        write(output, &[Span::new(0, document.text().len() as u32 + 1)], 0, 1.0)
    };
    /// A span that cuts the text's first character, which is two bytes long.
    OffBoundary, "off_boundary", |_, output| write(output, &[Span::new(1, 2)], 0, 1.0);
    /// A reference to a row that is not there.
    Dangling, "dangling", |_, output| write(output, &[Span::new(0, 2)], 7, 1.0);
    /// Rows in descending order.
    Disordered, "disordered", |_, output| write(output, &[Span::new(2, 3), Span::new(0, 2)], 0, 1.0);
    /// A number that JSON cannot say.
    NotANumber, "not_a_number", |_, output| write(output, &[Span::new(0, 2)], 0, f32::NAN);
    /// A layer that is not in its manifest.
    Undeclared, "undeclared", |_, output| output.append("sentences", &[Span::new(0, 2)], &[]);
    /// Rows without one of their columns.
    Incomplete, "incomplete", |_, output| output.append("marks", &[Span::new(0, 2)], &[Column::refs("of", &[0])]);
    /// Goes on as if nothing were wrong after its rows were refused.
    Stubborn, "stubborn", |_, output| {
        let _ = write(output, &[Span::new(1, 2)], 0, 1.0);
        Ok(())
    };
    /// Works until it is cancelled.
    Endless, "endless", |_, output| {
        for _ in 0..PATIENCE {
            output.check_cancelled()?;
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        Err("nobody cancelled".into())
    };
}
