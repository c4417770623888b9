//! The way through a payment provider, a shop or a CRM.

use leptos::prelude::*;

use super::{Bases, bullets, marked, table};
use crate::ui::components::{Callout, CodeBlock, Tone};

const PERSISTING: [&str; 4] = [
    "Put the snippet on every page from the landing page to the order form. It keeps the newest click_id of this browser and fills each hidden field of that name.",
    "Your order form then sends the click_id along. Save it with the order, in your own database.",
    "`localStorage` belongs to one host. If the checkout is on another one, pass the click_id on in the link to it, or use a cookie for the whole domain.",
    "If the payment provider hosts the checkout, hand the click_id over as metadata when you create the payment. The provider's webhook brings it back.",
];

const DIRECT: [&str; 3] = [
    "Key, click_id and values go into the query string. The body may be anything: names that we don't know are ignored, and a body that is too large, compressed or unreadable only adds the warning `body_ignored`.",
    "This needs a platform that fills values into the URL: trackers such as Keitaro, and automation tools such as Zapier, Make or n8n. A webhook whose URL is the same for every event can't carry a click_id in it and needs a receiver.",
    "Subscribe to one event only, that of a successful payment. Every call to the URL records a conversion, whatever its body says.",
];

const PLATFORMS: [[&str; 3]; 5] = [
    [
        "Stripe",
        "`metadata` of the payment or the Checkout Session; for a Payment Link, `client_reference_id`",
        "Receiver. Amounts are in the smallest unit, so 9900 is `99.00`.",
    ],
    ["Paddle", "`custom_data` of the checkout", "Receiver. Totals are in the smallest unit, too."],
    ["PayPal", "`custom_id` of the purchase unit", "Receiver. Values are units already."],
    [
        "WooCommerce",
        "a hidden field or a cookie, saved as order meta",
        "From the hook `woocommerce_payment_complete`, or its webhook to a receiver. Totals are units.",
    ],
    [
        "Shopify",
        "a cart attribute; it arrives as `note_attributes`",
        "Receiver, for the webhook `orders/paid`. Prices are units.",
    ],
];

/// How the click_id gets to the payment, and the payment to us.
#[component]
pub fn Webhooks(
    /// What the examples are written with.
    bases: Bases,
) -> impl IntoView {
    let fill = move |sample: &str| bases.fill(sample);
    let capture = fill(include_str!("samples/capture.html"));
    let direct = fill(include_str!("samples/direct.sh"));
    let receiver = fill(include_str!("samples/webhook.js"));
    view! {
        <section id="webhooks" class="prose">
            <h2>"Webhook from a payment provider / CRM"</h2>
            <p>
                "If your provider or CRM sends webhooks on payment, it can report the sale. The click_id must travel from the landing page to the payment first, and that part is yours."
            </p>
            <h3 id="keep-click-id">"Keep the click_id"</h3>
            <CodeBlock code=capture language="HTML" />
            {bullets(&PERSISTING)}
            <h3 id="direct-webhook">"Point the webhook at the URL directly"</h3>
            {bullets(&DIRECT)}
            <p>"This is what such a call looks like. It records 99.00 from the query string:"</p>
            <CodeBlock code=direct language="curl" />
            <h3 id="receiver">"Or put a receiver in between"</h3>
            <p>
                "A small program of yours takes the provider's webhook, checks its signature, and sends our postback:"
            </p>
            <CodeBlock code=receiver language="Node.js" />
            {table("Payment providers and shops", ["Platform", "Where the click_id travels", "Postback"], &PLATFORMS)}
            <Callout tone=Tone::Waiting title="Send it when the money is there">
                <p>
                    {marked(
                        "Tie the postback to the event of a successful payment, not to the thank-you page: pages are reloaded, closed too early, and opened by people who did not pay. Use the provider's order number as `transaction_id`; then it doesn't matter that webhooks may arrive twice.",
                    )}
                </p>
            </Callout>
        </section>
    }
}
