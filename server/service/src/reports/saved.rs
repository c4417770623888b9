//! Reports that somebody keeps.

use domain::{
    AppError, ReportId,
    report::{Report, ReportName, ReportPlace, ReportQuery, SavedReport, ZoneName},
};
use store::reports as rows;

use super::report::Extent;
use crate::{Service, Session, unit_of_work::Recorded};

/// How many somebody keeps at most.
const MOST: usize = 50;

/// How many rows a report on a first screen has.
const PINNED_ROWS: usize = 10;

/// How long an address may be: as long as a browser can be relied on to send.
const LONGEST_ADDRESS: usize = 4_000;

impl Service {
    /// One's own saved reports, by their names.
    pub async fn list_saved_reports(&self, session: &Session) -> Result<Vec<SavedReport>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(rows::list_saved_reports(&mut conn, session.user_id()).await?)
    }

    /// The one that is chosen for a place.
    pub async fn find_saved_report(
        &self,
        session: &Session,
        place: ReportPlace,
    ) -> Result<Option<SavedReport>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(rows::find_saved_report(&mut conn, session.user_id(), place).await?)
    }

    /// The report that is chosen for the first screen, its first rows; nothing where none is, or it can't be counted any
    /// more, as one by a zone that there no longer is.
    pub async fn pinned_report(
        &self,
        session: &Session,
        own: &ZoneName,
    ) -> Result<Option<(SavedReport, Report)>, AppError> {
        let Some(saved) = self.find_saved_report(session, ReportPlace::Pinned).await? else { return Ok(None) };
        let query = ReportQuery::from_address(&saved.address);
        let _turn = self.report_permits.turn().await?;
        match self.whole_report(session, &query, own, Extent::Page).await {
            Ok(mut report) => {
                report.rows.truncate(PINNED_ROWS);
                Ok(Some((saved, report)))
            }
            Err(AppError::Invalid { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps what is asked under a name; one of the same name is replaced.
    pub async fn save_report(&self, session: &Session, name: &str, query: ReportQuery) -> Result<(), AppError> {
        let name = ReportName::parse(name).map_err(|error| AppError::field("name", error))?;
        let address = query.to_keep().address();
        if address.len() > LONGEST_ADDRESS {
            return Err(AppError::field("name", "can't be given to so many filters; take some away"));
        }
        let (user, id) = (session.user_id(), self.clock.new_id());
        self.write(session.actor(), move |unit| {
            Box::pin(async move {
                let kept = rows::list_saved_reports(&mut unit.conn, user).await?;
                if kept.len() >= MOST && kept.iter().all(|one| one.name != name.as_str()) {
                    let message = format!("would be that of report {}; {MOST} can be kept, delete one first", MOST + 1);
                    return Err(AppError::field("name", message));
                }
                rows::save_report(&mut unit.conn, id, user, &name, &address).await?;
                Ok(((), Recorded::nothing()))
            })
        })
        .await
    }

    /// Keeps one of one's own no more.
    pub async fn delete_saved_report(&self, session: &Session, id: ReportId) -> Result<(), AppError> {
        let user = session.user_id();
        self.write(session.actor(), move |unit| {
            Box::pin(async move {
                let was_there = rows::delete_saved_report(&mut unit.conn, user, id).await?;
                if was_there { Ok(((), Recorded::nothing())) } else { Err(AppError::NotFound) }
            })
        })
        .await
    }

    /// Chooses one of one's own for a place, or none.
    pub async fn choose_saved_report(
        &self,
        session: &Session,
        place: ReportPlace,
        chosen: Option<ReportId>,
    ) -> Result<(), AppError> {
        let user = session.user_id();
        self.write(session.actor(), move |unit| {
            Box::pin(async move {
                let is_there = rows::choose_saved_report(&mut unit.conn, user, place, chosen).await?;
                if is_there { Ok(((), Recorded::nothing())) } else { Err(AppError::NotFound) }
            })
        })
        .await
    }
}
