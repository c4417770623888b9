//! What an admin decides about: new offers, new destinations, and what was changed after an approval.

use serde::{Deserialize, Serialize};

use crate::{Category, Offer, Page, Timestamp};

/// What an offer says and where it leads: what an admin approves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferContent {
    /// The offer's name.
    pub name: String,
    /// What it offers, in the partner's words.
    pub description: String,
    /// What affiliates earn, in words.
    pub commission_terms: String,
    /// Where visitors are sent.
    pub destination: String,
    /// The word of its category; empty for none.
    pub category: String,
}

/// A change of an approved offer that is live and that no admin has looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferChange {
    /// When its partner changed it last.
    pub changed_at: Timestamp,
    /// What was approved; the offer itself holds what it is now.
    pub before: OfferContent,
}

/// One field of a change: its label, what was approved, and what it is now.
pub type ChangedField = (&'static str, String, String);

impl OfferChange {
    /// The fields that differ from what was approved.
    pub fn changed_fields(&self, now: &Offer) -> Vec<ChangedField> {
        let before = &self.before;
        let label = |category: Option<Category>| category.map_or("", Category::label).to_owned();
        let (shelf_before, shelf_now) = (label(Category::parse(&before.category)), label(now.category));
        let fields = [
            ("Name", &before.name, &now.name),
            ("Destination", &before.destination, &now.destination),
            ("Commission terms", &before.commission_terms, &now.commission_terms),
            ("Category", &shelf_before, &shelf_now),
            ("Description", &before.description, &now.description),
        ];
        let changed = fields.into_iter().filter(|(_, before, now)| before != now);
        changed.map(|(label, before, now)| (label, before.clone(), now.clone())).collect()
    }
}

/// An offer that waits for an admin, with everything there is to decide about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferReview {
    /// The offer.
    pub offer: Offer,
    /// What was changed after its approval, if anything was.
    pub change: Option<OfferChange>,
    /// How many new offers and new destinations of this partner wait.
    pub waiting_of_partner: i64,
}

impl OfferReview {
    /// Whether the offer itself, or its new destination, waits for a decision.
    pub fn awaits_approval(&self) -> bool {
        self.offer.status == crate::OfferStatus::Pending || self.offer.pending_destination.is_some()
    }
}

/// A page of what waits, and how much waits in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewQueue {
    /// The page.
    pub page: Page<OfferReview>,
    /// All offers that wait.
    pub total: i64,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{OfferId, OfferStatus, PartnerId};

    fn offer() -> Offer {
        Offer {
            id: OfferId::from_uuid(Uuid::from_u128(1)),
            partner_id: PartnerId::from_uuid(Uuid::from_u128(2)),
            partner_name: "Acme".to_owned(),
            name: "Shoes".to_owned(),
            description: "Of leather".to_owned(),
            destination: "https://shop.example/".to_owned(),
            pending_destination: None,
            commission_terms: "8 %".to_owned(),
            category: Some(Category::Fashion),
            status: OfferStatus::Active,
            rejection_reason: None,
            created_at: Timestamp::default(),
            version: 2,
            clicks: 0,
            conversions: 0,
            affiliates: 0,
            waiting_applications: 0,
        }
    }

    #[test]
    fn only_what_differs_from_what_was_approved_is_changed() {
        let approved = offer();
        let before = OfferContent {
            name: approved.name.clone(),
            description: approved.description.clone(),
            commission_terms: approved.commission_terms.clone(),
            destination: approved.destination.clone(),
            category: "fashion".to_owned(),
        };
        let change = OfferChange { changed_at: Timestamp::default(), before };
        assert!(change.changed_fields(&approved).is_empty());
        let now = Offer { name: "Boots".to_owned(), category: None, ..approved };
        let fields = [
            ("Name", "Shoes".to_owned(), "Boots".to_owned()),
            ("Category", Category::Fashion.label().to_owned(), String::new()),
        ];
        assert_eq!(change.changed_fields(&now), fields);
    }

    #[test]
    fn an_offer_waits_for_its_approval_or_that_of_its_new_destination() {
        let awaits = |status: OfferStatus, pending: Option<&str>| {
            let offer = Offer { status, pending_destination: pending.map(str::to_owned), ..offer() };
            OfferReview { offer, change: None, waiting_of_partner: 1 }.awaits_approval()
        };
        assert!(awaits(OfferStatus::Pending, None));
        assert!(awaits(OfferStatus::Active, Some("https://new.example/")));
        assert!(!awaits(OfferStatus::Active, None), "a change that is live needs no approval");
    }
}
