//! Which click is the first of its visitor on its link in 24 hours.
//!
//! Nobody can be told from what is kept for that: hashes of link, address and user agent by a key of the day, and key and
//! hashes are deleted two days later. They are written once, in one piece for each step, and looked up in memory: a table
//! with a row for each would have all of its pages written again with every step.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{BuildHasherDefault, Hash, Hasher},
};

use domain::{ClickKind, Day, Timestamp};
use sha2::{Digest as _, Sha256};
use sqlx::{query, query_as};

use super::raw_clicks::RawClick;
use crate::{Conn, Db, StoreError};

/// The keys of the days that are still told apart.
#[derive(Debug, Clone, Default)]
pub struct VisitorKeys(BTreeMap<Day, Sha256>);

/// A visitor of a link: 64 bits that are as good as chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Visitor([u32; 2]);

const DAY_MILLIS: i64 = 86_400_000;

impl VisitorKeys {
    /// The keys, by their days.
    pub fn new(keys: impl IntoIterator<Item = (Day, [u8; 32])>) -> Self {
        // A block of the hash, so that it is computed once and not for each click.
        let block = |key: [u8; 32]| Sha256::new().chain_update(key).chain_update([0; 32]);
        Self(keys.into_iter().map(|(day, key)| (day, block(key))).collect())
    }

    /// Who made a click, in the words of a day, if that has a key.
    fn visitor(&self, day: Day, click: &RawClick) -> Option<Visitor> {
        let mut hasher = self.0.get(&day)?.clone();
        hasher.update(click.link.as_bytes());
        hasher.update(click.user_agent.to_le_bytes());
        hasher.update(click.ip.as_bytes());
        let digest = hasher.finalize();
        let half = |at: usize| u32::from_le_bytes([digest[at], digest[at + 1], digest[at + 2], digest[at + 3]]);
        Some(Visitor([half(0), half(4)]))
    }
}

impl Hash for Visitor {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.0[0]) << 32 | u64::from(self.0[1]));
    }
}

/// Of what is a hash already.
#[derive(Debug, Default, Clone, Copy)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = self.0.rotate_left(8) ^ number;
    }
}

/// When visitors were last there on a day: in milliseconds since its start.
type SeenOnDay = HashMap<Visitor, u32, BuildHasherDefault<AsIs>>;

/// When the visitors of a day and of the day before were last there.
#[derive(Debug, Default)]
pub(super) struct RecentVisitors {
    /// Until when it is known who was there; nothing where it isn't.
    until: Option<Timestamp>,
    days: BTreeMap<Day, SeenOnDay>,
}

impl RecentVisitors {
    /// Makes sure that it is known who was there before a moment, as far as it matters for clicks of a day.
    pub(super) async fn catch_up(&mut self, db: &Db, until: Timestamp, day: Day) -> Result<(), StoreError> {
        if self.until != Some(until) {
            *self = Self::read(&mut db.read().await?, day.minus_days(1)..=day, until).await?;
        }
        self.days.retain(|known, _| *known >= day.minus_days(1));
        Ok(())
    }

    /// Who was there on some days before a moment.
    pub(super) async fn read(
        conn: &mut Conn,
        days: std::ops::RangeInclusive<Day>,
        until: Timestamp,
    ) -> Result<Self, StoreError> {
        const SQL: &str = "select day, seen from visitors_seen where day between $1 and $2 and ends_at <= $3";
        let (first, last, until_millis) = (days.start().number(), days.end().number(), until.as_millis());
        let rows: Vec<(i64, Vec<u8>)> =
            run!(conn, |c| query_as(SQL).bind(first).bind(last).bind(until_millis).fetch_all(c).await)?;
        let mut recent = Self { until: Some(until), days: BTreeMap::new() };
        for (day, seen) in rows {
            let of_day = recent.days.entry(Day::from_number(day)).or_default();
            for (visitor, at) in read_seen(&seen)? {
                let last = of_day.entry(visitor).or_default();
                *last = at.max(*last);
            }
        }
        Ok(recent)
    }

    /// Whether it is the first click of its visitor in 24 hours; it has been there now. To be asked in the order of time.
    pub(super) fn is_first(&mut self, keys: &VisitorKeys, click: &RawClick) -> bool {
        let (at, day) = (click.at(), click.at().day());
        let since = |day: Day| u32::try_from(at.as_millis() - day.start().as_millis()).unwrap_or(u32::MAX);
        // Without a key nobody can be told from others.
        let Some(own) = keys.visitor(day, click) else { return true };
        if self.days.entry(day).or_default().insert(own, since(day)).is_some() {
            return false;
        }
        let before = day.minus_days(1);
        let last = self.days.get(&before).and_then(|seen| seen.get(&keys.visitor(before, click)?));
        // Milliseconds since the day before began: 24 hours and what is left of them.
        last.is_none_or(|last| i64::from(since(before)) - i64::from(*last) >= DAY_MILLIS)
    }

    /// What is known is so until a moment: its clicks were stored.
    pub(super) const fn is_stored_until(&mut self, moment: Timestamp) {
        self.until = Some(moment);
    }

    /// Nothing is known any more.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// When the visitors of these clicks of one day were last there, as it is stored; and of which day that is.
    pub(super) fn seen(keys: &VisitorKeys, clicks: &[RawClick]) -> Option<(Day, Vec<u8>)> {
        let day = clicks.first()?.at().day();
        let at = |click: &RawClick| u32::try_from(click.at().as_millis() - day.start().as_millis()).unwrap_or(u32::MAX);
        let of_click = |click: &RawClick| Some((keys.visitor(day, click)?, at(click)));
        let mut seen: Vec<_> = clicks.iter().filter(|click| is_person(click)).filter_map(of_click).collect();
        seen.sort_unstable();
        let mut bytes = Vec::new();
        for of_visitor in seen.chunk_by(|one, next| one.0 == next.0) {
            if let Some((Visitor([high, low]), last)) = of_visitor.last() {
                for number in [high, low, last] {
                    bytes.extend_from_slice(&number.to_le_bytes());
                }
            }
        }
        Some((day, bytes))
    }
}

/// Whether a click was made by a person of whom something is known still.
pub(super) fn is_person(click: &RawClick) -> bool {
    click.kind == ClickKind::Human.code() && !click.ip.is_empty()
}

fn read_seen(bytes: &[u8]) -> Result<impl Iterator<Item = (Visitor, u32)>, StoreError> {
    let (rows, rest) = bytes.as_chunks::<12>();
    if !rest.is_empty() {
        return Err(StoreError::bad_row("visitors_seen", "seen"));
    }
    let number = |row: &[u8; 12], at: usize| u32::from_le_bytes([row[at], row[at + 1], row[at + 2], row[at + 3]]);
    Ok(rows.iter().map(move |row| (Visitor([number(row, 0), number(row, 4)]), number(row, 8))))
}

/// Keeps when visitors were last there in a step.
pub(super) async fn store_seen(conn: &mut Conn, day: Day, ends_at: Timestamp, seen: &[u8]) -> Result<(), StoreError> {
    const SQL: &str = "insert into visitors_seen (day, ends_at, seen) values ($1, $2, $3)";
    let (day, ends_at) = (day.number(), ends_at.as_millis());
    run!(conn, |c| query(SQL).bind(day).bind(ends_at).bind(seen).execute(c).await.map(|_| ()))?;
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

/// Forgets who was there two days before a day and earlier: so many steps of packing at most, so that nobody waits long for
/// it. Says whether there may be more.
pub async fn forget_visitors(conn: &mut Conn, day: Day, most: u32) -> Result<bool, StoreError> {
    const SQL: &str = "delete from visitors_seen where day < $1 and (day, ends_at) in (
        select day, ends_at from visitors_seen where day < $1 order by day, ends_at limit $2)";
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

    fn click(hours: i64, link: u128, ip: &str) -> RawClick {
        let at = Day::from_number(20_001).hour_start(hours);
        let (id, link) = (domain::ClickId::first_at(at).uuid(), uuid::Uuid::from_u128(link));
        RawClick { id, link, kind: ClickKind::Human.code(), country: 0, ip: ip.to_owned(), user_agent: 7, referer: 1 }
    }

    /// Which of these are the first.
    fn firsts(clicks: &[RawClick]) -> Vec<bool> {
        let (keys, mut recent) = (keys(), RecentVisitors::default());
        clicks.iter().map(|click| recent.is_first(&keys, click)).collect()
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
        let other_agent = RawClick { user_agent: 8, ..click(4, 1, "203.0.113.1") };
        let clicks = [
            click(1, 1, "203.0.113.1"),
            click(2, 2, "203.0.113.1"),
            click(3, 1, "203.0.113.2"),
            other_agent,
            click(5, 1, "203.0.113.1"),
        ];
        assert_eq!(firsts(&clicks), [true, true, true, true, false]);
    }

    #[test]
    fn what_is_stored_of_a_step_is_each_visitor_once_and_the_last_time() {
        let bot = RawClick { kind: ClickKind::Bot.code(), ..click(3, 1, "203.0.113.9") };
        let erased = click(3, 1, "");
        let clicks = [click(1, 1, "203.0.113.1"), click(2, 1, "203.0.113.2"), bot, erased, click(4, 1, "203.0.113.1")];
        let (day, bytes) = RecentVisitors::seen(&keys(), &clicks).unwrap();
        let mut times: Vec<_> = read_seen(&bytes).unwrap().map(|(_, at)| at / 3_600_000).collect();
        times.sort_unstable();
        assert_eq!((day.number(), times), (20_001, vec![2, 4]));
        assert!(read_seen(&bytes[1..]).is_err());
    }
}
