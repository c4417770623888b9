//! Names of people and offers within other texts: in isolation, since a Hebrew one would drag along what is beside it.

use leptos::prelude::*;

/// A name for a title, a label or an option, where there can be no element.
pub fn isolated(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}

/// The text of a link: a name, or where nothing of it can be seen, as in some from before that was refused, the id.
pub fn visible(name: String, id: impl ToString) -> String {
    if domain::trim_unseen(&name).is_empty() { id.to_string() } else { name }
}

/// A sentence with a name in the place of `{}`.
pub fn with_name(sentence: &str, name: &str) -> impl IntoView + use<> {
    let (before, after) = sentence.split_once("{}").map_or((sentence, None), |(before, after)| (before, Some(after)));
    let (before, name) = (before.to_owned(), name.to_owned());
    let rest = after.map(|after| {
        let after = after.to_owned();
        view! {
            <bdi>{name}</bdi>
            {after}
        }
    });
    view! {
        {before}
        {rest}
    }
}

#[cfg(test)]
mod tests {
    use super::{isolated, visible};

    #[test]
    fn an_isolated_name_is_between_its_marks() {
        assert_eq!(isolated("שלום"), "\u{2068}שלום\u{2069}");
    }

    #[test]
    fn a_link_always_has_a_text() {
        for name in ["", " ", "\u{200b}", "\u{feff}\u{200b} "] {
            assert_eq!(visible(name.to_owned(), "off_1"), "off_1", "{name:?}");
        }
        assert_eq!(visible("\u{200b}Shoes".to_owned(), "off_1"), "\u{200b}Shoes");
    }
}
