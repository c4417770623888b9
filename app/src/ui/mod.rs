//! What pages are made of.

pub(crate) mod columns;
pub(crate) mod components;
mod empty_list;
pub mod forms;
mod keyed;
pub(crate) mod layouts;
mod list_filter;
mod list_page;
mod list_pager;
pub(crate) mod live;
pub(crate) mod loaded;
pub(crate) mod notices;
pub(crate) mod page_url;
pub(crate) mod selection;
pub(crate) mod steady;

pub(crate) use self::{
    empty_list::{Empty, EmptyList},
    keyed::keyed,
    list_filter::{FilterMenus, choices},
    list_page::{ListPage, ListScreen},
    list_pager::ListPager,
};
