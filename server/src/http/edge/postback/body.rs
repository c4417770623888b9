//! A postback's body: read within its limits, and by what it is.

use std::{convert::Infallible, fmt, time::Duration};

use axum::{
    body::{Body, HttpBody as _},
    http::{HeaderMap, header},
};
use http_body_util::BodyExt as _;

use super::{
    charset::{Charset, charset_of, refuse_utf16},
    form::{Form, read_form, text},
    json::read_json,
};

/// "Bodies 16 KiB on the postback, in 10 s."
const LIMIT: usize = 16 * 1024;
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// So much of what is too large is taken in all the same: a client that writes everything before it reads would else
/// find its connection reset, and never see the answer.
const DISCARDED: usize = 1024 * 1024;
/// What says that nothing is compressed: `identity`, and what is mistaken for it, names of characters and of the
/// encodings of mails.
const NO_COMPRESSION: [&str; 8] = ["", "identity", "none", "utf-8", "utf8", "7bit", "8bit", "binary"];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why a body can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BodyError {
    /// Over 16 KiB.
    TooLarge,
    /// Compressed, and how.
    Compressed(&'static str),
    /// Neither a form nor an object.
    Unreadable {
        /// In a few words.
        why: String,
        /// In sentences.
        message: String,
    },
}

impl BodyError {
    pub(super) fn unreadable(why: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Unreadable { why: why.into(), message: message.into() }
    }

    /// In a few words, for a warning. They are ours: of what was sent there is only a charset's name.
    pub(super) fn why(&self) -> String {
        match self {
            Self::TooLarge => "larger than 16 KiB".to_owned(),
            Self::Compressed(how) => format!("compressed ({how})"),
            Self::Unreadable { why, .. } => why.clone(),
        }
    }
}

/// In a sentence, for an error.
impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("The body is larger than 16 KiB; a postback needs a few hundred bytes."),
            Self::Compressed(how) => {
                write!(f, "The body is compressed ({how}); send it as it is, without a Content-Encoding.")
            }
            Self::Unreadable { message, .. } => f.write_str(message),
        }
    }
}

/// The parameters in a body.
pub(super) async fn read_body(headers: &HeaderMap, body: Body) -> Result<Form, BodyError> {
    let compressed = content_encoding(headers);
    // A client that asks before sending need not send what isn't taken.
    if headers.contains_key(header::EXPECT) {
        if body.size_hint().lower() > LIMIT as u64 {
            return Err(BodyError::TooLarge);
        }
        if let Some(how) = compressed {
            return Err(BodyError::Compressed(how));
        }
    }
    match (collect(body).await, compressed) {
        (Err(BodyError::TooLarge), _) => Err(BodyError::TooLarge),
        (Ok(bytes), _) if bytes.is_empty() => Ok(Form::default()),
        (_, Some(how)) => Err(BodyError::Compressed(how)),
        (bytes, None) => read(headers, &bytes?).await,
    }
}

/// The whole body, in memory.
async fn collect(body: Body) -> Result<Vec<u8>, BodyError> {
    let mut collected = Collected::default();
    let outcome = tokio::time::timeout(BODY_TIMEOUT, collected.fill(body)).await;
    if collected.total > LIMIT {
        return Err(BodyError::TooLarge);
    }
    match outcome {
        Ok(Ok(())) => Ok(collected.bytes),
        Ok(Err(_)) => Err(BodyError::unreadable("broken off", "The body broke off.")),
        Err(_) => Err(BodyError::unreadable("late", "The body did not arrive within 10 seconds.")),
    }
}

#[derive(Default)]
struct Collected {
    bytes: Vec<u8>,
    total: usize,
}

impl Collected {
    async fn fill(&mut self, mut body: Body) -> Result<(), axum::Error> {
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame?.into_data() else { continue };
            self.total += data.len();
            if self.total <= LIMIT {
                self.bytes.extend_from_slice(&data);
            } else if self.total > DISCARDED {
                break;
            }
        }
        Ok(())
    }
}

/// How a body is compressed, if it is: in words of our own.
fn content_encoding(headers: &HeaderMap) -> Option<&'static str> {
    let values = headers.get_all(header::CONTENT_ENCODING).iter().map(|value| value.to_str().unwrap_or("?"));
    let mut encodings = values.flat_map(|value| value.split(',')).map(|encoding| encoding.trim().to_ascii_lowercase());
    let encoding = encodings.find(|encoding| !NO_COMPRESSION.contains(&encoding.as_str()))?;
    Some(match encoding.as_str() {
        "gzip" | "x-gzip" => "gzip",
        "deflate" => "deflate",
        "compress" | "x-compress" => "compress",
        "br" => "br",
        "zstd" => "zstd",
        _ => "an unknown encoding",
    })
}

async fn read(headers: &HeaderMap, bytes: &[u8]) -> Result<Form, BodyError> {
    let content_type = headers.get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let content_type = content_type.unwrap_or_default();
    let charset = charset_of(&content_type)?;
    refuse_utf16(bytes)?;
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match (kind.as_str(), bytes.trim_ascii_start()) {
        // Whatever it is called.
        (_, [0x1f, 0x8b, ..]) => Err(BodyError::Compressed("gzip")),
        // "An unknown content type is read as if none were given": as a form, or as JSON if it begins with `{`. So is
        // what is called a form, as curl calls everything.
        (kind, start) if is_json(kind) || start.starts_with(b"{") => json(bytes, charset),
        ("multipart/form-data", _) => multipart(&content_type, bytes).await,
        (_, [b'<', ..]) => {
            let message = "The body looks like XML. It must be a form (name=value&name=value) or a JSON object.";
            Err(BodyError::unreadable("not readable: it looks like XML", message))
        }
        (_, start) => Ok(Form { shape: shape(start), ..read_form(bytes) }),
    }
}

/// By any of its names, such as `application/vnd.api+json`.
fn is_json(kind: &str) -> bool {
    matches!(kind, "application/json" | "text/json") || kind.ends_with("+json")
}

/// What is called a form, or nothing, and looks like something else.
const fn shape(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'[', ..] => Some("The body looks like a JSON list; it must be one object."),
        [b'-', b'-', ..] => {
            Some("The body looks like multipart/form-data, which needs that Content-Type and its boundary.")
        }
        _ => None,
    }
}

/// JSON is UTF-8, unless it says that it is something else that is read.
fn json(bytes: &[u8], charset: Charset) -> Result<Form, BodyError> {
    if charset == Charset::Utf8 || std::str::from_utf8(bytes).is_ok() {
        return read_json(bytes);
    }
    let mut form = read_json(text(bytes.to_vec()).0.as_bytes())?;
    let changed = form.pairs.iter().filter(|(_, value)| !value.is_ascii());
    form.not_utf8 = changed.map(|(name, _)| name.clone()).collect();
    Ok(form)
}

async fn multipart(content_type: &str, bytes: &[u8]) -> Result<Form, BodyError> {
    let wrong = |_| BodyError::unreadable("not readable as multipart", "The multipart body can't be read.");
    let boundary = multer::parse_boundary(content_type).map_err(wrong)?;
    let bytes = bytes::Bytes::copy_from_slice(bytes);
    let stream = futures::stream::once(async move { Ok::<_, Infallible>(bytes) });
    let mut multipart = multer::Multipart::new(stream, boundary);
    let mut form = Form::default();
    while let Some(field) = multipart.next_field().await.map_err(wrong)? {
        if let Some(kind) = field.headers().get(header::CONTENT_TYPE) {
            charset_of(&String::from_utf8_lossy(kind.as_bytes()))?;
        }
        let name = field.name().unwrap_or_default().to_owned();
        form.push(name, field.bytes().await.map_err(wrong)?.into());
    }
    Ok(form)
}
