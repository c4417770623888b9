//! What the contracts ask of lists.

use domain::{ListQuery, OfferId, Page};

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

/// One page.
pub fn on_page(page: u32) -> ListQuery {
    ListQuery { page, ..all() }
}

/// Fails unless these are the two pages of a list of 51 rows.
#[track_caller]
pub fn assert_two_pages<T: PartialEq>(first: &Page<T>, second: &Page<T>) {
    assert_eq!((first.page, first.rows.len(), first.has_next), (1, 50, true));
    assert_eq!((second.page, second.rows.len(), second.has_next), (2, 1, false));
    assert!(!first.rows.contains(&second.rows[0]), "a row is on both pages");
}
