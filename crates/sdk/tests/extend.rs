//! A column of strings has a value for each row of the layer that it extends: the host reads that many.

use copydesk_sdk::testing::Input;
use copydesk_sdk::{Annotator, Column, Document, Error, NoConfig, Output, Span, Strings};

/// Gives a number of strings to a layer.
struct Moods(usize, &'static str);

impl Annotator for Moods {
    const ID: &'static str = "moods";
    const VERSION: &'static str = "1.0.0";
    const MANIFEST: &'static str = r#"{
        "description": "The mood of each sentence",
        "reads": [{"layer": "sentences"}],
        "extends": [{"layer": "sentences", "columns": {"mood": "string"}}]
    }"#;
    type Config = NoConfig;

    fn create(_: NoConfig) -> Result<Self, Error> {
        Ok(Moods(2, "sentences"))
    }

    fn annotate(&self, _: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let moods: Strings = std::iter::repeat_n("glad", self.0).collect();
        output.extend(self.1, &Column::strings("mood", &moods))
    }
}

#[test]
fn strings_are_as_many_as_rows() {
    let input = Input::new("One. Two.").layer("sentences", &[Span::new(0, 4), Span::new(5, 9)], &[]);
    let cases = [
        (2, "sentences", None),
        (1, "sentences", Some("a column of \"sentences\" has 1 rows, its spans are 2")),
        (3, "sentences", Some("a column of \"sentences\" has 3 rows, its spans are 2")),
        (2, "tokens", Some("layer \"tokens\" is not there; the manifest's `reads` must name it")),
    ];
    for (count, layer, refused) in cases {
        let outcome = input.annotate(&Moods(count, layer));
        assert_eq!(outcome.err().map(|error| error.to_string()).as_deref(), refused, "{count} for {layer}");
    }
}
