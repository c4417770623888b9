//! What an admin decides about offers: new ones, new destinations, and what was changed after an approval.

use domain::{AppError, BoundedText, ListQuery, OfferAction, OfferId, PartnerId, ReviewQueue};
use store::{
    Conn, Scope,
    offers::{self as rows, LockedOffer, changes},
    owned_task,
};

use super::wrong_state;
use crate::{AdminSession, Service};

type Reason = BoundedText<1, 1000>;

fn parse_reason(text: &str) -> Result<Reason, AppError> {
    Reason::parse(text).map_err(|error| AppError::field("reason", error))
}

impl Service {
    /// A page of what waits for a decision, and how much waits in all.
    pub async fn list_reviews(&self, _: &AdminSession, list: &ListQuery) -> Result<ReviewQueue, AppError> {
        let mut conn = self.db.read().await?;
        let page = rows::list_reviews(&mut conn, list).await?;
        let total = rows::count_reviews(&mut conn).await?;
        Ok(ReviewQueue { page, total })
    }

    /// Lets an offer, or the new destination of an approved one, out. `seen` is the version that was decided on: an
    /// offer that was edited since is not let out unseen.
    pub async fn approve_offer(&self, _: &AdminSession, id: OfferId, seen: i64) -> Result<(), AppError> {
        let db = self.db.clone();
        let done = owned_task(async move {
            let mut conn = db.begin().await?;
            let offer = lock_offer(&mut conn, id).await?;
            check_seen(&offer, seen)?;
            if let (true, Some(new)) = (offer.status.is_approved(), &offer.pending_destination) {
                rows::settle_destination(&mut conn, id, new, None).await?;
                changes::approve_destination(&mut conn, id, new).await?;
            } else {
                let status = offer.status.after(OfferAction::Approve).ok_or_else(|| wrong_state(offer.status))?;
                rows::set_offer_status(&mut conn, id, status, None).await?;
            }
            conn.commit().await?;
            Ok::<_, AppError>(())
        });
        done.await
    }

    /// Refuses an offer, or the new destination of an approved one (which then keeps its old one), with a reason.
    /// `seen` is the version that was decided on: what was corrected since is not refused for what it was.
    pub async fn reject_offer(&self, _: &AdminSession, id: OfferId, seen: i64, reason: &str) -> Result<(), AppError> {
        let (db, reason) = (self.db.clone(), parse_reason(reason)?);
        let done = owned_task(async move {
            let mut conn = db.begin().await?;
            let offer = lock_offer(&mut conn, id).await?;
            check_seen(&offer, seen)?;
            if offer.status.is_approved() && offer.pending_destination.is_some() {
                let kept = offer.destination.as_str();
                rows::settle_destination(&mut conn, id, kept, Some(reason.as_str())).await?;
            } else {
                let status = offer.status.after(OfferAction::Reject).ok_or_else(|| wrong_state(offer.status))?;
                rows::set_offer_status(&mut conn, id, status, Some(reason.as_str())).await?;
            }
            conn.commit().await?;
            Ok::<_, AppError>(())
        });
        done.await
    }

    /// Refuses everything of a partner that waits, for one reason; says how many offers that were.
    pub async fn reject_waiting_offers(
        &self,
        _: &AdminSession,
        partner: PartnerId,
        reason: &str,
    ) -> Result<u64, AppError> {
        let (db, reason) = (self.db.clone(), parse_reason(reason)?);
        let done = owned_task(async move {
            let mut conn = db.begin().await?;
            let rejected = rows::reject_waiting_offers(&mut conn, partner, reason.as_str()).await?;
            conn.commit().await?;
            Ok::<_, AppError>(rejected)
        });
        done.await
    }

    /// Lets what was changed after an approval stay. `seen` is the version that was decided on.
    pub async fn keep_offer_change(&self, _: &AdminSession, id: OfferId, seen: i64) -> Result<(), AppError> {
        let (db, now) = (self.db.clone(), self.clock.now());
        let done = owned_task(async move {
            let mut conn = db.begin().await?;
            let offer = lock_offer(&mut conn, id).await?;
            check_seen(&offer, seen)?;
            if !changes::close_change(&mut conn, id, None, now).await? {
                return Err(decided());
            }
            // What an earlier change lacked, this one has.
            changes::forget_taken_back(&mut conn, id).await?;
            conn.commit().await?;
            Ok::<_, AppError>(())
        });
        done.await
    }

    /// Puts what was approved back, for a reason that the partner reads. A new destination that waits goes on waiting.
    /// `seen` is the version that was decided on.
    pub async fn take_back_offer_change(
        &self,
        _: &AdminSession,
        id: OfferId,
        seen: i64,
        reason: &str,
    ) -> Result<(), AppError> {
        let (db, now, reason) = (self.db.clone(), self.clock.now(), parse_reason(reason)?);
        let done = owned_task(async move {
            let reason = reason.as_str();
            let mut conn = db.begin().await?;
            let offer = lock_offer(&mut conn, id).await?;
            check_seen(&offer, seen)?;
            if !offer.status.is_approved() {
                return Err(wrong_state(offer.status));
            }
            let approved = changes::find_approved_content(&mut conn, id).await?.ok_or_else(decided)?;
            rows::set_offer_content(&mut conn, id, &approved, reason).await?;
            changes::close_change(&mut conn, id, Some(reason), now).await?;
            conn.commit().await?;
            Ok::<_, AppError>(())
        });
        done.await
    }
}

async fn lock_offer(conn: &mut Conn, id: OfferId) -> Result<LockedOffer, AppError> {
    rows::lock_offer(conn, Scope::Network, id).await?.ok_or(AppError::NotFound)
}

fn check_seen(offer: &LockedOffer, seen: i64) -> Result<(), AppError> {
    if offer.version == seen {
        return Ok(());
    }
    Err(AppError::WrongState { now: "changed since you looked at it".to_owned() })
}

fn decided() -> AppError {
    AppError::WrongState { now: "decided already".to_owned() }
}
