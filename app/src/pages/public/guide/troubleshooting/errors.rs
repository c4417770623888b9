//! Every error of the postback.

/// Status, code and meaning, in the order of the checks.
pub const ERRORS: [[&str; 3]; 14] = [
    ["405", "–", "Neither GET nor POST; see `Allow`."],
    ["414", "–", "The address with its query has more than 8 KiB."],
    ["413", "`body_too_large`", "The body has more than 16 KiB."],
    ["400", "`invalid_body`", "The body is not what its content type says, or a JSON value is no string or number."],
    ["401", "`api_key_required`", "No key was sent."],
    [
        "403",
        "`invalid_api_key`",
        "There is no such key, it is an old one, its partner is suspended, or the click belongs to another partner's offer.",
    ],
    ["400", "`click_id_required`", "No click_id was sent."],
    ["404", "`click_not_found`", "No click has this id."],
    ["400", "`invalid_status`", "More than 64 bytes, or a control character."],
    ["400", "`invalid_amount`", "Not a decimal that is accepted."],
    ["400", "`invalid_commission`", "Not a decimal that is accepted."],
    ["400", "`invalid_currency`", "Not a letter followed by 2 to 9 letters or digits."],
    ["400", "`invalid_transaction_id`", "More than 255 bytes, or a control character."],
    ["503", "`unavailable`", "It could not be stored within 5 seconds; see `Retry-After`."],
];
