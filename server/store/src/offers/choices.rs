//! What menus and first screens need of offers: a few of them, and how many there are.

use domain::{OfferChoices, OfferCounts, OfferId, PartnerId};
use sqlx::query_as;
use uuid::Uuid;

use crate::{Conn, Scope, StoreError};

/// The most offers that a filter lists.
const CHOICES: i64 = 100;

/// Id and name of the newest offers of a scope, for a filter's choices: archived ones last, the chosen one always.
pub async fn list_offer_names(
    conn: &mut Conn,
    scope: Scope,
    chosen: Option<OfferId>,
) -> Result<OfferChoices, StoreError> {
    const SQL: &str = "select id, name, total from (
            select o.id, o.name, count(*) over () as total, row_number() over (
                order by case when o.id = $3 then 0 when o.status <> 'archived' then 1 else 2 end, o.id desc) as place
            from offers o
            where ($1 is null or o.partner_id = $1)
              and ($2 is null or exists (select 1 from links l where l.offer_id = o.id and l.affiliate_id = $2))
        ) named where place <= $4
        order by lower(name), id";
    let rows: Vec<(Uuid, String, i64)> = run!(conn, |c| query_as(SQL)
        .bind(scope.partner())
        .bind(scope.affiliate())
        .bind(chosen.map(OfferId::uuid))
        .bind(CHOICES)
        .fetch_all(c)
        .await)?;
    let total = rows.first().map_or(0, |(_, _, total)| *total);
    let offers: Vec<_> = rows.into_iter().map(|(id, name, _)| (OfferId::from_uuid(id), name)).collect();
    let listed = i64::try_from(offers.len()).unwrap_or(total);
    Ok(OfferChoices { offers, unlisted: total - listed })
}

/// How many offers a partner has, and what waits for the partner in them.
pub async fn count_offers(conn: &mut Conn, partner: PartnerId) -> Result<OfferCounts, StoreError> {
    const SQL: &str = "select count(*) as offers,
            cast(coalesce(sum(case when o.status in ('active', 'paused') then 1 else 0 end), 0) as bigint) as approved,
            cast(coalesce(sum(case when o.status = 'rejected' then 1 else 0 end), 0) as bigint) as rejected,
            cast(coalesce(sum(t.conversions), 0) as bigint) as conversions,
            cast(coalesce(sum(t.waiting_applications), 0) as bigint) as waiting_applications
        from offers o join offer_totals t on t.offer_id = o.id where o.partner_id = $1";
    let (offers, approved, rejected, conversions, waiting_applications): (i64, i64, i64, i64, i64) =
        run!(conn, |c| query_as(SQL).bind(partner.uuid()).fetch_one(c).await)?;
    Ok(OfferCounts { offers, approved, rejected, conversions, waiting_applications })
}
