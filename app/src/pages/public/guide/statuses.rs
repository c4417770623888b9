//! Which conversions earn.

use leptos::prelude::*;

use super::{Bases, bullets, marked, table};
use crate::components::{Callout, CodeBlock, Tone};

const STATUSES: [[&str; 3]; 3] = [
    ["`confirmed`  `approved`  `paid`", "yes", "The commission is added to the affiliate's earnings."],
    ["`pending`", "no", "Shown, and counted among those that wait for confirmation."],
    ["`rejected`, and any other word", "no", "Shown, and that is all."],
];

const HOLDS: [&str; 3] = [
    "Simplest: wait, and send the postback once the sale is final.",
    "If the affiliate should see it earlier, send `pending` under one `transaction_id` and the final one under another. Both stay in the list, and only the second earns.",
    "A refund is not a negative sale: amounts below zero are refused. Confirm sales only after the time for returns has passed.",
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
            <h2>"Statuses and earnings"</h2>
            <p>
                {marked(
                    "The status decides whether a commission is earned. Upper and lower case are the same, and without a status `confirmed` is assumed.",
                )}
            </p>
            {table("Statuses", ["Status", "Earns", "What it does"], &STATUSES)}
            <p>
                "Whatever its status, a conversion is in the list of conversions and in the total, and a pending one in the pending counter too. Earnings are the commissions of those that count, kept apart by currency."
            </p>
            <Callout tone=Tone::Danger title="A status is final">
                <p>
                    {marked(
                        "A conversion is written once and never updated. Sending `confirmed` for a pair of click_id and transaction_id that is stored as `pending` is answered with 200, `\"duplicate\":true` and the warning `ignored_change: status`; it stays pending and earns nothing. So send the status that you want on record.",
                    )}
                </p>
                <p>
                    {marked(
                        "This also holds for mistakes: any word is a status, so a placeholder that your platform did not replace is stored as it came, and does not earn.",
                    )}
                </p>
            </Callout>
            <h3>"If you hold sales before you approve them"</h3>
            {bullets(&HOLDS)}
            <CodeBlock code=hold language="curl" />
        </section>
    }
}
