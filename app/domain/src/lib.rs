#![doc = include_str!("../README.md")]

mod activity;
mod agent;
mod api_key;
mod application;
mod click;
pub mod conversion;
mod country;
mod error;
mod ids;
mod list;
mod money;
mod offer;
mod organisation;
pub mod postback;
mod profile;
pub mod report;
mod sign_in;
mod text;
mod time;
pub mod tracking;

pub use activity::{Action, ActivityActor, ActivityFilter, ActivityNoun, ActivityRow, Actor, FieldChange, News};
pub use agent::{AgentClass, Device, referring_site};
pub use api_key::{ApiKey, KeyOwner, KeyScope, KeyScopes};
pub use application::{
    Application, ApplicationDecision, ApplicationFilter, ApplicationMessage, ApplicationStatus, DecisionReason,
    LinkFilter,
};
pub use click::{ClickDetail, ClickFilter, ClickKind, ClickOrder, ClickRow, Referer, UserAgent};
pub use conversion::{
    ConversionDetail, ConversionFilter, ConversionOrder, ConversionRow, ConversionState, ConversionStatus,
    InvalidStatus, InvalidTransactionId, TransactionId,
};
pub use country::{Country, InvalidCountry};
pub use error::{AppError, FieldError};
pub use ids::{
    ActivityId, AffiliateId, ApiKeyId, ApplicationId, ClickId, ConversionId, Id, InvalidId, JobId, Kind, LinkId,
    OfferId, PartnerId, ReportId, UserId, kinds,
};
pub use list::{
    AddressField, AddressWord, Cursor, FilterPart, ListFilter, ListQuery, Page, Place, ROWS_PER_PAGE, SearchText, Words,
};
pub use money::{Amount, Currency, DecimalError, InvalidCurrency, Total};
pub use offer::{
    CONFIRMED_DESTINATION, Category, ChangedField, MarketplaceFilter, MarketplaceGroup, MarketplaceOffer,
    MarketplaceOrder, Offer, OfferAction, OfferChange, OfferChoices, OfferContent, OfferCounts, OfferDraft,
    OfferFilter, OfferInput, OfferOrder, OfferReview, OfferStatus, ReviewFilter, ReviewQueue, TrackingLink,
};
pub use organisation::{
    AffiliateFilter, AffiliateGroup, AffiliateNote, AffiliateRow, Member, Organisation, OrganisationDetail,
};
pub use postback::{AnswerCode, WarningCode};
pub use profile::{Channel, Profile, ProfileInput};
pub use report::Earnings;
pub use sign_in::{
    Account, Email, InvalidEmail, OwnSession, Password, PersonName, Role, UserFilter, UserGroup, UserRow,
};
pub use text::{BoundedText, InvalidText, Name, is_unseen, joins, shorten_to_bytes, trim_unseen};
pub use time::{Day, Timestamp};
pub use tracking::{Destination, DestinationQuestion, InvalidDestination, InvalidSlug, LinkRules, Slug};
