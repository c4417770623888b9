//! Signing up and in, passwords and their resets, the first admin.

mod account_page;
mod account_settings;
pub(crate) mod api;
mod confirm_email;
mod reset;
mod set_up;
mod sign_in_page;
mod sign_up;

pub(crate) use self::{
    account_page::AccountPage, account_settings::AccountSettings, confirm_email::ConfirmEmail, reset::Reset,
    set_up::SetUp, sign_in_page::SignIn, sign_up::SignUp,
};
