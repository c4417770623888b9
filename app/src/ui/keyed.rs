//! Rows that keep their place in the page when the list changes around them.

use std::hash::Hash;

use leptos::prelude::*;

/// Each row by its key: one that is still there keeps its focus, its open details and what is typed in it, and is
/// rendered again only where it has changed itself.
pub(crate) fn keyed<T, K, V>(
    rows: Signal<Vec<T>>,
    key: impl Fn(&T) -> K + Copy + Send + Sync + 'static,
    show: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let keys = move || rows.with(|rows| rows.iter().map(key).collect::<Vec<_>>());
    let row = move |wanted: K| {
        let row = Memo::new(move |before: Option<&Option<T>>| {
            let now = rows.with(|rows| rows.iter().find(|row| key(row) == wanted).cloned());
            now.or_else(|| before.cloned().flatten())
        });
        let show = show.clone();
        move || row.get().map(&show)
    };
    view! { <For each=keys key=Clone::clone children=row /> }
}
