//! Plugins that run in processes of their own. A crash, a hang or runaway memory then costs one document.
//!
//! The host starts a program, usually itself ([`ChildCommand`]), which calls [`serve_isolated`]. A socket joins the
//! two. Only the child opens the library: the handshake, the manifest, instances and documents all happen there. Its
//! answers are decoded with every length compared, and their rows pass the same checks as those of a plugin in the
//! host. This is no security sandbox: the process may do all that its user may.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

#[cfg(unix)]
pub(crate) mod channel;
#[cfg(unix)]
pub(crate) mod pool;
#[cfg(unix)]
pub(crate) mod process;
#[cfg(unix)]
pub(crate) mod serve;
#[cfg(unix)]
pub(crate) mod wire;

#[cfg(unix)]
pub(crate) use pool::Pool;
#[cfg(unix)]
pub(crate) use process::Isolated;
#[cfg(unix)]
pub use serve::{ServeError, serve_isolated};

#[cfg(not(unix))]
mod absent;
#[cfg(not(unix))]
pub(crate) use absent::{Isolated, Pool};
#[cfg(not(unix))]
pub use absent::{ServeError, serve_isolated};

/// The limits of each process of an isolated plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long it may work on a document. It has as long to start, but never less than ten seconds.
    pub time: Duration,
    /// Bytes of address space, the program and its libraries among them. Linux keeps to it; macOS may not, and
    /// OpenBSD cannot.
    pub memory: u64,
}

impl Default for Limits {
    /// Half a minute, two gigabytes.
    fn default() -> Self {
        Limits { time: Duration::from_secs(30), memory: 2048 << 20 }
    }
}

/// The command that starts the process of an isolated plugin. Its program calls [`serve_isolated`] with the host's
/// built-in plugins, and does nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildCommand {
    /// The program; it should be the host's own, since both must be of one version.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// Linux keeps the running program here, even if another version has replaced its file.
const THIS_PROGRAM: &str = "/proc/self/exe";

impl ChildCommand {
    /// Returns a command of this program with these arguments, or `None` if the system does not tell its path.
    #[must_use]
    pub fn this_program(arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Option<Self> {
        let program = if cfg!(target_os = "linux") { Ok(THIS_PROGRAM.into()) } else { std::env::current_exe() };
        let arguments = arguments.into_iter().map(Into::into).collect();
        program.ok().map(|program| ChildCommand { program, arguments })
    }
}
