//! Options of stages against the schemas of their plugins.

use copydesk_core::Manifest;

use crate::fault::Finding;
use crate::files::Files;
use crate::nearest::suggest;
use crate::spec::{PluginSpec, StageSpec};

/// Reports configuration that does not fit the plugin's schema.
pub(crate) fn check_config(
    spec: &StageSpec,
    plugin: &str,
    manifest: &Manifest,
    files: &Files,
    findings: &mut Vec<Finding>,
) {
    let whole = spec.config.span.clone().or_else(|| spec.plugin.as_ref().map(PluginSpec::span));
    let whole = whole.unwrap_or_else(|| spec.span.clone());
    for fault in manifest.config.faults(&spec.config.values) {
        let place = fault.key.as_ref().and_then(|key| spec.config.places.get(key));
        let finding = match (&fault.key, place) {
            (Some(key), Some(place)) => {
                let unknown = !manifest.config.properties.contains_key(key);
                let span = if unknown { &place.key } else { &place.value };
                let finding = Finding::new(span.clone(), format!("plugin {plugin:?}: {}", fault.message));
                let elsewhere = || format!("the value comes from {}", files.words(place.from));
                if unknown {
                    finding.maybe_help(suggest(key, "options", &fault.known))
                } else {
                    finding.maybe_help((place.from != place.value.start).then(elsewhere))
                }
            }
            _ => {
                let broken = spec.config.broken.iter().any(|key| fault.message.contains(&format!("{key:?}")));
                if broken {
                    continue;
                }
                Finding::new(whole.clone(), format!("plugin {plugin:?}: {}", fault.message))
            }
        };
        findings.push(finding);
    }
}
