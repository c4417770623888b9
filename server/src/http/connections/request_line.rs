//! The first line of a request, repaired where senders leave bytes in its address that have to be encoded.
//!
//! `file_get_contents("…?name=A B")`, a link with a quote behind it, a macro such as `<click>`: the parser would refuse
//! such a request as a whole, with an empty answer, before anything could say what is wrong, or send the visitor on.

use memchr::{memchr, memrchr};

use super::wire_answer::is_api;

/// A method is at most this long; what has no space by then is no request.
const LONGEST_METHOD: usize = 24;

/// What the bytes at the beginning of a request are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FirstLine {
    /// Nothing to repair, or no request at all: for the parser as it is.
    Fine,
    /// It has not arrived as a whole.
    Incomplete,
    /// The line ends here, and its address holds bytes that must be encoded.
    Mended {
        /// The line that stands for it, without its end.
        line: Vec<u8>,
        /// How long the line was.
        length: usize,
        /// Whether it held what not even a lenient parser can tell from the end of the address: spaces, tabs, quotes.
        is_ambiguous: bool,
    },
}

/// Looks at the bytes with which a request begins.
pub(super) fn read(bytes: &[u8]) -> FirstLine {
    // An empty line before a request is allowed.
    let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let begun = &bytes[blank..];
    let method = begun.iter().take(LONGEST_METHOD).take_while(|byte| byte.is_ascii_uppercase()).count();
    if method == LONGEST_METHOD || begun.get(method).is_some_and(|byte| *byte != b' ') || (method == 0 && blank == 0) {
        return FirstLine::Fine;
    }
    let Some(end) = memchr(b'\n', begun) else { return FirstLine::Incomplete };
    let line = begun[..end].strip_suffix(b"\r").unwrap_or(&begun[..end]);
    // Nearly every line: a space before and one behind the address.
    if count_odd(line) == 2 && memrchr(b' ', line).is_some_and(|last| last > method) {
        return FirstLine::Fine;
    }
    let mut parts = line.splitn(4, |byte| *byte == b' ');
    let target = parts.by_ref().nth(1).unwrap_or_default();
    if parts.nth(1).is_none() && !target.iter().any(|byte| must_be_encoded(*byte, target)) {
        return FirstLine::Fine;
    }
    match mend(line, method) {
        Some((line, is_ambiguous)) => FirstLine::Mended { length: blank + end + 1, line, is_ambiguous },
        None => FirstLine::Fine,
    }
}

/// How many bytes are spaces, or may have to be encoded. Without a branch for a byte, so that many are compared at
/// once.
fn count_odd(line: &[u8]) -> usize {
    let is_odd = |byte: u8| byte <= b' ' || byte >= 0x7f || matches!(byte, b'"' | b'<' | b'>' | b'`' | b'#');
    let odd = |part: &[u8]| usize::from(part.iter().fold(0_u8, |odd, byte| odd + u8::from(is_odd(*byte))));
    // What a byte can count to.
    line.chunks(usize::from(u8::MAX)).map(odd).sum()
}

fn mend(line: &[u8], method: usize) -> Option<(Vec<u8>, bool)> {
    let version = line.iter().rposition(|byte| *byte == b' ').filter(|at| *at > method)?;
    if !line[version..].starts_with(b" HTTP/1.") {
        return None;
    }
    let target = &line[method + 1..version];
    let mut mended = line[..=method].to_vec();
    for byte in target {
        if must_be_encoded(*byte, target) {
            mended.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
        } else {
            mended.push(*byte);
        }
    }
    mended.extend_from_slice(&line[version..]);
    Some((mended, target.iter().any(|byte| matches!(byte, b' ' | b'\t' | b'"'))))
}

/// What the parser refuses in an address, other control characters apart, which are nobody's mistake; and a `#` in a
/// postback, which it would take for the end: `transaction_id=#1001`.
fn must_be_encoded(byte: u8, target: &[u8]) -> bool {
    matches!(byte, b' ' | b'\t' | b'"' | b'<' | b'>' | b'`' | 0x7f..) || (byte == b'#' && is_api(target))
}

const fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'A' + value - 10 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(line: &str) -> (String, bool) {
        mended_bytes(format!("{line}\r\nHost: x\r\n\r\n").as_bytes())
    }

    fn mended_bytes(bytes: &[u8]) -> (String, bool) {
        match read(bytes) {
            FirstLine::Mended { line, is_ambiguous, length } => {
                assert_eq!(bytes[length - 1], b'\n');
                (String::from_utf8(line).unwrap(), is_ambiguous)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn bytes_that_have_to_be_encoded_are() {
        for (line, wanted, is_ambiguous) in [
            ("GET /t/abc HTTP/1.1 HTTP/1.1", "GET /t/abc%20HTTP/1.1 HTTP/1.1", true),
            ("GET /p?name=A B&c=\t HTTP/1.1", "GET /p?name=A%20B&c=%09 HTTP/1.1", true),
            ("GET /p?x=\"1\" HTTP/1.0", "GET /p?x=%221%22 HTTP/1.0", true),
            ("GET /p?click_id=<click> HTTP/1.1", "GET /p?click_id=%3Cclick%3E HTTP/1.1", false),
            ("GET /t/abc\u{200b} HTTP/1.1", "GET /t/abc%E2%80%8B HTTP/1.1", false),
            ("GET  /p HTTP/1.1", "GET %20/p HTTP/1.1", true),
            ("GET /t/abc` HTTP/1.1", "GET /t/abc%60 HTTP/1.1", false),
            ("GET /api/postback?txn=#1&a=2 HTTP/1.1", "GET /api/postback?txn=%231&a=2 HTTP/1.1", false),
        ] {
            assert_eq!(mended(line), (wanted.to_owned(), is_ambiguous), "{line}");
        }
        let latin = mended_bytes(b"\r\nGET /p?a=1\xa4cy=USD HTTP/1.1\r\n\r\n");
        assert_eq!(latin, ("GET /p?a=1%A4cy=USD HTTP/1.1".to_owned(), false));
    }

    #[test]
    fn everything_else_is_left_to_the_parser() {
        for bytes in [
            &b"GET /t/abc HTTP/1.1\r\nHost: \"x\"\r\n\r\n"[..],
            b"POST /api/postback?a={b}|^ HTTP/1.1\r\n",
            b"\x16\x03\x01\x02\x00\x01",
            b"get /x HTTP/1.1",
            b"GET /docs/tracking#postback HTTP/1.1\r\n",
            b"GET /x y HTTP/2.0\r\n",
            b"A=1&b=2",
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"GET\r\n",
        ] {
            assert_eq!(read(bytes), FirstLine::Fine, "{}", String::from_utf8_lossy(bytes));
        }
        for bytes in [&b"GET"[..], b"GET /t/ab", b"GET /t/abc HTTP/1.1\r", b"\r\n", b""] {
            let wanted = if bytes.is_empty() { FirstLine::Fine } else { FirstLine::Incomplete };
            assert_eq!(read(bytes), wanted, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
