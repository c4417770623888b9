//! Settings, by flags and environment variables alike.

mod addresses;
mod environment;
mod trusted_proxies;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{
    ArgAction, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, builder::BoolishValueParser,
};
use domain::Name;

pub use trusted_proxies::TrustedProxies;

use self::addresses::{check_password, local_base, parse_base, parse_listen};
use crate::telemetry::LogFormat;

/// The version, and the commit that it was built from.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("SOURCE_COMMIT"), ")");

/// The software of an affiliate network: partners publish offers, affiliates promote them by tracking links, and
/// postbacks credit the conversions.
#[derive(Debug, Parser)]
#[command(
    name = "something-project",
    version = VERSION,
    after_help = "A variable that is empty is not set.\nLOG sets what is logged, for example LOG=debug or LOG=warn,mail=info [default: info,sqlx=warn].\nLibraries are never heard below info, because they would tell secrets."
)]
pub struct Arguments {
    /// What to do; `serve` if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where and how.
    #[command(flatten)]
    pub settings: Settings,
}

impl Arguments {
    /// Of this process; one that can't be used, and one that asks for help, ends it.
    pub fn read() -> Self {
        let mut command = environment::without_empty_variables(Self::command());
        let matches = command.clone().get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
    }
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the site, the redirect and the postback on one port; migrates the database first (the default).
    Serve,
    /// Brings the database to this program's version, and ends; makes the embedded one where there is none.
    Migrate,
    /// Fills an empty database with a believable network: people, offers, links, 30 days of clicks and conversions.
    Demo {
        /// Prints accounts and links as JSON on standard output, and nothing else there.
        #[arg(long)]
        json: bool,
    },
    /// Manages admins.
    Admin {
        /// What to do.
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// Checks the embedded database's file, and that every counter is the sum of its rows; one line per check; exit code 1
    /// if one is broken. Changes nothing.
    Audit,
    /// Writes a consistent copy of the embedded database to a new file, while it is in use.
    Backup {
        /// The new file.
        file: PathBuf,
    },
    /// Asks a server's `/readyz` and exits with 1 unless it is ready, within 5 seconds; needs no database.
    Healthcheck {
        /// What to ask instead of `LISTEN_ADDR`, for example `http://127.0.0.1:3000/readyz`.
        #[arg(long)]
        url: Option<String>,
    },
}

/// What can be done with admins.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Makes an admin in a database that is there; asks for the password, or reads it from standard input.
    Create {
        /// The admin's email address, for example `you@network.example`.
        #[arg(long)]
        email: String,
    },
}

/// Where and how the program runs.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Address and port to listen on.
    #[arg(long, env = "LISTEN_ADDR", default_value = "127.0.0.1:3000", value_parser = parse_listen, global = true)]
    pub listen_addr: SocketAddr,
    /// `sqlite://path` (made by `serve` where it isn't there; the path is taken as it is written) or
    /// `postgres://user@host/database` for several nodes.
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://data/something.db",
        global = true,
        hide_env_values = true
    )]
    pub database_url: String,
    /// Whether `serve`, `demo` and `admin create` migrate the database first; if not, they refuse one that is of an older
    /// version.
    #[arg(
        long,
        env = "MIGRATE",
        default_value = "true",
        value_parser = BoolishValueParser::new(),
        action = ArgAction::Set,
        global = true
    )]
    pub migrate: bool,
    /// Address of the site and the API as people see it, a host of its own; if not given, `http://` and `LISTEN_ADDR`.
    #[arg(long, env = "PUBLIC_URL", value_parser = parse_base, global = true)]
    pub public_url: Option<String>,
    /// Where tracking links begin; may be another host, without a path; the public URL if not given.
    #[arg(long, env = "TRACKING_URL", value_parser = parse_base, global = true)]
    pub tracking_url: Option<String>,
    /// The brand shown everywhere.
    #[arg(long, env = "SITE_NAME", default_value = "Something Project", value_parser = parse_name, global = true)]
    pub site_name: String,
    /// File with the 32 bytes that seal API keys; made where there is none, with mode 0600. With another
    /// file the program can't show partners their keys.
    #[arg(long, env = "SECRET_KEY_FILE", default_value = "data/secret.key", global = true)]
    pub secret_key_file: PathBuf,
    /// Proxies whose X-Forwarded-For is believed, as networks: `10.0.0.0/8,::1`
    #[arg(long, env = "TRUSTED_PROXIES", default_value = "", global = true)]
    pub trusted_proxies: TrustedProxies,
    /// Mail server, for example `smtps://user:password@mail.example:465`, or `smtp://…:587?tls=required` for STARTTLS, the
    /// password percent-encoded; without one mails go to the log.
    #[arg(long, env = "SMTP_URL", global = true, hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Address and port at which `/metrics` is, for example 127.0.0.1:9100; nowhere if not given.
    #[arg(long, env = "METRICS_ADDR", value_parser = parse_listen, global = true)]
    pub metrics_addr: Option<SocketAddr>,
    /// How the log is written: `json` for machines.
    #[arg(long, env = "LOG_FORMAT", default_value = "text", value_enum, global = true)]
    pub log_format: LogFormat,
    /// Seconds for which requests are still answered after SIGTERM, while `/readyz` sends new ones to other servers.
    #[arg(long = "drain-seconds", env = "DRAIN_SECONDS", default_value = "3", value_parser = parse_drain, global = true)]
    pub drain: Duration,
    /// Database in MMDB format that tells visitors' countries, read again when it changes; `site/countries.mmdb` beside the
    /// program if not given.
    #[arg(long, env = "GEOIP_FILE", global = true)]
    pub geoip_file: Option<PathBuf>,
    /// Days after which a visitor's IP address and user agent are erased and the referer is cut to its site; never if
    /// not set.
    #[arg(long, env = "RETENTION_DAYS", value_parser = parse_days, global = true)]
    pub retention_days: Option<u32>,
}

impl Settings {
    /// Refuses what clap can't, because it would repeat the value.
    pub fn check(&self) -> Result<(), String> {
        check_password("DATABASE_URL", &self.database_url)?;
        self.smtp_url.as_deref().map_or(Ok(()), |url| check_password("SMTP_URL", url))
    }

    /// What the use cases know of the site.
    pub fn site(&self, address: SocketAddr) -> service::Settings {
        let public_url = self.public_url.clone().unwrap_or_else(|| local_base(address));
        service::Settings {
            tracking_url: self.tracking_url.clone().unwrap_or_else(|| public_url.clone()),
            public_url,
            site_name: self.site_name.clone(),
        }
    }
}

/// The brand stands in titles, headings and mails: something has to be there, on one line.
fn parse_name(text: &str) -> Result<String, String> {
    match Name::<100>::parse(text) {
        Ok(name) => Ok(name.as_str().to_owned()),
        Err(why) => Err(format!("{why}; wanted a name of up to 100 characters on one line, such as Acme Network")),
    }
}

fn parse_drain(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<u64>().ok().filter(|seconds| *seconds <= 600);
    seconds.map(Duration::from_secs).ok_or_else(|| "wanted seconds from 0 to 600, such as 3".to_owned())
}

fn parse_days(text: &str) -> Result<u32, String> {
    let days = text.parse::<u32>().ok().filter(|days| (1..=36_500).contains(days));
    days.ok_or_else(|| "wanted days from 1 to 36500, such as 90".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_has_a_name() {
        assert_eq!(parse_name(" Netzwerk Süd ").as_deref(), Ok("Netzwerk Süd"));
        for wrong in ["", " ", "a\nb", "a\u{7}", "\u{200b}", "\u{301}", &"x".repeat(101)] {
            assert!(parse_name(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn every_setting_has_a_variable_so_that_an_empty_one_can_be_left_out() {
        let command = Arguments::command();
        let of_settings = command.get_arguments().filter(|argument| argument.is_global_set());
        let without: Vec<_> =
            of_settings.filter(|argument| argument.get_env().is_none()).map(clap::Arg::get_id).collect();
        assert!(without.is_empty(), "{without:?}");
    }
}
