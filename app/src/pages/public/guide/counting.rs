//! What makes a click.

use leptos::prelude::*;

use super::{Bases, bullets, marked, table};
use crate::components::{Callout, CodeBlock, Tone};

const REQUESTS: [[&str; 3]; 6] = [
    ["GET of a live link", "302 to the destination with our three parameters", "one"],
    ["GET of a link that is not live", "302 to our homepage", "none"],
    ["GET of a slug that does not exist", "404, a page that leads to the homepage", "none"],
    ["HEAD of a live link", "302 to the destination as it was entered, without our parameters", "none"],
    ["Any other method", "405, with `Allow`", "none"],
    ["The click can't be stored within 5 seconds", "503, with `Retry-After` in seconds", "none"],
];

const DETAILS: [&str; 5] = [
    "A slug is case-sensitive and takes no slash at its end: copy the link, don't type it.",
    "Every GET counts, those of robots and of browsers that fetch ahead too. We note beside each click whether it looked like a `visit`, a `bot` or a `prefetch`, so that you see both numbers; nothing is thrown away.",
    "Opening the link twice makes two clicks with two different ids.",
    "Of the user agent we keep the first 512 bytes, of the referer the first 2,048.",
    "No cookie is set and none is needed. The answer is marked `no-store` and `noindex`, so neither caches nor search engines come between.",
];

/// When a click is recorded, and when it is not.
#[component]
pub fn Counting(
    /// What the examples are written with.
    bases: Bases,
) -> impl IntoView {
    let fill = move |sample: &str| bases.fill(sample);
    let click = fill(include_str!("samples/click.sh"));
    view! {
        <section id="counting" class="prose">
            <h2>"How a click is counted"</h2>
            <p>
                {marked(
                    "The GET request to `/t/<slug>` is the click: it counts with the redirect, while the partner's page has not even begun to load. One visit through the link is one click.",
                )}
            </p>
            <p>
                "A link is live while its offer is active, the affiliate's application for it is approved, and neither of the two accounts is suspended. A link that is not live records nothing and shows our homepage instead. Pausing an offer or revoking an application works from the next request on."
            </p>
            {table("What is counted", ["Request", "Answer", "Click"], &REQUESTS)}
            {bullets(&DETAILS)}
            <p>"To see the redirect with your own eyes (this makes a click):"</p>
            <CodeBlock code=click language="curl" />
            <Callout tone=Tone::Good title="Sales after a pause still count">
                <p>
                    "Pausing an offer stops new clicks. A postback for a click that was recorded before is accepted as ever."
                </p>
            </Callout>
        </section>
    }
}
