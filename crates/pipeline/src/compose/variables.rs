//! `[vars]`, `--set` and `${name}`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::DeValue;

use crate::fault::Finding;
use crate::files::{COMMAND_LINE, Files};
use crate::nearest::suggest;
use crate::spec::{PluginSpec, Spec, StageSpec, to_json};

/// How many bytes all values together may come to: a long variable that is used often would fill the memory.
const LARGEST: usize = 4 << 20;

/// A variable and the place of its value.
struct Variable {
    value: Value,
    place: Range<usize>,
}

/// Puts the values of variables into options and paths of all files. The values of a file replace those of the files
/// that it extends, and those of `set` replace all.
pub(super) fn expand(
    chain: &mut [Spec],
    set: &[String],
    files: &mut Files,
    incomplete: bool,
    findings: &mut Vec<Finding>,
) {
    let mut variables: BTreeMap<String, Variable> = BTreeMap::new();
    for (name, value) in chain.iter().rev().flat_map(|spec| &spec.vars) {
        if value.get_ref().as_str().is_some_and(|text| text.contains("${")) {
            let finding = Finding::new(value.span(), "a variable cannot be made of others");
            findings.push(finding.help("write its value"));
        }
        variables.insert(name.get_ref().clone(), Variable { value: value.get_ref().clone(), place: value.span() });
    }
    set_variables(set, &mut variables, files, incomplete, findings);

    let mut expander = Expander { variables, incomplete, used: BTreeSet::new(), size: 0, findings };
    for spec in chain.iter_mut() {
        for stage in &mut spec.stages {
            // An unreadable value has been reported, and counts as unknown.
            spec.incomplete |= !expander.stage(stage);
        }
    }
    let used = expander.used;
    let Some(own) = chain.first() else { return };
    for (name, _) in own.vars.iter().filter(|(name, _)| !used.contains(name.get_ref())) {
        let message = format!("variable {:?} is not used", name.get_ref());
        let help = format!("write \"${{{}}}\" where its value should stand, or remove it", name.get_ref());
        findings.push(Finding::warning(name.span(), message).help(help));
    }
}

/// Takes over the values of the command line, each read as the type that the variable has.
fn set_variables(
    set: &[String],
    variables: &mut BTreeMap<String, Variable>,
    files: &mut Files,
    incomplete: bool,
    findings: &mut Vec<Finding>,
) {
    if set.is_empty() {
        return;
    }
    let lines: Vec<String> = set.iter().map(|assignment| format!("--set {assignment}")).collect();
    let mut at = files.add(COMMAND_LINE, &lines.join("\n"), None);
    for (line, assignment) in lines.iter().zip(set) {
        let start = at + "--set ".len();
        at += line.len() + 1;
        let Some((name, text)) = assignment.split_once('=') else {
            let finding = Finding::new(start..start + assignment.len(), "this sets no value");
            findings.push(finding.help("write NAME=VALUE"));
            continue;
        };
        let value_start = start + name.len() + 1;
        let place = value_start..value_start + text.len();
        let names: Vec<String> = variables.keys().cloned().collect();
        match variables.get_mut(name) {
            None if incomplete => {}
            None => {
                let finding = Finding::new(start..start + name.len(), format!("there is no variable {name:?}"));
                let help = suggest(name, "variables are", &names);
                let none = || "the pipeline has none; declare it under [vars]".to_owned();
                findings.push(finding.help(help.unwrap_or_else(none)));
            }
            Some(variable) => match parse(text, &variable.value) {
                Ok(value) => *variable = Variable { value, place },
                Err(wanted) => {
                    let message = format!("variable {name:?} must be {wanted}, not {text:?}");
                    let help = format!("as its value on {}", files.words(variable.place.start));
                    findings.push(Finding::new(place, message).help(help));
                }
            },
        }
    }
}

/// The text as a value of the type that `like` has.
fn parse(text: &str, like: &Value) -> Result<Value, &'static str> {
    let toml = || {
        let value = DeValue::parse(text.trim()).ok()?;
        to_json(&value).ok()
    };
    match like {
        Value::String(_) => Ok(Value::String(text.to_owned())),
        Value::Bool(_) => toml().filter(Value::is_boolean).ok_or("true or false"),
        Value::Number(_) => toml().filter(Value::is_number).ok_or("a number"),
        _ => toml().filter(Value::is_array).ok_or("a list such as [\"a\", \"b\"]"),
    }
}

/// A text after its variables are replaced, and the place of the variable that it begins with.
type Expanded = Option<(Value, Option<Range<usize>>)>;

/// A value that cannot be made out, for a reason that has been reported.
struct Unknown;

struct Expander<'f> {
    variables: BTreeMap<String, Variable>,
    incomplete: bool,
    used: BTreeSet<String>,
    /// Bytes that were put in so far.
    size: usize,
    findings: &'f mut Vec<Finding>,
}

impl Expander<'_> {
    /// Puts variables into the options and the path of a stage. Returns true if its plugin is still known.
    fn stage(&mut self, stage: &mut StageSpec) -> bool {
        let config = &mut stage.config;
        for (name, place) in &mut config.places {
            let Some(value) = config.values.get_mut(name) else { continue };
            match self.value(value, &place.value) {
                Ok(from) => place.from = from.map_or(place.from, |from| from.start),
                Err(Unknown) => {
                    config.values.remove(name);
                    config.broken.push(name.clone());
                }
            }
        }
        let Some(path) = stage.plugin.as_mut().and_then(PluginSpec::path_mut) else { return true };
        match self.text(path.get_ref(), path.span(), true) {
            Ok(None) => true,
            Ok(Some((value, from))) => {
                // A path that a variable gives is relative to the file which sets it, so that is its place.
                let text = value.as_str().unwrap_or_default().to_owned();
                *path = Spanned::new(from.unwrap_or_else(|| path.span()), text);
                true
            }
            Err(Unknown) => {
                stage.plugin = None;
                false
            }
        }
    }

    /// Puts variables into a value and the values in it. Returns the variable that the value, or its beginning, comes
    /// from.
    fn value(&mut self, value: &mut Value, span: &Range<usize>) -> Result<Option<Range<usize>>, Unknown> {
        match value {
            Value::String(text) => {
                let Some((new, from)) = self.text(text, span.clone(), false)? else { return Ok(None) };
                *value = new;
                return Ok(from);
            }
            Value::Array(items) => {
                for item in items {
                    self.value(item, span)?;
                }
            }
            Value::Object(map) => {
                for item in map.values_mut() {
                    self.value(item, span)?;
                }
            }
            _ => {}
        }
        Ok(None)
    }

    /// Returns `text` with its variables replaced, and the place of the variable that it begins with. If the text is a
    /// single variable, the value keeps the variable's type, unless it must be a string.
    fn text(&mut self, text: &str, span: Range<usize>, string: bool) -> Result<Expanded, Unknown> {
        if !text.contains("${") {
            return Ok(None);
        }
        let mut out = String::new();
        let mut from = None;
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, inside) = rest.split_at(at);
            let inside = inside.get(2..).unwrap_or("");
            if let Some(before) = before.strip_suffix('$') {
                out.push_str(before);
                out.push_str("${");
                rest = inside;
                continue;
            }
            out.push_str(before);
            let Some((name, after)) = inside.split_once('}') else {
                let finding = Finding::new(span, "this variable is never closed: \"${\" without \"}\"");
                self.findings.push(finding.help("write ${name}, or $${ for a plain ${"));
                return Err(Unknown);
            };
            let Some(variable) = self.variables.get(name) else {
                if !self.incomplete {
                    let finding = Finding::new(span, format!("variable {name:?} is not declared"));
                    let none = || "declare it under [vars], or write $${ for a plain ${".to_owned();
                    let help = suggest(name, "variables are", self.variables.keys());
                    self.findings.push(finding.help(help.unwrap_or_else(none)));
                }
                return Err(Unknown);
            };
            self.used.insert(name.to_owned());
            let whole = before.is_empty() && after.is_empty() && rest.len() == text.len();
            let shown = match &variable.value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            self.size = self.size.saturating_add(shown.len());
            if self.size > LARGEST {
                let message = format!("the values of variables come to more than {LARGEST} bytes");
                self.findings.push(Finding::new(span, message));
                // Whatever follows would only say so again.
                self.incomplete = true;
                self.variables.clear();
                return Err(Unknown);
            }
            if whole && !string {
                return Ok(Some((variable.value.clone(), Some(variable.place.clone()))));
            }
            if variable.value.is_array() || (string && whole && !variable.value.is_string()) {
                let message = format!("variable {name:?} is {shown}, which cannot be part of a string");
                self.findings.push(Finding::new(span, message));
                return Err(Unknown);
            }
            if out.is_empty() && rest.len() == text.len() {
                from = Some(variable.place.clone());
            }
            out.push_str(&shown);
            rest = after;
        }
        out.push_str(rest);
        Ok(Some((Value::String(out), from)))
    }
}
