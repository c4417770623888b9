//! `backup`: a consistent copy of the embedded database, while it is in use.

use std::{path::Path, process::ExitCode};

use super::{named, print};
use crate::config::Settings;

pub(super) async fn backup(settings: &Settings, file: &Path) -> Result<ExitCode, String> {
    store::Db::backup(&settings.database_url, file).await.map_err(named)?;
    print(&format!("A copy of the database is in {}", file.display()));
    Ok(ExitCode::SUCCESS)
}
