//! `migrate`: brings the database to this program's version, and ends.

use std::process::ExitCode;

use store::{Db, Migrated};

use super::{named, print};
use crate::config::Settings;

pub(super) async fn migrate(settings: &Settings) -> Result<ExitCode, String> {
    let migrated = Db::migrate(&settings.database_url).await.map_err(named)?;
    print(&match migrated {
        Migrated { from: None, to } => format!("The database is new, at version {to}"),
        Migrated { from: Some(from), to } if from == to => format!("The database is at version {to} already"),
        Migrated { from: Some(from), to } => format!("The database was at version {from}, and is at version {to} now"),
    });
    Ok(ExitCode::SUCCESS)
}
