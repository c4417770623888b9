//! Lists that page, sort and filter by the address of the page.

use std::fmt::Write as _;

use domain::{ListQuery, Place};
use leptos::prelude::*;
use leptos_router::{
    hooks::{use_location, use_query_map},
    location::Location,
};

use crate::ui::components::Pager;

/// What the page's address asks of its list: `?after=…&status=pending&offer=off_…&text=…&sort=oldest`.
pub(crate) fn use_list_query() -> Memo<ListQuery> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let text = |name: &str| query.get(name).unwrap_or_default();
            let word = |name: &str| text(name).trim().to_owned();
            ListQuery {
                after: text("after"),
                before: text("before"),
                status: word("status"),
                offer: word("offer"),
                text: word("text"),
                sort: word("sort"),
            }
        })
    })
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

/// The address of a page of the same list: of the first, or of the one that is `after` or `before` a row.
pub(crate) fn page_href(path: &str, list: &ListQuery, place: Option<(&str, &str)>) -> String {
    let words =
        [("status", &list.status), ("offer", &list.offer), ("text", &list.text), ("sort", &list.sort)].into_iter();
    let words = words.map(|(name, value)| (name, value.as_str())).filter(|(_, value)| !value.is_empty());
    let mut href = path.to_owned();
    for (number, (name, value)) in place.into_iter().chain(words).enumerate() {
        let joint = if number == 0 { '?' } else { '&' };
        // Writing to a string can't fail.
        let _ = write!(href, "{joint}{name}={}", percent_encoded(value));
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

/// Links to the first page, and to the pages before and after this one.
#[component]
pub(crate) fn ListPager(
    /// What the address asks.
    list: ListQuery,
    /// What the page before ends before.
    previous: Option<String>,
    /// What the page that follows is after.
    next: Option<String>,
) -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let first = (list.place() != Place::First).then(|| page_href(&path, &list, None));
    let previous = previous.map(|cursor| page_href(&path, &list, Some(("before", cursor.as_str()))));
    let next = next.map(|cursor| page_href(&path, &list, Some(("after", cursor.as_str()))));
    view! { <Pager first=first previous=previous next=next /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_back_to_the_page_with_its_query() {
        let back = sign_in_again("/partner/clicks?page=2&offer=x");
        assert_eq!(back, "/signin?next=%2Fpartner%2Fclicks%3Fpage%3D2%26offer%3Dx");
    }

    #[test]
    fn the_other_pages_keep_the_filter_and_leave_the_place() {
        let list = ListQuery {
            after: "a5".into(),
            before: "a4".into(),
            status: "pending".into(),
            text: "a b&c".into(),
            ..ListQuery::default()
        };
        let path = "/partner/conversions";
        assert_eq!(page_href(path, &list, None), "/partner/conversions?status=pending&text=a%20b%26c");
        assert_eq!(
            page_href(path, &list, Some(("after", "a6~35"))),
            "/partner/conversions?after=a6~35&status=pending&text=a%20b%26c"
        );
        assert_eq!(page_href(path, &ListQuery::default(), None), path);
        assert_eq!(page_href(path, &ListQuery::default(), Some(("before", "a6"))), "/partner/conversions?before=a6");
    }
}
