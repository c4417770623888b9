//! What was done: an entry in each change's own transaction.

mod news;

use domain::{
    Action, ActivityActor, ActivityFilter, ActivityId, ActivityNoun, ActivityRow, Actor, AffiliateId, FieldChange,
    ListQuery, Page, PartnerId, ROWS_PER_PAGE, Role, UserId,
};
use sqlx::{AssertSqlSafe, query, query_as};
use uuid::Uuid;

pub use self::news::{list_news, news_read_at, set_news_read_at};
use crate::{
    Conn, Scope, StoreError,
    keyset::{Keyset, Order, by_id},
    organisations::memberships::{MEMBERSHIP_JOINS, ROLE, role_of},
    search::Search,
};

/// An entry to be written.
#[derive(Debug, Clone)]
pub struct NewActivity {
    /// It carries the moment.
    pub id: ActivityId,
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub action: Action,
    /// The id of what it was done to, as people see it.
    pub subject_id: String,
    /// The name of what it was done to, as it is now.
    pub subject: String,
    /// What was changed.
    pub changes: Vec<FieldChange>,
    /// The partner whom it concerns.
    pub partner: Option<PartnerId>,
    /// The affiliate whom it concerns.
    pub affiliate: Option<AffiliateId>,
    /// The user whom it concerns: the partner or the affiliate of that account, where none is named above.
    pub account: Option<UserId>,
}

/// Adds an entry, for good.
pub async fn insert_activity(conn: &mut Conn, new: &NewActivity) -> Result<(), StoreError> {
    const SQL: &str = "insert into activity
        (id, actor, user_id, address, action, subject_id, subject, changes, partner_id, affiliate_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8,
            coalesce($9, (select p.id from memberships m join partners p on p.id = m.organisation_id
                where m.user_id = $11)),
            coalesce($10, (select f.id from memberships m join affiliates f on f.id = m.organisation_id
                where m.user_id = $11)))";
    let changes = serde_json::to_string(&new.changes).map_err(|_| StoreError::bad_row("activity", "changes"))?;
    run!(conn, |c| query(SQL)
        .bind(new.id.uuid())
        .bind(new.actor.as_str())
        .bind(new.actor.user().map(UserId::uuid))
        .bind(new.actor.address().map(|address| address.to_canonical().to_string()))
        .bind(new.action.as_str())
        .bind(new.subject_id.as_str())
        .bind(new.subject.as_str())
        .bind(changes)
        .bind(new.partner.map(PartnerId::uuid))
        .bind(new.affiliate.map(AffiliateId::uuid))
        .bind(new.account.map(UserId::uuid))
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ListedActivity {
    id: Uuid,
    actor: String,
    user_id: Option<Uuid>,
    role: Option<String>,
    name: Option<String>,
    address: Option<String>,
    action: String,
    subject_id: String,
    subject: String,
    changes: String,
}

impl ListedActivity {
    /// As its reader may see it: whose address it is and what an admin is called is told to themselves and to admins.
    fn read_by(self, reader: UserId, scope: Scope) -> Result<ActivityRow, StoreError> {
        let bad = |column| StoreError::bad_row("activity", column);
        let is_admin = matches!(scope, Scope::Network);
        let is_own = self.user_id == Some(reader.uuid());
        let actor = match self.actor.as_str() {
            "operator" => ActivityActor::Operator,
            "visitor" => ActivityActor::Visitor,
            "person" if is_own => ActivityActor::You,
            "person" => {
                let role = role_of(self.role.as_deref())?;
                ActivityActor::Person { role, name: self.name.filter(|_| is_admin || role != Role::Admin) }
            }
            _ => return Err(bad("actor")),
        };
        Ok(ActivityRow {
            id: ActivityId::from_uuid(self.id),
            actor,
            action: Action::parse(&self.action).unwrap_or(Action::Unknown),
            subject_id: self.subject_id,
            subject: self.subject,
            changes: serde_json::from_str(&self.changes).map_err(|_| bad("changes"))?,
            address: self.address.filter(|_| is_admin || is_own),
        })
    }
}

/// Whom an entry concerns, as a condition that an index can answer.
fn whose(scope: Scope, partner: &str, affiliate: &str) -> String {
    match scope {
        Scope::Partner(_) => format!("(t.partner_id = {partner} and {affiliate} is null)"),
        Scope::Affiliate(_) => format!("(t.affiliate_id = {affiliate} and {partner} is null)"),
        Scope::Network => format!("({partner} is null and {affiliate} is null)"),
    }
}

/// What concerns somebody, newest first.
pub async fn list_activity(
    conn: &mut Conn,
    scope: Scope,
    reader: UserId,
    ListQuery { place, filter }: &ListQuery<ActivityFilter>,
) -> Result<Page<ActivityRow>, StoreError> {
    let (keyset, search) = (Keyset::of(Order::newest("t.id"), place), Search::of(conn, &filter.text));
    // Who may not know an admin's name can't find it by searching, either.
    let name = if matches!(scope, Scope::Network) { "u.name" } else { "case when u.is_admin then '' else u.name end" };
    let whose = whose(scope, "$6", "$7");
    let sql = format!(
        "select t.id, t.actor, t.user_id, {ROLE} as role, u.name, t.address, t.action, t.subject_id, t.subject, t.changes
        from activity t left join users u on u.id = t.user_id {MEMBERSHIP_JOINS}
        where {whose} and ($1 is null or substr(t.action, 1, length($1) + 1) = $1 || '.') and ({}) and {}
        order by {} limit $3",
        search.condition("$2", &["t.subject", name]),
        keyset.condition("$4", "$5"),
        keyset.order_by()
    );
    let rows: Vec<ListedActivity> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(filter.noun.map(ActivityNoun::as_str))
        .bind(search.pattern())
        .bind(ROWS_PER_PAGE + 1)
        .bind(keyset.key())
        .bind(keyset.id())
        .bind(scope.partner())
        .bind(scope.affiliate())
        .fetch_all(c)
        .await)?;
    let rows = rows.into_iter().map(|row| row.read_by(reader, scope)).collect::<Result<Vec<_>, _>>()?;
    Ok(keyset.page(rows, |row| by_id(row.id.uuid())))
}
