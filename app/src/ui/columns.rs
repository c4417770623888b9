//! Columns that a reader leaves out of lists.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    context::hidden_columns,
    ui::{
        components::{ButtonKind, Column, SubmitButton},
        forms::PostForm,
    },
};

/// Which columns are left out, list by list, as a cookie keeps it: `clicks=country.browser&users=email`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HiddenColumns(String);

impl HiddenColumns {
    /// The cookie's name.
    pub const COOKIE: &str = "columns";

    /// As many characters as a cookie can be relied on to keep, and more than all lists together need.
    const LONGEST: usize = 2_000;

    /// What the cookie says; nothing if it isn't one of ours.
    pub fn from_cookie(text: &str) -> Self {
        let is_ours = |byte: u8| byte.is_ascii_lowercase() || b".=&-".contains(&byte);
        Self(if text.len() <= Self::LONGEST && text.bytes().all(is_ours) { text.to_owned() } else { String::new() })
    }

    /// As the cookie keeps it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a list is shown without a column.
    pub(crate) fn hides(&self, list: &str, column: &str) -> bool {
        let of_list = self.0.split('&').find_map(|one| one.strip_prefix(list)?.strip_prefix('='));
        of_list.is_some_and(|columns| columns.split('.').any(|hidden| hidden == word_of(column)))
    }

    /// With these columns of a list left out, and no others of it.
    #[must_use]
    pub fn with(&self, list: &str, hidden: &[&str]) -> Self {
        let is_other = |one: &&str| !one.is_empty() && one.split_once('=').is_some_and(|(of, _)| of != list);
        let mut lists: Vec<_> = self.0.split('&').filter(is_other).map(str::to_owned).collect();
        if !hidden.is_empty() {
            lists.push(format!("{list}={}", hidden.join(".")));
        }
        Self::from_cookie(&lists.join("&"))
    }
}

/// The names of columns that can be left out: all but the first, which says what a row is.
pub(crate) fn but_first(columns: &[Column]) -> Vec<String> {
    columns.iter().skip(1).map(|column| column.label.clone()).collect()
}

/// A column's name as a word of the cookie: `ip-address`.
fn word_of(column: &str) -> String {
    column.to_lowercase().replace(' ', "-")
}

/// The columns of a list that can be left out. Without scripts it is sent by its button like any form.
#[component]
pub(crate) fn ColumnsMenu(
    /// The list's name, as its table has it.
    list: &'static str,
    /// Their names.
    columns: Vec<String>,
) -> impl IntoView {
    let hidden = hidden_columns();
    let all = columns.iter().map(|column| word_of(column)).collect::<Vec<_>>().join(".");
    let boxes = columns.into_iter().map(|column| {
        let is_shown = !hidden.hides(list, &column);
        view! {
            <label class="check">
                <input type="checkbox" name=format!("shown[{}]", word_of(&column)) value="on" checked=is_shown />
                {column}
            </label>
        }
    });
    let boxes = boxes.collect_view();
    view! {
        <details class="menu">
            <summary class=ButtonKind::Secondary.class()>"Columns"</summary>
            <div class="menu__panel menu__panel--list">
                <PostForm action="choose_columns" key=list reloads=true>
                    <input type="hidden" name="list" value=list />
                    <input type="hidden" name="all" value=all />
                    <div class="checks">{boxes}</div>
                    <SubmitButton label="Apply" kind=ButtonKind::Secondary />
                </PostForm>
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_has_its_own_and_they_can_be_changed() {
        let none = HiddenColumns::default();
        let clicks = none.with("clicks", &["ip-address", "browser"]);
        assert!(clicks.hides("clicks", "IP address") && clicks.hides("clicks", "Browser"));
        assert!(!clicks.hides("clicks", "Country") && !clicks.hides("users", "Browser"));
        let both = clicks.with("users", &["email"]).with("clicks", &["country"]);
        assert_eq!(both.as_str(), "users=email&clicks=country");
        assert_eq!(both.with("users", &[]).with("clicks", &[]), none);
        assert_eq!(HiddenColumns::from_cookie(both.as_str()), both);
    }

    #[test]
    fn what_is_not_ours_hides_nothing() {
        for text in ["<script>", "clicks=Country", "a\u{e4}", "x=y;z", &"a".repeat(2_001)] {
            assert_eq!(HiddenColumns::from_cookie(text), HiddenColumns::default(), "{text}");
        }
        assert!(!HiddenColumns::from_cookie("click=country").hides("clicks", "Country"));
        assert!(!HiddenColumns::from_cookie("clicks").hides("clicks", ""));
    }
}
