//! Clicks: what a visit is, what its link stands for, and the lists of them.

mod list;

use domain::{AffiliateId, ClickId, ClickKind, Destination, LinkId, OfferId, PartnerId, Referer, Slug, UserAgent};
use sqlx::{AssertSqlSafe, query_as};
use uuid::Uuid;

use crate::{Conn, StoreError};

pub use list::list_clicks;

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
    /// "Live when its offer is active, its application is approved, and neither its partner nor its affiliate
    /// is suspended."
    pub live: bool,
}

/// What a resolved link is made of, in the order of [`ResolvedRow`].
pub(crate) const LINK_COLUMNS: &str = "l.id, l.offer_id, o.partner_id, l.affiliate_id, o.destination,
    (o.status = 'active' and a.status = 'approved'
        and not exists (select 1 from suspensions s where s.owner_id = o.partner_id)
        and not exists (select 1 from suspensions s where s.owner_id = l.affiliate_id)) as live";
/// Where it is found, from `links l` on.
pub(crate) const LINK_JOINS: &str = "join applications a on a.id = l.application_id join offers o on o.id = l.offer_id";

/// A resolved link as either engine hands it out.
#[derive(sqlx::FromRow)]
pub(crate) struct ResolvedRow {
    pub(crate) id: Uuid,
    pub(crate) offer_id: Uuid,
    pub(crate) partner_id: Uuid,
    pub(crate) affiliate_id: Uuid,
    pub(crate) destination: String,
    pub(crate) live: bool,
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
            live: row.live,
        })
    }
}

/// What a slug stands for, if there is such a link.
pub async fn find_link(conn: &mut Conn, slug: &Slug) -> Result<Option<ResolvedLink>, StoreError> {
    let sql = format!("select {LINK_COLUMNS} from links l {LINK_JOINS} where l.slug = $1");
    let row: Option<ResolvedRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(slug.as_str()).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}
