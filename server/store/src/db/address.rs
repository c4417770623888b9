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
}
