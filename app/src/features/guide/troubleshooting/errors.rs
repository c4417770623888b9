//! Every error of the program.

use domain::{AnswerCode, AppError};
use leptos::prelude::*;

use super::super::marked;
use crate::ui::components::{Cell, Column, DataTable};

const NOT_A_DECIMAL: &str = "It is not a plain decimal from 0 to 10¹². The message quotes the text it got.";
const PLAIN_DECIMAL: &str = "Send `99.00`: a point, no currency sign, no thousands separator, no minus.";

/// Cause and remedy. The compiler wants them for each.
const fn explain(code: AnswerCode) -> (&'static str, &'static str) {
    match code {
        AnswerCode::MalformedRequest => (
            "The URL has a raw space, quote or tab in it, so the request isn't HTTP.",
            "Encode spaces as `%20`, or build the query with an encoder as the examples do.",
        ),
        AnswerCode::HeadersTooLarge => {
            ("The headers have more than 32 KiB.", "Send fewer headers; no cookies are needed.")
        }
        AnswerCode::UriTooLong => {
            ("Path and query have more than 8 KiB.", "Send the parameters in the body, and only those we know.")
        }
        AnswerCode::NotFound => ("There is nothing under this path.", "The path is `/api/postback`, in lower case."),
        AnswerCode::MethodNotAllowed => (
            "The method is neither GET nor POST, for example HEAD or OPTIONS.",
            "Send GET or POST from your server. If a form refused to save the URL, see “When a platform refuses the URL”.",
        ),
        AnswerCode::BodyTooLarge => (
            "The body has more than 16 KiB, and the query string has no `click_id`.",
            "Put key and click_id into the query string, or send the parameters alone, not the whole event.",
        ),
        AnswerCode::UnsupportedEncoding => (
            "The body is compressed (`Content-Encoding`), and the query string has no `click_id`.",
            "Switch compression off, or put the parameters into the query string.",
        ),
        AnswerCode::InvalidBody => (
            "The body is not what its content type says, broke off, or has one of our names with a list, an object, `true` or `false`.",
            "Send strings and numbers, as UTF-8.",
        ),
        AnswerCode::ApiKeyRequired => (
            "Neither the header `X-API-Key` nor the parameter `api_key` was sent, or it was empty.",
            "Add your key from Settings → API & Webhooks. Some proxies drop headers they don't know.",
        ),
        AnswerCode::InvalidApiKey => (
            "The key is mistyped or was regenerated, its partner is suspended, or the click belongs to another partner's offer.",
            "Copy the key again, from the account that owns the offer.",
        ),
        AnswerCode::ClickIdRequired => (
            "`click_id` (or `cid`) is missing, empty, or spelled differently.",
            "Send the id from the landing page's address. The hint names a similar parameter that was sent.",
        ),
        AnswerCode::ClickNotFound => (
            "No click has this id: it was cut off, put in capitals, made up, or is a macro that was not replaced.",
            "Send the id exactly as it came, `clk_` included.",
        ),
        AnswerCode::InvalidStatus => {
            ("It has more than 64 bytes, or a control character.", "Send a single word, such as `confirmed`.")
        }
        AnswerCode::InvalidAmount | AnswerCode::InvalidCommission => (NOT_A_DECIMAL, PLAIN_DECIMAL),
        AnswerCode::InvalidCurrency => (
            "It is not a letter followed by 2 to 9 letters or digits.",
            "Send a code such as `USD`, not a sign or a name.",
        ),
        AnswerCode::InvalidTransactionId => (
            "It has more than 255 bytes, or a control character such as a line break.",
            "Send your order number alone.",
        ),
        AnswerCode::Unavailable => (
            "It could not be stored within 5 seconds. Nothing was recorded.",
            "Wait as many seconds as `Retry-After` says and send the same request again. It can't count twice.",
        ),
    }
}

/// What a machine can be answered, in the order of the checks.
#[component]
pub fn PostbackErrors() -> impl IntoView {
    let rows = AnswerCode::ALL
        .iter()
        .map(|code| {
            let (cause, remedy) = explain(*code);
            view! {
                <tr>
                    <Cell label="Status">{code.http_status().to_string()}</Cell>
                    <Cell label="Error">
                        <code>{code.as_str()}</code>
                    </Cell>
                    <Cell label="Cause">{marked(cause)}</Cell>
                    <Cell label="What to do">{marked(remedy)}</Cell>
                </tr>
            }
        })
        .collect_view();
    let columns = ["Status", "Error", "Cause", "What to do"].into_iter().map(Column::text).collect::<Vec<_>>();
    view! {
        <DataTable columns=columns caption="Error codes of the postback">
            {rows}
        </DataTable>
    }
}

/// What the forms of the site can answer, in the words of the pages.
#[component]
pub fn FormErrors() -> impl IntoView {
    let rows = AppError::one_of_each()
        .into_iter()
        .map(|refusal| {
            let (status, code, message) = (refusal.http_status().to_string(), refusal.code(), refusal.to_string());
            view! {
                <tr>
                    <Cell label="Status">{status}</Cell>
                    <Cell label="Error">
                        <code>{code}</code>
                    </Cell>
                    <Cell label="Message">{message}</Cell>
                </tr>
            }
        })
        .collect_view();
    let columns = ["Status", "Error", "Message"].into_iter().map(Column::text).collect::<Vec<_>>();
    view! {
        <DataTable columns=columns caption="Error codes of the site's forms">
            {rows}
        </DataTable>
    }
}
