//! Reports that somebody keeps.

use serde::{Deserialize, Serialize};

use super::ReportQuery;
use crate::{Name, ReportId};

/// What a saved report is called.
pub type ReportName = Name<80>;

/// What is asked of a report, under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedReport {
    /// Which one.
    pub id: ReportId,
    /// What its owner calls it. No two of one person are called the same.
    pub name: String,
    /// What follows the `?` of its address.
    pub address: String,
    /// Whether it is what its owner sees first under Reports.
    pub is_default: bool,
    /// Whether it stands on its owner's first screen.
    pub is_pinned: bool,
}

/// What one of somebody's saved reports can be chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportPlace {
    /// To be seen first under Reports.
    Default,
    /// To stand on the first screen.
    Pinned,
}

impl ReportQuery {
    /// As it is kept: what is asked, and not the page that was looked at.
    #[must_use]
    pub fn to_keep(self) -> Self {
        Self { page: 0, open: Vec::new(), ..self }
    }
}
