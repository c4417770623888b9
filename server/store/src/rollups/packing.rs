//! The step of the worker that packs clicks.

use std::collections::{BTreeSet, HashMap};

use domain::{AgentClass, ClickId, ClickKind, Day, Timestamp, referring_site, report::QUARTER_MILLIS};
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};
use uuid::Uuid;

use super::{
    segment::{ClickColumns, ClickFacts, FactKind, LinkIds, LinkList, pack_clicks},
    visitors::{LastSeen, Seen, VisitorKeys, last_seen, store_seen},
    words::{WordKind, number_agent, number_words, small},
};
use crate::{Conn, Db, StoreError, owned_task, reports::HeaderClasses};

/// How old clicks are packed. None is committed later than that after the moment in its id, unless a node's clock is wrong
/// or a commit hangs: the check of whole days finds what was.
pub(super) const LAG_MILLIS: i64 = 10_000;
/// Clicks of one step: others that write wait for some ten milliseconds.
const STEP: i64 = 10_000;
pub(super) const HOUR_MILLIS: i64 = 3_600_000;

#[derive(sqlx::FromRow)]
pub(super) struct RawClick {
    id: Uuid,
    link_id: Uuid,
    offer_id: Uuid,
    partner_id: Uuid,
    affiliate_id: Uuid,
    kind: i16,
    country: i64,
    ip: String,
    user_agent: i64,
    referer: i64,
    /// 0 where nobody has said yet what the text is.
    agent: i64,
    site: i64,
}

impl RawClick {
    pub(super) fn at(&self) -> Timestamp {
        ClickId::from_uuid(self.id).made_at()
    }

    const fn ids(&self) -> LinkIds {
        LinkIds { partner: self.partner_id, affiliate: self.affiliate_id, offer: self.offer_id, link: self.link_id }
    }
}

/// A stretch of time within a UTC hour whose clicks are packed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Where the watermark is.
    from: Timestamp,
    /// Where the first click is.
    start: Timestamp,
    /// Where it ends.
    end: Timestamp,
}

impl Stretch {
    /// Whether it ends where clicks are too young to be packed: what follows is packed another time.
    pub const fn is_newest(self, now: Timestamp) -> bool {
        self.end.as_millis() >= now.as_millis() - LAG_MILLIS
    }

    /// The UTC day that it is in.
    pub const fn day(self) -> Day {
        self.start.day()
    }
}

/// The next stretch with clicks that are old enough to be packed, if there is one.
pub async fn next_stretch(conn: &mut Conn, now: Timestamp) -> Result<Option<Stretch>, StoreError> {
    const WATERMARK: &str = "select clicks_until from packed";
    const NEXT: &str = "select id from clicks where id >= $1 order by id limit 1";
    let from: i64 = run!(conn, |c| query_scalar(WATERMARK).fetch_one(c).await)?;
    let from = Timestamp::from_millis(from);
    let next: Option<Uuid> =
        run!(conn, |c| query_scalar(NEXT).bind(ClickId::first_at(from).uuid()).fetch_optional(c).await)?;
    let Some(start) = next.map(|id| ClickId::from_uuid(id).made_at()) else { return Ok(None) };
    let hour_end = Timestamp::from_millis((start.as_millis().div_euclid(HOUR_MILLIS) + 1) * HOUR_MILLIS);
    let end = hour_end.min(now.plus_millis(-LAG_MILLIS));
    Ok((start < end).then_some(Stretch { from, start, end }))
}

/// Packs the clicks of a stretch, or so many of them that others don't wait long, unless another worker has done so. Says
/// whether the stretch was packed whole.
pub async fn pack_clicks_of(
    db: &Db,
    mut stretch: Stretch,
    classes: &dyn HeaderClasses,
    keys: &VisitorKeys,
) -> Result<bool, StoreError> {
    let mut conn = db.read().await?;
    let (clicks, end) = read_step(&mut conn, stretch.start, stretch.end).await?;
    let is_whole = end == stretch.end;
    stretch.end = end;
    let texts = unknown_texts(&mut conn, &clicks).await?;
    let visitors = clicks.iter().filter_map(|click| Some((visitor(click)?, click.at())));
    let seen = last_seen(&mut conn, keys, visitors.map(|(visitor, _)| visitor)).await?;
    drop(conn);
    let classified = Classified::of(&texts, classes);
    let (db, keys) = (db.clone(), keys.clone());
    owned_task(async move {
        let mut conn = db.begin().await?;
        if !move_watermark(&mut conn, stretch).await? {
            return Ok(true);
        }
        let numbers = classified.store(&mut conn).await?;
        let (links, mut facts, seen) = facts(&clicks, &numbers, &keys, seen)?;
        let span = Span { starts_at: stretch.start, ends_at: stretch.end, partner: Uuid::nil() };
        insert_segments(&mut conn, span, &pack_clicks(&links, &mut facts)).await?;
        store_seen(&mut conn, &seen).await?;
        conn.commit().await?;
        Ok(is_whole)
    })
    .await
}

/// The clicks from one moment to another, or as many of them as one step packs; and until when that is. Those of one
/// millisecond stay together, however many they are.
pub(super) async fn read_step(
    conn: &mut Conn,
    start: Timestamp,
    end: Timestamp,
) -> Result<(Vec<RawClick>, Timestamp), StoreError> {
    let mut clicks = read_clicks(conn, start, end, STEP + 1).await?;
    if i64::try_from(clicks.len()).is_ok_and(|read| read <= STEP) {
        return Ok((clicks, end));
    }
    let last = clicks.last().map_or(end, RawClick::at);
    if last > start {
        clicks.retain(|click| click.at() < last);
        return Ok((clicks, last));
    }
    let end = end.min(start.plus_millis(1));
    Ok((read_clicks(conn, start, end, i64::MAX).await?, end))
}

async fn read_clicks(
    conn: &mut Conn,
    start: Timestamp,
    end: Timestamp,
    most: i64,
) -> Result<Vec<RawClick>, StoreError> {
    let sql = format!(
        "select c.id, c.link_id, l.offer_id, o.partner_id, l.affiliate_id, c.kind,
            cast(coalesce(c.country, 0) as bigint) as country, coalesce({ip}, '') as ip,
            cast(c.user_agent as bigint) as user_agent, cast(c.referer as bigint) as referer,
            cast(coalesce(a.agent, 0) as bigint) as agent, cast(coalesce(r.site, 0) as bigint) as site
        from clicks c cross join links l cross join offers o cross join header_values a cross join header_values r
        where l.id = c.link_id and o.id = l.offer_id and a.number = c.user_agent and r.number = c.referer
          and c.id >= $1 and c.id < $2 order by c.id limit $3",
        ip = conn.address_text()
    );
    let (first, behind) = (ClickId::first_at(start).uuid(), ClickId::first_at(end).uuid());
    Ok(run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(first).bind(behind).bind(most).fetch_all(c).await)?)
}

/// Texts of headers of which nobody has said yet what they are, by number.
#[derive(Debug, Default)]
pub(super) struct Texts {
    agents: HashMap<i64, String>,
    referers: HashMap<i64, String>,
}

pub(super) async fn unknown_texts(conn: &mut Conn, clicks: &[RawClick]) -> Result<Texts, StoreError> {
    let agents = clicks.iter().filter(|click| click.agent == 0).map(|click| click.user_agent).collect();
    let referers = clicks.iter().filter(|click| click.site == 0).map(|click| click.referer).collect();
    Ok(Texts { agents: read_texts(conn, &agents).await?, referers: read_texts(conn, &referers).await? })
}

/// The texts of some headers, by their numbers.
pub(crate) async fn read_texts(conn: &mut Conn, numbers: &BTreeSet<i64>) -> Result<HashMap<i64, String>, StoreError> {
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let list = conn.numbers_of("$1");
    let sql = format!("select cast(number as bigint), value from header_values where number in {list}");
    let numbers = serde_json::to_string(numbers).unwrap_or_default();
    let rows: Vec<(i64, String)> = run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(numbers).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

/// What new texts are, before they have numbers.
#[derive(Debug)]
pub(super) struct Classified {
    agents: HashMap<i64, AgentClass>,
    sites: HashMap<i64, String>,
}

/// Numbers of classes and sites, by those of their texts.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    agents: HashMap<i64, u32>,
    sites: HashMap<i64, u32>,
}

impl Classified {
    pub(super) fn of(texts: &Texts, classes: &dyn HeaderClasses) -> Self {
        let agents = texts.agents.iter().map(|(number, text)| (*number, classes.agent(text))).collect();
        let sites = texts.referers.iter().map(|(number, text)| (*number, referring_site(text).unwrap_or_default()));
        Self { agents, sites: sites.collect() }
    }

    pub(super) async fn store(self, conn: &mut Conn) -> Result<Numbers, StoreError> {
        let mut numbers = Numbers::default();
        let mut known: HashMap<AgentClass, u32> = HashMap::new();
        for (text, class) in self.agents {
            let number = match known.get(&class) {
                Some(number) => *number,
                None => number_agent(conn, &class).await?,
            };
            known.insert(class, number);
            numbers.agents.insert(text, number);
        }
        let words = number_words(conn, WordKind::Site, &self.sites.values().map(String::as_str).collect()).await?;
        for (text, site) in &self.sites {
            numbers.sites.extend(words.get(site).map(|number| (*text, *number)));
        }
        for (column, all) in [("agent", &numbers.agents), ("site", &numbers.sites)] {
            let sql = format!("update header_values set {column} = $2 where number = $1 and {column} is null");
            for (text, number) in all {
                let (text, number) = (*text, i64::from(*number));
                run!(conn, |c| query(AssertSqlSafe(sql.as_str()))
                    .bind(text)
                    .bind(number)
                    .execute(c)
                    .await
                    .map(|_| ()))?;
            }
        }
        Ok(numbers)
    }
}

/// Who made a click, if that was a person of whom something is known still.
pub(super) fn visitor(click: &RawClick) -> Option<Seen<'_>> {
    let is_person = click.kind == ClickKind::Human.code() && !click.ip.is_empty();
    is_person.then(|| Seen { at: click.at(), link: click.link_id, ip: &click.ip, user_agent: click.user_agent })
}

pub(super) type Facts = (LinkList, Vec<ClickFacts>, LastSeen);

pub(super) fn facts(
    clicks: &[RawClick],
    numbers: &Numbers,
    keys: &VisitorKeys,
    mut seen: LastSeen,
) -> Result<Facts, StoreError> {
    let links = LinkList::new(clicks.iter().map(RawClick::ids).collect());
    let known = |own: i64, new: &HashMap<i64, u32>, text: i64| match own {
        0 => Ok(new.get(&text).copied().unwrap_or_default()),
        own => small(own, "header_values"),
    };
    let facts = clicks.iter().map(|click| {
        let kind = match (ClickKind::from_code(click.kind), visitor(click)) {
            (Some(ClickKind::Bot), _) => FactKind::Bot,
            (Some(ClickKind::Prefetch), _) => FactKind::Prefetch,
            (Some(ClickKind::Human), Some(visitor)) if seen.is_first(&keys.hashes(&visitor), visitor.at) => {
                FactKind::Unique
            }
            // Of an address that was erased nobody knows whose it was.
            (Some(ClickKind::Human), _) => FactKind::Again,
            (None, _) => return Err(StoreError::bad_row("clicks", "kind")),
        };
        Ok(ClickFacts {
            link: links.place(&click.ids()),
            quarter: click.at().as_millis().div_euclid(QUARTER_MILLIS),
            kind,
            country: small(click.country, "clicks")?,
            agent: known(click.agent, &numbers.agents, click.user_agent)?,
            site: known(click.site, &numbers.sites, click.referer)?,
        })
    });
    let facts = facts.collect::<Result<_, _>>()?;
    Ok((links, facts, seen))
}

/// Moves the watermark behind a stretch, unless another worker has moved it.
async fn move_watermark(conn: &mut Conn, stretch: Stretch) -> Result<bool, StoreError> {
    const SQL: &str = "update packed set clicks_until = $2 where clicks_until = $1";
    let (from, end) = (stretch.from.as_millis(), stretch.end.as_millis());
    let moved = run!(conn, |c| query(SQL).bind(from).bind(end).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(moved == 1)
}

/// What segments are about: some time, of one partner, or of everybody where that is nil.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) starts_at: Timestamp,
    pub(super) ends_at: Timestamp,
    pub(super) partner: Uuid,
}

pub(super) async fn insert_segments(conn: &mut Conn, span: Span, segments: &[ClickColumns]) -> Result<(), StoreError> {
    const SQL: &str = "insert into click_segments
        (starts_at, ends_at, partner_id, part, clicks, runs, kinds, countries, agents, sites)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    for (part, columns) in (0_i32..).zip(segments) {
        let clicks = i32::try_from(columns.clicks).unwrap_or(i32::MAX);
        run!(conn, |c| query(SQL)
            .bind(span.starts_at.as_millis())
            .bind(span.ends_at.as_millis())
            .bind(span.partner)
            .bind(part)
            .bind(clicks)
            .bind(&columns.runs)
            .bind(&columns.kinds)
            .bind(&columns.countries)
            .bind(&columns.agents)
            .bind(&columns.sites)
            .execute(c)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}
