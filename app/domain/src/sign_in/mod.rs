//! People: who they are, and what they sign in with.

mod account;
mod email;

pub use self::{
    account::{Account, Password, PersonName, Role, UserRow},
    email::{Email, InvalidEmail},
};
