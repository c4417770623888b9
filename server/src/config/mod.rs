//! Settings, by flags and environment variables alike.

mod trusted_proxies;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{ArgAction, Args, Parser, Subcommand, builder::BoolishValueParser};

pub use trusted_proxies::TrustedProxies;

use crate::telemetry::LogFormat;

/// The software of an affiliate network: partners publish offers, affiliates promote them by tracking links, and
/// postbacks credit the conversions.
#[derive(Debug, Parser)]
#[command(
    name = "something-project",
    version,
    after_help = "LOG sets what is logged, for example LOG=debug or LOG=warn,mail=info [default: info,sqlx=warn].\nLibraries are never heard below info, because they would tell secrets."
)]
pub struct Arguments {
    /// What to do; `serve` if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where and how.
    #[command(flatten)]
    pub settings: Settings,
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
    /// Whether `serve`, `demo` and `admin create` migrate the database first; if not, they refuse one that is of another
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
    /// Address of the site and the API as people see it; `http://<LISTEN_ADDR>` if not given.
    #[arg(long, env = "PUBLIC_URL", value_parser = parse_base, global = true)]
    pub public_url: Option<String>,
    /// Base of tracking links; may be another host; the public URL if not given.
    #[arg(long, env = "TRACKING_URL", value_parser = parse_base, global = true)]
    pub tracking_url: Option<String>,
    /// The brand shown everywhere.
    #[arg(long, env = "SITE_NAME", default_value = "Something Project", global = true)]
    pub site_name: String,
    /// File with the 32 bytes that seal API keys; made on the first start, readable by its owner alone.
    #[arg(long, env = "SECRET_KEY_FILE", default_value = "data/secret.key", global = true)]
    pub secret_key_file: PathBuf,
    /// Proxies whose X-Forwarded-For is believed, as networks: `10.0.0.0/8,::1`
    #[arg(long, env = "TRUSTED_PROXIES", default_value = "", global = true)]
    pub trusted_proxies: TrustedProxies,
    /// Mail server, for example `smtps://user:password@mail.example:465`; without one mails go to the log.
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
    /// Days after which the address and the program of a click's visitor are erased, and of the page they came from all
    /// but its site; never if not given.
    #[arg(long, env = "RETENTION_DAYS", value_parser = parse_days, global = true)]
    pub retention_days: Option<u32>,
}

impl Settings {
    /// What the use cases know of the site.
    pub fn site(&self, address: SocketAddr) -> service::Settings {
        let public_url = self.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
        service::Settings {
            tracking_url: self.tracking_url.clone().unwrap_or_else(|| public_url.clone()),
            public_url,
            site_name: self.site_name.clone(),
        }
    }
}

fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "wanted an address with a port such as 127.0.0.1:3000".to_owned())
}

fn parse_drain(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<u64>().ok().filter(|seconds| *seconds <= 600);
    seconds.map(Duration::from_secs).ok_or_else(|| "wanted seconds from 0 to 600, such as 3".to_owned())
}

fn parse_days(text: &str) -> Result<u32, String> {
    let days = text.parse::<u32>().ok().filter(|days| (1..=36_500).contains(days));
    days.ok_or_else(|| "wanted days from 1 to 36500, such as 90".to_owned())
}

/// An http or https address without query, kept without a slash at its end.
fn parse_base(text: &str) -> Result<String, String> {
    let wrong = || "wanted an address such as https://network.example".to_owned();
    let text = text.trim().trim_end_matches('/');
    let destination = domain::Destination::parse(text).map_err(|_| wrong())?;
    if destination.as_str() != text || text.contains(['?', '#']) { Err(wrong()) } else { Ok(text.to_owned()) }
}
