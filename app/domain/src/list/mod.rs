//! Lists that page, sort and filter by the address: each has a filter of its own, read from the words of the address.

mod filter;
mod page;
mod query;
mod words;

pub(crate) use self::filter::{address_word, list_filter, list_order};
pub use self::{
    filter::{AddressField, AddressWord, FilterPart, ListFilter, SearchText},
    page::{Cursor, Page, Place, ROWS_PER_PAGE},
    query::ListQuery,
    words::Words,
};
