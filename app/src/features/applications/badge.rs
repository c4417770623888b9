//! An application's status as a badge: the same word and colour wherever it appears.

use domain::ApplicationStatus;
use leptos::prelude::*;

use crate::ui::components::{Badge, Tone};

/// Where an application stands.
pub(crate) fn application_badge(status: ApplicationStatus) -> impl IntoView {
    let tone = match status {
        ApplicationStatus::Pending => Tone::Waiting,
        ApplicationStatus::Approved => Tone::Good,
        ApplicationStatus::Rejected | ApplicationStatus::Revoked => Tone::Refused,
        ApplicationStatus::Withdrawn => Tone::Neutral,
    };
    view! { <Badge tone=tone text=application_word(status) /> }
}

/// The statuses that lists of applications and links are filtered by.
pub(crate) fn application_statuses() -> Vec<(String, String)> {
    ApplicationStatus::ALL
        .into_iter()
        .map(|status| (status.as_str().to_owned(), application_word(status).to_owned()))
        .collect()
}

const fn application_word(status: ApplicationStatus) -> &'static str {
    match status {
        ApplicationStatus::Pending => "Pending",
        ApplicationStatus::Approved => "Approved",
        ApplicationStatus::Rejected => "Rejected",
        ApplicationStatus::Revoked => "Revoked",
        ApplicationStatus::Withdrawn => "Withdrawn",
    }
}
