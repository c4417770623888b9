//! What makes a click.

use leptos::prelude::*;

use super::{Bases, bullets, marked, table};
use crate::ui::components::{Callout, CodeBlock, Tone};

const REQUESTS: [[&str; 3]; 6] = [
    ["GET of a live link", "302 to the destination with our three parameters", "one"],
    ["GET of a link that is not live", "302 to our homepage", "none"],
    ["GET of a slug that does not exist", "404, a page that leads to the homepage", "none"],
    ["HEAD of a live link", "302 to the destination as it was entered, without our parameters", "none"],
    ["Any other method", "405, with `Allow`", "none"],
    ["The click can't be stored within 5 seconds", "503, with `Retry-After` in seconds", "none"],
];

const DETAILS: [&str; 5] = [
    "A slug is case-sensitive: copy the link, don't type it. What follows it and can't belong to it is ignored, such as a full stop at the end of a sentence or `&fbclid=…`.",
    "Every GET counts, also one from a bot or a prefetching browser. Each click is marked as what it looked like, so you see both numbers; nothing is discarded.",
    "Opening the link twice makes two clicks with two different ids.",
    "We keep the first 512 bytes of the user agent and the first 2,048 of the referer.",
    "No cookie is set and none is needed. The answer is marked `no-store` and `noindex`, so no cache or search engine gets in between.",
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
                    "A click is recorded the moment a GET request hits `/t/<slug>`, at the redirect itself, before the visitor sees the partner's site. One visit is one click.",
                )}
            </p>
            <p>
                "A link is live while its offer is active, the affiliate's application for it is approved, and neither of the two accounts is suspended. A link that is not live records nothing and sends the visitor to our homepage instead. Pausing an offer or revoking an application takes effect with the next request."
            </p>
            {table("What is counted", ["Request", "Answer", "Click"], &REQUESTS)}
            {bullets(&DETAILS)}
            <p>"To see the redirect yourself (this makes a click):"</p>
            <CodeBlock code=click language="curl" />
            <Callout tone=Tone::Good title="Sales after a pause still count">
                <p>
                    "Pausing an offer stops new clicks. A postback for a click that was recorded before is still accepted."
                </p>
            </Callout>
        </section>
    }
}
