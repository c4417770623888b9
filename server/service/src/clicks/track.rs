//! A tracking link is opened.

use domain::{AppError, ClickKind, Destination, Referer, Slug, UserAgent};
use store::clicks::{NewClick, find_link};

use crate::{Service, recorder::COMMIT_DEADLINE};

/// What a request to a tracking link says of itself.
#[derive(Debug, Clone)]
pub struct ClickRequest {
    /// The link.
    pub slug: Slug,
    /// The client's address.
    pub ip: String,
    /// The client's program.
    pub user_agent: UserAgent,
    /// Where it comes from.
    pub referer: Referer,
    /// Whether the browser says that it only loads ahead.
    pub prefetch: bool,
}

/// Where a visitor goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrackOutcome {
    /// To this address; the click is on disk.
    Redirect(String),
    /// To the homepage: the link isn't live, and nothing was recorded.
    NotLive,
    /// Nowhere: there is no such link.
    Unknown,
    /// The click could not be committed in time.
    Unavailable,
}

impl Service {
    /// Records a click and says where to send the visitor. "Committed to disk before the 302 is sent."
    pub async fn track(&self, visit: ClickRequest) -> TrackOutcome {
        let click = NewClick {
            id: self.clock.new_id(),
            slug: visit.slug,
            kind: ClickKind::of(visit.user_agent.as_str(), visit.prefetch),
            country: self.countries.of(&visit.ip),
            ip: visit.ip,
            user_agent: visit.user_agent,
            referer: visit.referer,
        };
        let id = click.id;
        match self.recorder.click(click).await {
            Ok(Some(link)) if link.rules.is_live() => {
                TrackOutcome::Redirect(link.destination.with_click(id, link.offer_id, link.affiliate_id))
            }
            Ok(Some(_)) => TrackOutcome::NotLive,
            Ok(None) => TrackOutcome::Unknown,
            Err(_) => {
                self.metrics.count_unavailable();
                TrackOutcome::Unavailable
            }
        }
    }

    /// Where a link leads, without a click: what a HEAD asks.
    pub async fn peek(&self, slug: &Slug) -> Result<Option<Option<Destination>>, AppError> {
        let resolved = tokio::time::timeout(COMMIT_DEADLINE, async {
            let mut conn = self.db.read().await?;
            find_link(&mut conn, slug).await
        });
        let link = resolved.await.map_err(|_| AppError::Unavailable)??;
        Ok(link.map(|link| link.rules.is_live().then_some(link.destination)))
    }
}
