//! Offers, for their partner, the admins and the marketplace.

use domain::{
    AffiliateId, ApplicationStatus, Destination, ListQuery, MarketplaceOffer, Offer, OfferDraft, OfferId, OfferStatus,
    Page, PartnerId, Timestamp,
};
use sqlx::{AssertSqlSafe, query, query_as};
use uuid::Uuid;

use crate::{Conn, Scope, StoreError};

mod choices;

pub use choices::{count_offers, list_offer_names};

const COLUMNS: &str = "select o.id, o.partner_id, u.name as partner_name, o.name, o.description, o.destination,
        o.pending_destination, o.commission_terms, o.status, o.rejection_reason, o.created_at,
        t.clicks, t.conversions, t.affiliates, t.waiting_applications
    from offers o join offer_totals t on t.offer_id = o.id join partners p on p.id = o.partner_id join users u on u.id = p.user_id";

#[derive(sqlx::FromRow)]
struct OfferRow {
    id: Uuid,
    partner_id: Uuid,
    partner_name: String,
    name: String,
    description: String,
    destination: String,
    pending_destination: Option<String>,
    commission_terms: String,
    status: String,
    rejection_reason: Option<String>,
    created_at: i64,
    clicks: i64,
    conversions: i64,
    affiliates: i64,
    waiting_applications: i64,
}

impl TryFrom<OfferRow> for Offer {
    type Error = StoreError;

    fn try_from(row: OfferRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: OfferId::from_uuid(row.id),
            partner_id: PartnerId::from_uuid(row.partner_id),
            partner_name: row.partner_name,
            name: row.name,
            description: row.description,
            destination: row.destination,
            pending_destination: row.pending_destination,
            commission_terms: row.commission_terms,
            status: OfferStatus::parse(&row.status).ok_or(StoreError::bad_row("offers", "status"))?,
            rejection_reason: row.rejection_reason,
            created_at: Timestamp::from_millis(row.created_at),
            clicks: row.clicks,
            conversions: row.conversions,
            affiliates: row.affiliates,
            waiting_applications: row.waiting_applications,
        })
    }
}

/// Adds an offer that awaits an admin.
pub async fn insert_offer(
    conn: &mut Conn,
    id: OfferId,
    partner: PartnerId,
    draft: &OfferDraft,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into offers
        (id, partner_id, name, description, destination, commission_terms, status, created_at)
        values ($1, $2, $3, $4, $5, $6, 'pending', $7)";
    const TOTALS: &str = "insert into offer_totals (offer_id) values ($1)";
    run!(conn, |c| query(SQL)
        .bind(id.uuid())
        .bind(partner.uuid())
        .bind(draft.name.as_str())
        .bind(draft.description.as_str())
        .bind(draft.destination.as_str())
        .bind(draft.commission_terms.as_str())
        .bind(now.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    run!(conn, |c| query(TOTALS).bind(id.uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// One offer within a scope.
pub async fn find_offer(conn: &mut Conn, scope: Scope, id: OfferId) -> Result<Option<Offer>, StoreError> {
    let sql = format!("{COLUMNS} where o.id = $1 and ($2 is null or o.partner_id = $2)");
    let row: Option<OfferRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(id.uuid()).bind(scope.offer_owner()).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

/// The offers of a scope; `status` and `text` filter, `sort` is `name`, `clicks` or empty for newest first.
pub async fn list_offers(conn: &mut Conn, scope: Scope, list: &ListQuery) -> Result<Page<Offer>, StoreError> {
    let order = match list.sort.as_str() {
        "name" => "lower(o.name), o.id",
        "clicks" => "t.clicks desc, o.id desc",
        _ => "o.id desc",
    };
    let sql = format!(
        "{COLUMNS} where ($1 is null or o.partner_id = $1) and ($2 = '' or o.status = $2)
            and ($3 = '' or lower(o.name) like lower($3) escape '~' or lower(u.name) like lower($3) escape '~')
        order by {order} limit $4 offset $5"
    );
    let rows: Vec<OfferRow> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(scope.offer_owner())
        .bind(list.status_word())
        .bind(list.pattern())
        .bind(ListQuery::PER_PAGE + 1)
        .bind(list.offset())
        .fetch_all(c)
        .await)?;
    Ok(Page::from_rows(rows.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?, list))
}

/// Everything that waits for an admin, longest waiting first: new offers, and new destinations of approved ones.
pub async fn list_offers_to_review(conn: &mut Conn) -> Result<Vec<Offer>, StoreError> {
    let sql = format!(
        "{COLUMNS} where (o.status = 'pending' or o.pending_destination is not null) and o.status <> 'archived'
        order by o.id limit 100"
    );
    let rows: Vec<OfferRow> = run!(conn, |c| query_as(AssertSqlSafe(sql)).fetch_all(c).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// An offer's state, locked until the transaction ends.
#[derive(Debug)]
pub struct LockedOffer {
    /// Where it stands.
    pub status: OfferStatus,
    /// Where visitors are sent.
    pub destination: Destination,
    /// Where they would be sent after an approval.
    pub pending_destination: Option<String>,
}

#[derive(sqlx::FromRow)]
struct LockedRow {
    status: String,
    destination: String,
    pending_destination: Option<String>,
}

/// Reads an offer in order to change it. SQLite's writing transaction is alone already; PostgreSQL locks the row.
pub async fn lock_offer(conn: &mut Conn, scope: Scope, id: OfferId) -> Result<Option<LockedOffer>, StoreError> {
    const SQL: &str = "select status, destination, pending_destination from offers
        where id = $1 and ($2 is null or partner_id = $2)";
    let lock = if matches!(conn, Conn::PostgresWrite(_)) { " for no key update" } else { "" };
    let sql = format!("{SQL}{lock}");
    let row: Option<LockedRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(id.uuid()).bind(scope.offer_owner()).fetch_optional(c).await)?;
    row.map(|row| {
        Ok(LockedOffer {
            status: OfferStatus::parse(&row.status).ok_or(StoreError::bad_row("offers", "status"))?,
            destination: Destination::parse(&row.destination)
                .map_err(|_| StoreError::bad_row("offers", "destination"))?,
            pending_destination: row.pending_destination,
        })
    })
    .transpose()
}

/// Writes a partner's edit. `destination` is where visitors go from now on, `pending` what awaits an admin.
pub async fn set_offer_draft(
    conn: &mut Conn,
    id: OfferId,
    draft: &OfferDraft,
    destination: &str,
    pending: Option<&str>,
) -> Result<(), StoreError> {
    const SQL: &str = "update offers set name = $2, description = $3, commission_terms = $4, destination = $5,
        pending_destination = $6 where id = $1";
    run!(conn, |c| query(SQL)
        .bind(id.uuid())
        .bind(draft.name.as_str())
        .bind(draft.description.as_str())
        .bind(draft.commission_terms.as_str())
        .bind(destination)
        .bind(pending)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Moves an offer to a status; a reason is kept only with a refusal.
pub async fn set_offer_status(
    conn: &mut Conn,
    id: OfferId,
    status: OfferStatus,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    const SQL: &str = "update offers set status = $2, rejection_reason = $3 where id = $1";
    run!(conn, |c| query(SQL).bind(id.uuid()).bind(status.as_str()).bind(reason).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Settles a waiting destination: sends visitors to `destination` from now on and forgets the waiting one.
pub async fn settle_destination(
    conn: &mut Conn,
    id: OfferId,
    destination: &str,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    const SQL: &str =
        "update offers set destination = $2, pending_destination = null, rejection_reason = $3 where id = $1";
    run!(conn, |c| query(SQL).bind(id.uuid()).bind(destination).bind(reason).execute(c).await.map(|_| ()))?;
    Ok(())
}

const MARKETPLACE: &str = "select o.id, o.name, u.name as partner_name, o.description, o.destination,
        o.commission_terms, a.status as application
    from offers o join partners p on p.id = o.partner_id join users u on u.id = p.user_id
    left join applications a on a.offer_id = o.id and a.affiliate_id = $1
    where o.status = 'active' and u.suspended_at is null";

#[derive(sqlx::FromRow)]
struct MarketplaceRow {
    id: Uuid,
    name: String,
    partner_name: String,
    description: String,
    destination: String,
    commission_terms: String,
    application: Option<String>,
}

impl TryFrom<MarketplaceRow> for MarketplaceOffer {
    type Error = StoreError;

    fn try_from(row: MarketplaceRow) -> Result<Self, StoreError> {
        let application = row
            .application
            .map(|text| ApplicationStatus::parse(&text).ok_or(StoreError::bad_row("applications", "status")));
        Ok(Self {
            id: OfferId::from_uuid(row.id),
            name: row.name,
            partner_name: row.partner_name,
            description: row.description,
            destination: row.destination,
            commission_terms: row.commission_terms,
            application: application.transpose()?,
        })
    }
}

/// The active offers, newest first, with the affiliate's own application beside each.
pub async fn list_marketplace(
    conn: &mut Conn,
    affiliate: AffiliateId,
    list: &ListQuery,
) -> Result<Page<MarketplaceOffer>, StoreError> {
    let order = if list.sort == "name" { "lower(o.name), o.id" } else { "o.id desc" };
    let sql = format!(
        "{MARKETPLACE} and ($2 = '' or lower(o.name) like lower($2) escape '~' or lower(u.name) like lower($2) escape '~')
        order by {order} limit $3 offset $4"
    );
    let rows: Vec<MarketplaceRow> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(affiliate.uuid())
        .bind(list.pattern())
        .bind(ListQuery::PER_PAGE + 1)
        .bind(list.offset())
        .fetch_all(c)
        .await)?;
    Ok(Page::from_rows(rows.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?, list))
}

/// One active offer as an affiliate sees it.
pub async fn find_marketplace_offer(
    conn: &mut Conn,
    affiliate: AffiliateId,
    id: OfferId,
) -> Result<Option<MarketplaceOffer>, StoreError> {
    let sql = format!("{MARKETPLACE} and o.id = $2");
    let row: Option<MarketplaceRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(affiliate.uuid()).bind(id.uuid()).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}
