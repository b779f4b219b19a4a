//! The pipelines that are served. Each can be exchanged for a new version of its file; a request that has begun stays with
//! the old one.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use copydesk::formats::{JsonWriter, Parts, WriterOptions, since_1970};
use copydesk::pipeline::{Reloadable, Runner};
use copydesk::{Builder, OffsetUnit, Pipeline};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::Error;

/// A loaded pipeline, and what results say of it.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) pipeline: Pipeline,
    provenance: Box<RawValue>,
    loaded: SystemTime,
    /// Hashing takes time, and few ask for it.
    lock: OnceLock<Result<String, String>>,
}

impl AsRef<Runner> for Served {
    fn as_ref(&self) -> &Runner {
        self.pipeline.runner()
    }
}

/// A pipeline of `GET /v1/pipelines`.
#[derive(Serialize)]
pub(crate) struct ShortDescription {
    name: String,
    description: String,
    languages: Vec<String>,
    stages: Vec<String>,
}

/// The answer of `GET /v1/pipelines/{name}`.
#[derive(Serialize)]
pub(crate) struct Description {
    name: String,
    description: String,
    languages: Vec<String>,
    /// The hash of the lock of the pipeline, and why there is none.
    lock: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lock_error: Option<String>,
    copydesk: String,
    loaded: String,
    stages: Vec<StageDescription>,
}

#[derive(Serialize)]
struct StageDescription {
    id: String,
    plugin: String,
    version: String,
    model: Option<String>,
    config: Map<String, Value>,
}

impl Served {
    fn load(builder: &Builder) -> Result<Self, Error> {
        let pipeline = builder.load()?;
        let provenance = serde_json::value::to_raw_value(&pipeline.provenance()).map_err(Error::other)?;
        Ok(Served { pipeline, provenance, loaded: SystemTime::now(), lock: OnceLock::new() })
    }

    /// A writer of results.
    pub(crate) fn writer(&self, unit: OffsetUnit, parts: Parts) -> JsonWriter {
        let provenance = Some(self.provenance.clone());
        JsonWriter::new(&WriterOptions { unit, parts, provenance, ..WriterOptions::default() })
    }

    pub(crate) fn short_description(&self) -> ShortDescription {
        let checked = self.pipeline.checked();
        ShortDescription {
            name: checked.name().to_owned(),
            description: checked.description().to_owned(),
            languages: checked.languages().to_vec(),
            stages: checked.stages().iter().map(|stage| stage.id().to_owned()).collect(),
        }
    }

    /// Describes the pipeline. The first call hashes the models.
    pub(crate) fn description(&self) -> Description {
        let hash = || self.pipeline.lock().map(|lock| lock.hash()).map_err(|error| error.to_string());
        let lock = self.lock.get_or_init(hash).clone();
        let seconds = self.loaded.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        let checked = self.pipeline.checked();
        let provenance = self.pipeline.provenance();
        let models: BTreeMap<_, _> = provenance.stages.iter().map(|stage| (&stage.id, &stage.model)).collect();
        let stage = |stage: &copydesk::pipeline::CheckedStage| StageDescription {
            id: stage.id().to_owned(),
            plugin: stage.plugin().id().to_owned(),
            version: stage.plugin().version().to_owned(),
            model: models.get(&stage.id().to_owned()).and_then(|model| (*model).clone()),
            config: stage.config().clone(),
        };
        Description {
            name: checked.name().to_owned(),
            description: checked.description().to_owned(),
            languages: checked.languages().to_vec(),
            lock: lock.as_ref().ok().cloned(),
            lock_error: lock.err(),
            copydesk: provenance.copydesk.clone(),
            loaded: since_1970(seconds).unwrap_or_default(),
            stages: checked.stages().iter().map(stage).collect(),
        }
    }
}

/// The place of one pipeline.
#[derive(Debug)]
struct Place {
    builder: Builder,
    live: Reloadable<Served>,
}

/// All pipelines, the default first.
#[derive(Debug)]
pub(crate) struct Pipelines(Vec<Place>);

/// The outcome of loading a pipeline again.
pub(crate) struct Reload {
    /// The pipeline's name before.
    pub(crate) name: String,
    pub(crate) outcome: Result<(), Error>,
}

impl Pipelines {
    /// Loads all.
    ///
    /// # Errors
    /// If one cannot be loaded, or two have one name.
    pub(crate) fn load(builders: Vec<Builder>) -> Result<Self, Error> {
        let mut places: Vec<Place> = Vec::new();
        // Reading and checking models takes longer than the rest of the start, so each has a thread.
        let loaded: Vec<Result<Served, Error>> = std::thread::scope(|scope| {
            let threads: Vec<_> = builders.iter().map(|builder| scope.spawn(|| Served::load(builder))).collect();
            let panicked = |_| Err(Error::other("a thread that loads a pipeline panicked"));
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(panicked)).collect()
        });
        for (builder, served) in builders.into_iter().zip(loaded) {
            let served = served?;
            let name = served.pipeline.name().to_owned();
            if places.iter().any(|place| place.live.current().pipeline.name() == name) {
                return Err(Error::other(format!(
                    "two pipelines have the name {name:?}; requests name a pipeline, so give one of them another name"
                )));
            }
            places.push(Place { builder, live: Reloadable::new(served) });
        }
        Ok(Pipelines(places))
    }

    /// Returns the pipeline of this name, or the default. The error has the names that there are.
    pub(crate) fn get(&self, name: Option<&str>) -> Result<Arc<Served>, Vec<String>> {
        let mut all = self.all();
        let found = match name {
            None => all.next(),
            Some(name) => all.find(|served| served.pipeline.name() == name),
        };
        found.ok_or_else(|| self.all().map(|served| served.pipeline.name().to_owned()).collect())
    }

    /// Returns all pipelines as they are now.
    pub(crate) fn all(&self) -> impl Iterator<Item = Arc<Served>> + '_ {
        self.0.iter().map(|place| place.live.current())
    }

    /// Loads pipelines again. One that cannot be loaded stays as it was.
    pub(crate) fn reload(&self, is_chosen: impl Fn(&Served) -> bool) -> Vec<Reload> {
        let mut reloads = Vec::new();
        for (at, place) in self.0.iter().enumerate() {
            let current = place.live.current();
            if !is_chosen(&current) {
                continue;
            }
            let is_taken = |name: &str| {
                let others = self.0.iter().enumerate().filter(|(other, _)| *other != at);
                others.into_iter().any(|(_, other)| other.live.current().pipeline.name() == name)
            };
            let outcome = place.live.replace_with(|| {
                let served = Served::load(&place.builder)?;
                match served.pipeline.name() {
                    name if is_taken(name) => {
                        Err(Error::other(format!("another pipeline has the name {name:?} already")))
                    }
                    _ => Ok(served),
                }
            });
            reloads.push(Reload { name: current.pipeline.name().to_owned(), outcome });
        }
        reloads
    }
}

/// The files of a pipeline as they were seen last.
#[derive(Debug, Default, PartialEq, Eq, Clone)]
pub(crate) struct FileState(Vec<(PathBuf, Option<(u64, SystemTime)>)>);

impl FileState {
    /// Looks at the files of a pipeline.
    pub(crate) fn of(served: &Served) -> Self {
        let state = |path: PathBuf| {
            let data = std::fs::metadata(&path).ok();
            let state = data.and_then(|data| Some((data.len(), data.modified().ok()?)));
            (path, state)
        };
        FileState(served.pipeline.checked().paths().map(state).collect())
    }
}
