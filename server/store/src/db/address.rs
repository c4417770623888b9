//! What `DATABASE_URL` may say.

use std::path::PathBuf;

use crate::StoreError;

const EXAMPLE: &str = "for example sqlite://data/something.db";

/// Which database, on which engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address<'u> {
    /// A file. Its path is taken as it is written: nothing in it is percent-decoded.
    Sqlite(PathBuf),
    /// A server, by its whole URL.
    Postgres(&'u str),
}

impl<'u> Address<'u> {
    /// Refuses what names no file that lasts, and what would name another file than it seems to.
    pub(super) fn parse(url: &'u str) -> Result<Self, StoreError> {
        let refused = |why: &str| Err(StoreError::Setup(format!("{why}, {EXAMPLE}")));
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            check_parameters(url)?;
            return Ok(Self::Postgres(url));
        }
        match url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
            None => refused("wanted an address that begins with sqlite:// or postgres://"),
            Some("") => refused("wanted the path of a file after sqlite://"),
            Some(":memory:") => refused("a database in memory would be gone with the program: wanted a file"),
            Some(path) if path.contains('?') => refused("sqlite:// takes no parameters: wanted a path without `?`"),
            Some(path) if path.starts_with("file:") => refused("wanted a path without `file:` after sqlite://"),
            Some(path) => Ok(Self::Sqlite(PathBuf::from(path))),
        }
    }
}

/// What may stand after the `?` of a server's address, beside other spellings of the same and `options[name]`.
const PARAMETERS: [&str; 12] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];
const OTHER_PARAMETERS: [&str; 6] =
    ["ssl-mode", "ssl-root-cert", "ssl-ca", "ssl-cert", "ssl-key", "statement-cache-capacity"];

/// Refuses a parameter that the driver does not know: it would be passed over, and logged with its value, which may be a
/// password.
fn check_parameters(url: &str) -> Result<(), StoreError> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        let is_known = PARAMETERS.contains(&name) || OTHER_PARAMETERS.contains(&name) || name.starts_with("options[");
        if is_known {
            continue;
        }
        // What is no name may be a piece of a password that has a `?` in it.
        let is_name =
            pair.len() > name.len() && name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_-".contains(&byte));
        let what = if is_name { format!("the parameter `{name}`") } else { "what stands after its `?`".to_owned() };
        return Err(StoreError::Setup(format!("{what} is not known: wanted one of {}", PARAMETERS.join(", "))));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_as_it_is_written() {
        for (url, path) in [
            ("sqlite://data/something.db", "data/something.db"),
            ("sqlite:data/something.db", "data/something.db"),
            ("sqlite:///srv/f.db", "/srv/f.db"),
            ("sqlite:///srv/my%20f.db", "/srv/my%20f.db"),
            ("sqlite:///srv/my f#1.db", "/srv/my f#1.db"),
        ] {
            assert_eq!(Address::parse(url).unwrap(), Address::Sqlite(PathBuf::from(path)), "{url}");
        }
        let url = "postgresql://somebody@db.example/network?sslmode=require";
        assert_eq!(Address::parse(url).unwrap(), Address::Postgres(url));
    }

    #[test]
    fn what_names_no_lasting_file_is_refused_with_an_example() {
        let queries = ["sqlite://f.db?mode=ro", "sqlite:f.db?", "sqlite://?mode=memory", "sqlite:///srv/what?.db"];
        let nowhere = ["sqlite://", "sqlite:", "sqlite::memory:", "sqlite://:memory:", "sqlite://file:f.db"];
        let others = ["", "f.db", "mysql://localhost/network", "SQLite://f.db", " sqlite://f.db"];
        for url in [queries.as_slice(), nowhere.as_slice(), others.as_slice()].concat() {
            let refused = Address::parse(url);
            assert!(matches!(&refused, Err(StoreError::Setup(text)) if text.contains(EXAMPLE)), "{url}: {refused:?}");
        }
    }

    #[test]
    fn parameters_of_a_server_are_known_or_refused_without_their_values() {
        for known in ["sslmode=require", "host=/run/pg&user=me", "options[work_mem]=8MB", "", "&", "ssl-ca=a#b"] {
            let url = format!("postgres://db.example/network?{known}");
            assert_eq!(Address::parse(&url).unwrap(), Address::Postgres(&url));
        }
        for unknown in ["passwd=SECRET", "sslmode=require&passwd=SECRET", "SECRET", "SECRET=", "%53ECRET=1"] {
            let url = format!("postgres://db.example/network?{unknown}");
            let refused = Address::parse(&url).unwrap_err().to_string();
            assert!(!refused.contains("ECRET") && refused.contains("sslmode, "), "{refused}");
            assert_eq!(refused.contains("`passwd`"), unknown.contains("passwd"), "{refused}");
        }
    }
}
