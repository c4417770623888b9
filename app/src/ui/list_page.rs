//! A page that is a list: title, filter, rows and the ways to its other pages.

use std::pin::Pin;

use domain::{ListFilter, ListQuery, OfferChoices, Page};
use leptos::{either::Either, prelude::*};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    Empty, EmptyList, FilterMenus, ListPager, list_filter::ListFilterForm, live::use_live, loaded::loaded,
    page_url::use_list_query,
};
use crate::{
    api::Answer,
    ui::components::{PageHead, PageTitle},
};

/// What the server answers to such a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListScreen<T> {
    /// The rows.
    pub page: Page<T>,
    /// The offers that the list can be filtered by; none where it can't be.
    #[serde(default)]
    pub offers: OfferChoices,
}

impl<T> From<Page<T>> for ListScreen<T> {
    fn from(page: Page<T>) -> Self {
        Self { page, offers: OfferChoices::default() }
    }
}

/// An answer on its way.
pub(crate) type Loading<T> = Pin<Box<dyn Future<Output = Answer<ListScreen<T>>> + Send>>;

/// The whole page. What it shows follows from its address and from one server function.
#[component]
pub(crate) fn ListPage<F, T>(
    /// What the page is called.
    title: &'static str,
    /// What is listed, in a sentence.
    lead: &'static str,
    /// Whether the list follows what others do. One whose rows are decided about doesn't: a row must not slip away under
    /// the hand.
    is_live: bool,
    /// The server function.
    fetch: fn(ListQuery<F>) -> Loading<T>,
    /// What can be chosen above the list.
    menus: FilterMenus,
    /// What is said when there are no rows.
    empty: Empty,
    /// Shows the rows.
    show: fn(Signal<Vec<T>>) -> AnyView,
    /// Buttons beside the title.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView
where
    F: ListFilter + Serialize + DeserializeOwned + Send + Sync + 'static,
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let (query, live) = (use_list_query::<F>(), use_live());
    let changes = move || if is_live { live.get() } else { (0, live.own()) };
    // Beside its answer, what was asked: the address may be ahead already.
    let screen = Resource::new(
        move || (query.get(), changes()),
        move |(list, _)| {
            let answer = fetch(list.clone());
            async move { answer.await.map(|screen| (list, screen)) }
        },
    );
    view! {
        <PageTitle text=title />
        <PageHead title=title lead=lead>
            {children.map(|children| children())}
        </PageHead>
        {loaded(
            screen,
            move |screen| {
                let offers = Memo::new(move |_| screen.with(|(_, screen)| screen.offers.clone()));
                let filter = {
                    let menus = menus.clone();
                    move || {
                        view! { <ListFilterForm words=query.get().words() menus=menus.clone() offers=offers.get() /> }
                    }
                };
                view! {
                    {filter}
                    <Rows screen=screen empty=empty show=show />
                }
            },
        )}
    }
}

/// The rows, or why there are none.
#[component]
fn Rows<F, T>(
    /// What was asked, and the answer.
    screen: Signal<(ListQuery<F>, ListScreen<T>)>,
    /// What is said when there are none.
    empty: Empty,
    /// Shows them.
    show: fn(Signal<Vec<T>>) -> AnyView,
) -> impl IntoView
where
    F: ListFilter + Send + Sync + 'static,
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let asked = Memo::new(move |_| screen.with(|(list, _)| list.clone()));
    let rows = Memo::new(move |_| screen.with(|(_, screen)| screen.page.rows.clone()));
    let ends = Memo::new(move |_| screen.with(|(_, screen)| (screen.page.previous.clone(), screen.page.next.clone())));
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let rows_or_why = move || {
        if is_empty.get() {
            Either::Left(move || view! { <EmptyList list=asked.get() empty=empty /> })
        } else {
            Either::Right(show(rows.into()))
        }
    };
    let pager = move || {
        let (previous, next) = ends.get();
        view! { <ListPager list=asked.get() previous=previous next=next /> }
    };
    view! {
        {rows_or_why}
        {pager}
    }
}
