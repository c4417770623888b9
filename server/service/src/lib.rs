#![doc = include_str!("../README.md")]

mod activity;
mod applications;
mod changes;
mod clicks;
mod client_network;
mod clock;
mod conversions;
mod jobs;
mod metrics;
mod offers;
mod organisations;
mod pace;
mod postbacks;
mod principal;
mod recorder;
mod reports;
mod secrets;
mod service;
mod sign_in;
mod unit_of_work;

pub use changes::{Audience, Change, SessionsEnded};
pub use clicks::{ClickRequest, Countries, TrackOutcome};
pub use client_network::ClientNetwork;
pub use clock::Clock;
pub use jobs::{Mailer, describe_smtp, run_jobs};
pub use metrics::Metrics;
pub use postbacks::{PostbackOutcome, PostbackReceipt};
pub use principal::{AdminSession, AffiliateSession, Operator, PartnerSession, Session};
pub use reports::{Export, ExportCell};
pub use secrets::Sealer;
pub use service::{Service, Settings};
pub use sign_in::{NewAccount, SessionToken, SignUp, SignedIn};
pub use store::{audit::Finding, versions::Version};
