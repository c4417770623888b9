//! What pages are made of.

pub(crate) mod components;
mod empty_list;
pub mod forms;
pub(crate) mod layouts;
mod list_filter;
pub(crate) mod listing;
pub(crate) mod live;
pub(crate) mod loaded;

pub(crate) use self::{
    empty_list::EmptyList,
    list_filter::{ListFilter, choices},
};
