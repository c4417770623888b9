//! What the contracts ask of lists.

use std::fmt::Debug;

use domain::{ListFilter, ListQuery, OfferId, Page, Place};
use store::Conn;

/// Everything, in the list's own order.
pub fn all<F: ListFilter>() -> ListQuery<F> {
    ListQuery::default()
}

/// What an address with these words asks.
pub fn asked<F: ListFilter>(words: &[(&str, &str)]) -> ListQuery<F> {
    ListQuery::from_words(&words.iter().copied().collect())
}

/// Only one status.
pub fn by_status<F: ListFilter>(status: &str) -> ListQuery<F> {
    asked(&[("status", status)])
}

/// Only one offer.
pub fn by_offer<F: ListFilter>(offer: OfferId) -> ListQuery<F> {
    asked(&[("offer", &offer.to_string())])
}

/// Only one status of one offer.
pub fn by_offer_and_status<F: ListFilter>(offer: OfferId, status: &str) -> ListQuery<F> {
    asked(&[("offer", &offer.to_string()), ("status", status)])
}

/// Only what contains a text.
pub fn by_text<F: ListFilter>(text: &str) -> ListQuery<F> {
    asked(&[("text", text)])
}

/// In another order.
pub fn sorted<F: ListFilter>(sort: &str) -> ListQuery<F> {
    asked(&[("sort", sort)])
}

/// The page that follows one of a list.
pub fn page_after<T, F: ListFilter>(page: &Page<T>) -> ListQuery<F> {
    all().at(Place::After(page.next.clone().unwrap()))
}

/// Fails unless these are the two pages of a list of 51 rows.
#[track_caller]
pub fn assert_two_pages<T: PartialEq>(first: &Page<T>, second: &Page<T>) {
    assert_eq!((first.rows.len(), first.previous.is_some(), first.next.is_some()), (50, false, true));
    assert_eq!((second.rows.len(), second.previous.is_some(), second.next.is_some()), (1, true, false));
    assert!(!first.rows.contains(&second.rows[0]), "a row is on both pages");
}

/// All rows of a list, read page by page to its end. Fails unless the way back leads over the same pages.
pub async fn read_all<T: Clone + PartialEq + Debug, F: ListFilter + Debug>(
    conn: &mut Conn,
    list: &ListQuery<F>,
    read: impl AsyncFn(&mut Conn, &ListQuery<F>) -> Page<T>,
) -> Vec<T> {
    let mut pages = vec![read(conn, list).await];
    while let Some(after) = pages.last().and_then(|page| page.next.clone()) {
        pages.push(read(conn, &list.at(Place::After(after))).await);
    }
    let mut back = vec![pages.last().unwrap().clone()];
    while let Some(before) = back.last().and_then(|page| page.previous.clone()) {
        back.push(read(conn, &list.at(Place::Before(before))).await);
    }
    back.reverse();
    assert_eq!(back, pages, "{list:?}");
    let (last, full) = pages.split_last().unwrap();
    assert!(full.iter().all(|page| page.rows.len() == 50), "{list:?}");
    assert!(full.is_empty() || !last.rows.is_empty(), "a page was announced and is empty: {list:?}");
    pages.into_iter().flat_map(|page| page.rows).collect()
}

/// Fails unless a list of two pages goes on where it was, forth and back, when rows are added at its ends meanwhile.
pub async fn assert_goes_on<T: Clone + PartialEq + Debug, F: ListFilter + Debug>(
    conn: &mut Conn,
    list: &ListQuery<F>,
    read: impl AsyncFn(&mut Conn, &ListQuery<F>) -> Page<T>,
    add: impl AsyncFnOnce(),
) {
    let before = read_all(conn, list, &read).await;
    assert!((51..=90).contains(&before.len()), "{} rows are not two pages", before.len());
    let first = read(conn, list).await;
    add().await;
    let second = read(conn, &list.at(Place::After(first.next.clone().unwrap()))).await;
    assert!(second.rows.starts_with(&before[50..]), "a row is missing or twice: {list:?}");
    let back = read(conn, &list.at(Place::Before(second.previous.clone().unwrap()))).await;
    assert_eq!(back.rows, first.rows, "{list:?}");
    assert!(read_all(conn, list, &read).await.len() > before.len(), "nothing was added");
}
