//! `admin create`: an admin from the command line.

use std::{
    io::{BufRead as _, IsTerminal as _},
    process::ExitCode,
};

use domain::{AppError, Role};
use service::{Clock, Operator, SignUp};

use super::{named, open, print};
use crate::config::Settings;

pub(super) async fn create_admin(settings: &Settings, email: String) -> Result<ExitCode, String> {
    store::Db::require(&settings.database_url).await.map_err(named)?;
    let service = open(settings, Clock::default()).await?;
    let password = read_password()?;
    let sign_up = SignUp { role: Role::Admin, name: "Admin".to_owned(), email: email.clone(), password };
    service.add_account(&Operator::of_this_machine(), &sign_up).await.map_err(|refusal| explain(&refusal))?;
    service.close().await;
    print(&format!("{email} is an admin now and can sign in at {}/signin", service.settings().public_url));
    Ok(ExitCode::SUCCESS)
}

fn read_password() -> Result<String, String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        eprint!("Password (at least 10 characters; it is shown while you type): ");
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).map_err(|error| format!("the password can't be read: {error}"))?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// A refusal in one line, every field named.
pub(super) fn explain(refusal: &AppError) -> String {
    match refusal {
        AppError::Invalid { fields } => {
            let named: Vec<_> = fields.iter().map(|error| format!("{} {}", error.field, error.message)).collect();
            named.join("; ")
        }
        other => other.to_string(),
    }
}
