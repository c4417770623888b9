//! A forgotten password: the link in the mail, and what it can do once.

use std::net::IpAddr;

use domain::{Action, Actor, AppError, Email, Password};
use store::sign_in::{
    tokens::{self, Purpose},
    users,
};

use super::{
    accounts::replace_password,
    sessions::{account_key, find_by_spellings, swept_before},
};
use crate::{
    Service, SessionsEnded, SignedIn,
    jobs::Mail,
    secrets::{hash, random_text},
    unit_of_work::Recorded,
};

/// How long the link is good for.
const RESET_MILLIS: i64 = 3_600_000;

impl Service {
    /// Sends a link for a new password, if the email has an account; says the same if not, and where strangers have
    /// asked for so many that the account gets no more for now: the last one is good.
    pub fn request_reset(&self, email: &str, from: IpAddr) -> Result<(), AppError> {
        let (account, spellings) = (account_key(email), Email::spellings(email));
        if spellings.is_empty() {
            Email::parse(email).map_err(|error| AppError::field("email", error))?;
        }
        self.limits.check(&account, from)?;
        if !self.limits.check_mail(&account, from)? {
            return Ok(());
        }
        let (service, token) = (self.clone(), random_text(48));
        // In a task of its own that nobody waits for: how long it takes would tell whether there is an account.
        tokio::spawn(async move {
            let _ = service.store_reset(spellings, token, from).await;
        });
        Ok(())
    }

    async fn store_reset(&self, spellings: Vec<Email>, token: String, from: IpAddr) -> Result<(), AppError> {
        let (now, hash) = (self.clock.now(), hash(&token));
        let settings = self.settings();
        let body = format!(
            "Set a new password for {} within the next hour:\n\n{}/reset?token={token}\n\n\
             If you did not ask for this, nothing has changed and there is nothing to do.\n",
            settings.site_name, settings.public_url
        );
        self.write(Actor::Visitor { address: from }, move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                let found = find_by_spellings(conn, &spellings).await?;
                let Some((credentials, to)) = found.filter(|(credentials, _)| !credentials.suspended) else {
                    return Ok(((), Recorded::nothing()));
                };
                let user = credentials.user_id;
                tokens::delete_expired_tokens(conn, swept_before(now)).await?;
                tokens::replace_token(conn, &hash, Purpose::Reset, Some(user), now.plus_millis(RESET_MILLIS)).await?;
                unit.mail(&Mail { to, subject: "Set a new password".to_owned(), body }).await?;
                Ok(((), unit.record_of_account(Action::ResetRequested, user).await?))
            })
        })
        .await
    }

    /// Sets a new password with the token of a mail, ends every old session, and signs in.
    pub async fn reset_password(&self, token: &str, new: &str, from: IpAddr) -> Result<SignedIn, AppError> {
        self.limits.check(token, from)?;
        let new = Password::parse(new).map_err(|error| AppError::field("new_password", error))?;
        let mut conn = self.db.read().await?;
        let valid = tokens::token_is_valid(&mut conn, &hash(token), Purpose::Reset, self.clock.now()).await;
        drop(conn);
        if !valid? {
            return Err(AppError::LinkExpired);
        }
        // Hashed before the token is used up: if that has to be put off, the link is still good.
        let password_hash = self.passwords.hash(new, Some(from)).await?;
        let (now, hash) = (self.clock.now(), hash(token));
        self.write(Actor::Visitor { address: from }, move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                let user = tokens::take_token(conn, &hash, Purpose::Reset, now).await?;
                let user = user.flatten().ok_or(AppError::LinkExpired)?;
                let found = users::lock_credentials(conn, user).await?;
                let found = found.filter(|found| !found.suspended).ok_or(AppError::LinkExpired)?;
                let token = replace_password(conn, user, &password_hash, from, now).await?;
                unit.end_sessions(SessionsEnded::AllOf(user));
                unit.act_as(Actor::Person { user, address: from });
                let done = unit.record_of_account(Action::PasswordReset, user).await?;
                Ok((SignedIn { token, role: found.role }, done))
            })
        })
        .await
    }
}
