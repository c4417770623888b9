//! An admin's first screen: what waits for a decision, and how the network does.

use domain::report::ReportQuery;
use leptos::prelude::*;

use super::{
    overview::{OverviewPanel, use_overview_query},
    saved_reports::Pinned,
};
use crate::{
    features::{
        conversions::LatestConversions,
        reports::api::{AdminScreen, read_admin_screen},
    },
    ui::{
        components::{Callout, EmptyState, PageHead, PageTitle, Tone, grouped},
        live::use_live,
        loaded::loaded,
    },
};

/// The overview.
#[component]
pub(crate) fn AdminHome() -> impl IntoView {
    let (query, live) = (use_overview_query(), use_live());
    // Beside its answer, what was asked: the address may be ahead already.
    let screen = Resource::new(
        move || (query.get(), live.get()),
        |(query, _)| async move { read_admin_screen(query.address()).await.map(|screen| (query, screen)) },
    );
    view! {
        <PageTitle text="Overview" />
        <PageHead title="Overview" />
        {loaded(screen, |screen| view! { <Parts screen=screen /> })}
    }
}

/// The parts, each rendered again only when it has changed.
#[component]
fn Parts(
    /// What was asked, and the screen.
    screen: Signal<(ReportQuery, AdminScreen)>,
) -> impl IntoView {
    let waiting = Memo::new(move |_| screen.with(|(_, screen)| screen.waiting));
    let answered = Memo::new(move |_| screen.with(|(query, screen)| (query.clone(), screen.overview.clone())));
    let latest = Memo::new(move |_| screen.with(|(_, screen)| screen.latest.clone()));
    let pinned = Memo::new(move |_| screen.with(|(_, screen)| screen.pinned.clone()));
    let has_history = Memo::new(move |_| answered.with(|(_, overview)| overview.has_history));
    view! {
        <div class="stack">
            {move || view! { <Waiting offers=waiting.get() /> }}
            {move || {
                if has_history.get() {
                    view! {
                        <OverviewPanel answered=answered.into() />
                        {move || {
                            pinned
                                .get()
                                .map(|pinned| view! { <Pinned pinned=pinned path="/admin/reports".to_owned() /> })
                        }}
                        <LatestConversions conversions=latest.into() />
                    }
                        .into_any()
                } else {
                    view! {
                        <EmptyState title="No clicks yet" action_href="/admin/users" action_label="View users">
                            <p>"The network's numbers appear here with its first click."</p>
                        </EmptyState>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// What waits for a decision.
#[component]
fn Waiting(
    /// How many offers.
    offers: i64,
) -> impl IntoView {
    (offers > 0).then(|| {
        let title = match offers {
            1 => "1 offer to review".to_owned(),
            many => format!("{} offers to review", grouped(many)),
        };
        view! {
            <Callout tone=Tone::Waiting title=title>
                <p>"New offers, and changes of approved ones. " <a href="/admin/reviews">"Review offers"</a></p>
            </Callout>
        }
    })
}
