//! What only admins do: reviewing offers, suspending people, and looking at everything.

use domain::{
    Application, BoundedText, ListQuery, Offer, OfferAction, OfferId, OfferStatus, Page, Refusal, UserId, UserRow,
};
use store::{Scope, StoreError, audit::Finding, offers as rows, owned_task};

use crate::{
    AdminSession, Service, SessionsEnded,
    offers::wrong_state,
    settings::{Failure, unavailable},
};

type Reason = BoundedText<1, 1000>;

impl Service {
    /// Everything that waits for a decision, longest waiting first.
    pub async fn list_reviews(&self, _: &AdminSession) -> Result<Vec<Offer>, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        rows::list_offers_to_review(&mut conn).await.map_err(unavailable)
    }

    /// Lets an offer, or the new destination of an approved one, out. `seen` is the destination that was decided
    /// on: one that was changed since is not let out unseen.
    pub async fn approve_offer(&self, _: &AdminSession, id: OfferId, seen: &str) -> Result<(), Refusal> {
        self.review(id, OfferAction::Approve, None, Some(seen.to_owned())).await
    }

    /// Refuses an offer, or the new destination of an approved one (which then keeps its old one), with a reason.
    pub async fn reject_offer(&self, _: &AdminSession, id: OfferId, reason: &str) -> Result<(), Refusal> {
        let reason = Reason::parse(reason).map_err(|error| Refusal::field("reason", error))?;
        self.review(id, OfferAction::Reject, Some(reason), None).await
    }

    async fn review(
        &self,
        id: OfferId,
        action: OfferAction,
        reason: Option<Reason>,
        seen: Option<String>,
    ) -> Result<(), Refusal> {
        let db = self.db.clone();
        let done = owned_task(async move {
            let reason = reason.as_ref().map(Reason::as_str);
            let mut conn = db.begin().await?;
            let offer = rows::lock_offer(&mut conn, Scope::Network, id).await?.ok_or(Refusal::NotFound)?;
            let current = offer.pending_destination.as_deref().unwrap_or(offer.destination.as_str());
            if seen.is_some_and(|seen| seen != current) {
                return Err(Refusal::WrongState { now: "changed since you looked at it".to_owned() }.into());
            }
            if let (true, Some(new)) = (offer.status.is_approved(), &offer.pending_destination) {
                let kept = if action == OfferAction::Approve { new } else { offer.destination.as_str() };
                rows::settle_destination(&mut conn, id, kept, reason).await?;
            } else {
                let status: OfferStatus = offer.status.after(action).ok_or_else(|| wrong_state(offer.status))?;
                rows::set_offer_status(&mut conn, id, status, reason).await?;
            }
            conn.commit().await?;
            Ok::<_, Failure>(())
        });
        Ok(done.await?)
    }

    /// Suspends a partner or an affiliate: their sessions end, their links and key stop, at once.
    pub async fn suspend_user(&self, _: &AdminSession, id: UserId) -> Result<(), Refusal> {
        self.set_suspended(id, true).await
    }

    /// Restores an account.
    pub async fn restore_user(&self, _: &AdminSession, id: UserId) -> Result<(), Refusal> {
        self.set_suspended(id, false).await
    }

    async fn set_suspended(&self, id: UserId, suspended: bool) -> Result<(), Refusal> {
        let (db, ended, since) = (self.db.clone(), self.ended.clone(), suspended.then(|| self.clock.now()));
        let done = owned_task(async move {
            let mut conn = db.begin().await?;
            if !store::users::set_suspended(&mut conn, id, since).await? {
                return Err(Refusal::NotFound.into());
            }
            if suspended {
                store::sessions::delete_sessions_of(&mut conn, id).await?;
            }
            conn.commit().await?;
            if suspended {
                let _ = ended.send(SessionsEnded::AllOf(id));
            }
            Ok::<_, Failure>(())
        });
        Ok(done.await?)
    }

    /// Everybody.
    pub async fn list_users(&self, _: &AdminSession, list: &ListQuery) -> Result<Page<UserRow>, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        store::users::list_users(&mut conn, list).await.map_err(unavailable)
    }

    /// Every offer.
    pub async fn list_all_offers(&self, _: &AdminSession, list: &ListQuery) -> Result<Page<Offer>, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        rows::list_offers(&mut conn, Scope::Network, list).await.map_err(unavailable)
    }

    /// Every application with its tracking link and counters.
    pub async fn list_all_links(&self, _: &AdminSession, list: &ListQuery) -> Result<Page<Application>, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        store::applications::list_applications(&mut conn, Scope::Network, list).await.map_err(unavailable)
    }

    /// Checks the invariants; for the command line, which acts for the program's owner.
    pub async fn audit(&self) -> Result<Vec<Finding>, StoreError> {
        let mut conn = self.db.snapshot().await?;
        store::audit::check_invariants(&mut conn).await
    }
}
