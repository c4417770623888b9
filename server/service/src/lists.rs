//! What partners and affiliates look at: numbers, clicks, conversions.

use domain::{AppError, ClickRow, ConversionRow, ListQuery, OfferChoices, OfferId, Overview, Page};
use store::Scope;

use crate::{Service, Session};

/// The most characters of a name in a menu.
const CHOICE_CHARACTERS: usize = 60;

/// Leaves so many characters of a text, the last of them an ellipsis where some are missing.
fn cut(text: &mut String, most: usize) {
    if let Some((end, _)) = text.char_indices().nth(most) {
        let last = text.char_indices().nth(most.saturating_sub(1)).map_or(end, |(at, _)| at);
        text.truncate(last);
        text.push('…');
    }
}

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
    pub async fn overview(&self, session: &Session, days: u32) -> Result<Overview, AppError> {
        self.overview_of(scope(session), days).await
    }

    pub(crate) async fn overview_of(&self, scope: Scope, days: u32) -> Result<Overview, AppError> {
        let mut conn = self.db.read().await?;
        let (today, days) = (self.clock.now().day(), days.clamp(1, 366));
        Ok(store::overview::read_overview(&mut conn, scope, today, days).await?)
    }

    /// The clicks this person may see, newest first.
    pub async fn list_clicks(&self, session: &Session, list: &ListQuery) -> Result<Page<ClickRow>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(store::clicks::list_clicks(&mut conn, scope(session), list).await?)
    }

    /// The conversions this person may see, newest first.
    pub async fn list_conversions(&self, session: &Session, list: &ListQuery) -> Result<Page<ConversionRow>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(store::conversions::list_conversions(&mut conn, scope(session), list).await?)
    }

    /// The offers this person can filter by, `chosen` (`off_…`, or empty) among them. A menu that is as wide as the
    /// longest name is of no use: names are cut.
    pub async fn list_offer_names(&self, session: &Session, chosen: &str) -> Result<OfferChoices, AppError> {
        let mut conn = self.db.read().await?;
        let chosen = OfferId::parse(chosen).ok();
        let names = store::offers::list_offer_names(&mut conn, scope(session), chosen).await;
        let mut choices = names?;
        for (_, name) in &mut choices.offers {
            cut(name, CHOICE_CHARACTERS);
        }
        Ok(choices)
    }

    /// A number that changes with every click and conversion this person may see.
    pub async fn version(&self, session: &Session) -> Result<(i64, i64), AppError> {
        // A click of the last moment before midnight may be committed after it, and another server's clock be ahead.
        let today = self.clock.now().day();
        let mut conn = self.db.read().await?;
        let version =
            store::overview::read_version(&mut conn, scope(session), today.minus_days(1), today.minus_days(-1));
        Ok(version.await?)
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_long_name_is_cut_between_characters_and_a_short_one_is_left() {
        for (name, wanted) in [("", ""), ("äöü", "äöü"), ("äöüß", "äö…"), ("abcdef", "ab…")] {
            let mut text = name.to_owned();
            cut(&mut text, 3);
            assert_eq!(text, wanted);
        }
    }
}
