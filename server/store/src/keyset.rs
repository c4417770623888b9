//! Pages by key: a page begins behind the last row of the one before, whatever was added in front of it since. So every
//! row is on exactly one page, unless what the list is sorted by changes meanwhile.

use domain::{Cursor, Page, Place};
use uuid::Uuid;

/// What the rows of a list are sorted by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    key: Key,
    /// The column that no two rows share; it decides between rows with the same key, in the same direction.
    id: &'static str,
    is_ascending: bool,
}

#[derive(Debug, Clone, Copy)]
enum Key {
    Id,
    /// An expression of whole numbers.
    Number(&'static str),
    /// A column of texts, sorted by their small letters as the database knows them.
    Text(&'static str),
}

impl Order {
    /// The newest first: ids grow with time.
    pub(crate) const fn newest(id: &'static str) -> Self {
        Self { key: Key::Id, id, is_ascending: false }
    }

    /// The oldest first.
    pub(crate) const fn oldest(id: &'static str) -> Self {
        Self { key: Key::Id, id, is_ascending: true }
    }

    /// The largest first.
    pub(crate) const fn largest(number: &'static str, id: &'static str) -> Self {
        Self { key: Key::Number(number), id, is_ascending: false }
    }

    /// The smallest first.
    pub(crate) const fn smallest(number: &'static str, id: &'static str) -> Self {
        Self { key: Key::Number(number), id, is_ascending: true }
    }

    /// By name.
    pub(crate) const fn by_name(name: &'static str, id: &'static str) -> Self {
        Self { key: Key::Text(name), id, is_ascending: true }
    }
}

/// The parts of a query that find the rows of a page.
#[derive(Debug)]
pub(crate) struct Keyset {
    order: Order,
    place: Place,
}

impl Keyset {
    /// Of the page that is asked for; of the first one where the key is none of this order's.
    pub(crate) fn of(order: Order, place: &Place) -> Self {
        let place = match (order.key, place.clone()) {
            (Key::Number(_), Place::After(cursor) | Place::Before(cursor)) if cursor.key.parse::<i64>().is_err() => {
                Place::First
            }
            (_, place) => place,
        };
        Self { order, place }
    }

    /// Which page it is of.
    pub(crate) fn into_place(self) -> Place {
        self.place
    }

    /// Of the whole list.
    pub(crate) const fn whole(order: Order) -> Self {
        Self { order, place: Place::First }
    }

    /// Whether small keys are read before large ones.
    pub(crate) const fn is_ascending(&self) -> bool {
        self.order.is_ascending != self.place.is_backwards()
    }

    /// What follows `order by`.
    pub(crate) fn order_by(&self) -> String {
        let (id, direction) = (self.order.id, if self.is_ascending() { "asc" } else { "desc" });
        match self.order.key {
            Key::Id => format!("{id} {direction}"),
            Key::Number(number) => format!("{number} {direction}, {id} {direction}"),
            Key::Text(text) => format!("lower({text}) {direction}, {id} {direction}"),
        }
    }

    /// What the rows have to fulfil, given the parameters that hold [`Keyset::key`] and [`Keyset::id`]. In words of its
    /// own for each page, so that the rows before it are passed over by index where there is one.
    pub(crate) fn condition(&self, key: &str, id: &str) -> String {
        let (row, than) = (self.order.id, if self.is_ascending() { ">" } else { "<" });
        match (&self.place, self.order.key) {
            (Place::First, _) => format!("({key} is null and {id} is null)"),
            (_, Key::Id) => format!("({key} is null and {row} {than} {id})"),
            (_, Key::Number(number)) => format!("(({number}, {row}) {than} (cast({key} as bigint), {id}))"),
            (_, Key::Text(text)) => format!("((lower({text}), {row}) {than} (lower({key}), {id}))"),
        }
    }

    /// What the list is sorted by, of the row beside the page.
    pub(crate) fn key(&self) -> Option<String> {
        match self.order.key {
            Key::Id => None,
            Key::Number(_) | Key::Text(_) => self.place.cursor().map(|cursor| cursor.key.clone()),
        }
    }

    /// The id of the row beside the page.
    pub(crate) fn id(&self) -> Option<Uuid> {
        self.place.cursor().map(|cursor| cursor.id)
    }

    /// The page, from the rows that were read: one more than fits, if there are so many.
    pub(crate) fn page<T>(&self, rows: Vec<T>, cursor: impl Fn(&T) -> Cursor) -> Page<T> {
        Page::from_rows(rows, &self.place, cursor)
    }
}

/// The place of a row in a list that is sorted by id alone.
pub(crate) const fn by_id(id: Uuid) -> Cursor {
    Cursor { key: String::new(), id }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_away_from_the_row_beside_it() {
        let row = |n: u128, key: &str| Cursor { key: key.to_owned(), id: Uuid::from_u128(n) };
        let newest = Order::newest("o.id");
        let first = Keyset::of(newest, &Place::First);
        assert_eq!(first.order_by(), "o.id desc");
        assert_eq!(first.condition("$1", "$2"), "($1 is null and $2 is null)");
        assert_eq!((first.key(), first.id()), (None, None));
        let after = Keyset::of(newest, &Place::After(row(7, "left over")));
        assert_eq!(after.order_by(), "o.id desc");
        assert_eq!(after.condition("$1", "$2"), "($1 is null and o.id < $2)");
        assert_eq!((after.key(), after.id()), (None, Some(Uuid::from_u128(7))));
        let before = Keyset::of(newest, &Place::Before(row(7, "")));
        assert_eq!(before.order_by(), "o.id asc");
        assert_eq!(before.condition("$1", "$2"), "($1 is null and o.id > $2)");
        let after = Keyset::of(Order::largest("t.clicks", "o.id"), &Place::After(row(7, "5")));
        assert_eq!(after.order_by(), "t.clicks desc, o.id desc");
        assert_eq!(after.condition("$1", "$2"), "((t.clicks, o.id) < (cast($1 as bigint), $2))");
        assert_eq!(after.key().as_deref(), Some("5"));
        let before = Keyset::of(Order::by_name("o.name", "o.id"), &Place::Before(row(7, "Shoes")));
        assert_eq!(before.order_by(), "lower(o.name) desc, o.id desc");
        assert_eq!(before.condition("$1", "$2"), "((lower(o.name), o.id) < (lower($1), $2))");
    }

    #[test]
    fn a_key_that_is_no_number_asks_for_the_first_page_by_number() {
        for key in ["", "Shoes", "9223372036854775808", "1.5"] {
            let place = Place::After(Cursor { key: key.to_owned(), id: Uuid::from_u128(7) });
            let keyset = Keyset::of(Order::largest("t.clicks", "o.id"), &place);
            assert_eq!((keyset.key(), keyset.id()), (None, None), "{key}");
        }
    }
}
