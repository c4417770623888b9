//! Whole lists of offers, links, applications and users.

use domain::{
    AppError, Application, ListFilter, ListQuery, Offer, Page, Place, TrackingLink, UserRow, Words,
    report::{Selection, ZoneName},
};
use jiff::tz::TimeZone;

use super::{Export, ExportCell, ExportRow, batches, columns, moment, optional, text};
use crate::{
    Service, Session,
    reports::{ReportPermit, zone_of},
};

const OFFERS: &str = "offer_id offer partner_id partner status destination pending_destination commission_terms \
                      rejection_reason created clicks conversions affiliates waiting_applications";
const LINKS: &str = "link_id slug offer_id offer partner application_status offer_status live clicks human_clicks \
                     conversions pending";
const APPLICATIONS: &str = "application_id slug offer_id offer affiliate_id affiliate status created clicks conversions \
                            message";
const USERS: &str = "user_id role name email created suspended";

impl Service {
    /// What a person's page of offers lists: a partner's own, an affiliate's links, or all.
    pub fn export_offers(&self, session: &Session, words: &Words, own: &ZoneName) -> Result<Export, AppError> {
        let (permit, zone) = self.begin_export(session, words, own)?;
        let offer = move |row| offer(row, &zone);
        let pages = Pages { service: self.clone(), permit, words };
        Ok(match session.clone() {
            Session::Partner(partner) => pages.export("offers", OFFERS, offer, move |service, list| {
                let partner = partner.clone();
                async move { service.list_offers(&partner, &list).await }
            }),
            Session::Admin(admin) => pages.export("offers", OFFERS, offer, move |service, list| {
                let admin = admin.clone();
                async move { service.list_all_offers(&admin, &list).await }
            }),
            Session::Affiliate(affiliate) => pages.export("links", LINKS, link, move |service, list| {
                let affiliate = affiliate.clone();
                async move { service.list_links(&affiliate, &list).await }
            }),
        })
    }

    /// A partner's applications, with the links they brought.
    pub fn export_applications(&self, session: &Session, words: &Words, own: &ZoneName) -> Result<Export, AppError> {
        let Session::Partner(partner) = session.clone() else { return Err(AppError::NotFound) };
        let (permit, zone) = self.begin_export(session, words, own)?;
        let row = move |row| application(row, &zone);
        let pages = Pages { service: self.clone(), permit, words };
        Ok(pages.export("applications", APPLICATIONS, row, move |service, list| {
            let partner = partner.clone();
            async move { service.list_applications(&partner, &list).await }
        }))
    }

    /// The links of the whole network.
    pub fn export_links(&self, session: &Session, words: &Words, own: &ZoneName) -> Result<Export, AppError> {
        let Session::Admin(admin) = session.clone() else { return Err(AppError::NotFound) };
        let (permit, zone) = self.begin_export(session, words, own)?;
        let row = move |row| application(row, &zone);
        let pages = Pages { service: self.clone(), permit, words };
        Ok(pages.export("links", APPLICATIONS, row, move |service, list| {
            let admin = admin.clone();
            async move { service.list_all_links(&admin, &list).await }
        }))
    }

    /// The users of the whole network.
    pub fn export_users(&self, session: &Session, words: &Words, own: &ZoneName) -> Result<Export, AppError> {
        let Session::Admin(admin) = session.clone() else { return Err(AppError::NotFound) };
        let (permit, zone) = self.begin_export(session, words, own)?;
        let row = move |row| user(row, &zone);
        let pages = Pages { service: self.clone(), permit, words };
        Ok(pages.export("users", USERS, row, move |service, list| {
            let admin = admin.clone();
            async move { service.list_users(&admin, &list).await }
        }))
    }

    fn begin_export(
        &self,
        session: &Session,
        words: &Words,
        own: &ZoneName,
    ) -> Result<(ReportPermit, TimeZone), AppError> {
        let (_, zone) = zone_of(&Selection::from_words(words), own)?;
        Ok((self.report_permits.admit(session.user_id())?, zone))
    }
}

/// A list page by page, as its pages show it.
struct Pages<'w> {
    service: Service,
    permit: ReportPermit,
    words: &'w Words,
}

impl Pages<'_> {
    fn export<F, T, Fut>(
        self,
        name: &str,
        names: &str,
        row: impl Fn(T) -> ExportRow + Clone + Send + 'static,
        fetch: impl Fn(Service, ListQuery<F>) -> Fut + Send + 'static,
    ) -> Export
    where
        F: ListFilter + Send + 'static,
        T: Send + 'static,
        Fut: Future<Output = Result<Page<T>, AppError>> + Send + 'static,
    {
        let Self { service, permit, words } = self;
        let first = ListQuery::<F>::from_words(words).at(Place::First);
        let rows = batches(Some(first), move |list: Option<ListQuery<F>>| {
            let _running = &permit;
            let (page, row) = (list.clone().map(|list| fetch(service.clone(), list)), row.clone());
            async move {
                let (Some(list), Some(page)) = (list, page) else { return Ok(None) };
                let Page { rows, next, .. } = page.await?;
                Ok(Some((rows.into_iter().map(row).collect(), next.map(|next| list.at(Place::After(next))))))
            }
        });
        Export { name: name.to_owned(), columns: columns(names), rows }
    }
}

fn number(count: i64) -> ExportCell {
    ExportCell::Number(count.to_string())
}

fn offer(offer: Offer, zone: &TimeZone) -> ExportRow {
    vec![
        text(offer.id.to_string()),
        text(offer.name),
        text(offer.partner_id.to_string()),
        text(offer.partner_name),
        text(offer.status.as_str()),
        text(offer.destination),
        optional(offer.pending_destination),
        text(offer.commission_terms),
        optional(offer.rejection_reason),
        moment(offer.created_at, zone),
        number(offer.clicks),
        number(offer.conversions),
        number(offer.affiliates),
        number(offer.waiting_applications),
    ]
}

fn link(link: TrackingLink) -> ExportRow {
    vec![
        text(link.id.to_string()),
        text(link.slug.to_string()),
        text(link.offer_id.to_string()),
        text(link.offer_name),
        text(link.partner_name),
        text(link.rules.application.as_str()),
        text(link.rules.offer.as_str()),
        text(if link.rules.is_live() { "yes" } else { "no" }),
        number(link.clicks),
        number(link.visits),
        number(link.conversions),
        number(link.pending),
    ]
}

fn application(application: Application, zone: &TimeZone) -> ExportRow {
    vec![
        text(application.id.to_string()),
        text(application.slug),
        text(application.offer_id.to_string()),
        text(application.offer_name),
        text(application.affiliate_id.to_string()),
        text(application.affiliate_name),
        text(application.status.as_str()),
        moment(application.created_at, zone),
        number(application.clicks),
        number(application.conversions),
        text(application.message),
    ]
}

fn user(user: UserRow, zone: &TimeZone) -> ExportRow {
    vec![
        text(user.id.to_string()),
        text(user.role.as_str()),
        text(user.name),
        text(user.email),
        moment(user.created_at, zone),
        user.suspended_at.map_or(ExportCell::Empty, |at| moment(at, zone)),
    ]
}
