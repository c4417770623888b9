//! What is read of conversions, and the click they belong to.

use domain::{
    Amount, ClickId, ConversionFilter, ConversionId, ConversionOrder, ConversionRow, ConversionStatus, Currency,
    Cursor, ListQuery, OfferId, Page, PartnerId, ROWS_PER_PAGE, Timestamp,
};
use sqlx::{AssertSqlSafe, query_as, query_scalar};
use uuid::Uuid;

use crate::{
    Conn, Scope, StoreError,
    keyset::{Keyset, Order},
    search::Search,
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
    offer_name: String,
    affiliate_name: String,
    status: String,
    amount: i64,
    commission: i64,
    currency: String,
}

impl ListedConversion {
    /// The row as a reader sees it, who may see transactions or not.
    fn into_row(self, sees_transactions: bool) -> Result<ConversionRow, StoreError> {
        let bad = |column| StoreError::bad_row("conversions", column);
        Ok(ConversionRow {
            id: ConversionId::from_uuid(self.id),
            at: Timestamp::from_millis(self.at),
            click_id: ClickId::from_uuid(self.click_id),
            transaction_id: sees_transactions.then_some(self.transaction_id),
            offer_name: self.offer_name,
            affiliate_name: self.affiliate_name,
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

fn cursor_of(order: ConversionOrder, row: &ConversionRow) -> Cursor {
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

/// The conversions of a scope. Transactions are searched for those only who may see them.
pub async fn list_conversions(
    conn: &mut Conn,
    scope: Scope,
    ListQuery { place, filter }: &ListQuery<ConversionFilter>,
) -> Result<Page<ConversionRow>, StoreError> {
    let keyset = Keyset::of(order_of(filter.order), place);
    let way = find_way(conn, scope, filter, &keyset).await?;
    let mut rows = read_rows(conn, scope, filter, &keyset, &way).await?;
    // Not enough was found on the way: the rest is behind it, or there is no more.
    if matches!(way, Way::Walk(Some(_))) && i64::try_from(rows.len()).is_ok_and(|read| read <= ROWS_PER_PAGE) {
        rows = read_rows(conn, scope, filter, &keyset, &Way::Gather).await?;
    }
    Ok(keyset.page(rows, |row| cursor_of(filter.order, row)))
}

/// The rows of a page as they are read, and one more if there is.
async fn read_rows(
    conn: &mut Conn,
    scope: Scope,
    filter: &ConversionFilter,
    keyset: &Keyset,
    way: &Way,
) -> Result<Vec<ConversionRow>, StoreError> {
    let sees_transactions = !matches!(scope, Scope::Affiliate(_));
    let search = Search::of(conn, &filter.text);
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
    let sql = format!(
        "select c.id, c.at, c.click_id, c.transaction_id, o.name as offer_name, f.name as affiliate_name, c.status,
            c.amount, c.commission, c.currency
        from conversions c{join} links l{join} offers o{join} organisations f
        where l.id = c.link_id and o.id = l.offer_id and f.id = l.affiliate_id
          and {until} and {} and {} and ($3 is null or c.status = $3) and ($4 is null or l.offer_id = $4)
          and (c.click_id = $6 or c.transaction_id = $11 or {})
        order by {} limit $7",
        keyset.condition("$8", "$9"),
        scope.condition("$1", "$2"),
        search.condition("$5", searched),
        keyset.order_by()
    );
    // As shops sent it, which may be another spelling than the one that is searched for.
    let transaction = sees_transactions.then(|| filter.text.as_typed());
    let click = ClickId::parse(&filter.text.normalised().to_lowercase());
    let rows: Vec<ListedConversion> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(scope.partner())
        .bind(scope.affiliate())
        .bind(filter.status.as_ref().map(ConversionStatus::as_str))
        .bind(filter.offer.map(OfferId::uuid))
        .bind(search.pattern())
        .bind(click.ok().map(ClickId::uuid))
        .bind(ROWS_PER_PAGE + 1)
        .bind(keyset.key())
        .bind(keyset.id())
        .bind(end)
        .bind(transaction)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(|row| row.into_row(sees_transactions)).collect()
}
