//! Puts one file on top of the file that it extends: stages are changed, added and removed by id.

use std::collections::BTreeMap;

use copydesk_loader::Registry;
use toml::Spanned;

use crate::fault::Finding;
use crate::files::Files;
use crate::nearest::suggest;
use crate::spec::{Anchor, ConfigSpec, PluginSpec, Side, Spec, StageSpec};
use copydesk_loader::Limits;

/// The context of a merge.
pub(super) struct Merge<'a> {
    pub registry: &'a Registry,
    pub files: &'a Files,
    pub findings: &'a mut Vec<Finding>,
    /// True if a file is missing or broken. Stages that seem to be missing may be in it.
    pub incomplete: bool,
}

/// A stage on its way into the list.
struct Placed {
    id: Option<String>,
    stage: StageSpec,
    /// True if the stage comes from the file on top.
    new: bool,
}

impl Merge<'_> {
    /// The pipeline that `spec` makes of `base`.
    pub fn apply(mut self, base: Spec, spec: Spec) -> Spec {
        let place = |stage: StageSpec| Placed { id: self.id(&stage), stage, new: false };
        let mut list: Vec<Placed> = base.stages.into_iter().map(place).collect();
        for id in &spec.remove {
            match position(&list, id.get_ref()) {
                Some(at) => {
                    list.remove(at);
                }
                None => self.unknown(id, &list),
            }
        }
        let mut changed: BTreeMap<String, usize> = BTreeMap::new();
        let mut last_after: BTreeMap<String, String> = BTreeMap::new();
        for stage in spec.stages {
            let id = self.id(&stage);
            let anchor = stage.anchor.clone();
            let known =
                id.as_ref().and_then(|id| position(&list, id)).filter(|at| !list.get(*at).is_some_and(|p| p.new));
            let at = match (known, &id) {
                (Some(at), Some(id)) => {
                    let place = stage.id.as_ref().map_or_else(|| stage.span.clone(), Spanned::span);
                    if let Some(first) = changed.insert(id.clone(), place.start) {
                        let message = format!(
                            "stage {id:?} is changed twice; the first change is on {}",
                            self.files.words(first)
                        );
                        self.findings.push(Finding::new(place, message).help("write one change"));
                        continue;
                    }
                    if let Some(placed) = list.get_mut(at) {
                        self.change(&mut placed.stage, stage);
                    }
                    at
                }
                _ => {
                    if stage.plugin.is_none() {
                        if let Some(id) = &stage.id {
                            self.unknown(id, &list);
                        }
                        // Without a plugin it says nothing, and what it should be has been asked.
                        self.incomplete = true;
                        continue;
                    }
                    list.push(Placed { id: id.clone(), stage, new: true });
                    list.len() - 1
                }
            };
            if let Some(anchor) = anchor {
                self.put(&mut list, at, id.as_deref(), &anchor, &mut last_after);
            }
        }
        Spec {
            name: spec.name,
            description: if spec.description.is_empty() { base.description } else { spec.description },
            languages: if spec.languages.is_empty() { base.languages } else { spec.languages },
            extends: spec.extends,
            remove: spec.remove,
            vars: spec.vars,
            stages: list.into_iter().map(|placed| placed.stage).collect(),
            // They say what holds of their own file: a change or a removal here would break them.
            tests: spec.tests,
            incomplete: spec.incomplete || base.incomplete || self.incomplete,
        }
    }

    /// Returns the id of a stage: its own, or else its plugin's.
    fn id(&self, stage: &StageSpec) -> Option<String> {
        match (&stage.id, &stage.plugin) {
            (Some(id), _) => Some(id.get_ref().clone()),
            (None, Some(plugin)) => self.plugin_id(plugin, None),
            (None, None) => None,
        }
    }

    /// Returns the id of a plugin. If there are limits, the plugin is isolated.
    fn plugin_id(&self, plugin: &PluginSpec, limits: Option<Limits>) -> Option<String> {
        match plugin {
            PluginSpec::Id(id) | PluginSpec::Path { id: Some(id), .. } => Some(id.get_ref().clone()),
            PluginSpec::Path { path, id: None } => {
                let library = self.files.resolve(path.get_ref(), path.span().start);
                // Errors of the library are reported later, if the stage is still there.
                let plugins = match limits {
                    Some(limits) => self.registry.open_isolated(&library, limits),
                    None => self.registry.open(&library),
                };
                plugins.ok()?.first().map(|plugin| plugin.id().to_owned())
            }
            PluginSpec::Isolated { plugin, limits } => self.plugin_id(plugin, Some(*limits)),
        }
    }

    fn unknown(&mut self, id: &Spanned<String>, list: &[Placed]) {
        if self.incomplete {
            return;
        }
        let name = id.get_ref();
        let known: Vec<&str> = list.iter().filter_map(|placed| placed.id.as_deref()).collect();
        let finding = Finding::new(id.span(), format!("there is no stage {name:?} in what this file extends"));
        self.findings.push(finding.maybe_help(suggest(name, "stages are", known.iter().copied())));
    }

    /// Changes a stage. Another plugin comes with options of its own; otherwise options are replaced one by one.
    fn change(&mut self, base: &mut StageSpec, change: StageSpec) {
        let place = change.id.as_ref().map_or_else(|| change.span.clone(), Spanned::span);
        let same = match (&base.plugin, &change.plugin) {
            (_, None) => true,
            (Some(old), Some(new)) => self.same_plugin(old, new),
            (None, Some(_)) => false,
        };
        if same && change.config.values.is_empty() && change.config.broken.is_empty() && change.anchor.is_none() {
            let message = "this stage is as in what the file extends: it changes nothing";
            self.findings.push(Finding::warning(place, message).help("remove it, or give options under `config`"));
        }
        // The id is the same either way, but another plugin would bring its own.
        base.id = change.id.or(base.id.take());
        if !same {
            base.plugin = change.plugin;
            base.config = change.config;
            return;
        }
        self.merge_config(&mut base.config, change.config);
    }

    fn merge_config(&mut self, base: &mut ConfigSpec, change: ConfigSpec) {
        base.span = change.span.or(base.span.take());
        for (name, value) in change.values {
            let place = change.places.get(&name);
            if let (Some(old), Some(place)) = (base.places.get(&name), place) {
                let plain = old.from == old.value.start && place.from == place.value.start;
                if plain && base.values.get(&name) == Some(&value) {
                    let words = self.files.words(old.value.start);
                    let message = format!("option {name:?} has this value already, from {words}");
                    self.findings.push(Finding::warning(place.key.clone(), message).help("remove it"));
                }
            }
            base.broken.retain(|broken| *broken != name);
            base.values.insert(name, value);
        }
        for name in &change.broken {
            base.values.remove(name);
        }
        base.broken.extend(change.broken);
        base.places.extend(change.places);
    }

    fn same_plugin(&self, one: &PluginSpec, other: &PluginSpec) -> bool {
        match (one, other) {
            (PluginSpec::Id(one), PluginSpec::Id(other)) => one.get_ref() == other.get_ref(),
            (PluginSpec::Path { path, id }, PluginSpec::Path { path: other, id: other_id }) => {
                let resolve = |path: &Spanned<String>| self.files.resolve(path.get_ref(), path.span().start);
                let name = |id: &Option<Spanned<String>>| id.as_ref().map(|id| id.get_ref().clone());
                resolve(path) == resolve(other) && name(id) == name(other_id)
            }
            (PluginSpec::Isolated { plugin, limits }, PluginSpec::Isolated { plugin: other, limits: other_limits }) => {
                limits == other_limits && self.same_plugin(plugin, other)
            }
            _ => false,
        }
    }

    /// Moves the stage at `at` to its place; several after one stage keep their order.
    fn put(
        &mut self,
        list: &mut Vec<Placed>,
        at: usize,
        id: Option<&str>,
        anchor: &Anchor,
        last_after: &mut BTreeMap<String, String>,
    ) {
        let name = anchor.id.get_ref();
        if id == Some(name) {
            let finding = Finding::new(anchor.id.span(), "a stage cannot stand beside itself");
            self.findings.push(finding.help("name another stage"));
            return;
        }
        if position(list, name).is_none() {
            self.unknown(&anchor.id, list);
            return;
        }
        let placed = list.remove(at);
        let target = match anchor.side {
            Side::Before => position(list, name).unwrap_or(0),
            Side::After => {
                let last = last_after.get(name).and_then(|last| position(list, last));
                last.or_else(|| position(list, name)).map_or(list.len(), |at| at + 1)
            }
        };
        if let (Side::After, Some(id)) = (anchor.side, id) {
            last_after.insert(name.clone(), id.to_owned());
        }
        list.insert(target.min(list.len()), placed);
    }
}

fn position(list: &[Placed], id: &str) -> Option<usize> {
    list.iter().position(|placed| placed.id.as_deref() == Some(id))
}
