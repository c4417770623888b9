//! Which conversions earn.

use leptos::prelude::*;

use super::{Bases, bullets, marked, table};
use crate::ui::components::{Callout, CodeBlock, Tone};

const STATUSES: [[&str; 3]; 3] = [
    ["`confirmed`  `approved`  `paid`", "yes", "The commission is added to the affiliate's earnings."],
    ["`pending`", "no", "Shown, and counted as awaiting confirmation."],
    ["`rejected`, and any other word, such as `completed`", "no", "Shown only."],
];

const HOLDS: [&str; 3] = [
    "Simplest: wait, and send the postback once the sale is final.",
    "If the affiliate should see it earlier, send `pending` under one `transaction_id` and the final one under another. Both stay in the list, and only the second one earns.",
    "A refund can't be sent as a negative amount. Confirm sales only once they can no longer be returned.",
];

/// Which statuses count toward earnings, and why they can't be changed.
#[component]
pub fn Statuses(
    /// What the examples are written with.
    bases: Bases,
) -> impl IntoView {
    let fill = move |sample: &str| bases.fill(sample);
    let hold = fill(include_str!("samples/statuses.sh"));
    view! {
        <section id="statuses" class="prose">
            <h2>"Conversion statuses & earnings"</h2>
            <p>
                {marked(
                    "The status you send decides whether the conversion counts toward the affiliate's earnings. Case doesn't matter, and without a status `confirmed` is assumed.",
                )}
            </p>
            {table("Statuses", ["Status", "Counts toward earnings?", "What it does"], &STATUSES)}
            <p>
                "Whatever its status, a conversion is in the Conversions list and in the total, and a pending one in the pending counter too. Earnings are the commissions of those that count, separate for each currency."
            </p>
            <Callout tone=Tone::Danger title="Status is final at first insert">
                <p>
                    {marked(
                        "A conversion is written once and never updated. Sending `confirmed` for a pair of click_id and transaction_id that is stored as `pending` is answered with 200, `\"duplicate\":true` and the warning `ignored_change: status`; it stays pending and earns nothing. So send the status you actually want recorded.",
                    )}
                </p>
                <p>
                    {marked(
                        "Any word is a status, so a mistake is stored as well. The answer then warns, with `status_does_not_count` or `unreplaced_macro`.",
                    )}
                </p>
            </Callout>
            <h3 id="holds">"If you use a hold period"</h3>
            {bullets(&HOLDS)}
            <CodeBlock code=hold language="curl" />
        </section>
    }
}
