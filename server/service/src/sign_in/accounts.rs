//! Accounts: signing up, passwords, and the first admin.

use std::net::IpAddr;

use domain::{AppError, Email, FieldError, Password, PersonName, Role, Timestamp, UserId};
use store::{Conn, StoreError, owned_task, sign_in::tokens::Purpose, sign_in::users::Credentials};

use super::sessions::{account_key, find_by_spellings, insert_session};
use crate::{
    Service, Session, SessionToken, SessionsEnded, SignedIn,
    secrets::{hash, new_api_key, random_text},
};

/// How long a printed set-up address is good for; a restart prints another.
const SETUP_MILLIS: i64 = 24 * 3_600_000;
/// How many of them are good at a time: the last ones, as each node of several prints its own.
const SETUP_TOKENS: i64 = 3;

/// What somebody fills in to sign up.
#[derive(Clone)]
pub struct SignUp {
    /// Partner or affiliate.
    pub role: Role,
    /// Email.
    pub email: String,
    /// Name.
    pub name: String,
    /// Password, in the clear: that is why this has no debug output.
    pub password: String,
}

/// An account that was just made.
#[derive(Debug, Clone, Copy)]
pub struct NewAccount {
    /// The user.
    pub user_id: UserId,
    /// Their role.
    pub role: Role,
}

struct Parsed {
    email: Email,
    /// In which an older account may be stored that has this address.
    spellings: Vec<Email>,
    name: PersonName,
    password: Password,
}

fn parse(sign_up: &SignUp) -> Result<Parsed, AppError> {
    let mut fields = Vec::new();
    let email = FieldError::collect(&mut fields, "email", Email::parse(&sign_up.email));
    let name = FieldError::collect(&mut fields, "name", PersonName::parse(&sign_up.name));
    let password = FieldError::collect(&mut fields, "password", Password::parse(&sign_up.password));
    match (email, name, password) {
        (Some(email), Some(name), Some(password)) => {
            Ok(Parsed { email, spellings: Email::spellings(&sign_up.email), name, password })
        }
        _ => Err(AppError::Invalid { fields }),
    }
}

impl Service {
    /// Makes an account. It answers the same for an email that has one already, in the same time: whoever chose the
    /// password can sign in, and the owner of a known address gets a mail.
    pub async fn sign_up(&self, sign_up: SignUp, from: IpAddr) -> Result<(), AppError> {
        if sign_up.role == Role::Admin {
            return Err(AppError::field("role", "must be partner or affiliate"));
        }
        let account = account_key(&sign_up.email);
        self.limits.check(&account, from)?;
        let parsed = parse(&sign_up)?;
        let email = parsed.email.clone();
        // Counted whether or not there is an owner to be told: what is left for links would say so.
        let may_tell = self.limits.check_mail(&account, from).unwrap_or(false);
        match self.create_account(sign_up.role, parsed, Some(from)).await {
            Ok(_) => Ok(()),
            Err(error) if error == email_taken() => {
                if may_tell {
                    self.tell_owner(&email);
                }
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn tell_owner(&self, email: &Email) {
        let settings = self.settings();
        let body = format!(
            "Somebody tried to make an account at {} with this address, which has one already.\n\
             If that was you, sign in at {}/signin or ask for a new password at {}/reset.\n",
            settings.site_name, settings.public_url, settings.public_url
        );
        self.mailer.send(email, "You have an account already", body);
    }

    /// Makes an account of any role; for sign-up, the command line and the demo.
    async fn create_account(&self, role: Role, parsed: Parsed, from: Option<IpAddr>) -> Result<NewAccount, AppError> {
        let Parsed { email, spellings, name, password } = parsed;
        let password_hash = self.passwords.hash(password, from).await?;
        let service = self.clone();
        owned_task(async move {
            let (now, user_id) = (service.clock.now(), service.clock.new_id());
            let mut conn = service.db.begin().await?;
            if find_by_spellings(&mut conn, &spellings).await?.is_some() {
                return Err(email_taken());
            }
            store::sign_in::users::insert_user(&mut conn, user_id, role, &email, &name, &password_hash, now)
                .await
                .map_err(|error| error.or_taken(email_taken()))?;
            match role {
                Role::Partner => {
                    let partner = service.clock.new_id();
                    let key = service.sealer.seal(&new_api_key(), partner).ok_or(AppError::Unavailable)?;
                    store::organisations::insert_partner(&mut conn, partner, user_id, &key, now).await?;
                }
                Role::Affiliate => {
                    store::organisations::insert_affiliate(&mut conn, service.clock.new_id(), user_id).await?;
                }
                Role::Admin => {}
            }
            conn.commit().await?;
            Ok(NewAccount { user_id, role })
        })
        .await
    }

    /// Makes an account without signing it in; for the command line and the demo, which act for their owner.
    pub async fn add_account(&self, sign_up: &SignUp) -> Result<NewAccount, AppError> {
        self.create_account(sign_up.role, parse(sign_up)?, None).await
    }

    /// Whether anybody has an account.
    pub async fn has_users(&self) -> Result<bool, StoreError> {
        let mut conn = self.db.read().await?;
        store::sign_in::users::any_user_exists(&mut conn).await
    }

    /// Changes the own password; every session ends, and a new one begins for whoever changed it.
    pub async fn change_password(
        &self,
        session: &Session,
        current: String,
        new: &str,
        from: IpAddr,
    ) -> Result<SignedIn, AppError> {
        let user = session.user_id();
        self.limits.check(&user.to_string(), from)?;
        let new = Password::parse(new).map_err(|error| AppError::field("new_password", error))?;
        let mut conn = self.db.read().await?;
        let credentials = store::sign_in::users::find_credentials(&mut conn, user).await?;
        drop(conn);
        let credentials = credentials.ok_or(AppError::SignedOut)?;
        if !self.passwords.verify(current, Some(credentials.password_hash.clone()), from).await? {
            return Err(AppError::field("current_password", "is not your current password"));
        }
        self.set_password(credentials, new, from).await
    }

    /// Hashing takes a while: a password that was changed or reset meanwhile has ended this session, and stays.
    async fn set_password(&self, verified: Credentials, new: Password, from: IpAddr) -> Result<SignedIn, AppError> {
        let password_hash = self.passwords.hash(new, Some(from)).await?;
        let (db, now, role, ended) = (self.db.clone(), self.clock.now(), verified.role, self.ended.clone());
        let token = owned_task(async move {
            let mut conn = db.begin().await?;
            if !store::sign_in::users::lock_credentials(&mut conn, verified.user_id)
                .await?
                .is_some_and(|now| now == verified)
            {
                return Err(AppError::SignedOut);
            }
            let token = replace_password(&mut conn, verified.user_id, &password_hash, now).await?;
            conn.commit().await?;
            let _ = ended.send(SessionsEnded::AllOf(verified.user_id));
            Ok(token)
        });
        Ok(SignedIn { token: token.await?, role })
    }

    /// Changes the name that others see.
    pub async fn change_name(&self, session: &Session, name: &str) -> Result<(), AppError> {
        let name = PersonName::parse(name).map_err(|error| AppError::field("name", error))?;
        let (db, user) = (self.db.clone(), session.user_id());
        let done = owned_task(async move {
            let mut conn = db.begin().await?;
            store::sign_in::users::set_name(&mut conn, user, &name).await?;
            conn.commit().await?;
            Ok::<_, AppError>(())
        });
        done.await
    }

    /// The one-time address for making the first admin; nothing where there is one.
    pub async fn setup_address(&self) -> Result<Option<String>, StoreError> {
        let mut conn = self.db.read().await?;
        if store::sign_in::users::admin_exists(&mut conn).await? {
            return Ok(None);
        }
        drop(conn);
        let token = random_text(48);
        let (db, hash, expires) = (self.db.clone(), hash(&token), self.clock.now().plus_millis(SETUP_MILLIS));
        owned_task(async move {
            let mut conn = db.begin().await?;
            store::sign_in::tokens::delete_setup_tokens(&mut conn, SETUP_TOKENS - 1).await?;
            store::sign_in::tokens::replace_token(&mut conn, &hash, Purpose::Setup, None, expires).await?;
            conn.commit().await
        })
        .await?;
        Ok(Some(format!("{}/setup?token={token}", self.settings().public_url)))
    }

    /// Whether the set-up page exists: not once there is an admin, and only for the token that was printed.
    pub async fn check_setup(&self, token: &str) -> Result<(), AppError> {
        let mut conn = self.db.read().await?;
        if store::sign_in::users::admin_exists(&mut conn).await? {
            return Err(AppError::NotFound);
        }
        let valid =
            store::sign_in::tokens::token_is_valid(&mut conn, &hash(token), Purpose::Setup, self.clock.now()).await;
        if valid? { Ok(()) } else { Err(AppError::NotFound) }
    }

    /// Makes the first admin with the printed token, and signs it in.
    pub async fn set_up(&self, token: &str, mut sign_up: SignUp, from: IpAddr) -> Result<SignedIn, AppError> {
        // Keyed by the token: whoever doesn't have it can't lock out whoever has.
        self.limits.check(token, from)?;
        self.check_setup(token).await?;
        sign_up.role = Role::Admin;
        let Parsed { email, name, password, .. } = parse(&sign_up)?;
        let password_hash = self.passwords.hash(password, Some(from)).await?;
        let (service, hash) = (self.clone(), hash(token));
        let signed_in = owned_task(async move {
            let (now, user_id) = (service.clock.now(), service.clock.new_id());
            let mut conn = service.db.begin().await?;
            // Two tokens are two rows: without a lock, both could be taken before either admin is there to be seen.
            store::sign_in::tokens::lock_setup(&mut conn).await?;
            let used = store::sign_in::tokens::take_token(&mut conn, &hash, Purpose::Setup, now).await?;
            if used.is_none() || store::sign_in::users::admin_exists(&mut conn).await? {
                return Err(AppError::NotFound);
            }
            store::sign_in::tokens::delete_setup_tokens(&mut conn, 0).await?;
            store::sign_in::users::insert_user(&mut conn, user_id, Role::Admin, &email, &name, &password_hash, now)
                .await
                .map_err(|error| error.or_taken(email_taken()))?;
            let token = insert_session(&mut conn, user_id, now).await?;
            conn.commit().await?;
            Ok(SignedIn { token, role: Role::Admin })
        });
        signed_in.await
    }
}

fn email_taken() -> AppError {
    AppError::field("email", "has an account already")
}

/// Sets a password, ends every session and reset link that was there, and starts a new session.
pub(crate) async fn replace_password(
    conn: &mut Conn,
    user: UserId,
    password_hash: &str,
    now: Timestamp,
) -> Result<SessionToken, StoreError> {
    store::sign_in::users::set_password_hash(conn, user, password_hash).await?;
    store::sign_in::sessions::delete_sessions_of(conn, user).await?;
    store::sign_in::tokens::delete_tokens_of(conn, user).await?;
    insert_session(conn, user, now).await
}
