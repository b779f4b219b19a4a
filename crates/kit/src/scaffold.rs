//! Starts a plugin: a folder that builds, passes its tests and runs in a pipeline.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use copydesk_core::{is_identifier, standard};

/// The language of a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Rust, against the SDK.
    Rust,
    /// C, against the header.
    C,
}

/// A plugin to start.
#[derive(Clone, Debug)]
pub struct NewPlugin {
    /// Its id, which is also the name of its crate and its layer.
    pub name: String,
    /// The folder to make, which must not be there yet.
    pub folder: PathBuf,
    /// Its language.
    pub language: Language,
    /// For Rust: the folder of the SDK's crate in a clone of the repository. Without it the plugin brings the SDK's
    /// sources with it.
    pub sdk: Option<PathBuf>,
    /// Ids that are taken.
    pub taken: Vec<String>,
}

/// The reason that a plugin was not started. The message says what would be right.
#[derive(Debug)]
pub struct NewPluginError(Kind);

#[derive(Debug)]
enum Kind {
    Name(String),
    Exists(PathBuf),
    Sdk(PathBuf),
    Io(PathBuf, io::Error),
}

impl fmt::Display for NewPluginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Name(what) => f.write_str(what),
            Kind::Exists(path) => {
                write!(f, "{} is there already and stays as it is; choose another name or --path", path.display())
            }
            Kind::Sdk(path) => write!(
                f,
                "{} is not the SDK's crate; it is the folder crates/sdk of a clone of the repository",
                path.display()
            ),
            Kind::Io(path, error) => write!(f, "{} cannot be written: {error}", path.display()),
        }
    }
}

impl std::error::Error for NewPluginError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Kind::Io(_, error) => Some(error),
            _ => None,
        }
    }
}

/// File name, which may hold the plugin's, and template.
const RUST: [(&str, &str); 7] = [
    ("Cargo.toml", include_str!("../templates/rust/Cargo.toml.in")),
    ("manifest.json", include_str!("../templates/rust/manifest.json.in")),
    ("src/lib.rs", include_str!("../templates/rust/src/lib.rs.in")),
    ("tests/rows.rs", include_str!("../templates/rust/tests/rows.rs.in")),
    ("@NAME@.toml", include_str!("../templates/rust/pipeline.toml.in")),
    ("README.md", include_str!("../templates/rust/README.md.in")),
    (".gitignore", include_str!("../templates/rust/gitignore.in")),
];
const C: [(&str, &str); 7] = [
    ("@NAME@.c", include_str!("../templates/c/plugin.c.in")),
    ("@NAME@_test.c", include_str!("../templates/c/test.c.in")),
    ("copydesk.h", include_str!("../../abi/include/copydesk.h")),
    ("Makefile", include_str!("../templates/c/Makefile.in")),
    ("@NAME@.toml", include_str!("../templates/c/pipeline.toml.in")),
    ("README.md", include_str!("../templates/c/README.md.in")),
    (".gitignore", include_str!("../templates/c/gitignore.in")),
];

/// The folder of a new plugin that holds the sources of the SDK.
const SDK_FOLDER: &str = "copydesk";

/// The crates that a plugin in Rust is built on, as they are in this repository: file below [`SDK_FOLDER`], and text.
const SDK: [(&str, &str); 18] = [
    ("LICENSE-APACHE", include_str!("../../../LICENSE-APACHE")),
    ("LICENSE-MIT", include_str!("../../../LICENSE-MIT")),
    ("abi/Cargo.toml", include_str!("../../abi/Cargo.toml")),
    ("abi/src/entry.rs", include_str!("../../abi/src/entry.rs")),
    ("abi/src/host.rs", include_str!("../../abi/src/host.rs")),
    ("abi/src/layout.rs", include_str!("../../abi/src/layout.rs")),
    ("abi/src/lib.rs", include_str!("../../abi/src/lib.rs")),
    ("abi/src/span.rs", include_str!("../../abi/src/span.rs")),
    ("abi/src/table.rs", include_str!("../../abi/src/table.rs")),
    ("sdk/Cargo.toml", include_str!("../../sdk/Cargo.toml")),
    ("sdk/src/annotator.rs", include_str!("../../sdk/src/annotator.rs")),
    ("sdk/src/document.rs", include_str!("../../sdk/src/document.rs")),
    ("sdk/src/error.rs", include_str!("../../sdk/src/error.rs")),
    ("sdk/src/export.rs", include_str!("../../sdk/src/export.rs")),
    ("sdk/src/lib.rs", include_str!("../../sdk/src/lib.rs")),
    ("sdk/src/model.rs", include_str!("../../sdk/src/model.rs")),
    ("sdk/src/output.rs", include_str!("../../sdk/src/output.rs")),
    ("sdk/src/testing.rs", include_str!("../../sdk/src/testing.rs")),
];

/// The workspace of [`SDK`].
const SDK_WORKSPACE: &str = include_str!("../templates/rust/sdk/Cargo.toml.in");

/// Identifiers that cannot be names of crates: words of Rust, the crate's own dependencies, files of Windows.
#[rustfmt::skip]
const RESERVED: [&str; 61] = [
    "abstract", "alloc", "as", "async", "await", "aux", "become", "box", "break", "con", "const", "continue", "core",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "nul", "override", "priv", "prn", "proc_macro", "pub", "ref",
    "return", "self", "static", "std", "struct", "super", "test", "trait", "true", "try", "type", "typeof", "unsafe",
    "unsized", "use", "virtual", "where", "while", "yield", "build",
];

/// Longest name: some file systems take no more than 143 bytes of a file's name, and libraries get a prefix and more.
const LONGEST: usize = 64;

/// Makes the folder and returns its files, relative to it. Nothing is overwritten, and either all files are there or no
/// folder is.
///
/// # Errors
/// If the name cannot be a plugin's, the folder exists or cannot be written, or `sdk` is not the SDK.
pub fn new_plugin(plugin: &NewPlugin) -> Result<Vec<PathBuf>, NewPluginError> {
    check_name(plugin).map_err(|what| NewPluginError(Kind::Name(what)))?;
    if plugin.folder.symlink_metadata().is_ok() {
        return Err(NewPluginError(Kind::Exists(plugin.folder.clone())));
    }
    let sdk = plugin.sdk.as_deref().map(sdk_crate).transpose()?;
    let (files, with_sdk) = match plugin.language {
        Language::Rust => (RUST, sdk.is_none()),
        Language::C => (C, false),
    };
    let library = format!("{}{}{}", std::env::consts::DLL_PREFIX, plugin.name, std::env::consts::DLL_SUFFIX);
    let (major, minor) = copydesk_loader::HOST_ABI;
    let abi = format!("{major}.{minor}");
    let sdk = toml_string(&sdk.unwrap_or_else(|| format!("{SDK_FOLDER}/sdk")));
    let sdk_row =
        if with_sdk { format!("\n| `{SDK_FOLDER}/` | the sources that it is built on |") } else { String::new() };
    let filled = |template: &str| {
        let pairs = [
            ("@NAME@", plugin.name.as_str()),
            ("@LIBRARY@", &library),
            ("@VERSION@", env!("CARGO_PKG_VERSION")),
            ("@ABI@", &abi),
            ("@SDK@", &sdk),
            ("@SDK_ROW@", &sdk_row),
        ];
        pairs.iter().fold(template.to_owned(), |text, (mark, value)| text.replace(mark, value))
    };
    // The header and the sources of the SDK are no templates, and hold no marks.
    let mut texts: Vec<(PathBuf, String)> =
        files.iter().map(|(name, template)| (filled(name).into(), filled(template))).collect();
    if with_sdk {
        let folder = Path::new(SDK_FOLDER);
        texts.push((folder.join("Cargo.toml"), filled(SDK_WORKSPACE)));
        texts.extend(SDK.iter().map(|(name, text)| (folder.join(name), (*text).to_owned())));
    }

    let failed = |error| NewPluginError(Kind::Io(plugin.folder.clone(), error));
    let parent = plugin.folder.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let made = tempfile::Builder::new().prefix(".copydesk-new-").tempdir_in(parent).map_err(failed)?;
    for (name, text) in &texts {
        let path = made.path().join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&path, text).map_err(failed)?;
    }
    open_to_others(made.path()).map_err(failed)?;
    // Fails where somebody made a folder with files in it meanwhile.
    fs::rename(made.path(), &plugin.folder).map_err(failed)?;
    // It has moved: there is nothing left to remove.
    let _ = made.keep();
    Ok(texts.into_iter().map(|(name, _)| name).collect())
}

/// Only the owner may read a temporary folder. This one should be like any other.
#[cfg(unix)]
fn open_to_others(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // A folder in it was made with the mode that the user's mask leaves: the one to have.
    let plain = folder.join(".mode");
    fs::create_dir(&plain)?;
    let mode = fs::metadata(&plain)?.permissions().mode();
    fs::remove_dir(&plain)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}

fn check_name(plugin: &NewPlugin) -> Result<(), String> {
    let name = plugin.name.as_str();
    if !is_identifier(name) {
        let near: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
        let hint = if is_identifier(&near) { format!(", such as {near}") } else { String::new() };
        return Err(format!("{name:?} is no plugin's name; write a-z, 0-9 and _, a letter first{hint}"));
    }
    if name.len() > LONGEST {
        return Err(format!("the name has {} letters; {LONGEST} are the most", name.len()));
    }
    if RESERVED.contains(&name) || name.starts_with("copydesk") {
        return Err(format!("{name:?} is a word of Rust or of Copydesk; choose another name"));
    }
    if plugin.taken.iter().any(|taken| taken == name) {
        return Err(format!("there is a plugin {name:?} already; choose another name"));
    }
    if standard::LAYERS.contains(&name) {
        return Err(format!("{name:?} is a standard layer, and the plugin's layer has its name; choose another name"));
    }
    Ok(())
}

/// Returns the whole path of the SDK's crate in a clone.
fn sdk_crate(folder: &Path) -> Result<String, NewPluginError> {
    let wrong = || NewPluginError(Kind::Sdk(folder.to_path_buf()));
    let whole = folder.canonicalize().map_err(|_| wrong())?;
    let manifest = fs::read_to_string(whole.join("Cargo.toml")).map_err(|_| wrong())?;
    let is_sdk = manifest.lines().any(|line| line == "name = \"copydesk-sdk\"");
    whole.to_str().filter(|_| is_sdk).map(str::to_owned).ok_or_else(wrong)
}

/// Writes a basic string of TOML. A string of JSON is one.
fn toml_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plugin(name: &str, folder: &Path) -> NewPlugin {
        NewPlugin {
            name: name.to_owned(),
            folder: folder.join("new"),
            language: Language::Rust,
            sdk: None,
            taken: vec!["tokenizer".into()],
        }
    }

    #[test]
    fn names_that_cannot_be() {
        let folder = tempfile::tempdir().expect("a folder");
        let long = "x".repeat(65);
        for (name, message) in [
            ("", "\"\" is no plugin's name; write a-z, 0-9 and _, a letter first"),
            ("House-Style", "letter first, such as house_style"),
            ("7up", "\"7up\" is no plugin's name"),
            ("../x", "\"../x\" is no plugin's name"),
            ("é", "\"é\" is no plugin's name"),
            ("match", "is a word of Rust"),
            ("copydesk_sdk", "or of Copydesk"),
            ("tokenizer", "there is a plugin \"tokenizer\" already"),
            ("entities", "is a standard layer"),
            (&long, "65 letters; 64 are the most"),
        ] {
            let error = new_plugin(&plugin(name, folder.path())).expect_err(name).to_string();
            assert!(error.contains(message), "{name}: {error}");
        }
        assert_eq!(folder.path().read_dir().expect("readable").count(), 0, "nothing is left behind");
    }

    #[test]
    fn nothing_is_overwritten_or_left_half_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let made = new_plugin(&plugin("one", folder.path())).expect("it is made");
        assert!(made.contains(&PathBuf::from("one.toml")) && made.contains(&PathBuf::from("src/lib.rs")));
        let read = |file: &Path| fs::read_to_string(folder.path().join("new").join(file)).expect("it is there");
        for file in &made {
            assert!(!read(file).contains('@'), "{}: a mark is left", file.display());
        }
        let manifest = read(Path::new("Cargo.toml"));
        assert!(manifest.contains("copydesk-sdk = { path = \"copydesk/sdk\" }"), "{manifest}");
        assert!(!manifest.contains("git ="), "{manifest}");
        let error = new_plugin(&plugin("two", folder.path())).expect_err("it is there").to_string();
        assert!(error.contains("is there already"), "{error}");
        assert!(read(Path::new("Cargo.toml")) == manifest);

        let missing = NewPlugin { folder: folder.path().join("no/such/place"), ..plugin("two", folder.path()) };
        let error = new_plugin(&missing).expect_err("no parent").to_string();
        assert!(error.contains("cannot be written"), "{error}");
        let sdk = NewPlugin {
            sdk: Some(folder.path().into()),
            folder: folder.path().join("x"),
            ..plugin("two", folder.path())
        };
        let error = new_plugin(&sdk).expect_err("no SDK").to_string();
        assert!(error.contains("is not the SDK's crate"), "{error}");
        assert_eq!(folder.path().read_dir().expect("readable").count(), 1, "nothing is left behind");
    }

    #[test]
    fn the_sources_of_the_sdk_are_complete() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut files = vec!["abi/Cargo.toml".to_owned(), "sdk/Cargo.toml".to_owned()];
        let mut folders = vec!["abi/src".to_owned(), "sdk/src".to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in crates.join(&folder).read_dir().expect("a folder") {
                let entry = entry.expect("an entry");
                let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
                if entry.file_type().expect("a kind").is_dir() { folders.push(name) } else { files.push(name) }
            }
        }
        files.sort();
        let mut listed: Vec<&str> = SDK.iter().map(|(name, _)| *name).filter(|name| name.contains('/')).collect();
        listed.sort_unstable();
        assert_eq!(listed, files, "the list `SDK` is to hold them all");
    }
}
