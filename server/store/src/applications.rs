//! Applications, and the tracking link that each of them brings.

use domain::{
    AffiliateId, Application, ApplicationFilter, ApplicationId, ApplicationMessage, ApplicationStatus, Cursor,
    DecisionReason, Earnings, LinkFilter, LinkId, ListQuery, OfferId, Page, PartnerId, ROWS_PER_PAGE, Slug, Timestamp,
    TrackingLink,
};
use sqlx::{AssertSqlSafe, query, query_as};
use uuid::Uuid;

use crate::{
    Conn, Scope, StoreError,
    clicks::{LINK_JOINS, RULES_COLUMNS, RulesRow},
    keyset::{Keyset, Order, by_id},
    organisations::profiles::{PROFILE, ProfileRow},
    reports,
    search::Search,
};

/// Where the application `a` stands, as an expression. Withdrawn ones are kept as rejected ones with a moment beside,
/// because the version before knows no other word; what a node of that version decides about one counts.
pub(crate) const STATUS: &str =
    "case when a.withdrawn_at is not null and a.status = 'rejected' then 'withdrawn' else a.status end";

/// A new application with its link, which exists from then on and is live once approved.
#[derive(Debug)]
pub struct NewApplication {
    /// Its id.
    pub id: ApplicationId,
    /// The link's id.
    pub link_id: LinkId,
    /// The link's slug.
    pub slug: Slug,
    /// The offer asked for.
    pub offer: OfferId,
    /// Who asks.
    pub affiliate: AffiliateId,
    /// What they wrote.
    pub message: ApplicationMessage,
    /// When it was sent.
    pub at: Timestamp,
}

/// Adds an application and its link; [`StoreError::Duplicate`] where this affiliate has applied already.
pub async fn insert_application(conn: &mut Conn, new: &NewApplication) -> Result<(), StoreError> {
    const APPLICATION: &str = "insert into applications (id, offer_id, affiliate_id, message, status, created_at)
        values ($1, $2, $3, $4, 'pending', $5)";
    const LINK: &str =
        "insert into links (id, slug, application_id, offer_id, affiliate_id) values ($1, $2, $3, $4, $5)";
    run!(conn, |c| query(APPLICATION)
        .bind(new.id.uuid())
        .bind(new.offer.uuid())
        .bind(new.affiliate.uuid())
        .bind(new.message.as_str())
        .bind(new.at.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    run!(conn, |c| query(LINK)
        .bind(new.link_id.uuid())
        .bind(new.slug.as_str())
        .bind(new.id.uuid())
        .bind(new.offer.uuid())
        .bind(new.affiliate.uuid())
        .execute(c)
        .await
        .map(|_| ()))?;
    count_applications(conn, new.offer, 0, 1).await
}

/// Adds to what lists of offers show: approved applications, and waiting ones.
async fn count_applications(conn: &mut Conn, offer: OfferId, approved: i64, waiting: i64) -> Result<(), StoreError> {
    const SQL: &str = "update offer_totals set affiliates = affiliates + $2,
        waiting_applications = waiting_applications + $3 where offer_id = $1";
    run!(conn, |c| query(SQL).bind(offer.uuid()).bind(approved).bind(waiting).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// An application, locked until the transaction ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedApplication {
    /// Where it stands.
    pub status: ApplicationStatus,
    /// Whose it is.
    pub affiliate_id: AffiliateId,
    /// What the offer is called that it asks for.
    pub offer_name: String,
}

/// Reads the application for a partner's offer in order to change it. The condition on `o.partner_id` is the
/// authorisation: nothing else checks that the offer is this partner's.
pub async fn lock_application(
    conn: &mut Conn,
    partner: PartnerId,
    id: ApplicationId,
) -> Result<Option<LockedApplication>, StoreError> {
    let lock = if matches!(conn, Conn::PostgresWrite(_)) { " for no key update of a" } else { "" };
    let sql = format!(
        "select {STATUS}, a.affiliate_id, o.name from applications a join offers o on o.id = a.offer_id
        where a.id = $1 and o.partner_id = $2{lock}"
    );
    let row: Option<(String, Uuid, String)> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(id.uuid()).bind(partner.uuid()).fetch_optional(c).await)?;
    row.map(|(status, affiliate, offer_name)| {
        Ok(LockedApplication {
            status: ApplicationStatus::parse(&status).ok_or(StoreError::bad_row("applications", "status"))?,
            affiliate_id: AffiliateId::from_uuid(affiliate),
            offer_name,
        })
    })
    .transpose()
}

/// An affiliate's own application, locked until the transaction ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnApplication {
    /// Which one.
    pub id: ApplicationId,
    /// Where it stands.
    pub status: ApplicationStatus,
    /// Its link's slug.
    pub slug: Slug,
    /// Whose offer it asks for.
    pub partner_id: PartnerId,
    /// What that offer is called.
    pub offer_name: String,
}

/// Reads the application that an affiliate has made for an offer, in order to change it.
pub async fn lock_own_application(
    conn: &mut Conn,
    affiliate: AffiliateId,
    offer: OfferId,
) -> Result<Option<OwnApplication>, StoreError> {
    let lock = if matches!(conn, Conn::PostgresWrite(_)) { " for no key update of a" } else { "" };
    let sql = format!(
        "select a.id, {STATUS}, l.slug, o.partner_id, o.name from applications a join offers o on o.id = a.offer_id
        join links l on l.application_id = a.id where a.offer_id = $1 and a.affiliate_id = $2{lock}"
    );
    let row: Option<(Uuid, String, String, Uuid, String)> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(offer.uuid()).bind(affiliate.uuid()).fetch_optional(c).await)?;
    row.map(|(id, status, slug, partner, offer_name)| {
        Ok(OwnApplication {
            id: ApplicationId::from_uuid(id),
            status: ApplicationStatus::parse(&status).ok_or(StoreError::bad_row("applications", "status"))?,
            slug: Slug::parse(&slug).map_err(|_| StoreError::bad_row("links", "slug"))?,
            partner_id: PartnerId::from_uuid(partner),
            offer_name,
        })
    })
    .transpose()
}

/// Sends an application, locked by [`lock_own_application`], once more: it waits again, with another message.
pub async fn renew_application(
    conn: &mut Conn,
    id: ApplicationId,
    message: &ApplicationMessage,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "update applications set message = $2, created_at = $3 where id = $1";
    run!(conn, |c| query(SQL)
        .bind(id.uuid())
        .bind(message.as_str())
        .bind(now.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    let reason = DecisionReason::parse("").map_err(|_| StoreError::bad_row("applications", "reason"))?;
    set_application_status(conn, id, ApplicationStatus::Pending, &reason, now).await
}

/// Moves an application that is locked to a status, and keeps why.
pub async fn set_application_status(
    conn: &mut Conn,
    id: ApplicationId,
    status: ApplicationStatus,
    reason: &DecisionReason,
    now: Timestamp,
) -> Result<(), StoreError> {
    const FIND: &str = "select offer_id, status from applications where id = $1";
    const SET: &str = "update applications set status = $2, withdrawn_at = $3, reason = $4 where id = $1";
    // What it was must be what it is until this is done, or the offer's totals would be wrong.
    let lock = if matches!(conn, Conn::PostgresWrite(_)) { " for no key update" } else { "" };
    let find = format!("{FIND}{lock}");
    let (kept, withdrawn_at) = match status {
        ApplicationStatus::Withdrawn => (ApplicationStatus::Rejected, Some(now.as_millis())),
        status => (status, None),
    };
    let before: Option<(Uuid, String)> =
        run!(conn, |c| query_as(AssertSqlSafe(find)).bind(id.uuid()).fetch_optional(c).await)?;
    let Some((offer, before)) = before else { return Ok(()) };
    run!(conn, |c| query(SET)
        .bind(id.uuid())
        .bind(kept.as_str())
        .bind(withdrawn_at)
        .bind(reason.as_str())
        .execute(c)
        .await
        .map(|_| ()))?;
    let added = |one: ApplicationStatus| i64::from(kept == one) - i64::from(before == one.as_str());
    let (approved, waiting) = (added(ApplicationStatus::Approved), added(ApplicationStatus::Pending));
    count_applications(conn, OfferId::from_uuid(offer), approved, waiting).await
}

#[derive(sqlx::FromRow)]
struct ApplicationRow {
    id: Uuid,
    offer_id: Uuid,
    offer_name: String,
    affiliate_id: Uuid,
    affiliate_name: String,
    message: String,
    status: String,
    reason: String,
    created_at: i64,
    slug: String,
    clicks: i64,
    conversions: i64,
    #[sqlx(flatten)]
    profile: ProfileRow,
}

impl TryFrom<ApplicationRow> for Application {
    type Error = StoreError;

    fn try_from(row: ApplicationRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ApplicationId::from_uuid(row.id),
            offer_id: OfferId::from_uuid(row.offer_id),
            offer_name: row.offer_name,
            affiliate_id: AffiliateId::from_uuid(row.affiliate_id),
            affiliate_name: row.affiliate_name,
            message: row.message,
            status: ApplicationStatus::parse(&row.status).ok_or(StoreError::bad_row("applications", "status"))?,
            reason: row.reason,
            created_at: Timestamp::from_millis(row.created_at),
            slug: row.slug,
            clicks: row.clicks,
            conversions: row.conversions,
            profile: row.profile.into(),
        })
    }
}

/// Applications with their links; those that wait come first.
pub async fn list_applications(
    conn: &mut Conn,
    scope: Scope,
    ListQuery { place, filter }: &ListQuery<ApplicationFilter>,
) -> Result<Page<Application>, StoreError> {
    const ROWS: &str = "a.id, a.offer_id, o.name as offer_name, a.affiliate_id, f.name as affiliate_name,
            a.message, a.reason, a.created_at, l.slug,
            (select cast(coalesce(sum(d.clicks), 0) as bigint) from click_days d where d.link_id = l.id) as clicks,
            (select cast(coalesce(sum(d.conversions), 0) as bigint) from conversion_days d where d.link_id = l.id)
                as conversions
        from applications a join offers o on o.id = a.offer_id
        join organisations f on f.id = a.affiliate_id left join profiles r on r.organisation_id = f.id
        join links l on l.application_id = a.id";
    const WAITS: &str = "case when a.status = 'pending' then 1 else 0 end";
    let (keyset, search) = (Keyset::of(Order::largest(WAITS, "a.id"), place), Search::of(conn, &filter.text));
    let sql = format!(
        "select {STATUS} as status, {PROFILE}, {ROWS}
        where ($1 is null or o.partner_id = $1) and ($2 is null or {STATUS} = $2) and ($3 is null or a.offer_id = $3)
          and ({}) and ($5 is null or a.affiliate_id = $5) and ($9 is null or a.affiliate_id = $9) and {}
        order by {} limit $6",
        search.condition("$4", &["f.name", "o.name"]),
        keyset.condition("$7", "$8"),
        keyset.order_by()
    );
    let rows: Vec<ApplicationRow> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(scope.partner())
        .bind(filter.status.map(ApplicationStatus::as_str))
        .bind(filter.offer.map(OfferId::uuid))
        .bind(search.pattern())
        .bind(scope.affiliate())
        .bind(ROWS_PER_PAGE + 1)
        .bind(keyset.key())
        .bind(keyset.id())
        .bind(filter.affiliate.map(AffiliateId::uuid))
        .fetch_all(c)
        .await)?;
    let rows = rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<Application>, StoreError>>()?;
    Ok(keyset.page(rows, |row| {
        let waits = i64::from(row.status == ApplicationStatus::Pending);
        Cursor { key: waits.to_string(), id: row.id.uuid() }
    }))
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    id: Uuid,
    slug: String,
    offer_id: Uuid,
    offer_name: String,
    partner_name: String,
    reason: String,
    #[sqlx(flatten)]
    rules: RulesRow,
    clicks: i64,
    visits: i64,
}

/// An affiliate's own tracking links, newest first, with their counters.
pub async fn list_links(
    conn: &mut Conn,
    affiliate: AffiliateId,
    ListQuery { place, filter }: &ListQuery<LinkFilter>,
) -> Result<Page<TrackingLink>, StoreError> {
    const ROWS: &str =
        "(select cast(coalesce(sum(d.clicks), 0) as bigint) from click_days d where d.link_id = l.id) as clicks,
            (select cast(coalesce(sum(d.visits), 0) as bigint) from click_days d where d.link_id = l.id) as visits
        from links l";
    let (keyset, search) = (Keyset::of(Order::newest("l.id"), place), Search::of(conn, &filter.text));
    let sql = format!(
        "select l.id, l.slug, l.offer_id, o.name as offer_name, p.name as partner_name, a.reason, {}, {ROWS} {LINK_JOINS}
            join organisations p on p.id = o.partner_id
        where l.affiliate_id = $1 and ($2 is null or {STATUS} = $2) and ({}) and {} order by {} limit $4",
        *RULES_COLUMNS,
        search.condition("$3", &["o.name", "p.name"]),
        keyset.condition("$5", "$6"),
        keyset.order_by()
    );
    let rows: Vec<LinkRow> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(affiliate.uuid())
        .bind(filter.status.map(ApplicationStatus::as_str))
        .bind(search.pattern())
        .bind(ROWS_PER_PAGE + 1)
        .bind(keyset.key())
        .bind(keyset.id())
        .fetch_all(c)
        .await)?;
    let mut links = Vec::with_capacity(rows.len());
    for row in rows {
        let counts = reports::conversions_of_link(conn, LinkId::from_uuid(row.id)).await?;
        links.push(link(row, counts)?);
    }
    Ok(keyset.page(links, |link| by_id(link.id.uuid())))
}

fn link(row: LinkRow, counts: (i64, i64, Vec<Earnings>)) -> Result<TrackingLink, StoreError> {
    let (conversions, pending, earnings) = counts;
    Ok(TrackingLink {
        id: LinkId::from_uuid(row.id),
        slug: Slug::parse(&row.slug).map_err(|_| StoreError::bad_row("links", "slug"))?,
        offer_id: OfferId::from_uuid(row.offer_id),
        offer_name: row.offer_name,
        partner_name: row.partner_name,
        reason: row.reason,
        rules: row.rules.try_into()?,
        clicks: row.clicks,
        visits: row.visits,
        conversions,
        pending,
        earnings,
    })
}
