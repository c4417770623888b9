//! What partners and affiliates say of themselves.

use domain::{Organisation, Profile};
use sqlx::{AssertSqlSafe, query, query_as};

use crate::{Conn, StoreError};

/// A profile's columns, from `left join profiles r` on: nothing said is nothing written.
pub(crate) const PROFILE: &str = "coalesce(r.website, '') as website, coalesce(r.channels, '') as channels,
        coalesce(r.countries, '') as countries, coalesce(r.about, '') as about";

/// A profile as either engine hands it out.
#[derive(sqlx::FromRow)]
pub(crate) struct ProfileRow {
    website: String,
    channels: String,
    countries: String,
    about: String,
}

impl From<ProfileRow> for Profile {
    fn from(row: ProfileRow) -> Self {
        Self::kept(row.website, &row.channels, &row.countries, row.about)
    }
}

/// What an organisation says of itself.
pub async fn find_profile(conn: &mut Conn, organisation: Organisation) -> Result<Profile, StoreError> {
    let sql = format!("select {PROFILE} from profiles r where r.organisation_id = $1");
    let row: Option<ProfileRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(organisation.uuid()).fetch_optional(c).await)?;
    Ok(row.map(Profile::from).unwrap_or_default())
}

/// Keeps what an organisation says of itself.
pub async fn set_profile(conn: &mut Conn, organisation: Organisation, profile: &Profile) -> Result<(), StoreError> {
    const SQL: &str = "insert into profiles (organisation_id, website, channels, countries, about)
        values ($1, $2, $3, $4, $5) on conflict (organisation_id) do update
        set website = excluded.website, channels = excluded.channels, countries = excluded.countries,
            about = excluded.about";
    run!(conn, |c| query(SQL)
        .bind(organisation.uuid())
        .bind(profile.website.as_str())
        .bind(profile.channel_words())
        .bind(profile.country_letters())
        .bind(profile.about.as_str())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Forgets what an organisation has said of itself, and what others have noted about it.
pub async fn erase_profile(conn: &mut Conn, organisation: Organisation) -> Result<(), StoreError> {
    const PROFILE: &str = "delete from profiles where organisation_id = $1";
    const NOTES: &str = "delete from affiliate_notes where affiliate_id = $1 or partner_id = $1";
    const MESSAGES: &str = "update applications set message = '' where affiliate_id = $1";
    for sql in [PROFILE, NOTES, MESSAGES] {
        run!(conn, |c| query(sql).bind(organisation.uuid()).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}
