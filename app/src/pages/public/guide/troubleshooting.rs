//! What went wrong, and what to do.

use leptos::prelude::*;

use super::{Bases, marked, table};
use crate::components::CodeBlock;

const SYMPTOMS: [[&str; 2]; 20] = [
    ["Clicks don't go up", "Another address was shared, usually that of the landing page instead of the `/t/…` link, or the offer is not active. HEAD requests are not counted either."],
    ["The link shows our homepage", "The offer is paused or awaits an admin's approval, the partner has not approved the affiliate's application or has revoked it, or an account is suspended."],
    ["The link shows “not found”", "The slug was cut off, got a slash at its end, or lost its capitals: it is case-sensitive."],
    ["200, but there is no conversion", "The address lacks `/api` before `/postback`: that path records nothing. Or the answer says `\"duplicate\":true`."],
    ["`api_key_required`", "Neither the header `X-API-Key` nor `api_key` was sent, or it was empty. Some proxies drop unknown headers."],
    ["`invalid_api_key`", "A typing error, a key that was regenerated since, or the key of another partner than the one who owns the clicked offer."],
    ["`click_id_required`", "`click_id` (or `cid`) is missing or empty: often the page did not keep it from the landing address."],
    ["`click_not_found`", "The click_id is wrong or out of date, was cut off or put in capitals, or was never captured when the visitor clicked. It must be exactly the one from the address, `clk_` included."],
    ["`invalid_amount` or `invalid_commission`", "Not a plain decimal: a comma, a currency sign, a separator, a minus. The message quotes the text it got."],
    ["`invalid_currency`", "Not a code such as `USD`. A sign or a name of a currency is not one."],
    ["The answer warns `mangled_currency_parameter`", "The postback URL was copied through HTML. The sale is recorded; copy the URL afresh all the same."],
    ["A value arrives with braces, such as `{amount}`", "Your platform did not replace the macro: it has another name there, or the field does not take macros. In `amount` it is refused, in `click_id` not found (a hint tells), but in `status` or `transaction_id` it is stored as it is."],
    ["A conversion is shown, but earnings stay at 0", "Its status is `pending`, `rejected` or another word that does not count, or no commission was sent. A repeat can't change it: the status was final when it was stored."],
    ["The second conversion of a click is missing", "It had the same pair of click_id and transaction_id, perhaps because none was sent. Give each a `transaction_id` of its own."],
    ["The answer warns `ignored_change`", "This pair is stored already, with other values. They stay."],
    ["405", "Only GET and POST are taken. HEAD, PUT or a browser's OPTIONS from another site are not: call us from your server."],
    ["413 `body_too_large`", "The body has more than 16 KiB. Send the parameters alone, not your provider's whole event."],
    ["503 `unavailable`", "We could not store it in time. Wait as `Retry-After` says and send the same request again; it can't count twice."],
    ["`offer_not_live` when applying", "The offer is not active: an admin has yet to approve it, and until then it isn't in the marketplace, or the partner has paused it."],
    ["`already_applied` when applying", "You have applied for this offer before. See My Offers for what became of it."],
];

const ERRORS: [[&str; 3]; 13] = [
    ["413", "`body_too_large`", "The body has more than 16 KiB."],
    ["400", "`invalid_body`", "The body is not what its content type says, or a JSON value is no string or number."],
    ["401", "`api_key_required`", "No key was sent."],
    ["403", "`invalid_api_key`", "There is no such key, it is an old one, its partner is suspended, or the click belongs to another partner's offer."],
    ["400", "`click_id_required`", "No click_id was sent."],
    ["404", "`click_not_found`", "No click has this id."],
    ["400", "`invalid_status`", "More than 64 bytes, or a control character."],
    ["400", "`invalid_amount`", "Not a decimal that is accepted."],
    ["400", "`invalid_commission`", "Not a decimal that is accepted."],
    ["400", "`invalid_currency`", "Not a letter followed by 2 to 9 letters or digits."],
    ["400", "`invalid_transaction_id`", "More than 255 bytes, or a control character."],
    ["405", "", "Neither GET nor POST; see `Allow`."],
    ["503", "`unavailable`", "It could not be stored within 5 seconds; see `Retry-After`."],
];

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
                "Most questions are answered by looking at the whole answer, its status and its text (with a click_id that exists, this records a conversion):"
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
