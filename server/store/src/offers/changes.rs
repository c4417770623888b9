//! Changes of approved offers: live at once, and shown to an admin afterwards.

use domain::{OfferContent, OfferId, Timestamp};
use sqlx::{query, query_as};

use crate::{Conn, StoreError};

/// What was approved of an offer that was changed since. Its row is locked by [`super::lock_offer`], and so are its
/// changes.
pub async fn find_approved_content(conn: &mut Conn, offer: OfferId) -> Result<Option<OfferContent>, StoreError> {
    const SQL: &str =
        "select name_before, description_before, commission_terms_before, destination_before, category_before
        from offer_changes where offer_id = $1 and state = 'open'";
    let row: Option<(String, String, String, String, String)> =
        run!(conn, |c| query_as(SQL).bind(offer.uuid()).fetch_optional(c).await)?;
    Ok(row.map(|(name, description, commission_terms, destination, category)| OfferContent {
        name,
        description,
        commission_terms,
        destination,
        category,
    }))
}

/// Keeps what was approved beside what the offer is now, for an admin to compare: of several changes the first `before`
/// and the last `after`. Nothing is left to look at where both are the same.
pub async fn record_change(
    conn: &mut Conn,
    offer: OfferId,
    before: &OfferContent,
    after: &OfferContent,
    now: Timestamp,
) -> Result<(), StoreError> {
    match find_approved_content(conn, offer).await? {
        Some(approved) if approved == *after => delete_open_change(conn, offer).await,
        Some(_) => update_open_change(conn, offer, after, now).await,
        None if before == after => Ok(()),
        None => insert_change(conn, offer, before, after, now).await,
    }
}

async fn insert_change(
    conn: &mut Conn,
    offer: OfferId,
    before: &OfferContent,
    after: &OfferContent,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into offer_changes (offer_id, state, changed_at,
            name_before, description_before, commission_terms_before, destination_before,
            name_after, description_after, commission_terms_after, destination_after, category_before, category_after)
        values ($1, 'open', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    run!(conn, |c| query(SQL)
        .bind(offer.uuid())
        .bind(now.as_millis())
        .bind(before.name.as_str())
        .bind(before.description.as_str())
        .bind(before.commission_terms.as_str())
        .bind(before.destination.as_str())
        .bind(after.name.as_str())
        .bind(after.description.as_str())
        .bind(after.commission_terms.as_str())
        .bind(after.destination.as_str())
        .bind(before.category.as_str())
        .bind(after.category.as_str())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

async fn update_open_change(
    conn: &mut Conn,
    offer: OfferId,
    after: &OfferContent,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "update offer_changes set changed_at = $2, name_after = $3, description_after = $4,
        commission_terms_after = $5, destination_after = $6, category_after = $7
        where offer_id = $1 and state = 'open'";
    run!(conn, |c| query(SQL)
        .bind(offer.uuid())
        .bind(now.as_millis())
        .bind(after.name.as_str())
        .bind(after.description.as_str())
        .bind(after.commission_terms.as_str())
        .bind(after.destination.as_str())
        .bind(after.category.as_str())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

async fn delete_open_change(conn: &mut Conn, offer: OfferId) -> Result<(), StoreError> {
    const SQL: &str = "delete from offer_changes where offer_id = $1 and state = 'open'";
    run!(conn, |c| query(SQL).bind(offer.uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Takes a destination that an admin has approved for approved in the offer's open change, too.
pub async fn approve_destination(conn: &mut Conn, offer: OfferId, destination: &str) -> Result<(), StoreError> {
    const SQL: &str = "update offer_changes set destination_before = $2, destination_after = $2
        where offer_id = $1 and state = 'open'";
    const SAME: &str = "delete from offer_changes where offer_id = $1 and state = 'open' and name_before = name_after
        and description_before = description_after and commission_terms_before = commission_terms_after
        and category_before = category_after";
    run!(conn, |c| query(SQL).bind(offer.uuid()).bind(destination).execute(c).await.map(|_| ()))?;
    run!(conn, |c| query(SAME).bind(offer.uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Notes an admin's decision: the change is kept, or taken back for a reason. Says whether there was an open one.
pub async fn close_change(
    conn: &mut Conn,
    offer: OfferId,
    taken_back: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const SQL: &str = "update offer_changes set state = $2, reason = $3, decided_at = $4
        where offer_id = $1 and state = 'open'";
    let state = if taken_back.is_some() { "reverted" } else { "accepted" };
    let closed = run!(conn, |c| query(SQL)
        .bind(offer.uuid())
        .bind(state)
        .bind(taken_back)
        .bind(now.as_millis())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(closed == 1)
}

/// Forgets why a change was taken back; the reason of a refused destination stays.
pub async fn forget_taken_back(conn: &mut Conn, offer: OfferId) -> Result<(), StoreError> {
    const SQL: &str = "update offers set rejection_reason = null where id = $1
        and exists (select 1 from offer_changes t where t.offer_id = offers.id
            and t.state = 'reverted' and t.reason = offers.rejection_reason)";
    run!(conn, |c| query(SQL).bind(offer.uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}
