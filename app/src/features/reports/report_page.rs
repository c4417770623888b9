//! The report screen: what is asked stands in its address.

use domain::report::{CivilDay, Numbers, ROWS_OF_A_REPORT, Report, ReportQuery};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{
    api::read_report,
    report_chart::ReportChart,
    report_form::{ReportForm, chips},
    report_table::{ReportTable, nothing},
};
use crate::ui::{
    components::{ButtonKind, PageHead, PageTitle, Pager},
    live::use_live,
    loaded::loaded,
    selection::{Chips, day_name},
};

/// A report, with everything to change it.
#[component]
pub(crate) fn ReportPage() -> impl IntoView {
    let location = use_location();
    let (path, search) = (location.pathname, location.search);
    let query = Memo::new(move |_| ReportQuery::from_address(&search.get()));
    let own_changes = use_live();
    // Beside its answer, what was asked: the address may be ahead already.
    let screen = Resource::new(
        move || (query.get(), own_changes.own()),
        |(query, _)| {
            let answer = read_report(query.address());
            async move { answer.await.map(|report| (query, report)) }
        },
    );
    let export = move || format!("{}.csv?{}", path.get(), query.with(ReportQuery::address));
    view! {
        <PageTitle text="Reports" />
        <PageHead title="Reports">
            <a class=ButtonKind::Secondary.class() href=export download="" rel="external">
                "Export CSV"
            </a>
        </PageHead>
        {move || view! { <ReportForm query=query.get() /> }}
        {loaded(screen, move |screen| view! { <Parts screen=screen /> })}
    }
}

/// What was counted.
#[component]
fn Parts(
    /// What was asked, and the answer.
    screen: Signal<(ReportQuery, Report)>,
) -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    move || {
        let (query, report) = screen.get();
        let (page, pages) = (report.page, report.row_count.div_ceil(ROWS_OF_A_REPORT));
        let at = |page: u32| report_href(&path, &ReportQuery { page, ..query.clone() });
        let first = (page > 1).then(|| at(0));
        let previous = (page > 0).then(|| at(page - 1));
        let next = (page + 1 < pages).then(|| at(page + 1));
        let is_nothing = |numbers: &Numbers| numbers.clicks() == 0 && numbers.conversions() == 0;
        let chips = view! { <Chips chips=chips(&path, &query, &report.condition_names) /> };
        // A line at the bottom and rows of zeros say less than a sentence.
        if is_nothing(&report.total) && report.total_before.as_ref().is_none_or(is_nothing) {
            return view! {
                <div class="stack">
                    <p class="muted small">{period_text(&report)}</p>
                    {chips}
                    {nothing(&path, &query)}
                </div>
            }
            .into_any();
        }
        view! {
            <div class="stack">
                <p class="muted small">{period_text(&report)}</p>
                {chips}
                <ReportChart query=query.clone() report=report.clone() />
                <ReportTable query=query report=report />
                <Pager first=first previous=previous next=next />
            </div>
        }
        .into_any()
    }
}

/// Which days these are, in which zone, and what they are held against.
fn period_text(report: &Report) -> String {
    let days = |(from, to): &(CivilDay, CivilDay)| {
        let (from, to) = (from.to_string(), to.to_string());
        let year = to.get(..4).unwrap_or_default();
        if from == to {
            format!("{} {year}", day_name(&to))
        } else {
            format!("{} to {} {year}", day_name(&from), day_name(&to))
        }
    };
    let before = report.days_before.as_ref().map(|before| format!(", compared with {}", days(before)));
    format!("{}, {} time{}", days(&report.days), report.zone, before.unwrap_or_default())
}

/// The address of a report.
pub(super) fn report_href(path: &str, query: &ReportQuery) -> String {
    format!("{path}?{}", query.address())
}
