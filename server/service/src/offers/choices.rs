//! The offers that a list can be filtered by.

use domain::{AppError, OfferChoices, OfferId};

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

impl Service {
    /// The offers this person can filter by, `chosen` (`off_…`, or empty) among them. A menu that is as wide as the
    /// longest name is of no use: names are cut.
    pub async fn list_offer_names(&self, session: &Session, chosen: Option<OfferId>) -> Result<OfferChoices, AppError> {
        let mut conn = self.db.read().await?;
        let names = store::offers::list_offer_names(&mut conn, session.scope(), chosen).await;
        let mut choices = names?;
        for (_, name) in &mut choices.offers {
            cut(name, CHOICE_CHARACTERS);
        }
        Ok(choices)
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
