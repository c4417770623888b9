//! What a report is asked: by what, when, and in which order; and what is left out.

use domain::{
    AddressWord as _, Role,
    report::{Basis, Comparison, Dimension, Metric, Period, ReportQuery},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{
    report_page::report_href,
    words::{dimension_name, dimensions, key_name, metric_meaning, metric_name, period_name},
};
use crate::{
    context::account,
    ui::{
        components::{ButtonKind, Field, SelectField, isolated},
        forms::GetForm,
    },
};

type Choices = Vec<(String, String)>;

/// The form above a report.
#[component]
pub(super) fn ReportForm(
    /// What is asked now.
    query: ReportQuery,
) -> impl IntoView {
    let role = account().map_or(Role::Affiliate, |account| account.role);
    let by: Choices = dimensions(role).map(|one| (one.as_str().to_owned(), dimension_name(one).to_owned())).collect();
    let mut within = vec![(String::new(), "Nothing".to_owned())];
    within.extend(by.clone());
    let inner = query.within.map(Dimension::as_str).unwrap_or_default();
    let basis = vec![(String::new(), "Conversion".to_owned()), ("click".to_owned(), "Click".to_owned())];
    let comparison: Choices = [("", "Nothing"), ("previous", "Period before"), ("year", "Year before")]
        .map(|(word, name)| (word.to_owned(), name.to_owned()))
        .into();
    let compared = match query.comparison {
        None => "",
        Some(Comparison::Previous) => "previous",
        Some(Comparison::Year) => "year",
    };
    let basis_word = if query.basis == Basis::Click { "click" } else { "" };
    view! {
        <GetForm class="toolbar">
            <SelectField label="By" name="by" options=by value=query.by.as_str() />
            <SelectField label="Then by" name="within" options=within value=inner />
            <PeriodFields period=query.period />
            <SelectField label="Compare with" name="compare" options=comparison value=compared />
            <SelectField label="By time of" name="basis" options=basis value=basis_word />
            <Field
                label="Search rows"
                name="text"
                kind="search"
                value=query.text.as_typed().clone()
                maxlength=200
                autocomplete="off"
            />
            <MetricsMenu chosen=query.columns() />
            {kept(&query)}
            <button type="submit" class=ButtonKind::Secondary.class()>
                "Apply"
            </button>
        </GetForm>
    }
}

/// A preset, or days of one's own.
#[component]
fn PeriodFields(
    /// What is asked now.
    period: Period,
) -> impl IntoView {
    let mut presets: Choices =
        Period::PRESETS.into_iter().map(|preset| (preset.to_word(), period_name(preset).to_owned())).collect();
    presets.push((CUSTOM.to_owned(), "Custom".to_owned()));
    let (range, from, to) = match period {
        Period::Days(from, to) => (CUSTOM.to_owned(), from.to_string(), to.to_string()),
        preset => (preset.to_word(), String::new(), String::new()),
    };
    view! {
        <input type="hidden" name="_was" value=range.clone() />
        <SelectField label="Range" name="range" options=presets value=range />
        <div class="toolbar__pair" on:change=move |_| choose_custom()>
            <Field label="From" name="from" kind="date" value=from />
            <Field label="To" name="to" kind="date" value=to />
        </div>
    }
}

/// Days of one's own.
const CUSTOM: &str = "custom";

/// Who chooses a day means it, whatever the preset was.
fn choose_custom() {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast as _;
        let select = document().get_element_by_id("range");
        if let Some(select) = select.and_then(|select| select.dyn_into::<web_sys::HtmlSelectElement>().ok()) {
            select.set_value(CUSTOM);
        }
    }
}

/// Which columns are shown.
#[component]
fn MetricsMenu(
    /// Those that are now.
    chosen: Vec<Metric>,
) -> impl IntoView {
    let boxes = Metric::ALL.into_iter().map(|metric| {
        let is_chosen = chosen.contains(&metric);
        view! {
            <label class="check" title=metric_meaning(metric)>
                <input type="checkbox" name="metrics" value=metric.as_str() checked=is_chosen />
                {metric_name(metric)}
            </label>
        }
    });
    let boxes = boxes.collect_view();
    view! {
        <details class="menu">
            <summary class=ButtonKind::Secondary.class()>"Columns"</summary>
            <div class="menu__panel">{boxes}</div>
        </details>
    }
}

/// What the form has no fields for, and keeps.
fn kept(query: &ReportQuery) -> impl IntoView + use<> {
    let has_field = |name: &str| {
        ["by", "within", "range", "from", "to", "compare", "basis", "text", "metrics", "page", "open", "lines"]
            .contains(&name)
    };
    let kept = query.words().into_iter().filter(|(name, _)| !has_field(name));
    kept.map(|(name, word)| view! { <input type="hidden" name=name value=word /> }).collect_view()
}

/// What is left out, each with the way to take it back.
#[component]
pub(super) fn Chips(
    /// What is asked.
    query: ReportQuery,
    /// What the keys of conditions are called, where they have names.
    names: Vec<(String, String)>,
) -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let name_of = |dimension, key: &str| {
        let name = names.iter().find(|(named, _)| named == key).map(|(_, name)| name.clone());
        name.unwrap_or_else(|| key_name(dimension, key))
    };
    let conditions = query.conditions.iter().enumerate().map(|(place, condition)| {
        let mut without = query.clone();
        without.conditions.remove(place);
        without.page = 0;
        let keys: Vec<_> = condition.keys.iter().map(|key| isolated(&name_of(condition.dimension, key))).collect();
        let is = if condition.is_excluded { "is not" } else { "is" };
        let text = format!("{} {is} {}", dimension_name(condition.dimension), keys.join(" or "));
        (text, report_href(&path, &without))
    });
    let least = query.least.iter().enumerate().map(|(place, (metric, least))| {
        let mut without = query.clone();
        without.least.remove(place);
        (format!("{} at least {least}", metric_name(*metric)), report_href(&path, &without))
    });
    let chips = conditions.chain(least).map(|(text, href)| {
        let remove = format!("Remove: {text}");
        view! {
            <li class="chip">
                <span>{text}</span>
                <a href=href aria-label=remove>
                    "×"
                </a>
            </li>
        }
    });
    let chips: Vec<_> = chips.collect();
    (!chips.is_empty()).then(|| view! { <ul class="cluster chips">{chips}</ul> })
}
