//! What the contracts ask of lists.

use std::fmt::Debug;

use domain::{ListQuery, OfferId, Page};
use store::Conn;

/// Everything, in the list's own order.
pub fn all() -> ListQuery {
    ListQuery::default()
}

/// Only one status.
pub fn by_status(status: &str) -> ListQuery {
    ListQuery { status: status.to_owned(), ..all() }
}

/// Only one offer.
pub fn by_offer(offer: OfferId) -> ListQuery {
    ListQuery { offer: offer.to_string(), ..all() }
}

/// Only what contains a text.
pub fn by_text(text: &str) -> ListQuery {
    ListQuery { text: text.to_owned(), ..all() }
}

/// In another order.
pub fn sorted(sort: &str) -> ListQuery {
    ListQuery { sort: sort.to_owned(), ..all() }
}

/// The page that follows one of a list.
pub fn page_after<T>(page: &Page<T>) -> ListQuery {
    ListQuery { after: page.next.clone().unwrap(), ..all() }
}

/// Fails unless these are the two pages of a list of 51 rows.
#[track_caller]
pub fn assert_two_pages<T: PartialEq>(first: &Page<T>, second: &Page<T>) {
    assert_eq!((first.rows.len(), first.previous.is_some(), first.next.is_some()), (50, false, true));
    assert_eq!((second.rows.len(), second.previous.is_some(), second.next.is_some()), (1, true, false));
    assert!(!first.rows.contains(&second.rows[0]), "a row is on both pages");
}

/// All rows of a list, read page by page to its end. Fails unless the way back leads over the same pages.
pub async fn read_all<T: Clone + PartialEq + Debug>(
    conn: &mut Conn,
    list: &ListQuery,
    read: impl AsyncFn(&mut Conn, &ListQuery) -> Page<T>,
) -> Vec<T> {
    let mut pages = vec![read(conn, list).await];
    while let Some(after) = pages.last().and_then(|page| page.next.clone()) {
        pages.push(read(conn, &ListQuery { after, ..list.clone() }).await);
    }
    let mut back = vec![pages.last().unwrap().clone()];
    while let Some(before) = back.last().and_then(|page| page.previous.clone()) {
        back.push(read(conn, &ListQuery { before, ..list.clone() }).await);
    }
    back.reverse();
    assert_eq!(back, pages, "{list:?}");
    let (last, full) = pages.split_last().unwrap();
    assert!(full.iter().all(|page| page.rows.len() == 50), "{list:?}");
    assert!(full.is_empty() || !last.rows.is_empty(), "a page was announced and is empty: {list:?}");
    pages.into_iter().flat_map(|page| page.rows).collect()
}

/// Fails unless a list of two pages goes on where it was, forth and back, when rows are added at its ends meanwhile.
pub async fn assert_goes_on<T: Clone + PartialEq + Debug>(
    conn: &mut Conn,
    list: &ListQuery,
    read: impl AsyncFn(&mut Conn, &ListQuery) -> Page<T>,
    add: impl AsyncFnOnce(),
) {
    let before = read_all(conn, list, &read).await;
    assert!((51..=90).contains(&before.len()), "{} rows are not two pages", before.len());
    let first = read(conn, list).await;
    add().await;
    let second = read(conn, &ListQuery { after: first.next.clone().unwrap(), ..list.clone() }).await;
    assert!(second.rows.starts_with(&before[50..]), "a row is missing or twice: {list:?}");
    let back = read(conn, &ListQuery { before: second.previous.clone().unwrap(), ..list.clone() }).await;
    assert_eq!(back.rows, first.rows, "{list:?}");
    assert!(read_all(conn, list, &read).await.len() > before.len(), "nothing was added");
}
