//! Numbers of what segments name by number.

use std::collections::{BTreeSet, HashMap};

use domain::AgentClass;
use sqlx::{AssertSqlSafe, query, query_as};

use crate::{Conn, StoreError};

/// Which texts a word is one of.
#[derive(Debug, Clone, Copy)]
pub(super) enum WordKind {
    Site,
    Status,
    Currency,
}

impl WordKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Status => "status",
            Self::Currency => "currency",
        }
    }
}

/// The numbers of some words; those that have none yet get one.
pub(super) async fn number_words(
    conn: &mut Conn,
    kind: WordKind,
    words: &BTreeSet<&str>,
) -> Result<HashMap<String, u32>, StoreError> {
    if words.is_empty() {
        return Ok(HashMap::new());
    }
    let list = conn.texts_of("$2");
    let insert = format!(
        "insert into report_words (kind, word) select $1, new.value from {list} new
        where not exists (select 1 from report_words w where w.kind = $1 and w.word = new.value)
        order by new.value on conflict (kind, word) do nothing"
    );
    let find = format!("select word, cast(number as bigint) from report_words where kind = $1 and word in {list}");
    let texts = serde_json::to_string(words).unwrap_or_default();
    run!(conn, |c| query(AssertSqlSafe(insert)).bind(kind.as_str()).bind(&texts).execute(c).await.map(|_| ()))?;
    let found: Vec<(String, i64)> =
        run!(conn, |c| query_as(AssertSqlSafe(find)).bind(kind.as_str()).bind(&texts).fetch_all(c).await)?;
    found.into_iter().map(|(word, number)| Ok((word, small(number, "report_words")?))).collect()
}

/// The number of a class; it gets one if it has none.
pub(super) async fn number_agent(conn: &mut Conn, class: &AgentClass) -> Result<u32, StoreError> {
    const INSERT: &str = "insert into agents (device, os, browser) select $1, $2, $3
        where not exists (select 1 from agents where device = $1 and os = $2 and browser = $3)
        on conflict (device, os, browser) do nothing";
    const FIND: &str = "select cast(number as bigint) from agents where device = $1 and os = $2 and browser = $3";
    let AgentClass { device, os, browser } = class;
    let device = device.as_str();
    run!(conn, |c| query(INSERT).bind(device).bind(os).bind(browser).execute(c).await.map(|_| ()))?;
    let (number,): (i64,) = run!(conn, |c| query_as(FIND).bind(device).bind(os).bind(browser).fetch_one(c).await)?;
    small(number, "agents")
}

/// Numbers are given out from 1 on, one for each new text.
pub(super) fn small(number: i64, table: &'static str) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| StoreError::bad_row(table, "number"))
}
