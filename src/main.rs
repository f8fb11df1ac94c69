//! Hands the arguments to [`placetime::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    placetime::cli::main()
}
