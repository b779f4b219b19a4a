//! The model files of the shipped pipelines. A plugin names its models here and reads them by name.
//!
//! The features `news` and `fast` put a set of files into the program. Other files are read from a folder: one of
//! [`add_folder`], or else the folder of the environment variable [`FOLDER_VARIABLE`]. Such a file must have the
//! SHA-256 of this version, so a model has the same bytes from any place.
//!
//! ```
//! use copydesk_models::{NER, find};
//!
//! let names: Vec<&str> = NER.iter().map(|model| model.name()).collect();
//! assert_eq!(names, ["news", "news-fast"]);
//! let error = find("builtin:other", NER).expect_err("no such model");
//! assert_eq!(error.to_string(), "no built-in model \"other\"; there are builtin:news and builtin:news-fast");
//! ```
//!
//! Architecture invariant: this crate knows names, bytes, hashes and licences of models, and not their meaning.
#![forbid(unsafe_code)]

mod folders;
mod licence;
mod shipped;

pub use folders::{FOLDER_VARIABLE, add_folder};
pub use licence::Licence;
pub use shipped::{
    ACTORS, ACTORS_RANKER, BOUNDARIES, ENCODER, GIVEN_NAMES, LINKER, NER, NER_FAST, QUOTES, QUOTES_FAST, RANKER,
    STANCE, TOKENIZER, of_plugin, own_licence,
};

pub use copydesk_sdk::ModelBytes;

use copydesk_sdk::Error;
use sha2::{Digest, Sha256};

/// A model file of this version.
///
/// ```
/// # use copydesk_models::GIVEN_NAMES;
/// assert_eq!((GIVEN_NAMES.file(), GIVEN_NAMES.sha256().len()), ("given-names.cdm", 64));
/// ```
#[derive(Debug)]
pub struct Model {
    /// The name after `builtin:`.
    name: &'static str,
    /// The name of its file.
    file: &'static str,
    /// The SHA-256 of the file, in hexadecimal digits.
    sha256: &'static str,
    /// What the licences of its training data allow.
    licence: Licence,
    /// The file, if it is inside the program.
    bytes: Option<&'static [u8]>,
}

impl Model {
    /// Returns the name that follows `builtin:` in a pipeline file.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the name of the file, as in the folder `models` of the source.
    #[must_use]
    pub fn file(&self) -> &'static str {
        self.file
    }

    /// Returns the SHA-256 of the file, in hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> &'static str {
        self.sha256
    }

    /// Returns what the licences of its training data allow, as its card tells.
    #[must_use]
    pub fn licence(&self) -> Licence {
        self.licence
    }

    /// Returns the file if it is inside the program. It begins at a multiple of 64 bytes.
    #[must_use]
    pub fn built_in(&self) -> Option<&'static [u8]> {
        self.bytes
    }

    /// Returns the file: the one inside the program, or else one from a folder. Only the latter is hashed.
    ///
    /// # Errors
    /// If it is not inside the program and no folder has it, or if the file in a folder is another one.
    pub fn read(&self) -> Result<ModelBytes, Error> {
        match self.bytes {
            Some(bytes) => Ok(bytes.into()),
            None => self.read_from(&folders::all()),
        }
    }

    /// Reads the file from the first of these folders that has it.
    fn read_from(&self, folders: &[std::path::PathBuf]) -> Result<ModelBytes, Error> {
        let path = folders.iter().map(|folder| folder.join(self.file)).find(|path| path.is_file());
        let Some(path) = path else { return Err(self.missing(folders)) };
        let bytes = ModelBytes::read(&path)?;
        let found: String = Sha256::digest(&*bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        if found != self.sha256 {
            return Err(Error::new(format!(
                "{} is not the model of this version: its SHA-256 is {found}, needed is {}; take {} from the source of \
                 version {}",
                path.display(),
                self.sha256,
                self.file,
                env!("CARGO_PKG_VERSION"),
            )));
        }
        Ok(bytes)
    }

    fn missing(&self, folders: &[std::path::PathBuf]) -> Error {
        let searched = match folders {
            [] => String::new(),
            folders => {
                let folders: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
                format!(" nor in {}", folders.join(" or "))
            }
        };
        Error::new(format!(
            "the model {} is not inside this program{searched}; name the folder that has it with --models or \
             {FOLDER_VARIABLE}",
            self.file
        ))
    }
}

/// Returns the model that an option names: `builtin:NAME` for one of `models`, or the path of a file.
///
/// # Errors
/// If there is no model of that name, if a file cannot be read, and as [`Model::read`].
pub fn find(option: &str, models: &[&Model]) -> Result<ModelBytes, Error> {
    let Some(name) = option.strip_prefix("builtin:") else { return ModelBytes::read(option.as_ref()) };
    match models.iter().find(|model| model.name == name) {
        Some(model) => model.read(),
        None => Err(ModelBytes::unknown(name, models.iter().map(|model| model.name))),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models");

    #[test]
    fn hashes_are_those_of_the_files() {
        let mut files: Vec<String> = Vec::new();
        for model in shipped::ALL {
            let bytes = fs::read(Path::new(SOURCE).join(model.file)).expect("a model of the source");
            let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hash, model.sha256, "{}: write its new hash into shipped.rs", model.file);
            assert!(model.bytes.is_none_or(|inside| inside == bytes && inside.as_ptr().addr().is_multiple_of(64)));
            files.push(model.file.to_owned());
        }
        files.sort();
        let there = fs::read_dir(SOURCE).expect("the models of the source");
        let there = there.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        let mut there: Vec<String> = there.filter(|name| name.ends_with(".cdm")).collect();
        there.sort();
        assert_eq!(files, there);
    }

    #[test]
    fn a_model_outside_the_program_is_read_by_name_and_hash() {
        let model = Model { bytes: None, ..*GIVEN_NAMES };
        let empty = tempfile::tempdir().expect("a folder");
        let folder = |folder: &Path| vec![PathBuf::from(folder)];
        let message = |folders: &[PathBuf]| model.read_from(folders).expect_err("no model").to_string();
        assert!(message(&[]).starts_with("the model given-names.cdm is not inside this program; name the folder"));
        let nowhere = message(&folder(empty.path()));
        assert!(nowhere.contains(&format!("nor in {}; name", empty.path().display())), "{nowhere}");

        let read = model.read_from(&[empty.path().to_owned(), SOURCE.into()]).expect("the model");
        assert!(read.as_ptr().addr().is_multiple_of(64));

        fs::write(empty.path().join(model.file), b"other").expect("a file");
        let other = message(&[empty.path().to_owned(), SOURCE.into()]);
        assert!(other.contains("is not the model of this version: its SHA-256 is d9298a10"), "{other}");
        assert!(other.contains(model.sha256), "{other}");
    }
}
