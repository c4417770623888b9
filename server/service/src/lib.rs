#![doc = include_str!("../README.md")]

mod accounts;
mod admin;
mod applications;
mod changes;
mod clock;
mod keys;
mod known_networks;
mod limits;
mod lists;
mod mail;
mod maintenance;
mod metrics;
mod offers;
mod pace;
mod passwords;
mod postback;
mod recorder;
mod resets;
mod reviews;
mod secrets;
mod sessions;
mod settings;
mod track;

pub use accounts::{NewAccount, SignUp};
pub use changes::{Change, SessionsEnded};
pub use clock::Clock;
pub use mail::{Mailer, describe_smtp};
pub use metrics::Metrics;
pub use postback::{PostbackOutcome, PostbackReceipt};
pub use secrets::Sealer;
pub use sessions::{AdminSession, AffiliateSession, PartnerSession, Session, SessionToken, SignedIn};
pub use settings::{Service, Settings};
pub use store::audit::Finding;
pub use track::{ClickRequest, TrackOutcome};
