//! What an admin decides about offers: new ones, new destinations, and what was changed after an approval.

use domain::{
    Action, AppError, BoundedText, ListQuery, OfferAction, OfferId, Organisation, PartnerId, ReviewFilter, ReviewQueue,
};
use store::{
    Conn, Scope,
    offers::{self as rows, LockedOffer, changes},
    organisations,
};

use super::{content_changes, wrong_state};
use crate::{
    AdminSession, Service,
    unit_of_work::{Entry, Recorded},
};

type Reason = BoundedText<1, 1000>;

fn parse_reason(text: &str) -> Result<Reason, AppError> {
    Reason::parse(text).map_err(|error| AppError::field("reason", error))
}

impl Service {
    /// A page of what waits for a decision, and how much waits in all.
    pub async fn list_reviews(
        &self,
        _: &AdminSession,
        list: &ListQuery<ReviewFilter>,
    ) -> Result<ReviewQueue, AppError> {
        let mut conn = self.db.read().await?;
        let page = rows::list_reviews(&mut conn, list).await?;
        let total = rows::count_reviews(&mut conn).await?;
        Ok(ReviewQueue { page, total })
    }

    /// How much waits for a decision.
    pub async fn count_reviews(&self, _: &AdminSession) -> Result<i64, AppError> {
        let mut conn = self.db.read().await?;
        Ok(rows::count_reviews(&mut conn).await?)
    }

    /// Lets an offer, or the new destination of an approved one, out. `seen` is the version that was decided on: an
    /// offer that was edited since is not let out unseen.
    pub async fn approve_offer(&self, admin: &AdminSession, id: OfferId, seen: i64) -> Result<(), AppError> {
        self.write(admin.actor(), move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                let offer = lock_offer(conn, id).await?;
                check_seen(&offer, seen)?;
                let action = if let (true, Some(new)) = (offer.status.is_approved(), &offer.pending_destination) {
                    rows::settle_destination(conn, id, new, None).await?;
                    changes::approve_destination(conn, id, new).await?;
                    Action::DestinationApproved
                } else {
                    let status = offer.status.after(OfferAction::Approve).ok_or_else(|| wrong_state(offer.status))?;
                    rows::set_offer_status(conn, id, status, None).await?;
                    Action::OfferApproved
                };
                let new = offer.pending_destination.as_deref().unwrap_or(offer.destination.as_str());
                let entry =
                    decision(action, id, &offer).change("destination", Some(offer.destination.as_str()), Some(new));
                Ok(((), unit.record(entry).await?))
            })
        })
        .await
    }

    /// Refuses an offer, or the new destination of an approved one (which then keeps its old one), with a reason.
    /// `seen` is the version that was decided on: what was corrected since is not refused for what it was.
    pub async fn reject_offer(
        &self,
        admin: &AdminSession,
        id: OfferId,
        seen: i64,
        reason: &str,
    ) -> Result<(), AppError> {
        let reason = parse_reason(reason)?;
        self.write(admin.actor(), move |unit| {
            Box::pin(async move {
                let (conn, reason) = (&mut unit.conn, reason.as_str());
                let offer = lock_offer(conn, id).await?;
                check_seen(&offer, seen)?;
                let action = if offer.status.is_approved() && offer.pending_destination.is_some() {
                    let kept = offer.destination.as_str();
                    rows::settle_destination(conn, id, kept, Some(reason)).await?;
                    Action::DestinationRejected
                } else {
                    let status = offer.status.after(OfferAction::Reject).ok_or_else(|| wrong_state(offer.status))?;
                    rows::set_offer_status(conn, id, status, Some(reason)).await?;
                    Action::OfferRejected
                };
                let entry = decision(action, id, &offer).change("reason", None, Some(reason));
                Ok(((), unit.record(entry).await?))
            })
        })
        .await
    }

    /// Refuses everything of a partner that waits, for one reason; says how many offers that were.
    pub async fn reject_waiting_offers(
        &self,
        admin: &AdminSession,
        partner: PartnerId,
        reason: &str,
    ) -> Result<u64, AppError> {
        let reason = parse_reason(reason)?;
        self.write(admin.actor(), move |unit| {
            Box::pin(async move {
                let (conn, reason) = (&mut unit.conn, reason.as_str());
                let name =
                    organisations::find_name(conn, Organisation::Partner(partner)).await?.ok_or(AppError::NotFound)?;
                let rejected = rows::reject_waiting_offers(conn, partner, reason).await?;
                if rejected == 0 {
                    return Ok((0, Recorded::nothing()));
                }
                let entry = Entry::new(Action::WaitingOffersRejected, &partner, &name)
                    .for_partner(partner)
                    .change("offers", None, Some(&rejected.to_string()))
                    .change("reason", None, Some(reason));
                Ok((rejected, unit.record(entry).await?))
            })
        })
        .await
    }

    /// Lets what was changed after an approval stay. `seen` is the version that was decided on.
    pub async fn keep_offer_change(&self, admin: &AdminSession, id: OfferId, seen: i64) -> Result<(), AppError> {
        let now = self.clock.now();
        self.write(admin.actor(), move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                let offer = lock_offer(conn, id).await?;
                check_seen(&offer, seen)?;
                if !changes::close_change(conn, id, None, now).await? {
                    return Err(decided());
                }
                // What an earlier change lacked, this one has.
                changes::forget_taken_back(conn, id).await?;
                Ok(((), unit.record(decision(Action::OfferChangeKept, id, &offer)).await?))
            })
        })
        .await
    }

    /// Puts what was approved back, for a reason that the partner reads. A new destination that waits goes on waiting.
    /// `seen` is the version that was decided on.
    pub async fn take_back_offer_change(
        &self,
        admin: &AdminSession,
        id: OfferId,
        seen: i64,
        reason: &str,
    ) -> Result<(), AppError> {
        let (now, reason) = (self.clock.now(), parse_reason(reason)?);
        self.write(admin.actor(), move |unit| {
            Box::pin(async move {
                let (conn, reason) = (&mut unit.conn, reason.as_str());
                let offer = lock_offer(conn, id).await?;
                check_seen(&offer, seen)?;
                if !offer.status.is_approved() {
                    return Err(wrong_state(offer.status));
                }
                let approved = changes::find_approved_content(conn, id).await?.ok_or_else(decided)?;
                rows::set_offer_content(conn, id, &approved, reason).await?;
                changes::close_change(conn, id, Some(reason), now).await?;
                let entry =
                    content_changes(decision(Action::OfferChangeTakenBack, id, &offer), &offer.content, &approved);
                Ok(((), unit.record(entry.change("reason", None, Some(reason))).await?))
            })
        })
        .await
    }
}

/// What an admin's decision about an offer is written down as.
fn decision(action: Action, id: OfferId, offer: &LockedOffer) -> Entry {
    Entry::new(action, &id, &offer.content.name).for_partner(offer.partner_id)
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
