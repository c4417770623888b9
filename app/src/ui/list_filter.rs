//! The filter above a list.

use domain::{OfferChoices, report::Selection};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::ui::{
    components::{ButtonKind, ButtonLink, Field, SelectField, grouped, isolated, visible},
    forms::GetForm,
    selection::PeriodFields,
};

/// The answers of a select: what is sent, and what is shown.
pub(crate) fn choices(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(value, shown)| ((*value).to_owned(), (*shown).to_owned())).collect()
}

/// What can be chosen above a list, beside its offers. What has nothing to choose from isn't shown.
#[derive(Debug, Clone)]
pub(crate) struct FilterMenus {
    /// The statuses to choose from, without "all".
    pub(crate) statuses: Vec<(String, String)>,
    /// What they are called, and what all of them are.
    pub(crate) status_words: (&'static str, &'static str),
    /// The categories to choose from, without "all".
    pub(crate) categories: Vec<(String, String)>,
    /// The orders to choose from, the default with an empty value first.
    pub(crate) sorts: Vec<(String, String)>,
    /// What the field of the search is called.
    pub(crate) search: &'static str,
    /// Whether offers are found by their names.
    pub(crate) searches_names: bool,
}

/// Statuses and a search: what most lists have.
impl Default for FilterMenus {
    fn default() -> Self {
        Self {
            statuses: Vec::new(),
            status_words: ("Status", "All statuses"),
            categories: Vec::new(),
            sorts: Vec::new(),
            search: "Search",
            searches_names: true,
        }
    }
}

/// A GET form: what it asks for stands in the address.
#[component]
pub(super) fn ListFilterForm(
    /// What the address asks now, by its words.
    words: Vec<(String, String)>,
    /// What can be chosen.
    menus: FilterMenus,
    /// The offers to choose from, if any.
    offers: OfferChoices,
    /// Which clicks or conversions are meant, where the list is of these.
    selection: Option<Selection>,
) -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let word =
        |name: &str| words.iter().find(|(one, _)| *one == name).map(|(_, word)| word.clone()).unwrap_or_default();
    let [status, category, offer, text, sort] = ["status", "category", "offer", "text", "sort"].map(word);
    let is_changed = words.iter().any(|(name, _)| name != "after" && name != "before");
    let period = selection.as_ref().map(|selection| {
        view! { <PeriodFields period=selection.period is_optional=true /> }
    });
    // What the form has no fields for, and keeps.
    let kept = selection.map(|selection| Selection { period: None, ..selection }.words()).unwrap_or_default();
    let kept: Vec<_> =
        kept.into_iter().map(|(name, word)| view! { <input type="hidden" name=name value=word /> }).collect();
    let FilterMenus { statuses, status_words, categories, sorts, search, searches_names } = menus;
    let unlisted =
        unlisted_words(offers.unlisted, searches_names).map(|words| view! { <p class="small muted">{words}</p> });
    let offers: Vec<_> =
        offers.offers.into_iter().map(|(id, name)| (id.to_string(), isolated(&visible(name, id)))).collect();
    let (status_label, all) = status_words;
    let status = (!statuses.is_empty()).then(|| {
        view! { <SelectField label=status_label name="status" options=with_all(all, statuses) value=status /> }
    });
    let category = (!categories.is_empty()).then(|| {
        let options = with_all("All categories", categories);
        view! { <SelectField label="Category" name="category" options=options value=category /> }
    });
    let offer = (!offers.is_empty()).then(|| {
        view! { <SelectField label="Offer" name="offer" options=with_all("All offers", offers) value=offer /> }
    });
    let sort = (!sorts.is_empty()).then(|| {
        view! { <SelectField label="Order" name="sort" options=sorts value=sort /> }
    });
    let text = view! { <Field label=search name="text" kind="search" value=text maxlength=200 autocomplete="off" /> };
    let reset = is_changed.then(|| {
        view! { <ButtonLink href=path label="Clear filters" kind=ButtonKind::Quiet /> }
    });
    view! {
        <GetForm class="toolbar">
            {period} {status} {category} {offer} {sort} {text} {kept}
            <button type="submit" class=ButtonKind::Secondary.class()>
                "Filter"
            </button> {reset} {unlisted}
        </GetForm>
    }
}

/// That a menu doesn't hold everything, and how to find the rest.
fn unlisted_words(unlisted: i64, searches_names: bool) -> Option<String> {
    let remedy = if searches_names { "Search for them by name." } else { "The numbers of an offer lead to its list." };
    match unlisted {
        ..=0 => None,
        1 => Some(format!("One older offer is not in the menu. {remedy}")),
        many => Some(format!("{} older offers are not in the menu. {remedy}", grouped(many))),
    }
}

fn with_all(all: &str, options: Vec<(String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), all.to_owned())).chain(options).collect()
}
