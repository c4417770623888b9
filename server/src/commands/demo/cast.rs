//! Who is in the demo network, and what they do.

use domain::{ApplicationStatus, Category, OfferInput, OfferStatus};

/// Name and email of each partner.
pub(super) const PARTNERS: [(&str, &str); 2] =
    [("Northwind Coffee", "partner1@demo.example"), ("Lumen Learning", "partner2@demo.example")];

/// Name and email of each affiliate.
pub(super) const AFFILIATES: [(&str, &str); 5] = [
    ("Bean Diaries", "affiliate1@demo.example"),
    ("Ada Okafor", "affiliate2@demo.example"),
    ("The Study Desk", "affiliate3@demo.example"),
    ("Kaffeeklatsch", "affiliate4@demo.example"),
    ("Jun Park Reviews", "affiliate5@demo.example"),
];

/// What the partners say of themselves: site and text.
pub(super) const PARTNER_PROFILES: [(&str, &str); 2] = [
    ("https://northwind.example", "Coffee roasted to order since 2011, shipped in all of Europe."),
    ("https://lumen.example", "Language courses for adults, live and on demand."),
];

/// What the affiliates say of themselves: site, channels, countries, text. The last one hasn't said anything yet.
pub(super) const AFFILIATE_PROFILES: [(&str, &[&str], &str, &str); 4] = [
    (
        "https://beandiaries.example",
        &["content", "seo", "email"],
        "GB, IE, US",
        "Tested home espresso gear and beans, 40,000 readers a month.",
    ),
    ("https://adaokafor.example", &["email", "social"], "NG, GB", "A weekly letter on kitchens and tools."),
    ("https://studydesk.example", &["content", "comparison"], "US, CA", "Study guides for adult learners."),
    ("https://kaffeeklatsch.example", &["video", "other"], "DE, AT, CH", "Podcast auf Deutsch über Kaffee."),
];

/// What is told to whoever is rejected or revoked.
pub(super) const REASON: &str = "Your audience is outside of the countries we ship to.";

/// An offer, and the state it ends in.
pub(super) struct DemoOffer {
    pub(super) partner: usize,
    pub(super) name: &'static str,
    pub(super) destination: &'static str,
    pub(super) terms: &'static str,
    pub(super) currency: &'static str,
    /// Commission per sale, in hundredths of a unit.
    pub(super) commission: i64,
    pub(super) status: OfferStatus,
}

pub(super) const OFFERS: [DemoOffer; 8] = [
    offer(
        0,
        "Espresso starter set",
        "https://northwind.example/espresso?from=network",
        "12 USD per sale",
        "USD",
        1200,
        OfferStatus::Active,
    ),
    offer(
        0,
        "Coffee subscription",
        "https://northwind.example/subscribe#plans",
        "20 EUR per new subscriber",
        "EUR",
        2000,
        OfferStatus::Active,
    ),
    offer(
        0,
        "Cold brew summer pack",
        "https://northwind.example/cold-brew",
        "8% of the order",
        "USD",
        350,
        OfferStatus::Pending,
    ),
    offer(
        0,
        "Advent calendar 2025",
        "https://northwind.example/advent",
        "5 USD per sale",
        "USD",
        500,
        OfferStatus::Archived,
    ),
    offer(
        1,
        "Evening French course",
        "https://lumen.example/french?ref=aff",
        "15% of the course fee",
        "EUR",
        4350,
        OfferStatus::Active,
    ),
    offer(1, "Trial lesson", "https://lumen.example/trial", "3 USD per trial", "USD", 300, OfferStatus::Active),
    offer(1, "Summer school", "https://lumen.example/summer", "50 EUR per booking", "EUR", 5000, OfferStatus::Paused),
    offer(
        1,
        "Certificate in a day",
        "https://lumen.example/certificate",
        "40 USDT per certificate",
        "USDT",
        4000,
        OfferStatus::Rejected,
    ),
];

const fn offer(
    partner: usize,
    name: &'static str,
    destination: &'static str,
    terms: &'static str,
    currency: &'static str,
    commission: i64,
    status: OfferStatus,
) -> DemoOffer {
    DemoOffer { partner, name, destination, terms, currency, commission, status }
}

/// What the partner fills in.
pub(super) fn offer_input(offer: &DemoOffer) -> OfferInput {
    OfferInput {
        name: offer.name.to_owned(),
        description: format!(
            "{}, from {}.\n\nNo brand bidding; mails only to people who asked for them.",
            offer.name, PARTNERS[offer.partner].0
        ),
        destination: offer.destination.to_owned(),
        commission_terms: offer.terms.to_owned(),
        category: if offer.partner == 0 { Category::Food } else { Category::Education }.as_str().to_owned(),
        ..OfferInput::default()
    }
}

/// The offer of [`OFFERS`] whose partner changed it after its approval, and what the terms are now.
pub(super) const CHANGED_OFFER: (usize, &str) = (5, "2 USD per trial, for new students only");

/// An application, and the state it ends in.
pub(super) struct DemoApplication {
    pub(super) offer: usize,
    pub(super) affiliate: usize,
    pub(super) message: &'static str,
    pub(super) status: ApplicationStatus,
}

pub(super) const APPLICATIONS: [DemoApplication; 15] = [
    application(0, 0, "I write about home espresso, 40,000 readers a month.", ApplicationStatus::Approved),
    application(0, 1, "Newsletter on kitchens and tools.", ApplicationStatus::Approved),
    application(0, 3, "Podcast auf Deutsch über Kaffee.", ApplicationStatus::Approved),
    application(0, 4, "Gadget reviews on video.", ApplicationStatus::Pending),
    application(1, 0, "I compare subscriptions every spring.", ApplicationStatus::Approved),
    application(1, 3, "Unsere Hörer fragen oft nach Abos.", ApplicationStatus::Approved),
    application(1, 2, "Coffee for students!", ApplicationStatus::Rejected),
    application(2, 1, "Looking forward to summer.", ApplicationStatus::Approved),
    application(4, 2, "Study guides for adult learners.", ApplicationStatus::Approved),
    application(4, 1, "", ApplicationStatus::Approved),
    application(4, 4, "Language apps and courses, reviewed.", ApplicationStatus::Approved),
    application(4, 0, "A series on Paris cafés.", ApplicationStatus::Revoked),
    application(5, 2, "Trial lessons convert well on our site.", ApplicationStatus::Approved),
    application(6, 2, "Summer is our best season.", ApplicationStatus::Approved),
    application(5, 0, "A page on travelling for coffee.", ApplicationStatus::Withdrawn),
];

const fn application(
    offer: usize,
    affiliate: usize,
    message: &'static str,
    status: ApplicationStatus,
) -> DemoApplication {
    DemoApplication { offer, affiliate, message, status }
}
