//! People, their sessions, and the tokens that set a password.

pub mod sessions;
pub mod tokens;
pub mod users;
