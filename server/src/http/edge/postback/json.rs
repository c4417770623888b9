//! A body that is a JSON object.

use std::fmt;

use domain::postback::known_name;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{body::BodyError, form::Form};

const WRONG: &str = "The body must be a JSON object of strings and numbers, for example {\"click_id\":\"clk_…\"}.";

/// The members with names of ours, whose values must be strings or numbers, and of the others those that are such: a
/// webhook's body is about other things, which are nobody's business here.
pub(super) fn read_json(bytes: &[u8]) -> Result<Form, BodyError> {
    let mut form = Form::default();
    if bytes.trim_ascii().is_empty() {
        return Ok(form);
    }
    let members: Members = serde_json::from_slice(bytes).map_err(|_| unreadable(bytes))?;
    for (name, value) in members.0 {
        match (value.get().as_bytes(), known_name(&name)) {
            (b"null", _) => {}
            ([b'"', ..], known) => match serde_json::from_str(value.get()) {
                Ok(text) => form.pairs.push((name, text)),
                Err(_) if known.is_some() => return Err(unreadable(bytes)),
                Err(_) => {}
            },
            // A number's own digits, so that nothing is lost by way of a float.
            ([b'-' | b'0'..=b'9', ..], _) => form.pairs.push((name, value.get().to_owned())),
            (other, Some(known)) => return Err(wrong_member(known, other)),
            ([b'{' | b'[', ..], None) => form.nested.extend(nested(&name, value.get())),
            (_, None) => {}
        }
    }
    Ok(form)
}

/// The names of key and click within a member, for a hint where they are missing at the top.
fn nested(member: &str, json: &str) -> impl Iterator<Item = (&'static str, String)> {
    let found = ["api_key", "click_id", "cid"].map(|name| holds_name(json, name).then_some(name));
    // Too short to hold a key.
    let is_plain =
        member.len() <= 20 && member.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    let member = if is_plain { member } else { "another member" }.to_owned();
    found.into_iter().flatten().map(move |name| (name, member.clone()))
}

/// Whether a member somewhere within has this name. The text is known to be JSON: a quote within a text has a backslash.
fn holds_name(json: &str, name: &str) -> bool {
    json.match_indices(name).any(|(at, _)| {
        let rest = json[at + name.len()..].strip_prefix('"');
        json[..at].ends_with('"') && rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
    })
}

fn wrong_member(name: &'static str, value: &[u8]) -> BodyError {
    let is = match value {
        [b'{', ..] => "an object",
        [b'[', ..] => "a list",
        _ => "true or false",
    };
    let message = format!("In the JSON body, {name} is {is}; it must be a string or a number.");
    BodyError::unreadable(format!("{name} is {is}"), message)
}

/// What is wrong with a body that should have been an object, by what it looks like.
fn unreadable(bytes: &[u8]) -> BodyError {
    let looks_like = match bytes.trim_ascii() {
        [b'<', ..] => " It looks like XML.",
        [b'[', ..] => " It looks like a list.",
        [b'-', b'-', ..] => " It looks like multipart/form-data, which needs that Content-Type and its boundary.",
        [b'{', ..] => " It begins like one, but isn't valid JSON.",
        [b'"', ..] => " It looks like a text.",
        other if other.contains(&b'=') => {
            " It looks like a form (name=value&name=value), which needs the Content-Type application/x-www-form-urlencoded."
        }
        _ => "",
    };
    BodyError::unreadable("not readable as JSON", format!("{WRONG}{looks_like}"))
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
