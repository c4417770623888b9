//! A partner's affiliates: whoever has applied for one of the partner's offers.

use domain::{
    AffiliateFilter, AffiliateGroup, AffiliateId, AffiliateRow, Cursor, ListQuery, Page, PartnerId, ROWS_PER_PAGE,
    Timestamp,
};
use sqlx::{AssertSqlSafe, query_as, query_scalar};
use uuid::Uuid;

use super::profiles::{PROFILE, ProfileRow};
use crate::{
    Conn, StoreError,
    keyset::{Keyset, Order},
    search::Search,
};

#[derive(sqlx::FromRow)]
struct ListedAffiliate {
    id: Uuid,
    name: String,
    #[sqlx(flatten)]
    profile: ProfileRow,
    approved: i64,
    waiting: i64,
    applied_at: i64,
    clicks: i64,
    conversions: i64,
}

impl From<ListedAffiliate> for AffiliateRow {
    fn from(row: ListedAffiliate) -> Self {
        Self {
            id: AffiliateId::from_uuid(row.id),
            name: row.name,
            profile: row.profile.into(),
            approved: row.approved,
            waiting: row.waiting,
            applied_at: Timestamp::from_millis(row.applied_at),
            clicks: row.clicks,
            conversions: row.conversions,
        }
    }
}

/// A partner's affiliates; who applied last comes first.
pub async fn list_affiliates(
    conn: &mut Conn,
    partner: PartnerId,
    ListQuery { place, filter }: &ListQuery<AffiliateFilter>,
) -> Result<Page<AffiliateRow>, StoreError> {
    const MINE: &str = "select a.affiliate_id as id, max(a.created_at) as applied_at,
            cast(sum(case when a.status = 'approved' then 1 else 0 end) as bigint) as approved,
            cast(sum(case when a.status = 'pending' then 1 else 0 end) as bigint) as waiting
        from applications a join offers o on o.id = a.offer_id where o.partner_id = $1 group by a.affiliate_id";
    const COUNTED: &str = "join links l on l.id = d.link_id join offers o on o.id = l.offer_id
        where l.affiliate_id = f.id and o.partner_id = $1";
    let order = Order::largest("s.applied_at", "f.id");
    let (keyset, search) = (Keyset::of(order, place), Search::of(conn, &filter.text));
    let sql = format!(
        "select f.id, f.name, {PROFILE}, s.approved, s.waiting, s.applied_at,
            (select cast(coalesce(sum(d.clicks), 0) as bigint) from click_days d {COUNTED}) as clicks,
            (select cast(coalesce(sum(d.conversions), 0) as bigint) from conversion_days d {COUNTED}) as conversions
        from ({MINE}) s join organisations f on f.id = s.id left join profiles r on r.organisation_id = f.id
        where ($2 is null or ($2 = 'approved' and s.approved > 0) or ($2 = 'pending' and s.waiting > 0))
          and ({}) and {} order by {} limit $4",
        search.condition("$3", &["f.name", "coalesce(r.website, '')"]),
        keyset.condition("$5", "$6"),
        keyset.order_by()
    );
    let rows: Vec<ListedAffiliate> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(partner.uuid())
        .bind(filter.group.map(AffiliateGroup::as_str))
        .bind(search.pattern())
        .bind(ROWS_PER_PAGE + 1)
        .bind(keyset.key())
        .bind(keyset.id())
        .fetch_all(c)
        .await)?;
    let rows = rows.into_iter().map(AffiliateRow::from).collect();
    Ok(keyset
        .page(rows, |row: &AffiliateRow| Cursor { key: row.applied_at.as_millis().to_string(), id: row.id.uuid() }))
}

/// Whether an affiliate has applied for one of a partner's offers, and so is somebody whom the partner may know of.
pub async fn has_applied(conn: &mut Conn, partner: PartnerId, affiliate: AffiliateId) -> Result<bool, StoreError> {
    const SQL: &str = "select count(*) from applications a join offers o on o.id = a.offer_id
        where a.affiliate_id = $1 and o.partner_id = $2";
    let applications: i64 =
        run!(conn, |c| query_scalar(SQL).bind(affiliate.uuid()).bind(partner.uuid()).fetch_one(c).await)?;
    Ok(applications > 0)
}
