//! What a postback is answered, and what the answer can warn of.

use domain::WarningCode;
use leptos::prelude::*;

use super::{Bases, marked};
use crate::ui::components::{Callout, Cell, CodeBlock, Column, DataTable, Tone};

/// An example of a warning, and what it means. The compiler wants one for each.
const fn explain(warning: WarningCode) -> (&'static str, &'static str) {
    match warning {
        WarningCode::GivenTwice => (
            "given_twice: amount",
            "Sent more than once. The first value that isn't empty is used. Remove the other one.",
        ),
        WarningCode::InQueryAndBody => (
            "in_query_and_body: amount",
            "Sent in the query string and in the body, perhaps under another of its names. The query string is used. Send it in one place only.",
        ),
        WarningCode::AliasesDiffer => (
            "aliases_differ: click_id, cid",
            "Two names of one parameter have different values. The query string goes before the body, then the name that comes first in the table of parameters.",
        ),
        WarningCode::MisspeltName => (
            "misspelt_name: AMOUNT, amount",
            "The first name was sent and not read; the second is the parameter's. Names are written exactly so, in lower case, with nothing beside them. The sale was recorded without that value, and stays so: send the next one right.",
        ),
        WarningCode::IgnoredChange => (
            "ignored_change: status",
            "This pair of `click_id` and `transaction_id` is already recorded with another value, and that value stays. If it is another sale, give it its own `transaction_id`.",
        ),
        WarningCode::MangledCurrencyParameter => (
            "mangled_currency_parameter",
            "The currency was stuck to another value. It was separated and used; see below. Copy the URL again.",
        ),
        WarningCode::MangledAmpersand => (
            "mangled_ampersand",
            "The URL was copied from HTML source: it has `&amp;` or `&#038;` where `&` belongs. It was read as `&`. Copy the URL again.",
        ),
        WarningCode::BodyIgnored => (
            "body_ignored: …",
            "The query string names the click, so the conversion was recorded from it alone. The body could not be used: it is too large, compressed, not readable, or came with a GET, whose body is never read. Fine for a webhook whose body is about other things.",
        ),
        WarningCode::UnreplacedMacro => (
            "unreplaced_macro: transaction_id",
            "The value looks like a placeholder, such as `{transaction_id}`, `AMOUNT` or `YOUR_ORDER_ID`. It was stored as it came. Find your platform's own name for the macro.",
        ),
        WarningCode::StatusDoesNotCount => (
            "status_does_not_count: completed",
            "The status is stored but earns nothing. If the sale should earn, map your platform's status to `confirmed`, `approved` or `paid`.",
        ),
        WarningCode::AbsentWord => (
            "absent_word: currency",
            "The value is a program's word for nothing: `undefined`, `null`, `none` or `nan`. In `currency` and `transaction_id` it counts as absent, so the default applies; as a status it is kept. Fix the variable that was empty.",
        ),
        WarningCode::NotUtf8 => (
            "not_utf8: transaction_id",
            "The bytes are not UTF-8 and were read as Windows-1252. Encode your values as UTF-8.",
        ),
    }
}

/// The answer to a recorded postback, and every warning.
#[component]
pub fn Answers(
    /// What the examples are written with.
    bases: Bases,
) -> impl IntoView {
    let fill = move |sample: &str| bases.fill(sample);
    let recorded = fill(include_str!("samples/recorded.json"));
    view! {
        <section id="answers" class="prose">
            <h2>"Answers and warnings"</h2>
            <p>
                {marked(
                    "The answer is always JSON. Amounts come back as strings with at least two decimals, and `counts_toward_earnings` says whether the affiliate earns. Errors are listed under ",
                )} <a href="#errors">"Every error code"</a> "."
            </p>
            <CodeBlock code=recorded language="JSON" />
            <p>
                {marked(
                    "`warnings` lists what was odd about a request that was recorded all the same. Read it while you set things up, and log it afterwards:",
                )}
            </p>
            <Warnings />
            <Callout tone=Tone::Waiting title="When the currency loses its ampersand">
                <p>
                    {marked(
                        "A postback URL that passes through a web page or an HTML mail can come out damaged. HTML has a short name for the generic currency sign, an ampersand followed by curren, and it needs no semicolon. An ampersand right before `currency` is therefore read as that sign, and the currency sticks to the value before it. We recognise this, cut it off, use the currency and add the warning `mangled_currency_parameter`. A `currency` that was sent properly wins.",
                    )}
                </p>
                <p>
                    {marked(
                        "To avoid it, build the URL with an encoder, write `&amp;` for an ampersand in HTML source, or make `currency` the first parameter after the question mark.",
                    )}
                </p>
            </Callout>
        </section>
    }
}

#[component]
fn Warnings() -> impl IntoView {
    let rows = WarningCode::ALL
        .iter()
        .map(|warning| {
            let (example, meaning) = explain(*warning);
            view! {
                <tr>
                    <Cell label="Warning">
                        <code>{example}</code>
                    </Cell>
                    <Cell label="Meaning, and what to do">{marked(meaning)}</Cell>
                </tr>
            }
        })
        .collect_view();
    let columns = vec![Column::text("Warning"), Column::text("Meaning, and what to do")];
    view! {
        <DataTable columns=columns caption="Warnings">
            {rows}
        </DataTable>
    }
}
