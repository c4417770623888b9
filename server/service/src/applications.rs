//! Applications: affiliates ask, partners decide.

use domain::{
    Action, AppError, Application, ApplicationDecision, ApplicationFilter, ApplicationId, ApplicationMessage,
    ApplicationStatus, LinkFilter, ListQuery, MarketplaceFilter, MarketplaceOffer, OfferId, Page, Slug, TrackingLink,
};
use store::{
    Scope,
    applications::{self as rows, NewApplication},
    offers,
};

use crate::{
    AdminSession, AffiliateSession, Operator, PartnerSession, Service, secrets::random_text, unit_of_work::Entry,
};

impl Service {
    /// Asks for an offer; the tracking link exists from then on, and is live once the partner approves.
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
            slug: slug.clone(),
            offer,
            affiliate: affiliate.affiliate_id,
            message,
            at: self.clock.now(),
        };
        self.write(affiliate.actor(), move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                let offer = offers::lock_offer(conn, Scope::Network, new.offer).await?.ok_or(AppError::NotFound)?;
                // Not active, or its partner is suspended: "it still needs admin approval before it appears".
                if only_live && offers::find_marketplace_offer(conn, new.affiliate, new.offer).await?.is_none() {
                    return Err(AppError::OfferNotLive);
                }
                let inserted = rows::insert_application(conn, &new).await;
                inserted.map_err(|error| error.or_taken(AppError::AlreadyApplied))?;
                let entry = Entry::new(Action::ApplicationCreated, &new.id, &offer.content.name)
                    .for_partner(offer.partner_id)
                    .for_affiliate(new.affiliate);
                Ok((slug, unit.record(entry).await?))
            })
        })
        .await
    }

    /// Approves, rejects or revokes an application for an own offer. In force for every visit that starts after
    /// the answer.
    pub async fn decide_application(
        &self,
        partner: &PartnerSession,
        id: ApplicationId,
        decision: ApplicationDecision,
    ) -> Result<ApplicationStatus, AppError> {
        let owner = partner.partner_id;
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
                rows::set_application_status(&mut unit.conn, id, status).await?;
                let entry = Entry::new(action, &id, &application.offer_name)
                    .for_partner(owner)
                    .for_affiliate(application.affiliate_id);
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
