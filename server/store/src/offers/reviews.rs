//! The review queue: what waits for an admin.

use std::sync::LazyLock;

use domain::{Cursor, ListQuery, OfferChange, OfferContent, OfferReview, Page, ROWS_PER_PAGE, ReviewFilter, Timestamp};
use sqlx::{AssertSqlSafe, query_as, query_scalar};

use super::{FIELDS, JOINS, OfferRow};
use crate::{
    Conn, StoreError,
    keyset::{Keyset, Order},
    organisations::suspensions::is_suspended,
};

/// New offers, new destinations of approved ones, and what was changed after an approval; never a suspended partner's.
/// Each partner's offers have turns, oldest first.
static QUEUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "with waiting (id) as (
        select id from offers where (status = 'pending' or pending_destination is not null) and status <> 'archived'
        union
        select c.offer_id from offer_changes c join offers o on o.id = c.offer_id
        where c.state = 'open' and o.status <> 'archived'
    ), queue as (
        select o.id, row_number() over (partition by o.partner_id order by o.id) as turn,
            count(case when o.status = 'pending' or o.pending_destination is not null then 1 end)
                over (partition by o.partner_id) as waiting_of_partner
        from waiting w join offers o on o.id = w.id
        where not {}
    )",
        is_suspended("o.partner_id")
    )
});

#[derive(sqlx::FromRow)]
struct ReviewRow {
    #[sqlx(flatten)]
    offer: OfferRow,
    turn: i64,
    waiting_of_partner: i64,
    changed_at: Option<i64>,
    name_before: Option<String>,
    description_before: Option<String>,
    commission_terms_before: Option<String>,
    destination_before: Option<String>,
    category_before: Option<String>,
}

impl TryFrom<ReviewRow> for OfferReview {
    type Error = StoreError;

    fn try_from(row: ReviewRow) -> Result<Self, StoreError> {
        let missing = |column| StoreError::bad_row("offer_changes", column);
        let change = match row.changed_at {
            Some(changed_at) => Some(OfferChange {
                changed_at: Timestamp::from_millis(changed_at),
                before: OfferContent {
                    name: row.name_before.ok_or_else(|| missing("name_before"))?,
                    description: row.description_before.ok_or_else(|| missing("description_before"))?,
                    commission_terms: row.commission_terms_before.ok_or_else(|| missing("commission_terms_before"))?,
                    destination: row.destination_before.ok_or_else(|| missing("destination_before"))?,
                    category: row.category_before.ok_or_else(|| missing("category_before"))?,
                },
            }),
            None => None,
        };
        Ok(Self { offer: row.offer.try_into()?, change, waiting_of_partner: row.waiting_of_partner })
    }
}

/// A page of the queue: the first of each partner's, then the second of each, and so on, so that no partner's offers
/// keep others from being seen.
pub async fn list_reviews(
    conn: &mut Conn,
    ListQuery { place, .. }: &ListQuery<ReviewFilter>,
) -> Result<Page<OfferReview>, StoreError> {
    let keyset = Keyset::of(Order::smallest("q.turn", "o.id"), place);
    let sql = format!(
        "{} select {FIELDS}, q.turn, q.waiting_of_partner, c.changed_at, c.name_before, c.description_before,
            c.commission_terms_before, c.destination_before, c.category_before
        from queue q cross join {JOINS} left join offer_changes c on c.offer_id = o.id and c.state = 'open'
        where o.id = q.id and {} order by {} limit $1",
        *QUEUE,
        keyset.condition("$2", "$3"),
        keyset.order_by()
    );
    let rows: Vec<ReviewRow> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(ROWS_PER_PAGE + 1)
        .bind(keyset.key())
        .bind(keyset.id())
        .fetch_all(c)
        .await)?;
    let Page { rows, previous, next } = keyset.page(rows, |row| Cursor { key: row.turn.to_string(), id: row.offer.id });
    Ok(Page { rows: rows.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?, previous, next })
}

/// How many offers are in the queue.
pub async fn count_reviews(conn: &mut Conn) -> Result<i64, StoreError> {
    let sql = format!("{} select count(*) from queue", *QUEUE);
    Ok(run!(conn, |c| query_scalar(AssertSqlSafe(sql)).fetch_one(c).await)?)
}
