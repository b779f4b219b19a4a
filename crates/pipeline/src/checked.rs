//! From a pipeline file to a pipeline that can be loaded.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use copydesk_core::{ColumnType, ConfigFault, LayerUse, Manifest, is_identifier};
use copydesk_loader::{Instance, Origin, Plugin, Registry};
use serde_json::{Map, Value};

use crate::compose::compose;
use crate::fault::{FaultKind, Faults, Finding, Severity, as_kind, locate};
use crate::files::Files;
use crate::graph::{Graph, Lack, Node};
use crate::options::check_config;
use crate::plugins::{Plugins, Resolved, same_origin};
use crate::runner::{Provenance, Runner, Stage, StageProvenance};
use crate::source::PipelineSource;
use crate::spec::{OptionPlace, PluginSpec, Spec, StageSpec};
use crate::testing::{TestCase, check_tests};

/// What the name of a built-in model begins with, in an option for a file.
pub(crate) const BUILT_IN: &str = "builtin:";

/// A pipeline without faults, as far as a check without a run can tell.
#[derive(Debug)]
pub struct CheckedPipeline {
    files: Files,
    /// Parts without effect, as far as they can be seen before the models are loaded.
    warnings: Vec<Finding>,
    name: String,
    description: String,
    languages: Vec<String>,
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
    /// The places in the file of the plugin's name and of each option.
    place: std::ops::Range<usize>,
    options: BTreeMap<String, OptionPlace>,
    /// Layers that the stage reads, or may read, and that may not be there.
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

    /// Returns the option `model`, if the plugin has one.
    fn model(&self) -> Option<&str> {
        self.config.get("model").and_then(Value::as_str)
    }

    /// Returns the place in the file of the plugin's name.
    pub(crate) fn place(&self) -> usize {
        self.place.start
    }

    /// Returns the origin of an option's value. A default of the plugin has no place.
    pub(crate) fn origin_of(&self, option: &str) -> Option<usize> {
        self.options.get(option).map(|place| place.from)
    }

    /// Returns the line of the file on which the stage names its plugin, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }
}

impl PipelineSource {
    /// Checks everything that can be known without running: syntax, keys, types, plugins, configuration, and
    /// that the layers of the stages fit together.
    ///
    /// # Errors
    /// If there are faults: all of them, each with its place.
    pub fn check(&self, registry: &Registry) -> Result<CheckedPipeline, Faults> {
        let mut files = Files::default();
        let mut findings = Vec::new();
        let checked = self.check_into(registry, &mut files, &mut findings);
        let is_error = |finding: &Finding| finding.severity == Severity::Error;
        match checked {
            Some(checked) if !findings.iter().any(is_error) => {
                Ok(CheckedPipeline { files, warnings: findings, ..checked })
            }
            _ => {
                findings.retain(is_error);
                Err(locate(&files, findings))
            }
        }
    }

    fn check_into(
        &self,
        registry: &Registry,
        files: &mut Files,
        findings: &mut Vec<Finding>,
    ) -> Option<CheckedPipeline> {
        let mut spec = compose(self, registry, files, findings)?;
        let mut plugins = Plugins::new(files, registry);
        let resolved: Vec<Resolved> = as_kind(FaultKind::Plugin, findings, |findings| {
            let resolve = |stage: &StageSpec| match &stage.plugin {
                Some(plugin) => plugins.resolve(plugin, findings),
                None => Resolved::Unknown,
            };
            spec.stages.iter().map(resolve).collect()
        });
        as_kind(FaultKind::Option, findings, |findings| {
            for (stage, resolved) in spec.stages.iter().zip(&resolved) {
                if let Some(plugin) = resolved.found() {
                    check_config(stage, plugin.id(), plugin.manifest(), files, findings);
                }
            }
        });
        let tests = std::mem::take(&mut spec.tests);
        let stages = as_kind(FaultKind::StageId, findings, |findings| named(&spec, &resolved, files, findings));
        as_kind(FaultKind::Plugin, findings, |findings| one_library_each(&stages, files, findings));
        let layers = as_kind(FaultKind::Layer, findings, |findings| {
            let nodes = stages.iter().map(|stage| stage.node(files)).collect();
            Graph { nodes, known: registry.built_in(), incomplete: spec.incomplete, findings }.check()
        });
        let tests = as_kind(FaultKind::Test, findings, |findings| check_tests(tests, &layers, files, findings));

        let checked = |(at, stage): (usize, &Named<'_>)| {
            let mut checked = checked_stage(stage, stage.resolved.found()?, files);
            checked.lacks = layers.lacks.iter().filter(|lack| lack.stage == at).cloned().collect();
            Some(checked)
        };
        let stages: Option<Vec<CheckedStage>> = stages.iter().enumerate().map(checked).collect();
        let stem = || Path::new(&self.name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        Some(CheckedPipeline {
            files: Files::default(),
            warnings: Vec::new(),
            name: spec.name.or_else(stem).unwrap_or_default(),
            description: spec.description,
            languages: spec.languages,
            stages: stages?,
            tests,
        })
    }
}

fn checked_stage(stage: &Named<'_>, plugin: &Plugin, files: &Files) -> CheckedStage {
    let schema = &plugin.manifest().config;
    let mut config = schema.complete(&stage.spec.config.values);
    let places = &stage.spec.config.places;
    for (name, value) in &mut config {
        let is_path = schema.properties.get(name).is_some_and(|property| property.is_path);
        if is_path
            && let Value::String(path) = value
            && !path.starts_with(BUILT_IN)
        {
            let from = places.get(name).map_or(stage.place.start, |place| place.from);
            *path = files.resolve(path, from).to_string_lossy().into_owned();
        }
    }
    CheckedStage {
        id: stage.id.clone(),
        plugin: plugin.clone(),
        config,
        line: files.line(stage.place.start),
        place: stage.place.clone(),
        options: places.clone(),
        lacks: Vec::new(),
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
    fn node(&self, files: &Files) -> Node<'_> {
        let (plugin, guessed) = match self.resolved {
            Resolved::Found(plugin) => (Some(plugin), false),
            Resolved::Guessed(plugin) => (Some(plugin), true),
            Resolved::Unknown => (None, false),
        };
        let line = files.words(self.place.start);
        Node { id: &self.id, span: self.place.clone(), line, plugin, guessed }
    }
}

/// Gives each stage its id. If the file gives none, it is the plugin's.
fn named<'a>(spec: &'a Spec, resolved: &'a [Resolved], files: &Files, findings: &mut Vec<Finding>) -> Vec<Named<'a>> {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    let mut out = Vec::with_capacity(spec.stages.len());
    for (spec, resolved) in spec.stages.iter().zip(resolved) {
        let place = spec.plugin.as_ref().map_or_else(|| spec.span.clone(), PluginSpec::span);
        let (id, id_place) = match (&spec.id, spec.plugin.as_ref().and_then(PluginSpec::id), resolved.found()) {
            (Some(id), _, _) => (id.get_ref().clone(), id.span()),
            (None, _, Some(plugin)) => (plugin.id().to_owned(), place.clone()),
            (None, Some(id), None) => (id.get_ref().clone(), place.clone()),
            (None, _, None) => (String::new(), place.clone()),
        };
        if spec.id.is_some() && !is_identifier(&id) {
            let finding = Finding::new(id_place.clone(), format!("{id:?} cannot be a stage's id"));
            findings.push(finding.help("write a-z, 0-9 and _, a letter first"));
        } else if let Some(line) = first.get(&id) {
            let message = format!("two stages have the id {id:?}; the first is on {line}");
            let help = if spec.id.is_some() { "give one of them another id" } else { "add an `id = \"...\"`" };
            findings.push(Finding::new(id_place.clone(), message).help(help));
        } else if !id.is_empty() {
            first.insert(id.clone(), files.words(id_place.start));
        }
        out.push(Named { spec, resolved, id, place });
    }
    out
}

/// Reports plugins of one id from two libraries: which of them made a layer could not be told from the output.
fn one_library_each(stages: &[Named<'_>], files: &Files, findings: &mut Vec<Finding>) {
    let mut first: BTreeMap<&str, (&Origin, String)> = BTreeMap::new();
    for stage in stages {
        let Some(plugin) = stage.resolved.found() else { continue };
        let here = || (plugin.origin(), files.words(stage.place.start));
        let (origin, line) = first.entry(plugin.id()).or_insert_with(here);
        if !same_origin(origin, plugin.origin()) {
            let message =
                format!("plugin {:?} comes from two libraries: {origin} ({line}) and {}", plugin.id(), plugin.origin());
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

    /// Returns its purpose.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Returns the tags of the languages that it reads, as BCP 47 has them; none if the file does not say.
    #[must_use]
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// Returns the plugins and models that make the layers.
    #[must_use]
    pub fn provenance(&self) -> Provenance {
        let stage = |stage: &CheckedStage| StageProvenance::new(&stage.id, &stage.plugin, stage.model());
        Provenance::new(&self.name, self.stages.iter().map(stage).collect())
    }

    /// The stages, in the order of the run.
    #[must_use]
    pub fn stages(&self) -> &[CheckedStage] {
        &self.stages
    }

    /// The test cases of the file.
    #[must_use]
    pub fn tests(&self) -> &[TestCase] {
        &self.tests
    }

    /// Returns the paths of the files that it is composed of: its own, and those that it extends. A shipped pipeline has
    /// none.
    pub fn paths(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.files.paths()
    }

    /// The files that it is composed of.
    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    /// Sets an option on each stage with a plugin that has it, in place of the file's value. Returns the number of
    /// these stages.
    ///
    /// # Errors
    /// If a plugin's schema refuses the value. No stage is changed then.
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

    /// Returns warnings about parts without effect, after the stages were made. `runner` comes from
    /// [`CheckedPipeline::load`].
    #[must_use]
    pub fn warnings(&self, runner: &Runner) -> Faults {
        let idle = self.idle(&runner.instances().map(|(_, instance)| instance).collect::<Vec<_>>());
        locate(&self.files, self.warnings.iter().cloned().chain(idle).collect())
    }

    /// Stages that make nothing, or nothing but vectors that no stage reads.
    fn idle(&self, instances: &[&Instance]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (at, stage) in self.stages.iter().enumerate() {
            let manifest = stage.plugin.manifest();
            if manifest.writes.is_empty() && manifest.appends.is_empty() && manifest.extends.is_empty() {
                let message = format!("stage {:?} adds nothing: its plugin makes no layer, row or column", stage.id);
                let help = "remove it, unless it is there to refuse documents";
                findings.push(Finding::warning(stage.place.clone(), message).help(help));
                continue;
            }
            let vectors = |entry: &LayerUse| {
                let is_vector = |kind: &ColumnType| matches!(kind, ColumnType::F32 { width } | ColumnType::F16 { width } if *width != 1);
                entry.columns.values().any(is_vector)
            };
            let only =
                manifest.appends.is_empty() && manifest.extends.is_empty() && manifest.writes.iter().all(vectors);
            let later = || self.stages.iter().zip(instances).skip(at + 1);
            let read = |layer: &str| {
                later().any(|(reader, instance)| {
                    Manifest::find(&reader.plugin.manifest().reads, layer).is_some_and(|read| {
                        // Built-in plugins report which optional layers they need. For other plugins, assume they use
                        // all that they read.
                        !read.optional || instance.needs(layer) || reader.plugin.origin() != &Origin::BuiltIn
                    })
                })
            };
            if only && !manifest.writes.iter().any(|entry| read(&entry.layer)) {
                let made = |entry: &&LayerUse| {
                    !entry.optional || instances.get(at).is_some_and(|instance| instance.needs(&entry.layer))
                };
                let layers: Vec<&str> = manifest.writes.iter().filter(made).map(|entry| entry.layer.as_str()).collect();
                let message = format!(
                    "stage {:?} makes {}, which no stage with its model reads, and results leave vectors out",
                    stage.id,
                    layers.join(" and ")
                );
                findings.push(Finding::warning(stage.place.clone(), message).help("remove it, and it will be faster"));
            }
        }
        findings
    }

    /// Makes an instance of each stage's plugin, which loads its model.
    ///
    /// # Errors
    /// If a stage could not be made: each such stage with its place, in the class [`crate::FaultClass::Load`]. If a
    /// stage's model reads a layer that no earlier stage writes, the class is [`crate::FaultClass::Pipeline`].
    pub fn load(&self) -> Result<Runner, Faults> {
        let mut findings = Vec::new();
        let mut stages = Vec::with_capacity(self.stages.len());
        for stage in &self.stages {
            match stage.plugin.create(&stage.config) {
                Ok(instance) => {
                    findings.extend(stage.lacks.iter().filter_map(|lack| lack.finding(stage, &instance, &stages)));
                    let model = stage.model().map(str::to_owned);
                    stages.push(Stage::new(stage.id.clone(), model, instance));
                }
                Err(error) => {
                    let message = format!("stage {:?} cannot be made: {error}", stage.id);
                    findings
                        .push(Finding::new(stage.culprit(&error.to_string()), message).kind(FaultKind::Stage).load());
                }
            }
        }
        if findings.is_empty() {
            Ok(Runner::new(self.name.clone(), stages))
        } else {
            Err(locate(&self.files, findings))
        }
    }
}

impl Lack {
    /// Returns a fault if `stage`, with this instance, needs the layer and no stage before it makes the layer.
    fn finding(&self, stage: &CheckedStage, instance: &Instance, before: &[Stage]) -> Option<Finding> {
        let layer = &self.layer;
        let maker = self.maker.as_ref().map(|maker| (maker, before.iter().find(|stage| stage.id() == maker)));
        let made = match maker {
            // A stage that could not be made is a fault of its own.
            Some((_, stage)) => stage.is_none_or(|stage| stage.instance().needs(layer)),
            None => false,
        };
        if made || (self.optional && !instance.needs(layer)) {
            return None;
        }
        let (id, model) = (&stage.id, stage.model().unwrap_or("configuration"));
        let who = match maker {
            Some((maker, _)) => format!("stage {maker:?} makes only if its options say so"),
            None => "no stage before it writes".to_owned(),
        };
        let message = format!("stage {id:?} with {model} reads layer {layer:?}, which {who}");
        Some(Finding::new(stage.place.clone(), message).maybe_help(self.help.clone()).kind(FaultKind::Layer))
    }
}

impl CheckedStage {
    /// The option that names a file which is not there, or a file or a built-in model that the error names; else the
    /// plugin.
    fn culprit(&self, error: &str) -> std::ops::Range<usize> {
        let properties = &self.plugin.manifest().config.properties;
        let files = || {
            let files = self.options.iter().filter(|(name, _)| properties.get(*name).is_some_and(|own| own.is_path));
            files.filter_map(|(name, place)| Some((self.config.get(name)?.as_str()?, place)))
        };
        let missing = files().find(|(path, _)| !path.starts_with(BUILT_IN) && !Path::new(path).exists());
        let named = || files().find(|(path, _)| error.contains(path.strip_prefix(BUILT_IN).unwrap_or(path)));
        missing.or_else(named).map_or_else(|| self.place.clone(), |(_, place)| place.value.clone())
    }
}
