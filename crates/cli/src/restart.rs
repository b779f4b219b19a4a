//! The command that starts this program once more: for an isolated plugin, a measurement, or the check of a library.

use std::ffi::OsString;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::Context;
use copydesk::loader::ChildCommand;

static PROGRAM: OnceLock<Option<ChildCommand>> = OnceLock::new();

/// Returns the command of the running executable, or `None` if the system does not tell its path.
#[must_use]
pub fn this_program() -> Option<ChildCommand> {
    ChildCommand::this_program(Vec::<OsString>::new())
}

/// Sets the command. The first one counts, since a process is one program.
pub fn set(program: Option<ChildCommand>) {
    let _ = PROGRAM.set(program);
}

/// Returns the command with these arguments after its own, or `None` if there is none.
pub fn with(arguments: impl IntoIterator<Item = OsString>) -> Option<ChildCommand> {
    let mut command = PROGRAM.get_or_init(this_program).clone()?;
    command.arguments.extend(arguments);
    Some(command)
}

/// Returns the command as one that can be started.
///
/// # Errors
/// If there is none.
pub fn command() -> anyhow::Result<impl Fn() -> Command> {
    const LOST: &str = "the program cannot find its own file";
    let mut program = with([]).context(LOST)?;
    if this_program().is_some_and(|own| own.program == program.program) {
        // Another program, such as `perf`, may start it, and Linux names each by the same path.
        program.program = std::env::current_exe().context(LOST)?;
    }
    Ok(move || {
        let mut command = Command::new(&program.program);
        command.args(&program.arguments);
        command
    })
}
