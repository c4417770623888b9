//! Answers to what the HTTP parser can't read: it gives empty ones, before any route is found.

use domain::AnswerCode;

use crate::http::layers::NOTHING_RUNS;

/// What the parser's own answers begin with, and ours instead of them.
const REFUSALS: [(&[u8], Refusal); 3] = [
    (b"HTTP/1.1 400 ", Refusal { reason: "Bad Request", code: AnswerCode::MalformedRequest, message: MALFORMED }),
    (
        b"HTTP/1.1 431 ",
        Refusal {
            reason: "Request Header Fields Too Large",
            code: AnswerCode::HeadersTooLarge,
            message: "The headers are longer than 32 KiB; send fewer cookies.",
        },
    ),
    (b"HTTP/1.1 414 ", TARGET_TOO_LONG),
];

const TARGET_TOO_LONG: Refusal = Refusal {
    reason: "URI Too Long",
    code: AnswerCode::UriTooLong,
    message: "The address is longer than 8 KiB; send the values in a body.",
};

const BODY_TOO_LARGE: Refusal = Refusal {
    reason: "Content Too Large",
    code: AnswerCode::BodyTooLarge,
    message: "The Content-Length is larger than any body.",
};
/// A head that is smaller is no reason to refuse a request.
const LARGE_HEAD: usize = 32 * 1024;

/// Also said of requests that are read, but not for sure.
pub(crate) const MALFORMED: &str = "The request can't be read as HTTP: encode spaces as %20, quotes as %22, tabs as %09, \
     and send one header a line.";
/// Said of requests that can be read, but not for whom they are.
pub(crate) const WRONG_HOST: &str = "Every request names one host and a path: send one header such as \
     Host: network.example, and a path that begins with a slash.";

struct Refusal {
    reason: &'static str,
    code: AnswerCode,
    message: &'static str,
}

/// Whether these are the first bytes of an answer that another follows.
pub(super) fn is_interim(bytes: &[u8]) -> bool {
    bytes.starts_with(b"HTTP/1.1 1")
}

/// What is known of a request that the parser has refused.
#[derive(Debug, Default)]
pub(super) struct Refused {
    /// How its first line began.
    pub(super) line: Vec<u8>,
    /// Whether that is longer than any address that is taken.
    pub(super) is_line_long: bool,
    /// Bytes that have come of it.
    pub(super) length: usize,
}

/// The whole answer that stands for one of the parser's own, and its code; nothing where it is one of ours.
pub(super) fn instead_of(bytes: &[u8], refused: &Refused) -> Option<(AnswerCode, Vec<u8>)> {
    if !bytes.starts_with(b"HTTP/1.1 4") || !is_empty_and_last(bytes) {
        return None;
    }
    let (_, refusal) = REFUSALS.iter().find(|(begin, _)| bytes.starts_with(begin))?;
    let refusal = match refusal.code {
        // The parser's room is full, and it is the address that fills it.
        AnswerCode::HeadersTooLarge if refused.is_line_long => &TARGET_TOO_LONG,
        // It is not: what it can't count to is the length of the body.
        AnswerCode::HeadersTooLarge if refused.length < LARGE_HEAD => &BODY_TOO_LARGE,
        _ => refusal,
    };
    let Refusal { reason, code, message } = refusal;
    let (status, word) = (code.http_status(), code.as_str());
    let (kind, body) = if is_machine_line(&refused.line) {
        ("application/json", format!(r#"{{"ok":false,"error":"{word}","message":"{message}"}}"#))
    } else {
        ("text/plain; charset=utf-8", format!("{message}\n"))
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} {reason}\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\
         cache-control: no-store\r\nx-content-type-options: nosniff\r\nx-frame-options: DENY\r\n\
         content-security-policy: {NOTHING_RUNS}\r\n\r\n{body}"
    );
    Some((*code, answer.into_bytes()))
}

/// Whether a request that began like this is of a machine, which reads JSON.
pub(super) fn is_machine_line(line: &[u8]) -> bool {
    line.iter().position(|byte| *byte == b' ').is_some_and(|at| is_api(&line[at + 1..]))
}

/// The same of an address.
pub(super) fn is_api(target: &[u8]) -> bool {
    target.starts_with(b"/api/") || target.starts_with(b"//api/")
}

/// An answer without a body after which the connection ends.
fn is_empty_and_last(bytes: &[u8]) -> bool {
    let Some(head) = bytes.strip_suffix(b"\r\n\r\n") else { return false };
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let has = |wanted: &[u8]| lines.clone().any(|line| line.eq_ignore_ascii_case(wanted));
    has(b"connection: close") && has(b"content-length: 0") && lines.all(|line| !line.starts_with(b"x-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(status: &str) -> Vec<u8> {
        format!(
            "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\ndate: Sat, 28 Nov 2026 20:00:00 GMT\r\n\r\n"
        )
        .into_bytes()
    }

    #[test]
    fn the_parsers_answers_are_replaced_in_the_form_of_their_route() {
        let answer = |status: &str, line: &str, is_line_long, length| {
            let refused = Refused { line: line.as_bytes().to_vec(), is_line_long, length };
            String::from_utf8(instead_of(&auto(status), &refused).unwrap().1).unwrap()
        };
        let json = answer("400 Bad Request", "GET /api/postbac", false, 100);
        assert!(
            json.contains("application/json") && json.ends_with("\"}") && json.contains("malformed_request"),
            "{json}"
        );
        assert!(answer("400 Bad Request", "GET /t/abc", false, 100).contains("text/plain"));
        assert!(answer("431 X", "POST /api/postb", true, 50_000).starts_with("HTTP/1.1 414 "));
        assert!(answer("431 X", "GET /partner", false, 50_000).starts_with("HTTP/1.1 431 "));
        assert!(answer("431 X", "POST /api/postb", false, 200).starts_with("HTTP/1.1 413 "));
        assert!(instead_of(b"HTTP/1.1 200 OK\r\n\r\n", &Refused::default()).is_none());
        assert!(instead_of(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\nno", &Refused::default()).is_none());
    }
}
