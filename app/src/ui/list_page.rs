//! A page that is a list: title, filter, rows and the ways to its other pages.

use std::pin::Pin;

use domain::{
    ListFilter, ListQuery, OfferChoices, Page, Place,
    report::{Basis, ZoneName},
};
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    Empty, EmptyList, FilterMenus, ListPager,
    columns::{ColumnsMenu, but_first},
    list_filter::ListFilterForm,
    live::use_live,
    loaded::loaded,
    page_url::{page_href, use_list_query, with_words},
    selection::{Chip, Chips, condition_text},
};
use crate::{
    api::Answer,
    ui::components::{Column, ExportMenu, ListName, PageHead, PageTitle},
};

/// What the server answers to such a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListScreen<T> {
    /// The rows.
    pub page: Page<T>,
    /// The offers that the list can be filtered by; none where it can't be.
    #[serde(default)]
    pub offers: OfferChoices,
    /// What the keys of conditions are called, where they are called something.
    #[serde(default)]
    pub condition_names: Vec<(String, String)>,
    /// In which zone its days are.
    #[serde(default)]
    pub zone: ZoneName,
}

impl<T> From<Page<T>> for ListScreen<T> {
    fn from(page: Page<T>) -> Self {
        Self { page, offers: OfferChoices::default(), condition_names: Vec::new(), zone: ZoneName::default() }
    }
}

#[cfg(feature = "ssr")]
impl<T> From<service::Listed<T>> for ListScreen<T> {
    fn from(listed: service::Listed<T>) -> Self {
        let service::Listed { page, condition_names, zone } = listed;
        Self { condition_names, zone, ..page.into() }
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
    /// Whether there is a file of it.
    #[prop(optional)]
    has_file: bool,
    /// The name of its table, and the columns that can be left out of it.
    #[prop(optional)]
    columns: Option<(&'static str, Vec<Column>)>,
    /// Buttons beside the title.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView
where
    F: ListFilter + Serialize + DeserializeOwned + Send + Sync + 'static,
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let (query, live, path) = (use_list_query::<F>(), use_live(), use_location().pathname);
    let asked = Signal::derive(move || {
        let href = page_href("", &query.get().at(Place::First));
        href.trim_start_matches('?').to_owned()
    });
    if let Some((list, _)) = &columns {
        provide_context(ListName(list));
    }
    let export = has_file.then(|| view! { <ExportMenu path=path asked=asked /> });
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
            {columns.map(|(list, columns)| view! { <ColumnsMenu list=list columns=but_first(&columns) /> })}
            {export}
            {children.map(|children| children())}
        </PageHead>
        {loaded(
            screen,
            move |screen| {
                let offers = Memo::new(move |_| screen.with(|(_, screen)| screen.offers.clone()));
                let filter = {
                    let menus = menus.clone();
                    move || {
                        let query = query.get();
                        let selection = query.filter.selection().cloned();
                        view! {
                            <ListFilterForm
                                words=query.words()
                                menus=menus.clone()
                                offers=offers.get()
                                selection=selection
                            />
                        }
                    }
                };
                view! {
                    {filter}
                    <Selected screen=screen />
                    <Rows screen=screen empty=empty show=show />
                }
            },
        )}
    }
}

/// What is left out, and in which zone its days are.
#[component]
fn Selected<F, T>(
    /// What was asked, and the answer.
    screen: Signal<(ListQuery<F>, ListScreen<T>)>,
) -> impl IntoView
where
    F: ListFilter + Send + Sync + 'static,
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let path = use_location().pathname.get_untracked();
    let asked = Memo::new(move |_| {
        screen.with(|(list, screen)| (list.clone(), screen.condition_names.clone(), screen.zone.clone()))
    });
    move || {
        let (list, names, zone) = asked.get();
        let selection = list.filter.selection().cloned().unwrap_or_default();
        let words = list.at(Place::First).words();
        let chips = selection.conditions.iter().enumerate().map(|(place, condition)| {
            let rest = selection.without(place);
            // All other words stay as they are.
            let others = words.iter().filter(|word| !selection.words().contains(word)).cloned();
            let without = with_words(&path, others.chain(rest.words()));
            Chip { text: condition_text(condition, &names), without }
        });
        let chips = chips.collect::<Vec<_>>();
        let basis = if selection.basis == Basis::Click { ", by time of click" } else { "" };
        let has_days = selection.period.is_some() || selection.conditions.iter().any(|one| one.dimension.is_time());
        let zone = has_days.then(|| view! { <p class="muted small">{format!("{zone} time{basis}")}</p> });
        let is_something = has_days || !chips.is_empty();
        is_something.then(|| {
            view! { <div class="cluster selected">{zone} <Chips chips=chips /></div> }
        })
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
