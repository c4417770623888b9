//! The built program, run as a process.

mod commands;
mod durability;
mod running;
mod secrets;
