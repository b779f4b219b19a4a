//! From the plugins that a file names to plugins that are there.

use copydesk_loader::{Limits, Origin, Plugin, Registry};
use toml::Spanned;

use crate::fault::Finding;
use crate::files::Files;
use crate::nearest::{nearest, suggest};
use crate::spec::PluginSpec;

/// The plugin of a stage, as far as it is known.
#[derive(Clone, Debug)]
pub(crate) enum Resolved {
    /// It is there.
    Found(Plugin),
    /// The plugin is unknown, but this one is probably meant. Its layers count as written, so that one slip makes one
    /// fault.
    Guessed(Plugin),
    /// It is not.
    Unknown,
}

impl Resolved {
    pub fn found(&self) -> Option<&Plugin> {
        match self {
            Resolved::Found(plugin) => Some(plugin),
            _ => None,
        }
    }
}

/// Looks up plugins for one file.
pub(crate) struct Plugins<'a> {
    files: &'a Files,
    registry: &'a Registry,
    /// Names to suggest, read from the search path once one is needed.
    known: Option<Vec<String>>,
}

impl<'a> Plugins<'a> {
    pub fn new(files: &'a Files, registry: &'a Registry) -> Self {
        Plugins { files, registry, known: None }
    }

    pub fn resolve(&mut self, spec: &PluginSpec, findings: &mut Vec<Finding>) -> Resolved {
        self.resolve_with(spec, None, findings)
    }

    /// Looks a plugin up. If there are limits, the plugin will be isolated.
    fn resolve_with(&mut self, spec: &PluginSpec, limits: Option<Limits>, findings: &mut Vec<Finding>) -> Resolved {
        match spec {
            PluginSpec::Id(id) => self.by_id(id, limits, findings),
            PluginSpec::Path { path, id } => {
                self.by_path(path, id.as_ref(), limits, findings).unwrap_or(Resolved::Unknown)
            }
            PluginSpec::Isolated { plugin, limits } => self.resolve_with(plugin, Some(*limits), findings),
        }
    }

    fn by_path(
        &self,
        path: &Spanned<String>,
        id: Option<&Spanned<String>>,
        limits: Option<Limits>,
        findings: &mut Vec<Finding>,
    ) -> Option<Resolved> {
        if path.get_ref().is_empty() {
            findings.push(Finding::new(path.span(), "the path is empty").help("write the plugin library's path"));
            return None;
        }
        let library = self.files.resolve(path.get_ref(), path.span().start);
        let opened = match limits {
            Some(limits) => self.registry.open_isolated(&library, limits),
            None => self.registry.open(&library),
        };
        let plugins = match opened {
            Ok(plugins) => plugins,
            Err(error) => {
                findings.push(Finding::new(path.span(), format!("cannot load this plugin: {error}")).load());
                return None;
            }
        };
        let ids: Vec<&str> = plugins.iter().map(Plugin::id).collect();
        let found = match (id, plugins.as_slice()) {
            (None, [plugin]) => Some(plugin),
            (None, _) => {
                let message = format!("this library holds {} plugins: {}", ids.len(), ids.join(", "));
                let help = format!("say which: {{ path = ..., id = {:?} }}", ids.first().unwrap_or(&""));
                findings.push(Finding::new(path.span(), message).help(help));
                None
            }
            (Some(id), plugins) => {
                let found = plugins.iter().find(|plugin| plugin.id() == id.get_ref());
                if found.is_none() {
                    let message = format!("this library holds no plugin {:?}", id.get_ref());
                    let help = suggest(id.get_ref(), "it holds", ids.iter().copied());
                    findings.push(Finding::new(id.span(), message).maybe_help(help));
                }
                found
            }
        };
        found.map(|plugin| Resolved::Found(plugin.clone()))
    }

    fn by_id(&mut self, id: &Spanned<String>, limits: Option<Limits>, findings: &mut Vec<Finding>) -> Resolved {
        let name = id.get_ref().as_str();
        // Anything else could name a file outside the search path.
        if copydesk_core::is_identifier(name) {
            let found = match limits {
                Some(limits) => self.registry.find_isolated(name, limits),
                None => self.registry.find(name),
            };
            match found {
                Ok(Some(plugin)) => return Resolved::Found(plugin),
                Ok(None) => {}
                Err(error) => {
                    findings.push(Finding::new(id.span(), format!("cannot load plugin {name:?}: {error}")).load());
                    return Resolved::Unknown;
                }
            }
        }
        let unknown = Finding::new(id.span(), format!("unknown plugin {name:?}"));
        if name.contains(['/', '\\']) || name.ends_with(std::env::consts::DLL_SUFFIX) {
            findings.push(unknown.help(format!("for a file write {{ path = {name:?} }}")));
            return Resolved::Unknown;
        }
        let known = self.known.get_or_insert_with(|| self.registry.ids());
        findings.push(unknown.maybe_help(suggest(name, "known plugins", &*known)));
        let guess = nearest(name, &*known);
        let guess = guess.and_then(|guess| self.registry.built_in().iter().find(|plugin| plugin.id() == guess));
        guess.map_or(Resolved::Unknown, |plugin| Resolved::Guessed(plugin.clone()))
    }
}

/// True if two plugins come from one place.
pub(crate) fn same_origin(one: &Origin, other: &Origin) -> bool {
    match (one, other) {
        (Origin::File(a), Origin::File(b)) => {
            a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
        }
        _ => one == other,
    }
}
