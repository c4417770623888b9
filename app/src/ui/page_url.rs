//! Addresses of pages: of the one that is shown, of the other pages of its list, and of signing in.

use std::fmt::Write as _;

use domain::{ListFilter, ListQuery, Words};
use leptos::prelude::*;
use leptos_router::{hooks::use_location, location::Location};

/// What the page's address asks of its list: `?after=…&status=pending&offer=off_…&text=…&sort=oldest`.
pub(crate) fn use_list_query<F: ListFilter + Send + Sync + 'static>() -> Memo<ListQuery<F>> {
    let search = use_location().search;
    Memo::new(move |_| search.with(|search| ListQuery::from_words(&Words::parse(search))))
}

/// Path and query of the page, for a link that comes back to it.
pub(crate) fn here(location: &Location) -> String {
    let (path, query) = (location.pathname.get_untracked(), location.search.get_untracked());
    let query = query.strip_prefix('?').unwrap_or(&query);
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

/// Path and query of the page that is shown; reading it subscribes.
pub(crate) fn page_now(location: &Location) -> String {
    location.pathname.track();
    location.search.track();
    here(location)
}

/// The address of signing in, which leads back to a page.
pub(crate) fn sign_in_again(page: &str) -> String {
    format!("/signin?next={}", percent_encoded(page))
}

/// The address of a page of a list.
pub(crate) fn page_href<F: ListFilter>(path: &str, list: &ListQuery<F>) -> String {
    with_words(path, list.words())
}

/// A path with names and values behind it.
pub(crate) fn with_words<N: std::fmt::Display>(path: &str, words: impl IntoIterator<Item = (N, String)>) -> String {
    let mut href = path.to_owned();
    for (number, (name, value)) in words.into_iter().enumerate() {
        let joint = if number == 0 { '?' } else { '&' };
        // Writing to a string can't fail.
        let _ = write!(href, "{joint}{name}={}", percent_encoded(&value));
    }
    href
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use domain::{Cursor, OfferFilter, OfferStatus, Place, SearchText};

    use super::*;

    #[test]
    fn signing_in_leads_back_to_the_page_with_its_query() {
        let back = sign_in_again("/partner/clicks?page=2&offer=x");
        assert_eq!(back, "/signin?next=%2Fpartner%2Fclicks%3Fpage%3D2%26offer%3Dx");
    }

    #[test]
    fn the_other_pages_keep_the_filter_and_leave_the_place() {
        let cursor =
            |id| Cursor { key: "5".into(), id: domain::OfferId::parse(&format!("off_{id:026}")).unwrap().uuid() };
        let filter = OfferFilter {
            status: Some(OfferStatus::Pending),
            text: SearchText::new("a b&c"),
            ..OfferFilter::default()
        };
        let list = ListQuery::from(filter).at(Place::After(cursor(5)));
        let path = "/partner/offers";
        assert_eq!(page_href(path, &list.at(Place::First)), "/partner/offers?status=pending&text=a%20b%26c");
        assert_eq!(
            page_href(path, &list.at(Place::After(cursor(6)))),
            "/partner/offers?after=00000000000000000000000000000006~35&status=pending&text=a%20b%26c"
        );
        assert_eq!(page_href(path, &ListQuery::<OfferFilter>::default()), path);
    }
}
