#![doc = include_str!("../README.md")]

mod account;
mod api_key;
mod application;
mod click;
mod conversion;
mod currency;
mod destination;
mod ids;
mod money;
mod offer;
mod overview;
mod paging;
pub mod postback;
mod refusal;
mod slug;
mod text;
mod time;
mod unseen;

pub use account::{Account, Email, InvalidEmail, Password, PersonName, Role, UserRow};
pub use api_key::ApiKey;
pub use application::{Application, ApplicationMessage, ApplicationStatus, Decision};
pub use click::{ClickKind, ClickRow, Referer, UserAgent};
pub use conversion::{ConversionRow, ConversionStatus, InvalidStatus, InvalidTransactionId, TransactionId};
pub use currency::{Currency, InvalidCurrency};
pub use destination::{Destination, InvalidDestination};
pub use ids::{
    AffiliateId, ApplicationId, ClickId, ConversionId, Id, InvalidId, Kind, LinkId, OfferId, PartnerId, UserId, kinds,
};
pub use money::{Amount, DecimalError, Total};
pub use offer::{
    MarketplaceOffer, Offer, OfferAction, OfferChoices, OfferCounts, OfferDraft, OfferInput, OfferStatus, TrackingLink,
};
pub use overview::{BestAffiliate, DayPoint, Earnings, Overview};
pub use paging::{ListQuery, Page};
pub use refusal::{FieldError, Refusal};
pub use slug::{InvalidSlug, Slug};
pub use text::{BoundedText, InvalidText, shorten_to_bytes};
pub use time::{Day, Timestamp};
pub use unseen::{is_unseen, joins, trim_unseen};
