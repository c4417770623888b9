//! What a postback can say.

use leptos::prelude::*;

use super::{Bases, bullets, marked, table};
use crate::components::{Callout, CodeBlock, Tone};

const PARAMETERS: [[&str; 4]; 7] = [
    ["`X-API-Key` (header) or `api_key`", "yes", "–", "Your API key, that of the partner who owns the offer."],
    ["`click_id` or `cid`", "yes", "–", "The id that came with the visitor's address. Always lower-case."],
    ["`status`", "no", "`confirmed`", "Decides whether the conversion earns. At most 64 bytes; stored lower-case."],
    ["`amount`", "no", "0", "What the order was worth: a decimal."],
    ["`commission`", "no", "0", "The affiliate's share of this conversion: a decimal."],
    ["`currency`", "no", "`USD`", "A letter, then 2 to 9 letters or digits (`EUR`, `USDT`); stored upper-case."],
    [
        "`transaction_id`, `txn` or `order_id`",
        "no",
        "the click_id",
        "Your own order number, to find it again. At most 255 bytes, no control characters; upper and lower case differ.",
    ],
];

const BODIES: [[&str; 2]; 4] = [
    ["`application/x-www-form-urlencoded`", "As an HTML form sends it."],
    ["`multipart/form-data`", "The same as parts."],
    [
        "`application/json`",
        "One object of strings or numbers. `null` is as good as absent; lists, objects, `true` and `false` are refused.",
    ],
    ["none, or any other", "Read as JSON if it begins with a brace, else as a form."],
];

const RULES: [&str; 5] = [
    "The names are the same in the query string and in every kind of body. Names we don't know are ignored.",
    "Blanks around a value are cut off, and an empty value counts as absent.",
    "Encode your values: in a query string and in a form, `+` means a blank and `&` ends the value. Every example below uses an encoder.",
    "A body may have 16 KiB, the address with its query 8 KiB.",
    "The order of the names in a row of the table is their rank: `click_id` goes before `cid`.",
];

const WARNINGS: [[&str; 2]; 5] = [
    ["`in_query_and_body: amount`", "It stood in the query string and in the body. The query string won."],
    ["`given_twice: amount`", "It stood there more than once. The first that was not empty won."],
    ["`aliases_differ: click_id, cid`", "Two names of one parameter had different values. The first named won."],
    ["`mangled_currency_parameter`", "The currency was glued to another value. It was put right, see below."],
    ["`ignored_change: status`", "A repeat said something else than what is stored. The stored value stays."],
];

const DECIMALS: [[&str; 2]; 2] = [
    ["Accepted", "`10`  `10.00`  `.5`  `5.`  `+5`  `00010`  `1e2`  `1E-7`  `-0`, and numbers in JSON"],
    [
        "Refused",
        "negatives, `NaN`, `inf`, `1e309`, more than 10¹², `1,5`, `1.000,50`, `1_000`, `0x10`, `$10`, digits that are not 0 to 9, and a macro that nobody replaced, such as `{amount}`",
    ],
];

/// The parameters, how they are read, and what the answer says.
#[component]
pub fn Parameters(
    /// What the examples are written with.
    bases: Bases,
) -> impl IntoView {
    let fill = move |sample: &str| bases.fill(sample);
    let recorded = fill(include_str!("samples/recorded.json"));
    let form = fill(include_str!("samples/form.sh"));
    view! {
        <section id="parameters" class="prose">
            <h2>"Postback parameters"</h2>
            {table("Postback parameters", ["Parameter", "Required", "Default", "Meaning"], &PARAMETERS)}
            {bullets(&RULES)}
            <h3>"Bodies of a POST"</h3>
            {table("Bodies of a POST", ["Content type", "How it is read"], &BODIES)}
            <CodeBlock code=form language="curl" />
            <h3 id="decimals">"Amounts and commissions"</h3>
            {table("Decimals", ["Decimals", "Which"], &DECIMALS)}
            <p>
                "Amounts are kept exactly, to six decimals; more are rounded to the nearest, a tie to the even digit, and the answer shows the result. Write a point for the decimals and no separators for thousands. In JSON, a string such as \"99.00\" is the safest: no program on the way can turn it into 98.99999. A plus sign in a query string must be sent as %2B, or better left out."
            </p>
            <h3 id="answers">"What we answer"</h3>
            <p>
                {marked(
                    "Always JSON. Amounts come back as strings with at least two decimals, and `counts_toward_earnings` tells whether the affiliate earns:",
                )}
            </p>
            <CodeBlock code=recorded language="JSON" />
            <p>
                {marked(
                    "The list of `warnings` names what was odd about a request that was recorded nevertheless. Look into it when you set things up, and log it:",
                )}
            </p>
            {table("Warnings", ["Warning", "Meaning"], &WARNINGS)}
            <Callout tone=Tone::Waiting title="When the currency loses its ampersand">
                <p>
                    {marked(
                        "A postback URL that is pasted into a web page or an HTML mail can come out damaged. HTML knows a short name for the generic currency sign, & followed by curren, and it needs no semicolon; an ampersand right before `currency` is therefore read as that sign, and the currency sticks to the value before it. We recognise this, cut it off, use the currency and add the warning `mangled_currency_parameter`; a `currency` that was sent properly goes first.",
                    )}
                </p>
                <p>
                    "Better still, avoid it: build the address with an encoder, write ampersands in HTML as &amp;, or let currency be the first parameter after the question mark."
                </p>
            </Callout>
        </section>
    }
}
