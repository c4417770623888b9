//! What went wrong, and what to do.

mod errors;
mod symptoms;

use leptos::prelude::*;

use super::{Bases, bullets, marked, table};
use crate::ui::components::CodeBlock;

use errors::{FormErrors, PostbackErrors};
use symptoms::SYMPTOMS;

const SAVING: [&str; 3] = [
    "Some platforms try the URL before they save it. HEAD and OPTIONS are answered with 405, and an empty GET with 401 `api_key_required`. This is on purpose: a success without a key, or for a request that can't record anything, would hide a broken set-up.",
    "Paste the URL with its real macros, not bare, and skip the platform's own check if it lets you (“save without test”, “skip validation”).",
    "Then check it with a real click, as in “Test your setup”. A platform that fills its macros in with sample values gets 404 `click_not_found`: the URL and the key are right, and only the click is made up.",
];

const CHALLENGES: [&str; 4] = [
    "How to recognise it: our answers are always JSON. A challenge is an HTML page (“Just a moment…”, “Checking your browser”) with status 403, 429 or 503; Cloudflare adds the header `cf-mitigated: challenge`. A server can't solve it, so nothing is recorded.",
    "In front of this site: tell the network's operator the time and your server's address. The paths `/api/postback` and `/t/` have to be exempt from bot challenges, JavaScript checks and caching. On Cloudflare that is a rule with the action Skip; Bot Fight Mode ignores such rules and has to be off.",
    "In front of your own server: exempt the path at which you receive your provider's webhooks, and let the landing page keep its query string, or the click_id is lost.",
    "Treat every answer that is not JSON like no answer: keep the postback and send it again.",
];

/// Symptoms and causes, and every error the program can answer with.
#[component]
pub fn Troubleshooting(
    /// What the examples are written with.
    bases: Bases,
) -> impl IntoView {
    let fill = move |sample: &str| bases.fill(sample);
    let inspect = fill(include_str!("samples/inspect.sh"));
    let refused = fill(include_str!("samples/refused.json"));
    view! {
        <section id="troubleshooting" class="prose">
            <h2>"Troubleshooting"</h2>
            <p>
                {marked(
                    "Look at the whole answer first, its status and its text. With a click_id that exists this records a conversion; its status `test` never earns, as a warning says:",
                )}
            </p>
            <CodeBlock code=inspect language="curl" />
            {table("Symptoms and causes", ["Symptom", "Likely cause"], &SYMPTOMS)}
            <h3 id="saving">"When a platform refuses the URL"</h3>
            {bullets(&SAVING)}
            <h3 id="challenges">"Bot challenges and firewalls"</h3>
            {bullets(&CHALLENGES)}
            <h3 id="errors">"Every error code"</h3>
            <p>
                {marked(
                    "An error is JSON too: `error` for your program, `message` for you, and often a `hint` that names the likely mistake. Nothing is recorded. The table is in the order of the checks, so a request with several faults names the first.",
                )}
            </p>
            <CodeBlock code=refused language="JSON" />
            <PostbackErrors />
            <h3 id="form-errors">"On the site itself"</h3>
            <p>
                {marked(
                    "A form that is refused says why in place. Programs that call the site's own server functions get these as `code`:",
                )}
            </p>
            <FormErrors />
        </section>
    }
}
