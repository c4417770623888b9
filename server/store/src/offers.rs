//! Offers, for their partner, the admins and the marketplace.

pub mod changes;
mod choices;
mod edits;
mod reviews;

use std::sync::LazyLock;

use domain::{
    AffiliateId, ApplicationStatus, Category, Cursor, ListQuery, MarketplaceFilter, MarketplaceGroup, MarketplaceOffer,
    MarketplaceOrder, Offer, OfferFilter, OfferId, OfferOrder, OfferStatus, Page, PartnerId, ROWS_PER_PAGE, Timestamp,
};
use sqlx::{AssertSqlSafe, query_as};
use uuid::Uuid;

pub use self::{
    choices::{count_offers, list_offer_names},
    edits::{
        LockedOffer, forget_reason, insert_offer, lock_offer, lock_waiting_offers, reject_waiting_offers,
        set_offer_content, set_offer_draft, set_offer_status, settle_destination,
    },
    reviews::{count_reviews, list_reviews},
};
use crate::{
    Conn, Scope, StoreError,
    applications::STATUS,
    keyset::{Keyset, Order},
    organisations::{
        profiles::{PROFILE, ProfileRow},
        suspensions::is_suspended,
    },
    search::Search,
};

const FIELDS: &str = "o.id, o.partner_id, p.name as partner_name, o.name, o.description, o.destination,
        o.pending_destination, o.commission_terms, o.category, o.status, o.rejection_reason, o.created_at, o.version,
        t.clicks, t.conversions, t.affiliates, t.waiting_applications";
const JOINS: &str = "offers o join offer_totals t on t.offer_id = o.id join organisations p on p.id = o.partner_id";

#[derive(sqlx::FromRow)]
struct OfferRow {
    id: Uuid,
    partner_id: Uuid,
    partner_name: String,
    name: String,
    description: String,
    destination: String,
    pending_destination: Option<String>,
    commission_terms: String,
    category: String,
    status: String,
    rejection_reason: Option<String>,
    created_at: i64,
    version: i64,
    clicks: i64,
    conversions: i64,
    affiliates: i64,
    waiting_applications: i64,
}

impl TryFrom<OfferRow> for Offer {
    type Error = StoreError;

    fn try_from(row: OfferRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: OfferId::from_uuid(row.id),
            partner_id: PartnerId::from_uuid(row.partner_id),
            partner_name: row.partner_name,
            name: row.name,
            description: row.description,
            destination: row.destination,
            pending_destination: row.pending_destination,
            commission_terms: row.commission_terms,
            // One that a newer version knows is none here.
            category: Category::parse(&row.category),
            status: OfferStatus::parse(&row.status).ok_or(StoreError::bad_row("offers", "status"))?,
            rejection_reason: row.rejection_reason,
            created_at: Timestamp::from_millis(row.created_at),
            version: row.version,
            clicks: row.clicks,
            conversions: row.conversions,
            affiliates: row.affiliates,
            waiting_applications: row.waiting_applications,
        })
    }
}

/// One offer within a scope.
pub async fn find_offer(conn: &mut Conn, scope: Scope, id: OfferId) -> Result<Option<Offer>, StoreError> {
    let sql = format!("select {FIELDS} from {JOINS} where o.id = $1 and ($2 is null or o.partner_id = $2)");
    let row: Option<OfferRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(id.uuid()).bind(scope.offer_owner()).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

/// The offers of a scope. By clicks, an offer that is clicked meanwhile changes its place, and may be met on two pages or
/// on none.
pub async fn list_offers(
    conn: &mut Conn,
    scope: Scope,
    ListQuery { place, filter }: &ListQuery<OfferFilter>,
) -> Result<Page<Offer>, StoreError> {
    let order = match filter.order {
        OfferOrder::Newest => Order::newest("o.id"),
        OfferOrder::Name => Order::by_name("o.name", "o.id"),
        OfferOrder::Clicks => Order::largest("t.clicks", "o.id"),
    };
    let (keyset, search) = (Keyset::of(order, place), Search::of(conn, &filter.text));
    let sql = format!(
        "select {FIELDS} from {JOINS} where ($1 is null or o.partner_id = $1) and ($2 is null or o.status = $2)
           and ($7 is null or o.partner_id = $7) and ({}) and {}
         order by {} limit $4",
        search.condition("$3", &["o.name", "p.name"]),
        keyset.condition("$5", "$6"),
        keyset.order_by()
    );
    let rows: Vec<OfferRow> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(scope.offer_owner())
        .bind(filter.status.map(OfferStatus::as_str))
        .bind(search.pattern())
        .bind(ROWS_PER_PAGE + 1)
        .bind(keyset.key())
        .bind(keyset.id())
        .bind(filter.partner.map(PartnerId::uuid))
        .fetch_all(c)
        .await)?;
    let rows = rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<Offer>, StoreError>>()?;
    Ok(keyset.page(rows, |offer| {
        let key = match filter.order {
            OfferOrder::Newest => String::new(),
            OfferOrder::Name => offer.name.clone(),
            OfferOrder::Clicks => offer.clicks.to_string(),
        };
        Cursor { key, id: offer.id.uuid() }
    }))
}

/// What affiliates can ask for: an active offer of a partner that may act.
static MARKETPLACE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select o.id, o.name, p.name as partner_name, o.description, o.destination,
        o.commission_terms, o.category, case when a.id is not null then {STATUS} end as application,
        coalesce(a.message, '') as message, coalesce(a.reason, '') as reason, {PROFILE}
    from offers o join organisations p on p.id = o.partner_id
    left join profiles r on r.organisation_id = p.id
    left join applications a on a.offer_id = o.id and a.affiliate_id = $1
    where o.status = 'active' and not {}",
        is_suspended("o.partner_id")
    )
});

#[derive(sqlx::FromRow)]
struct MarketplaceRow {
    id: Uuid,
    name: String,
    partner_name: String,
    description: String,
    destination: String,
    commission_terms: String,
    category: String,
    application: Option<String>,
    message: String,
    reason: String,
    #[sqlx(flatten)]
    profile: ProfileRow,
}

impl TryFrom<MarketplaceRow> for MarketplaceOffer {
    type Error = StoreError;

    fn try_from(row: MarketplaceRow) -> Result<Self, StoreError> {
        let application = row
            .application
            .map(|text| ApplicationStatus::parse(&text).ok_or(StoreError::bad_row("applications", "status")));
        Ok(Self {
            id: OfferId::from_uuid(row.id),
            name: row.name,
            partner_name: row.partner_name,
            description: row.description,
            destination: row.destination,
            commission_terms: row.commission_terms,
            category: Category::parse(&row.category),
            application: application.transpose()?,
            message: row.message,
            reason: row.reason,
            partner: row.profile.into(),
        })
    }
}

/// The active offers, with the affiliate's own application beside each.
pub async fn list_marketplace(
    conn: &mut Conn,
    affiliate: AffiliateId,
    ListQuery { place, filter }: &ListQuery<MarketplaceFilter>,
) -> Result<Page<MarketplaceOffer>, StoreError> {
    let order = match filter.order {
        MarketplaceOrder::Newest => Order::newest("o.id"),
        MarketplaceOrder::Name => Order::by_name("o.name", "o.id"),
    };
    let (keyset, search) = (Keyset::of(order, place), Search::of(conn, &filter.text));
    let sql = format!(
        "{} and ($6 is null or o.category = $6) and ($7 is null or ($7 = 'applied') = (a.id is not null))
            and ({}) and {} order by {} limit $3",
        *MARKETPLACE,
        search.condition("$2", &["o.name", "p.name"]),
        keyset.condition("$4", "$5"),
        keyset.order_by()
    );
    let rows: Vec<MarketplaceRow> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(affiliate.uuid())
        .bind(search.pattern())
        .bind(ROWS_PER_PAGE + 1)
        .bind(keyset.key())
        .bind(keyset.id())
        .bind(filter.category.map(Category::as_str))
        .bind(filter.group.map(MarketplaceGroup::as_str))
        .fetch_all(c)
        .await)?;
    let rows = rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<MarketplaceOffer>, StoreError>>()?;
    Ok(keyset.page(rows, |offer| {
        let key = match filter.order {
            MarketplaceOrder::Newest => String::new(),
            MarketplaceOrder::Name => offer.name.clone(),
        };
        Cursor { key, id: offer.id.uuid() }
    }))
}

/// One active offer as an affiliate sees it.
pub async fn find_marketplace_offer(
    conn: &mut Conn,
    affiliate: AffiliateId,
    id: OfferId,
) -> Result<Option<MarketplaceOffer>, StoreError> {
    let sql = format!("{} and o.id = $2", *MARKETPLACE);
    let row: Option<MarketplaceRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(affiliate.uuid()).bind(id.uuid()).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}
