//! The program: all of it is in the library, where tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(glassbox::cli::run())
}
