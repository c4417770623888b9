//! What need not be looked up again from one step to the next: whose a link is, and what headers' texts are. Neither
//! changes as long as there are the rows.

use std::collections::{BTreeMap, BTreeSet};

use domain::{AgentClass, referring_site};
use rustc_hash::FxHashMap;
use sqlx::{AssertSqlSafe, query, query_as};
use uuid::Uuid;

use super::{
    raw_clicks::RawClick,
    segment::LinkIds,
    words::{WordKind, number_agent, number_words, small},
};
use crate::{Conn, Db, StoreError, owned_task, reports::HeaderClasses};

/// How many of each are remembered; at this number all of them are forgotten.
const REMEMBERED: usize = 100_000;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Known {
    links: FxHashMap<Uuid, LinkIds>,
    /// Numbers of agents' classes, by those of their texts.
    agents: FxHashMap<i64, u32>,
    /// Numbers of sites, likewise.
    sites: FxHashMap<i64, u32>,
}

/// A header's text, and what it was found to be: 0 where nobody has looked yet.
#[derive(sqlx::FromRow)]
struct Header {
    number: i64,
    agent: i64,
    site: i64,
    value: String,
}

impl Known {
    /// Finds out what is new in these clicks. What texts are is found out once, and kept beside them.
    pub(super) async fn learn(
        &mut self,
        db: &Db,
        clicks: &[RawClick],
        classes: &dyn HeaderClasses,
    ) -> Result<(), StoreError> {
        if self.links.len().max(self.agents.len()).max(self.sites.len()) > REMEMBERED {
            *self = Self::default();
        }
        let links: BTreeSet<Uuid> = new(clicks, |click| click.link, |link| self.links.contains_key(link));
        let agents: BTreeSet<i64> = new(clicks, |click| click.user_agent, |text| self.agents.contains_key(text));
        let sites: BTreeSet<i64> = new(clicks, |click| click.referer, |text| self.sites.contains_key(text));
        if !links.is_empty() {
            self.links.extend(read_links(&mut db.read().await?, &links).await?);
        }
        if agents.is_empty() && sites.is_empty() {
            return Ok(());
        }
        let headers = read_headers(&mut db.read().await?, &agents.union(&sites).copied().collect()).await?;
        let (mut new_agents, mut new_sites) = (BTreeMap::new(), BTreeMap::new());
        for header in headers {
            match header.agent {
                0 if agents.contains(&header.number) => {
                    new_agents.insert(header.number, classes.agent(&header.value));
                }
                // Nobody asks for it, and nobody has looked yet.
                0 => {}
                agent => {
                    self.agents.insert(header.number, small(agent, "header_values")?);
                }
            }
            match header.site {
                0 if sites.contains(&header.number) => {
                    new_sites.insert(header.number, referring_site(&header.value).unwrap_or_default());
                }
                0 => {}
                site => {
                    self.sites.insert(header.number, small(site, "header_values")?);
                }
            }
        }
        let (agents, sites) = number_headers(db, new_agents, new_sites).await?;
        self.agents.extend(agents);
        self.sites.extend(sites);
        Ok(())
    }

    /// Whose a link is that was learnt.
    pub(super) fn ids(&self, link: Uuid) -> Result<LinkIds, StoreError> {
        self.links.get(&link).copied().ok_or(StoreError::bad_row("clicks", "link_id"))
    }

    /// The class of a click's agent.
    pub(super) fn agent(&self, click: &RawClick) -> u32 {
        self.agents.get(&click.user_agent).copied().unwrap_or_default()
    }

    /// The site that a click came from.
    pub(super) fn site(&self, click: &RawClick) -> u32 {
        self.sites.get(&click.referer).copied().unwrap_or_default()
    }
}

/// What isn't known of some clicks. Neighbours are often alike.
fn new<T: Ord + Copy>(clicks: &[RawClick], of: fn(&RawClick) -> T, is_known: impl Fn(&T) -> bool) -> BTreeSet<T> {
    let mut found = BTreeSet::new();
    for one in clicks.iter().map(of) {
        if !is_known(&one) {
            found.insert(one);
        }
    }
    found
}

async fn read_links(conn: &mut Conn, links: &BTreeSet<Uuid>) -> Result<Vec<(Uuid, LinkIds)>, StoreError> {
    let sql = format!(
        "select l.id, l.offer_id, o.partner_id, l.affiliate_id from links l join offers o on o.id = l.offer_id
        where l.id in {}",
        conn.ids_of("$1")
    );
    let list: Vec<String> = links.iter().map(|link| link.as_simple().to_string()).collect();
    let list = serde_json::to_string(&list).unwrap_or_default();
    let rows: Vec<(Uuid, Uuid, Uuid, Uuid)> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(list).fetch_all(c).await)?;
    let ids = rows.into_iter().map(|(link, offer, partner, affiliate)| {
        let ids = LinkIds { partner, affiliate, offer, link };
        (link, ids)
    });
    Ok(ids.collect())
}

async fn read_headers(conn: &mut Conn, numbers: &BTreeSet<i64>) -> Result<Vec<Header>, StoreError> {
    let sql = format!(
        "select cast(number as bigint) as number, cast(coalesce(agent, 0) as bigint) as agent,
            cast(coalesce(site, 0) as bigint) as site, value
        from header_values where number in {}",
        conn.numbers_of("$1")
    );
    let list = serde_json::to_string(numbers).unwrap_or_default();
    Ok(run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(list).fetch_all(c).await)?)
}

type Numbers = Vec<(i64, u32)>;

/// Gives what texts were found to be its numbers, and keeps them beside the texts.
async fn number_headers(
    db: &Db,
    agents: BTreeMap<i64, AgentClass>,
    sites: BTreeMap<i64, String>,
) -> Result<(Numbers, Numbers), StoreError> {
    if agents.is_empty() && sites.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let db = db.clone();
    owned_task(async move {
        let mut conn = db.begin().await?;
        let mut known: BTreeMap<&AgentClass, u32> = BTreeMap::new();
        for class in agents.values() {
            if !known.contains_key(class) {
                known.insert(class, number_agent(&mut conn, class).await?);
            }
        }
        let agents: Numbers = agents.iter().map(|(text, class)| (*text, known[class])).collect();
        let words: BTreeSet<&str> = sites.values().map(String::as_str).collect();
        let words = number_words(&mut conn, WordKind::Site, &words).await?;
        let sites: Numbers = sites.iter().filter_map(|(text, site)| Some((*text, *words.get(site)?))).collect();
        for (column, all) in [("agent", &agents), ("site", &sites)] {
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
        conn.commit().await?;
        Ok((agents, sites))
    })
    .await
}
