//! Accounts: signing up, passwords, and the first admin.

use std::net::IpAddr;

use domain::{Action, Actor, AppError, Email, FieldError, Organisation, Password, PersonName, Role, Timestamp, UserId};
use store::{
    Conn, StoreError,
    organisations::{self, memberships},
    sign_in::{
        email_changes::delete_email_change,
        sessions::delete_sessions_of,
        tokens::{self, Purpose},
        users::{self, Credentials, NewUser},
    },
};

use super::sessions::{account_key, find_by_spellings, insert_session};
use crate::{
    Operator, Service, Session, SessionToken, SessionsEnded, SignedIn,
    jobs::Mail,
    secrets::{hash, random_text},
    unit_of_work::{Entry, Recorded},
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
    /// Makes an account. It answers the same for an email that has one already, in the same time: the person who chose
    /// the password can sign in, and the owner of a known address gets a mail.
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
        let actor = Actor::Visitor { address: from };
        match self.create_account(sign_up.role, parsed, actor).await {
            Err(error) if error == email_taken() => {
                if may_tell {
                    let service = self.clone();
                    // Spawned: to wait for it would be a timing oracle.
                    tokio::spawn(async move { service.tell_owner(email, actor).await });
                }
                Ok(())
            }
            created => created.map(drop),
        }
    }

    async fn tell_owner(&self, to: Email, actor: Actor) {
        let settings = self.settings();
        let body = format!(
            "Somebody tried to make an account at {} with this address, which has one already.\n\
             If that was you, sign in at {}/signin or ask for a new password at {}/reset.\n",
            settings.site_name, settings.public_url, settings.public_url
        );
        let mail = Mail { to, subject: "You have an account already".to_owned(), body };
        let told = self.write(actor, move |unit| {
            Box::pin(async move {
                unit.mail(&mail).await?;
                Ok(((), Recorded::nothing()))
            })
        });
        if let Err(error) = told.await {
            tracing::warn!(%error, "the owner of an account could not be told that somebody tried to make it again");
        }
    }

    /// Makes an account of any role; for sign-up, the command line and the demo.
    async fn create_account(&self, role: Role, parsed: Parsed, actor: Actor) -> Result<NewAccount, AppError> {
        let Parsed { email, spellings, name, password } = parsed;
        let password_hash = self.passwords.hash(password, actor.address()).await?;
        let (service, now, user_id) = (self.clone(), self.clock.now(), self.clock.new_id());
        self.write(actor, move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                if find_by_spellings(conn, &spellings).await?.is_some() {
                    return Err(email_taken());
                }
                let is_admin = role == Role::Admin;
                let new = NewUser { id: user_id, email: &email, name: &name, password_hash: &password_hash, is_admin };
                users::insert_user(conn, new, now).await.map_err(|error| error.or_taken(email_taken()))?;
                if let Some(organisation) = Organisation::new(role, service.clock.new_uuid()) {
                    service.create_organisation(conn, organisation, &name, user_id, now).await?;
                }
                // The visitor who signed up is this person from now on.
                if let Actor::Visitor { address } = actor {
                    unit.act_as(Actor::Person { user: user_id, address });
                }
                let entry = account_entry(user_id, role, &name);
                Ok((NewAccount { user_id, role }, unit.record(entry).await?))
            })
        })
        .await
    }

    /// Makes an account of any role without signing it in; for the command line and the demo, which act for their owner.
    pub async fn add_account(&self, _: &Operator, sign_up: &SignUp) -> Result<NewAccount, AppError> {
        self.create_account(sign_up.role, parse(sign_up)?, Actor::Operator).await
    }

    /// Whether anybody has an account.
    pub async fn has_users(&self) -> Result<bool, StoreError> {
        let mut conn = self.db.read().await?;
        users::any_user_exists(&mut conn).await
    }

    /// Changes the own password; every session ends, and a new one begins for the person who changed it.
    pub async fn change_password(
        &self,
        session: &Session,
        current: String,
        new: &str,
        from: IpAddr,
    ) -> Result<SignedIn, AppError> {
        let new = Password::parse(new).map_err(|error| AppError::field("new_password", error))?;
        let credentials = self.verify_own(session, current, from).await?;
        self.set_password(credentials, new, from).await
    }

    /// Asks for the own password once more, before what can't be undone.
    pub(super) async fn verify_own(
        &self,
        session: &Session,
        current: String,
        from: IpAddr,
    ) -> Result<Credentials, AppError> {
        let user = session.user_id();
        self.limits.check(&user.to_string(), from)?;
        let mut conn = self.db.read().await?;
        let credentials = users::find_credentials(&mut conn, user).await?;
        drop(conn);
        let credentials = credentials.ok_or(AppError::SignedOut)?;
        if !self.passwords.verify(current, Some(credentials.password_hash.clone()), from).await? {
            return Err(AppError::field("current_password", "is not your current password"));
        }
        Ok(credentials)
    }

    /// Hashing takes a while: a password that was changed or reset meanwhile has ended this session, and stays.
    async fn set_password(&self, verified: Credentials, new: Password, from: IpAddr) -> Result<SignedIn, AppError> {
        let password_hash = self.passwords.hash(new, Some(from)).await?;
        let (now, user, role) = (self.clock.now(), verified.user_id, verified.role);
        let token = self.write(Actor::Person { user, address: from }, move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                if users::lock_credentials(conn, user).await?.is_none_or(|now| now != verified) {
                    return Err(AppError::SignedOut);
                }
                let token = replace_password(conn, user, &password_hash, from, now).await?;
                unit.end_sessions(SessionsEnded::AllOf(user));
                Ok((token, unit.record_of_account(Action::PasswordChanged, user).await?))
            })
        });
        Ok(SignedIn { token: token.await?, role })
    }

    /// Changes the name that others see.
    pub async fn change_name(&self, session: &Session, name: &str) -> Result<(), AppError> {
        let name = PersonName::parse(name).map_err(|error| AppError::field("name", error))?;
        let user = session.user_id();
        self.write(session.actor(), move |unit| {
            Box::pin(async move {
                // So that of two changes at once the second one knows the first.
                users::lock_credentials(&mut unit.conn, user).await?.ok_or(AppError::SignedOut)?;
                let before = users::find_name(&mut unit.conn, user).await?.unwrap_or_default();
                users::set_name(&mut unit.conn, user, &name).await?;
                // A person's and an organisation's are the same as long as the one is alone in the other.
                if let Some(organisation) = memberships::find_organisation(&mut unit.conn, user).await? {
                    organisations::set_name(&mut unit.conn, organisation, &name).await?;
                }
                let entry = Entry::new(Action::NameChanged, &user, &name).for_account(user);
                let entry = entry.change("name", Some(&before), Some(name.as_str()));
                Ok(((), unit.record_if_changed(entry).await?))
            })
        })
        .await
    }

    /// The one-time address for making the first admin; nothing where there is one.
    pub async fn setup_address(&self) -> Result<Option<String>, AppError> {
        let mut conn = self.db.read().await?;
        if users::admin_exists(&mut conn).await? {
            return Ok(None);
        }
        drop(conn);
        let token = random_text(48);
        let (hash, expires) = (hash(&token), self.clock.now().plus_millis(SETUP_MILLIS));
        self.write(Actor::Operator, move |unit| {
            Box::pin(async move {
                tokens::delete_setup_tokens(&mut unit.conn, SETUP_TOKENS - 1).await?;
                tokens::replace_token(&mut unit.conn, &hash, Purpose::Setup, None, expires).await?;
                Ok(((), Recorded::nothing()))
            })
        })
        .await?;
        Ok(Some(format!("{}/setup?token={token}", self.settings().public_url)))
    }

    /// Whether the set-up page exists: not once there is an admin, and only for the token that was printed.
    pub async fn check_setup(&self, token: &str) -> Result<(), AppError> {
        let mut conn = self.db.read().await?;
        if users::admin_exists(&mut conn).await? {
            return Err(AppError::NotFound);
        }
        let valid = tokens::token_is_valid(&mut conn, &hash(token), Purpose::Setup, self.clock.now()).await;
        if valid? { Ok(()) } else { Err(AppError::NotFound) }
    }

    /// Makes the first admin with the printed token, and signs it in.
    pub async fn set_up(&self, token: &str, mut sign_up: SignUp, from: IpAddr) -> Result<SignedIn, AppError> {
        // Keyed by the token: people who don't have it can't lock out those who do.
        self.limits.check(token, from)?;
        self.check_setup(token).await?;
        sign_up.role = Role::Admin;
        let Parsed { email, name, password, .. } = parse(&sign_up)?;
        let password_hash = self.passwords.hash(password, Some(from)).await?;
        let (hash, now, user_id) = (hash(token), self.clock.now(), self.clock.new_id());
        self.write(Actor::Visitor { address: from }, move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                // Two tokens are two rows: without a lock, both could be taken before either admin is there to be seen.
                tokens::lock_setup(conn).await?;
                let used = tokens::take_token(conn, &hash, Purpose::Setup, now).await?;
                if used.is_none() || users::admin_exists(conn).await? {
                    return Err(AppError::NotFound);
                }
                tokens::delete_setup_tokens(conn, 0).await?;
                let new =
                    NewUser { id: user_id, email: &email, name: &name, password_hash: &password_hash, is_admin: true };
                users::insert_user(conn, new, now).await.map_err(|error| error.or_taken(email_taken()))?;
                let token = insert_session(conn, user_id, from, now).await?;
                unit.act_as(Actor::Person { user: user_id, address: from });
                let entry = account_entry(user_id, Role::Admin, &name);
                Ok((SignedIn { token, role: Role::Admin }, unit.record(entry).await?))
            })
        })
        .await
    }
}

/// What a new account is written down as.
fn account_entry(id: UserId, role: Role, name: &PersonName) -> Entry {
    Entry::new(Action::AccountCreated, &id, name).for_account(id).change("role", None, Some(role.as_str()))
}

fn email_taken() -> AppError {
    AppError::field("email", "has an account already")
}

/// Sets a password, ends every session, reset link and change of email that was there, and starts a new session.
pub(crate) async fn replace_password(
    conn: &mut Conn,
    user: UserId,
    password_hash: &str,
    from: IpAddr,
    now: Timestamp,
) -> Result<SessionToken, StoreError> {
    users::set_password_hash(conn, user, password_hash).await?;
    delete_sessions_of(conn, user).await?;
    tokens::delete_tokens_of(conn, user).await?;
    // Whoever knew the old one may have wanted another email.
    delete_email_change(conn, user).await?;
    insert_session(conn, user, from, now).await
}
