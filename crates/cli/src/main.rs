//! The program `copydesk`: see the library beside this file.

use std::process::ExitCode;

fn main() -> ExitCode {
    copydesk_cli::run(std::env::args_os(), copydesk_cli::this_program()).into()
}
