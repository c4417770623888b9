//! The global postback URL, and how to try it.

use leptos::prelude::*;

use super::{copy_key::CopyKeyButton, partner_settings::OwnKey};
use crate::{
    context::site,
    ui::components::{Cell, CodeBlock, Column, CopyBox, DataTable, SecretBox},
};

/// Each macro, what takes its place, and whether it is needed.
const MACROS: [(&str, &str, &str); 5] = [
    ("{api_key}", "Your API key, below.", "yes"),
    ("{click_id}", "The click_id that the visitor brought to your page.", "yes"),
    (
        "{status}",
        "confirmed, approved or paid count toward earnings; pending and any other word are shown and do not count.",
        "no; confirmed if absent",
    ),
    ("{amount}", "The order value, a plain number such as 99.00.", "no; 0 if absent"),
    ("{commission}", "What the affiliate earns by this sale, a plain number such as 10.00.", "no; 0 if absent"),
];

/// The URL with its macros.
fn postback_url() -> String {
    let query = "api_key={api_key}&click_id={click_id}&status={status}&amount={amount}&commission={commission}";
    format!("{}/api/postback?{query}", site().public_url)
}

const WITH_KEY: &str = "Ready to use (contains your key)";

/// The URL as a template, its macros, and the one with the key filled in.
#[component]
pub(super) fn PostbackSection(
    /// The API key.
    own: OwnKey,
) -> impl IntoView {
    let url = postback_url();
    let columns = vec![Column::text("Macro"), Column::text("What to put there"), Column::text("Required")];
    let rows = MACROS.map(|(name, meaning, required)| {
        view! {
            <tr>
                <Cell label="Macro">
                    <code>{name}</code>
                </Cell>
                <Cell label="What to put there">{meaning}</Cell>
                <Cell label="Required">{required}</Cell>
            </tr>
        }
    });
    view! {
        <section class="card stack" aria-labelledby="global-postback-url">
            <h2 id="global-postback-url">"Global postback URL"</h2>
            <p class="muted">
                "Your shop requests this address once for each sale, with a value in the place of each macro. "
                <a href="/docs/tracking">"The guide explains every step."</a>
            </p>
            <div class="stack stack--tight">
                <p class="field__label">"The template, with its macros"</p>
                <CopyBox text=url.clone() label="Global postback URL" />
            </div>
            <SecretBox secret=own.fill(&url) label=WITH_KEY switch=own.switch("global-postback-url")>
                <CopyKeyButton template=url.clone() what=WITH_KEY />
            </SecretBox>
            <DataTable columns=columns caption="The macros of the postback URL">
                {rows.collect_view()}
            </DataTable>
        </section>
    }
}

/// How to try it.
#[component]
pub(super) fn TestSection() -> impl IntoView {
    let command = format!(
        "curl -X POST {}/api/postback \\\n  -H 'X-API-Key: YOUR_API_KEY' \\\n  -d click_id=YOUR_CLICK_ID \\\n  \
         -d status=pending \\\n  -d amount=99.00 \\\n  -d commission=10.00 \\\n  -d currency=USD",
        site().public_url
    );
    view! {
        <section class="card stack" aria-labelledby="test">
            <h2 id="test">"Test your postback"</h2>
            <ol>
                <li>"Open one of your tracking links in a browser. A click is recorded."</li>
                <li>"Copy its click id from " <a href="/partner/clicks">"Clicks"</a> " into this request."</li>
                <li>
                    "Send it. It answers " <code>"\"ok\":true"</code> ", and the sale appears in "
                    <a href="/partner/conversions">"Conversions"</a>
                    ". Sent twice, it answers \"duplicate\":true and changes nothing."
                </li>
            </ol>
            <CodeBlock code=command language="curl" />
            <p class="muted">"Tests can't be deleted. Sent as pending, they don't count toward earnings."</p>
        </section>
    }
}
