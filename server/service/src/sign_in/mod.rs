//! Signing up and in, passwords and their resets, and how often somebody may try.

mod accounts;
mod known_networks;
mod limits;
mod own_account;
mod passwords;
mod resets;
mod sessions;

pub use self::{
    accounts::{NewAccount, SignUp},
    sessions::{SessionToken, SignedIn},
};
pub(crate) use self::{limits::Limits, passwords::Passwords};
