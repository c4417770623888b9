//! The way from a click to a commission.

use leptos::prelude::*;

use super::{Bases, marked};
use crate::ui::components::{Callout, CodeBlock, Tone};

/// What a tracking link is, what it does, and who finds it where.
#[component]
pub fn HowItWorks(
    /// What the examples are written with.
    bases: Bases,
) -> impl IntoView {
    let fill = move |sample: &str| bases.fill(sample);
    let link = fill(include_str!("samples/link.txt"));
    let landing = fill(include_str!("samples/landing.txt"));
    view! {
        <section id="how-it-works" class="prose">
            <h2>"How it works"</h2>
            <p>
                "Every pair of offer and affiliate has its own unique tracking link, so the link alone says who sent a visitor, and where:"
            </p>
            <CodeBlock code=link language="Tracking link" />
            <p>"When someone opens it:"</p>
            <ol>
                <li>
                    {marked(
                        "We store a click: a fresh `click_id`, the time, the visitor's IP address, the user agent and the referer. The click is on disk before we answer.",
                    )}
                </li>
                <li>
                    "The link's click counter goes up by one. Partner and affiliate both see it immediately, in an open dashboard within a second."
                </li>
                <li>
                    {marked(
                        "We send the visitor on (302) to the offer's destination, with `click_id`, `offer_id` and `affiliate_id` added to its address.",
                    )}
                </li>
            </ol>
            <CodeBlock code=landing language="Landing address" />
            <p>
                "The destination keeps everything it had: its own parameters, in their order and their encoding, and a fragment stays at the end. Only a parameter that already has one of our three names is replaced, so each appears once. Parameters added to the tracking link itself are not passed on."
            </p>
            <h3 id="sale">"And then the sale"</h3>
            <p>
                {marked(
                    "A click alone earns nothing. When the visitor buys, signs up or becomes a lead on the partner's site, the partner's server tells us with a postback: one request that names the `click_id` and carries the partner's API key. The id leads to the affiliate, and the key proves that the request really comes from the partner.",
                )}
            </p>
            <h3 id="where">"Where to find it"</h3>
            <ul>
                <li>
                    <strong>"Affiliates: "</strong>
                    "apply for an offer in the "
                    <a href="/affiliate/marketplace" rel="external">
                        "marketplace"
                    </a>
                    ". Your link is under "
                    <a href="/affiliate/offers" rel="external">
                        "My Offers"
                    </a>
                    " and works as soon as the partner has approved you."
                </li>
                <li>
                    <strong>"Partners: "</strong>
                    "each of your "
                    <a href="/partner/offers" rel="external">
                        "offers"
                    </a>
                    " lists the links of its affiliates; your postback URL and your API key are in "
                    <a href="/partner/settings" rel="external">
                        "Settings"
                    </a>
                    "."
                </li>
            </ul>
            <Callout tone=Tone::Neutral title="Keep the click_id">
                <p>
                    "The one thing your site must do when a visitor lands is to remember the click_id from the address until the order is paid. Without it a sale can't be credited to anyone. "
                    <a href="#keep-click-id">"A snippet that does this"</a> " is further down."
                </p>
            </Callout>
        </section>
    }
}
