//! Signing in and out, and sessions.

use std::{fmt, net::IpAddr};

use domain::{Account, Action, Actor, AppError, Email, Organisation, Role, Timestamp, UserId};
use store::{
    Conn, StoreError,
    sign_in::{
        sessions::{self, SessionUser},
        users::{self, Credentials},
    },
};

use crate::{
    AdminSession, AffiliateSession, PartnerSession, Service, Session, SessionsEnded,
    secrets::{hash, random_text},
    unit_of_work::Recorded,
};

/// How long a session lasts.
const SESSION_MILLIS: i64 = 30 * 24 * 3_600_000;
/// How long sessions and tokens are kept after they have ended by themselves. A clock that is ahead for a moment, by no
/// more than this, then sweeps out none that will be good again.
const KEPT_MILLIS: i64 = 40 * 24 * 3_600_000;

/// What a cookie holds: over 256 bits of randomness. Stored only as a hash.
#[derive(Clone)]
pub struct SessionToken(String);

impl SessionToken {
    /// From a cookie.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// For a cookie.
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn hash(&self) -> [u8; 32] {
        hash(&self.0)
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

/// A session that was just started.
#[derive(Debug)]
pub struct SignedIn {
    /// For the cookie.
    pub token: SessionToken,
    /// What the person is.
    pub role: Role,
}

impl Service {
    /// Checks email and password, and starts a session. Says the same of an unknown email, a wrong password and a
    /// suspended account, in the same time.
    pub async fn sign_in(&self, email: &str, password: String, from: IpAddr) -> Result<SignedIn, AppError> {
        let account = account_key(email);
        self.limits.check(&account, from)?;
        let mut conn = self.db.read().await?;
        let found = find_by_spellings(&mut conn, &Email::spellings(email)).await?;
        drop(conn);
        let credentials = found.map(|(credentials, _)| credentials);
        let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
        let right = self.passwords.verify(password, hash, from).await?;
        let credentials = credentials.filter(|_| right).ok_or(AppError::WrongCredentials)?;
        let signed_in = self.start_session(credentials, from).await?;
        self.limits.remember(&account, from);
        Ok(signed_in)
    }

    /// Starts a session for credentials that were found right. Verifying takes a while: if the password was changed
    /// or the account suspended meanwhile, that has ended every session, and no new one may slip in after it.
    async fn start_session(&self, verified: Credentials, from: IpAddr) -> Result<SignedIn, AppError> {
        let (now, role, user) = (self.clock.now(), verified.role, verified.user_id);
        let token = self.write(Actor::Person { user, address: from }, move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                let current = users::lock_credentials(conn, user).await?;
                if !current.is_some_and(|now| now == verified && !now.suspended) {
                    return Err(AppError::WrongCredentials);
                }
                sessions::delete_expired_sessions(conn, swept_before(now)).await?;
                let token = insert_session(conn, user, from, now).await?;
                Ok((token, unit.record_of_account(Action::SignedIn, user).await?))
            })
        });
        Ok(SignedIn { token: token.await?, role })
    }

    /// Ends a session; an unknown one is none already.
    pub async fn sign_out(&self, token: &SessionToken, from: IpAddr) -> Result<(), AppError> {
        let (hash, now) = (token.hash(), self.clock.now());
        self.write(Actor::Visitor { address: from }, move |unit| {
            Box::pin(async move {
                let user = sessions::find_session_user(&mut unit.conn, &hash, now).await?;
                let was_there = sessions::delete_session(&mut unit.conn, &hash).await?;
                unit.end_sessions(SessionsEnded::One(hash));
                let Some(user) = user.filter(|_| was_there).map(|user| user.user_id) else {
                    return Ok(((), Recorded::nothing()));
                };
                unit.act_as(Actor::Person { user, address: from });
                Ok(((), unit.record_of_account(Action::SignedOut, user).await?))
            })
        })
        .await
    }

    /// Whose session this is, for pages and for the functions that need a right; what is done with it is done from there.
    pub async fn authenticate(&self, token: &SessionToken, from: IpAddr) -> Result<(Session, Account), AppError> {
        let mut conn = self.db.read().await?;
        let user = sessions::find_session_user(&mut conn, &token.hash(), self.clock.now()).await;
        session_of(user?.ok_or(AppError::SignedOut)?, from).ok_or(AppError::SignedOut)
    }
}

/// What tries at an account are counted under, however its email is typed.
pub(crate) fn account_key(email: &str) -> String {
    Email::parse(email).map_or_else(|_| email.trim().to_lowercase(), String::from)
}

/// The account behind one of these spellings, and the one that is stored. Each is asked for, found or not: how long it
/// takes depends on what was typed alone.
pub(crate) async fn find_by_spellings(
    conn: &mut Conn,
    spellings: &[Email],
) -> Result<Option<(Credentials, Email)>, StoreError> {
    let mut found = None;
    for email in spellings {
        let credentials = users::find_credentials_by_email(conn, email).await?;
        found = found.or(credentials.map(|credentials| (credentials, email.clone())));
    }
    Ok(found)
}

/// What has ended before this is swept out.
pub(crate) const fn swept_before(now: Timestamp) -> Timestamp {
    now.plus_millis(-KEPT_MILLIS)
}

pub(crate) async fn insert_session(
    conn: &mut Conn,
    user: UserId,
    from: IpAddr,
    now: Timestamp,
) -> Result<SessionToken, StoreError> {
    let token = SessionToken(random_text(48));
    let expires = now.plus_millis(SESSION_MILLIS);
    sessions::insert_session(conn, &token.hash(), user, from, now, expires).await?;
    Ok(token)
}

fn session_of(user: SessionUser, address: IpAddr) -> Option<(Session, Account)> {
    let user_id = user.user_id;
    let (session, role, id) = match (user.is_admin, user.organisation) {
        (true, _) => (Session::Admin(AdminSession { user_id, address }), Role::Admin, user_id.to_string()),
        (false, Some(organisation)) => {
            let session = match organisation {
                Organisation::Partner(partner_id) => Session::Partner(PartnerSession { user_id, address, partner_id }),
                Organisation::Affiliate(affiliate_id) => {
                    Session::Affiliate(AffiliateSession { user_id, address, affiliate_id })
                }
            };
            (session, organisation.role(), organisation.to_string())
        }
        (false, None) => return None,
    };
    Some((session, Account { role, name: user.name, email: user.email, id, time_zone: user.time_zone }))
}
