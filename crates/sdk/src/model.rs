//! The bytes of a model: built into the plugin, or read from a file.

use std::fs::File;
use std::io::Read;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use crate::Error;

/// A cache line: sections of model files begin at multiples of it, and so do the files in memory.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u8; 64]);

/// The bytes of a model. If they come from a file or [`crate::include_model!`], they begin at a multiple of 64. Clones
/// are cheap, and the last clone frees the bytes.
#[derive(Clone)]
pub struct ModelBytes(Source);

#[derive(Clone)]
enum Source {
    BuiltIn(&'static [u8]),
    Read { lines: Arc<Vec<Line>>, length: usize },
}

impl ModelBytes {
    /// The model that an option names: `builtin:NAME` for one of `built_in`, each with its name, or a path.
    ///
    /// # Errors
    /// If there is no built-in model of that name, or the file cannot be read.
    pub fn find(model: &str, built_in: &[(&str, &'static [u8])]) -> Result<Self, Error> {
        let Some(name) = model.strip_prefix("builtin:") else { return Self::read(model.as_ref()) };
        match built_in.iter().find(|(own, _)| *own == name) {
            Some((_, bytes)) => Ok(ModelBytes(Source::BuiltIn(bytes))),
            None => Err(Self::unknown(name, built_in.iter().map(|(own, _)| *own))),
        }
    }

    /// Says that there is no built-in model `name`, and which there are.
    #[must_use]
    pub fn unknown<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Error {
        let names: Vec<String> = names.map(|name| format!("builtin:{name}")).collect();
        let there = match names.split_last() {
            None => "this plugin has none; write the path of one".to_owned(),
            Some((only, [])) => format!("there is {only}"),
            Some((last, others)) => format!("there are {} and {last}", others.join(", ")),
        };
        Error::new(format!("no built-in model {name:?}; {there}"))
    }

    /// Reads a model from a file.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let read = || -> std::io::Result<Self> {
            let mut file = File::open(path)?;
            let length = usize::try_from(file.metadata()?.len()).map_err(std::io::Error::other)?;
            let mut lines = vec![Line([0; 64]); length.div_ceil(64)];
            // SAFETY: a line is 64 bytes without padding; `length` is at most that of all lines.
            let bytes = unsafe { std::slice::from_raw_parts_mut(lines.as_mut_ptr().cast::<u8>(), length) };
            file.read_exact(bytes)?;
            Ok(ModelBytes(Source::Read { lines: Arc::new(lines), length }))
        };
        read().map_err(|error| Error::new(format!("cannot read the model {}: {error}", path.display())))
    }
}

impl From<&'static [u8]> for ModelBytes {
    fn from(bytes: &'static [u8]) -> Self {
        ModelBytes(Source::BuiltIn(bytes))
    }
}

impl Deref for ModelBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Source::BuiltIn(bytes) => bytes,
            // SAFETY: as in `read`.
            Source::Read { lines, length } => unsafe { std::slice::from_raw_parts(lines.as_ptr().cast(), *length) },
        }
    }
}

impl std::fmt::Debug for ModelBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ModelBytes").field("length", &self.len()).finish_non_exhaustive()
    }
}

/// The expansion of [`crate::include_model!`].
#[doc(hidden)]
#[repr(C, align(64))]
pub struct Aligned<T: ?Sized>(pub T);

/// As `include_bytes!`, for a model file: the bytes begin at a multiple of 64.
#[macro_export]
macro_rules! include_model {
    ($path:expr) => {{
        static MODEL: &$crate::Aligned<[u8]> = &$crate::Aligned(*include_bytes!($path));
        &MODEL.0
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_found_by_name_or_path() {
        static ONE: &[u8] = include_model!("model.rs");
        assert!(ONE.starts_with(b"//! The bytes") && ONE.as_ptr().addr().is_multiple_of(64));
        assert_eq!(&*ModelBytes::find("builtin:a", &[("b", &[]), ("a", ONE)]).expect("a model"), ONE);
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/model.rs");
        let read = ModelBytes::find(path, &[]).expect("a file");
        assert!(&*read == ONE && read.as_ptr().addr().is_multiple_of(64));
        for (model, names, wanted) in [
            ("builtin:c", &["a", "b"][..], "no built-in model \"c\"; there are builtin:a and builtin:b"),
            ("builtin:c", &["a"], "no built-in model \"c\"; there is builtin:a"),
            ("builtin:c", &[], "no built-in model \"c\"; this plugin has none; write the path of one"),
            ("no/such.cdm", &[], "cannot read the model no/such.cdm: "),
        ] {
            let built_in: Vec<(&str, &'static [u8])> = names.iter().map(|name| (*name, ONE)).collect();
            let error = ModelBytes::find(model, &built_in).expect_err("no model").to_string();
            assert!(error.starts_with(wanted), "{error}");
        }
    }
}
