//! Looks after one job: what the portal's own program does when it is asked to. For tests.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args_os().nth(1) {
        Some(run) => compute::local::runner::main(Path::new(&run)),
        None => ExitCode::FAILURE,
    }
}
