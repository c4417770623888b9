//! Clicks on the server: links resolved, texts of headers numbered, rows inserted, counters changed.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use domain::{Country, Slug};
use sqlx::{
    AssertSqlSafe, PgConnection, Postgres, postgres::PgArguments, query, query::QueryScalar, query_as, query_scalar,
};

use super::{FoundLink, Links, Memory};
use crate::{
    StoreError,
    clicks::{LINK_COLUMNS, LINK_JOINS, NewClick, ResolvedLink, ResolvedRow},
    counters::{CLICK_DAYS, OFFER_TOTALS, PARTNERSHIP_CLICK_DAYS},
    organisations::suspensions::is_suspended,
    recorder::{ClickSums, ClickTally, OfferTally},
};

/// A click of a live link.
pub(super) type LiveClick<'g> = (&'g NewClick, FoundLink);
/// A statement that lacks some of its values.
type Statement<'q> = QueryScalar<'q, Postgres, bool, PgArguments>;

#[derive(sqlx::FromRow)]
struct WantedRow {
    /// Which of those that were asked for, counted from 1.
    n: i64,
    #[sqlx(flatten)]
    link: ResolvedRow,
    facts: String,
}

/// All that decides on a link, and where it leads, as one text: what is remembered is compared with it as a whole. No
/// status has a space in it.
static FACTS: LazyLock<String> = LazyLock::new(|| {
    let (partner, affiliate) = (is_suspended("o.partner_id"), is_suspended("l.affiliate_id"));
    format!("concat_ws(' ', o.status, a.status, {partner}, {affiliate}, o.destination)")
});

pub(super) fn live_ones<'g>(clicks: &[&'g NewClick], links: &[Option<FoundLink>]) -> Vec<LiveClick<'g>> {
    let of_live = |(click, found): (&&'g NewClick, &Option<FoundLink>)| {
        Some((*click, found.clone().filter(|found| found.link.rules.is_live())?))
    };
    clicks.iter().zip(links).filter_map(of_live).collect()
}

pub(super) fn tally_offers(clicks: &[LiveClick<'_>]) -> OfferTally {
    let mut offers = OfferTally::default();
    for (_, found) in clicks {
        offers.add_click(found.link.offer_id);
    }
    offers
}

/// What the slugs of these clicks stand for; live ones are remembered.
pub(super) async fn resolve(
    conn: &mut PgConnection,
    memory: &mut Memory,
    clicks: &[&NewClick],
) -> Result<Links, StoreError> {
    if clicks.is_empty() {
        return Ok(Links::new());
    }
    let sql = format!(
        "select wanted.n, {}, {} as facts from unnest($1::text[]) with ordinality wanted (slug, n)
        join links l on l.slug = wanted.slug {LINK_JOINS}",
        *LINK_COLUMNS, *FACTS
    );
    let mut slugs: Vec<&Slug> = clicks.iter().map(|click| &click.slug).collect();
    slugs.sort_unstable_by_key(|slug| slug.as_str());
    slugs.dedup();
    let texts: Vec<&str> = slugs.iter().map(|slug| slug.as_str()).collect();
    let rows: Vec<WantedRow> = query_as(AssertSqlSafe(sql)).bind(texts).fetch_all(conn).await?;
    let mut links = Links::new();
    for row in rows {
        let place = usize::try_from(row.n).ok().and_then(|n| slugs.get(n.checked_sub(1)?));
        let slug = place.ok_or(StoreError::bad_row("links", "slug"))?;
        let found = FoundLink { link: Arc::new(ResolvedLink::try_from(row.link)?), facts: row.facts.into() };
        if found.link.rules.is_live() {
            memory.links.insert((*slug).clone(), found.clone());
        }
        links.insert((*slug).clone(), found);
    }
    Ok(links)
}

/// Finds the numbers of the texts that aren't remembered, and gives one to those that have none.
pub(super) async fn number_headers(
    conn: &mut PgConnection,
    numbers: &mut HashMap<String, i32>,
    clicks: &[LiveClick<'_>],
) -> Result<(), StoreError> {
    // In one order everywhere, so that nodes that meet the same new texts don't wait for each other in a circle.
    const INSERT: &str = "insert into header_values (value)
        select text from unnest($1::text[]) new (text)
        where not exists (select 1 from header_values h where h.value = new.text)
        order by text on conflict do nothing";
    const FIND: &str = "select value, number from header_values where value = any($1)";
    let mut texts: Vec<&str> = clicks
        .iter()
        .flat_map(|(click, _)| [click.user_agent.as_str(), click.referer.as_str()])
        .filter(|text| !numbers.contains_key(*text))
        .collect();
    if texts.is_empty() {
        return Ok(());
    }
    texts.sort_unstable();
    texts.dedup();
    query(INSERT).bind(&texts).execute(&mut *conn).await?;
    let found: Vec<(String, i32)> = query_as(FIND).bind(&texts).fetch_all(conn).await?;
    numbers.extend(found);
    Ok(())
}

/// Why links may be taken for what they are taken for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// They were read in this transaction.
    JustRead,
    /// The statement looks itself, and does nothing where one isn't as it is remembered.
    Checked,
}

/// Inserts clicks, and adds them to their counters and `offers` to theirs, in the order of keys: several nodes never wait
/// for each other in a circle. Says whether it was done.
pub(super) async fn insert(
    conn: &mut PgConnection,
    numbers: &HashMap<String, i32>,
    clicks: &[LiveClick<'_>],
    OfferTally(offers): &OfferTally,
    trust: Trust,
) -> Result<bool, StoreError> {
    if clicks.is_empty() && offers.is_empty() {
        return Ok(true);
    }
    let mut tally = ClickTally::default();
    let mut remembered = HashMap::new();
    for (click, found) in clicks {
        tally.add(click, &found.link);
        if trust == Trust::Checked {
            remembered.insert(click.slug.as_str(), &*found.facts);
        }
    }
    let ClickTally { links, partnerships } = tally;
    let number = |text: &str| numbers.get(text).copied().ok_or(StoreError::bad_row("header_values", "number"));
    let agents: Result<Vec<i32>, _> = clicks.iter().map(|(click, _)| number(click.user_agent.as_str())).collect();
    let referers: Result<Vec<i32>, _> = clicks.iter().map(|(click, _)| number(click.referer.as_str())).collect();
    let statement = query_scalar(INSERT.as_str())
        .bind(remembered.keys().copied().collect::<Vec<_>>())
        .bind(remembered.values().copied().collect::<Vec<_>>())
        .bind(clicks.iter().map(|(click, _)| click.id.uuid()).collect::<Vec<_>>())
        .bind(clicks.iter().map(|(_, found)| found.link.id.uuid()).collect::<Vec<_>>())
        .bind(clicks.iter().map(|(click, _)| click.kind.code()).collect::<Vec<_>>())
        .bind(clicks.iter().map(|(click, _)| click.ip.as_str()).collect::<Vec<_>>())
        .bind(agents?)
        .bind(referers?);
    let statement = bind_sums(statement, links.values())
        .bind(links.keys().map(|(day, _)| *day).collect::<Vec<_>>())
        .bind(links.keys().map(|(_, link)| *link).collect::<Vec<_>>());
    Ok(bind_sums(statement, partnerships.values())
        .bind(partnerships.keys().map(|(day, ..)| *day).collect::<Vec<_>>())
        .bind(partnerships.keys().map(|(_, partner, _)| *partner).collect::<Vec<_>>())
        .bind(partnerships.keys().map(|(.., affiliate)| *affiliate).collect::<Vec<_>>())
        .bind(offers.values().map(|sums| sums.clicks).collect::<Vec<_>>())
        .bind(offers.values().map(|sums| sums.conversions).collect::<Vec<_>>())
        .bind(offers.keys().copied().collect::<Vec<_>>())
        .bind(clicks.iter().map(|(click, _)| click.country.map(Country::code)).collect::<Vec<_>>())
        .fetch_one(conn)
        .await?)
}

/// First whether what decides on the links is still what it was and they lead where they led (of no links, all do), then
/// all that is added if so.
/// PostgreSQL promises no order of such parts but that which one needs of the other. Here each counter needs the one
/// before it, for the locks to be taken in the order in which a transaction of several steps takes them. Clicks may come at
/// any point: nobody waits for their rows.
static INSERT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "with memory as (
            select count(*) = cardinality($1::text[]) as holds
            from unnest($1::text[], $2::text[]) remembered (slug, facts)
            join links l on l.slug = remembered.slug {LINK_JOINS}
            where {} = remembered.facts
        ), of_clicks as (
            insert into clicks (id, link_id, kind, ip, user_agent, referer, country)
            select id, link_id, kind, substring(inet_send(ip::inet) from 5), user_agent, referer, country
            from unnest($3::uuid[], $4::uuid[], $5::smallint[], $6::text[], $7::integer[], $8::integer[], $25::smallint[])
                new (id, link_id, kind, ip, user_agent, referer, country)
            where (select holds from memory)
        ), of_partnerships as ({} returning 1
        ), of_links as ({} returning 1
        ), of_offers as ({}
        )
        select holds from memory",
        *FACTS,
        PARTNERSHIP_CLICK_DAYS.postgres_upsert(15, "(select holds from memory)"),
        CLICK_DAYS.postgres_upsert(9, "(select holds from memory) and (select count(*) from of_partnerships) >= 0"),
        OFFER_TOTALS.postgres_upsert(22, "(select holds from memory) and (select count(*) from of_links) >= 0")
    )
});

fn bind_sums<'q, 's>(statement: Statement<'q>, all: impl Iterator<Item = &'s ClickSums>) -> Statement<'q> {
    let all: Vec<_> = all.collect();
    statement
        .bind(all.iter().map(|sums| sums.clicks).collect::<Vec<_>>())
        .bind(all.iter().map(|sums| sums.visits).collect::<Vec<_>>())
        .bind(all.iter().map(|sums| sums.bots).collect::<Vec<_>>())
        .bind(all.iter().map(|sums| sums.hours).collect::<Vec<_>>())
}
