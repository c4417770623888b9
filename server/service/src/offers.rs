//! Offers: what their partners do with them.

use domain::{
    Destination, ListQuery, Offer, OfferAction, OfferCounts, OfferDraft, OfferId, OfferInput, OfferStatus, Page,
    Refusal,
};
use store::{Scope, offers as rows, owned_task};

use crate::{
    PartnerSession, Service,
    settings::{Failure, unavailable},
};

impl Service {
    /// Makes an offer, which awaits an admin from then on.
    pub async fn create_offer(&self, partner: &PartnerSession, input: &OfferInput) -> Result<OfferId, Refusal> {
        let draft = OfferDraft::parse(input).map_err(|fields| Refusal::Invalid { fields })?;
        let (db, id, now, owner) = (self.db.clone(), self.clock.new_id(), self.clock.now(), partner.partner_id);
        let done = owned_task(async move {
            let mut conn = db.begin().await?;
            rows::insert_offer(&mut conn, id, owner, &draft, now).await?;
            conn.commit().await?;
            Ok::<_, Failure>(id)
        });
        Ok(done.await?)
    }

    /// Changes an offer. "Changing the destination's host of an approved offer does not go live: the old
    /// destination serves until an admin approves the new one."
    pub async fn edit_offer(&self, partner: &PartnerSession, id: OfferId, input: &OfferInput) -> Result<(), Refusal> {
        let draft = OfferDraft::parse(input).map_err(|fields| Refusal::Invalid { fields })?;
        let (db, scope) = (self.db.clone(), Scope::Partner(partner.partner_id));
        let done = owned_task(async move {
            let mut conn = db.begin().await?;
            let offer = rows::lock_offer(&mut conn, scope, id).await?.ok_or(Refusal::NotFound)?;
            if offer.status == OfferStatus::Archived {
                return Err(wrong_state(offer.status).into());
            }
            let (now, later) = destinations(offer.status, &offer.destination, &draft.destination);
            rows::set_offer_draft(&mut conn, id, &draft, now.as_str(), later.map(Destination::as_str)).await?;
            conn.commit().await?;
            Ok::<_, Failure>(())
        });
        Ok(done.await?)
    }

    /// Pauses, resumes, submits or archives an own offer. In force for every visit that starts after the answer.
    pub async fn change_offer(
        &self,
        partner: &PartnerSession,
        id: OfferId,
        action: OfferAction,
    ) -> Result<OfferStatus, Refusal> {
        if matches!(action, OfferAction::Approve | OfferAction::Reject) {
            return Err(Refusal::NotFound);
        }
        let (db, scope) = (self.db.clone(), Scope::Partner(partner.partner_id));
        let done = owned_task(async move {
            let mut conn = db.begin().await?;
            let offer = rows::lock_offer(&mut conn, scope, id).await?.ok_or(Refusal::NotFound)?;
            let status = offer.status.after(action).ok_or_else(|| wrong_state(offer.status))?;
            rows::set_offer_status(&mut conn, id, status, None).await?;
            conn.commit().await?;
            Ok::<_, Failure>(status)
        });
        Ok(done.await?)
    }

    /// An own offer.
    pub async fn find_offer(&self, partner: &PartnerSession, id: OfferId) -> Result<Offer, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        let offer = rows::find_offer(&mut conn, Scope::Partner(partner.partner_id), id).await;
        offer.map_err(unavailable)?.ok_or(Refusal::NotFound)
    }

    /// The own offers.
    pub async fn list_offers(&self, partner: &PartnerSession, list: &ListQuery) -> Result<Page<Offer>, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        rows::list_offers(&mut conn, Scope::Partner(partner.partner_id), list).await.map_err(unavailable)
    }

    /// How many own offers there are, and what waits in them.
    pub async fn count_offers(&self, partner: &PartnerSession) -> Result<OfferCounts, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        rows::count_offers(&mut conn, partner.partner_id).await.map_err(unavailable)
    }
}

/// Where visitors go from now on, and what waits for an admin.
fn destinations<'d>(
    status: OfferStatus,
    old: &'d Destination,
    new: &'d Destination,
) -> (&'d Destination, Option<&'d Destination>) {
    if status.is_approved() && old.host() != new.host() { (old, Some(new)) } else { (new, None) }
}

pub(crate) fn wrong_state(status: OfferStatus) -> Refusal {
    Refusal::WrongState { now: status.as_str().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_host_of_an_approved_offer_waits() {
        let destination = |text| Destination::parse(text).unwrap();
        let (old, same) = (destination("https://a.example/x"), destination("https://A.example:8443/y"));
        let other = destination("https://b.example/x");
        for status in OfferStatus::ALL {
            assert_eq!(destinations(status, &old, &same), (&same, None));
            let approved = matches!(status, OfferStatus::Active | OfferStatus::Paused);
            let wanted = if approved { (&old, Some(&other)) } else { (&other, None) };
            assert_eq!(destinations(status, &old, &other), wanted, "{status:?}");
        }
    }
}
