//! Five steps that show whether everything works.

use leptos::prelude::*;

use super::{Bases, marked};
use crate::ui::components::{Callout, CodeBlock, Tone};

/// The test recipe.
#[component]
pub fn Testing(
    /// What the examples are written with.
    bases: Bases,
) -> impl IntoView {
    let fill = move |sample: &str| bases.fill(sample);
    let browser = fill(include_str!("samples/browser.txt"));
    let curl = fill(include_str!("samples/test.sh"));
    let upsell = fill(include_str!("samples/upsell.sh"));
    view! {
        <section id="testing" class="prose">
            <h2>"Test your setup"</h2>
            <p>"Five minutes, before the first affiliate sends real visitors:"</p>
            <ol>
                <li>
                    "Copy the tracking link, as an affiliate from " <a href="/affiliate/offers" rel="external">
                        "My Offers"
                    </a> ", as a partner from your offer, and open it in a browser."
                </li>
                <li>
                    {marked(
                        "Check that you are on the offer's real page and that the address bar shows a `click_id`. The link's click counter has gone up by one.",
                    )}
                </li>
                <li>
                    {marked(
                        "Copy that click_id, take your API key from Settings → API & Webhooks, and send a test postback, from the address bar or with curl:",
                    )} <CodeBlock code=browser language="Address bar" /> <CodeBlock code=curl language="curl" />
                    {marked("The answer must say `\"ok\":true` and `\"duplicate\":false`.")}
                </li>
                <li>
                    "Open " <a href="/partner/conversions" rel="external">
                        "Conversions"
                    </a>
                    " in the dashboard: the test conversion shows up immediately, with an amount of 10.00 and a commission of 1.00."
                </li>
                <li>
                    {marked(
                        "Send the same request once more: now the answer says `\"duplicate\":true`, and the list has not grown. Then send one with a transaction_id of its own, and it has:",
                    )} <CodeBlock code=upsell language="curl" />
                </li>
            </ol>
            <Callout tone=Tone::Waiting title="A test conversion is a real one">
                <p>
                    {marked(
                        "It can't be deleted, and with `confirmed` its commission is earned. Use small numbers, as above, or a status such as `test`, which is shown but never counts, as the warning `status_does_not_count: test` says.",
                    )}
                </p>
            </Callout>
            <p>"Once this works by hand, place a test order in your shop and watch its conversion arrive by itself."</p>
        </section>
    }
}
