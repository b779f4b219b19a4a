//! The `[[test]]` cases of a pipeline file. Their expectations are checked against the layers first, and then compared
//! with a document.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use copydesk_core::{Article, ColumnData, ColumnType, Document, Layer, OffsetMap, OffsetUnit, Span};
use serde::Serialize;
use serde_json::Value;

use crate::fault::Finding;
use crate::files::Files;
use crate::graph::Layers;
use crate::literal::toml;
use crate::nearest::suggest;
use crate::runner::Runner;
use crate::spec::{RowSpec, TestSpec};

/// A `[[test]]` of a pipeline file.
#[derive(Clone, Debug)]
pub struct TestCase {
    name: String,
    text: String,
    line: usize,
    expectations: Vec<Expectation>,
}

#[derive(Clone, Debug)]
struct Expectation {
    layer: String,
    line: usize,
    rows: Vec<ExpectedRow>,
}

#[derive(Clone, Debug)]
struct ExpectedRow {
    line: usize,
    cells: Vec<(String, Value)>,
}

/// Something that a test expects and the pipeline did not give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The line of the file that expects it, from 1.
    pub line: usize,
    /// The layer.
    pub layer: String,
    /// The row that should be there, or that none should be.
    pub expected: String,
    /// The rows that no other expected row has taken, with the columns in question. Rows most like the expected one
    /// come first.
    pub found: Vec<String>,
    /// How many more there are.
    pub omitted: usize,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { line, layer, expected, found, omitted } = self;
        write!(f, "line {line}: {layer}\n  expected  {expected}")?;
        if found.is_empty() {
            return write!(f, "\n  found     nothing more");
        }
        for (at, row) in found.iter().enumerate() {
            write!(f, "\n  {:8}  {row}", if at == 0 { "found" } else { "" })?;
        }
        if *omitted > 0 {
            write!(f, "\n  {:8}  and {omitted} more", "")?;
        }
        Ok(())
    }
}

/// The subject of a key of an expected row.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    /// The words under the row's span.
    Text,
    /// The span's start or end in code points.
    Start,
    End,
    /// A column.
    Column(ColumnType),
    /// The parts of a quote that have one role.
    Content,
    Cue,
    Source,
    /// The role and the affiliation of a quote's speaker.
    SpeakerRole,
    SpeakerAffiliation,
    /// The mentions of an actor.
    Mentions,
}

impl Cell {
    /// Returns the meaning of `key` in a row of `layer`. The columns are those of the layer.
    fn of<'c>(layer: &str, key: &str, column: impl FnOnce() -> Option<&'c ColumnType>) -> Option<Cell> {
        if let Some(kind) = column() {
            return Some(Cell::Column(kind.clone()));
        }
        match (layer, key) {
            (_, "text") => Some(Cell::Text),
            (_, "start") => Some(Cell::Start),
            (_, "end") => Some(Cell::End),
            ("quotes", "content") => Some(Cell::Content),
            ("quotes", "cue") => Some(Cell::Cue),
            ("quotes", "source") => Some(Cell::Source),
            ("quotes", "speaker_role") => Some(Cell::SpeakerRole),
            ("quotes", "speaker_affiliation") => Some(Cell::SpeakerAffiliation),
            ("actors", "mentions") => Some(Cell::Mentions),
            _ => None,
        }
    }

    fn keys(layer: &str) -> &'static [&'static str] {
        match layer {
            "quotes" => &["text", "start", "end", "content", "cue", "source", "speaker_role", "speaker_affiliation"],
            "actors" => &["text", "start", "end", "mentions"],
            _ => &["text", "start", "end"],
        }
    }

    /// Returns the layer with the values, if it is not the row's own.
    fn needs(&self) -> Option<&'static str> {
        match self {
            Cell::Content | Cell::Cue | Cell::Source => Some("quote_parts"),
            Cell::SpeakerRole | Cell::SpeakerAffiliation => Some("actors"),
            Cell::Mentions => Some("mentions"),
            _ => None,
        }
    }

    /// Returns the right form of `value`, if it has another.
    fn refuse(&self, value: &Value) -> Option<&'static str> {
        let strings = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
        let bounds = |value: &Value| {
            value.as_object().is_some_and(|bounds| {
                !bounds.is_empty()
                    && bounds.iter().all(|(key, bound)| ["min", "max"].contains(&key.as_str()) && bound.is_number())
            })
        };
        match self {
            Cell::Text | Cell::SpeakerRole | Cell::SpeakerAffiliation | Cell::Column(ColumnType::String) => {
                (!value.is_string()).then_some("a string")
            }
            Cell::Start | Cell::End | Cell::Column(ColumnType::U32) => (!value.is_u64()).then_some("a whole number"),
            Cell::Column(ColumnType::F32 { width: 1 } | ColumnType::F16 { width: 1 }) => {
                (!value.is_number() && !bounds(value)).then_some("a number, or bounds such as { min = 0.5, max = 1 }")
            }
            Cell::Column(ColumnType::F32 { .. } | ColumnType::F16 { .. }) => {
                Some("left out: vectors cannot be compared")
            }
            Cell::Column(ColumnType::Ref { .. }) => {
                (!value.is_string() && !value.is_u64()).then_some("a name, or a row's number")
            }
            Cell::Content | Cell::Cue | Cell::Source | Cell::Mentions => {
                (!value.is_string() && !strings(value)).then_some("a string or a list of strings")
            }
        }
    }
}

/// Checks that the layers and columns that tests expect are made, and that the values have their types.
pub(crate) fn check_tests(
    specs: Vec<TestSpec>,
    layers: &Layers,
    files: &Files,
    findings: &mut Vec<Finding>,
) -> Vec<TestCase> {
    let line = |at: usize| files.line(at);
    let mut tests: Vec<TestCase> = Vec::with_capacity(specs.len());
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for spec in specs {
        let name = spec.name.get_ref().clone();
        match first.entry(name.clone()) {
            Entry::Vacant(place) => {
                place.insert(line(spec.name.span().start));
            }
            Entry::Occupied(first) => {
                let message = format!("two tests have the name {name:?}; the first is on line {}", first.get());
                findings.push(Finding::new(spec.name.span(), message).help("give one of them another name"));
            }
        }
        if spec.expect.is_empty() {
            let finding =
                Finding::warning(spec.name.span(), format!("test {name:?} expects nothing, so it always holds"));
            findings.push(finding.help("add a line such as `expect.entities = [{ text = \"...\" }]`"));
        }
        let mut expectations = Vec::with_capacity(spec.expect.len());
        for expect in spec.expect {
            let layer = expect.layer.get_ref().clone();
            if !layers.layers.contains_key(&layer) && !layers.open {
                let message = format!("this test expects layer {layer:?}, which no stage writes");
                let help = suggest(&layer, "layers of this pipeline", layers.layers.keys());
                findings.push(Finding::new(expect.layer.span(), message).maybe_help(help));
            }
            for row in &expect.rows {
                check_row(&layer, row, layers, findings);
            }
            let rows = expect.rows.into_iter().map(|row| ExpectedRow {
                line: line(row.span.start),
                cells: row.cells.into_iter().map(|(key, value)| (key.into_inner(), value.into_inner())).collect(),
            });
            expectations.push(Expectation { line: line(expect.layer.span().start), layer, rows: rows.collect() });
        }
        tests.push(TestCase { line: line(spec.name.span().start), name, text: spec.text, expectations });
    }
    tests
}

fn check_row(layer: &str, row: &RowSpec, layers: &Layers, findings: &mut Vec<Finding>) {
    let Some(written) = layers.layers.get(layer) else { return };
    for (key, value) in &row.cells {
        let name = key.get_ref().as_str();
        let Some(cell) = Cell::of(layer, name, || written.columns.get(name).map(|made| &made.kind)) else {
            if !layers.open {
                let known: Vec<&str> =
                    written.columns.keys().map(String::as_str).chain(Cell::keys(layer).iter().copied()).collect();
                let finding = Finding::new(key.span(), format!("layer {layer:?} has no column {name:?}"));
                findings.push(finding.maybe_help(suggest(name, "known", &known)));
            }
            continue;
        };
        if let Some(needs) = cell.needs().filter(|needs| !layers.open && !layers.layers.contains_key(*needs)) {
            let message = format!("{name:?} of {layer:?} comes from layer {needs:?}, which no stage writes");
            findings.push(Finding::new(key.span(), message));
        } else if let Some(right) = cell.refuse(value.get_ref()) {
            let message = format!("{name:?} must be {right}, not {}", value.get_ref());
            findings.push(Finding::new(value.span(), message));
        }
    }
}

/// The value of a cell in a document.
#[derive(Clone, Debug, PartialEq)]
enum Actual {
    Text(String),
    Number(f64),
    Row { number: u32, name: String },
    Nothing,
    List(Vec<String>),
}

impl fmt::Display for Actual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actual::Text(text) => write!(f, "{text:?}"),
            // The numbers are f32: more digits would be noise.
            Actual::Number(number) => write!(f, "{}", *number as f32),
            Actual::Row { name, .. } => write!(f, "{name:?}"),
            Actual::Nothing => f.write_str("nothing"),
            Actual::List(items) => match items.as_slice() {
                [item] => write!(f, "{item:?}"),
                _ => write!(f, "{items:?}"),
            },
        }
    }
}

/// The allowed difference of a float: half of the second digit after the point.
const TOLERANCE: f64 = 0.005;

/// An article that a test compares with its expectations.
struct Found<'a> {
    article: &'a Article,
    /// Code points. Tests count in them.
    map: OffsetMap<'a>,
}

impl<'a> Found<'a> {
    fn new(article: &'a Article) -> Self {
        Found { article, map: OffsetMap::new(article.text(), OffsetUnit::Char) }
    }

    fn layer(&self, name: &str) -> Option<&'a Layer> {
        self.article.document().layer(name)
    }

    fn words(&self, span: Span) -> String {
        span.get(self.article.text()).unwrap_or_default().to_owned()
    }

    fn value(&self, layer: &Layer, row: usize, key: &str) -> Actual {
        let span = || layer.spans().get(row).copied().unwrap_or_default();
        let position = |byte: u32| Actual::Number(f64::from(self.map.offset(byte)));
        let list = |spans: &[Span]| Actual::List(spans.iter().map(|span| self.words(*span)).collect());
        let quote = || u32::try_from(row).ok().and_then(|row| self.article.quote(row));
        let words = |words: Option<&str>| Actual::Text(words.unwrap_or_default().to_owned());
        match Cell::of(layer.name(), key, || layer.column_type(key)) {
            None => Actual::Nothing,
            Some(Cell::Text) => Actual::Text(self.words(span())),
            Some(Cell::Start) => position(span().start),
            Some(Cell::End) => position(span().end),
            Some(Cell::Content) => list(quote().map_or(&[], |quote| quote.content())),
            Some(Cell::Cue) => list(quote().map_or(&[], |quote| quote.cue())),
            Some(Cell::Source) => list(quote().map_or(&[], |quote| quote.source())),
            Some(Cell::SpeakerRole) => words(quote().and_then(|quote| quote.speaker()?.role())),
            Some(Cell::SpeakerAffiliation) => words(quote().and_then(|quote| quote.speaker()?.affiliation())),
            Some(Cell::Mentions) => {
                let actor = u32::try_from(row).ok().and_then(|row| self.article.actor(row));
                let mentions = actor.into_iter().flat_map(|actor| actor.mentions());
                Actual::List(mentions.map(|mention| mention.text().to_owned()).collect())
            }
            Some(Cell::Column(_)) => layer.column(key).and_then(|data| self.cell(data, row)).unwrap_or(Actual::Nothing),
        }
    }

    /// Returns the value of a column. References to nothing have none, and neither have vectors, which are not
    /// compared.
    fn cell(&self, data: &ColumnData, row: usize) -> Option<Actual> {
        if let Some(strings) = data.as_strings() {
            return strings.get(row).map(|text| Actual::Text(text.to_owned()));
        }
        if let Some(numbers) = data.as_numbers() {
            return numbers.get(row).map(|number| Actual::Number(f64::from(*number)));
        }
        if let Some(floats) = data.as_floats() {
            return floats.scalars()?.get(row).map(|float| Actual::Number(f64::from(*float)));
        }
        if let Some(halves) = data.as_halves() {
            return halves.scalars()?.get(row).map(|half| Actual::Number(half.to_f64()));
        }
        let references = data.as_references()?;
        let (number, target) = (references.get(row)?, self.layer(references.layer())?);
        let names = target.column("name").and_then(ColumnData::as_strings);
        let name = names.and_then(|names| names.get(number as usize)).map(str::to_owned);
        let words = || target.spans().get(number as usize).map(|span| self.words(*span)).unwrap_or_default();
        Some(Actual::Row { number, name: name.unwrap_or_else(words) })
    }
}

impl Actual {
    fn matches(&self, expected: &Value) -> bool {
        match (self, expected) {
            (Actual::Text(text), Value::String(wanted)) => text == wanted,
            (Actual::Row { name, .. }, Value::String(wanted)) => name == wanted,
            (Actual::Row { number, .. }, wanted) => wanted.as_u64() == Some(u64::from(*number)),
            // "author" is the article's own voice, as in the JSON; an empty name is nobody.
            (Actual::Nothing, Value::String(wanted)) => wanted.is_empty() || wanted == "author",
            (Actual::List(items), Value::String(wanted)) => {
                items.join(" ") == *wanted || items.contains(wanted) && items.len() == 1
            }
            (Actual::List(items), Value::Array(wanted)) => {
                items.len() == wanted.len() && items.iter().zip(wanted).all(|(item, wanted)| wanted == item.as_str())
            }
            (Actual::Number(number), Value::Object(bounds)) => {
                let bound = |key: &str| bounds.get(key).and_then(Value::as_f64);
                bound("min").is_none_or(|min| *number >= min) && bound("max").is_none_or(|max| *number <= max)
            }
            (Actual::Number(number), wanted) => {
                wanted.as_f64().is_some_and(|wanted| (number - wanted).abs() <= TOLERANCE)
            }
            _ => false,
        }
    }
}

/// How many rows of a layer a difference shows.
const SHOWN: usize = 12;

impl TestCase {
    /// The test's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text to analyze.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the line of the file with the test's name, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The rows that each layer must have, as keys and values.
    pub(crate) fn expected(&self) -> impl Iterator<Item = (&str, Vec<&[(String, Value)]>)> {
        self.expectations.iter().map(|expectation| {
            (expectation.layer.as_str(), expectation.rows.iter().map(|row| row.cells.as_slice()).collect())
        })
    }

    /// Analyzes the text and compares. Each expected row must match a row of its own, with the values that it names.
    /// Other rows may be there too, unless the list is empty: then the layer must be empty.
    ///
    /// # Errors
    /// If the text could not be analyzed: the message.
    pub fn run(&self, runner: &Runner) -> Result<Vec<Difference>, String> {
        let document = Document::new(self.name.clone(), self.text.clone()).map_err(|error| error.to_string())?;
        let document = runner.annotate(document).map_err(|failure| failure.error.to_string())?;
        let article = Article::new(document).map_err(|error| error.to_string())?;
        Ok(self.compare(&Found::new(&article)))
    }

    fn compare(&self, found: &Found<'_>) -> Vec<Difference> {
        let mut differences = Vec::new();
        for expectation in &self.expectations {
            let (layer, name) = (found.layer(&expectation.layer), &expectation.layer);
            let len = layer.map_or(0, Layer::len);
            if expectation.rows.is_empty() && len > 0 {
                let text = [("text".to_owned(), Value::Null)];
                let free: Vec<usize> = (0..len).collect();
                let expected = "no rows".to_owned();
                differences.push(difference(found, expectation.line, name, expected, &free, &text));
            }
            let mut taken = vec![false; len];
            let mut missing = Vec::new();
            for row in &expectation.rows {
                let hit = layer.and_then(|layer| {
                    (0..len).find(|at| {
                        !taken.get(*at).copied().unwrap_or(true)
                            && row.cells.iter().all(|(key, value)| found.value(layer, *at, key).matches(value))
                    })
                });
                match hit.and_then(|at| taken.get_mut(at)) {
                    Some(place) => *place = true,
                    None => missing.push(row),
                }
            }
            for row in missing {
                let cells: Vec<String> =
                    row.cells.iter().map(|(key, value)| format!("{key} = {}", toml(value))).collect();
                let free: Vec<usize> =
                    taken.iter().enumerate().filter(|(_, taken)| !**taken).map(|(at, _)| at).collect();
                differences.push(difference(found, row.line, name, cells.join(", "), &free, &row.cells));
            }
        }
        differences
    }
}

/// Returns the differences from the rows of the layer in `free`. These cells show such rows.
fn difference(
    found: &Found<'_>,
    line: usize,
    layer: &str,
    expected: String,
    free: &[usize],
    cells: &[(String, Value)],
) -> Difference {
    let mut rows: Vec<(usize, String)> = Vec::with_capacity(free.len());
    for at in free {
        let Some(layer) = found.layer(layer) else { break };
        let mut wrong = Vec::new();
        let mut shown = Vec::new();
        for (key, value) in cells {
            let actual = found.value(layer, *at, key);
            shown.push(format!("{key} = {actual}"));
            if !actual.matches(value) {
                wrong.push(key.as_str());
            }
        }
        let mut shown = shown.join(", ");
        if wrong.len() < cells.len() {
            shown = format!("{shown}  ({} {})", wrong.join(", "), if wrong.len() == 1 { "differs" } else { "differ" });
        }
        rows.push((wrong.len(), shown));
    }
    rows.sort_by_key(|(wrong, _)| *wrong);
    let omitted = rows.len().saturating_sub(SHOWN);
    let found = rows.into_iter().take(SHOWN).map(|(_, shown)| shown).collect();
    Difference { line, layer: layer.to_owned(), expected, found, omitted }
}
