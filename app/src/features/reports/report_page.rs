//! The report screen: what is asked stands in its address.

use domain::report::{Numbers, ROWS_OF_A_REPORT, ReportQuery};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{
    api::{ReportScreen, read_report},
    report_chart::ReportChart,
    report_form::{ReportForm, chips},
    report_table::{ReportTable, nothing},
    saved_reports::SavedReports,
    words::period_text,
};
use crate::ui::{
    components::{ExportMenu, PageHead, PageTitle, Pager},
    live::use_live,
    loaded::loaded,
    selection::Chips,
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
            async move { answer.await.map(|screen| (query, screen)) }
        },
    );
    let asked = Signal::derive(move || query.with(ReportQuery::address));
    view! {
        <PageTitle text="Reports" />
        <PageHead title="Reports">
            <ExportMenu path=path asked=asked />
        </PageHead>
        {move || view! { <ReportForm query=query.get() /> }}
        {loaded(screen, move |screen| view! { <Parts screen=screen /> })}
    }
}

/// What was counted.
#[component]
fn Parts(
    /// What was asked, and the answer.
    screen: Signal<(ReportQuery, ReportScreen)>,
) -> impl IntoView {
    let location = use_location();
    let path = location.pathname.get_untracked();
    go_to_default(path.clone(), location.search, screen);
    move || {
        let (query, ReportScreen { report, saved }) = screen.get();
        let (page, pages) = (report.page, report.row_count.div_ceil(ROWS_OF_A_REPORT));
        let at = |page: u32| report_href(&path, &ReportQuery { page, ..query.clone() });
        let first = (page > 1).then(|| at(0));
        let previous = (page > 0).then(|| at(page - 1));
        let next = (page + 1 < pages).then(|| at(page + 1));
        let is_nothing = |numbers: &Numbers| numbers.clicks() == 0 && numbers.conversions() == 0;
        let chips = view! { <Chips chips=chips(&path, &query, &report.condition_names) /> };
        let above = view! {
            <div class="cluster cluster--apart">
                <p class="muted small">{period_text(&report)}</p>
                <SavedReports path=path.clone() query=query.clone() saved=saved />
            </div>
        };
        // A line at the bottom and rows of zeros say less than a sentence.
        if is_nothing(&report.total) && report.total_before.as_ref().is_none_or(is_nothing) {
            return view! { <div class="stack">{above} {chips} {nothing(&path, &query)}</div> }.into_any();
        }
        view! {
            <div class="stack">
                {above} {chips} <ReportChart query=query.clone() report=report.clone() />
                <ReportTable path=path.clone() query=query report=report />
                <Pager first=first previous=previous next=next />
            </div>
        }
        .into_any()
    }
}

/// Who asks for nothing sees the report that they have chosen for that; the server does the same with a page that is loaded.
#[cfg(feature = "hydrate")]
fn go_to_default(path: String, search: Memo<String>, screen: Signal<(ReportQuery, ReportScreen)>) {
    use leptos_router::{NavigateOptions, hooks::use_navigate};
    let navigate = use_navigate();
    Effect::new(move |_| {
        let chosen = screen.with(|(_, screen)| screen.saved.iter().find(|one| one.is_default).cloned());
        if let Some(chosen) = chosen.filter(|_| search.with(String::is_empty)) {
            let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
            navigate(&format!("{path}?{}", chosen.address), options);
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn go_to_default(_: String, _: Memo<String>, _: Signal<(ReportQuery, ReportScreen)>) {}

/// The address of a report.
pub(super) fn report_href(path: &str, query: &ReportQuery) -> String {
    format!("{path}?{}", query.address())
}
