//! Placeholders that a sender's platform should have replaced.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// What the platforms of this trade put around a name.
const BRACKETS: [(&str, &str); 12] = [
    ("{", "}"),
    ("[", "]"),
    ("<", ">"),
    ("%", "%"),
    ("#", "#"),
    ("$", "$"),
    (":", ":"),
    ("__", "__"),
    ("@", "@"),
    ("|", "|"),
    ("*", "*"),
    ("((", "))"),
];
/// What guides write before a name that has to be replaced, and behind it.
const BEFORE: [&str; 8] = ["INSERTYOUR", "ENTERYOUR", "REPLACEWITH", "YOUR", "INSERT", "ENTER", "REPLACE", "THE"];
const BEHIND: [&str; 4] = ["HERE", "VALUE", "MACRO", "PLACEHOLDER"];

/// Whether a value is a placeholder for this parameter (by its first name): in brackets of some kind (`{click_id}`,
/// `${amount}`, `__CLICK_ID__`), bare (`AMOUNT`, `YOUR_CLICK_ID`), or encoded once too often (`%7Bstatus%7D`).
pub fn is_unreplaced_macro(parameter: &str, text: &str) -> bool {
    is_bracketed(text) || holds_braces(text) || is_bare(parameter, text) || is_encoded(text)
}

/// Whether brackets stand around a name, as in `{{ order.id }}`; `$name` needs no end.
fn is_bracketed(text: &str) -> bool {
    // Nearly every value begins so.
    if text.bytes().next().is_none_or(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    let (mut inner, mut is_marked) = (text, text.starts_with('$'));
    loop {
        inner = inner.trim();
        let bare = BRACKETS.into_iter().find_map(|(open, close)| inner.strip_prefix(open)?.strip_suffix(close));
        if let Some(bare) = bare {
            (inner, is_marked) = (bare, true);
        } else if let Some(bare) = in_parentheses(inner).filter(|_| is_marked) {
            inner = bare;
        } else if let Some(bare) = inner.strip_prefix(['$', '#', '%', '@', '!', '=', '?', '~']) {
            inner = bare;
        } else {
            return is_marked && is_name(inner);
        }
    }
}

/// Between parentheses, which alone mark no macro: an order can be `(A-17)`.
fn in_parentheses(text: &str) -> Option<&str> {
    text.strip_prefix('(')?.strip_suffix(')')
}

/// Whether braces stand around a name somewhere within, as in `shop-{order_id}`.
fn holds_braces(text: &str) -> bool {
    let mut behind = text.split('{').skip(1);
    behind.any(|rest| rest.split_once('}').is_some_and(|(inner, _)| inner.len() > 1 && is_name(inner)))
}

/// Whether a text can be the name of a variable, or a part of one (`order['id']`): an order's number has more than two
/// digits, and so have the ids that Windows writes in braces.
fn is_name(text: &str) -> bool {
    if text.len() > 64 {
        return false;
    }
    if let Some((whole, part)) = text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) {
        return is_name(whole) && (part.len() <= 2 || is_name(part.trim_matches(['\'', '"'])));
    }
    let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:| ".contains(&byte);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    begins && digits <= 2 && text.bytes().all(fits) && !is_uuid(text)
}

/// Eight, four, four, four and twelve hexadecimal digits.
pub(super) fn is_uuid(text: &str) -> bool {
    let at = |place: usize| matches!(place, 8 | 13 | 18 | 23);
    let fits = |(place, byte): (usize, u8)| if at(place) { byte == b'-' } else { byte.is_ascii_hexdigit() };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

/// Whether decoding shows brackets that were encoded once more than needed.
fn is_encoded(text: &str) -> bool {
    let mut text = Cow::from(text);
    for _ in 0..3 {
        if !text.contains('%') {
            return false;
        }
        text = Cow::from(percent_decode_str(&text).decode_utf8_lossy().into_owned());
        if is_bracketed(&text) || holds_braces(&text) {
            return true;
        }
    }
    false
}

/// Whether a text is the parameter's own name, or such a word in capitals: `AMOUNT`, `YOUR_CLICK_ID`, `ORDER-ID HERE`.
fn is_bare(parameter: &str, text: &str) -> bool {
    // Real ids have digits, real currencies three letters.
    let is_worded = text.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_- ".contains(&byte));
    if !is_worded || text.len() > 40 || (parameter == "currency" && text.len() < 4 && text != "CUR") {
        return false;
    }
    let (own, words) = words_for(parameter);
    if own.iter().any(|name| text.eq_ignore_ascii_case(name)) {
        return true;
    }
    // What isn't stored anyway may be written as it likes.
    let is_stored = matches!(parameter, "status" | "currency" | "transaction_id");
    if is_stored && text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return false;
    }
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).map(|byte| char::from(byte.to_ascii_uppercase()));
    let letters: String = letters.collect();
    let word = BEFORE.into_iter().find_map(|before| letters.strip_prefix(before)).unwrap_or(&letters);
    let mut cut = BEHIND.into_iter().filter_map(|behind| word.strip_suffix(behind));
    words.contains(&word) || cut.any(|word| words.contains(&word))
}

/// A parameter's own names, and the words by which platforms call what belongs there.
fn words_for(parameter: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match parameter {
        "api_key" => (&["api_key"], &["APIKEY", "KEY", "TOKEN", "APITOKEN", "SECRET"]),
        "click_id" => (&["click_id", "cid"], &["CLICKID", "CLICK", "CID", "CLKID", "SUBID", "SUB", "CLICKREF", "TID"]),
        "status" => (&["status"], &["STATUS", "CONVERSIONSTATUS", "ORDERSTATUS", "LEADSTATUS", "STATE"]),
        "amount" => (
            &["amount"],
            &[
                "AMOUNT",
                "ORDERAMOUNT",
                "SALEAMOUNT",
                "PRICE",
                "VALUE",
                "ORDERVALUE",
                "TOTAL",
                "ORDERTOTAL",
                "SUM",
                "REVENUE",
            ],
        ),
        "commission" => (&["commission"], &["COMMISSION", "COMMISSIONAMOUNT", "PAYOUT", "AMOUNT", "VALUE", "REVENUE"]),
        "currency" => (&["currency"], &["CURRENCY", "CURRENCYCODE", "CUR", "CURR"]),
        "transaction_id" => (
            &["transaction_id", "txn", "order_id"],
            &[
                "TRANSACTIONID",
                "TRANSACTION",
                "TXN",
                "TXNID",
                "TXID",
                "TID",
                "ORDERID",
                "ORDER",
                "ORDERNUMBER",
                "ORDERNO",
                "ORDERREF",
                "INVOICEID",
                "CONVERSIONID",
                "UNIQUEID",
            ],
        ),
        _ => (&[], &[]),
    }
}
