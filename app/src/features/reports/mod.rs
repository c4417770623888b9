//! The numbers of a period, and the first screens that show them.

mod affiliate_home;
pub(crate) mod api;
mod first_steps;
mod glossary;
mod overview_panel;
mod partner_home;
mod report_chart;
mod report_form;
mod report_page;
mod report_table;
mod rows;
mod values;
mod words;

pub(crate) use self::{
    affiliate_home::AffiliateHome,
    glossary::Glossary,
    overview_panel::{conversion_rate, per_currency},
    partner_home::PartnerHome,
    report_page::ReportPage,
};
