//! Applications: affiliates ask, partners decide.

use domain::{
    Action, AppError, Application, ApplicationDecision, ApplicationFilter, ApplicationId, ApplicationMessage,
    ApplicationStatus, DecisionReason, LinkFilter, ListQuery, MarketplaceFilter, MarketplaceOffer, OfferId, Page, Slug,
    TrackingLink,
};
use store::{
    Conn, Scope, StoreError,
    applications::{self as rows, NewApplication},
    offers,
};

use crate::{
    AdminSession, AffiliateSession, Operator, PartnerSession, Service, secrets::random_text, unit_of_work::Entry,
};

impl Service {
    /// Asks for an offer; the tracking link exists from then on, and is live once the partner approves. Who was rejected,
    /// revoked or has withdrawn asks again in the same way, and keeps the link.
    pub async fn apply(&self, affiliate: &AffiliateSession, offer: OfferId, message: &str) -> Result<Slug, AppError> {
        self.insert_application(affiliate, offer, message, true).await
    }

    /// Asks for an offer that isn't live yet. For the demo, which shows every pair of states that can be reached.
    pub async fn apply_ahead(
        &self,
        _operator: &Operator,
        affiliate: &AffiliateSession,
        offer: OfferId,
        message: &str,
    ) -> Result<Slug, AppError> {
        self.insert_application(affiliate, offer, message, false).await
    }

    async fn insert_application(
        &self,
        affiliate: &AffiliateSession,
        offer: OfferId,
        message: &str,
        only_live: bool,
    ) -> Result<Slug, AppError> {
        let message = ApplicationMessage::parse(message).map_err(|error| AppError::field("message", error))?;
        let slug = Slug::parse(&random_text(Slug::LENGTH)).map_err(|_| AppError::Unavailable)?;
        let new = NewApplication {
            id: self.clock.new_id(),
            link_id: self.clock.new_id(),
            slug,
            offer,
            affiliate: affiliate.affiliate_id,
            message,
            at: self.clock.now(),
        };
        let affiliate_id = affiliate.affiliate_id;
        self.write(affiliate.actor(), move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                let offer = offers::lock_offer(conn, Scope::Network, new.offer).await?.ok_or(AppError::NotFound)?;
                // Not active, or its partner is suspended: "it still needs admin approval before it appears".
                if only_live && offers::find_marketplace_offer(conn, new.affiliate, new.offer).await?.is_none() {
                    return Err(AppError::OfferNotLive);
                }
                let (action, id, slug) = insert_or_renew(conn, new).await?;
                let entry = Entry::new(action, &id, &offer.content.name)
                    .for_partner(offer.partner_id)
                    .for_affiliate(affiliate_id);
                Ok((slug, unit.record(entry).await?))
            })
        })
        .await
    }

    /// Takes an own application back: the partner needn't decide about it any more, and its link leads to the homepage
    /// for every visit that starts after the answer.
    pub async fn withdraw_application(&self, affiliate: &AffiliateSession, offer: OfferId) -> Result<(), AppError> {
        let (affiliate_id, now, nothing) = (affiliate.affiliate_id, self.clock.now(), reason("")?);
        self.write(affiliate.actor(), move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                let found = rows::lock_own_application(conn, affiliate_id, offer).await?;
                let application = found.ok_or(AppError::NotFound)?;
                if !application.status.can_be_withdrawn() {
                    return Err(AppError::WrongState { now: application.status.as_str().to_owned() });
                }
                let withdrawn = ApplicationStatus::Withdrawn;
                rows::set_application_status(conn, application.id, withdrawn, &nothing, now).await?;
                let entry = Entry::new(Action::ApplicationWithdrawn, &application.id, &application.offer_name)
                    .for_partner(application.partner_id)
                    .for_affiliate(affiliate_id);
                Ok(((), unit.record(entry).await?))
            })
        })
        .await
    }

    /// Approves, rejects or revokes an application for an own offer, and tells the affiliate why if there is something
    /// to say. In force for every visit that starts after the answer.
    pub async fn decide_application(
        &self,
        partner: &PartnerSession,
        id: ApplicationId,
        decision: ApplicationDecision,
        why: &str,
    ) -> Result<ApplicationStatus, AppError> {
        let (owner, now, why) = (partner.partner_id, self.clock.now(), reason(why)?);
        let action = match decision {
            ApplicationDecision::Approve => Action::ApplicationApproved,
            ApplicationDecision::Reject => Action::ApplicationRejected,
            ApplicationDecision::Revoke => Action::ApplicationRevoked,
        };
        self.write(partner.actor(), move |unit| {
            Box::pin(async move {
                let application = rows::lock_application(&mut unit.conn, owner, id).await?.ok_or(AppError::NotFound)?;
                let wrong = || AppError::WrongState { now: application.status.as_str().to_owned() };
                let status = application.status.after(decision).ok_or_else(wrong)?;
                rows::set_application_status(&mut unit.conn, id, status, &why, now).await?;
                let said = Some(why.as_str()).filter(|why| !why.is_empty());
                let entry = Entry::new(action, &id, &application.offer_name)
                    .for_partner(owner)
                    .for_affiliate(application.affiliate_id)
                    .change("reason", None, said);
                Ok((status, unit.record(entry).await?))
            })
        })
        .await
    }

    /// Applications for the own offers, those that wait first.
    pub async fn list_applications(
        &self,
        partner: &PartnerSession,
        list: &ListQuery<ApplicationFilter>,
    ) -> Result<Page<Application>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(rows::list_applications(&mut conn, Scope::Partner(partner.partner_id), list).await?)
    }

    /// Every application with its tracking link and counters.
    pub async fn list_all_links(
        &self,
        _: &AdminSession,
        list: &ListQuery<ApplicationFilter>,
    ) -> Result<Page<Application>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(rows::list_applications(&mut conn, Scope::Network, list).await?)
    }

    /// The active offers.
    pub async fn list_marketplace(
        &self,
        affiliate: &AffiliateSession,
        list: &ListQuery<MarketplaceFilter>,
    ) -> Result<Page<MarketplaceOffer>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(offers::list_marketplace(&mut conn, affiliate.affiliate_id, list).await?)
    }

    /// One active offer.
    pub async fn find_marketplace_offer(
        &self,
        affiliate: &AffiliateSession,
        id: OfferId,
    ) -> Result<MarketplaceOffer, AppError> {
        let mut conn = self.db.read().await?;
        let offer = offers::find_marketplace_offer(&mut conn, affiliate.affiliate_id, id).await;
        offer?.ok_or(AppError::NotFound)
    }

    /// The own tracking links.
    pub async fn list_links(
        &self,
        affiliate: &AffiliateSession,
        list: &ListQuery<LinkFilter>,
    ) -> Result<Page<TrackingLink>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(rows::list_links(&mut conn, affiliate.affiliate_id, list).await?)
    }
}

fn reason(text: &str) -> Result<DecisionReason, AppError> {
    DecisionReason::parse(text).map_err(|error| AppError::field("reason", error))
}

/// An affiliate has one application for an offer: the first time it is added, later the same one is sent once more.
async fn insert_or_renew(conn: &mut Conn, new: NewApplication) -> Result<(Action, ApplicationId, Slug), AppError> {
    let Some(before) = rows::lock_own_application(conn, new.affiliate, new.offer).await? else {
        let inserted = rows::insert_application(conn, &new).await;
        inserted.map_err(|error: StoreError| error.or_taken(AppError::AlreadyApplied))?;
        return Ok((Action::ApplicationCreated, new.id, new.slug));
    };
    if !before.status.can_be_renewed() {
        return Err(AppError::AlreadyApplied);
    }
    rows::renew_application(conn, before.id, &new.message, new.at).await?;
    Ok((Action::ApplicationRenewed, before.id, before.slug))
}
