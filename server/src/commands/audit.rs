//! `audit`: every counter against its rows.

use std::process::ExitCode;

use service::Clock;

use super::{open, print, require_database};
use crate::config::Settings;

pub(super) async fn audit(settings: &Settings) -> Result<ExitCode, String> {
    require_database(settings)?;
    let service = open(settings, Clock::default()).await?;
    let findings = service.audit().await.map_err(|error| error.to_string())?;
    let mut is_clean = true;
    for finding in findings {
        is_clean &= finding.broken == 0;
        match finding.broken {
            0 => print(&format!("ok      {}", finding.invariant)),
            places => print(&format!("BROKEN  {} ({places} places)", finding.invariant)),
        }
    }
    service.close().await;
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
