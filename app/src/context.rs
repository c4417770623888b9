//! What a page knows beside its data: the same on the server and, read from the HTML, in the browser.

use domain::Account;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ui::{
    columns::HiddenColumns,
    forms::{FormOutcome, provide_form_states},
};

/// What the site is called and where it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The brand.
    pub name: String,
    /// Address of the site and the API, without a slash at the end.
    pub public_url: String,
    /// Base of tracking links, without a slash at the end.
    pub tracking_url: String,
}

impl Site {
    /// Whether people reach it by https.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// Everything the server tells a page beside its data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageContext {
    /// The site.
    pub site: Site,
    /// Who is signed in.
    pub account: Option<Account>,
    /// A form that was refused, to be shown again.
    pub outcome: Option<FormOutcome>,
    /// The address at which the browser opened the site, if no session can be kept there.
    pub opened_at: Option<String>,
    /// The build that made the page; empty where that isn't known.
    pub build: String,
    /// Where somebody is signed in, the version of the data the page was rendered with: an event stream begins there.
    pub version: Option<String>,
    /// The columns that the reader leaves out of lists.
    pub hidden_columns: HiddenColumns,
}

/// A form that was refused, for as long as the page is shown that it stands on.
#[derive(Clone, Copy)]
struct Outcome(RwSignal<Option<FormOutcome>>);

/// Reads it once, at the root, and hands it to every page.
pub(crate) fn provide_page_context() {
    let mut page_context = SharedValue::new(|| use_context::<PageContext>().unwrap_or_default()).into_inner();
    provide_context(Outcome(RwSignal::new(page_context.outcome.take())));
    provide_context(StoredValue::new(page_context));
    provide_form_states();
}

fn page_context() -> StoredValue<PageContext> {
    use_context().unwrap_or_else(|| StoredValue::new(PageContext::default()))
}

/// What the site is called and where it is.
pub(crate) fn site() -> Site {
    page_context().with_value(|all| all.site.clone())
}

/// Who is signed in.
pub(crate) fn account() -> Option<Account> {
    page_context().with_value(|all| all.account.clone())
}

/// The address at which the browser opened the site, if no session can be kept there.
pub(crate) fn opened_at() -> Option<String> {
    page_context().with_value(|all| all.opened_at.clone())
}

/// The columns that the reader leaves out of lists.
pub(crate) fn hidden_columns() -> HiddenColumns {
    page_context().with_value(|all| all.hidden_columns.clone())
}

/// The build that made the page; empty where that isn't known.
#[cfg(feature = "hydrate")]
pub(crate) fn build() -> String {
    page_context().with_value(|all| all.build.clone())
}

/// The version of the data from which the page was made.
#[cfg(feature = "hydrate")]
pub(crate) fn version() -> Option<String> {
    page_context().with_value(|all| all.version.clone())
}

/// The refused form of this page, if there is one.
pub(crate) fn form_outcome() -> RwSignal<Option<FormOutcome>> {
    use_context::<Outcome>().map_or_else(|| RwSignal::new(None), |outcome| outcome.0)
}
