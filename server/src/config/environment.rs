//! Environment variables that are there and empty.

use clap::{Arg, Command};

/// An empty variable is not set: compose files and systemd pass on what somebody left out as an empty text.
pub(super) fn without_empty_variables(command: Command) -> Command {
    command.mut_args(|argument| if has_empty_variable(&argument) { without_variable(argument) } else { argument })
}

fn has_empty_variable(argument: &Arg) -> bool {
    let value = argument.get_env().and_then(std::env::var_os);
    value.is_some_and(|value| value.to_string_lossy().trim().is_empty())
}

/// The help still names the variable, as clap would.
fn without_variable(argument: Arg) -> Arg {
    let variable = argument.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    argument.env(None::<&'static str>).help(format!("{help} [env: {variable}=]"))
}
