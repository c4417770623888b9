//! Code to copy.

use leptos::prelude::*;

use super::{Bases, marked};
use crate::ui::components::CodeTabs;

const QUERY: [(&str, &str); 4] = [
    ("curl", include_str!("samples/query.sh")),
    ("Node.js", include_str!("samples/query.js")),
    ("PHP", include_str!("samples/query.php")),
    ("Python", include_str!("samples/query.py")),
];

const JSON: [(&str, &str); 4] = [
    ("curl", include_str!("samples/json_body.sh")),
    ("Node.js", include_str!("samples/json_body.js")),
    ("PHP", include_str!("samples/json_body.php")),
    ("Python", include_str!("samples/json_body.py")),
];

/// The same call in four languages.
#[component]
pub fn Examples(
    /// What the examples are written with.
    bases: Bases,
) -> impl IntoView {
    let has_key = bases.key.is_some();
    let fill = move |sample: &str| bases.fill(sample);
    let fill_all = |samples: [(&str, &str); 4]| -> Vec<(String, String)> {
        samples.into_iter().map(|(title, code)| (title.to_owned(), fill(code))).collect()
    };
    let query = fill_all(QUERY);
    let json = fill_all(JSON);
    let about_key = if has_key {
        "They carry your own API key: don't share them, and keep the key out of your repository."
    } else {
        "Replace `sp_live_xxx` with your API key, or sign in as a partner to have it filled in."
    };
    view! {
        <section id="examples" class="prose">
            <h2>"Integration examples"</h2>
            <p>{marked("Each example runs as it is. Replace `clk_xxx` with a real click_id. ")} {marked(about_key)}</p>
            <h3 id="query-examples">"Everything in the query string"</h3>
            <CodeTabs samples=query name="example-query" />
            <h3 id="retry">"Key in the header, JSON in the body"</h3>
            <p>
                "Better for a server: the key stays out of URLs, nothing has to be escaped, and these examples try again when we can't be reached."
            </p>
            <CodeTabs samples=json name="example-json" />
        </section>
    }
}
