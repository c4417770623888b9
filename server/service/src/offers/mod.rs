//! Offers: what their partners do with them. What admins decide about them is in [`reviews`].

mod choices;
mod reviews;

use domain::{
    Action, AppError, CONFIRMED_DESTINATION, Category, Destination, ListQuery, Offer, OfferAction, OfferContent,
    OfferCounts, OfferDraft, OfferFilter, OfferId, OfferInput, OfferStatus, Page, PartnerId, Timestamp,
};
use store::{
    Conn, Scope,
    offers::{self as rows, LockedOffer},
};

use crate::{AdminSession, PartnerSession, Service, unit_of_work::Entry};

impl Service {
    /// Makes an offer, which awaits an admin from then on.
    pub async fn create_offer(&self, partner: &PartnerSession, input: &OfferInput) -> Result<OfferId, AppError> {
        self.offer_pace.check(&partner.partner_id)?;
        let draft = self.parse_draft(input)?;
        if !input.confirms_destination() {
            ask_about(&draft.destination)?;
        }
        let (id, now, owner) = (self.clock.new_id(), self.clock.now(), partner.partner_id);
        self.write(partner.actor(), move |unit| {
            Box::pin(async move {
                make_room(&mut unit.conn, owner).await?;
                rows::insert_offer(&mut unit.conn, id, owner, &draft, now).await?;
                let entry = Entry::new(Action::OfferCreated, &id, &draft.name).for_partner(owner);
                Ok((id, unit.record(entry).await?))
            })
        })
        .await
    }

    /// Changes an offer. "Changing the destination's host of an approved offer does not go live: the old
    /// destination serves until an admin approves the new one." Every other change of an approved offer is live at once,
    /// and shown to an admin afterwards.
    pub async fn edit_offer(&self, partner: &PartnerSession, id: OfferId, input: &OfferInput) -> Result<(), AppError> {
        self.offer_pace.check(&partner.partner_id)?;
        let draft = self.parse_draft(input)?;
        let is_confirmed = input.confirms_destination();
        let (scope, now) = (Scope::Partner(partner.partner_id), self.clock.now());
        self.write(partner.actor(), move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                let offer = rows::lock_offer(conn, scope, id).await?.ok_or(AppError::NotFound)?;
                if offer.status == OfferStatus::Archived {
                    return Err(wrong_state(offer.status));
                }
                if !is_confirmed && !has_destination(&offer, &draft.destination) {
                    ask_about(&draft.destination)?;
                }
                let reason = offer.rejection_reason.as_deref();
                let forgotten = save(conn, id, &offer, &draft, now).await?.then_some(reason).flatten();
                let entry = edited(id, &offer, &draft).change("rejection reason", forgotten, None);
                Ok(((), unit.record_if_changed(entry).await?))
            })
        })
        .await
    }

    /// Pauses, resumes, submits or archives an own offer. In force for every visit that starts after the answer.
    pub async fn change_offer(
        &self,
        partner: &PartnerSession,
        id: OfferId,
        action: OfferAction,
    ) -> Result<OfferStatus, AppError> {
        if matches!(action, OfferAction::Approve | OfferAction::Reject) {
            return Err(AppError::NotFound);
        }
        if action == OfferAction::Submit {
            self.offer_pace.check(&partner.partner_id)?;
        }
        let owner = partner.partner_id;
        self.write(partner.actor(), move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                let offer = rows::lock_offer(conn, Scope::Partner(owner), id).await?.ok_or(AppError::NotFound)?;
                let status = offer.status.after(action).ok_or_else(|| wrong_state(offer.status))?;
                if status == OfferStatus::Pending {
                    make_room(conn, owner).await?;
                }
                // An admin's words are not gone because the partner pauses.
                let keeps_reason = matches!(action, OfferAction::Pause | OfferAction::Resume);
                let reason = offer.rejection_reason.as_deref().filter(|_| keeps_reason);
                rows::set_offer_status(conn, id, status, reason).await?;
                let entry = Entry::new(word_of(action), &id, &offer.content.name).for_partner(owner);
                Ok((status, unit.record(entry).await?))
            })
        })
        .await
    }

    /// Reads what was filled in; the network's own addresses are no destination.
    fn parse_draft(&self, input: &OfferInput) -> Result<OfferDraft, AppError> {
        let draft = OfferDraft::parse(input).map_err(|fields| AppError::Invalid { fields })?;
        let settings = self.settings();
        let own = draft.destination.refuse_own_site(&[&settings.public_url, &settings.tracking_url]);
        own.map_err(|error| AppError::field("destination", error))?;
        Ok(draft)
    }

    /// An own offer.
    pub async fn find_offer(&self, partner: &PartnerSession, id: OfferId) -> Result<Offer, AppError> {
        let mut conn = self.db.read().await?;
        let offer = rows::find_offer(&mut conn, Scope::Partner(partner.partner_id), id).await;
        offer?.ok_or(AppError::NotFound)
    }

    /// The own offers.
    pub async fn list_offers(
        &self,
        partner: &PartnerSession,
        list: &ListQuery<OfferFilter>,
    ) -> Result<Page<Offer>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(rows::list_offers(&mut conn, Scope::Partner(partner.partner_id), list).await?)
    }

    /// Any offer.
    pub async fn find_any_offer(&self, _: &AdminSession, id: OfferId) -> Result<Offer, AppError> {
        let mut conn = self.db.read().await?;
        rows::find_offer(&mut conn, Scope::Network, id).await?.ok_or(AppError::NotFound)
    }

    /// Every offer.
    pub async fn list_all_offers(
        &self,
        _: &AdminSession,
        list: &ListQuery<OfferFilter>,
    ) -> Result<Page<Offer>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(rows::list_offers(&mut conn, Scope::Network, list).await?)
    }

    /// How many own offers there are, and what waits in them.
    pub async fn count_offers(&self, partner: &PartnerSession) -> Result<OfferCounts, AppError> {
        let mut conn = self.db.read().await?;
        Ok(rows::count_offers(&mut conn, partner.partner_id).await?)
    }
}

/// Writes a partner's edit of an offer that is locked. Says whether why something was refused is forgotten by it.
async fn save(
    conn: &mut Conn,
    id: OfferId,
    offer: &LockedOffer,
    draft: &OfferDraft,
    now: Timestamp,
) -> Result<bool, AppError> {
    let (live, waiting) = destinations(offer.status, &offer.destination, &draft.destination);
    let waiting = waiting.map(Destination::as_str);
    rows::set_offer_draft(conn, id, draft, live.as_str(), waiting).await?;
    if offer.status.is_approved() {
        let after = content(draft, live);
        rows::changes::record_change(conn, id, &offer.content, &after, now).await?;
        // A partner who saves what an admin left has read why; a page from before still holds what was refused.
        if waiting == offer.pending_destination.as_deref() && after == offer.content {
            rows::forget_reason(conn, id).await?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// What an edit is written down as.
fn edited(id: OfferId, offer: &LockedOffer, draft: &OfferDraft) -> Entry {
    let mut before = offer.content.clone();
    if let Some(pending) = &offer.pending_destination {
        before.destination.clone_from(pending);
    }
    let entry = Entry::new(Action::OfferEdited, &id, &draft.name).for_partner(offer.partner_id);
    content_changes(entry, &before, &content(draft, &draft.destination))
}

/// What is different between two contents of an offer.
fn content_changes(entry: Entry, before: &OfferContent, after: &OfferContent) -> Entry {
    entry
        .change("name", Some(&before.name), Some(&after.name))
        .change("description", Some(&before.description), Some(&after.description))
        .change("commission terms", Some(&before.commission_terms), Some(&after.commission_terms))
        .change("destination", Some(&before.destination), Some(&after.destination))
        .change("category", Some(&before.category), Some(&after.category))
}

const fn word_of(action: OfferAction) -> Action {
    match action {
        OfferAction::Approve => Action::OfferApproved,
        OfferAction::Reject => Action::OfferRejected,
        OfferAction::Pause => Action::OfferPaused,
        OfferAction::Resume => Action::OfferResumed,
        OfferAction::Submit => Action::OfferSubmitted,
        OfferAction::Archive => Action::OfferArchived,
    }
}

/// Refuses another offer that awaits an admin where the partner has as many as the queue takes.
async fn make_room(conn: &mut Conn, partner: PartnerId) -> Result<(), AppError> {
    let most = OfferDraft::MOST_WAITING;
    if rows::lock_waiting_offers(conn, partner).await? < most { Ok(()) } else { Err(AppError::TooManyWaiting { most }) }
}

/// Refuses a destination with something in it that is rarely meant, until its partner says that it is.
fn ask_about(destination: &Destination) -> Result<(), AppError> {
    let questions: Vec<_> = destination.questions().iter().map(ToString::to_string).collect();
    if questions.is_empty() { Ok(()) } else { Err(AppError::field(CONFIRMED_DESTINATION, questions.join(" It also "))) }
}

/// Whether visitors are sent there, or will be: what was confirmed once is not asked about with every other edit.
fn has_destination(offer: &LockedOffer, destination: &Destination) -> bool {
    offer.destination == *destination || offer.pending_destination.as_deref() == Some(destination.as_str())
}

fn content(draft: &OfferDraft, live: &Destination) -> OfferContent {
    OfferContent {
        name: draft.name.to_string(),
        description: draft.description.to_string(),
        commission_terms: draft.commission_terms.to_string(),
        destination: live.to_string(),
        category: draft.category.map_or("", Category::as_str).to_owned(),
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

fn wrong_state(status: OfferStatus) -> AppError {
    AppError::WrongState { now: status.as_str().to_owned() }
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
