//! What changes an offer.

use domain::{
    Category, Destination, OfferContent, OfferDraft, OfferId, OfferStatus, Organisation, PartnerId, Timestamp,
};
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};
use uuid::Uuid;

use crate::{Conn, Scope, StoreError, organisations};

/// Adds an offer that awaits an admin.
pub async fn insert_offer(
    conn: &mut Conn,
    id: OfferId,
    partner: PartnerId,
    draft: &OfferDraft,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into offers
        (id, partner_id, name, description, destination, commission_terms, status, created_at, category)
        values ($1, $2, $3, $4, $5, $6, 'pending', $7, $8)";
    const TOTALS: &str = "insert into offer_totals (offer_id) values ($1)";
    run!(conn, |c| query(SQL)
        .bind(id.uuid())
        .bind(partner.uuid())
        .bind(draft.name.as_str())
        .bind(draft.description.as_str())
        .bind(draft.destination.as_str())
        .bind(draft.commission_terms.as_str())
        .bind(now.as_millis())
        .bind(word(draft.category))
        .execute(c)
        .await
        .map(|_| ()))?;
    run!(conn, |c| query(TOTALS).bind(id.uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// As the column holds it.
fn word(category: Option<Category>) -> &'static str {
    category.map_or("", Category::as_str)
}

/// An offer's state, locked until the transaction ends.
#[derive(Debug)]
pub struct LockedOffer {
    /// Whose it is.
    pub partner_id: PartnerId,
    /// Where it stands.
    pub status: OfferStatus,
    /// Counts its partner's edits.
    pub version: i64,
    /// What it says and where it leads now.
    pub content: OfferContent,
    /// Where visitors are sent.
    pub destination: Destination,
    /// Where they would be sent after an approval.
    pub pending_destination: Option<String>,
    /// Why an admin has refused something of it last.
    pub rejection_reason: Option<String>,
}

#[derive(sqlx::FromRow)]
struct LockedRow {
    partner_id: Uuid,
    status: String,
    version: i64,
    name: String,
    description: String,
    commission_terms: String,
    category: String,
    destination: String,
    pending_destination: Option<String>,
    rejection_reason: Option<String>,
}

/// Reads an offer in order to change it. SQLite's writing transaction is alone already; PostgreSQL locks the row.
pub async fn lock_offer(conn: &mut Conn, scope: Scope, id: OfferId) -> Result<Option<LockedOffer>, StoreError> {
    const SQL: &str = "select partner_id, status, version, name, description, commission_terms, category, destination,
        pending_destination, rejection_reason from offers where id = $1 and ($2 is null or partner_id = $2)";
    let lock = if matches!(conn, Conn::PostgresWrite(_)) { " for no key update" } else { "" };
    let sql = format!("{SQL}{lock}");
    let row: Option<LockedRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(id.uuid()).bind(scope.offer_owner()).fetch_optional(c).await)?;
    row.map(|row| {
        Ok(LockedOffer {
            partner_id: PartnerId::from_uuid(row.partner_id),
            status: OfferStatus::parse(&row.status).ok_or(StoreError::bad_row("offers", "status"))?,
            destination: Destination::parse(&row.destination)
                .map_err(|_| StoreError::bad_row("offers", "destination"))?,
            pending_destination: row.pending_destination,
            rejection_reason: row.rejection_reason,
            version: row.version,
            content: OfferContent {
                name: row.name,
                description: row.description,
                commission_terms: row.commission_terms,
                destination: row.destination,
                category: row.category,
            },
        })
    })
    .transpose()
}

/// Writes a partner's edit, which makes another version. `destination` is where visitors go from now on, `pending` what
/// awaits an admin.
pub async fn set_offer_draft(
    conn: &mut Conn,
    id: OfferId,
    draft: &OfferDraft,
    destination: &str,
    pending: Option<&str>,
) -> Result<(), StoreError> {
    const SQL: &str = "update offers set name = $2, description = $3, commission_terms = $4, destination = $5,
        pending_destination = $6, category = $7, version = version + 1 where id = $1";
    run!(conn, |c| query(SQL)
        .bind(id.uuid())
        .bind(draft.name.as_str())
        .bind(draft.description.as_str())
        .bind(draft.commission_terms.as_str())
        .bind(destination)
        .bind(pending)
        .bind(word(draft.category))
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Moves an offer to a status; the reason is the one that its partner reads from now on.
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

/// Settles a waiting destination: sends visitors to `destination` from now on and forgets the waiting one. Without a
/// reason, that of an earlier destination is forgotten; why a change was taken back is still to be read.
pub async fn settle_destination(
    conn: &mut Conn,
    id: OfferId,
    destination: &str,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    const SQL: &str = "update offers set destination = $2, pending_destination = null,
        rejection_reason = coalesce($3, case when exists (select 1 from offer_changes t where t.offer_id = offers.id
            and t.state = 'reverted' and t.reason = offers.rejection_reason) then rejection_reason end)
        where id = $1";
    run!(conn, |c| query(SQL).bind(id.uuid()).bind(destination).bind(reason).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Forgets why something was refused, once its partner has taken note.
pub async fn forget_reason(conn: &mut Conn, id: OfferId) -> Result<(), StoreError> {
    const SQL: &str = "update offers set rejection_reason = null where id = $1";
    run!(conn, |c| query(SQL).bind(id.uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Puts what an admin approved back in place of what was changed since, and says why.
pub async fn set_offer_content(
    conn: &mut Conn,
    id: OfferId,
    content: &OfferContent,
    reason: &str,
) -> Result<(), StoreError> {
    const SQL: &str = "update offers set name = $2, description = $3, commission_terms = $4, destination = $5,
        rejection_reason = $6, category = $7, version = version + 1 where id = $1";
    run!(conn, |c| query(SQL)
        .bind(id.uuid())
        .bind(content.name.as_str())
        .bind(content.description.as_str())
        .bind(content.commission_terms.as_str())
        .bind(content.destination.as_str())
        .bind(reason)
        .bind(content.category.as_str())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// How many new offers of a partner await an admin; no other is added until the transaction ends.
pub async fn lock_waiting_offers(conn: &mut Conn, partner: PartnerId) -> Result<i64, StoreError> {
    const COUNT: &str = "select count(*) from offers where partner_id = $1 and status = 'pending'";
    organisations::lock(conn, Organisation::Partner(partner)).await?;
    Ok(run!(conn, |c| query_scalar(COUNT).bind(partner.uuid()).fetch_one(c).await)?)
}

/// Refuses every new offer and every new destination of a partner that waits, for one reason; says how many.
pub async fn reject_waiting_offers(conn: &mut Conn, partner: PartnerId, reason: &str) -> Result<u64, StoreError> {
    const OFFERS: &str = "update offers set status = 'rejected', rejection_reason = $2
        where partner_id = $1 and status = 'pending'";
    const DESTINATIONS: &str = "update offers set pending_destination = null, rejection_reason = $2
        where partner_id = $1 and status in ('active', 'paused') and pending_destination is not null";
    let mut rejected = 0;
    for sql in [OFFERS, DESTINATIONS] {
        rejected += run!(conn, |c| query(sql)
            .bind(partner.uuid())
            .bind(reason)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
    }
    Ok(rejected)
}
