//! `backup`: a consistent copy of the embedded database, while it is in use.

use std::{path::Path, process::ExitCode};

use super::{print, require_database};
use crate::config::Settings;

pub(super) async fn backup(settings: &Settings, file: &Path) -> Result<ExitCode, String> {
    require_database(settings)?;
    let db = store::Db::open(&settings.database_url).await.map_err(|error| format!("DATABASE_URL: {error}"))?;
    db.backup_to(file).await.map_err(|error| error.to_string())?;
    db.close().await;
    print(&format!("A copy of the database is in {}", file.display()));
    Ok(ExitCode::SUCCESS)
}
