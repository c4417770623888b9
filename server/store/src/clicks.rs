//! Clicks: whole groups are recorded at once, in the order resolve, insert, count.

use std::collections::{BTreeMap, HashMap};

use domain::{
    AffiliateId, ClickId, ClickKind, ClickRow, Destination, LinkId, ListQuery, OfferId, Page, PartnerId, Referer, Slug,
    Timestamp, UserAgent,
};
use sqlx::{AssertSqlSafe, query, query_as};
use uuid::Uuid;

use crate::{Conn, Scope, StoreError, db::Raw};

/// A visit of a tracking link.
#[derive(Debug, Clone)]
pub struct NewClick {
    /// Its id.
    pub id: ClickId,
    /// The link that was opened.
    pub slug: Slug,
    /// When.
    pub at: Timestamp,
    /// What made it.
    pub kind: ClickKind,
    /// The client's address.
    pub ip: String,
    /// What it says it is.
    pub user_agent: UserAgent,
    /// Where it says it comes from.
    pub referer: Referer,
}

/// What a slug stands for at the moment of asking.
#[derive(Debug, Clone)]
pub struct ResolvedLink {
    /// The link.
    pub id: LinkId,
    /// Its offer.
    pub offer_id: OfferId,
    /// The offer's owner.
    pub partner_id: PartnerId,
    /// The affiliate to be credited.
    pub affiliate_id: AffiliateId,
    /// Where the offer sends its visitors.
    pub destination: Destination,
    /// "Live when its offer is active, its application is approved, and neither its partner nor its affiliate
    /// is suspended."
    pub live: bool,
}

#[derive(sqlx::FromRow)]
struct ResolvedRow {
    slug: String,
    id: Uuid,
    offer_id: Uuid,
    partner_id: Uuid,
    affiliate_id: Uuid,
    destination: String,
    live: bool,
}

impl TryFrom<ResolvedRow> for ResolvedLink {
    type Error = StoreError;

    fn try_from(row: ResolvedRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: LinkId::from_uuid(row.id),
            offer_id: OfferId::from_uuid(row.offer_id),
            partner_id: PartnerId::from_uuid(row.partner_id),
            affiliate_id: AffiliateId::from_uuid(row.affiliate_id),
            destination: Destination::parse(&row.destination)
                .map_err(|_| StoreError::bad_row("offers", "destination"))?,
            live: row.live,
        })
    }
}

// SQLite takes a list as one JSON text, PostgreSQL as arrays: either way one statement serves a group of any size.
const RESOLVE_COLUMNS: &str = "select l.slug, l.id, l.offer_id, o.partner_id, l.affiliate_id, o.destination,
    (o.status = 'active' and a.status = 'approved' and pu.suspended_at is null and au.suspended_at is null) as live";
const RESOLVE_JOINS: &str = "join links l on l.slug = wanted.value
    join applications a on a.id = l.application_id
    join offers o on o.id = l.offer_id
    join partners p on p.id = o.partner_id join users pu on pu.id = p.user_id
    join affiliates f on f.id = l.affiliate_id join users au on au.id = f.user_id";

/// What each of these slugs stands for; unknown ones are missing from the answer.
pub async fn resolve_slugs(conn: &mut Conn, slugs: &[&str]) -> Result<HashMap<String, ResolvedLink>, StoreError> {
    let rows: Vec<ResolvedRow> = match conn.raw() {
        Raw::Sqlite(c) => {
            let sql = format!("{RESOLVE_COLUMNS} from json_each($1) wanted {RESOLVE_JOINS}");
            query_as(AssertSqlSafe(sql)).bind(json(&slugs)).fetch_all(c).await?
        }
        Raw::Postgres(c) => {
            let sql = format!("{RESOLVE_COLUMNS} from unnest($1::text[]) wanted (value) {RESOLVE_JOINS}");
            query_as(AssertSqlSafe(sql)).bind(slugs).fetch_all(c).await?
        }
    };
    rows.into_iter().map(|row| Ok((row.slug.clone(), row.try_into()?))).collect()
}

/// Records the clicks of those links that are live, and counts them; says for each what its link is, or nothing
/// where there is no such link.
pub async fn record_clicks(conn: &mut Conn, clicks: &[&NewClick]) -> Result<Vec<Option<ResolvedLink>>, StoreError> {
    let mut slugs: Vec<&str> = clicks.iter().map(|click| click.slug.as_str()).collect();
    slugs.sort_unstable();
    slugs.dedup();
    let links = resolve_slugs(conn, &slugs).await?;
    let resolved: Vec<_> = clicks.iter().map(|click| links.get(click.slug.as_str()).cloned()).collect();
    let live: Vec<(&NewClick, LinkId)> = clicks
        .iter()
        .zip(&resolved)
        .filter_map(|(click, link)| link.as_ref().filter(|link| link.live).map(|link| (*click, link.id)))
        .collect();
    if !live.is_empty() {
        insert_clicks(conn, &live).await?;
        count_clicks(conn, &live).await?;
    }
    Ok(resolved)
}

async fn insert_clicks(conn: &mut Conn, clicks: &[(&NewClick, LinkId)]) -> Result<(), StoreError> {
    const SQLITE: &str = "insert into clicks (id, link_id, at, kind, ip, user_agent, referer)
        select unhex(value ->> 0), unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
        from json_each($1)";
    const POSTGRES: &str = "insert into clicks (id, link_id, at, kind, ip, user_agent, referer)
        select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[])";
    match conn.raw() {
        Raw::Sqlite(c) => {
            let rows: Vec<_> = clicks
                .iter()
                .map(|(click, link)| {
                    let (ip, kind) = (click.ip.as_str(), click.kind.as_str());
                    let (agent, referer) = (click.user_agent.as_str(), click.referer.as_str());
                    (hex(click.id.uuid()), hex(link.uuid()), click.at.as_millis(), kind, ip, agent, referer)
                })
                .collect();
            query(SQLITE).bind(json(&rows)).execute(c).await?;
        }
        Raw::Postgres(c) => {
            let column =
                |value: fn(&NewClick) -> &str| clicks.iter().map(|(click, _)| value(click)).collect::<Vec<_>>();
            query(POSTGRES)
                .bind(clicks.iter().map(|(click, _)| click.id.uuid()).collect::<Vec<_>>())
                .bind(clicks.iter().map(|(_, link)| link.uuid()).collect::<Vec<_>>())
                .bind(clicks.iter().map(|(click, _)| click.at.as_millis()).collect::<Vec<_>>())
                .bind(column(|click| click.kind.as_str()))
                .bind(column(|click| &click.ip))
                .bind(column(|click| click.user_agent.as_str()))
                .bind(column(|click| click.referer.as_str()))
                .execute(c)
                .await?;
        }
    }
    Ok(())
}

/// Adds a group to the counters. In the order of links, so that several nodes never wait for each other in a circle.
async fn count_clicks(conn: &mut Conn, clicks: &[(&NewClick, LinkId)]) -> Result<(), StoreError> {
    const SQLITE_LINKS: &str = "update links set clicks = links.clicks + added.clicks
        from (select unhex(value ->> 0) as id, value ->> 1 as clicks from json_each($1)) added
        where links.id = added.id";
    const SQLITE_DAYS: &str = "insert into click_days (link_id, day, clicks, visits)
        select unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3 from json_each($1) where true
        on conflict (link_id, day) do update
        set clicks = click_days.clicks + excluded.clicks, visits = click_days.visits + excluded.visits";
    // The update alone would lock the rows in whatever order the plan meets them.
    const POSTGRES_LOCK: &str = "select id from links where id = any($1) order by id for no key update";
    const POSTGRES_LINKS: &str = "update links set clicks = links.clicks + added.clicks
        from unnest($1::uuid[], $2::bigint[]) added (id, clicks) where links.id = added.id";
    const POSTGRES_DAYS: &str = "insert into click_days (link_id, day, clicks, visits)
        select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[])
        on conflict (link_id, day) do update
        set clicks = click_days.clicks + excluded.clicks, visits = click_days.visits + excluded.visits";

    let mut links: BTreeMap<Uuid, i64> = BTreeMap::new();
    let mut days: BTreeMap<(Uuid, i64), (i64, i64)> = BTreeMap::new();
    for (click, link) in clicks {
        *links.entry(link.uuid()).or_default() += 1;
        let day = days.entry((link.uuid(), click.at.day().number())).or_default();
        day.0 += 1;
        day.1 += i64::from(click.kind == ClickKind::Visit);
    }
    match conn.raw() {
        Raw::Sqlite(c) => {
            let links: Vec<_> = links.iter().map(|(link, clicks)| (hex(*link), clicks)).collect();
            query(SQLITE_LINKS).bind(json(&links)).execute(&mut *c).await?;
            let days: Vec<_> = days.iter().map(|((link, day), (all, visits))| (hex(*link), day, all, visits)).collect();
            query(SQLITE_DAYS).bind(json(&days)).execute(c).await?;
        }
        Raw::Postgres(c) => {
            let (ids, counts): (Vec<_>, Vec<_>) = links.into_iter().unzip();
            query(POSTGRES_LOCK).bind(&ids).execute(&mut *c).await?;
            query(POSTGRES_LINKS).bind(&ids).bind(&counts).execute(&mut *c).await?;
            let (keys, counts): (Vec<_>, Vec<_>) = days.into_iter().unzip();
            let (ids, days): (Vec<_>, Vec<_>) = keys.into_iter().unzip();
            let (all, visits): (Vec<_>, Vec<_>) = counts.into_iter().unzip();
            query(POSTGRES_DAYS).bind(ids).bind(days).bind(all).bind(visits).execute(c).await?;
        }
    }
    Ok(())
}

/// A uuid as `unhex` reads it.
pub(crate) fn hex(id: Uuid) -> String {
    id.simple().to_string()
}

/// Rows as `json_each` reads them. Strings, numbers and tuples of them can't fail to serialise.
pub(crate) fn json(rows: &impl serde::Serialize) -> String {
    serde_json::to_string(rows).unwrap_or_default()
}

#[derive(sqlx::FromRow)]
struct ListedClick {
    id: Uuid,
    at: i64,
    kind: String,
    offer_name: String,
    affiliate_name: String,
    referer: String,
    user_agent: String,
    ip: String,
}

/// The clicks of a scope, newest first. `status` filters by kind, `offer` by offer.
pub async fn list_clicks(conn: &mut Conn, scope: Scope, list: &ListQuery) -> Result<Page<ClickRow>, StoreError> {
    let order = if list.sort == "oldest" { "asc" } else { "desc" };
    let sql = format!(
        "select c.id, c.at, c.kind, o.name as offer_name, u.name as affiliate_name, c.referer, c.user_agent, c.ip
        from clicks c join links l on l.id = c.link_id join offers o on o.id = l.offer_id
        join affiliates f on f.id = l.affiliate_id join users u on u.id = f.user_id
        where ($1 is null or o.partner_id = $1) and ($2 is null or l.affiliate_id = $2)
          and ($3 = '' or c.kind = $3) and ($4 is null or l.offer_id = $4)
        order by c.id {order} limit $5 offset $6"
    );
    let rows: Vec<ListedClick> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(scope.partner())
        .bind(scope.affiliate())
        .bind(list.status_word())
        .bind(list.offer_id().map(OfferId::uuid))
        .bind(ListQuery::PER_PAGE + 1)
        .bind(list.offset())
        .fetch_all(c)
        .await)?;
    let sees_addresses = !matches!(scope, Scope::Affiliate(_));
    let rows: Result<Vec<_>, StoreError> = rows
        .into_iter()
        .map(|row| {
            Ok(ClickRow {
                id: ClickId::from_uuid(row.id),
                at: Timestamp::from_millis(row.at),
                kind: ClickKind::parse(&row.kind).ok_or(StoreError::bad_row("clicks", "kind"))?,
                offer_name: row.offer_name,
                affiliate_name: row.affiliate_name,
                referer: row.referer,
                user_agent: row.user_agent,
                ip: sees_addresses.then_some(row.ip),
            })
        })
        .collect();
    Ok(Page::from_rows(rows?, list))
}
