//! The homepage: what this is, to partners and to affiliates, on one screen.

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;

use crate::{
    context::{account, site},
    ui::components::{Badge, ButtonKind, ButtonLink, Callout, CodeBlock, CopyBox, PageTitle, StatTile, Tone},
};

/// What this is, a picture of it, and the two ways in.
#[component]
pub(crate) fn Home() -> impl IntoView {
    let is_left = use_query_map().with_untracked(|query| query.get("done")).as_deref() == Some("deleted");
    let left = is_left.then(|| view! { <Callout tone=Tone::Good title="Your account is deleted." /> });
    view! {
        <PageTitle text="Affiliate network with exact tracking" />
        {left}
        <div class="hero">
            <div class="hero__text">
                <h1>"Every click counted. Every sale credited to whoever brought it."</h1>
                <p class="hero__lead">
                    {site().name}
                    " connects shops with the people who recommend them. A tracking link counts each visit, one request from the shop reports each sale, and both sides see the same numbers within a second."
                </p>
                <WaysIn />
            </div>
            <Picture />
        </div>
        <div class="audiences">
            <ForPartners />
            <ForAffiliates />
        </div>
    }
}

/// Where to go from here: in, or to one's own first page.
#[component]
fn WaysIn() -> impl IntoView {
    let ways_in = match account() {
        Some(account) => Either::Left(view! { <ButtonLink href=account.role.home() label="Go to your dashboard" /> }),
        None => Either::Right(view! {
            <ButtonLink href="/signup?role=partner" label="Start as a partner" />
            <ButtonLink href="/signup?role=affiliate" label="Start as an affiliate" kind=ButtonKind::Secondary />
        }),
    };
    view! {
        <div class="cluster">
            {ways_in} <ButtonLink href="/docs/tracking" label="How tracking works" kind=ButtonKind::Quiet />
        </div>
    }
}

/// The product at work, with made-up numbers that say so.
#[component]
fn Picture() -> impl IntoView {
    let site = site();
    let link = format!("{}/t/Xk7mQ2p9Ra", site.tracking_url);
    let postback = format!(
        "curl {}/api/postback \\\n  -H 'X-API-Key: sp_live_xxx' \\\n  -d click_id=clk_xxx \\\n  -d amount=99.00 \\\n  -d commission=10.00 \\\n  -d currency=USD",
        site.public_url
    );
    view! {
        <section class="hero__picture stack" aria-label="An example of a tracking link and a sale">
            <div class="cluster cluster--apart">
                <p class="strong">"From a link to a commission"</p>
                <Badge tone=Tone::Neutral text="Example" />
            </div>
            <CopyBox text=link label="Example of a tracking link" />
            <div class="grid-tiles">
                <StatTile label="Clicks" value="1,284" hint="1,190 by people" />
                <StatTile label="Conversions" value="37" hint="2 pending" />
                <StatTile label="Earned" value="350.00 USD" hint="20.00 USD pending" />
            </div>
            <CodeBlock code=postback language="The shop reports a sale" />
            <div class="cluster">
                <Badge tone=Tone::Good text="confirmed" />
                <span class="small muted">"Recorded once, even if it is sent twice."</span>
            </div>
        </section>
    }
}

/// What partners get.
#[component]
fn ForPartners() -> impl IntoView {
    view! {
        <section class="audience card">
            <h2>"For partners"</h2>
            <p>"You sell something. Let others bring the buyers, and pay for sales only."</p>
            <ul>
                <li>"Publish an offer, and choose yourself who may promote it."</li>
                <li>"Report a sale with one request, from any language, shop or payment provider."</li>
                <li>"See who brings clicks and who brings customers, per currency and to the cent."</li>
            </ul>
            <p>
                <a href="/signup?role=partner">"Create a partner account"</a>
            </p>
        </section>
    }
}

/// What affiliates get.
#[component]
fn ForAffiliates() -> impl IntoView {
    view! {
        <section class="audience card">
            <h2>"For affiliates"</h2>
            <p>"You have an audience. Recommend what you stand behind, and see what it earns."</p>
            <ul>
                <li>"Find an offer in the marketplace, with its commission in plain words."</li>
                <li>"Apply, and copy a link that is yours alone."</li>
                <li>"Watch clicks, pending and earned commission as they happen."</li>
            </ul>
            <p>
                <a href="/signup?role=affiliate">"Create an affiliate account"</a>
            </p>
        </section>
    }
}
