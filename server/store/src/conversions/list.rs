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

/// Whether a partner's page is found sooner by walking through everybody's conversions in the order of time than by
/// gathering and sorting the partner's own, link by link. The counts per offer tell how far it is.
async fn is_walked(conn: &mut Conn, scope: Scope, list: &ListQuery) -> Result<bool, StoreError> {
    const SQL: &str = "select
            cast(coalesce(sum(case when o.partner_id = $1 and ($2 is null or o.id = $2) then t.conversions end), 0)
                as bigint), cast(coalesce(sum(t.conversions), 0) as bigint)
        from offer_totals t join offers o on o.id = t.offer_id";
    let Scope::Partner(partner) = scope else { return Ok(false) };
    let offer = list.offer_id().map(OfferId::uuid);
    let (mine, all): (i64, i64) = run!(conn, |c| query_as(SQL).bind(partner.uuid()).bind(offer).fetch_one(c).await)?;
    let ends_with_the_page = list.status_word().is_empty()
        && list.text.trim().is_empty()
        && !matches!(list.sort.as_str(), "amount" | "commission");
    let page = list.offset() + ListQuery::PER_PAGE + 1;
    let far = if ends_with_the_page { page.saturating_mul(all) / mine.max(1) } else { all };
    Ok(far < mine.saturating_mul(2))
}

/// The conversions of a scope. `status` and `offer` filter; `text` matches a click id, the names, and for those who
/// may see it the transaction; `sort` is `oldest`, `amount`, `commission`, or empty for newest first.
pub async fn list_conversions(
    conn: &mut Conn,
    scope: Scope,
    list: &ListQuery,
) -> Result<Page<ConversionRow>, StoreError> {
    let order = match list.sort.as_str() {
        "oldest" => "c.id asc",
        "amount" => "c.amount desc, c.id desc",
        "commission" => "c.commission desc, c.id desc",
        _ => "c.id desc",
    };
    let sees_transactions = !matches!(scope, Scope::Affiliate(_));
    // An affiliate's search must not find out what it can't see.
    let transaction = if sees_transactions { "or lower(c.transaction_id) like lower($5) escape '~'" } else { "" };
    let mine = scope.condition("$1", "$2");
    // SQLite follows the order of a cross join; PostgreSQL finds its own.
    let join = if is_walked(conn, scope, list).await? { " cross join" } else { "," };
    let sql = format!(
        "select c.id, c.at, c.click_id, c.transaction_id, o.name as offer_name, u.name as affiliate_name, c.status,
            c.amount, c.commission, c.currency
        from conversions c{join} links l{join} offers o{join} affiliates f{join} users u
        where l.id = c.link_id and o.id = l.offer_id and f.id = l.affiliate_id and u.id = f.user_id
          and {mine} and ($3 = '' or c.status = $3) and ($4 is null or l.offer_id = $4)
          and ($5 = '' or lower(o.name) like lower($5) escape '~' or lower(u.name) like lower($5) escape '~'
            or c.click_id = $6 {transaction})
        order by {order} limit $7 offset $8"
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
