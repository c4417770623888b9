//! Code to copy.

use leptos::prelude::*;

use super::{Bases, bullets, marked};
use crate::components::{Callout, CodeBlock, CodeTabs, Tone};

const QUERY: [(&str, &str); 4] = [
    ("curl", include_str!("samples/query.sh")),
    ("Node.js", include_str!("samples/query.js")),
    ("PHP", include_str!("samples/query.php")),
    ("Python", include_str!("samples/query.py")),
];

const JSON: [(&str, &str); 4] = [
    ("curl", include_str!("samples/json_body.sh")),
    ("Node.js", include_str!("samples/json_body.js")),
    ("PHP", include_str!("samples/json_body.php")),
    ("Python", include_str!("samples/json_body.py")),
];

const PERSISTING: [&str; 4] = [
    "Put the snippet on every page from the landing page to the order form. It keeps the newest click_id of this browser and fills each hidden field of that name.",
    "Your order form then sends the click_id along. Save it with the order, in your own database.",
    "`localStorage` belongs to one host. If the checkout is on another one, pass the click_id on in the link to it, or use a cookie for the whole domain.",
    "If the payment provider hosts the checkout, hand the click_id over as metadata (some call it a custom field or a reference) when you create the payment. The provider's webhook brings it back.",
];

/// Examples in four languages, and the way through a payment provider or a CRM.
#[component]
pub fn Examples(
    /// What the examples are written with.
    bases: Bases,
) -> impl IntoView {
    let has_key = bases.key.is_some();
    let fill = move |sample: &str| bases.fill(sample);
    let fill_all = |samples: [(&str, &str); 4]| -> Vec<(String, String)> {
        samples.into_iter().map(|(title, code)| (title.to_owned(), fill(code))).collect()
    };
    let query = fill_all(QUERY);
    let json = fill_all(JSON);
    let capture = fill(include_str!("samples/capture.html"));
    let webhook = fill(include_str!("samples/webhook.js"));
    let about_key = if has_key {
        "They carry your own API key: don't share them, and keep the key out of your repository."
    } else {
        "Put your API key in place of `sp_live_xxx`, or sign in as a partner and reveal it, then it stands here already."
    };
    view! {
        <section id="examples" class="prose">
            <h2>"Integration examples"</h2>
            <p>
                {marked("Each example runs as it stands. Put a real click_id in place of `clk_xxx`. ")}
                {marked(about_key)}
            </p>
            <h3>"Everything in the query string"</h3>
            <CodeTabs samples=query name="example-query" />
            <h3 id="retry">"Key in the header, JSON in the body"</h3>
            <p>
                "The better way for a server: the key stays out of addresses, nothing has to be escaped, and these examples try again when we can't be reached."
            </p>
            <CodeTabs samples=json name="example-json" />
            <h3 id="webhooks">"From a payment provider or a CRM"</h3>
            <p>
                "A provider whose webhooks let you choose the address can call the postback URL directly, with its macros filled in. Either way the click_id must make the journey from the landing page to the payment, and that part is yours:"
            </p>
            <CodeBlock code=capture language="HTML" />
            {bullets(&PERSISTING)}
            <p>
                "Where the provider sends a body of its own making, put a small receiver in between that takes its webhook and sends ours:"
            </p>
            <CodeBlock code=webhook language="Node.js" />
            <Callout tone=Tone::Waiting title="Send it when the money is there">
                <p>
                    {marked(
                        "Tie the postback to the event of a successful payment, not to the order page that says thank you: pages are reloaded, closed too early, and opened by people who did not pay. Use the provider's order number as `transaction_id`; then it doesn't matter that webhooks tend to arrive twice.",
                    )}
                </p>
            </Callout>
        </section>
    }
}
