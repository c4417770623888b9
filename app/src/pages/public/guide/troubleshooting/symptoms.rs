//! What partners and affiliates run into.

/// Symptom and likely cause.
pub const SYMPTOMS: [[&str; 2]; 20] = [
    [
        "Clicks don't go up",
        "Another address was shared, usually that of the landing page instead of the `/t/…` link, or the offer is not active. HEAD requests are not counted either.",
    ],
    [
        "The link shows our homepage",
        "The offer is paused or awaits an admin's approval, the partner has not approved the affiliate's application or has revoked it, or an account is suspended.",
    ],
    [
        "The link shows “not found”",
        "The slug was cut off, got a slash at its end, or lost its capitals: it is case-sensitive.",
    ],
    [
        "200, but there is no conversion",
        "The address lacks `/api` before `/postback`: that path records nothing. Or the answer says `\"duplicate\":true`.",
    ],
    [
        "`api_key_required`",
        "Neither the header `X-API-Key` nor `api_key` was sent, or it was empty. Some proxies drop unknown headers.",
    ],
    [
        "`invalid_api_key`",
        "A typing error, a key that was regenerated since, or the key of another partner than the one who owns the clicked offer.",
    ],
    [
        "`click_id_required`",
        "`click_id` (or `cid`) is missing or empty: often the page did not keep it from the landing address.",
    ],
    [
        "`click_not_found`",
        "The click_id is wrong or out of date, was cut off or put in capitals, or was never captured when the visitor clicked. It must be exactly the one from the address, `clk_` included.",
    ],
    [
        "`invalid_amount` or `invalid_commission`",
        "Not a plain decimal: a comma, a currency sign, a separator, a minus. The message quotes the text it got.",
    ],
    ["`invalid_currency`", "Not a code such as `USD`. A sign or a name of a currency is not one."],
    [
        "The answer warns `mangled_currency_parameter`",
        "The postback URL was copied through HTML. The sale is recorded; copy the URL afresh all the same.",
    ],
    [
        "A value arrives with braces, such as `{amount}`",
        "Your platform did not replace the macro: it has another name there, or the field does not take macros. In `amount` it is refused, in `click_id` not found (a hint tells), but in `status` or `transaction_id` it is stored as it is.",
    ],
    [
        "A conversion is shown, but earnings stay at 0",
        "Its status is `pending`, `rejected` or another word that does not count, or no commission was sent. A repeat can't change it: the status was final when it was stored.",
    ],
    [
        "The second conversion of a click is missing",
        "It had the same pair of click_id and transaction_id, perhaps because none was sent. Give each a `transaction_id` of its own.",
    ],
    ["The answer warns `ignored_change`", "This pair is stored already, with other values. They stay."],
    [
        "405",
        "Only GET and POST are taken. HEAD, PUT or a browser's OPTIONS from another site are not: call us from your server.",
    ],
    [
        "413 `body_too_large`",
        "The body has more than 16 KiB. Send the parameters alone, not your provider's whole event.",
    ],
    [
        "503 `unavailable`",
        "We could not store it in time. Wait as `Retry-After` says and send the same request again; it can't count twice.",
    ],
    [
        "`offer_not_live` when applying",
        "The offer is not active: an admin has yet to approve it, and until then it isn't in the marketplace, or the partner has paused it.",
    ],
    ["`already_applied` when applying", "You have applied for this offer before. See My Offers for what became of it."],
];
