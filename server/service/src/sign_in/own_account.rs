//! What people do with their own accounts: where they are signed in, another email, a time zone, and leaving.

use std::net::IpAddr;

use domain::{
    Action, Actor, AppError, ApplicationFilter, ApplicationStatus, DecisionReason, Email, Organisation, OwnSession,
    PersonName, Timestamp, UserId, report::ZoneName,
};
use store::{
    Conn, Scope, applications,
    organisations::{self, profiles, suspensions},
    reports::delete_saved_reports_of,
    sign_in::{
        email_changes,
        sessions::{self, OpenSession},
        tokens, users,
    },
};

use super::sessions::{account_key, find_by_spellings, swept_before};
use crate::{
    Service, Session, SessionToken, SessionsEnded,
    jobs::Mail,
    reports::find_zone,
    secrets::{hash, random_text},
    unit_of_work::{Entry, Recorded},
};

/// How long the link in the mail to a new email is good for.
const EMAIL_CHANGE_MILLIS: i64 = 24 * 3_600_000;

/// The id of a session, as its owner sees it: the beginning of a hash, from which no token follows.
fn id_of(session: &OpenSession) -> String {
    session.token_hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

impl Service {
    /// Where the person is signed in, the newest first.
    pub async fn list_sessions(&self, session: &Session, own: &SessionToken) -> Result<Vec<OwnSession>, AppError> {
        let mut conn = self.db.read().await?;
        let open = sessions::list_sessions(&mut conn, session.user_id(), self.clock.now()).await?;
        let own = own.hash();
        let shown = |open: OpenSession| OwnSession {
            id: id_of(&open),
            since: open.created_at,
            is_this: open.token_hash == own,
            address: open.address,
        };
        Ok(open.into_iter().map(shown).collect())
    }

    /// Signs the person out elsewhere: of the session with this id, or of all but the own one.
    pub async fn end_sessions(
        &self,
        session: &Session,
        own: &SessionToken,
        id: Option<String>,
    ) -> Result<(), AppError> {
        let (user, now, own) = (session.user_id(), self.clock.now(), own.hash());
        self.write(session.actor(), move |unit| {
            Box::pin(async move {
                let open = sessions::list_sessions(&mut unit.conn, user, now).await?;
                let is_meant = |open: &OpenSession| match &id {
                    Some(id) => id_of(open) == *id,
                    None => open.token_hash != own,
                };
                let ended: Vec<_> = open.into_iter().filter(is_meant).collect();
                if ended.is_empty() && id.is_some() {
                    return Err(AppError::NotFound);
                }
                for open in &ended {
                    sessions::delete_session(&mut unit.conn, &open.token_hash).await?;
                    unit.end_sessions(SessionsEnded::One(open.token_hash));
                }
                if ended.is_empty() {
                    return Ok(((), Recorded::nothing()));
                }
                Ok(((), unit.record_of_account(Action::SignedOut, user).await?))
            })
        })
        .await
    }

    /// Mails a link to a new email, by which it becomes the person's. Says the same where it is another's, who is told.
    pub async fn request_email_change(
        &self,
        session: &Session,
        current_password: String,
        email: &str,
        from: IpAddr,
    ) -> Result<(), AppError> {
        let email = Email::parse(email).map_err(|error| AppError::field("email", error))?;
        let credentials = self.verify_own(session, current_password, from).await?;
        let user = credentials.user_id;
        // By whose account it is and by whom it would reach: nobody is flooded.
        if !self.limits.check_mail(&user.to_string(), from)?
            || !self.limits.check_mail(&account_key(email.as_str()), from)?
        {
            return Ok(());
        }
        let (token, now) = (random_text(48), self.clock.now());
        let (hash, expires) = (hash(&token), now.plus_millis(EMAIL_CHANGE_MILLIS));
        let (confirm, refuse) = (self.confirmation_mail(&email, &token), self.taken_mail(&email));
        let site = self.settings().site_name.clone();
        self.write(session.actor(), move |unit| {
            Box::pin(async move {
                // The password may have become another, and the account been deleted, while it was checked.
                if users::lock_credentials(&mut unit.conn, user).await?.is_none_or(|now| now != credentials) {
                    return Err(AppError::SignedOut);
                }
                let spellings = Email::spellings(email.as_str());
                let owner = find_by_spellings(&mut unit.conn, &spellings).await?;
                if owner.as_ref().is_some_and(|(found, _)| found.user_id == user) {
                    return Err(AppError::field("email", "is your email already"));
                }
                email_changes::delete_expired_email_changes(&mut unit.conn, swept_before(now)).await?;
                if owner.is_some() {
                    // As with one that is nobody's, what was wanted before is void.
                    email_changes::delete_email_change(&mut unit.conn, user).await?;
                    unit.mail(&refuse).await?;
                } else {
                    email_changes::replace_email_change(&mut unit.conn, &hash, user, &email, expires).await?;
                    unit.mail(&confirm).await?;
                }
                let before = users::find_email(&mut unit.conn, user).await?;
                if let Some(to) = before.and_then(|email| Email::parse(&email).ok()) {
                    let body = format!(
                        "Somebody who knows your password at {site} asked for another email for your account.\n\n\
                         If that wasn't you, change your password now: that also stops the other email.\n"
                    );
                    unit.mail(&Mail { to, subject: "Another email was asked for".to_owned(), body }).await?;
                }
                Ok(((), unit.record_of_account(Action::EmailChangeRequested, user).await?))
            })
        })
        .await
    }

    fn confirmation_mail(&self, to: &Email, token: &str) -> Mail {
        let settings = self.settings();
        let body = format!(
            "Confirm within a day that this is your new email for {}:\n\n{}/confirm-email?token={token}\n\n\
             If you did not ask for this, nothing has changed and there is nothing to do.\n",
            settings.site_name, settings.public_url
        );
        Mail { to: to.clone(), subject: "Confirm your new email".to_owned(), body }
    }

    fn taken_mail(&self, to: &Email) -> Mail {
        let body = format!(
            "Somebody wanted to use this address for their account at {}. It belongs to an account already, so nothing \
             was changed.\n",
            self.settings().site_name
        );
        Mail { to: to.clone(), subject: "This email has an account already".to_owned(), body }
    }

    /// Makes the email of a mailed link its person's. The old address is told, and links for a new password that went
    /// there are void.
    pub async fn confirm_email(&self, token: &str, from: IpAddr) -> Result<(), AppError> {
        self.limits.check(token, from)?;
        let (hash, now) = (hash(token), self.clock.now());
        let site = self.settings().site_name.clone();
        self.write(Actor::Visitor { address: from }, move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                let wanted = email_changes::take_email_change(conn, &hash, now).await?;
                let (user, email) = wanted.ok_or(AppError::LinkExpired)?;
                let found = users::lock_credentials(conn, user).await?;
                found.filter(|found| !found.suspended).ok_or(AppError::LinkExpired)?;
                if find_by_spellings(conn, &Email::spellings(email.as_str())).await?.is_some() {
                    return Err(AppError::LinkExpired);
                }
                let before = users::find_email(conn, user).await?.ok_or(AppError::LinkExpired)?;
                let changed = users::set_email(conn, user, &email).await;
                changed.map_err(|error| error.or_taken(AppError::LinkExpired))?;
                tokens::delete_tokens_of(conn, user).await?;
                let name = users::find_name(conn, user).await?.unwrap_or_default();
                if let Ok(to) = Email::parse(&before) {
                    let body = format!(
                        "Your account at {site} is signed in to as {email} from now on.\n\n\
                         If that wasn't you, ask whoever runs the network for help at once.\n"
                    );
                    unit.mail(&Mail { to, subject: "Your email was changed".to_owned(), body }).await?;
                }
                unit.act_as(Actor::Person { user, address: from });
                let entry = Entry::new(Action::EmailChanged, &user, &name).for_account(user);
                let entry = entry.change("email", Some(&before), Some(email.as_str()));
                Ok(((), unit.record(entry).await?))
            })
        })
        .await
    }

    /// Sets the zone of the person's days; empty for their browser's.
    pub async fn set_time_zone(&self, session: &Session, zone: &str) -> Result<(), AppError> {
        let wrong = || AppError::field("time_zone", "must be a zone's name, for example Europe/Berlin");
        let zone = Some(zone.trim()).filter(|zone| !zone.is_empty());
        let zone = zone.map(ZoneName::parse).transpose().map_err(|_| wrong())?;
        if let Some(zone) = &zone {
            find_zone(zone).map_err(|_| wrong())?;
        }
        let user = session.user_id();
        self.write(session.actor(), move |unit| {
            Box::pin(async move {
                users::set_time_zone(&mut unit.conn, user, zone.as_ref()).await?;
                Ok(((), Recorded::nothing()))
            })
        })
        .await
    }

    /// Lets somebody leave. What they said of themselves goes, and what could tell who they were; conversions and what
    /// was earned by them stay. Their links and keys stop as with a suspension.
    pub async fn delete_account(
        &self,
        session: &Session,
        current_password: String,
        from: IpAddr,
    ) -> Result<(), AppError> {
        let verified = self.verify_own(session, current_password, from).await?;
        let (user, own, now) = (verified.user_id, session.organisation(), self.clock.now());
        self.write(session.actor(), move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                // One admin leaves at a time, or the last two could leave at once.
                tokens::lock_setup(conn).await?;
                if users::lock_credentials(conn, user).await?.is_none_or(|now| now != verified) {
                    return Err(AppError::SignedOut);
                }
                if own.is_none() && users::count_admins(conn).await? < 2 {
                    let only = "is right, but this is the only admin: make another one first, with `something-project admin create`";
                    return Err(AppError::field("current_password", only));
                }
                // Before what tells who it was is erased, of this entry, too.
                let recorded = unit.record_of_account(Action::AccountDeleted, user).await?;
                let conn = &mut unit.conn;
                if let Some(own) = own {
                    erase_organisation(conn, own, now).await?;
                }
                erase_person(conn, user, own, now).await?;
                unit.end_sessions(SessionsEnded::AllOf(user));
                Ok(((), recorded))
            })
        })
        .await
    }
}

/// What somebody who has left is called.
fn left(own: Option<Organisation>) -> Result<PersonName, AppError> {
    let name = match own {
        Some(Organisation::Partner(_)) => "Deleted partner",
        Some(Organisation::Affiliate(_)) => "Deleted affiliate",
        None => "Deleted admin",
    };
    PersonName::parse(name).map_err(|_| AppError::Unavailable)
}

async fn erase_person(
    conn: &mut Conn,
    user: UserId,
    own: Option<Organisation>,
    now: Timestamp,
) -> Result<(), AppError> {
    sessions::delete_sessions_of(conn, user).await?;
    tokens::delete_tokens_of(conn, user).await?;
    email_changes::delete_email_change(conn, user).await?;
    delete_saved_reports_of(conn, user).await?;
    users::erase_user(conn, user, own, &left(own)?, now).await?;
    Ok(())
}

async fn erase_organisation(conn: &mut Conn, own: Organisation, now: Timestamp) -> Result<(), AppError> {
    organisations::lock(conn, own).await?;
    if let Organisation::Affiliate(affiliate) = own {
        // Nobody need decide about them any more.
        let nothing = DecisionReason::parse("").map_err(|_| AppError::Unavailable)?;
        let waiting = ApplicationFilter { status: Some(ApplicationStatus::Pending), ..ApplicationFilter::default() };
        let (scope, waiting) = (Scope::Affiliate(affiliate), waiting.into());
        loop {
            let rows = applications::list_applications(conn, scope, &waiting).await?.rows;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let withdrawn = ApplicationStatus::Withdrawn;
                applications::set_application_status(conn, row.id, withdrawn, &nothing, now).await?;
            }
        }
    }
    profiles::erase_profile(conn, own).await?;
    organisations::set_name(conn, own, &left(Some(own))?).await?;
    suspensions::suspend(conn, own, now).await?;
    Ok(())
}
