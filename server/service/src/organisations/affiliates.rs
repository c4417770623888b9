//! A partner's affiliates.

use domain::{
    AffiliateFilter, AffiliateId, AffiliateNote, AffiliateRow, AppError, ListQuery, Organisation, OrganisationDetail,
    Page,
};
use store::organisations::{self, affiliates, notes};

use crate::{PartnerSession, Service, unit_of_work::Recorded};

impl Service {
    /// Whoever has applied for one of the own offers.
    pub async fn list_affiliates(
        &self,
        partner: &PartnerSession,
        list: &ListQuery<AffiliateFilter>,
    ) -> Result<Page<AffiliateRow>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(affiliates::list_affiliates(&mut conn, partner.partner_id, list).await?)
    }

    /// One of them. Who has never applied is nobody's business; who signs in for it, neither.
    pub async fn find_affiliate(
        &self,
        partner: &PartnerSession,
        id: AffiliateId,
    ) -> Result<OrganisationDetail, AppError> {
        let mut conn = self.db.read().await?;
        if !affiliates::has_applied(&mut conn, partner.partner_id, id).await? {
            return Err(AppError::NotFound);
        }
        let found = organisations::find_detail(&mut conn, Organisation::Affiliate(id)).await?;
        let found = found.ok_or(AppError::NotFound)?;
        let note = notes::find_note(&mut conn, partner.partner_id, id).await?;
        Ok(OrganisationDetail { members: Vec::new(), suspended_at: None, note, ..found })
    }

    /// Notes something about an affiliate, for the partner's own eyes: nothing is written of it under Activity, which
    /// affiliates and admins read, too.
    pub async fn note_affiliate(&self, partner: &PartnerSession, id: AffiliateId, note: &str) -> Result<(), AppError> {
        let note = AffiliateNote::parse(note).map_err(|error| AppError::field("note", error))?;
        let owner = partner.partner_id;
        self.write(partner.actor(), move |unit| {
            Box::pin(async move {
                if !affiliates::has_applied(&mut unit.conn, owner, id).await? {
                    return Err(AppError::NotFound);
                }
                notes::set_note(&mut unit.conn, owner, id, &note).await?;
                Ok(((), Recorded::nothing()))
            })
        })
        .await
    }
}
