//! Which rows of a list are meant, beside whose they are: those of some time that meet conditions, as reports count them.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
};

use domain::{
    AffiliateId, ClickId, ClickKind, Country, LinkId, OfferId, PartnerId, Timestamp, referring_site,
    report::{Basis, Dimension, QUARTER_MILLIS},
};
use sqlx::{AssertSqlSafe, query_as, query_scalar};
use uuid::Uuid;

use crate::{
    Conn, StoreError,
    reports::{HeaderClasses, Wanted},
};

/// What is asked of a list.
#[derive(Debug, Clone, Default)]
pub struct Picked {
    /// The quarters of an hour in which it counts, counted from 1970 UTC; of all time where there are none.
    pub quarters: Option<Range<i64>>,
    /// At which time conversions count.
    pub basis: Basis,
    /// What it is: all of these.
    pub conditions: Vec<Wanted>,
}

impl Picked {
    /// The only one that is wanted of a dimension, where it is just one: counters may know where to look for it.
    pub(crate) fn only(&self, dimension: Dimension) -> Option<&str> {
        let wanted = |one: &&Wanted| one.axis.dimension() == dimension && !one.is_excluded && one.keys.len() == 1;
        self.conditions.iter().find(wanted)?.keys.iter().next().map(String::as_str)
    }

    /// The first moment, and the one after the last.
    pub(crate) fn moments(&self) -> Option<Range<Timestamp>> {
        let moment = |quarter: i64| Timestamp::from_millis(quarter.saturating_mul(QUARTER_MILLIS));
        self.quarters.as_ref().map(|quarters| moment(quarters.start)..moment(quarters.end))
    }
}

/// Conditions as the database knows them. What it can't tell, parts of days and weeks in somebody's zone, is left to
/// [`Conditions::admits`].
#[derive(Debug)]
pub(crate) struct Conditions {
    /// What follows the other conditions: each with an `and` in front.
    pub(crate) sql: String,
    /// What is bound to its parameters: lists, as JSON.
    pub(crate) binds: Vec<String>,
    /// Whether some of them are about the click of a conversion.
    pub(crate) asks_for_clicks: bool,
    times: Vec<Wanted>,
}

/// How many rows are looked at together where most may be of another time of the day.
const SIFTED: i64 = 2_000;

/// What the rows of a query are called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tables {
    /// `clicks`.
    pub(crate) click: &'static str,
    /// `conversions`, if there are any.
    pub(crate) conversion: Option<&'static str>,
}

impl Conditions {
    /// For a query with `links l` and `offers o`, whose parameters from this number on are free.
    pub(crate) async fn of(
        conn: &mut Conn,
        picked: &Picked,
        classes: &dyn HeaderClasses,
        tables: Tables,
        first: usize,
    ) -> Result<Self, StoreError> {
        let mut all = Self { sql: String::new(), binds: Vec::new(), asks_for_clicks: false, times: Vec::new() };
        for wanted in &picked.conditions {
            if wanted.axis.dimension().is_time() {
                all.times.push(wanted.clone());
                continue;
            }
            let test = test_of(conn, wanted, classes, tables).await?;
            all.asks_for_clicks |= is_of_click(wanted.axis.dimension());
            let list = |list: List, place: usize| {
                let parameter = format!("${}", first + place);
                match list {
                    List::Ids(json) => (conn.ids_of(&parameter), json),
                    List::Numbers(json) => (conn.numbers_of(&parameter), json),
                    List::Texts(json) => (conn.texts_of(&parameter), json),
                }
            };
            let mut is_one_of = Vec::new();
            for (value, values) in test {
                let (values, json) = list(values, all.binds.len());
                all.binds.push(json);
                is_one_of.push(format!("{value} in {values}"));
            }
            let is_wanted = if is_one_of.is_empty() { "1 = 0".to_owned() } else { is_one_of.join(" or ") };
            all.sql.push_str(if wanted.is_excluded { " and not (" } else { " and (" });
            all.sql.push_str(&is_wanted);
            all.sql.push(')');
        }
        Ok(all)
    }

    /// How many rows to read where so many are missing: more where they have to be asked one by one.
    pub(crate) const fn chunk(&self, missing: i64) -> i64 {
        if self.times.is_empty() { missing } else { SIFTED }
    }

    /// Whether what counts at a moment does so at the wanted times.
    pub(crate) fn admits(&self, counts_at: Timestamp) -> bool {
        let quarter = counts_at.as_millis().div_euclid(QUARTER_MILLIS);
        self.times.iter().all(|wanted| {
            let Some(buckets) = wanted.axis.buckets() else { return false };
            let key = buckets.place(quarter).and_then(|place| buckets.keys().get(place as usize));
            key.is_some_and(|key| wanted.keys.contains(key) != wanted.is_excluded)
        })
    }
}

/// Whether it is told by the click itself, and not by its link or its conversion.
const fn is_of_click(dimension: Dimension) -> bool {
    matches!(
        dimension,
        Dimension::Country
            | Dimension::ClickKind
            | Dimension::Device
            | Dimension::OperatingSystem
            | Dimension::Browser
            | Dimension::ReferringSite
    )
}

/// Values, as JSON.
enum List {
    Ids(String),
    Numbers(String),
    Texts(String),
}

/// What has to be one of some values; any of these. Nothing fulfils none.
type Test = Vec<(String, List)>;

async fn test_of(
    conn: &mut Conn,
    wanted: &Wanted,
    classes: &dyn HeaderClasses,
    Tables { click, conversion }: Tables,
) -> Result<Test, StoreError> {
    let keys = || wanted.keys.iter().map(String::as_str);
    let one = |value: String, list: List| vec![(value, list)];
    Ok(match wanted.axis.dimension() {
        Dimension::Offer => {
            let ids = keys().filter_map(|key| OfferId::parse(key).ok()).map(OfferId::uuid);
            one("l.offer_id".to_owned(), id_list(ids))
        }
        Dimension::Partner => {
            let ids = keys().filter_map(|key| PartnerId::parse(key).ok()).map(PartnerId::uuid);
            one("o.partner_id".to_owned(), id_list(ids))
        }
        Dimension::Affiliate => {
            let ids = keys().filter_map(|key| AffiliateId::parse(key).ok()).map(AffiliateId::uuid);
            one("l.affiliate_id".to_owned(), id_list(ids))
        }
        Dimension::Link => {
            let ids = keys().filter_map(|key| LinkId::parse(key).ok()).map(LinkId::uuid);
            one("l.id".to_owned(), id_list(ids))
        }
        Dimension::Country => {
            let code = |key: &str| if key.is_empty() { Some(0) } else { Country::parse(key).ok().map(Country::code) };
            one(format!("coalesce({click}.country, 0)"), List::Numbers(json(keys().filter_map(code))))
        }
        Dimension::ClickKind => {
            let codes = keys().filter_map(ClickKind::parse).map(ClickKind::code);
            one(format!("{click}.kind"), List::Numbers(json(codes)))
        }
        of_conversions @ (Dimension::Status | Dimension::Currency) => match conversion {
            Some(conversion) => one(format!("{conversion}.{}", of_conversions.as_str()), List::Texts(json(keys()))),
            // Of clicks there is nothing to say of these.
            None => Vec::new(),
        },
        Dimension::Device | Dimension::OperatingSystem | Dimension::Browser => {
            let (numbers, texts) = agents(conn, wanted, classes).await?;
            by_header("agent", &format!("{click}.user_agent"), numbers, texts)
        }
        _ => {
            let (numbers, texts) = sites(conn, wanted).await?;
            by_header("site", &format!("{click}.referer"), numbers, texts)
        }
    })
}

/// By what a header's text was found to be, or by the text, where nobody had looked at it yet.
fn by_header(found: &str, header: &str, numbers: BTreeSet<i64>, texts: BTreeSet<i64>) -> Test {
    let found = format!("coalesce((select h.{found} from header_values h where h.number = {header}), -1)");
    vec![(found, List::Numbers(json(numbers))), (header.to_owned(), List::Numbers(json(texts)))]
}

fn id_list(ids: impl Iterator<Item = Uuid>) -> List {
    List::Ids(json(ids.map(|id| id.as_simple().to_string())))
}

fn json<T: Into<serde_json::Value>>(list: impl IntoIterator<Item = T>) -> String {
    list.into_iter().map(Into::into).collect::<serde_json::Value>().to_string()
}

/// The numbers of the wanted agents, and of the texts that nobody has looked at yet and that are such.
async fn agents(
    conn: &mut Conn,
    wanted: &Wanted,
    classes: &dyn HeaderClasses,
) -> Result<(BTreeSet<i64>, BTreeSet<i64>), StoreError> {
    const AGENTS: &str = "select cast(number as bigint), device, os, browser from agents";
    let dimension = wanted.axis.dimension();
    let is_wanted = |device: &str, os: &str, browser: &str| {
        wanted.keys.contains(match dimension {
            Dimension::Device => device,
            Dimension::OperatingSystem => os,
            _ => browser,
        })
    };
    let rows: Vec<(i64, String, String, String)> = run!(conn, |c| query_as(AGENTS).fetch_all(c).await)?;
    let known = rows.into_iter().filter(|(_, device, os, browser)| is_wanted(device, os, browser)).map(|row| row.0);
    let new = new_headers(conn, "agent", "user_agent").await?.into_iter().filter(|(_, text)| {
        let class = classes.agent(text);
        is_wanted(class.device.as_str(), &class.os, &class.browser)
    });
    Ok((known.collect(), new.map(|(number, _)| number).collect()))
}

/// The same of referring sites.
async fn sites(conn: &mut Conn, wanted: &Wanted) -> Result<(BTreeSet<i64>, BTreeSet<i64>), StoreError> {
    let sql = format!(
        "select cast(number as bigint) from report_words where kind = 'site' and word in {}",
        conn.texts_of("$1")
    );
    let words = json(wanted.keys.iter().map(String::as_str));
    let known: Vec<i64> = run!(conn, |c| query_scalar(AssertSqlSafe(sql)).bind(words).fetch_all(c).await)?;
    let new = new_headers(conn, "site", "referer").await?.into_iter();
    let new = new.filter(|(_, text)| wanted.keys.contains(&referring_site(text).unwrap_or_default()));
    Ok((known.into_iter().collect(), new.map(|(number, _)| number).collect()))
}

/// Texts of the clicks behind the watermark that nobody has looked at yet.
async fn new_headers(conn: &mut Conn, found: &str, header: &str) -> Result<HashMap<i64, String>, StoreError> {
    const UNTIL: &str = "select clicks_until from packed";
    let until: i64 = run!(conn, |c| query_scalar(UNTIL).fetch_one(c).await)?;
    let sql = format!(
        "select cast(h.number as bigint), h.value from header_values h
        where h.{found} is null and h.number in (select c.{header} from clicks c where c.id >= $1)"
    );
    let first = ClickId::first_at(Timestamp::from_millis(until)).uuid();
    let rows: Vec<(i64, String)> = run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(first).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}
