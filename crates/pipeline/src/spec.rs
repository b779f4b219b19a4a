//! The content of a pipeline file, with the place of each value. Plugins are not known yet.

mod shift;

use std::collections::BTreeMap;
use std::ops::Range;

use copydesk_core::is_identifier;
use copydesk_loader::Limits;
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::fault::{FaultKind, Finding};
use crate::isolation::{self, Isolation};
use crate::nearest::{nearest, suggest};

/// A pipeline file.
#[derive(Debug, Default)]
pub(crate) struct Spec {
    pub name: Option<String>,
    pub description: String,
    /// Tags of the languages that it reads.
    pub languages: Vec<String>,
    /// The pipeline that this one changes.
    pub extends: Option<Spanned<String>>,
    /// Ids of its stages that are left out.
    pub remove: Vec<Spanned<String>>,
    pub vars: Vec<(Spanned<String>, Spanned<Value>)>,
    pub stages: Vec<StageSpec>,
    pub tests: Vec<TestSpec>,
    /// True if a part was left out. Missing things may then be in that part.
    pub incomplete: bool,
}

/// A `[[stage]]`.
#[derive(Debug)]
pub(crate) struct StageSpec {
    /// The header.
    pub span: Range<usize>,
    pub id: Option<Spanned<String>>,
    pub plugin: Option<PluginSpec>,
    pub config: ConfigSpec,
    /// The stage before or after which it is placed.
    pub anchor: Option<Anchor>,
}

/// The place of a stage among those of the pipeline that its file extends.
#[derive(Clone, Debug)]
pub(crate) struct Anchor {
    pub side: Side,
    pub id: Spanned<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    After,
}

/// The value of `plugin`.
#[derive(Debug)]
pub(crate) enum PluginSpec {
    /// `plugin = "ner"` or `plugin = { id = "ner" }`.
    Id(Spanned<String>),
    /// `plugin = { path = "...", id = "..." }`.
    Path { path: Spanned<String>, id: Option<Spanned<String>> },
    /// Either with `isolate = true`.
    Isolated { plugin: Box<PluginSpec>, limits: Limits },
}

impl PluginSpec {
    /// The library's path.
    pub fn path_mut(&mut self) -> Option<&mut Spanned<String>> {
        match self {
            PluginSpec::Id(_) => None,
            PluginSpec::Path { path, .. } => Some(path),
            PluginSpec::Isolated { plugin, .. } => plugin.path_mut(),
        }
    }

    /// Returns the plugin's id, if the file names the plugin by id alone.
    pub fn id(&self) -> Option<&Spanned<String>> {
        match self {
            PluginSpec::Id(id) => Some(id),
            PluginSpec::Path { .. } => None,
            PluginSpec::Isolated { plugin, .. } => plugin.id(),
        }
    }

    pub fn span(&self) -> Range<usize> {
        match self {
            PluginSpec::Id(id) => id.span(),
            PluginSpec::Path { path, .. } => path.span(),
            PluginSpec::Isolated { plugin, .. } => plugin.span(),
        }
    }
}

/// The value of `config`.
#[derive(Debug, Default)]
pub(crate) struct ConfigSpec {
    pub span: Option<Range<usize>>,
    pub values: Map<String, Value>,
    /// The place of each option in the text.
    pub places: BTreeMap<String, OptionPlace>,
    /// Options with values that are not JSON. They have been reported.
    pub broken: Vec<String>,
}

/// The place of an option.
#[derive(Clone, Debug)]
pub(crate) struct OptionPlace {
    pub key: Range<usize>,
    pub value: Range<usize>,
    /// The origin of the value: this place, or the variable that the value begins with. A relative path starts from the
    /// file of its origin.
    pub from: usize,
}

/// A `[[test]]`.
#[derive(Debug)]
pub(crate) struct TestSpec {
    pub name: Spanned<String>,
    pub text: String,
    pub expect: Vec<ExpectSpec>,
}

/// `expect.LAYER`.
#[derive(Debug)]
pub(crate) struct ExpectSpec {
    pub layer: Spanned<String>,
    pub rows: Vec<RowSpec>,
}

/// One row that a test expects: keys and the values they should have.
#[derive(Debug)]
pub(crate) struct RowSpec {
    pub span: Range<usize>,
    pub cells: Vec<(Spanned<String>, Spanned<Value>)>,
}

type Entries<'a, 'i> = (&'a Spanned<std::borrow::Cow<'i, str>>, &'a Spanned<DeValue<'i>>);

/// The entries of a table in the order of the text.
fn entries<'a, 'i>(table: &'a DeTable<'i>) -> Vec<Entries<'a, 'i>> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

fn name_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Turns tables into a [`Spec`] and reports errors.
pub(crate) struct SpecReader<'f> {
    pub findings: &'f mut Vec<Finding>,
    /// True if a part of the file was left out. Missing things may then be in that part.
    pub incomplete: bool,
    /// True if the file extends another.
    pub extends: bool,
}

const PIPELINE_KEYS: [&str; 8] = ["name", "description", "languages", "extends", "remove", "vars", "stage", "test"];
const STAGE_KEYS: [&str; 5] = ["id", "plugin", "config", "before", "after"];

impl<'f> SpecReader<'f> {
    pub fn new(findings: &'f mut Vec<Finding>, incomplete: bool) -> Self {
        SpecReader { findings, incomplete, extends: false }
    }
}

impl SpecReader<'_> {
    fn wrong_type(&mut self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let message = format!("{key:?} must be {wanted}, not {}", name_of(value.get_ref()));
        self.findings.push(Finding::new(value.span(), message));
    }

    fn unknown_key(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, place: &str, known: &[&str]) {
        let name = key.get_ref().as_ref();
        let finding = Finding::new(key.span(), format!("unknown key {name:?} {place}"));
        self.findings.push(finding.maybe_help(suggest(name, "known keys", known)));
    }

    fn string(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Spanned<String>> {
        match value.get_ref() {
            DeValue::String(text) => Some(Spanned::new(value.span(), text.clone().into_owned())),
            _ => {
                self.wrong_type(key, value, "a string");
                None
            }
        }
    }

    /// The tables of `[[key]]`.
    fn tables<'a, 'i>(&mut self, key: &str, value: &'a Spanned<DeValue<'i>>) -> Vec<(Range<usize>, &'a DeTable<'i>)> {
        match value.get_ref() {
            DeValue::Array(items) => {
                let mut tables = Vec::new();
                for item in items.iter() {
                    match item.get_ref() {
                        DeValue::Table(table) => tables.push((item.span(), table)),
                        _ => self.wrong_type(key, item, "a table"),
                    }
                }
                tables
            }
            DeValue::Table(table) => {
                let finding = Finding::new(value.span(), format!("{key:?} must be a list of tables"));
                self.findings.push(finding.help(format!("write [[{key}]], with two brackets")));
                vec![(value.span(), table)]
            }
            _ => {
                self.wrong_type(key, value, &format!("a list of tables, each begun by [[{key}]]"));
                Vec::new()
            }
        }
    }

    /// The strings of a list.
    fn strings(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Vec<Spanned<String>> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, value, "a list of strings");
            return Vec::new();
        };
        let mut strings = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) => strings.push(Spanned::new(item.span(), text.clone().into_owned())),
                _ => self.wrong_type(key, item, "a list of strings"),
            }
        }
        strings
    }

    fn vars(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<(Spanned<String>, Spanned<Value>)> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type("vars", value, "a table of variables, begun by [vars]");
            return Vec::new();
        };
        let mut vars = Vec::new();
        for (key, value) in entries(table) {
            let name = key.get_ref().as_ref();
            if !is_identifier(name) {
                let finding = Finding::new(key.span(), format!("{name:?} cannot be a variable's name"));
                self.findings.push(finding.help("write a-z, 0-9 and _, a letter first").kind(FaultKind::Variable));
                continue;
            }
            match to_json(value) {
                Ok(Value::Object(_)) => {
                    self.wrong_type(name, value, "a string, a number, true, false or a list");
                }
                Ok(json) => vars.push((Spanned::new(key.span(), name.to_owned()), Spanned::new(value.span(), json))),
                Err((span, what)) => self.findings.push(Finding::new(span, format!("variable {name:?} {what}"))),
            }
        }
        vars
    }

    pub fn pipeline(&mut self, table: &DeTable<'_>) -> Spec {
        self.extends = table.contains_key("extends");
        let mut spec = Spec { incomplete: self.incomplete, ..Spec::default() };
        let mut has_stages = false;
        for (key, value) in entries(table) {
            match key.get_ref().as_ref() {
                "name" => spec.name = self.string("name", value).map(Spanned::into_inner),
                "description" => {
                    spec.description = self.string("description", value).map(Spanned::into_inner).unwrap_or_default();
                }
                "languages" => {
                    spec.languages = self.strings("languages", value).into_iter().map(Spanned::into_inner).collect();
                }
                "extends" => spec.extends = self.string("extends", value),
                "remove" => spec.remove = self.strings("remove", value),
                "vars" => spec.vars = self.vars(value),
                "stage" => {
                    has_stages = true;
                    for (span, table) in self.tables("stage", value) {
                        spec.stages.push(self.stage(span, table));
                    }
                    if spec.stages.is_empty() && value.get_ref().as_array().is_some_and(|items| items.is_empty()) {
                        self.findings.push(no_stages(value.span()));
                    }
                }
                "test" => {
                    for (span, table) in self.tables("test", value) {
                        let test = self.test(span, table);
                        spec.tests.extend(test);
                    }
                }
                _ => {
                    has_stages |= ["stages", "Stage", "step", "steps"].contains(&key.get_ref().as_ref());
                    self.unknown_key(key, "in a pipeline", &PIPELINE_KEYS);
                }
            }
        }
        if !has_stages && !self.incomplete && !self.extends {
            self.findings.push(no_stages(0..0));
        }
        spec
    }

    fn stage(&mut self, span: Range<usize>, table: &DeTable<'_>) -> StageSpec {
        let config = ConfigSpec::default();
        let mut stage = StageSpec { span: span.clone(), id: None, plugin: None, config, anchor: None };
        let mut has_plugin = false;
        for (key, value) in entries(table) {
            match key.get_ref().as_ref() {
                "id" => stage.id = self.string("id", value),
                "plugin" => {
                    has_plugin = true;
                    stage.plugin = self.plugin(value);
                }
                "config" => stage.config = self.config(value),
                name @ ("before" | "after") => {
                    let side = if name == "before" { Side::Before } else { Side::After };
                    self.anchor(&mut stage, side, key.span(), value);
                }
                name => {
                    has_plugin |= nearest(name, &STAGE_KEYS) == Some("plugin");
                    let known = if self.extends { &STAGE_KEYS[..] } else { &STAGE_KEYS[..3] };
                    self.unknown_key(key, "in a stage", known);
                }
            }
        }
        if !has_plugin && !self.incomplete && !self.extends {
            let finding = Finding::new(span, "this stage names no plugin");
            self.findings.push(finding.help("add a line such as `plugin = \"tokenizer\"`"));
        } else if !has_plugin && !self.incomplete && stage.id.is_none() && !table.contains_key("id") {
            let finding = Finding::new(span, "this stage has neither a plugin nor an id");
            self.findings
                .push(finding.help("a new stage needs a plugin; a change needs the id of the stage it changes"));
        }
        stage
    }

    fn anchor(&mut self, stage: &mut StageSpec, side: Side, key: Range<usize>, value: &Spanned<DeValue<'_>>) {
        let name = if side == Side::Before { "before" } else { "after" };
        if !self.extends {
            let finding = Finding::new(key, format!("{name:?} is for a file that extends another"));
            self.findings.push(finding.help("stages run in the order of the file: move this one"));
        } else if stage.anchor.is_some() {
            let finding = Finding::new(key, "a stage stands either \"before\" or \"after\" another");
            self.findings.push(finding.help("remove one of the two"));
        } else {
            stage.anchor = self.string(name, value).map(|id| Anchor { side, id });
        }
    }

    fn plugin(&mut self, value: &Spanned<DeValue<'_>>) -> Option<PluginSpec> {
        match value.get_ref() {
            DeValue::String(id) => Some(PluginSpec::Id(Spanned::new(value.span(), id.clone().into_owned()))),
            DeValue::Table(table) => {
                let known = ["path", "id", "isolate", "time_limit", "memory_limit"];
                let (mut path, mut id, mut has_path, mut is_named) = (None, None, false, false);
                let mut isolation = Isolation::default();
                for (key, value) in entries(table) {
                    match key.get_ref().as_ref() {
                        "path" => {
                            (has_path, is_named) = (true, true);
                            path = self.string("path", value);
                        }
                        "id" => {
                            is_named = true;
                            id = self.string("id", value);
                        }
                        name if isolation::KEYS.contains(&name) => {
                            isolation.read(name, key.span(), value, self.findings);
                        }
                        name => {
                            is_named |= matches!(nearest(name, &known), Some("path" | "id"));
                            self.unknown_key(key, "in `plugin`", &known);
                        }
                    }
                }
                if !is_named {
                    let finding = Finding::new(value.span(), "\"plugin\" as a table needs a \"path\" or an \"id\"");
                    self.findings.push(finding.help("write `{ path = \"...\" }`, or a plugin's id as a string"));
                }
                let plugin = match (path, id) {
                    (Some(path), id) => PluginSpec::Path { path, id },
                    (None, Some(id)) if !has_path => PluginSpec::Id(id),
                    _ => return None,
                };
                Some(match isolation.limits(self.findings) {
                    Some(limits) => PluginSpec::Isolated { plugin: Box::new(plugin), limits },
                    None => plugin,
                })
            }
            _ => {
                self.wrong_type("plugin", value, "a plugin's id or `{ path = \"...\" }`");
                None
            }
        }
    }

    fn config(&mut self, value: &Spanned<DeValue<'_>>) -> ConfigSpec {
        let mut config = ConfigSpec { span: Some(value.span()), ..ConfigSpec::default() };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type("config", value, "a table of options");
            config.span = None;
            return config;
        };
        for (key, value) in entries(table) {
            let name = key.get_ref().as_ref();
            match to_json(value) {
                Ok(json) => {
                    config.values.insert(name.to_owned(), json);
                }
                Err((span, what)) => {
                    self.findings.push(Finding::new(span, format!("option {name:?} {what}")));
                    config.broken.push(name.to_owned());
                }
            }
            let place = OptionPlace { key: key.span(), value: value.span(), from: value.span().start };
            config.places.insert(name.to_owned(), place);
        }
        config
    }

    fn test(&mut self, span: Range<usize>, table: &DeTable<'_>) -> Option<TestSpec> {
        let known = ["name", "text", "expect"];
        let (mut name, mut text, mut expect) = (None, None, Vec::new());
        let (mut has_name, mut has_text) = (false, false);
        for (key, value) in entries(table) {
            match key.get_ref().as_ref() {
                "name" => {
                    has_name = true;
                    name = self.string("name", value);
                }
                "text" => {
                    has_text = true;
                    text = self.string("text", value).map(Spanned::into_inner);
                }
                "expect" => expect = self.expect(value),
                wrong => {
                    let meant = nearest(wrong, &known);
                    has_name |= meant == Some("name");
                    has_text |= meant == Some("text");
                    self.unknown_key(key, "in a test", &known);
                }
            }
        }
        for (seen, name, hint) in [
            (has_name, "name", "add a line such as `name = \"speaker after the quote\"`"),
            (has_text, "text", "add the text to analyze: `text = \"...\"`"),
        ] {
            if !seen && !self.incomplete {
                self.findings.push(Finding::new(span.clone(), format!("this test has no {name:?}")).help(hint));
            }
        }
        Some(TestSpec { name: name?, text: text?, expect })
    }

    fn expect(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<ExpectSpec> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type("expect", value, "a table of layers, such as `expect.entities = [...]`");
            return Vec::new();
        };
        let mut out = Vec::new();
        for (key, value) in entries(table) {
            let layer = Spanned::new(key.span(), key.get_ref().clone().into_owned());
            let DeValue::Array(items) = value.get_ref() else {
                self.wrong_type(layer.get_ref(), value, "a list of rows, such as `[{ text = \"...\" }]`");
                continue;
            };
            let rows = items.iter().filter_map(|item| self.row(layer.get_ref(), item)).collect();
            out.push(ExpectSpec { layer, rows });
        }
        out
    }

    fn row(&mut self, layer: &str, item: &Spanned<DeValue<'_>>) -> Option<RowSpec> {
        match item.get_ref() {
            // A string stands for the row's text: `expect.tokens = ["do", "n't"]`.
            DeValue::String(text) => {
                let key = Spanned::new(item.span(), "text".to_owned());
                let value = Spanned::new(item.span(), Value::String(text.clone().into_owned()));
                Some(RowSpec { span: item.span(), cells: vec![(key, value)] })
            }
            DeValue::Table(table) => {
                let mut cells = Vec::new();
                for (key, value) in entries(table) {
                    match to_json(value) {
                        Ok(json) => cells.push((
                            Spanned::new(key.span(), key.get_ref().clone().into_owned()),
                            Spanned::new(value.span(), json),
                        )),
                        Err((span, what)) => {
                            self.findings.push(Finding::new(span, format!("{:?} {what}", key.get_ref())));
                        }
                    }
                }
                if cells.is_empty() && table.is_empty() {
                    let finding = Finding::new(item.span(), format!("an expected row of {layer:?} says nothing"));
                    self.findings.push(finding.help("write what it should have, such as `{ text = \"...\" }`"));
                    return None;
                }
                Some(RowSpec { span: item.span(), cells })
            }
            _ => {
                self.wrong_type(layer, item, "a list of tables or strings");
                None
            }
        }
    }
}

fn no_stages(span: Range<usize>) -> Finding {
    Finding::new(span, "this pipeline has no stages").help("begin each with [[stage]] and name its plugin")
}

/// Returns the value as JSON, or the place that is not JSON and the reason. The TOML parser bounds the depth.
pub(crate) fn to_json(value: &Spanned<DeValue<'_>>) -> Result<Value, (Range<usize>, String)> {
    let fault = |what: &str| Err((value.span(), what.to_owned()));
    match value.get_ref() {
        DeValue::String(text) => Ok(Value::String(text.clone().into_owned())),
        DeValue::Boolean(value) => Ok(Value::Bool(*value)),
        DeValue::Datetime(_) => fault("cannot be a date; write it as a string"),
        DeValue::Integer(number) => {
            let (digits, radix) = (number.as_str(), number.radix());
            let signed = i64::from_str_radix(digits, radix).map(Value::from);
            match signed.or_else(|_| u64::from_str_radix(digits, radix).map(Value::from)) {
                Ok(number) => Ok(number),
                Err(_) => fault("is a number of more than 64 bits"),
            }
        }
        DeValue::Float(number) => match number.as_str().parse().ok().and_then(serde_json::Number::from_f64) {
            Some(number) => Ok(Value::Number(number)),
            None => fault("must be a finite number"),
        },
        DeValue::Array(items) => items.iter().map(to_json).collect::<Result<_, _>>().map(Value::Array),
        DeValue::Table(table) => {
            let entry = |(key, value): Entries<'_, '_>| Ok((key.get_ref().clone().into_owned(), to_json(value)?));
            entries(table).into_iter().map(entry).collect::<Result<_, _>>().map(Value::Object)
        }
    }
}
