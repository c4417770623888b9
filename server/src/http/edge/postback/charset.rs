//! In which characters a body was written, as far as it says so.

use super::body::BodyError;

/// How a body's bytes become a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// UTF-8, also where nothing is said.
    Utf8,
    /// ISO-8859-1 or Windows-1252.
    Western,
}

/// The charset of a `Content-Type`; any other than these would be read as something that it isn't.
pub(super) fn charset_of(content_type: &str) -> Result<Charset, BodyError> {
    let mut parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let Some((_, charset)) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset")) else {
        return Ok(Charset::Utf8);
    };
    let charset = charset.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    // The names that browsers know, and others that differ in marks alone.
    match charset.replace(['-', '_', ':', ' '], "").as_str() {
        "" | "utf8" | "utf8sig" | "unicode11utf8" | "unicode20utf8" | "xunicode20utf8" | "usascii" | "ascii"
        | "ansix3.41968" => Ok(Charset::Utf8),
        "iso88591" | "iso885911987" | "isoir100" | "csisolatin1" | "latin1" | "l1" | "ibm819" | "cp819"
        | "windows1252" | "cp1252" | "xcp1252" => Ok(Charset::Western),
        _ => Err(refused(named(&charset))),
    }
}

/// UTF-16, told by its mark, or by the zero that every second byte of our names is.
pub(super) fn refuse_utf16(bytes: &[u8]) -> Result<(), BodyError> {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..] => Err(refused("UTF-16")),
        _ => Ok(()),
    }
}

fn refused(name: &str) -> BodyError {
    let message = format!("The body is in {name}. Send it in UTF-8; ISO-8859-1 and Windows-1252 are read as well.");
    BodyError::unreadable(format!("in {name}"), message)
}

/// A name as it may be shown: too short to hold a key.
fn named(charset: &str) -> &str {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_:.".contains(&byte);
    if charset.len() <= 20 && charset.bytes().all(is_name) { charset } else { "another charset" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_rightly_is_refused_by_name() {
        for (declared, charset) in [
            ("text/plain", Charset::Utf8),
            ("text/plain; charset=UTF-8", Charset::Utf8),
            ("application/json;charset=\"utf8\"", Charset::Utf8),
            ("text/plain; format=flowed; Charset=us-ascii", Charset::Utf8),
            ("application/x-www-form-urlencoded; charset=ISO-8859-1", Charset::Western),
            ("text/plain; charset=cp1252", Charset::Western),
        ] {
            assert_eq!(charset_of(declared), Ok(charset), "{declared}");
        }
        for (names, charset) in [
            ("UTF-8 utf8 UTF_8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf-8-sig", Charset::Utf8),
            ("US-ASCII us_ascii ascii ANSI_X3.4-1968", Charset::Utf8),
            ("ISO-8859-1 iso8859-1 iso88591 ISO_8859-1 ISO_8859-1:1987 iso-ir-100 csISOLatin1", Charset::Western),
            ("latin1 Latin-1 latin_1 l1 IBM819 cp819", Charset::Western),
            ("windows-1252 Windows1252 WINDOWS_1252 cp1252 cp-1252 x-cp1252", Charset::Western),
        ] {
            for name in names.split(' ') {
                assert_eq!(charset_of(&format!("text/plain; charset=\"{name}\"")), Ok(charset), "{name}");
            }
        }
        for name in ["windows-1251", "koi8-r", "utf-16", "iso-8859-11", "iso-8859-15", "shift_jis", "gbk", "utf-7"] {
            let error = charset_of(&format!("text/plain; charset={name}")).unwrap_err();
            assert!(error.to_string().contains(name) && error.why().contains(name), "{error}");
        }
        assert!(
            refuse_utf16("\u{feff}a=1".as_bytes()).is_ok() && refuse_utf16(b"").is_ok() && refuse_utf16(b"a").is_ok()
        );
        for bytes in [&b"\xff\xfea\0"[..], b"\xfe\xff\0a", b"{\0\"\0", b"\0{\0\""] {
            assert!(refuse_utf16(bytes).unwrap_err().to_string().contains("UTF-16"));
        }
    }
}
