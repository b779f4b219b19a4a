//! From a pipeline file to a pipeline that can be loaded.

use std::collections::BTreeMap;
use std::path::Path;

use copydesk_core::{ConfigFault, is_identifier};
use copydesk_loader::{Origin, Plugin, Registry};
use serde_json::{Map, Value};
use toml::de::DeTable;

use crate::fault::{Faults, Finding, locate};
use crate::graph::{Graph, Lack, Node};
use crate::lines::LineIndex;
use crate::plugins::{Plugins, Resolved, same_origin};
use crate::runner::{Runner, Stage};
use crate::source::PipelineSource;
use crate::spec::{PluginSpec, Spec, SpecReader, StageSpec, check_config};
use crate::syntax;
use crate::testing::{TestCase, check_tests};

/// A pipeline in which nothing is wrong that can be seen without running it.
#[derive(Debug)]
pub struct CheckedPipeline {
    source: PipelineSource,
    name: String,
    description: String,
    stages: Vec<CheckedStage>,
    tests: Vec<TestCase>,
}

/// A stage of a checked pipeline.
#[derive(Clone, Debug)]
pub struct CheckedStage {
    id: String,
    plugin: Plugin,
    config: Map<String, Value>,
    line: usize,
    /// Where the file names the plugin, and where it gives each option.
    place: std::ops::Range<usize>,
    options: BTreeMap<String, std::ops::Range<usize>>,
    /// Optional layers that the stage reads and no stage before it writes.
    lacks: Vec<Lack>,
}

impl CheckedStage {
    /// The stage's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The plugin it uses.
    #[must_use]
    pub fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// The options, defaults filled in and paths made absolute.
    #[must_use]
    pub fn config(&self) -> &Map<String, Value> {
        &self.config
    }

    /// The line of the file on which the stage names its plugin, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }
}

/// More stages than anybody means: each is compared with all others.
const MOST_STAGES: usize = 1000;

/// A pipeline file is written by hand. What is larger is some other file.
const LARGEST: usize = 1 << 20;

impl PipelineSource {
    /// Checks everything that can be known without running: syntax, keys, types, plugins, configuration, and
    /// that the layers of the stages fit together.
    ///
    /// # Errors
    /// All that is wrong, each with its place.
    pub fn check(&self, registry: &Registry) -> Result<CheckedPipeline, Faults> {
        let mut findings = Vec::new();
        let checked = self.check_into(registry, &mut findings);
        match checked {
            Some(checked) if findings.is_empty() => Ok(checked),
            _ => Err(locate(&self.name, &self.text, findings)),
        }
    }

    fn check_into(&self, registry: &Registry, findings: &mut Vec<Finding>) -> Option<CheckedPipeline> {
        if self.text.len() > LARGEST {
            let message = format!("this file has {} bytes; a pipeline file may have {LARGEST}", self.text.len());
            findings.push(Finding::new(0..0, message));
            return None;
        }
        let sound = syntax::check(&self.text, findings);
        let (table, _) = DeTable::parse_recoverable(&sound.text);
        let mut spec = SpecReader { findings, incomplete: sound.broken }.pipeline(table.get_ref());

        if let Some(extra) = spec.stages.get(MOST_STAGES) {
            let message = format!("this pipeline has {} stages; it may have {MOST_STAGES}", spec.stages.len());
            findings.push(Finding::new(extra.span.clone(), message));
            spec.stages.truncate(MOST_STAGES);
        }
        let mut plugins = Plugins::new(self, registry);
        let resolved: Vec<Resolved> = spec
            .stages
            .iter()
            .map(|stage| match &stage.plugin {
                Some(plugin) => plugins.resolve(plugin, findings),
                None => Resolved::Unknown,
            })
            .collect();
        for (stage, resolved) in spec.stages.iter().zip(&resolved) {
            if let Some(plugin) = resolved.found() {
                check_config(stage, plugin.id(), plugin.manifest(), findings);
            }
        }
        let tests = std::mem::take(&mut spec.tests);
        let lines = LineIndex::new(&self.text);
        let stages = named(&spec, &resolved, &lines, findings);
        one_library_each(&stages, &lines, findings);
        let nodes = stages.iter().map(|stage| stage.node(&lines)).collect();
        let layers = Graph { nodes, known: registry.built_in(), incomplete: spec.incomplete, findings }.check();
        let tests = check_tests(tests, &layers, &lines, findings);

        let checked = |(at, stage): (usize, &Named<'_>)| {
            let mut checked = self.stage(stage, stage.resolved.found()?, &lines);
            checked.lacks = layers.lacks.iter().filter(|lack| lack.stage == at).cloned().collect();
            Some(checked)
        };
        let stages: Option<Vec<CheckedStage>> = stages.iter().enumerate().map(checked).collect();
        let stem = || Path::new(&self.name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        Some(CheckedPipeline {
            source: self.clone(),
            name: spec.name.or_else(stem).unwrap_or_default(),
            description: spec.description,
            stages: stages?,
            tests,
        })
    }

    fn stage(&self, stage: &Named<'_>, plugin: &Plugin, lines: &LineIndex<'_>) -> CheckedStage {
        let schema = &plugin.manifest().config;
        let mut config = schema.complete(&stage.spec.config.values);
        for (name, value) in &mut config {
            let is_path = schema.properties.get(name).is_some_and(|property| property.is_path);
            if is_path
                && let Value::String(path) = value
                && !path.starts_with("builtin:")
            {
                *path = self.resolve(path).to_string_lossy().into_owned();
            }
        }
        CheckedStage {
            id: stage.id.clone(),
            plugin: plugin.clone(),
            config,
            line: lines.number(stage.place.start),
            place: stage.place.clone(),
            options: stage.spec.config.places.iter().map(|(name, (_, value))| (name.clone(), value.clone())).collect(),
            lacks: Vec::new(),
        }
    }
}

/// A stage with its id.
struct Named<'a> {
    spec: &'a StageSpec,
    resolved: &'a Resolved,
    id: String,
    place: std::ops::Range<usize>,
}

impl Named<'_> {
    fn node(&self, lines: &LineIndex<'_>) -> Node<'_> {
        let (plugin, guessed) = match self.resolved {
            Resolved::Found(plugin) => (Some(plugin), false),
            Resolved::Guessed(plugin) => (Some(plugin), true),
            Resolved::Unknown => (None, false),
        };
        let line = lines.number(self.place.start);
        Node { id: &self.id, span: self.place.clone(), line, plugin, guessed }
    }
}

/// Gives each stage its id, which is the plugin's where the file gives none.
fn named<'a>(
    spec: &'a Spec,
    resolved: &'a [Resolved],
    lines: &LineIndex<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Named<'a>> {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut out = Vec::with_capacity(spec.stages.len());
    for (spec, resolved) in spec.stages.iter().zip(resolved) {
        let place = spec.plugin.as_ref().map_or_else(|| spec.span.clone(), PluginSpec::span);
        let (id, id_place) = match (&spec.id, &spec.plugin, resolved.found()) {
            (Some(id), _, _) => (id.get_ref().clone(), id.span()),
            (None, _, Some(plugin)) => (plugin.id().to_owned(), place.clone()),
            (None, Some(PluginSpec::Id(id)), None) => (id.get_ref().clone(), place.clone()),
            (None, _, None) => (String::new(), place.clone()),
        };
        if spec.id.is_some() && !is_identifier(&id) {
            let finding = Finding::new(id_place.clone(), format!("{id:?} cannot be a stage's id"));
            findings.push(finding.help("write a-z, 0-9 and _, a letter first"));
        } else if let Some(line) = first.get(&id) {
            let message = format!("two stages have the id {id:?}; the first is on line {line}");
            let help = if spec.id.is_some() { "give one of them another id" } else { "add an `id = \"...\"`" };
            findings.push(Finding::new(id_place.clone(), message).help(help));
        } else if !id.is_empty() {
            first.insert(id.clone(), lines.number(id_place.start));
        }
        out.push(Named { spec, resolved, id, place });
    }
    out
}

/// Reports plugins of one id from two libraries: which of them made a layer could not be told from the output.
fn one_library_each(stages: &[Named<'_>], lines: &LineIndex<'_>, findings: &mut Vec<Finding>) {
    let mut first: BTreeMap<&str, (&Origin, usize)> = BTreeMap::new();
    for stage in stages {
        let Some(plugin) = stage.resolved.found() else { continue };
        let line = lines.number(stage.place.start);
        let (origin, line) = *first.entry(plugin.id()).or_insert((plugin.origin(), line));
        if !same_origin(origin, plugin.origin()) {
            let message = format!(
                "plugin {:?} comes from two libraries: {origin} (line {line}) and {}",
                plugin.id(),
                plugin.origin()
            );
            findings.push(Finding::new(stage.place.clone(), message).help("use one of the two"));
        }
    }
}

impl CheckedPipeline {
    /// The pipeline's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The stages, in the order in which they run.
    #[must_use]
    pub fn stages(&self) -> &[CheckedStage] {
        &self.stages
    }

    /// The test cases of the file.
    #[must_use]
    pub fn tests(&self) -> &[TestCase] {
        &self.tests
    }

    /// Sets an option on each stage whose plugin has it, in place of what the file says, and returns how many
    /// those are.
    ///
    /// # Errors
    /// Where a plugin's schema refuses the value; no stage is changed then.
    pub fn set_option(&mut self, option: &str, value: &Value) -> Result<usize, ConfigFault> {
        let given = Map::from_iter([(option.to_owned(), value.clone())]);
        let has = |stage: &&mut CheckedStage| stage.plugin.manifest().config.properties.contains_key(option);
        for stage in self.stages.iter_mut().filter(has) {
            let faults = stage.plugin.manifest().config.faults(&given);
            if let Some(fault) = faults.into_iter().find(|fault| fault.key.as_deref() == Some(option)) {
                return Err(fault);
            }
        }
        let stages = self.stages.iter_mut().filter(has);
        Ok(stages.map(|stage| stage.config.insert(option.to_owned(), value.clone())).count())
    }

    /// Makes an instance of each stage's plugin, which loads its model.
    ///
    /// # Errors
    /// Each stage that could not be made, with its place; the class is [`crate::FaultClass::Load`]. Each stage
    /// whose model reads a layer that no stage before it writes; the class is then
    /// [`crate::FaultClass::Pipeline`].
    pub fn load(&self) -> Result<Runner, Faults> {
        let mut findings = Vec::new();
        let mut stages = Vec::with_capacity(self.stages.len());
        for stage in &self.stages {
            match stage.plugin.create(&stage.config) {
                Ok(instance) => {
                    findings.extend(stage.lacks.iter().filter(|lack| instance.needs(&lack.layer)).map(|lack| {
                        let model = stage.config.get("model").and_then(Value::as_str).unwrap_or("configuration");
                        let (id, layer) = (&stage.id, &lack.layer);
                        let message =
                            format!("stage {id:?} with {model} reads layer {layer:?}, which no stage before it writes");
                        Finding::new(stage.place.clone(), message).maybe_help(lack.help.clone())
                    }));
                    stages.push(Stage::new(stage, instance));
                }
                Err(error) => {
                    let message = format!("stage {:?} cannot be made: {error}", stage.id);
                    findings.push(Finding::new(stage.culprit(), message).load());
                }
            }
        }
        if findings.is_empty() {
            Ok(Runner::new(self.name.clone(), stages))
        } else {
            Err(locate(&self.source.name, &self.source.text, findings))
        }
    }
}

impl CheckedStage {
    /// The option that names a file which is not there, if there is one; else the plugin.
    fn culprit(&self) -> std::ops::Range<usize> {
        let properties = &self.plugin.manifest().config.properties;
        let missing = self.options.iter().find(|(name, _)| {
            let path = self.config.get(*name).and_then(Value::as_str).filter(|path| !path.starts_with("builtin:"));
            properties.get(*name).is_some_and(|property| property.is_path)
                && path.is_some_and(|path| !Path::new(path).exists())
        });
        missing.map_or_else(|| self.place.clone(), |(_, place)| place.clone())
    }
}
