#![doc = include_str!("../README.md")]

mod account;
mod answer_code;
mod api_key;
mod application;
mod click;
mod conversion;
mod currency;
mod destination;
mod destination_question;
mod email;
mod error;
mod html;
mod ids;
mod money;
mod offer;
mod offer_review;
mod overview;
mod own_site;
mod paging;
pub mod postback;
mod slug;
mod text;
mod time;
mod unseen;

pub use account::{Account, Password, PersonName, Role, UserRow};
pub use answer_code::{AnswerCode, WarningCode};
pub use api_key::ApiKey;
pub use application::{Application, ApplicationMessage, ApplicationStatus, Decision};
pub use click::{ClickKind, ClickRow, Referer, UserAgent};
pub use conversion::{ConversionRow, ConversionStatus, InvalidStatus, InvalidTransactionId, TransactionId};
pub use currency::{Currency, InvalidCurrency};
pub use destination::{Destination, InvalidDestination};
pub use destination_question::DestinationQuestion;
pub use email::{Email, InvalidEmail};
pub use error::{AppError, FieldError};
pub use ids::{
    AffiliateId, ApplicationId, ClickId, ConversionId, Id, InvalidId, Kind, LinkId, OfferId, PartnerId, UserId, kinds,
};
pub use money::{Amount, DecimalError, Total};
pub use offer::{
    CONFIRMED_DESTINATION, MarketplaceOffer, Offer, OfferAction, OfferChoices, OfferCounts, OfferDraft, OfferInput,
    OfferStatus, TrackingLink,
};
pub use offer_review::{ChangedField, OfferChange, OfferContent, OfferReview, ReviewQueue};
pub use overview::{BestAffiliate, DayPoint, Earnings, Overview};
pub use paging::{Cursor, ListQuery, Page, Place};
pub use slug::{InvalidSlug, Slug};
pub use text::{BoundedText, InvalidText, Name, shorten_to_bytes};
pub use time::{Day, Timestamp};
pub use unseen::{is_unseen, joins, trim_unseen};
