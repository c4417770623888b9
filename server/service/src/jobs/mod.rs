//! What the program does by itself, and what can wait.

mod mail;
mod maintenance;

pub use self::mail::{Mailer, describe_smtp};
