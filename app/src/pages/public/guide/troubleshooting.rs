//! What went wrong, and what to do.

mod errors;
mod symptoms;

use leptos::prelude::*;

use super::{Bases, marked, table};
use crate::components::CodeBlock;

use errors::ERRORS;
use symptoms::SYMPTOMS;

/// Symptoms and causes, and every error the postback can answer with.
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
                {marked("Most questions are answered by looking at the whole answer, its status and its text. With a click_id that exists this records a conversion; its status `test` never counts:")}
            </p>
            <CodeBlock code=inspect language="curl" />
            {table("Symptoms and causes", ["Symptom", "Likely cause, and what to do"], &SYMPTOMS)}
            <h3 id="errors">"Every error code"</h3>
            <p>
                {marked(
                    "A refusal is JSON too: `error` for your program, `message` for you, and sometimes a `hint`. Nothing is recorded. The checks run in the order of the table, so a request with several faults names the first.",
                )}
            </p>
            <CodeBlock code=refused language="JSON" />
            {table("Error codes of the postback", ["Status", "Error", "Meaning"], &ERRORS)}
        </section>
    }
}
