//! What was done, as it is read. [Units of work](crate::unit_of_work) write it.

use domain::{ActivityFilter, ActivityRow, AppError, ListQuery, News, Page};

use crate::{Service, Session, unit_of_work::Recorded};

/// How old news can be.
const NEWS_MILLIS: i64 = 30 * 24 * 3_600_000;

impl Service {
    /// What was done that concerns this person, newest first.
    pub async fn list_activity(
        &self,
        session: &Session,
        list: &ListQuery<ActivityFilter>,
    ) -> Result<Page<ActivityRow>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(store::activity::list_activity(&mut conn, session.scope(), session.user_id(), list).await?)
    }

    /// What others did in the last month that concerns this person.
    pub async fn read_news(&self, session: &Session) -> Result<News, AppError> {
        let (mut conn, user) = (self.db.read().await?, session.user_id());
        let since = self.clock.now().plus_millis(-NEWS_MILLIS);
        let rows = store::activity::list_news(&mut conn, session.scope(), user, since).await?;
        let read_at = store::activity::news_read_at(&mut conn, user).await?;
        let unread = rows.iter().take_while(|row| row.id.made_at() > read_at).count();
        Ok(News { rows, unread })
    }

    /// Takes all of it for read.
    pub async fn mark_news_read(&self, session: &Session) -> Result<(), AppError> {
        let (user, now) = (session.user_id(), self.clock.now());
        self.write(session.actor(), move |unit| {
            Box::pin(async move {
                store::activity::set_news_read_at(&mut unit.conn, user, now).await?;
                Ok(((), Recorded::nothing()))
            })
        })
        .await
    }
}
