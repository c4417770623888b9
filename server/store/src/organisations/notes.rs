//! What a partner notes about an affiliate, for their own eyes.

use domain::{AffiliateId, AffiliateNote, PartnerId};
use sqlx::{query, query_scalar};

use crate::{Conn, StoreError};

/// The note; empty where there is none.
pub async fn find_note(conn: &mut Conn, partner: PartnerId, affiliate: AffiliateId) -> Result<String, StoreError> {
    const SQL: &str = "select note from affiliate_notes where partner_id = $1 and affiliate_id = $2";
    let note: Option<String> =
        run!(conn, |c| query_scalar(SQL).bind(partner.uuid()).bind(affiliate.uuid()).fetch_optional(c).await)?;
    Ok(note.unwrap_or_default())
}

/// Replaces the note.
pub async fn set_note(
    conn: &mut Conn,
    partner: PartnerId,
    affiliate: AffiliateId,
    note: &AffiliateNote,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into affiliate_notes (partner_id, affiliate_id, note) values ($1, $2, $3)
        on conflict (partner_id, affiliate_id) do update set note = excluded.note";
    run!(conn, |c| query(SQL)
        .bind(partner.uuid())
        .bind(affiliate.uuid())
        .bind(note.as_str())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}
