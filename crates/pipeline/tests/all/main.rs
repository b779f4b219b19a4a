//! Pipelines of small plugins, from broken files to long runs.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests are tests too")]

mod batches;
mod broken;
mod composition;
#[cfg(target_os = "linux")]
mod files;
mod hostile;
mod locks;
mod plugins;
mod reload;
mod runs;
mod sound;
mod test_cases;
mod views;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use copydesk_loader::{Registry, SearchPath};
use copydesk_pipeline::{CheckedPipeline, PipelineSource, Runner, Shipped};

/// Pipelines that files may extend by name.
pub const SHIPPED: Shipped = &[
    ("fast", include_str!("../../../../pipelines/fast.toml")),
    ("news", include_str!("../../../../pipelines/news.toml")),
];

/// The test plugins, and nothing from the machine the tests run on.
pub fn registry() -> Registry {
    Registry::new(&[plugins::copydesk_entry], SearchPath::only(Vec::new())).unwrap()
}

/// The plugins that misbehave too.
fn registry_with_faulty() -> Registry {
    let entries = [plugins::copydesk_entry, copydesk_plugin_faulty::copydesk_entry];
    Registry::new(&entries, SearchPath::only(Vec::new())).unwrap()
}

/// A file that is nowhere.
pub fn source(text: &str) -> PipelineSource {
    PipelineSource::new("pipelines/x.toml", text, Some("/nowhere/pipelines".into()))
}

/// A file in which nothing is wrong.
pub fn checked(text: &str) -> CheckedPipeline {
    source(text).check(&registry()).unwrap_or_else(|faults| panic!("{faults}"))
}

/// A runner of these plugins, one stage each.
pub fn runner(plugins: &[&str]) -> Runner {
    let text: String = plugins.iter().map(|plugin| format!("[[stage]]\nplugin = {plugin:?}\n")).collect();
    let checked = source(&text).check(&registry_with_faulty()).unwrap_or_else(|faults| panic!("{faults}"));
    checked.load().unwrap_or_else(|faults| panic!("{faults}"))
}

/// A folder that is gone after the test.
pub struct Folder(PathBuf);

impl Folder {
    /// An empty one; `name` helps to find it.
    pub fn new(name: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("copydesk-pipeline-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// Files with their contents.
    pub fn of(name: &str, files: &[(&str, &[u8])]) -> Self {
        let folder = Folder::new(name);
        for (name, bytes) in files {
            let path = folder.0.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        folder
    }

    /// The message about the first of these files, with this folder as `DIR`.
    pub fn said_of(&self, file: &str, set: &[&str]) -> String {
        let said = match PipelineSource::read(&self.0.join(file)) {
            Err(error) => error.to_string(),
            Ok(mut source) => {
                source.set = set.iter().map(|set| (*set).to_owned()).collect();
                source.shipped = SHIPPED;
                source.check(&registry()).err().map_or("nothing is wrong".into(), |faults| faults.to_string())
            }
        };
        said.replace(&self.0.display().to_string(), "DIR") + "\n"
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
