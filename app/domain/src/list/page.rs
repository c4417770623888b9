//! Pages of a list.
//!
//! A page begins behind a row and not behind a number of rows: what is added in front of it moves nothing.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Rows on a page.
pub const ROWS_PER_PAGE: i64 = 50;

/// A row's place in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Cursor {
    /// What the list is sorted by, as text; empty where that is the id alone.
    pub key: String,
    /// The row's id, which decides between rows with the same key.
    pub id: Uuid,
}

impl Cursor {
    /// Reads the text form; nothing where a database could not be asked for it.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, key) = text.split_once('~').unwrap_or((text, ""));
        // Other lengths are other spellings of the same id.
        let id = Uuid::try_parse(id).ok().filter(|_| id.len() == 32)?;
        let key = from_hex(key).filter(|key| !key.contains('\0'))?;
        Some(Self { key, id })
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

impl TryFrom<String> for Cursor {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("no place in a list")
    }
}

/// The id's 32 digits, and the bytes of what the list is sorted by: `01890a5dac96774bbcceb302099a8057~53686f6573`.
/// Nothing in it means anything in an address, however often that is decoded on its way.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id.as_simple())?;
        if !self.key.is_empty() {
            f.write_str("~")?;
        }
        self.key.bytes().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn from_hex(hex: &str) -> Option<String> {
    let digits = hex.bytes().map(|byte| char::from(byte).to_digit(16)).collect::<Option<Vec<u32>>>()?;
    let bytes = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()
}

/// Which page of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The first.
    #[default]
    First,
    /// The one that follows a row.
    After(Cursor),
    /// The one that ends before a row.
    Before(Cursor),
}

impl Place {
    /// The row beside the page, which is not on it.
    pub const fn cursor(&self) -> Option<&Cursor> {
        match self {
            Self::First => None,
            Self::After(cursor) | Self::Before(cursor) => Some(cursor),
        }
    }

    /// Whether the page is read from its last row to its first.
    pub const fn is_backwards(&self) -> bool {
        matches!(self, Self::Before(_))
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// Its first row's place, before which the page before ends; nothing on the first.
    pub previous: Option<Cursor>,
    /// Its last row's place, after which the page that follows begins; nothing on the last.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// From rows as they were read, on the way back the last first; one more than fits tells that there are more.
    pub fn from_rows(mut rows: Vec<T>, place: &Place, cursor: impl Fn(&T) -> Cursor) -> Self {
        let fits = usize::try_from(ROWS_PER_PAGE).unwrap_or(usize::MAX);
        let has_more = rows.len() > fits;
        rows.truncate(fits);
        if place.is_backwards() {
            rows.reverse();
        }
        let (is_first, is_last) = match place {
            Place::First => (true, !has_more),
            Place::After(_) => (false, !has_more),
            Place::Before(_) => (!has_more, false),
        };
        let previous = rows.first().filter(|_| !is_first).map(&cursor);
        let next = rows.last().filter(|_| !is_last).map(&cursor);
        Self { rows, previous, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(number: u128, key: &str) -> Cursor {
        Cursor { key: key.to_owned(), id: Uuid::from_u128(number) }
    }

    /// The page of some of the numbers of a list from 1, as a database reads it.
    fn page(read: impl IntoIterator<Item = u128>, place: &Place) -> Page<u128> {
        Page::from_rows(read.into_iter().take(51).collect(), place, |number| cursor(*number, ""))
    }

    #[test]
    fn a_cursor_survives_its_text() {
        for key in ["", "5", "-5", "Shoes", "a~b", "~", "Шоп & Söhne?", "100%25 %41", "é".repeat(120).as_str()] {
            let cursor = cursor(7, key);
            let text = cursor.to_string();
            assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'~'), "{text}");
            assert_eq!(Cursor::parse(&text), Some(cursor));
        }
        assert_eq!(cursor(0xa5, "").to_string(), "000000000000000000000000000000a5");
        assert_eq!(cursor(0xa5, "-5é").to_string(), "000000000000000000000000000000a5~2d35c3a9");
    }

    #[test]
    fn what_is_no_cursor_is_none() {
        let id = Uuid::from_u128(7);
        let with_key = |key: &str| format!("{}~{key}", id.as_simple());
        let [zero, half, letters, no_text] = ["00", "353", "zz", "ff"].map(with_key);
        for text in ["", "2", "~", "nonsense", "é", &id.to_string(), &zero, &half, &letters, &no_text] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }

    #[test]
    fn pages_lead_to_their_neighbours() {
        let text = |number| Some(cursor(number, ""));
        let first = page(1..=101, &Place::First);
        assert_eq!((first.rows.first(), first.rows.last(), first.rows.len()), (Some(&1), Some(&50), 50));
        assert_eq!((first.previous, first.next), (None, text(50)));
        let second = page(51..=101, &Place::After(cursor(50, "")));
        assert_eq!((second.previous, second.next), (text(51), text(100)));
        let third = page(101..=101, &Place::After(cursor(100, "")));
        assert_eq!((third.rows, third.previous, third.next), (vec![101], text(101), None));
        let back = page((1..=100).rev(), &Place::Before(cursor(101, "")));
        assert_eq!((back.rows, back.previous, back.next), ((51..=100).collect::<Vec<_>>(), text(51), text(100)));
        let back = page((1..=50).rev(), &Place::Before(cursor(51, "")));
        assert_eq!((back.rows, back.previous, back.next), ((1..=50).collect::<Vec<_>>(), None, text(50)));
        let only = page(1..=50, &Place::First);
        assert_eq!((only.rows.len(), only.previous, only.next), (50, None, None));
        let behind = page(0..0, &Place::After(cursor(101, "")));
        assert_eq!((behind.rows, behind.previous, behind.next), (Vec::new(), None, None));
    }

    #[test]
    fn a_page_lies_beside_a_row_unless_it_is_the_first() {
        let row = cursor(7, "");
        assert_eq!(Place::First.cursor(), None);
        assert_eq!(Place::After(row.clone()).cursor(), Some(&row));
        assert_eq!(Place::Before(row.clone()).cursor(), Some(&row));
    }
}
