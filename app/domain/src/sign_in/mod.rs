//! People: who they are, and what they sign in with.

mod account;
mod email;

pub use self::{
    account::{Account, OwnSession, Password, PersonName, Role, UserFilter, UserGroup, UserRow},
    email::{Email, InvalidEmail},
};
