//! What partners and affiliates look at: numbers, clicks, conversions.

use domain::{ClickRow, ConversionRow, ListQuery, OfferId, Overview, Page, Refusal};
use store::Scope;

use crate::{Service, Session, settings::unavailable};

/// What somebody may see is decided here, once.
fn scope(session: &Session) -> Scope {
    match session {
        Session::Partner(partner) => Scope::Partner(partner.partner_id),
        Session::Affiliate(affiliate) => Scope::Affiliate(affiliate.affiliate_id),
        Session::Admin(_) => Scope::Network,
    }
}

impl Service {
    /// The numbers of the last days, of what this person may see.
    pub async fn overview(&self, session: &Session, days: u32) -> Result<Overview, Refusal> {
        self.overview_of(scope(session), days).await
    }

    pub(crate) async fn overview_of(&self, scope: Scope, days: u32) -> Result<Overview, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        let (today, days) = (self.clock.now().day(), days.clamp(1, 366));
        store::overview::read_overview(&mut conn, scope, today, days).await.map_err(unavailable)
    }

    /// The clicks this person may see, newest first.
    pub async fn list_clicks(&self, session: &Session, list: &ListQuery) -> Result<Page<ClickRow>, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        store::clicks::list_clicks(&mut conn, scope(session), list).await.map_err(unavailable)
    }

    /// The conversions this person may see, newest first.
    pub async fn list_conversions(&self, session: &Session, list: &ListQuery) -> Result<Page<ConversionRow>, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        store::conversions::list_conversions(&mut conn, scope(session), list).await.map_err(unavailable)
    }

    /// Id and name of the offers this person can filter by.
    pub async fn list_offer_names(&self, session: &Session) -> Result<Vec<(OfferId, String)>, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        store::offers::list_offer_names(&mut conn, scope(session)).await.map_err(unavailable)
    }

    /// A number that changes with every click and conversion this person may see.
    pub async fn version(&self, session: &Session) -> Result<(i64, i64), Refusal> {
        // A click of the last moment before midnight may be committed after it, and another server's clock be ahead.
        let today = self.clock.now().day();
        let mut conn = self.db.read().await.map_err(unavailable)?;
        store::overview::read_version(&mut conn, scope(session), today.minus_days(1), today.minus_days(-1))
            .await
            .map_err(unavailable)
    }
}
