//! Clicks: what a visit is, what its link stands for, and the lists of them.

mod list;

use std::sync::LazyLock;

use domain::{
    AffiliateId, ApplicationStatus, ClickId, ClickKind, Country, Destination, LinkId, LinkRules, OfferId, OfferStatus,
    PartnerId, Referer, Slug, UserAgent,
};
use sqlx::query_as;
use uuid::Uuid;

use crate::{Conn, StoreError, applications::STATUS, organisations::suspensions::is_suspended};

pub(crate) use list::class_of;
pub use list::{find_click, list_clicks, next_clicks};

/// A visit of a tracking link. Its moment is the one in its id.
#[derive(Debug, Clone)]
pub struct NewClick {
    /// Its id.
    pub id: ClickId,
    /// The link that was opened.
    pub slug: Slug,
    /// What made it.
    pub kind: ClickKind,
    /// The client's address.
    pub ip: String,
    /// What it says it is.
    pub user_agent: UserAgent,
    /// Where it says it comes from.
    pub referer: Referer,
    /// The country that the address belongs to, where that is known.
    pub country: Option<Country>,
}

/// What a slug stands for at the moment of asking.
#[derive(Debug, Clone)]
pub struct ResolvedLink {
    /// The link.
    pub id: LinkId,
    /// Its offer.
    pub offer_id: OfferId,
    /// The offer's owner.
    pub partner_id: PartnerId,
    /// The affiliate to be credited.
    pub affiliate_id: AffiliateId,
    /// Where the offer sends its visitors.
    pub destination: Destination,
    /// What decides whether it does.
    pub rules: LinkRules,
}

/// What a link's [`LinkRules`] are read from, in the order of [`RulesRow`].
pub(crate) static RULES_COLUMNS: LazyLock<String> = LazyLock::new(|| {
    let (partner_suspended, affiliate_suspended) = (is_suspended("o.partner_id"), is_suspended("l.affiliate_id"));
    format!(
        "o.status as offer_status, {STATUS} as application_status, {partner_suspended} as partner_suspended,
        {affiliate_suspended} as affiliate_suspended"
    )
});
/// What a resolved link is made of, in the order of [`ResolvedRow`].
pub(crate) static LINK_COLUMNS: LazyLock<String> =
    LazyLock::new(|| format!("l.id, l.offer_id, o.partner_id, l.affiliate_id, o.destination, {}", *RULES_COLUMNS));
/// Where both are found, from `links l` on.
pub(crate) const LINK_JOINS: &str = "join applications a on a.id = l.application_id join offers o on o.id = l.offer_id";

/// Rules as either engine hands them out.
#[derive(sqlx::FromRow)]
pub(crate) struct RulesRow {
    pub(crate) offer_status: String,
    pub(crate) application_status: String,
    pub(crate) partner_suspended: bool,
    pub(crate) affiliate_suspended: bool,
}

impl TryFrom<RulesRow> for LinkRules {
    type Error = StoreError;

    fn try_from(row: RulesRow) -> Result<Self, StoreError> {
        let application = ApplicationStatus::parse(&row.application_status);
        Ok(Self {
            offer: OfferStatus::parse(&row.offer_status).ok_or(StoreError::bad_row("offers", "status"))?,
            application: application.ok_or(StoreError::bad_row("applications", "status"))?,
            partner_suspended: row.partner_suspended,
            affiliate_suspended: row.affiliate_suspended,
        })
    }
}

/// A resolved link as either engine hands it out.
#[derive(sqlx::FromRow)]
pub(crate) struct ResolvedRow {
    pub(crate) id: Uuid,
    pub(crate) offer_id: Uuid,
    pub(crate) partner_id: Uuid,
    pub(crate) affiliate_id: Uuid,
    pub(crate) destination: String,
    #[sqlx(flatten)]
    pub(crate) rules: RulesRow,
}

impl TryFrom<ResolvedRow> for ResolvedLink {
    type Error = StoreError;

    fn try_from(row: ResolvedRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: LinkId::from_uuid(row.id),
            offer_id: OfferId::from_uuid(row.offer_id),
            partner_id: PartnerId::from_uuid(row.partner_id),
            affiliate_id: AffiliateId::from_uuid(row.affiliate_id),
            destination: Destination::parse(&row.destination)
                .map_err(|_| StoreError::bad_row("offers", "destination"))?,
            rules: row.rules.try_into()?,
        })
    }
}

/// What a slug stands for.
pub(crate) static LINK_BY_SLUG: LazyLock<String> =
    LazyLock::new(|| format!("select {} from links l {LINK_JOINS} where l.slug = $1", *LINK_COLUMNS));

/// What a slug stands for, if there is such a link.
pub async fn find_link(conn: &mut Conn, slug: &Slug) -> Result<Option<ResolvedLink>, StoreError> {
    let row: Option<ResolvedRow> =
        run!(conn, |c| query_as(LINK_BY_SLUG.as_str()).bind(slug.as_str()).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}
