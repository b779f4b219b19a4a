//! The program `copydesk`, as a console script of the package.

use std::ffi::OsString;
use std::path::PathBuf;

use copydesk::loader::ChildCommand;
use pyo3::prelude::*;
use pyo3::types::PyModule;

/// What the interpreter runs to be the program again. The package is imported from where this process has it.
const AGAIN: &str = "import sys; sys.path[0] = sys.argv.pop(1); from copydesk.__main__ import main; main()";

/// Runs the program with these arguments, the first of which is its name, and returns its exit status.
#[pyfunction(name = "_run_program")]
pub fn run_program(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<u8> {
    let program = this_program(py)?;
    Ok(py.detach(|| copydesk_cli::run(arguments, program)))
}

/// Returns the command that starts the program once more, or `None` if the interpreter has no executable.
pub fn this_program(py: Python<'_>) -> PyResult<Option<ChildCommand>> {
    let executable: Option<PathBuf> = PyModule::import(py, "sys")?.getattr("executable")?.extract()?;
    let Some(program) = executable.filter(|path| !path.as_os_str().is_empty()) else { return Ok(None) };
    let package: PathBuf = PyModule::import(py, "copydesk")?.getattr("__file__")?.extract()?;
    let folder = package.parent().and_then(|folder| folder.parent()).map(PathBuf::from).unwrap_or_default();
    let arguments = vec![OsString::from("-c"), AGAIN.into(), folder.into()];
    Ok(Some(ChildCommand { program, arguments }))
}

/// Returns the command that runs an isolated plugin.
pub fn isolated_plugin(py: Python<'_>) -> PyResult<Option<ChildCommand>> {
    let command = this_program(py)?;
    Ok(command.map(|mut command| {
        command.arguments.push(copydesk_cli::ISOLATED_PLUGIN.into());
        command
    }))
}
