//! What the browser's tab says.

use leptos::prelude::*;
use leptos_meta::Title;

/// The title of a page; with [`SiteTitle`] the only user of `leptos_meta`'s `Title`, because of the trap they avoid.
///
/// On the server `leptos_meta` writes a title into the HTML without escaping it: a stored `</title><meta …>` would
/// be a tag. [`SiteTitle`] escapes it, for every page. The browser sets titles as text, and gets them as they are.
#[component]
pub fn PageTitle(
    /// What the page is.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <Title text=text /> }
}

/// Ends each page's title with the brand, which stands alone until a page has one.
#[component]
pub fn SiteTitle(
    /// The brand.
    #[prop(into)]
    brand: String,
) -> impl IntoView {
    let titled = move |page: String| {
        let title = if page.is_empty() { brand.clone() } else { format!("{page} · {brand}") };
        content(title)
    };
    view! { <Title formatter=titled text="" /> }
}

/// The HTML between the tags on the server, the text in the browser.
fn content(title: String) -> String {
    if cfg!(feature = "hydrate") {
        return title;
    }
    title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::content;

    #[test]
    fn markup_in_a_title_stays_text() {
        let html = content("</title><meta http-equiv=refresh> & more".to_owned());
        assert_eq!(html, "&lt;/title&gt;&lt;meta http-equiv=refresh&gt; &amp; more");
    }
}
