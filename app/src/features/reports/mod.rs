//! The numbers of a period, and the first screens that show them.

mod admin_home;
mod affiliate_home;
pub(crate) mod api;
mod first_steps;
mod glossary;
mod overview;
mod partner_home;
mod report_chart;
mod report_form;
mod report_page;
mod report_table;
mod rows;
mod saved_reports;
mod values;
mod words;

pub(crate) use self::{
    admin_home::AdminHome, affiliate_home::AffiliateHome, glossary::Glossary, partner_home::PartnerHome,
    report_page::ReportPage,
};
