//! The three forms a postback's body can have.

use std::{fmt, time::Duration};

use axum::{body::Body, http::HeaderMap, http::header};
use http_body_util::{BodyExt, Limited};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::answer::Error;

/// "Bodies 16 KiB on the postback, in 10 s."
const LIMIT: usize = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);

/// Name and value of each parameter in a body.
pub(super) async fn read_body(headers: &HeaderMap, body: Body) -> Result<Vec<(String, String)>, Error> {
    let collected = tokio::time::timeout(PATIENCE, Limited::new(body, LIMIT).collect()).await;
    let bytes = match collected {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => return Err(Error::BodyTooLarge),
        Ok(Err(_)) => return Err(Error::InvalidBody("The body broke off.")),
        Err(_) => return Err(Error::InvalidBody("The body did not arrive within 10 seconds.")),
    };
    let content_type = headers.get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let content_type = content_type.unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => json_pairs(&bytes),
        "application/x-www-form-urlencoded" => Ok(form_pairs(&bytes)),
        "multipart/form-data" => multipart_pairs(&content_type, bytes).await,
        // "An unknown content type is read as if none were given": as a form, or as JSON if it begins with `{`.
        _ if bytes.trim_ascii_start().starts_with(b"{") => json_pairs(&bytes),
        _ => Ok(form_pairs(&bytes)),
    }
}

/// `a=1&b=2`, where `+` is a blank. Bytes that aren't UTF-8 are replaced.
pub(crate) fn form_pairs(bytes: &[u8]) -> Vec<(String, String)> {
    let decode = |part: &[u8]| {
        let blanks: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        percent_encoding::percent_decode(&blanks).decode_utf8_lossy().into_owned()
    };
    let pairs = bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = halves.next().unwrap_or_default();
            (decode(name), decode(halves.next().unwrap_or_default()))
        })
        .collect()
}

fn json_pairs(bytes: &[u8]) -> Result<Vec<(String, String)>, Error> {
    let wrong = "The body must be a JSON object of strings and numbers, for example {\"click_id\":\"clk_…\"}.";
    if bytes.trim_ascii().is_empty() {
        return Ok(Vec::new());
    }
    let members: Members = serde_json::from_slice(bytes).map_err(|_| Error::InvalidBody(wrong))?;
    let mut pairs = Vec::new();
    for (name, value) in members.0 {
        match value.get().as_bytes() {
            b"null" => {}
            [b'"', ..] => {
                pairs.push((name, serde_json::from_str(value.get()).map_err(|_| Error::InvalidBody(wrong))?));
            }
            // A number's own digits, so that nothing is lost by way of a float.
            [b'-' | b'0'..=b'9', ..] => pairs.push((name, value.get().to_owned())),
            _ => return Err(Error::InvalidBody(wrong)),
        }
    }
    Ok(pairs)
}

/// An object's members in their order, repeated names included.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}

async fn multipart_pairs(content_type: &str, bytes: bytes::Bytes) -> Result<Vec<(String, String)>, Error> {
    let wrong = |_| Error::InvalidBody("The multipart body can't be read.");
    let boundary = multer::parse_boundary(content_type).map_err(wrong)?;
    let stream = futures::stream::once(async move { Ok::<_, std::convert::Infallible>(bytes) });
    let mut multipart = multer::Multipart::new(stream, boundary);
    let mut pairs = Vec::new();
    while let Some(field) = multipart.next_field().await.map_err(wrong)? {
        let name = field.name().unwrap_or_default().to_owned();
        let value = field.bytes().await.map_err(wrong)?;
        pairs.push((name, String::from_utf8_lossy(&value).into_owned()));
    }
    Ok(pairs)
}
