//! The counters: tables of sums that are changed in the transaction of what they count. Each counter's key and sums are
//! defined here, once. Made from that are the upserts of both engines, the audit's checks of conversions and
//! partnerships, and the bench's data for partnerships. Written by hand are the audit's checks of clicks per link, of
//! offers and of hours, and the rest of the bench's data.

/// A table of sums.
#[derive(Debug)]
pub struct Counter {
    /// The table's name.
    pub table: &'static str,
    /// The columns of its primary key.
    pub key: &'static [Column],
    /// The columns that change.
    pub sums: &'static [Sum],
}

/// A column of a key.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its type on PostgreSQL.
    postgres: &'static str,
}

/// A column that changes.
#[derive(Debug)]
pub struct Sum {
    /// Its name.
    pub name: &'static str,
    /// Its type on PostgreSQL.
    postgres: &'static str,
    /// Whether its bits are set; else it is added to, and a change may be negative.
    pub is_bits: bool,
}

const fn column(name: &'static str, postgres: &'static str) -> Column {
    Column { name, postgres }
}

const fn sum(name: &'static str) -> Sum {
    Sum { name, postgres: "bigint", is_bits: false }
}

const CLICK_SUMS: &[Sum] =
    &[sum("clicks"), sum("visits"), sum("bots"), Sum { name: "hours", postgres: "integer", is_bits: true }];
/// An amount of money is whole units and millionths, so that a sum can't overflow.
const CONVERSION_SUMS: &[Sum] =
    &[sum("conversions"), sum("amount_units"), sum("amount_micros"), sum("commission_units"), sum("commission_micros")];

/// Clicks of a link on a day: `clicks` are all of them, `visits` those by humans, `bots` those by bots. Bit n of
/// `hours` is set when there was one in hour n, UTC.
pub const CLICK_DAYS: Counter =
    Counter { table: "click_days", key: &[column("day", "bigint"), column("link_id", "uuid")], sums: CLICK_SUMS };
/// The same of all links of a partner and an affiliate.
pub const PARTNERSHIP_CLICK_DAYS: Counter = Counter {
    table: "partnership_click_days",
    key: &[column("day", "bigint"), column("partner_id", "uuid"), column("affiliate_id", "uuid")],
    sums: CLICK_SUMS,
};
/// Conversions of a link on a day, of one status and one currency.
pub const CONVERSION_DAYS: Counter = Counter {
    table: "conversion_days",
    key: &[column("day", "bigint"), column("link_id", "uuid"), column("status", "text"), column("currency", "text")],
    sums: CONVERSION_SUMS,
};
/// The same of all links of a partner and an affiliate.
pub const PARTNERSHIP_CONVERSION_DAYS: Counter = Counter {
    table: "partnership_conversion_days",
    key: &[
        column("day", "bigint"),
        column("partner_id", "uuid"),
        column("affiliate_id", "uuid"),
        column("status", "text"),
        column("currency", "text"),
    ],
    sums: CONVERSION_SUMS,
};
/// All that was ever counted of an offer. What applications change of it is not counted in batches.
pub const OFFER_TOTALS: Counter =
    Counter { table: "offer_totals", key: &[column("offer_id", "uuid")], sums: &[sum("clicks"), sum("conversions")] };

impl Counter {
    fn key_names(&self) -> String {
        joined(self.key.iter().map(|column| column.name.to_owned()))
    }

    fn sum_names(&self) -> String {
        joined(self.sums.iter().map(|sum| sum.name.to_owned()))
    }

    /// What an `insert into … as counted` ends with where the row is there already.
    fn on_conflict(&self) -> String {
        let changes = self.sums.iter().map(|sum| {
            let (name, operator) = (sum.name, if sum.is_bits { "|" } else { "+" });
            format!("{name} = counted.{name} {operator} excluded.{name}")
        });
        format!("on conflict ({}) do update set {}", self.key_names(), joined(changes))
    }

    /// Changes one row by its values: those of the key, then those of the sums.
    pub(crate) fn sqlite_upsert(&self) -> String {
        let values = joined((1..=self.key.len() + self.sums.len()).map(|place| format!("?{place}")));
        format!(
            "insert into {} as counted ({}, {}) values ({values}) {}",
            self.table,
            self.key_names(),
            self.sum_names(),
            self.on_conflict()
        )
    }

    /// Changes many rows by arrays: those of the sums, then those of the key, from `$first` on; only where a condition holds.
    pub(crate) fn postgres_upsert(&self, first: usize, condition: &str) -> String {
        let types = self.sums.iter().map(|sum| sum.postgres).chain(self.key.iter().map(|column| column.postgres));
        let arrays = joined((first..).zip(types).map(|(place, kind)| format!("${place}::{kind}[]")));
        format!(
            "insert into {} as counted ({}, {}) select * from unnest({arrays}) new where {condition} {}",
            self.table,
            self.sum_names(),
            self.key_names(),
            self.on_conflict()
        )
    }

    /// Counts the keys whose sums differ from those of `others`. `others` selects the key and the negated sums, without
    /// bit columns, in the order of the columns.
    pub(crate) fn differences(&self, others: &str) -> String {
        let added: Vec<_> = self.sums.iter().filter(|sum| !sum.is_bits).map(|sum| sum.name).collect();
        let sums = joined(added.iter().map(|name| format!("sum({name}) as {name}")));
        let differ = added.iter().map(|name| format!("{name} <> 0")).collect::<Vec<_>>().join(" or ");
        let (key, names) = (self.key_names(), added.join(", "));
        format!(
            "select count(*) from (
                select {key}, {sums} from (
                    select {key}, {names} from {} union all {others}
                ) both_sides group by {key}
            ) difference where {differ}",
            self.table
        )
    }

    /// The negative sums of a counter of links, by the key of one of partnerships: bits are left out.
    pub(crate) fn negative_of_links(&self, links: &Self) -> String {
        let added = self.sums.iter().filter(|sum| !sum.is_bits).map(|sum| format!("-d.{}", sum.name));
        format!(
            "select {}, {} from {} d join links l on l.id = d.link_id join offers o on o.id = l.offer_id",
            joined(self.key.iter().map(partnership_column)),
            joined(added),
            links.table
        )
    }

    /// Adds to a counter of partnerships what is in one of links, where that is of offers that meet a condition on `o`;
    /// `bits` stands for what bits become.
    pub fn fill_from_links(&self, links: &Self, condition: &str, bits: &str) -> String {
        let sums =
            self.sums.iter().map(|sum| if sum.is_bits { bits.to_owned() } else { format!("sum(d.{})", sum.name) });
        let key = joined(self.key.iter().map(partnership_column));
        format!(
            "insert into {} ({}, {}) select {key}, {}
            from {} d join links l on l.id = d.link_id join offers o on o.id = l.offer_id
            where {condition} group by {key}",
            self.table,
            self.key_names(),
            self.sum_names(),
            joined(sums),
            links.table
        )
    }
}

/// A column of a partnership's key, as it is found beside a counter `d` of links.
fn partnership_column(column: &Column) -> String {
    match column.name {
        "partner_id" => "o.partner_id".to_owned(),
        "affiliate_id" => "l.affiliate_id".to_owned(),
        name => format!("d.{name}"),
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_changed_by_its_definition() {
        assert_eq!(
            CLICK_DAYS.sqlite_upsert(),
            "insert into click_days as counted (day, link_id, clicks, visits, bots, hours) \
             values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (day, link_id) do update set \
             clicks = counted.clicks + excluded.clicks, visits = counted.visits + excluded.visits, \
             bots = counted.bots + excluded.bots, hours = counted.hours | excluded.hours"
        );
        assert_eq!(
            OFFER_TOTALS.postgres_upsert(7, "true"),
            "insert into offer_totals as counted (clicks, conversions, offer_id) \
             select * from unnest($7::bigint[], $8::bigint[], $9::uuid[]) new where true \
             on conflict (offer_id) do update set clicks = counted.clicks + excluded.clicks, \
             conversions = counted.conversions + excluded.conversions"
        );
    }
}
