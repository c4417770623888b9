//! The countries of addresses.

use std::{
    fmt,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use domain::Country;
use maxminddb::{Reader, path};
use tokio::sync::watch;

/// How often is looked whether the file has become another.
const LOOK_AGAIN: Duration = Duration::from_mins(1);

/// Tells countries by a file in MMDB format, which may become another while this runs; without one nothing is known.
#[derive(Clone, Default)]
pub struct Countries(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    Nothing,
    File(Arc<Known>),
    MadeUp(fn(IpAddr) -> Option<Country>),
}

struct Known {
    file: PathBuf,
    reader: RwLock<Read>,
}

/// What was read of the file, and when the file was written.
#[derive(Default)]
struct Read {
    reader: Option<Reader<Vec<u8>>>,
    written_at: Option<SystemTime>,
}

impl fmt::Debug for Countries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Nothing => f.write_str("Countries(nothing)"),
            Source::File(known) => f.debug_tuple("Countries").field(&known.file).finish(),
            Source::MadeUp(_) => f.write_str("Countries(made up)"),
        }
    }
}

impl Countries {
    /// By a file; an error if it can't be read, or is none of these.
    pub fn from_file(file: &Path) -> Result<Self, String> {
        let known = Known { file: file.to_owned(), reader: RwLock::default() };
        known.read_again().map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(Self(Source::File(Arc::new(known))))
    }

    /// For visitors who are made up themselves.
    pub const fn made_up(of: fn(IpAddr) -> Option<Country>) -> Self {
        Self(Source::MadeUp(of))
    }

    /// Whether any country is known.
    pub const fn is_known(&self) -> bool {
        !matches!(self.0, Source::Nothing)
    }

    /// The country that an address belongs to, if it is known.
    pub(crate) fn of(&self, address: &str) -> Option<Country> {
        let parse = || address.parse::<IpAddr>().ok();
        let (known, address) = match &self.0 {
            Source::Nothing => return None,
            Source::File(known) => (known, parse()?),
            Source::MadeUp(of) => return of(parse()?),
        };
        let read = known.reader.read().unwrap_or_else(PoisonError::into_inner);
        let found = read.reader.as_ref()?.lookup(address.to_canonical()).ok()?;
        // As the free databases name it, or as those of MaxMind do.
        let plain: Option<&str> = found.decode_path(&path!["country_code"]).ok().flatten();
        let code = plain.or_else(|| found.decode_path(&path!["country", "iso_code"]).ok().flatten());
        Country::parse(code?).ok()
    }

    /// Reads the file again whenever it has become another, until `stop` says so.
    pub(crate) async fn follow(&self, mut stop: watch::Receiver<bool>) {
        let Source::File(known) = &self.0 else { return };
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                _ = stop.wait_for(|stopping| *stopping) => return,
            }
            let known = Arc::clone(known);
            // Reading takes some ten milliseconds.
            let read =
                tokio::task::spawn_blocking(move || known.read_again().map_err(|error| (known.file.clone(), error)));
            match read.await {
                Ok(Ok(true)) => tracing::info!("the database of countries was read again"),
                Ok(Ok(false)) | Err(_) => {}
                Ok(Err((file, error))) => {
                    tracing::warn!(file = %file.display(), error, "the new database of countries can't be read");
                }
            }
        }
    }
}

impl Known {
    /// Whether it had become another.
    fn read_again(&self) -> Result<bool, String> {
        let written_at = std::fs::metadata(&self.file).and_then(|file| file.modified()).map_err(|e| e.to_string())?;
        let is_known = self.reader.read().unwrap_or_else(PoisonError::into_inner).written_at == Some(written_at);
        if is_known {
            return Ok(false);
        }
        let reader = Reader::open_readfile(&self.file).map_err(|error| error.to_string())?;
        let read = Read { reader: Some(reader), written_at: Some(written_at) };
        *self.reader.write().unwrap_or_else(PoisonError::into_inner) = read;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_file_nothing_is_known() {
        let countries = Countries::default();
        assert_eq!((countries.of("8.8.8.8"), countries.is_known()), (None, false));
    }

    #[test]
    fn a_file_that_is_none_is_refused_by_name() {
        let file = std::env::temp_dir().join(format!("no-countries-{}", std::process::id()));
        std::fs::write(&file, "nonsense").unwrap();
        let refused = Countries::from_file(&file).unwrap_err();
        assert!(refused.contains("no-countries"), "{refused}");
        std::fs::remove_file(&file).unwrap();
        assert!(Countries::from_file(&file).is_err());
    }
}
