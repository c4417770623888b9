//! Applications: affiliates ask for an offer, its partner decides.

pub(crate) mod api;
mod application_card;
mod applications_page;
mod badge;

pub(crate) use self::{
    application_card::ApplicationCard,
    applications_page::Applications,
    badge::{application_badge, application_statuses},
};
