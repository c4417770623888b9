//! The built program, run as a process.

mod commands;
#[cfg(target_os = "linux")]
mod file_limit;
mod mail;
mod operate;
mod samples;
mod secrets;
mod settings;
#[cfg(target_os = "linux")]
mod threads;
mod versions;
mod warnings;
