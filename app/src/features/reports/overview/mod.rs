//! The numbers of a first screen: the same as those of reports, held against the period before.

mod best;
mod tile;

use domain::{
    Role,
    report::{Comparison, Metric, Overview, ReportQuery},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use self::{best::BestLists, tile::MetricTile};
use super::{report_chart::MetricChart, words::period_text};
use crate::{
    context::account,
    ui::{
        components::{ButtonKind, SelectField},
        forms::GetForm,
        selection::PeriodFields,
        steady::steady,
    },
};

/// What the address of a first screen asks for.
pub(super) fn use_overview_query() -> Memo<ReportQuery> {
    let search = use_location().search;
    Memo::new(move |_| ReportQuery::from_address(&search.get()).of_overview())
}

/// What a first screen asked, and its answer.
pub(super) type Answered = (ReportQuery, Overview);

/// Which days, what they are held against, tiles, a chart, and who brought the most.
#[component]
pub(super) fn OverviewPanel(
    /// What was asked, and the numbers.
    answered: Signal<Answered>,
) -> impl IntoView {
    let query = Memo::new(move |_| answered.with(|(query, _)| query.clone()));
    let tiles = tiles_of(account().map_or(Role::Affiliate, |account| account.role));
    view! {
        <div class="stack">
            {move || view! { <OverviewForm query=query.get() /> }}
            <p class="muted small">{move || answered.with(|(_, overview)| period_text(&overview.report))}</p>
            <div class="grid-tiles grid-tiles--five">
                {tiles.map(|metric| view! { <MetricTile metric=metric answered=answered /> })}
            </div> {steady(answered, |query, overview| view! { <Chart query=query overview=overview /> })}
            {steady(
                answered,
                |query, overview| view! { <BestLists query=query best=overview.best report=overview.report /> },
            )}
        </div>
    }
}

/// An affiliate asks for money first, everybody else for sales.
const fn tiles_of(role: Role) -> [Metric; 5] {
    match role {
        Role::Affiliate => [
            Metric::Earnings,
            Metric::CommissionPending,
            Metric::Clicks,
            Metric::ConversionRate,
            Metric::EarningsPerClick,
        ],
        Role::Partner | Role::Admin => {
            [Metric::Clicks, Metric::Conversions, Metric::ConversionRate, Metric::Amount, Metric::Earnings]
        }
    }
}

/// The same choice of days as above a report.
#[component]
fn OverviewForm(
    /// What is asked now.
    query: ReportQuery,
) -> impl IntoView {
    let comparison = [("", "Previous period"), ("year", "Previous year")];
    let options = comparison.map(|(word, name)| (word.to_owned(), name.to_owned())).into();
    let compared = if query.comparison == Some(Comparison::Year) { "year" } else { "" };
    let has_field = |name: &str| ["by", "range", "from", "to", "compare"].contains(&name);
    let kept = query.words().into_iter().filter(|(name, _)| !has_field(name));
    let kept = kept.map(|(name, word)| view! { <input type="hidden" name=name value=word /> }).collect_view();
    view! {
        <GetForm class="toolbar">
            <PeriodFields period=Some(query.period()) is_optional=false />
            <SelectField label="Compare with" name="compare" options=options value=compared />
            {kept}
            <div class="toolbar__apply">
                <button type="submit" class=ButtonKind::Secondary.class()>
                    "Apply"
                </button>
            </div>
        </GetForm>
    }
}

/// One metric in the course of the period.
#[component]
fn Chart(
    /// What was asked.
    query: ReportQuery,
    /// The numbers.
    overview: Overview,
) -> impl IntoView {
    let href = report_of(&query, &query);
    view! {
        <section class="card stack" aria-labelledby="course">
            <div class="cluster cluster--apart">
                <h2 id="course">{super::words::metric_name(query.chart)}</h2>
                <a href=href>"View report"</a>
            </div>
            <MetricChart query=query report=overview.report />
        </section>
    }
}

/// The address of a report about the same days, beside the page that this is.
fn report_of(asked: &ReportQuery, report: &ReportQuery) -> String {
    let home = account().map_or(Role::Affiliate, |account| account.role).home();
    let selection =
        domain::report::Selection { conditions: report.selection.conditions.clone(), ..asked.selection.clone() };
    super::report_page::report_href(&format!("{home}/reports"), &ReportQuery { selection, ..report.clone() })
}
