//! A pipeline as one file: composed, with all defaults filled in, and with the origin of each value.

use std::fmt::Write as _;

use copydesk_loader::Origin;
use serde_json::Value;

use crate::checked::{CheckedPipeline, CheckedStage};
use crate::literal::{key, string, toml};

impl CheckedPipeline {
    /// Returns the pipeline as a file that extends nothing, has no variables and gives every option. Paths are
    /// absolute. Comments name the origin of each stage and each option.
    #[must_use]
    pub fn as_toml(&self) -> String {
        let mut out = format!("name = {}\n", string(self.name()));
        if !self.description().is_empty() {
            let _ = writeln!(out, "description = {}", string(self.description()));
        }
        if !self.languages().is_empty() {
            let languages: Vec<String> = self.languages().iter().map(|tag| string(tag)).collect();
            let _ = writeln!(out, "languages = [{}]", languages.join(", "));
        }
        for stage in self.stages() {
            self.stage(stage, &mut out);
        }
        for case in self.tests() {
            let _ = writeln!(out, "\n[[test]]\nname = {}\ntext = {}", string(case.name()), string(case.text()));
            for (layer, rows) in case.expected() {
                let rows: Vec<String> = rows.into_iter().map(row).collect();
                let _ = writeln!(out, "expect.{layer} = [{}]", rows.join(", "));
            }
        }
        out
    }

    fn stage(&self, stage: &CheckedStage, out: &mut String) {
        let plugin = stage.plugin();
        let id = string(plugin.id());
        let isolation = plugin.limits().map_or_else(String::new, |limits| {
            let (seconds, megabytes) = (limits.time.as_secs_f64(), limits.memory >> 20);
            format!(", isolate = true, time_limit = {seconds:?}, memory_limit = {megabytes}")
        });
        let name = match plugin.origin() {
            Origin::BuiltIn if isolation.is_empty() => id,
            Origin::BuiltIn => format!("{{ id = {id}{isolation} }}"),
            Origin::File(path) => {
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                let path = string(&path.to_string_lossy()).replace("${", "$${");
                format!("{{ path = {path}, id = {id}{isolation} }}")
            }
        };
        let place = comment(&self.files().reference(stage.place()));
        let _ = writeln!(out, "\n[[stage]]{place}\nid = {}\nplugin = {name}", string(stage.id()));
        if stage.config().is_empty() {
            return;
        }
        out.push_str("[stage.config]\n");
        // A variable in a value has been put in: what looks like one is none.
        for (option, value) in stage.config() {
            let from = stage.origin_of(option).map(|place| self.files().reference(place));
            let from = comment(&from.unwrap_or_else(|| "default".to_owned()));
            let _ = writeln!(out, "{} = {}{from}", key(option), toml(value).replace("${", "$${"));
        }
    }
}

/// A comment at the end of a line; a name of a file may hold anything.
fn comment(text: &str) -> String {
    let shown: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    format!("  # {shown}")
}

fn row(cells: &[(String, Value)]) -> String {
    match cells {
        [(name, Value::String(text))] if name == "text" => string(text),
        cells => {
            let cells: Vec<String> =
                cells.iter().map(|(name, value)| format!("{} = {}", key(name), toml(value))).collect();
            format!("{{ {} }}", cells.join(", "))
        }
    }
}
