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
    let sql = format!(
        "select c.id, c.at, c.click_id, c.transaction_id, o.name as offer_name, u.name as affiliate_name, c.status,
            c.amount, c.commission, c.currency
        from conversions c join links l on l.id = c.link_id join offers o on o.id = l.offer_id
        join affiliates f on f.id = l.affiliate_id join users u on u.id = f.user_id
        where {mine} and ($3 = '' or c.status = $3) and ($4 is null or l.offer_id = $4)
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
