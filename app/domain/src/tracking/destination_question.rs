//! What of a destination its partner has to say once more before it is stored: it may be a slip.

use percent_encoding::percent_decode_str;

use crate::{Destination, text::html::is_ampersand};

/// Something in an address that is rarely meant, worded for the field of a form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DestinationQuestion {
    /// It was copied out of HTML, where `&` is written as `&amp;`.
    #[error("contains {found}, which is HTML for {plain}. Did you mean {meant}?")]
    Html {
        /// As it stands in the address.
        found: String,
        /// What that stands for.
        plain: &'static str,
        /// The address without such signs.
        meant: String,
    },
    /// It holds a placeholder that nobody fills in.
    #[error(
        "contains {found}, which looks like a macro. Macros aren't replaced yet: visitors would arrive with these very \
         letters in the address. click_id, offer_id and affiliate_id are appended without a macro"
    )]
    Macro {
        /// The placeholder, with its brackets.
        found: String,
    },
}

/// `&currency=`, when HTML has read it as `&curren` and `cy=`; lower-case.
const MANGLED_CURRENCY: &str = "%c2%a4cy=";

/// Opening and closing brackets of macros, lower-case, and whether they also stand in names such as `filter[color]`.
const BRACKETS: [(&str, &str, bool); 6] = [
    ("{", "}", false),
    ("%7b", "%7d", false),
    ("<", ">", false),
    ("%3c", "%3e", false),
    ("[", "]", true),
    ("%5b", "%5d", true),
];

impl Destination {
    /// What its partner should confirm: each kind once.
    pub fn questions(&self) -> Vec<DestinationQuestion> {
        let html = first_html(self.as_str()).map(|(at, length, plain)| DestinationQuestion::Html {
            found: self.as_str()[at..at + length].to_owned(),
            plain,
            meant: without_html(self.as_str()),
        });
        let found = first_macro(self.as_str()).map(|found| percent_decode_str(found).decode_utf8_lossy().into_owned());
        html.into_iter().chain(found.map(|found| DestinationQuestion::Macro { found })).collect()
    }
}

/// The first sign of HTML: where, how long, and what it stands for.
fn first_html(text: &str) -> Option<(usize, usize, &'static str)> {
    let lower = text.to_ascii_lowercase();
    let currency = || lower.find(MANGLED_CURRENCY).map(|at| (at, MANGLED_CURRENCY.len(), "&currency="));
    first_ampersand(&lower).map(|(at, length)| (at, length, "&")).or_else(currency)
}

/// The first `&amp;`, `&#038;`, `&#x26;`: where, and how long.
fn first_ampersand(text: &str) -> Option<(usize, usize)> {
    text.match_indices('&').find_map(|(at, _)| {
        let (entity, _) = text[at + 1..].split_once(';')?;
        is_ampersand(entity).then_some((at, entity.len() + 2))
    })
}

/// Also `&amp;amp;`, which was copied out twice.
fn without_html(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some((at, length, plain)) = first_html(&text) {
        text.replace_range(at..at + length, plain);
    }
    text
}

/// The first placeholder, with its brackets, as it stands in the address.
fn first_macro(address: &str) -> Option<&str> {
    let lower = address.to_ascii_lowercase();
    // The brackets of an IPv6 host are no macro; braces in a host are.
    let path = lower.find("//").and_then(|at| lower[at + 2..].find(['/', '?', '#']).map(|end| at + 2 + end));
    let path = path.unwrap_or(lower.len());
    BRACKETS.into_iter().find_map(|(open, close, in_names)| {
        lower.match_indices(open).find_map(|(start, _)| {
            let name = start + open.len();
            let end = name + lower[name..].find(close)?;
            let stands_alone = !in_names || (start >= path && !follows_a_name(&lower[..start]));
            (stands_alone && is_macro_name(&lower[name..end])).then(|| &address[start..end + close.len()])
        })
    })
}

/// Whether a bracket behind this belongs to a name: `filter[color]`, `a[0][b]`.
fn follows_a_name(before: &str) -> bool {
    before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ']') && !before.ends_with("%5b")
}

/// Letters, digits and what joins them, as macros are named.
fn is_macro_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:|$".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn questions(text: &str) -> Vec<DestinationQuestion> {
        Destination::parse(text).unwrap().questions()
    }

    #[test]
    fn ampersands_of_html_are_asked_about_with_the_address_that_was_meant() {
        for (text, wanted) in [
            ("https://shop.example/p?a=1&amp;b=2&amp;c=3", "https://shop.example/p?a=1&b=2&c=3"),
            ("https://shop.example/p?a=1&AMP;b=2", "https://shop.example/p?a=1&b=2"),
            ("https://shop.example/p?a=1&#38;b=2&#x26;c=3", "https://shop.example/p?a=1&b=2&c=3"),
            ("https://shop.example/p?a=1&#038;b=2&#X026;c=3&#0038;d=4", "https://shop.example/p?a=1&b=2&c=3&d=4"),
            ("https://shop.example/p?a=1&#038;amp;b=2", "https://shop.example/p?a=1&b=2"),
            ("https://shop.example/p?a=1&amp;amp;b=2", "https://shop.example/p?a=1&b=2"),
            ("https://shop.example/p?a=1¤cy=USD", "https://shop.example/p?a=1&currency=USD"),
        ] {
            let found = questions(text);
            let [DestinationQuestion::Html { meant, .. }] = found.as_slice() else { panic!("{text}: {found:?}") };
            assert_eq!(meant, wanted, "{text}");
        }
        for text in [
            "https://shop.example/p?a=1&amp=2",
            "https://shop.example/amp;/x?amp;=1&b=2",
            "https://shop.example/p?a=1&#39;b=2",
        ] {
            assert!(questions(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn placeholders_are_asked_about_in_any_brackets() {
        for (text, wanted) in [
            ("https://shop.example/p?sub={click_id}", "{click_id}"),
            ("https://shop.example/p?sub={{sub.id}}", "{sub.id}"),
            ("https://shop.example/p?sub=${sub}", "{sub}"),
            ("https://shop.example/{lang}/p", "{lang}"),
            ("https://shop.example/p?sub=%7Bclick_id%7d", "{click_id}"),
            ("https://{sub}.shop.example/", "{sub}"),
            ("https://shop.example/p?sub=<click_id>", "<click_id>"),
            ("https://shop.example/p?sub=[CLICK_ID]", "[CLICK_ID]"),
            ("https://shop.example/[lang]/p#{top}", "{top}"),
            ("https://shop.example/p?sub=%5BCLICK_ID%5D", "[CLICK_ID]"),
        ] {
            let wanted = DestinationQuestion::Macro { found: wanted.to_owned() };
            assert_eq!(questions(text), [wanted], "{text}");
        }
        for text in [
            "http://[2001:db8::1]:8080/p?a=1",
            "https://shop.example/p?filter[color]=red&a[0][b]=1&c%5B0%5D=2",
            "https://shop.example/p?a=[]&b={}&c=%7B%7D",
            "https://shop.example/p?json=%7B%22a%22%3A1%7D",
        ] {
            assert!(questions(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn both_are_asked_about_at_once() {
        assert_eq!(questions("https://shop.example/p?a={x}&amp;b=1").len(), 2);
    }
}
