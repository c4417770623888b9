//! What the pages of partners, affiliates and admins have in common.

mod account_settings;
mod clicks_page;
mod clicks_table;
mod conversions_page;
mod conversions_table;
mod copy_id;
mod empty_list;
mod links_table;
mod list_filter;
mod offer_badge;
mod overview_panel;

pub(crate) use account_settings::AccountSettings;
pub(crate) use clicks_page::ClicksPage;
pub(crate) use conversions_page::ConversionsPage;
pub(crate) use conversions_table::{ConversionsTable, conversion_sorts, conversion_statuses};
pub(crate) use empty_list::EmptyList;
pub(crate) use links_table::LinksTable;
pub(crate) use list_filter::{ListFilter, choices};
pub(crate) use offer_badge::{application_badge, application_statuses, conversion_badge, offer_badge, offer_statuses};
pub(crate) use overview_panel::{DaysTabs, OverviewPanel, conversion_rate, per_currency, use_days};
