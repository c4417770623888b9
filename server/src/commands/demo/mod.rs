//! `demo`: fills an empty database with a believable network, through the same use cases as real people.

mod cast;
mod history;

use std::{io::Write as _, net::IpAddr, process::ExitCode, time::Instant};

use domain::{
    AppError, ApplicationDecision, ApplicationStatus, LinkRules, OfferAction, OfferId, OfferInput, OfferStatus,
    ProfileInput, Role, Timestamp,
};
use rand::Rng as _;
use serde::Serialize;
use service::{
    AdminSession, AffiliateSession, Clock, Countries, Operator, PartnerSession, Service, Session, SessionToken, SignUp,
};

use self::cast::{
    AFFILIATE_PROFILES, AFFILIATES, APPLICATIONS, CHANGED_OFFER, OFFERS, PARTNER_PROFILES, PARTNERS, REASON,
    offer_input,
};
use super::{accounts::explain, open, print};
use crate::config::Settings;

/// How many days of history there are.
const DAYS: i64 = 30;
const DAY_MILLIS: i64 = 86_400_000;

#[derive(Serialize)]
struct Network {
    admin: AdminRow,
    partners: Vec<PartnerRow>,
    affiliates: Vec<AffiliateRow>,
    links: Vec<LinkRow>,
}

#[derive(Serialize)]
struct AdminRow {
    email: String,
    password: String,
}

#[derive(Serialize)]
struct PartnerRow {
    partner_id: String,
    email: String,
    password: String,
    api_key: String,
    #[serde(skip)]
    session: PartnerSession,
}

#[derive(Serialize)]
struct AffiliateRow {
    affiliate_id: String,
    email: String,
    password: String,
    #[serde(skip)]
    session: AffiliateSession,
}

#[derive(Serialize)]
struct LinkRow {
    slug: String,
    offer_id: String,
    affiliate_id: String,
    partner_id: String,
    destination: String,
    offer_status: OfferStatus,
    application_status: ApplicationStatus,
    live: bool,
    #[serde(skip)]
    partner: usize,
}

pub(super) async fn demo(settings: &Settings, json: bool) -> Result<ExitCode, String> {
    let began = Instant::now();
    let now = Clock::default().now();
    let clock = Clock::manual(now.plus_millis(-DAYS * DAY_MILLIS));
    let service = open(settings, clock.clone()).await?.with_countries(Countries::made_up(history::country_of));
    if service.has_users().await.map_err(|error| error.to_string())? {
        return Err("this database has users already; the demo wants an empty one (set DATABASE_URL)".to_owned());
    }
    let network = build(&service, &clock, now).await.map_err(|refusal| explain(&refusal))?;
    service.close().await;
    eprintln!("The demo network is ready ({} s).", began.elapsed().as_secs());
    if json {
        print(&serde_json::to_string(&network).map_err(|error| error.to_string())?);
    } else {
        print_accounts(&network, &service.settings().public_url, &service.settings().tracking_url);
    }
    Ok(ExitCode::SUCCESS)
}

async fn build(service: &Service, clock: &Clock, now: Timestamp) -> Result<Network, AppError> {
    progress("people");
    let ((admin_session, admin), partners, affiliates) = people(service).await?;
    introduce(service, &partners, &affiliates).await?;
    progress("offers and applications");
    let offers = offers(service, &admin_session, &partners).await?;
    let links = apply_all(service, &offers, &partners, &affiliates).await?;
    history::write(service, clock, now, &partners, &links).await?;
    clock.set(now);
    settle(service, &offers, &partners, &affiliates, &links).await?;
    Ok(Network { admin, partners, affiliates, links })
}

type People = ((AdminSession, AdminRow), Vec<PartnerRow>, Vec<AffiliateRow>);

async fn people(service: &Service) -> Result<People, AppError> {
    let (email, password, session) = person(service, Role::Admin, "Network admin", "admin@demo.example").await?;
    let Session::Admin(admin) = session else { return Err(AppError::NotFound) };
    let mut partners = Vec::new();
    for (name, email) in PARTNERS {
        let (email, password, session) = person(service, Role::Partner, name, email).await?;
        let Session::Partner(session) = session else { return Err(AppError::NotFound) };
        let api_key = service.find_api_key(&session).await?.expose().to_owned();
        partners.push(PartnerRow { partner_id: session.partner_id().to_string(), email, password, api_key, session });
    }
    let mut affiliates = Vec::new();
    for (name, email) in AFFILIATES {
        let (email, password, session) = person(service, Role::Affiliate, name, email).await?;
        let Session::Affiliate(session) = session else { return Err(AppError::NotFound) };
        affiliates.push(AffiliateRow { affiliate_id: session.affiliate_id().to_string(), email, password, session });
    }
    Ok(((admin, AdminRow { email, password }), partners, affiliates))
}

/// Lets everybody say something of themselves.
async fn introduce(service: &Service, partners: &[PartnerRow], affiliates: &[AffiliateRow]) -> Result<(), AppError> {
    let text = str::to_owned;
    for (partner, (website, about)) in partners.iter().zip(PARTNER_PROFILES) {
        let profile = ProfileInput { website: text(website), about: text(about), ..ProfileInput::default() };
        service.save_profile(&Session::Partner(partner.session.clone()), profile).await?;
    }
    for (affiliate, (website, channels, countries, about)) in affiliates.iter().zip(AFFILIATE_PROFILES) {
        let channels = channels.iter().map(|channel| (text(channel), text("on"))).collect();
        let profile = ProfileInput { website: text(website), channels, countries: text(countries), about: text(about) };
        service.save_profile(&Session::Affiliate(affiliate.session.clone()), profile).await?;
    }
    Ok(())
}

/// Passwords and keys are random even here: the demo may be shown on a network.
async fn person(service: &Service, role: Role, name: &str, email: &str) -> Result<(String, String, Session), AppError> {
    let mut random = rand::rng();
    let password: String =
        (0..14).map(|_| char::from(b"abcdefghjkmnpqrstuvwxyz23456789"[random.random_range(0..31)])).collect();
    let (name, email) = (name.to_owned(), email.to_owned());
    let (operator, here) = (Operator::of_this_machine(), IpAddr::from([127, 0, 0, 1]));
    service.add_account(&operator, &SignUp { role, name, email: email.clone(), password: password.clone() }).await?;
    let signed_in = service.sign_in(&email, password.clone(), here).await?;
    let token: &SessionToken = &signed_in.token;
    let (session, _) = service.authenticate(token, here).await?;
    service.sign_out(token, here).await?;
    Ok((email, password, session))
}

/// All offers, those that were ever let out approved.
async fn offers(service: &Service, admin: &AdminSession, partners: &[PartnerRow]) -> Result<Vec<OfferId>, AppError> {
    let mut ids = Vec::new();
    for offer in OFFERS {
        let id = service.create_offer(&partners[offer.partner].session, &offer_input(&offer)).await?;
        match offer.status {
            OfferStatus::Active | OfferStatus::Paused | OfferStatus::Archived => {
                service.approve_offer(admin, id, 1).await?;
            }
            OfferStatus::Rejected => service.reject_offer(admin, id, 1, "The landing page can't be reached.").await?,
            OfferStatus::Pending => {}
        }
        ids.push(id);
    }
    Ok(ids)
}

/// All applications; those that end as approved or revoked are approved for the time of the history.
async fn apply_all(
    service: &Service,
    offers: &[OfferId],
    partners: &[PartnerRow],
    affiliates: &[AffiliateRow],
) -> Result<Vec<LinkRow>, AppError> {
    let mut links = Vec::new();
    for application in APPLICATIONS {
        let (offer, affiliate) = (&OFFERS[application.offer], &affiliates[application.affiliate]);
        let id = offers[application.offer];
        let slug =
            service.apply_ahead(&Operator::of_this_machine(), &affiliate.session, id, application.message).await?;
        let partner = &partners[offer.partner];
        if matches!(application.status, ApplicationStatus::Approved | ApplicationStatus::Revoked) {
            decide(service, partner, slug.as_str(), ApplicationDecision::Approve).await?;
        }
        links.push(LinkRow {
            slug: slug.to_string(),
            offer_id: id.to_string(),
            affiliate_id: affiliate.affiliate_id.clone(),
            partner_id: partner.partner_id.clone(),
            destination: offer.destination.to_owned(),
            offer_status: offer.status,
            application_status: application.status,
            live: LinkRules {
                offer: offer.status,
                application: application.status,
                partner_suspended: false,
                affiliate_suspended: false,
            }
            .is_live(),
            partner: offer.partner,
        });
    }
    Ok(links)
}

async fn decide(
    service: &Service,
    partner: &PartnerRow,
    slug: &str,
    decision: ApplicationDecision,
) -> Result<(), AppError> {
    let all = service.list_applications(&partner.session, &domain::ListQuery::default()).await?;
    let application = all.rows.iter().find(|application| application.slug == slug).ok_or(AppError::NotFound)?;
    let reason = if decision == ApplicationDecision::Approve { "" } else { REASON };
    service.decide_application(&partner.session, application.id, decision, reason).await?;
    Ok(())
}

/// Brings every offer and application into the state it is shown in.
async fn settle(
    service: &Service,
    offers: &[OfferId],
    partners: &[PartnerRow],
    affiliates: &[AffiliateRow],
    links: &[LinkRow],
) -> Result<(), AppError> {
    for link in links {
        let partner = &partners[link.partner];
        match link.application_status {
            ApplicationStatus::Rejected => decide(service, partner, &link.slug, ApplicationDecision::Reject).await?,
            ApplicationStatus::Revoked => decide(service, partner, &link.slug, ApplicationDecision::Revoke).await?,
            ApplicationStatus::Withdrawn => {
                let affiliate = affiliates.iter().find(|affiliate| affiliate.affiliate_id == link.affiliate_id);
                let affiliate = affiliate.ok_or(AppError::NotFound)?;
                let offer = OfferId::parse(&link.offer_id).map_err(|_| AppError::NotFound)?;
                service.withdraw_application(&affiliate.session, offer).await?;
            }
            ApplicationStatus::Pending | ApplicationStatus::Approved => {}
        }
    }
    for (offer, id) in OFFERS.iter().zip(offers) {
        let session = &partners[offer.partner].session;
        match offer.status {
            OfferStatus::Paused => {
                service.change_offer(session, *id, OfferAction::Pause).await?;
            }
            OfferStatus::Archived => {
                service.change_offer(session, *id, OfferAction::Archive).await?;
            }
            OfferStatus::Active | OfferStatus::Pending | OfferStatus::Rejected => {}
        }
    }
    change_approved(service, offers, partners).await
}

/// Leaves the admin a change to look at.
async fn change_approved(service: &Service, offers: &[OfferId], partners: &[PartnerRow]) -> Result<(), AppError> {
    let (place, terms) = CHANGED_OFFER;
    let offer = &OFFERS[place];
    let input = OfferInput { commission_terms: terms.to_owned(), ..offer_input(offer) };
    service.edit_offer(&partners[offer.partner].session, offers[place], &input).await
}

fn progress(what: &str) {
    let _ = writeln!(std::io::stderr(), "demo: {what} …");
}

fn print_accounts(network: &Network, site: &str, tracking: &str) {
    print(&format!("Sign in at {site}/signin"));
    print(&format!("  admin      {:<28} {}", network.admin.email, network.admin.password));
    for partner in &network.partners {
        print(&format!("  partner    {:<28} {}", partner.email, partner.password));
    }
    for affiliate in &network.affiliates {
        print(&format!("  affiliate  {:<28} {}", affiliate.email, affiliate.password));
    }
    if let Some(link) = network.links.iter().find(|link| link.live) {
        print(&format!("A tracking link that is live: {tracking}/t/{}", link.slug));
    }
}
