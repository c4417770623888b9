//! Who is in which organisation. A person is in one at most, for now.

use domain::{Member, Organisation, Role, Timestamp, UserId};
use sqlx::{query, query_as};
use uuid::Uuid;

use crate::{Conn, StoreError};

/// Where a user's organisation is found, from `users u` on: `m.organisation_id`, and its `g.kind`.
pub(crate) const MEMBERSHIP_JOINS: &str =
    "left join memberships m on m.user_id = u.id left join organisations g on g.id = m.organisation_id";
/// What a user is in the network, beside [`MEMBERSHIP_JOINS`].
pub(crate) const ROLE: &str = "case when u.is_admin then 'admin' else g.kind end";

/// What [`ROLE`] says. Users who aren't admins are in an organisation.
pub(crate) fn role_of(text: Option<&str>) -> Result<Role, StoreError> {
    text.and_then(Role::parse).ok_or(StoreError::bad_row("memberships", "user_id"))
}

/// An organisation, by its columns.
pub(crate) fn organisation_of(kind: &str, id: Uuid) -> Result<Organisation, StoreError> {
    let kind = Role::parse(kind);
    kind.and_then(|kind| Organisation::new(kind, id)).ok_or(StoreError::bad_row("organisations", "kind"))
}

/// Makes somebody the owner of an organisation; [`StoreError::Duplicate`] where they are in one already.
pub async fn insert_owner(
    conn: &mut Conn,
    organisation: Organisation,
    user: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into memberships (organisation_id, user_id, role, created_at) values ($1, $2, 'owner', $3)";
    run!(conn, |c| query(SQL)
        .bind(organisation.uuid())
        .bind(user.uuid())
        .bind(now.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The organisation that a user is in; none for admins.
pub async fn find_organisation(conn: &mut Conn, user: UserId) -> Result<Option<Organisation>, StoreError> {
    const SQL: &str = "select g.kind, g.id from memberships m join organisations g on g.id = m.organisation_id
        where m.user_id = $1";
    let row: Option<(String, Uuid)> = run!(conn, |c| query_as(SQL).bind(user.uuid()).fetch_optional(c).await)?;
    row.map(|(kind, id)| organisation_of(&kind, id)).transpose()
}

/// Who signs in for an organisation, the first one first.
pub async fn list_members(conn: &mut Conn, organisation: Organisation) -> Result<Vec<Member>, StoreError> {
    const SQL: &str = "select u.id, u.name, u.email from memberships m join users u on u.id = m.user_id
        where m.organisation_id = $1 and u.deleted_at is null order by u.id";
    let rows: Vec<(Uuid, String, String)> = run!(conn, |c| query_as(SQL).bind(organisation.uuid()).fetch_all(c).await)?;
    let member = |(id, name, email)| Member { id: UserId::from_uuid(id), name, email };
    Ok(rows.into_iter().map(member).collect())
}
