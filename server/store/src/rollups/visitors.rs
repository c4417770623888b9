//! Which click is the first of its visitor on its link in 24 hours.
//!
//! Nobody can be told from what is kept for that: hashes of link, address and user agent by a key of the day, and key and
//! hashes are deleted two days later.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{Day, Timestamp};
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, query, query_as};
use uuid::Uuid;

use crate::{Conn, StoreError};

/// The keys of the days that are still told apart.
#[derive(Debug, Clone, Default)]
pub struct VisitorKeys(BTreeMap<Day, [u8; 32]>);

/// A human click, as it is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'c> {
    pub(crate) at: Timestamp,
    pub(crate) link: Uuid,
    pub(crate) ip: &'c str,
    pub(crate) user_agent: i64,
}

const DAY_MILLIS: i64 = 86_400_000;

impl VisitorKeys {
    /// The keys, by their days.
    pub fn new(keys: impl IntoIterator<Item = (Day, [u8; 32])>) -> Self {
        Self(keys.into_iter().collect())
    }

    /// Where a click is looked up: under its own day and the day before, as far as there are keys.
    pub(crate) fn hashes(&self, click: &Seen<'_>) -> Vec<(Day, i64)> {
        let day = click.at.day();
        let of = |day: Day| Some((day, hash(self.0.get(&day)?, click)));
        [of(day), of(day.minus_days(1))].into_iter().flatten().collect()
    }
}

fn hash(key: &[u8; 32], click: &Seen<'_>) -> i64 {
    let mut hasher = Sha256::new();
    hasher.update(key);
    hasher.update(click.link.as_bytes());
    hasher.update(click.user_agent.to_le_bytes());
    hasher.update(click.ip.as_bytes());
    let digest = hasher.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_le_bytes(first)
}

/// When somebody was last seen, by day and hash.
#[derive(Debug, Default)]
pub(crate) struct LastSeen(pub(crate) HashMap<(Day, i64), Timestamp>);

impl LastSeen {
    /// Whether nobody of these hashes was there in the 24 hours before; they are now. To be asked in the order of time.
    pub(crate) fn is_first(&mut self, hashes: &[(Day, i64)], at: Timestamp) -> bool {
        let is_recent = |seen: &Timestamp| at.as_millis() - seen.as_millis() < DAY_MILLIS;
        let is_first = !hashes.iter().any(|hash| self.0.get(hash).is_some_and(is_recent));
        if let Some(own) = hashes.first() {
            self.0.insert(*own, at);
        }
        is_first
    }
}

/// When some visitors were last there, as far as the keys of their days are known.
pub(super) async fn last_seen<'c>(
    conn: &mut Conn,
    keys: &VisitorKeys,
    visitors: impl Iterator<Item = Seen<'c>>,
) -> Result<LastSeen, StoreError> {
    let mut wanted: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for (day, hash) in visitors.flat_map(|visitor| keys.hashes(&visitor)) {
        wanted.entry(day.number()).or_default().insert(hash);
    }
    let sql = format!("select hash, seen_at from visitors where day = $1 and hash in {}", conn.numbers_of("$2"));
    let mut seen = LastSeen::default();
    for (day, hashes) in wanted {
        let list = serde_json::to_string(&hashes).unwrap_or_default();
        let rows: Vec<(i64, i64)> =
            run!(conn, |c| query_as(AssertSqlSafe(sql.as_str())).bind(day).bind(list).fetch_all(c).await)?;
        let rows = rows.into_iter().map(|(hash, at)| ((Day::from_number(day), hash), Timestamp::from_millis(at)));
        seen.0.extend(rows);
    }
    Ok(seen)
}

/// Keeps when visitors were last there: in one statement a day, since each way to the database would keep the lock longer.
pub(super) async fn store_seen(conn: &mut Conn, seen: &LastSeen) -> Result<(), StoreError> {
    let mut days: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
    for ((day, hash), at) in &seen.0 {
        days.entry(day.number()).or_default().push((*hash, at.as_millis()));
    }
    let sql = if conn.is_embedded() {
        "insert into visitors (day, hash, seen_at) select $1, value ->> 0, value ->> 1 from json_each($2) where true
            on conflict (day, hash) do update set seen_at = max(seen_at, excluded.seen_at)"
    } else {
        "insert into visitors (day, hash, seen_at)
            select $1, (value ->> 0)::bigint, (value ->> 1)::bigint from json_array_elements($2::json)
            on conflict (day, hash) do update set seen_at = greatest(visitors.seen_at, excluded.seen_at)"
    };
    for (day, mut rows) in days {
        // In the order in which they lie.
        rows.sort_unstable();
        let list = serde_json::to_string(&rows).unwrap_or_default();
        run!(conn, |c| query(sql).bind(day).bind(list).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// The sealed keys of a day and of the day before, as far as there are some.
pub async fn read_visitor_keys(conn: &mut Conn, day: Day) -> Result<Vec<(Day, Vec<u8>)>, StoreError> {
    const SQL: &str = "select day, sealed from visitor_keys where day = $1 or day = $1 - 1";
    let rows: Vec<(i64, Vec<u8>)> = run!(conn, |c| query_as(SQL).bind(day.number()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(day, sealed)| (Day::from_number(day), sealed)).collect())
}

/// Keeps the sealed key of a day, unless it has one.
pub async fn insert_visitor_key(conn: &mut Conn, day: Day, sealed: &[u8]) -> Result<(), StoreError> {
    const INSERT: &str = "insert into visitor_keys (day, sealed) values ($1, $2) on conflict (day) do nothing";
    run!(conn, |c| query(INSERT).bind(day.number()).bind(sealed).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Deletes the keys of two days before a day and earlier.
pub async fn forget_visitor_keys(conn: &mut Conn, day: Day) -> Result<(), StoreError> {
    const FORGET: &str = "delete from visitor_keys where day < $1";
    run!(conn, |c| query(FORGET).bind(day.number() - 1).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Forgets who was there two days before a day and earlier: so many at most, so that nobody waits long for it. Says
/// whether there may be more.
pub async fn forget_visitors(conn: &mut Conn, day: Day, most: u32) -> Result<bool, StoreError> {
    const SQL: &str = "delete from visitors where day < $1 and (day, hash) in (
        select day, hash from visitors where day < $1 order by day, hash limit $2)";
    let before = day.number() - 1;
    let gone = run!(conn, |c| query(SQL)
        .bind(before)
        .bind(i64::from(most))
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone >= u64::from(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> VisitorKeys {
        VisitorKeys::new((0..4_u8).map(|day| (Day::from_number(20_000 + i64::from(day)), [day; 32])))
    }

    fn click(hours: i64, link: u128, ip: &str) -> Seen<'_> {
        let at = Day::from_number(20_001).hour_start(hours);
        Seen { at, link: Uuid::from_u128(link), ip, user_agent: 7 }
    }

    /// Which of these are the first.
    fn firsts(clicks: &[Seen<'_>]) -> Vec<bool> {
        let (keys, mut seen) = (keys(), LastSeen::default());
        clicks.iter().map(|click| seen.is_first(&keys.hashes(click), click.at)).collect()
    }

    #[test]
    fn the_first_in_24_hours_is_new_also_across_midnight() {
        let of = |hours: &[i64]| firsts(&hours.iter().map(|hour| click(*hour, 1, "203.0.113.1")).collect::<Vec<_>>());
        assert_eq!(of(&[1, 2, 23]), [true, false, false]);
        assert_eq!(of(&[20, 25, 43, 44]), [true, false, false, false], "each is within 24 hours of the one before");
        assert_eq!(of(&[20, 44]), [true, true], "24 hours later");
        assert_eq!(of(&[1, 49]), [true, true]);
    }

    #[test]
    fn another_link_or_another_visitor_is_new() {
        let clicks = [click(1, 1, "203.0.113.1"), click(2, 2, "203.0.113.1"), click(3, 1, "203.0.113.2")];
        assert_eq!(firsts(&clicks), [true; 3]);
        let other_agent = Seen { user_agent: 8, ..clicks[0] };
        assert_eq!(firsts(&[clicks[0], other_agent]), [true; 2]);
    }
}
