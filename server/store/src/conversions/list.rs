//! What is read of conversions, and the click they belong to.

use domain::{
    AffiliateId, Amount, ClickId, ConversionFilter, ConversionId, ConversionOrder, ConversionRow, ConversionStatus,
    Country, Currency, Cursor, ListQuery, OfferId, Page, PartnerId, Place, ROWS_PER_PAGE, Timestamp, report::Basis,
};
use sqlx::{AssertSqlSafe, query_as, query_scalar};
use uuid::Uuid;

use crate::{
    Conn, Scope, StoreError,
    clicks::class_of,
    keyset::{Keyset, Order},
    picked::{Conditions, Picked, Tables},
    reports::{HeaderClasses, MARGIN_MILLIS},
    search::Search as TextSearch,
};

/// The owner of a click's offer, if there is such a click.
pub async fn find_click_owner(conn: &mut Conn, click: ClickId) -> Result<Option<PartnerId>, StoreError> {
    const SQL: &str = "select o.partner_id from clicks c join links l on l.id = c.link_id
        join offers o on o.id = l.offer_id where c.id = $1";
    let owner: Option<Uuid> = run!(conn, |c| query_scalar(SQL).bind(click.uuid()).fetch_optional(c).await)?;
    Ok(owner.map(PartnerId::from_uuid))
}

#[derive(sqlx::FromRow)]
struct ListedConversion {
    id: Uuid,
    at: i64,
    click_id: Uuid,
    transaction_id: String,
    offer_id: Uuid,
    offer_name: String,
    affiliate_id: Uuid,
    affiliate_name: String,
    country: i64,
    user_agent: String,
    device: Option<String>,
    os: Option<String>,
    browser: Option<String>,
    status: String,
    amount: i64,
    commission: i64,
    currency: String,
}

impl ListedConversion {
    /// The row as a reader sees it, who may see transactions or not.
    fn into_row(self, sees_transactions: bool, classes: &dyn HeaderClasses) -> Result<ConversionRow, StoreError> {
        let bad = |column| StoreError::bad_row("conversions", column);
        Ok(ConversionRow {
            id: ConversionId::from_uuid(self.id),
            at: Timestamp::from_millis(self.at),
            click_id: ClickId::from_uuid(self.click_id),
            transaction_id: sees_transactions.then_some(self.transaction_id),
            offer_id: OfferId::from_uuid(self.offer_id),
            offer_name: self.offer_name,
            affiliate_id: AffiliateId::from_uuid(self.affiliate_id),
            affiliate_name: self.affiliate_name,
            country: i16::try_from(self.country).ok().and_then(Country::from_code),
            device: class_of(self.device, self.os, self.browser, &self.user_agent, classes)?.device,
            status: ConversionStatus::parse(&self.status).map_err(|_| bad("status"))?,
            amount: Amount::from_micros(self.amount).ok_or(bad("amount"))?,
            commission: Amount::from_micros(self.commission).ok_or(bad("commission"))?,
            currency: Currency::parse(&self.currency).map_err(|_| bad("currency"))?,
        })
    }
}

const fn order_of(order: ConversionOrder) -> Order {
    match order {
        ConversionOrder::Newest => Order::newest("c.id"),
        ConversionOrder::Oldest => Order::oldest("c.id"),
        ConversionOrder::Amount => Order::largest("c.amount", "c.id"),
        ConversionOrder::Commission => Order::largest("c.commission", "c.id"),
    }
}

/// The place of a conversion in a list of an order.
pub fn cursor_of(order: ConversionOrder, row: &ConversionRow) -> Cursor {
    let key = match order {
        ConversionOrder::Newest | ConversionOrder::Oldest => String::new(),
        ConversionOrder::Amount => row.amount.micros().to_string(),
        ConversionOrder::Commission => row.commission.micros().to_string(),
    };
    Cursor { key, id: row.id.uuid() }
}

/// How the rows of a page are looked for.
enum Way {
    /// Link by link, and then sorted; or as PostgreSQL thinks best.
    Gather,
    /// From one conversion of the network to the next in the order of time, up to this one or to the end.
    Walk(Option<Uuid>),
}

/// How a page of a partner is found in the embedded database. Gathering costs as much as the partner has links and
/// conversions; walk that many rows first, which is cheaper for a large partner. In another order than that of time
/// only the whole network can be walked through.
async fn find_way(
    conn: &mut Conn,
    scope: Scope,
    filter: &ConversionFilter,
    keyset: &Keyset,
) -> Result<Way, StoreError> {
    const MINE: &str = "select cast(coalesce(sum(t.conversions + t.affiliates + t.waiting_applications), 0) as bigint)
        from offers o join offer_totals t on t.offer_id = o.id where o.partner_id = $1 and ($2 is null or o.id = $2)";
    let (true, Scope::Partner(partner)) = (conn.is_embedded(), scope) else { return Ok(Way::Gather) };
    let offer = filter.offer.map(OfferId::uuid);
    let mine: i64 = run!(conn, |c| query_scalar(MINE).bind(partner.uuid()).bind(offer).fetch_one(c).await)?;
    let whole = Keyset::whole(order_of(ConversionOrder::Newest));
    let is_by_time = matches!(filter.order, ConversionOrder::Newest | ConversionOrder::Oldest);
    let walked = if is_by_time { keyset } else { &whole };
    let sql = format!(
        "select c.id from conversions c where {} order by {} limit 1 offset $1",
        walked.condition("$2", "$3"),
        walked.order_by()
    );
    let end: Option<Uuid> = run!(conn, |c| query_scalar(AssertSqlSafe(sql))
        .bind(mine)
        .bind(walked.key())
        .bind(walked.id())
        .fetch_optional(c)
        .await)?;
    Ok(if end.is_none() || is_by_time { Way::Walk(end) } else { Way::Gather })
}

/// A page of the conversions of a scope that are picked. Transactions are searched for those only who may see them.
pub async fn list_conversions(
    conn: &mut Conn,
    scope: Scope,
    ListQuery { place, filter }: &ListQuery<ConversionFilter>,
    picked: &Picked,
    classes: &dyn HeaderClasses,
) -> Result<Page<ConversionRow>, StoreError> {
    // Of a place that is none of this order's the first page is shown.
    let place = Keyset::of(order_of(filter.order), place).into_place();
    let rows = next_conversions(conn, scope, filter, picked, classes, &place, ROWS_PER_PAGE + 1).await?;
    Ok(Page::from_rows(rows, &place, |row| cursor_of(filter.order, row)))
}

/// So many of them from a place on, in the order of reading.
pub async fn next_conversions(
    conn: &mut Conn,
    scope: Scope,
    filter: &ConversionFilter,
    picked: &Picked,
    classes: &dyn HeaderClasses,
    place: &Place,
    most: i64,
) -> Result<Vec<ConversionRow>, StoreError> {
    let tables = Tables { click: "k", conversion: Some("c") };
    let conditions = Conditions::of(conn, picked, classes, tables, 19).await?;
    let search = Search { scope, filter, picked, conditions, classes };
    let (mut place, mut found) = (place.clone(), Vec::new());
    loop {
        let missing = most - i64::try_from(found.len()).unwrap_or(i64::MAX);
        let chunk = search.conditions.chunk(missing);
        let rows = search.read(conn, &place, chunk).await?;
        let is_full = i64::try_from(rows.len()).is_ok_and(|read| read >= chunk);
        let last = rows.last().map(|row| cursor_of(filter.order, row)).filter(|_| is_full);
        let missing = usize::try_from(missing).unwrap_or_default();
        found.extend(rows.into_iter().filter(|row| search.admits(row)).take(missing));
        match last {
            Some(last) if i64::try_from(found.len()).is_ok_and(|found| found < most) => {
                place = if place.is_backwards() { Place::Before(last) } else { Place::After(last) };
            }
            _ => return Ok(found),
        }
    }
}

/// A conversion of a scope.
pub async fn find_conversion(
    conn: &mut Conn,
    scope: Scope,
    id: ConversionId,
    classes: &dyn HeaderClasses,
) -> Result<Option<ConversionRow>, StoreError> {
    let sql = format!("select {PICKED}, {LOOKED_UP} from {FOUND} where c.id = $1 and {}", scope.condition("$2", "$3"));
    let row: Option<ListedConversion> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(id.uuid())
        .bind(scope.partner())
        .bind(scope.affiliate())
        .fetch_optional(c)
        .await)?;
    row.map(|row| row.into_row(!matches!(scope, Scope::Affiliate(_)), classes)).transpose()
}

/// The conversions of a click, the oldest first.
pub async fn conversions_of_click(
    conn: &mut Conn,
    scope: Scope,
    click: ClickId,
    classes: &dyn HeaderClasses,
) -> Result<Vec<ConversionRow>, StoreError> {
    let sql = format!(
        "select {PICKED}, {LOOKED_UP} from {FOUND} where c.click_id = $1 and {} order by c.id",
        scope.condition("$2", "$3")
    );
    let rows: Vec<ListedConversion> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(click.uuid())
        .bind(scope.partner())
        .bind(scope.affiliate())
        .fetch_all(c)
        .await)?;
    let sees_transactions = !matches!(scope, Scope::Affiliate(_));
    rows.into_iter().map(|row| row.into_row(sees_transactions, classes)).collect()
}

/// What the rows of a page are picked by.
const PICKED: &str = "c.id, c.at, c.click_id, c.transaction_id, l.offer_id, o.name as offer_name, l.affiliate_id,
    f.name as affiliate_name, c.status, c.amount, c.commission, c.currency";
/// Where that stands, of a few conversions.
const FOUND: &str = "conversions c join links l on l.id = c.link_id join offers o on o.id = l.offer_id
    join organisations f on f.id = l.affiliate_id join clicks k on k.id = c.click_id
    join header_values a on a.number = k.user_agent left join agents g on g.number = a.agent";
/// What is looked up for them afterwards.
const LOOKED_UP: &str =
    "cast(coalesce(k.country, 0) as bigint) as country, a.value as user_agent, g.device, g.os, g.browser";

/// What is looked for.
struct Search<'c> {
    scope: Scope,
    filter: &'c ConversionFilter,
    picked: &'c Picked,
    conditions: Conditions,
    classes: &'c dyn HeaderClasses,
}

impl Search<'_> {
    fn admits(&self, row: &ConversionRow) -> bool {
        let counts_at = if self.picked.basis == Basis::Click { row.click_id.made_at() } else { row.at };
        self.conditions.admits(counts_at)
    }

    /// Rows from a place on, in the order of reading.
    async fn read(&self, conn: &mut Conn, place: &Place, most: i64) -> Result<Vec<ConversionRow>, StoreError> {
        let keyset = Keyset::of(order_of(self.filter.order), place);
        let way = find_way(conn, self.scope, self.filter, &keyset).await?;
        let rows = self.read_rows(conn, &keyset, &way, most).await?;
        // Not enough was found on the way: the rest is behind it, or there is no more.
        if matches!(way, Way::Walk(Some(_))) && i64::try_from(rows.len()).is_ok_and(|read| read < most) {
            return self.read_rows(conn, &keyset, &Way::Gather, most).await;
        }
        Ok(rows)
    }

    async fn read_rows(
        &self,
        conn: &mut Conn,
        keyset: &Keyset,
        way: &Way,
        most: i64,
    ) -> Result<Vec<ConversionRow>, StoreError> {
        let Self { scope, filter, conditions, .. } = self;
        let sees_transactions = !matches!(scope, Scope::Affiliate(_));
        let search = TextSearch::of(conn, &filter.text);
        // An affiliate's search must not find out what it can't see.
        let searched = ["o.name", "f.name", "c.transaction_id"];
        let searched = if sees_transactions { &searched[..] } else { &searched[..2] };
        // SQLite follows the order of a cross join.
        let (join, end, until) = match way {
            Way::Gather => (",", None, "$10 is null"),
            Way::Walk(None) => (" cross join", None, "$10 is null"),
            Way::Walk(Some(end)) if keyset.is_ascending() => (" cross join", Some(*end), "c.id < $10"),
            Way::Walk(Some(end)) => (" cross join", Some(*end), "c.id > $10"),
        };
        // Clicks are looked at for all rows only where it is about them.
        let (joined, theirs) = if conditions.asks_for_clicks {
            (format!("{join} clicks k"), "k.id = c.click_id and")
        } else {
            (String::new(), "")
        };
        let sql = format!(
            "select c.*, {LOOKED_UP} from (
                select {PICKED} from conversions c{join} links l{join} offers o{join} organisations f{joined}
                where l.id = c.link_id and o.id = l.offer_id and f.id = l.affiliate_id and {theirs} {until} and {} and {}
                  and ($3 is null or c.status = $3) and ($4 is null or l.offer_id = $4)
                  and (c.click_id between $6 and $16 or c.id between $17 and $18 or c.transaction_id = $11 or {})
                  and {} {}
                order by {order} limit $7
            ) c join clicks k on k.id = c.click_id join header_values a on a.number = k.user_agent
            left join agents g on g.number = a.agent order by {order}",
            keyset.condition("$8", "$9"),
            scope.condition("$1", "$2"),
            search.condition("$5", searched),
            self.times(),
            conditions.sql,
            order = keyset.order_by()
        );
        // As shops sent it, which may be another spelling than the one that is searched for.
        let transaction = sees_transactions.then(|| filter.text.as_typed());
        let text = filter.text.normalised();
        let (clicks, own) = (ClickId::range_of(&text), ConversionId::range_of(&text));
        let [from, to, first, behind] = self.ends();
        let rows: Vec<ListedConversion> = run!(conn, |c| {
            let mut rows = query_as(AssertSqlSafe(sql))
                .bind(scope.partner())
                .bind(scope.affiliate())
                .bind(filter.status.as_ref().map(ConversionStatus::as_str))
                .bind(filter.offer.map(OfferId::uuid))
                .bind(search.pattern())
                .bind(clicks.as_ref().map(|ids| ids.start().uuid()))
                .bind(most)
                .bind(keyset.key())
                .bind(keyset.id())
                .bind(end)
                .bind(transaction)
                .bind(from.0)
                .bind(to.0)
                .bind(first.1)
                .bind(behind.1)
                .bind(clicks.as_ref().map(|ids| ids.end().uuid()))
                .bind(own.as_ref().map(|ids| ids.start().uuid()))
                .bind(own.as_ref().map(|ids| ids.end().uuid()));
            for list in &conditions.binds {
                rows = rows.bind(list);
            }
            rows.fetch_all(c).await
        })?;
        rows.into_iter().map(|row| row.into_row(sees_transactions, self.classes)).collect()
    }

    /// Of which time they are, by the parameters from `$12` on.
    fn times(&self) -> &'static str {
        match (&self.picked.quarters, self.picked.basis) {
            (None, _) => "$12 is null and $13 is null and $14 is null and $15 is null",
            (Some(_), Basis::Click) => "$12 is null and $13 is null and c.click_id >= $14 and c.click_id < $15",
            (Some(_), Basis::Conversion) => "c.at >= $12 and c.at < $13 and c.id >= $14 and c.id < $15",
        }
    }

    /// What is bound to them: moments, and ids.
    fn ends(&self) -> [(Option<i64>, Option<Uuid>); 4] {
        let Some(moments) = self.picked.moments() else { return [(None, None); 4] };
        let (from, to) = (moments.start, moments.end);
        match self.picked.basis {
            Basis::Click => {
                let id = |moment| (None, Some(ClickId::first_at(moment).uuid()));
                [(None, None), (None, None), id(from), id(to)]
            }
            Basis::Conversion => {
                let at = |moment: Timestamp| (Some(moment.as_millis()), None);
                let id = |moment| (None, Some(ConversionId::first_at(moment).uuid()));
                [at(from), at(to), id(from.plus_millis(-MARGIN_MILLIS)), id(to.plus_millis(MARGIN_MILLIS))]
            }
        }
    }
}
