//! People, their sessions, and what mails let them do.

pub mod email_changes;
pub mod sessions;
pub mod tokens;
pub mod users;
