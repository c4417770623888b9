//! What a postback can say.

use leptos::prelude::*;

use super::{Bases, bullets, marked, table};
use crate::ui::components::{Callout, CodeBlock, Tone};

const PARAMETERS: [[&str; 4]; 7] = [
    [
        "`api_key` (or `X-API-Key` header)",
        "yes",
        "–",
        "Your partner API key from Settings → API & Webhooks. Must belong to the offer's owner.",
    ],
    ["`click_id` (or `cid`)", "yes", "–", "The click's id from the landing page's address. Always lower-case."],
    [
        "`status`",
        "no",
        "`confirmed`",
        "Decides whether the conversion counts toward earnings. At most 64 bytes; stored lower-case.",
    ],
    ["`amount`", "no", "0", "Order value as a decimal in units, not cents: `99.00`, not 9900."],
    ["`commission`", "no", "0", "The affiliate's commission for this conversion, in units as well."],
    ["`currency`", "no", "`USD`", "A letter, then 2 to 9 letters or digits (`EUR`, `USDT`); stored upper-case."],
    [
        "`transaction_id` (or `txn`, `order_id`)",
        "no",
        "the click_id",
        "Your own order number, for reconciliation. At most 255 bytes, no control characters; case-sensitive.",
    ],
];

const BODIES: [[&str; 2]; 4] = [
    ["`application/x-www-form-urlencoded`", "As an HTML form sends it. JSON that begins with a brace is recognised."],
    ["`multipart/form-data`", "The same as parts."],
    [
        "`application/json`, also `text/json` and `…+json`",
        "One object, with the parameters at its top. Our names hold strings or numbers; `null` counts as absent. Other members are ignored, whatever they hold.",
    ],
    ["none, or any other", "Read as JSON if it begins with a brace, else as a form."],
];

const RULES: [&str; 5] = [
    "Names are the same in the query string and in every kind of body. Names we don't know are ignored.",
    "White space and invisible characters around a value are removed, and an empty value counts as absent.",
    "Encode your values: in a query string and in a form, `+` means a space and `&` ends the value. The examples below use an encoder.",
    "A body may have 16 KiB, the URL with its query 8 KiB. UTF-8 throughout.",
    "The order of the names in a row of the table is their rank: `click_id` wins over `cid`. Whatever its names, a parameter in the query string wins over one in the body.",
];

const DECIMALS: [[&str; 2]; 2] = [
    ["Accepted", "`10`  `10.00`  `.5`  `5.`  `+5`  `00010`  `1e2`  `1E-7`  `-0`, and numbers in JSON"],
    [
        "Refused",
        "negatives, `NaN`, `inf`, `1e309`, more than 10¹², `1,5`, `1.000,50`, `1_000`, `0x10`, `$10`, digits other than 0 to 9, and a macro that was not replaced, such as `{amount}`",
    ],
];

/// The parameters and how they are read.
#[component]
pub fn Parameters(
    /// What the examples are written with.
    bases: Bases,
) -> impl IntoView {
    let fill = move |sample: &str| bases.fill(sample);
    let form = fill(include_str!("samples/form.sh"));
    view! {
        <section id="parameters" class="prose">
            <h2>"Postback parameters"</h2>
            {table("Postback parameters", ["Parameter", "Required", "Default", "Description"], &PARAMETERS)}
            {bullets(&RULES)}
            <h3 id="bodies">"Bodies of a POST"</h3>
            {table("Bodies of a POST", ["Content type", "How it is read"], &BODIES)}
            <CodeBlock code=form language="curl" />
            <h3 id="decimals">"Amounts and commissions"</h3>
            <Callout tone=Tone::Waiting title="Units, not cents">
                <p>
                    {marked(
                        "For an order of 99 dollars send `amount=99.00`. We can't tell 9900 cents from a sale of 9,900 dollars, so it is recorded as it came. Providers that report the smallest unit need a division by 100 first, except for currencies without decimals: 1,000 yen are `amount=1000&currency=JPY`, and 12.345 dinars are `amount=12.345&currency=KWD`.",
                    )}
                </p>
            </Callout>
            {table("Decimals", ["Decimals", "Which"], &DECIMALS)}
            <p>
                {marked(
                    "Amounts are kept exactly, to six decimals. More are rounded to the nearest, a tie to the even digit, and the answer shows the result. Write a point for the decimals and no separators for thousands. In JSON, a string such as `\"99.00\"` is the safest: no program on the way can turn it into 98.99999. In a query string, leave out a plus sign or send it as `%2B`.",
                )}
            </p>
        </section>
    }
}
