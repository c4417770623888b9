//! A tracking link in the forms in which it is passed on.

use domain::Slug;
use leptos::prelude::*;

use super::tracking_url;
use crate::ui::components::CopyBox;

/// The link as a QR code, and ready to be pasted into Markdown and HTML. Closed at first: most copy the link itself.
#[component]
pub(crate) fn ShareLink(
    /// Which link.
    slug: Slug,
    /// What the offer is called.
    name: String,
) -> impl IntoView {
    let url = tracking_url(slug.as_str());
    let (markdown, html) = (in_markdown(&url, &name), in_html(&url, &name));
    let file = |ending: &str| format!("/qr/{slug}.{ending}");
    let (svg, png) = (file("svg"), file("png"));
    let alt = format!("QR code of {url}");
    view! {
        <details class="share">
            <summary>"QR code, Markdown, HTML"</summary>
            <div class="stack stack--tight">
                <img class="share__code" src=svg.clone() alt=alt width="160" height="160" loading="lazy" />
                <p class="cluster small">
                    <a href=svg download=format!("{slug}.svg")>
                        "Download SVG"
                    </a>
                    <a href=png download=format!("{slug}.png")>
                        "Download PNG"
                    </a>
                </p>
                <CopyBox text=markdown label="Markdown" />
                <CopyBox text=html label="HTML" />
            </div>
        </details>
    }
}

/// `[name](url)`; what has a meaning in Markdown stands for itself.
fn in_markdown(url: &str, name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        if r"\`*_{}[]<>#|!".contains(c) {
            text.push('\\');
        }
        text.push(c);
    }
    format!("[{text}]({url})")
}

fn in_html(url: &str, name: &str) -> String {
    let escaped =
        |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    // What search engines ask of paid links.
    format!(r#"<a href="{}" rel="sponsored">{}</a>"#, escaped(url), escaped(name))
}

#[cfg(test)]
mod tests {
    use super::{in_html, in_markdown};

    #[test]
    fn a_name_stays_a_name() {
        let (url, name) = ("https://go.example/t/x", r#"[B] & "C" <i>*"#);
        assert_eq!(in_markdown(url, name), r#"[\[B\] & "C" \<i\>\*](https://go.example/t/x)"#);
        let html = r#"<a href="https://go.example/t/x" rel="sponsored">[B] &amp; &quot;C&quot; &lt;i&gt;*</a>"#;
        assert_eq!(in_html(url, name), html);
    }
}
