//! The page of what was done, the same for everybody; what they see is up to the server.

use domain::Page;
use leptos::{either::Either, prelude::*};

use super::{activity_table::ActivityTable, api::list_activity};
use crate::ui::{
    EmptyList, ListFilter, choices,
    components::{PageHead, PageTitle},
    listing::{ListPager, use_list_query},
    loaded::loaded,
};

/// The list, newest first, with its filter. It doesn't move by itself: it is read to find out what happened.
#[component]
pub(super) fn ActivityPage(
    /// What is listed, in a sentence.
    lead: &'static str,
) -> impl IntoView {
    let query = use_list_query();
    let activity = Resource::new(move || query.get(), list_activity);
    let nouns = || {
        choices(&[
            ("offer", "Offers"),
            ("application", "Applications"),
            ("account", "Accounts"),
            ("user", "Suspensions"),
            ("api_key", "API keys"),
        ])
    };
    view! {
        <PageTitle text="Activity" />
        <PageHead title="Activity" lead=lead />
        {move || {
            view! {
                <ListFilter
                    list=query.get()
                    statuses=nouns()
                    status_words=("Show", "Everything")
                    sorts=vec![]
                    searches=true
                />
            }
        }}
        {loaded(
            activity,
            move |Page { rows, previous, next }| {
                let list = query.get_untracked();
                if rows.is_empty() {
                    return Either::Left(
                        view! {
                            <EmptyList
                                list=list
                                title="Nothing was done yet"
                                why="Signing in, offers, applications and decisions about them appear here."
                                href="/"
                                label="Go to the homepage"
                            />
                        },
                    );
                }
                Either::Right(
                    view! {
                        <ActivityTable rows=rows />
                        <ListPager list=list previous=previous next=next />
                    },
                )
            },
        )}
    }
}
