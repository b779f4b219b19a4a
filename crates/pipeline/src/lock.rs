//! Lock files. A lock records what exactly a pipeline runs, and a later run can be checked against it.

mod digest;

use std::collections::BTreeMap;
use std::fmt;

use copydesk_loader::Origin;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::checked::{BUILT_IN, CheckedPipeline, CheckedStage};
use crate::fault::FaultClass;

/// The version of the form of lock files.
const FORM: u32 = 1;

/// The program, its plugins with their options, and the hashes of libraries and models. The places of files do not
/// matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The version of the form.
    lock: u32,
    /// The version of the program. It fixes all built-in plugins.
    copydesk: String,
    pipeline: String,
    stages: Vec<LockedStage>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedStage {
    id: String,
    plugin: String,
    version: String,
    /// `built in`, or the hash of the library.
    library: String,
    /// Options that name no file.
    config: BTreeMap<String, Value>,
    /// For options that name one: its hash. Built-in models have their name before theirs.
    files: BTreeMap<String, String>,
}

/// The reason that there is no lock, or that a run differs from its lock. It is one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockError {
    message: String,
    class: FaultClass,
}

impl LockError {
    fn new(class: FaultClass, message: impl Into<String>) -> Self {
        LockError { message: message.into(), class }
    }

    /// Returns [`FaultClass::Load`] if only plugins or models differ from the lock or cannot be read.
    #[must_use]
    pub fn class(&self) -> FaultClass {
        self.class
    }
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for LockError {}

impl CheckedPipeline {
    /// Locks this pipeline: reads and hashes its files. `models` returns the SHA-256 of a built-in plugin's model, by the
    /// plugin's id and the name after `builtin:`.
    ///
    /// # Errors
    /// If a library cannot be read, or a file that an option names.
    pub fn lock(&self, models: impl Fn(&str, &str) -> Option<&'static str>) -> Result<Lock, LockError> {
        let stages = self.stages().iter().map(|stage| LockedStage::new(stage, &models));
        Ok(Lock {
            lock: FORM,
            copydesk: env!("CARGO_PKG_VERSION").to_owned(),
            pipeline: self.name().to_owned(),
            stages: stages.collect::<Result<_, _>>()?,
        })
    }
}

impl LockedStage {
    fn new(stage: &CheckedStage, models: impl Fn(&str, &str) -> Option<&'static str>) -> Result<Self, LockError> {
        let plugin = stage.plugin();
        let unreadable = |what: &str, error: std::io::Error| {
            LockError::new(FaultClass::Load, format!("stage {:?}: {what} cannot be read: {error}", stage.id()))
        };
        let library = match plugin.origin() {
            Origin::BuiltIn => "built in".to_owned(),
            Origin::File(path) => digest::path(path).map_err(|error| unreadable(&path.display().to_string(), error))?,
        };
        let (mut config, mut files) = (BTreeMap::new(), BTreeMap::new());
        for (name, value) in stage.config() {
            let is_path = plugin.manifest().config.properties.get(name).is_some_and(|property| property.is_path);
            let Some(path) = value.as_str().filter(|_| is_path) else {
                config.insert(name.clone(), value.clone());
                continue;
            };
            let hash = match path.strip_prefix(BUILT_IN) {
                Some(model) => match models(plugin.id(), model).filter(|_| plugin.origin() == &Origin::BuiltIn) {
                    Some(hash) => format!("{path} sha256:{hash}"),
                    None => path.to_owned(),
                },
                None => digest::path(path.as_ref()).map_err(|error| unreadable(&format!("{name} ({path})"), error))?,
            };
            files.insert(name.clone(), hash);
        }
        Ok(LockedStage {
            id: stage.id().to_owned(),
            plugin: plugin.id().to_owned(),
            version: plugin.version().to_owned(),
            library,
            config,
            files,
        })
    }
}

impl Lock {
    /// Reads a lock file.
    ///
    /// # Errors
    /// If the text is no lock, or has a later form.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        let wrong = |error: serde_json::Error| LockError::new(FaultClass::Pipeline, format!("is no lock: {error}"));
        let value: Value = serde_json::from_str(text).map_err(wrong)?;
        if let Some(form) = value.get("lock").and_then(Value::as_u64).filter(|form| *form != u64::from(FORM)) {
            let message = format!("is a lock of form {form}; this program reads form {FORM}");
            return Err(LockError::new(FaultClass::Pipeline, message));
        }
        serde_json::from_value(value).map_err(wrong)
    }

    /// The text of the lock file: JSON, always the same for the same lock.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The hash of [`Lock::text`], as `sha256:` and hexadecimal digits. Line ends and blanks that somebody changed in
    /// the file do not count.
    #[must_use]
    pub fn hash(&self) -> String {
        digest::bytes(self.text().as_bytes())
    }

    /// Compares `now`, the lock of the run about to start, with this lock.
    ///
    /// # Errors
    /// If they differ. The error lists all differences.
    pub fn allows(&self, now: &Lock) -> Result<(), LockError> {
        let mut differences = Differences::default();
        differences.compare(FaultClass::Load, "copydesk", &now.copydesk, &self.copydesk);
        differences.compare(FaultClass::Pipeline, "the pipeline's name", &now.pipeline, &self.pipeline);
        let ids = |lock: &Lock| lock.stages.iter().map(|stage| stage.id.as_str()).collect::<Vec<_>>().join(", ");
        let (ours, theirs) = (ids(now), ids(self));
        if ours == theirs {
            for (now, locked) in now.stages.iter().zip(&self.stages) {
                differences.stage(now, locked);
            }
        } else {
            differences.compare(FaultClass::Pipeline, "the list of stages", &ours, &theirs);
        }
        let load = differences.lines.iter().all(|(class, _)| *class == FaultClass::Load);
        let class = if load { FaultClass::Load } else { FaultClass::Pipeline };
        let lines: Vec<String> = differences.lines.into_iter().map(|(_, line)| line).collect();
        if lines.is_empty() { Ok(()) } else { Err(LockError::new(class, lines.join("; "))) }
    }
}

/// Returns the differences, and the class of the fault.
#[derive(Default)]
struct Differences {
    lines: Vec<(FaultClass, String)>,
}

/// Enough of a hash to tell it from others by eye.
fn short(hash: &str) -> String {
    let cut = hash.find("sha256:").map(|at| at + "sha256:".len() + 12).filter(|end| *end < hash.len());
    cut.and_then(|end| hash.get(..end)).map_or_else(|| hash.to_owned(), |short| format!("{short}..."))
}

impl Differences {
    fn compare(&mut self, class: FaultClass, what: &str, now: &str, locked: &str) {
        if now != locked {
            self.lines.push((class, format!("{what} is {}, but {} was locked", short(now), short(locked))));
        }
    }

    fn stage(&mut self, now: &LockedStage, locked: &LockedStage) {
        let name = |what: &str| format!("stage {:?}: {what}", now.id);
        if now.plugin != locked.plugin {
            // Whatever else differs follows from it.
            self.compare(FaultClass::Pipeline, &name("the plugin"), &now.plugin, &locked.plugin);
            return;
        }
        self.compare(FaultClass::Load, &name("the plugin's version"), &now.version, &locked.version);
        self.compare(FaultClass::Load, &name("the library"), &now.library, &locked.library);
        self.options(FaultClass::Pipeline, &now.id, &now.config, &locked.config);
        self.options(FaultClass::Load, &now.id, &now.files, &locked.files);
    }

    fn options<V: fmt::Display>(
        &mut self,
        class: FaultClass,
        id: &str,
        now: &BTreeMap<String, V>,
        locked: &BTreeMap<String, V>,
    ) {
        let shown = |value: Option<&V>| value.map_or_else(|| "not given".to_owned(), ToString::to_string);
        let names: std::collections::BTreeSet<&String> = now.keys().chain(locked.keys()).collect();
        for option in names {
            let what = format!("stage {id:?}: {option}");
            self.compare(class, &what, &shown(now.get(option)), &shown(locked.get(option)));
        }
    }
}
