//! A unit of work: everything that a use case changes, in one transaction, with the entry that says who did what.

use std::pin::Pin;

use domain::{Action, Actor, AffiliateId, AppError, FieldChange, PartnerId, UserId, shorten_to_bytes};
use store::{
    Conn,
    activity::{NewActivity, insert_activity},
    jobs::insert_job,
    owned_task,
    sign_in::users::find_name,
};

use crate::{
    Change, Clock, Sealer, Service, SessionsEnded,
    jobs::{JobKind, Mail},
};

/// That an entry was written, or that there was nothing to write one about. What a unit of work ends with, so that none
/// can forget it; only [`UnitOfWork::record`] and [`Recorded::nothing`] make one.
#[derive(Debug)]
#[must_use]
pub(crate) struct Recorded(());

impl Recorded {
    /// Nothing was changed that needs an entry.
    pub(crate) const fn nothing() -> Self {
        Self(())
    }
}

/// What is done in a unit of work, boxed, because it borrows the unit.
pub(crate) type Work<'w, T> = Pin<Box<dyn Future<Output = Result<(T, Recorded), AppError>> + Send + 'w>>;

/// A transaction, and who acts in it.
#[derive(Debug)]
pub(crate) struct UnitOfWork {
    /// The transaction. It is committed when the work has succeeded.
    pub(crate) conn: Conn,
    clock: Clock,
    sealer: Sealer,
    actor: Actor,
    ended: Vec<SessionsEnded>,
    has_mail: bool,
    /// Whom what was done concerns.
    changes: Vec<Change>,
}

/// What is written of a change, beside who made it and when.
#[derive(Debug)]
pub(crate) struct Entry {
    action: Action,
    subject_id: String,
    subject: String,
    partner: Option<PartnerId>,
    affiliate: Option<AffiliateId>,
    account: Option<UserId>,
    changes: Vec<FieldChange>,
}

impl Entry {
    /// Something was done to what has this id and this name.
    pub(crate) fn new(action: Action, subject_id: &impl ToString, subject: &impl ToString) -> Self {
        let (subject_id, subject) = (subject_id.to_string(), subject.to_string());
        Self { action, subject_id, subject, partner: None, affiliate: None, account: None, changes: Vec::new() }
    }

    /// A partner may read of it.
    pub(crate) fn for_partner(mut self, partner: PartnerId) -> Self {
        self.partner = Some(partner);
        self
    }

    /// An affiliate may read of it.
    pub(crate) fn for_affiliate(mut self, affiliate: AffiliateId) -> Self {
        self.affiliate = Some(affiliate);
        self
    }

    /// The partner or the affiliate of an account may read of it.
    pub(crate) fn for_account(mut self, account: UserId) -> Self {
        self.account = Some(account);
        self
    }

    /// A value was changed; nothing is written of one that stayed as it was.
    pub(crate) fn change(mut self, field: &str, before: Option<&str>, after: Option<&str>) -> Self {
        if before != after {
            let owned = |text: Option<&str>| text.map(excerpt);
            self.changes.push(FieldChange { field: field.to_owned(), before: owned(before), after: owned(after) });
        }
        self
    }
}

/// Longer texts are cut to this; enough to recognise them.
const EXCERPT_BYTES: usize = 500;

fn excerpt(text: &str) -> String {
    let kept = shorten_to_bytes(text, EXCERPT_BYTES);
    if kept.len() < text.len() { format!("{kept}…") } else { kept.to_owned() }
}

impl UnitOfWork {
    /// Writes what was done.
    pub(crate) async fn record(&mut self, entry: Entry) -> Result<Recorded, AppError> {
        let Entry { action, subject_id, subject, partner, affiliate, account, changes } = entry;
        let (id, actor) = (self.clock.new_id(), self.actor);
        let new = NewActivity { id, actor, action, subject_id, subject, changes, partner, affiliate, account };
        insert_activity(&mut self.conn, &new).await?;
        self.changes.push(Change { partner, affiliate });
        Ok(Recorded(()))
    }

    /// Writes what was done to an account.
    pub(crate) async fn record_of_account(&mut self, action: Action, account: UserId) -> Result<Recorded, AppError> {
        let name = find_name(&mut self.conn, account).await?.unwrap_or_default();
        self.record(Entry::new(action, &account, &name).for_account(account)).await
    }

    /// Writes what was done, if any value was changed by it.
    pub(crate) async fn record_if_changed(&mut self, entry: Entry) -> Result<Recorded, AppError> {
        if entry.changes.is_empty() { Ok(Recorded::nothing()) } else { self.record(entry).await }
    }

    /// Who acts from now on: who somebody is can be known in the middle of the work only.
    pub(crate) const fn act_as(&mut self, actor: Actor) {
        self.actor = actor;
    }

    /// Somebody gets a mail, if the work is committed.
    pub(crate) async fn mail(&mut self, mail: &Mail) -> Result<(), AppError> {
        let (id, now) = (self.clock.new_id(), self.clock.now());
        let plain = serde_json::to_vec(mail).map_err(|_| AppError::Unavailable)?;
        let sealed = self.sealer.seal_job(&plain, id).ok_or(AppError::Unavailable)?;
        insert_job(&mut self.conn, id, JobKind::Mail.as_str(), &sealed, now).await?;
        self.has_mail = true;
        Ok(())
    }

    /// Open pages of these sessions are told once the work is committed.
    pub(crate) fn end_sessions(&mut self, ended: SessionsEnded) {
        self.ended.push(ended);
    }
}

impl Service {
    /// Does some work in one transaction, in a task of its own: the caller may go away, and it is done all the same.
    /// It is committed if it succeeds, and nothing of it is left if it doesn't.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        actor: Actor,
        work: impl for<'w> FnOnce(&'w mut UnitOfWork) -> Work<'w, T> + Send + 'static,
    ) -> Result<T, AppError> {
        if let Some(user) = actor.user() {
            self.change_pace.check(&user)?;
        }
        let service = self.clone();
        owned_task(async move {
            let conn = service.db.begin().await?;
            let (clock, sealer) = (service.clock.clone(), service.sealer.clone());
            let mut unit = UnitOfWork { conn, clock, sealer, actor, ended: vec![], has_mail: false, changes: vec![] };
            let (value, _) = work(&mut unit).await?;
            let UnitOfWork { conn, ended, has_mail, changes, .. } = unit;
            conn.commit().await?;
            if has_mail {
                service.mail_added.notify_one();
            }
            for change in changes {
                // Nobody listens where no page is open.
                let _ = service.changes.send(change);
            }
            for ended in ended {
                let _ = service.ended.send(ended);
            }
            Ok(value)
        })
        .await
    }
}
