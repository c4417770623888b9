//! Clicks as they lie, read in steps.

use domain::{ClickId, Timestamp};
use sqlx::{AssertSqlSafe, query_as};
use uuid::Uuid;

use crate::{Conn, Db, StoreError, db::read_directly};

/// Clicks of one step.
const STEP: usize = 10_000;

/// What is packed of a click, before anything was looked up.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct RawClick {
    pub(super) id: Uuid,
    pub(super) link: Uuid,
    pub(super) kind: i16,
    pub(super) country: i64,
    /// Empty once it was erased.
    pub(super) ip: String,
    pub(super) user_agent: i64,
    pub(super) referer: i64,
}

impl RawClick {
    pub(super) fn at(&self) -> Timestamp {
        ClickId::from_uuid(self.id).made_at()
    }
}

/// The clicks from one moment to another, or as many of them as one step packs; and until when that is. Those of one
/// millisecond stay together, however many they are.
pub(super) async fn read_step(
    db: &Db,
    start: Timestamp,
    end: Timestamp,
) -> Result<(Vec<RawClick>, Timestamp), StoreError> {
    let mut clicks = read_clicks(db, start, end, STEP + 1).await?;
    if clicks.len() <= STEP {
        return Ok((clicks, end));
    }
    let last = clicks.last().map_or(end, RawClick::at);
    if last > start {
        clicks.retain(|click| click.at() < last);
        return Ok((clicks, last));
    }
    let end = end.min(start.plus_millis(1));
    Ok((read_clicks(db, start, end, usize::MAX).await?, end))
}

async fn read_clicks(db: &Db, start: Timestamp, end: Timestamp, most: usize) -> Result<Vec<RawClick>, StoreError> {
    let [first, behind] = [start, end].map(|moment| ClickId::first_at(moment).uuid());
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    match db {
        Db::Sqlite { file, readers, .. } => {
            read_directly(file, readers, move |conn| {
                const SQL: &str =
                    "select id, link_id, kind, coalesce(country, 0), coalesce(ip, ''), user_agent, referer
                    from clicks where id >= ?1 and id < ?2 order by id limit ?3";
                let mut statement = conn.prepare(SQL)?;
                let mut rows = statement.query((first.as_bytes(), behind.as_bytes(), most))?;
                let mut clicks = Vec::new();
                while let Some(row) = rows.next()? {
                    clicks.push(RawClick {
                        id: Uuid::from_bytes(row.get(0)?),
                        link: Uuid::from_bytes(row.get(1)?),
                        kind: row.get(2)?,
                        country: row.get(3)?,
                        ip: row.get(4)?,
                        user_agent: row.get(5)?,
                        referer: row.get(6)?,
                    });
                }
                Ok(clicks)
            })
            .await
        }
        Db::Postgres { .. } => {
            let mut conn = db.read().await?;
            read_from_server(&mut conn, first, behind, most).await
        }
    }
}

async fn read_from_server(conn: &mut Conn, first: Uuid, behind: Uuid, most: i64) -> Result<Vec<RawClick>, StoreError> {
    let sql = format!(
        "select c.id, c.link_id as link, c.kind, cast(coalesce(c.country, 0) as bigint) as country,
            coalesce({}, '') as ip, cast(c.user_agent as bigint) as user_agent, cast(c.referer as bigint) as referer
        from clicks c where c.id >= $1 and c.id < $2 order by c.id limit $3",
        conn.address_text()
    );
    Ok(run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(first).bind(behind).bind(most).fetch_all(c).await)?)
}
