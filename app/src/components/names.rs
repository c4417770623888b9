//! Names of people and offers within other texts: in isolation, since a Hebrew one would drag along what is beside it.

use leptos::prelude::*;

/// A name for a title, a label or an option, where there can be no element.
pub fn isolated(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
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
    use super::isolated;

    #[test]
    fn an_isolated_name_is_between_its_marks() {
        assert_eq!(isolated("שלום"), "\u{2068}שלום\u{2069}");
    }
}
