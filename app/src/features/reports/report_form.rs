//! What a report is asked: by what, when, and in which order; and what is left out.

use domain::{
    Role,
    report::{Basis, Comparison, Dimension, Metric, ReportQuery},
};
use leptos::prelude::*;

use super::{
    report_page::report_href,
    words::{dimensions, metric_meaning, metric_name},
};
use crate::{
    context::account,
    ui::{
        components::{ButtonKind, Field, SelectField},
        forms::GetForm,
        selection::{Chip, PeriodFields, condition_text, dimension_name},
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
    let mut within = vec![(String::new(), "None".to_owned())];
    within.extend(by.clone());
    let inner = query.within.map(Dimension::as_str).unwrap_or_default();
    let basis = vec![(String::new(), "Conversion".to_owned()), ("click".to_owned(), "Click".to_owned())];
    let comparison: Choices = [("", "None"), ("previous", "Previous period"), ("year", "Previous year")]
        .map(|(word, name)| (word.to_owned(), name.to_owned()))
        .into();
    let compared = match query.comparison {
        None => "",
        Some(Comparison::Previous) => "previous",
        Some(Comparison::Year) => "year",
    };
    let basis_word = if query.selection.basis == Basis::Click { "click" } else { "" };
    view! {
        <GetForm class="toolbar">
            <SelectField label="Group by" name="by" options=by value=query.by.as_str() />
            <SelectField label="Then by" name="within" options=within value=inner />
            <PeriodFields period=Some(query.period()) is_optional=false />
            <SelectField label="Compare with" name="compare" options=comparison value=compared />
            <SelectField label="Date of" name="basis" options=basis value=basis_word />
            <Field
                label="Find in table"
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
pub(super) fn chips(path: &str, query: &ReportQuery, names: &[(String, String)]) -> Vec<Chip> {
    let conditions = query.selection.conditions.iter().enumerate().map(|(place, condition)| {
        let without = ReportQuery { selection: query.selection.without(place), page: 0, ..query.clone() };
        Chip { text: condition_text(condition, names), without: report_href(path, &without) }
    });
    let least = query.least.iter().enumerate().map(|(place, (metric, least))| {
        let mut without = ReportQuery { page: 0, ..query.clone() };
        without.least.remove(place);
        Chip { text: format!("{} at least {least}", metric_name(*metric)), without: report_href(path, &without) }
    });
    conditions.chain(least).collect()
}
