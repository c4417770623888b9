//! What is read of conversions, and the click they belong to.

use domain::{
    Amount, ClickId, ConversionId, ConversionRow, ConversionStatus, Currency, ListQuery, OfferId, Page, PartnerId,
    Timestamp,
};
use sqlx::{AssertSqlSafe, query_as, query_scalar};
use uuid::Uuid;

use crate::{Conn, Scope, StoreError};

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

/// In which order they are listed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Newest,
    Oldest,
    Amount,
    Commission,
}

impl Order {
    fn of(list: &ListQuery) -> Self {
        match list.sort.as_str() {
            "oldest" => Self::Oldest,
            "amount" => Self::Amount,
            "commission" => Self::Commission,
            _ => Self::Newest,
        }
    }

    const fn sql(self) -> &'static str {
        match self {
            Self::Newest => "c.id desc",
            Self::Oldest => "c.id asc",
            Self::Amount => "c.amount desc, c.id desc",
            Self::Commission => "c.commission desc, c.id desc",
        }
    }

    const fn is_by_time(self) -> bool {
        matches!(self, Self::Newest | Self::Oldest)
    }
}

/// How the rows of a page are looked for.
enum Way {
    /// Link by link, and then sorted; or as PostgreSQL thinks best.
    Gather,
    /// From one conversion of the network to the next in the order of time, up to this one or to the end.
    Walk(Option<Uuid>),
}

/// How a page of a partner is found in the embedded database. Gathering takes as long as the partner has links and
/// conversions; so long it is worth walking, which ends sooner where the partner is much of the network.
async fn find_way(conn: &mut Conn, scope: Scope, list: &ListQuery) -> Result<Way, StoreError> {
    const MINE: &str = "select cast(coalesce(sum(t.conversions + t.affiliates + t.waiting_applications), 0) as bigint)
        from offers o join offer_totals t on t.offer_id = o.id where o.partner_id = $1 and ($2 is null or o.id = $2)";
    let (true, Scope::Partner(partner)) = (conn.is_embedded(), scope) else { return Ok(Way::Gather) };
    let offer = list.offer_id().map(OfferId::uuid);
    let mine: i64 = run!(conn, |c| query_scalar(MINE).bind(partner.uuid()).bind(offer).fetch_one(c).await)?;
    let order = Order::of(list);
    let direction = if order == Order::Oldest { "asc" } else { "desc" };
    let sql = format!("select id from conversions order by id {direction} limit 1 offset $1");
    let end: Option<Uuid> = run!(conn, |c| query_scalar(AssertSqlSafe(sql)).bind(mine).fetch_optional(c).await)?;
    Ok(if end.is_none() || order.is_by_time() { Way::Walk(end) } else { Way::Gather })
}

/// The conversions of a scope. `status` and `offer` filter; `text` matches a click id, the names, and for those who
/// may see it the transaction; `sort` is `oldest`, `amount`, `commission`, or empty for newest first.
pub async fn list_conversions(
    conn: &mut Conn,
    scope: Scope,
    list: &ListQuery,
) -> Result<Page<ConversionRow>, StoreError> {
    let way = find_way(conn, scope, list).await?;
    let page = read_page(conn, scope, list, &way).await?;
    // Not enough was found on the way: the rest is behind it, or there is no more.
    if matches!(way, Way::Walk(Some(_))) && !page.has_next {
        return read_page(conn, scope, list, &Way::Gather).await;
    }
    Ok(page)
}

async fn read_page(
    conn: &mut Conn,
    scope: Scope,
    list: &ListQuery,
    way: &Way,
) -> Result<Page<ConversionRow>, StoreError> {
    let order = Order::of(list);
    let sees_transactions = !matches!(scope, Scope::Affiliate(_));
    // An affiliate's search must not find out what it can't see.
    let transaction = if sees_transactions { "or lower(c.transaction_id) like lower($5) escape '~'" } else { "" };
    let mine = scope.condition("$1", "$2");
    // SQLite follows the order of a cross join.
    let (join, end, until) = match way {
        Way::Gather => (",", None, "$9 is null"),
        Way::Walk(None) => (" cross join", None, "$9 is null"),
        Way::Walk(Some(end)) if order == Order::Oldest => (" cross join", Some(*end), "c.id < $9"),
        Way::Walk(Some(end)) => (" cross join", Some(*end), "c.id > $9"),
    };
    let sql = format!(
        "select c.id, c.at, c.click_id, c.transaction_id, o.name as offer_name, u.name as affiliate_name, c.status,
            c.amount, c.commission, c.currency
        from conversions c{join} links l{join} offers o{join} affiliates f{join} users u
        where l.id = c.link_id and o.id = l.offer_id and f.id = l.affiliate_id and u.id = f.user_id
          and {until} and {mine} and ($3 = '' or c.status = $3) and ($4 is null or l.offer_id = $4)
          and ($5 = '' or lower(o.name) like lower($5) escape '~' or lower(u.name) like lower($5) escape '~'
            or c.click_id = $6 {transaction})
        order by {} limit $7 offset $8",
        order.sql()
    );
    let text = list.text.trim().to_lowercase();
    let rows: Vec<ListedConversion> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(scope.partner())
        .bind(scope.affiliate())
        .bind(list.status_word().to_ascii_lowercase())
        .bind(list.offer_id().map(OfferId::uuid))
        .bind(list.pattern())
        .bind(ClickId::parse(&text).ok().map(ClickId::uuid))
        .bind(ListQuery::PER_PAGE + 1)
        .bind(list.offset())
        .bind(end)
        .fetch_all(c)
        .await)?;
    let bad = |column| StoreError::bad_row("conversions", column);
    let rows: Result<Vec<_>, StoreError> = rows
        .into_iter()
        .map(|row| {
            Ok(ConversionRow {
                id: ConversionId::from_uuid(row.id),
                at: Timestamp::from_millis(row.at),
                click_id: ClickId::from_uuid(row.click_id),
                transaction_id: sees_transactions.then_some(row.transaction_id),
                offer_name: row.offer_name,
                affiliate_name: row.affiliate_name,
                status: ConversionStatus::parse(&row.status).map_err(|_| bad("status"))?,
                amount: Amount::from_micros(row.amount).ok_or(bad("amount"))?,
                commission: Amount::from_micros(row.commission).ok_or(bad("commission"))?,
                currency: Currency::parse(&row.currency).map_err(|_| bad("currency"))?,
            })
        })
        .collect();
    Ok(Page::from_rows(rows?, list))
}
