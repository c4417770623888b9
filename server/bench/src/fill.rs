//! Everything of the bench that knows the schema: a network filled faster than any visitor could, and the questions
//! that rows ask of it. When the schema changes, this file changes, and its test says whether it is right.
//!
//! A text is written once, as in `store`; what the engines say differently stands in [`Fill::numbers`],
//! [`Fill::id`] and [`Fill::slug`], side by side. Every id is told by its kind and number, so nothing has to be joined.

#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::ClickId;
use sqlx::{AssertSqlSafe, query_scalar, types::Uuid};
use store::counters::{CLICK_DAYS, CONVERSION_DAYS, PARTNERSHIP_CLICK_DAYS, PARTNERSHIP_CONVERSION_DAYS};
use testkit::Engine;

use crate::{
    Failure,
    database::{Connection, Database, run},
    stages::say,
    visitors,
};

const DAY_MILLIS: u64 = 86_400_000;
const HOUR_MILLIS: u64 = 3_600_000;
/// How many days the clicks are spread over, today included.
const DAYS: u64 = 30;
/// One click of so many is a sale.
const CLICKS_PER_SALE: u64 = 100;
/// Odd and near to 2^40 divided by the golden ratio: multiples of it modulo 2^40 hit every number once, far apart.
const SCATTER: u64 = 679_535_556_991;
const SCATTER_MASK: u64 = (1 << 40) - 1;

/// How large a network is, beside the people and offers of the demo.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// How many affiliates.
    pub(crate) affiliates: u64,
    /// How many offers; every affiliate has a live link for each.
    pub(crate) offers: u64,
    /// How many clicks, the more the lower a link's number.
    pub(crate) clicks: u64,
}

impl Size {
    /// How many links.
    pub(crate) const fn links(self) -> u64 {
        self.affiliates * self.offers
    }

    /// The slugs of so many links, evenly chosen.
    pub(crate) fn slugs(self, count: u64) -> Vec<String> {
        let count = count.min(self.links());
        let slug = |n: u64| format!("{:010x}", ((n * self.links() / count) * SCATTER) & SCATTER_MASK);
        (0..count).map(slug).collect()
    }
}

/// What ids are made of, beside a moment and a number.
#[derive(Debug, Clone, Copy)]
enum Kind {
    User = 1,
    Affiliate,
    Offer,
    Application,
    Link,
    Click,
    Conversion,
}

/// The texts of one filling.
struct Fill<'a> {
    engine: Engine,
    size: Size,
    /// The first moment, in milliseconds since 1970; also the moment in which people, offers and links were made.
    first: u64,
    /// How many milliseconds there are to the last click.
    span: u64,
    /// The email of the partner who owns the offers.
    partner: &'a str,
}

/// Fills a database that nobody else uses.
pub(crate) async fn fill(database: &Database, size: Size, partner: &str) -> Result<(), Failure> {
    let now = millis_since_1970()?;
    let first = (now / DAY_MILLIS - (DAYS - 1)) * DAY_MILLIS;
    let fill = Fill { engine: database.engine(), size, first, span: now - first, partner };
    let mut connection = database.connect_to_fill().await?;
    say(&format!("filling in {} links", size.links()), size.links() / 80_000);
    connection.execute(fill.people_and_offers()).await?;
    connection.execute(fill.links()).await?;
    say(&format!("filling in {} clicks", size.clicks), size.clicks / 170_000);
    let indexes = drop_click_indexes(&mut connection).await?;
    connection.execute(fill.clicks()).await?;
    for sql in indexes {
        connection.execute(sql).await?;
    }
    say("counting them", size.clicks / 250_000);
    connection.execute(fill.counters()).await?;
    connection.execute(fill.conversions()).await?;
    connection.close().await?;
    database.settle().await
}

fn millis_since_1970() -> Result<u64, Failure> {
    let since: Duration = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(since.as_millis().try_into()?)
}

/// Many rows are indexed faster at once than one by one. Returns the texts that make the indexes again.
async fn drop_click_indexes(connection: &mut Connection) -> Result<Vec<String>, Failure> {
    const INDEXES: &str = "from sqlite_master where type = 'index' and tbl_name = 'clicks' and sql is not null";
    let Connection::Sqlite(c) = &mut *connection else { return Ok(Vec::new()) };
    let made = format!("select sql {INDEXES}");
    let made: Vec<String> = query_scalar(AssertSqlSafe(made)).fetch_all(&mut *c).await?;
    let drops = format!("select 'drop index ' || name {INDEXES}");
    let drops: Vec<String> = query_scalar(AssertSqlSafe(drops)).fetch_all(&mut *c).await?;
    for sql in drops {
        connection.execute(sql).await?;
    }
    Ok(made)
}

impl Fill<'_> {
    /// A table `numbers` with the column `i`, from 0.
    fn numbers(&self, count: u64) -> String {
        match self.engine {
            Engine::Sqlite => format!(
                "(with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < {count})
                select i from n) numbers"
            ),
            Engine::Postgres => format!("generate_series(0::bigint, {count} - 1) numbers (i)"),
        }
    }

    /// The id of the `n`th of its kind: a UUID of version 7 with a number where others have chance.
    fn id(&self, kind: Kind, moment: &str, n: &str) -> String {
        let kind = kind as u8;
        match self.engine {
            Engine::Sqlite => format!("unhex(printf('%012x7{kind:03}8%015x', {moment}, {n}))"),
            Engine::Postgres => {
                format!("(lpad(to_hex({moment}), 12, '0') || '7{kind:03}8' || lpad(to_hex({n}), 15, '0'))::uuid")
            }
        }
    }

    /// The id of something that was there from the beginning.
    fn old(&self, kind: Kind, n: &str) -> String {
        self.id(kind, &self.first.to_string(), n)
    }

    /// The slug of the `i`th link, as [`Size::slugs`] has it.
    fn slug(&self) -> String {
        let number = format!("i * {SCATTER} & {SCATTER_MASK}");
        match self.engine {
            Engine::Sqlite => format!("printf('%010x', {number})"),
            Engine::Postgres => format!("lpad(to_hex({number}), 10, '0')"),
        }
    }

    /// A table `visits` with a moment `at` and the number of a link for each click `i`, in the order of moments.
    /// Links are as unequal as ever: a quarter of them get half of the clicks.
    fn visits(&self) -> String {
        let Self { size, first, span, .. } = self;
        let (links, clicks, numbers) = (size.links(), size.clicks, self.numbers(size.clicks));
        format!(
            "(select i, at, (chance * chance >> 30) * {links} >> 30 as link from (
                select i, {first} + i * {span} / {clicks} as at, (i * {SCATTER} & {SCATTER_MASK}) >> 10 as chance
                from {numbers}) chances) visits"
        )
    }

    fn people_and_offers(&self) -> String {
        let Self { size, first, partner, .. } = self;
        let (affiliates, offers) = (self.numbers(size.affiliates), self.numbers(size.offers));
        let (user, affiliate) = (self.old(Kind::User, "i"), self.old(Kind::Affiliate, "i"));
        let offer = self.old(Kind::Offer, "i");
        format!(
            "begin;
            insert into users (id, email, name, password_hash, created_at)
            select {user}, 'affiliate' || i || '@bench.example', 'Affiliate ' || i, '-', {first}
            from {affiliates};
            insert into organisations (id, kind, name, created_at)
            select {affiliate}, 'affiliate', 'Affiliate ' || i, {first} from {affiliates};
            insert into affiliates (id) select {affiliate} from {affiliates};
            insert into memberships (organisation_id, user_id, role, created_at)
            select {affiliate}, {user}, 'owner', {first} from {affiliates};
            insert into offers (id, partner_id, name, description, destination, commission_terms, status, created_at)
            select {offer}, (select m.organisation_id from memberships m join users u on u.id = m.user_id
                    where u.email = '{partner}'),
                'Offer ' || i, 'An offer of the bench.', 'https://shop.example/landing/' || i || '?from=network',
                '5 USD per sale', 'active', {first}
            from {offers};
            insert into offer_totals (offer_id, affiliates) select {offer}, {} from {offers};
            commit",
            size.affiliates
        )
    }

    fn links(&self) -> String {
        let Self { size, first, .. } = self;
        let (links, slug, affiliates) = (self.numbers(size.links()), self.slug(), size.affiliates);
        let (application, link) = (self.old(Kind::Application, "i"), self.old(Kind::Link, "i"));
        let offer = self.old(Kind::Offer, &format!("i / {affiliates}"));
        let affiliate = self.old(Kind::Affiliate, &format!("i % {affiliates}"));
        format!(
            "begin;
            insert into applications (id, offer_id, affiliate_id, message, status, created_at)
            select {application}, {offer}, {affiliate}, 'Please.', 'approved', {first} from {links};
            insert into links (id, slug, application_id, offer_id, affiliate_id)
            select {link}, {slug}, {application}, {offer}, {affiliate} from {links};
            commit"
        )
    }

    fn clicks(&self) -> String {
        let rows = |row: fn(u64) -> String, count: u64| {
            (0..count).map(|n| format!("({n}, '{}')", row(n))).collect::<Vec<_>>().join(", ")
        };
        let agents = rows(visitors::agent, visitors::AGENTS);
        let referers = rows(visitors::referer, visitors::REFERERS);
        let (visits, click, link) = (self.visits(), self.id(Kind::Click, "at", "i"), self.old(Kind::Link, "link"));
        let ip = "(11 + i % 100) || '.' || (i * 31 & 255) || '.' || (i >> 3 & 255) || '.' || (i >> 11 & 255)";
        let ip = if self.engine == Engine::Postgres {
            format!("substring(inet_send(({ip})::inet) from 5)")
        } else {
            ip.to_owned()
        };
        format!(
            "create temp table agents (n integer primary key, value text);
            create temp table referers (n integer primary key, value text);
            insert into agents values {agents};
            insert into referers values {referers};
            begin;
            insert into header_values (value)
            select value from (select '' as value union select value from agents union select value from referers) texts
            where value not in (select value from header_values);
            create temp table agent_numbers as
                select n, number from agents join header_values h on h.value = agents.value;
            create temp table referer_numbers as
                select n, number from referers join header_values h on h.value = referers.value;
            create unique index agent_numbers_n on agent_numbers (n);
            create unique index referer_numbers_n on referer_numbers (n);
            insert into clicks (id, link_id, kind, country, ip, user_agent, referer)
            select {click}, {link}, case when i % 16 = 0 then 1 else 0 end,
                case when i % 11 = 0 then null else 1 + i * 31 % 40 * 17 end, {ip},
                (select number from agent_numbers where n = i * 7919 % {}),
                case when i % 4 = 0 then (select number from header_values where value = '')
                    else (select number from referer_numbers where n = i * 104729 % {}) end
            from {visits};
            commit",
            visitors::AGENTS,
            visitors::REFERERS
        )
    }

    fn counters(&self) -> String {
        let (visits, link) = (self.visits(), self.old(Kind::Link, "link"));
        let (offer, offers) = (self.old(Kind::Offer, "i"), self.numbers(self.size.offers));
        format!(
            "begin;
            insert into click_days (day, link_id, clicks, visits, bots, hours)
            select hour / 24, {link}, sum(clicks), sum(clicks - bots), sum(bots), sum(1 << cast(hour % 24 as integer))
            from (
                select link, at / {HOUR_MILLIS} as hour, count(*) as clicks, min(at) as first,
                    sum(case when i % 16 = 0 then 1 else 0 end) as bots
                from {visits} group by link, at / {HOUR_MILLIS}) hours
            group by hour / 24, link order by hour / 24, min(first);
            {};
            update offer_totals set clicks = coalesce((select sum(d.clicks)
                from links l join click_days d on d.link_id = l.id where l.offer_id = offer_totals.offer_id), 0)
            where offer_id in (select {offer} from {offers});
            commit",
            PARTNERSHIP_CLICK_DAYS.fill_from_links(
                &CLICK_DAYS,
                &format!("o.id in (select {offer} from {offers})"),
                "16777215"
            )
        )
    }

    fn conversions(&self) -> String {
        let (visits, link) = (self.visits(), self.old(Kind::Link, "link"));
        let (offer, offers) = (self.old(Kind::Offer, "i"), self.numbers(self.size.offers));
        let (conversion, click) = (self.id(Kind::Conversion, "at", "i"), self.id(Kind::Click, "at", "i"));
        format!(
            "begin;
            insert into conversions (id, click_id, transaction_id, link_id, at, status, amount, commission, currency)
            select {conversion}, {click}, 'order-' || i, {link}, at, 'confirmed', 50000000, 5000000, 'USD'
            from {visits} where i % {CLICKS_PER_SALE} = 0;
            insert into conversion_days (link_id, day, status, currency, conversions, amount_units, amount_micros,
                commission_units, commission_micros)
            select {link}, day, 'confirmed', 'USD', sales, 50 * sales, 0, 5 * sales, 0 from (
                select link, at / {DAY_MILLIS} as day, count(*) as sales
                from {visits} where i % {CLICKS_PER_SALE} = 0 group by link, at / {DAY_MILLIS}) days;
            {};
            update offer_totals set conversions = coalesce((select sum(d.conversions)
                from links l join conversion_days d on d.link_id = l.id
                where l.offer_id = offer_totals.offer_id), 0)
            where offer_id in (select {offer} from {offers});
            commit",
            PARTNERSHIP_CONVERSION_DAYS.fill_from_links(
                &CONVERSION_DAYS,
                &format!("o.id in (select {offer} from {offers})"),
                ""
            )
        )
    }
}

/// How many clicks are stored.
pub(crate) async fn count_clicks(database: &Database) -> Result<u64, Failure> {
    count(database, "select count(*) from clicks").await
}

/// What is packed for reports.
pub(crate) struct Packed {
    /// How many clicks.
    pub(crate) clicks: u64,
    /// How many bytes they and their conversions take, without what the database needs for itself.
    pub(crate) bytes: u64,
}

/// What is packed for reports.
pub(crate) async fn count_packed(database: &Database) -> Result<Packed, Failure> {
    const BYTES: &str = "select cast(coalesce(sum(length(runs) + length(kinds) + length(countries) + length(agents)
            + length(sites) + 60), 0) as bigint) from click_segments";
    let clicks = count(database, "select cast(coalesce(sum(clicks), 0) as bigint) from click_segments").await?;
    Ok(Packed { clicks, bytes: count(database, BYTES).await? })
}

/// How many conversions are stored.
pub(crate) async fn count_conversions(database: &Database) -> Result<u64, Failure> {
    count(database, "select count(*) from conversions").await
}

async fn count(database: &Database, sql: &'static str) -> Result<u64, Failure> {
    let mut connection = database.connect().await?;
    let count: i64 = run!(&mut connection, |c| query_scalar(sql).fetch_one(&mut *c).await)?;
    connection.close().await?;
    Ok(count.try_into()?)
}

/// So many clicks at most of a partner's links.
pub(crate) async fn list_clicks(database: &Database, partner: &str, most: i64) -> Result<Vec<ClickId>, Failure> {
    const SQL: &str = "select c.id from clicks c join links l on l.id = c.link_id join offers o on o.id = l.offer_id
        join memberships m on m.organisation_id = o.partner_id join users u on u.id = m.user_id
        where u.email = $1 limit $2";
    let mut connection = database.connect().await?;
    let ids: Vec<Uuid> =
        run!(&mut connection, |c| query_scalar(SQL).bind(partner).bind(most).fetch_all(&mut *c).await)?;
    connection.close().await?;
    Ok(ids.into_iter().map(ClickId::from_uuid).collect())
}
