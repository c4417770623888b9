//! Lists that page, sort and filter by the address of the page.

use std::fmt::Write as _;

use domain::ListQuery;
use leptos::prelude::*;
use leptos_router::{
    hooks::{use_location, use_query_map},
    location::Location,
};

use crate::components::Pager;

/// What the page's address asks of its list: `?page=2&status=pending&offer=off_…&text=…&sort=oldest`.
pub(crate) fn use_list_query() -> Memo<ListQuery> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let word = |name: &str| query.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
            ListQuery {
                page: word("page").parse().unwrap_or(1).clamp(1, 1_000_000),
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

/// The address of signing in, which leads back to a page.
pub(crate) fn sign_in_again(page: &str) -> String {
    format!("/signin?next={}", percent_encoded(page))
}

/// The address of another page of the same list.
fn href(path: &str, list: &ListQuery, page: u32) -> String {
    let mut href = format!("{path}?page={page}");
    let words = [("status", &list.status), ("offer", &list.offer), ("text", &list.text), ("sort", &list.sort)];
    for (name, value) in words.into_iter().filter(|(_, value)| !value.is_empty()) {
        // Writing to a string can't fail.
        let _ = write!(href, "&{name}={}", percent_encoded(value));
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

/// Links to the pages before and after this one.
#[component]
pub(crate) fn ListPager(
    /// What the address asks.
    list: ListQuery,
    /// The page that is shown.
    page: u32,
    /// Whether another follows.
    has_next: bool,
) -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let prev = (page > 1).then(|| href(&path, &list, page - 1));
    let next = has_next.then(|| href(&path, &list, page + 1));
    view! { <Pager page=page prev=prev next=next /> }
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
    fn the_other_pages_keep_the_filter() {
        let list = ListQuery { status: "pending".into(), text: "a b&c".into(), ..ListQuery::default() };
        assert_eq!(href("/partner/conversions", &list, 3), "/partner/conversions?page=3&status=pending&text=a%20b%26c");
    }
}
