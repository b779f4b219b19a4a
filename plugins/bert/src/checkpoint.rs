//! A checkpoint's folder as Hugging Face saves it: `config.json`, and weights as `model.safetensors`, in several files with
//! `model.safetensors.index.json`, or as rust-bert's own `rust_model.ot`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use copydesk_model::encoder::CASING_QUOTES;
use copydesk_sdk::Error;
use serde_json::{Map, Value};
use tch::{Device, Kind, Tensor, nn};

use crate::architecture::{Architecture, Forward, Task};
use crate::fused;

/// The description of a checkpoint, and its weights.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    pub folder: PathBuf,
    pub architecture: Architecture,
    pub task: Task,
    /// Labels by their number.
    pub labels: Vec<String>,
    /// Pieces in the longest window.
    pub positions: usize,
    /// Types of pieces.
    pub types: usize,
    pub padding: i64,
    /// Words in the network's table.
    pub vocabulary: usize,
    /// True if pieces are made word by word, and their types are casing and quotation.
    pub casing_quotes: bool,
    config: Map<String, Value>,
    device: Device,
    weights: HashMap<String, Tensor>,
}

impl Checkpoint {
    /// Reads a folder; weights go to the device.
    ///
    /// # Errors
    /// If a file is missing or cannot be read, or the checkpoint is for another task or an unknown architecture.
    pub fn open(folder: &str, task: Task, device: Device) -> Result<Self, Error> {
        let folder = PathBuf::from(folder);
        let wrong = |problem: String| Error::new(format!("{}: {problem}", folder.join("config.json").display()));
        if !folder.is_dir() {
            let folder = folder.display();
            return Err(Error::new(format!("model {folder}: is no folder; needed is one with config.json in it")));
        }
        let text = fs::read_to_string(folder.join("config.json")).map_err(|error| wrong(error.to_string()))?;
        let mut config: Map<String, Value> =
            serde_json::from_str(&text).map_err(|error| wrong(format!("is no configuration: {error}")))?;
        let model_type = config.get("model_type").and_then(Value::as_str);
        let model_type = model_type.ok_or_else(|| wrong("it has no \"model_type\"".into()))?;
        let architecture = Architecture::named(model_type).map_err(&wrong)?;
        if let Some(class) = trained_for_another_task(&config, task) {
            return Err(wrong(format!(
                "the checkpoint is a {class}, needed is one whose name ends in {}",
                task.class()
            )));
        }
        let labels = labels(&config).map_err(&wrong)?;
        let casing_quotes = match config.get("copydesk").and_then(|own| own.get("token_types")).map(Value::as_str) {
            None => false,
            Some(Some(CASING_QUOTES)) => true,
            Some(other) => {
                let other = other.unwrap_or("no string");
                return Err(wrong(format!("\"copydesk.token_types\" is {other:?}, known is {:?}", CASING_QUOTES)));
            }
        };
        architecture.complete(&mut config);
        let vocabulary = config.get("vocab_size").and_then(Value::as_u64).unwrap_or(0);
        Ok(Checkpoint {
            architecture,
            task,
            labels,
            positions: architecture.positions(&config),
            types: architecture.types(&config),
            padding: architecture.padding(&config),
            vocabulary: usize::try_from(vocabulary).unwrap_or(usize::MAX),
            casing_quotes,
            weights: read_weights(&folder, device)?,
            device,
            config,
            folder,
        })
    }

    /// The place of the weights.
    pub fn device(&self) -> Device {
        self.device
    }

    /// A network that shares the checkpoint's weights.
    ///
    /// # Errors
    /// If rust-bert does not take the configuration, or a weight is missing or of another shape.
    pub fn network(&self) -> Result<Forward, Error> {
        let folder = self.folder.display();
        let store = nn::VarStore::new(self.device);
        let forward = self.architecture.build(self.task, &store.root(), &self.config);
        let forward = forward.map_err(|error| Error::new(format!("{folder}: {error}")))?;
        let mut missing = BTreeSet::new();
        for (name, mut variable) in store.variables() {
            let Some(weight) = self.weights.get(&name) else {
                // Some of rust-bert's networks for tokens have a pooler, which nothing looks at.
                if self.task == Task::Sequence || !name.contains(".pooler.") {
                    missing.insert(name);
                }
                continue;
            };
            if weight.size() != variable.size() {
                let (found, needed) = (weight.size(), variable.size());
                return Err(Error::new(format!(
                    "{folder}: weight {name:?} has the shape {found:?}, config.json makes it {needed:?}"
                )));
            }
            variable.set_data(weight);
        }
        if let Some(first) = missing.first() {
            let class = self.task.class();
            return Err(Error::new(format!(
                "{folder}: {} weights are missing, {first:?} first: the checkpoint must be one that was trained as a \
                 model {class}",
                missing.len()
            )));
        }
        Ok(fused::network(self.architecture, self.task, &self.config, &self.weights).unwrap_or(forward))
    }
}

/// The class that `config.json` names, if none of its classes is for this task.
fn trained_for_another_task(config: &Map<String, Value>, task: Task) -> Option<String> {
    let classes = config.get("architectures")?.as_array()?;
    let classes: Vec<&str> = classes.iter().filter_map(Value::as_str).collect();
    let fits = classes.is_empty() || classes.iter().any(|class| class.ends_with(task.class()));
    if fits { None } else { classes.first().map(|class| (*class).to_owned()) }
}

/// `id2label` as a list.
fn labels(config: &Map<String, Value>) -> Result<Vec<String>, String> {
    let listed = config.get("id2label").and_then(Value::as_object);
    let listed = listed.filter(|listed| !listed.is_empty()).ok_or("it has no \"id2label\", the names of the labels")?;
    let mut labels = BTreeMap::new();
    for (number, name) in listed {
        let number: usize = number.parse().map_err(|_| format!("\"id2label\": {number:?} is no number"))?;
        let name = name.as_str().ok_or_else(|| format!("\"id2label\": the name of {number} is no string"))?;
        labels.insert(number, name.to_owned());
    }
    if labels.keys().copied().ne(0..labels.len()) {
        return Err(format!("\"id2label\" does not name the labels 0 to {}", labels.len() - 1));
    }
    Ok(labels.into_values().collect())
}

/// The weights by their names as Hugging Face has them now.
fn read_weights(folder: &Path, device: Device) -> Result<HashMap<String, Tensor>, Error> {
    let mut weights = HashMap::new();
    for path in weight_files(folder)? {
        let read = if path.extension().is_some_and(|extension| extension == "ot") {
            Tensor::load_multi_with_device(&path, device)
        } else {
            Tensor::read_safetensors(&path)
        };
        let read = read.map_err(|error| Error::new(format!("{}: {}", path.display(), first_line(&error))))?;
        for (name, tensor) in read {
            let tensor = tensor
                .f_to_device(device)
                .and_then(|tensor| if tensor.is_floating_point() { tensor.f_to_kind(Kind::Float) } else { Ok(tensor) });
            let tensor = tensor.map_err(|error| Error::new(format!("{}: {}", path.display(), first_line(&error))))?;
            weights.insert(of_now(&name), tensor);
        }
    }
    Ok(weights)
}

fn weight_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    for name in ["model.safetensors", "rust_model.ot"] {
        let path = folder.join(name);
        if path.is_file() {
            return Ok(vec![path]);
        }
    }
    let index = folder.join("model.safetensors.index.json");
    let Ok(text) = fs::read_to_string(&index) else {
        let advice = if folder.join("pytorch_model.bin").is_file() {
            "; from pytorch_model.bin it is made by AutoModel...from_pretrained(FOLDER).save_pretrained(FOLDER)"
        } else {
            ""
        };
        return Err(Error::new(format!(
            "{}: has no weights; needed is model.safetensors or rust_model.ot{advice}",
            folder.display()
        )));
    };
    let wrong = |problem: &str| Error::new(format!("{}: {problem}", index.display()));
    let listed: Value = serde_json::from_str(&text).map_err(|error| wrong(&error.to_string()))?;
    let listed =
        listed.get("weight_map").and_then(Value::as_object).ok_or_else(|| wrong("it has no \"weight_map\""))?;
    let files: BTreeSet<&str> = listed.values().filter_map(Value::as_str).collect();
    if files.iter().any(|name| name.contains(['/', '\\'])) {
        return Err(wrong("a file of it lies in another folder"));
    }
    Ok(files.into_iter().map(|name| folder.join(name)).collect())
}

/// Checkpoints of old call the parameters of a normalisation gamma and beta.
fn of_now(name: &str) -> String {
    for (old, new) in [("LayerNorm.gamma", "LayerNorm.weight"), ("LayerNorm.beta", "LayerNorm.bias")] {
        if let Some(stem) = name.strip_suffix(old) {
            return format!("{stem}{new}");
        }
    }
    name.to_owned()
}

/// Returns libtorch's message without its stack trace.
pub(crate) fn first_line(error: &dyn std::fmt::Display) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
