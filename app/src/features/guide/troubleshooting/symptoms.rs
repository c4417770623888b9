//! What partners and affiliates run into.

/// Symptom and likely cause.
pub const SYMPTOMS: [[&str; 2]; 21] = [
    [
        "Clicks aren't increasing",
        "The wrong link was used, usually the landing page's URL instead of the `/t/…` link, or the offer is inactive. HEAD requests don't count.",
    ],
    [
        "The link redirects to the homepage",
        "The offer is paused or not yet approved by an admin, the partner has not approved the affiliate's application or has revoked it, or an account is suspended.",
    ],
    [
        "The link shows “not found”",
        "The slug was cut off or lost its capitals: it is case-sensitive. Copy the whole link again.",
    ],
    [
        "Postback returns 200 but no conversion appears",
        "The URL lacks `/api` before `/postback`; that path records nothing. Or the answer says `\"duplicate\":true`: the conversion was there before.",
    ],
    [
        "The platform won't save the postback URL, or its test fails",
        "It tried the URL with HEAD or without values. See “When a platform refuses the URL”.",
    ],
    [
        "The answer is an HTML page, not JSON",
        "Something between you and us answered, such as a bot challenge, a firewall or a proxy. Nothing was recorded. See “Bot challenges and firewalls”.",
    ],
    [
        "Postback returns `api_key_required`",
        "No `api_key` parameter and no `X-API-Key` header was sent. Add your key from Settings → API & Webhooks.",
    ],
    [
        "Postback returns `invalid_api_key`",
        "The key is wrong, was regenerated, or doesn't belong to the partner who owns the offer.",
    ],
    [
        "Postback returns `click_not_found`",
        "The click_id is wrong or stale, was cut off or put in capitals, or was never captured on your side at the moment of the click.",
    ],
    [
        "Postback returns `click_id_required`",
        "The `click_id` or `cid` parameter is missing or empty. Often the page did not keep it from the landing address.",
    ],
    [
        "Postback returns `invalid_amount` or `invalid_commission`",
        "Not a plain decimal: a comma, a currency sign, a separator, a minus. The message quotes the text it got.",
    ],
    [
        "Amounts are a hundred times too high",
        "They were sent in cents. Amounts are units: `99.00`, not 9900. Many payment providers report cents; divide first.",
    ],
    [
        "The currency is stuck to another value, or missing",
        "The URL was copied through HTML. The answer warns `mangled_currency_parameter` or `mangled_ampersand`, and the sale is recorded. Copy the URL again.",
    ],
    [
        "A value arrives with braces, such as `{amount}`",
        "Your platform did not replace the macro: it has another name there, or the field does not take macros. In `amount` it is refused and in `click_id` not found; in `status` or `transaction_id` it is stored as it is, with the warning `unreplaced_macro`.",
    ],
    [
        "Conversion shows but earnings stay at 0",
        "Its status is `pending`, `rejected` or another word than `confirmed`, `approved` and `paid`, such as `completed`. Or no commission was sent. The status is fixed at first insert and won't change on a repeat.",
    ],
    [
        "Second conversion from the same click doesn't appear",
        "The same pair of click_id and transaction_id was used again, perhaps because no transaction_id was sent. Use a distinct `transaction_id` for each.",
    ],
    ["The answer warns `ignored_change`", "This pair is already recorded with other values. They stay."],
    [
        "Blocked by CORS, in the browser's console",
        "The postback was sent from a web page, which would also show your key to everybody. Send it from your server.",
    ],
    [
        "Postback returns 503 `unavailable`, or times out",
        "We could not store it in time. Wait as `Retry-After` says and send the same request again; it can't count twice.",
    ],
    [
        "Affiliate can't apply (`offer_not_live`)",
        "The offer isn't active: it still needs an admin's approval before it appears in the marketplace, or the partner has paused it.",
    ],
    [
        "Affiliate can't apply (`already_applied`)",
        "There is an application for this offer already. My Offers shows its state.",
    ],
];
