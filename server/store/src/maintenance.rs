//! What has to be done from time to time, so that the database stays what it is meant to be.

use domain::{ActivityId, ClickId, Timestamp};
use sqlx::{AssertSqlSafe, query, query_scalar};
use uuid::Uuid;

use crate::{Conn, StoreError};

/// Makes the parts of `clicks` for the coming months. The embedded database has none: there, all lie in the order of
/// time in one table.
pub async fn prepare_months(conn: &mut Conn, now: Timestamp) -> Result<(), StoreError> {
    // Clicks that a wrong clock has put aside are moved where they belong, however many they are.
    const PATIENTLY: &str = "set local statement_timeout = 0";
    // While one statement waits for a lock on all parts, all others wait behind it: rather another time.
    const ELSE_LATER: &str = "set local lock_timeout = 200";
    const MAKE: &str = "select make_click_months($1)";
    if let Conn::PostgresWrite(transaction) = conn {
        query(PATIENTLY).execute(&mut **transaction).await?;
        query(ELSE_LATER).execute(&mut **transaction).await?;
        query(MAKE).bind(now.as_millis()).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Erases the addresses and programs of visitors before a moment, and of the pages they came from all but the site: of so
/// many clicks at most, the oldest first, so that nobody waits long for this transaction. Returns whether there may be
/// more. Nothing else of a click changes, and no counter; a postback for it is credited as ever. The texts themselves
/// stay in the list of all that were ever seen, where nothing says any more who had which.
pub async fn erase_visitors(conn: &mut Conn, until: Timestamp, most: u32) -> Result<bool, StoreError> {
    const NEXT: &str = "select id from clicks where id >= $1 and id < $2 order by id limit 1 offset $3";
    const LAST: &str = "select id from clicks where id >= $1 and id < $2 order by id desc limit 1";
    const MARK: &str = "update erasures set before = $1";
    let until = ClickId::first_at(until).uuid();
    let Some(before) = erased_before(conn).await?.filter(|before| *before < until) else { return Ok(false) };
    let next: Option<Uuid> =
        run!(conn, |c| query_scalar(NEXT).bind(before).bind(until).bind(i64::from(most)).fetch_optional(c).await)?;
    let last: Option<Uuid> = match next {
        Some(_) => None,
        None => run!(conn, |c| query_scalar(LAST).bind(before).bind(until).fetch_optional(c).await)?,
    };
    // Never beyond what there is: a clock that was ahead for a moment must not end the erasing of what comes later.
    let after = |id: Uuid| Uuid::from_u128(id.as_u128().saturating_add(1));
    let Some(end) = next.or(last.map(after)) else { return Ok(false) };
    erase_between(conn, before, end).await?;
    run!(conn, |c| query(MARK).bind(end).execute(c).await.map(|_| ()))?;
    Ok(next.is_some())
}

/// Erases from where people did what they did before a moment: of so many entries at most. Returns whether there may be
/// more. Who did what stays.
pub async fn erase_addresses(conn: &mut Conn, until: Timestamp, most: u32) -> Result<bool, StoreError> {
    const SQL: &str = "update activity set address = null where id in (
        select id from activity where address is not null and id < $1 order by id limit $2)";
    let until = ActivityId::first_at(until).uuid();
    let erased =
        run!(conn, |c| query(SQL).bind(until).bind(i64::from(most)).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(erased == u64::from(most))
}

async fn erase_between(conn: &mut Conn, first: Uuid, end: Uuid) -> Result<(), StoreError> {
    let is_server = matches!(conn, Conn::PostgresWrite(_));
    let (nothing, site) = if is_server { ("null", POSTGRES_SITE) } else { ("''", SQLITE_SITE) };
    let class = class_text(is_server);

    // In the recorder's order, so that the two don't wait for each other in a circle.
    let texts = format!(
        "insert into header_values (value) select text from (
            select '' as text
            union select {site} from clicks c join header_values v on v.number = c.referer where c.id >= $1 and c.id < $2
            union select {class} from clicks c join header_values v on v.number = c.user_agent
                where c.id >= $1 and c.id < $2 and v.agent is not null
        ) new where not exists (select 1 from header_values h where h.value = new.text) order by text on conflict do nothing"
    );
    // Of what is new among them it is known what it stands for: lists and reports go on telling the same.
    let classes = format!(
        "update header_values set agent = cast(substr(value, 2) as integer) where agent is null and value in (
            select {class} from clicks c join header_values v on v.number = c.user_agent
            where c.id >= $1 and c.id < $2 and v.agent is not null)"
    );
    let sites = format!(
        "update header_values set site = new.site from (
            select {site} as text, max(v.site) as site from clicks c join header_values v on v.number = c.referer
            where c.id >= $1 and c.id < $2 and v.site is not null group by 1) new
        where header_values.value = new.text and header_values.site is null and new.text <> ''"
    );
    let erase = format!(
        "update clicks set ip = {nothing}, user_agent = coalesce((
                select s.number from header_values v join header_values s on s.value = {class}
                where v.number = clicks.user_agent),
            (select number from header_values where value = '')),
            referer = (select s.number from header_values v join header_values s on s.value = {site}
                where v.number = clicks.referer)
        where id >= $1 and id < $2"
    );
    for sql in [texts, classes, sites, erase] {
        run!(conn, |c| query(AssertSqlSafe(sql)).bind(first).bind(end).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// What stays of a user agent `v`: the number of its class, behind a character that no header can hold.
const fn class_text(is_server: bool) -> &'static str {
    if is_server { "chr(1) || v.agent" } else { "char(1) || v.agent" }
}

/// Whether a text stands for a user agent that was erased.
pub(crate) fn is_erased(user_agent: &str) -> bool {
    user_agent.starts_with('\u{1}')
}

// Of a referer `v.value`, the site as browsers write it for others, `https://site.example/`; nothing of what has no such
// beginning, or a user's name in it.
const POSTGRES_SITE: &str =
    "coalesce(substring(v.value from '^([A-Za-z][A-Za-z0-9+.-]*://[^/?#@]+)([/?#]|$)') || '/', '')";
const SQLITE_SITE: &str = "case when instr(v.value, '://') > 1
        and substr(v.value, 1, instr(v.value, '://') - 1) not glob '*[^A-Za-z0-9+.-]*'
        and substr(v.value, 1, 1) glob '[A-Za-z]'
        and substr(v.value, instr(v.value, '://') + 3, 1) not in ('', '/', '?', '#')
        and instr(substr(v.value, instr(v.value, '://') + 3, instr(replace(replace(
            substr(v.value, instr(v.value, '://') + 3), '?', '/'), '#', '/') || '/', '/') - 1), '@') = 0
    then substr(v.value, 1, instr(v.value, '://') + 1 + instr(replace(replace(
        substr(v.value, instr(v.value, '://') + 3), '?', '/'), '#', '/') || '/', '/')) || '/'
    else '' end";

/// How far it has been done; nothing where another server is at it.
async fn erased_before(conn: &mut Conn) -> Result<Option<Uuid>, StoreError> {
    const SQL: &str = "select before from erasures";
    let lock = if matches!(conn, Conn::PostgresWrite(_)) { " for update skip locked" } else { "" };
    Ok(run!(conn, |c| query_scalar(AssertSqlSafe(format!("{SQL}{lock}"))).fetch_optional(c).await)?)
}
