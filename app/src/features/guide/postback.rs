//! The postback: its address, its key, its repeats.

use leptos::prelude::*;

use super::{Bases, bullets, marked, table};
use crate::ui::components::{Callout, CodeBlock, Tone};

const METHODS: [[&str; 2]; 4] = [
    ["GET", "Parameters from the query string; a body is not read."],
    ["POST", "Parameters from the query string, the body, or both."],
    [
        "HEAD, PUT, OPTIONS and all others",
        "405 with `Allow: GET, POST`; nothing is recorded. Uptime monitors often send HEAD: point them elsewhere.",
    ],
    [
        "Any method on `/postback`",
        "200 and a plain text with the right path. Nothing is recorded, whatever the parameters.",
    ],
];

const REPEATS: [&str; 5] = [
    "The same pair again, today or in a year, even a thousand times at once, is answered with 200, `\"duplicate\":true` and the stored values. Nothing is double-counted, and nothing changes.",
    "To record several conversions from one click, such as an upsell, send each with a distinct `transaction_id`.",
    "Without a `transaction_id`, the click_id takes its place. A second postback for the same click without one is then a duplicate and ignored, so always send your order number.",
    "Where a repeat differs from what is stored, a warning names it, for example `ignored_change: status`. Amounts are compared as numbers, and what a repeat leaves out is not compared.",
    "A repeat is checked like a first postback: a wrong key or a bad amount is refused all the same.",
];

const RETRIES: [&str; 5] = [
    "200 means that the conversion is on disk.",
    "Retry 503 `unavailable`: we could not store it within 5 seconds. Wait as many seconds as `Retry-After` says and send exactly the same request again.",
    "Retry when there is no answer, a time-out, another 5xx, or an answer that is not JSON: something in between failed. Wait a little longer each time. If the first attempt did arrive, you get `\"duplicate\":true`, and all is well.",
    "Don't retry a 4xx as it is. Fix the cause, then send the postback again. Nothing was stored, so nothing is lost.",
    "Keep the `transaction_id` the same through all attempts of one sale; a new one would make a second conversion.",
];

/// How to set up a postback, and how to repeat one safely.
#[component]
pub fn Postback(
    /// What the examples are written with.
    bases: Bases,
) -> impl IntoView {
    let fill = move |sample: &str| bases.fill(sample);
    let template = fill(include_str!("samples/template.txt"));
    view! {
        <section id="postback" class="prose">
            <h2>"Setting up a postback"</h2>
            <p>
                "A postback is a server-to-server request that your site, CRM or checkout sends to us at the moment of conversion. This is the template, also under "
                <a href="/partner/settings" rel="external">
                    "Settings → Global postback URL"
                </a> ":"
            </p>
            <CodeBlock code=template language="Postback URL" />
            <p>
                {marked(
                    "Replace `{click_id}`, `{status}` and the others with your platform's own macros (Keitaro, a landing page builder, your CRM), or with real values if you call it from code. An empty value counts as absent: its default applies.",
                )}
            </p>
            <Callout tone=Tone::Danger title="Your API key is required">
                <p>
                    {marked(
                        "Send it as the header `X-API-Key` or as the parameter `api_key`; if both are there, the header wins. Find it in Settings → API & Webhooks. It must belong to the partner who owns the offer, so nobody can invent sales from a guessed click_id: a missing key returns 401 `api_key_required`, a wrong one 403 `invalid_api_key`.",
                    )}
                </p>
                <p>
                    "Treat it like a password: on your server only, never in a page, a pixel or an app. Prefer the header, since URLs end up in log files. If it leaks, regenerate it in Settings. The old key stops working at once, so update your server right away."
                </p>
            </Callout>
            <Callout tone=Tone::Waiting title="Common mistake: the URL must include /api/postback">
                <p>
                    {marked(
                        "Without `/api`, the request returns 200 but the conversion is not recorded: `/postback` doesn't process anything. Its answer says so and names the right path.",
                    )}
                </p>
            </Callout>
            {table("Methods of the postback", ["Request", "What happens"], &METHODS)}
            <h3 id="idempotent">"Idempotent by design"</h3>
            <p>
                {marked(
                    "A conversion is keyed on the pair of `click_id` and `transaction_id`. Sending the same pair twice is safe.",
                )}
            </p>
            {bullets(&REPEATS)}
            <h3 id="retries">"What to retry"</h3>
            {bullets(&RETRIES)}
            <p>
                "Queue failed postbacks and retry them. " <a href="#retry">"The examples with a JSON body"</a>
                " wait and retry by themselves."
            </p>
        </section>
    }
}
