//! Signing in and out, and sessions.

use std::{fmt, net::IpAddr};

use domain::{Account, AppError, Email, Role, Timestamp, UserId};
use store::{Conn, StoreError, owned_task, sign_in::sessions::SessionUser, sign_in::users::Credentials};

use crate::{
    AdminSession, AffiliateSession, PartnerSession, Service, Session, SessionsEnded,
    secrets::{hash, random_text},
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
        let signed_in = self.start_session(credentials).await?;
        self.limits.remember(&account, from);
        Ok(signed_in)
    }

    /// Starts a session for credentials that were found right. Verifying takes a while: if the password was changed
    /// or the account suspended meanwhile, that has ended every session, and no new one may slip in after it.
    async fn start_session(&self, verified: Credentials) -> Result<SignedIn, AppError> {
        let (db, now, role) = (self.db.clone(), self.clock.now(), verified.role);
        let token = owned_task(async move {
            let mut conn = db.begin().await?;
            let current = store::sign_in::users::lock_credentials(&mut conn, verified.user_id).await?;
            if !current.is_some_and(|now| now == verified && !now.suspended) {
                return Err(AppError::WrongCredentials);
            }
            store::sign_in::sessions::delete_expired_sessions(&mut conn, swept_before(now)).await?;
            let token = insert_session(&mut conn, verified.user_id, now).await?;
            conn.commit().await?;
            Ok(token)
        });
        Ok(SignedIn { token: token.await?, role })
    }

    /// Ends a session; an unknown one is none already.
    pub async fn sign_out(&self, token: &SessionToken) -> Result<(), AppError> {
        let (db, hash, ended) = (self.db.clone(), token.hash(), self.ended.clone());
        let done = owned_task(async move {
            let mut conn = db.begin().await?;
            store::sign_in::sessions::delete_session(&mut conn, &hash).await?;
            conn.commit().await?;
            let _ = ended.send(SessionsEnded::One(hash));
            Ok::<_, AppError>(())
        });
        done.await
    }

    /// Whose session this is, for pages and for the functions that need a right.
    pub async fn authenticate(&self, token: &SessionToken) -> Result<(Session, Account), AppError> {
        let mut conn = self.db.read().await?;
        let user = store::sign_in::sessions::find_session_user(&mut conn, &token.hash(), self.clock.now()).await;
        session_of(user?.ok_or(AppError::SignedOut)?).ok_or(AppError::SignedOut)
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
        let credentials = store::sign_in::users::find_credentials_by_email(conn, email).await?;
        found = found.or(credentials.map(|credentials| (credentials, email.clone())));
    }
    Ok(found)
}

/// What has ended before this is swept out.
pub(crate) const fn swept_before(now: Timestamp) -> Timestamp {
    now.plus_millis(-KEPT_MILLIS)
}

pub(crate) async fn insert_session(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<SessionToken, StoreError> {
    let token = SessionToken(random_text(48));
    let expires = now.plus_millis(SESSION_MILLIS);
    store::sign_in::sessions::insert_session(conn, &token.hash(), user, now, expires).await?;
    Ok(token)
}

fn session_of(user: SessionUser) -> Option<(Session, Account)> {
    let user_id = user.user_id;
    let (session, id) = match (user.role, user.partner_id, user.affiliate_id) {
        (Role::Partner, Some(partner_id), _) => {
            (Session::Partner(PartnerSession { user_id, partner_id }), partner_id.to_string())
        }
        (Role::Affiliate, _, Some(affiliate_id)) => {
            (Session::Affiliate(AffiliateSession { user_id, affiliate_id }), affiliate_id.to_string())
        }
        (Role::Admin, ..) => (Session::Admin(AdminSession { user_id }), user_id.to_string()),
        _ => return None,
    };
    Some((session, Account { role: user.role, name: user.name, email: user.email, id }))
}
