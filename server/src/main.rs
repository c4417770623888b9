//! The program `something-project`.

use std::process::ExitCode;

use server::config::Arguments;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::read();
    let ended = server::telemetry::log_to_stderr(arguments.settings.log_format)
        .and_then(|()| server::web_runtime().map_err(|error| format!("no threads could be started: {error}")))
        .and_then(|runtime| runtime.block_on(server::commands::run(arguments)));
    match ended {
        Ok(code) => code,
        Err(message) => {
            eprintln!("something-project: {message}");
            ExitCode::FAILURE
        }
    }
}
