//! Offers: what partners publish and affiliates promote.

mod category;
mod filter;
mod review;
mod status;

use serde::{Deserialize, Serialize};

pub use self::category::Category;
pub use self::filter::{MarketplaceFilter, MarketplaceGroup, MarketplaceOrder, OfferFilter, OfferOrder, ReviewFilter};
pub use self::review::{ChangedField, OfferChange, OfferContent, OfferReview, ReviewQueue};
pub use self::status::{OfferAction, OfferStatus};
use crate::{
    ApplicationStatus, BoundedText, Destination, Earnings, FieldError, LinkId, LinkRules, Name, OfferId, PartnerId,
    Profile, Slug, Timestamp, trim_unseen,
};

/// What a partner fills in, unchecked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferInput {
    /// Name, 1 to 120 characters.
    pub name: String,
    /// Description, at most 4,000 characters.
    pub description: String,
    /// Where visitors are sent.
    pub destination: String,
    /// What affiliates earn, in words.
    pub commission_terms: String,
    /// The word of its [`Category`]; empty for none.
    pub category: String,
    /// The destination again, where its partner was asked about it and says that it is meant as it is: another address
    /// is asked about again.
    pub confirmed_destination: String,
}

/// The field in which [`OfferInput::confirmed_destination`] is sent, and under which the question is refused.
pub const CONFIRMED_DESTINATION: &str = "confirmed_destination";

impl OfferInput {
    /// Whether what is rarely meant in the destination was confirmed.
    pub fn confirms_destination(&self) -> bool {
        trim_unseen(&self.confirmed_destination) == trim_unseen(&self.destination)
    }
}

/// What a partner filled in, checked.
#[derive(Debug, Clone)]
pub struct OfferDraft {
    /// Name, 1 to 120 characters.
    pub name: Name<120>,
    /// Description, at most 4,000 characters.
    pub description: BoundedText<0, 4000>,
    /// Where visitors are sent.
    pub destination: Destination,
    /// What affiliates earn, in words, at most 500 characters.
    pub commission_terms: BoundedText<0, 500>,
    /// On which shelf of the marketplace it stands.
    pub category: Option<Category>,
}

impl OfferDraft {
    /// Offers of one partner that may await an admin at a time: the review queue is everybody's.
    pub const MOST_WAITING: i64 = 50;

    /// Checks every field, and names every one that is wrong.
    pub fn parse(input: &OfferInput) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = FieldError::collect(&mut errors, "name", Name::parse(&input.name));
        let description = FieldError::collect(&mut errors, "description", BoundedText::parse(&input.description));
        let destination = FieldError::collect(&mut errors, "destination", Destination::parse(&input.destination));
        let terms = BoundedText::parse(&input.commission_terms);
        let commission_terms = FieldError::collect(&mut errors, "commission_terms", terms);
        let category = FieldError::collect(&mut errors, "category", category::read_category(&input.category));
        match (name, description, destination, commission_terms, category) {
            (Some(name), Some(description), Some(destination), Some(commission_terms), Some(category)) => {
                Ok(Self { name, description, destination, commission_terms, category })
            }
            _ => Err(errors),
        }
    }
}

/// An offer as its partner and the admins see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Which offer.
    pub id: OfferId,
    /// The partner who publishes it.
    pub partner_id: PartnerId,
    /// The partner's name.
    pub partner_name: String,
    /// The offer's name.
    pub name: String,
    /// What it offers, in the partner's words.
    pub description: String,
    /// Where visitors are sent now.
    pub destination: String,
    /// Where they would be sent once an admin approves the change.
    pub pending_destination: Option<String>,
    /// What affiliates earn, in words.
    pub commission_terms: String,
    /// On which shelf of the marketplace it stands.
    pub category: Option<Category>,
    /// Where it stands.
    pub status: OfferStatus,
    /// Why an admin refused it, or its new destination.
    pub rejection_reason: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Counts its partner's edits, from 1: an admin who decides names the version that was looked at.
    pub version: i64,
    /// Clicks over all links.
    pub clicks: i64,
    /// Conversions over all links, whatever their status.
    pub conversions: i64,
    /// Affiliates that may promote it.
    pub affiliates: i64,
    /// Applications that wait for the partner.
    pub waiting_applications: i64,
}

/// An active offer as affiliates see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketplaceOffer {
    /// Which offer.
    pub id: OfferId,
    /// The offer's name.
    pub name: String,
    /// The name of the partner who publishes it.
    pub partner_name: String,
    /// What it offers, in the partner's words.
    pub description: String,
    /// Where visitors land.
    pub destination: String,
    /// What affiliates earn, in words.
    pub commission_terms: String,
    /// On which shelf it stands.
    pub category: Option<Category>,
    /// Where one's own application stands, if there is one.
    pub application: Option<ApplicationStatus>,
    /// What one has written with it.
    pub message: String,
    /// Why its partner decided as they did; empty where they said nothing.
    pub reason: String,
    /// What the partner says of itself.
    pub partner: Profile,
}

/// The offers that a list can be filtered by: the newest, and the one that is chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferChoices {
    /// Each with its name, in the order of names.
    pub offers: Vec<(OfferId, String)>,
    /// How many more there are.
    pub unlisted: i64,
}

/// How many offers a partner has, and what waits for the partner in all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferCounts {
    /// Offers, whatever their status.
    pub offers: i64,
    /// Those that an admin has approved, paused ones among them.
    pub approved: i64,
    /// Those that an admin has rejected.
    pub rejected: i64,
    /// Conversions of all of them ever.
    pub conversions: i64,
    /// Applications that wait for a decision.
    pub waiting_applications: i64,
}

/// A tracking link as its affiliate sees it, with its counters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackingLink {
    /// Which link.
    pub id: LinkId,
    /// The last part of its address.
    pub slug: Slug,
    /// The offer it promotes.
    pub offer_id: OfferId,
    /// The offer's name.
    pub offer_name: String,
    /// The name of the partner who publishes it.
    pub partner_name: String,
    /// Why its partner decided as they did about the application; empty where they said nothing.
    pub reason: String,
    /// What decides whether visitors reach the offer now; else they go to the homepage.
    pub rules: LinkRules,
    /// Every click.
    pub clicks: i64,
    /// Clicks of people, without bots and prefetches.
    pub visits: i64,
    /// Every conversion, whatever its status.
    pub conversions: i64,
    /// Conversions that await confirmation.
    pub pending: i64,
    /// What it earned, per currency.
    pub earnings: Vec<Earnings>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named() {
        let input = OfferInput { name: " ".into(), destination: "shop".into(), ..OfferInput::default() };
        let errors = OfferDraft::parse(&input).unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["name", "destination"]);
    }

    #[test]
    fn a_confirmation_is_of_one_destination() {
        let input = |destination: &str, confirmed: &str| OfferInput {
            destination: destination.into(),
            confirmed_destination: confirmed.into(),
            ..OfferInput::default()
        };
        assert!(input("https://shop.example/{a} ", " https://shop.example/{a}").confirms_destination());
        assert!(!input("https://shop.example/{b}", "https://shop.example/{a}").confirms_destination());
        assert!(!input("https://shop.example/{b}", "").confirms_destination());
    }
}
