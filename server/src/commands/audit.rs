//! `audit`: the file itself, and every counter against its rows. It changes nothing.

use std::process::ExitCode;

use store::{Conn, Db, StoreError, audit::Finding};

use super::{named, print};
use crate::config::Settings;

pub(super) async fn audit(settings: &Settings) -> Result<ExitCode, String> {
    let db = Db::connect_read_only(&settings.database_url).await.map_err(named)?;
    let mut conn = db.snapshot().await.map_err(named)?;
    let is_clean = check(&mut conn).await.map_err(named)?;
    drop(conn);
    db.close().await;
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints a line for each check, and says whether all were passed.
async fn check(conn: &mut Conn) -> Result<bool, StoreError> {
    let of_file = store::audit::check_file(conn).await?;
    if !tell(&of_file) {
        print("Nothing else was checked: what is read from a damaged file may be anything. Restore a backup.");
        return Ok(false);
    }
    let is_clean = tell(&store::audit::check_invariants(conn).await?);
    let (clicks, conversions) = store::audit::count_rows(conn).await?;
    print(&format!("Checked: {clicks} clicks and {conversions} conversions"));
    Ok(is_clean)
}

fn tell(findings: &[Finding]) -> bool {
    for finding in findings {
        match finding.broken {
            0 => print(&format!("ok      {}", finding.invariant)),
            places => print(&format!("BROKEN  {} ({places} places)", finding.invariant)),
        }
    }
    findings.iter().all(|finding| finding.broken == 0)
}
