//! The postback: its address, its key, its repeats.

use leptos::prelude::*;

use super::{Bases, bullets, marked, table};
use crate::components::{Callout, CodeBlock, Tone};

const METHODS: [[&str; 2]; 4] = [
    ["GET", "Parameters from the query string; a body is not read."],
    ["POST", "Parameters from the query string, the body, or both."],
    [
        "HEAD, PUT, OPTIONS and all others",
        "405 with `Allow: GET, POST`; nothing is recorded. Uptime monitors often send HEAD: point them elsewhere.",
    ],
    [
        "Any method on `/postback`",
        "200 and a plain text with the right path. Nothing is recorded, however good the parameters are.",
    ],
];

const REPEATS: [&str; 5] = [
    "The same pair again, today or in a year, even a thousand times at once: answered with 200, `\"duplicate\":true` and the values that are stored. Nothing is counted twice, and nothing is changed.",
    "Several conversions from one click, such as an upsell: send each with a `transaction_id` of its own.",
    "Without a `transaction_id`, the click_id takes its place. A click then has room for a single conversion, and the next one without an id is taken for a repeat. Sending your order number is the better habit.",
    "Where a repeat says something else than what is stored, a warning names the difference, for example `ignored_change: status`. Amounts are compared as numbers, and what a repeat leaves out is not compared.",
    "A repeat is checked like a first one: a wrong key or a bad amount is refused all the same.",
];

const RETRIES: [&str; 4] = [
    "200 means that the conversion is on disk.",
    "503 `unavailable` means that we could not store it within 5 seconds. Wait as many seconds as `Retry-After` says and send exactly the same request again.",
    "No answer at all, a time-out or another 5xx from something in between: same thing. Wait, a little longer each time, and repeat. If the first attempt did arrive, you get `\"duplicate\":true`, and all is well.",
    "Any 4xx: repeating won't help. Put the cause right, then send the postback once more. Nothing was stored, so nothing is lost.",
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
                "A postback goes from server to server: your site, your checkout or your CRM calls us the moment a conversion happens. This is the template, which you also find under "
                <a href="/partner/settings" rel="external">"Settings → Global postback URL"</a> ":"
            </p>
            <CodeBlock code=template language="Postback URL" />
            <p>
                {marked(
                    "Put your platform's own macros in place of the names in braces (in Keitaro, a landing page builder, a CRM), or real values if your code makes the call. A value that stays empty is one that was not sent: its default applies.",
                )}
            </p>
            <Callout tone=Tone::Danger title="Every postback needs your API key">
                <p>
                    {marked(
                        "Send it as the header `X-API-Key` or as the parameter `api_key`; if both are there, the header wins. It stands under Settings → API & Webhooks. We check that it belongs to the partner whose offer was clicked, so nobody can invent sales from a guessed click_id: no key is answered with 401 `api_key_required`, a wrong one with 403 `invalid_api_key`.",
                    )}
                </p>
                <p>
                    "Treat it like a password: on your server only, never in a page, a pixel or an app. Prefer the header, since addresses end up in log files. If it got out, regenerate it in Settings; the old key stops working that instant, so update your systems right away."
                </p>
            </Callout>
            <Callout tone=Tone::Waiting title="The path is /api/postback">
                <p>
                    {marked(
                        "Leaving out `/api` is the most common mistake, and a quiet one: `/postback` answers 200 as if all were well, but it records nothing. Its answer says so and names the right path.",
                    )}
                </p>
            </Callout>
            {table("Methods of the postback", ["Request", "What happens"], &METHODS)}
            <h3>"Repeats are safe"</h3>
            <p>{marked("A conversion is known by its pair of `click_id` and `transaction_id`.")}</p>
            {bullets(&REPEATS)}
            <h3>"When something goes wrong on the way"</h3>
            {bullets(&RETRIES)}
            <p>
                {marked(
                    "Keep the `transaction_id` the same through all attempts of one sale; a new one would make a second conversion. Postbacks that could not be delivered belong in a queue of yours, not in the bin. ",
                )} <a href="#retry">"The examples with a JSON body"</a> " do the waiting for you."
            </p>
        </section>
    }
}
