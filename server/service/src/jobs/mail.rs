//! Mails: through an SMTP server, or into the log where none is configured.
//!
//! A mail is a job in the transaction that wants it, sealed, since some hold links for new passwords. So none is lost while
//! the SMTP server is down, and none is sent of what was not committed. One that was sent may be sent again where this
//! program ends before it could write that down: it bears the same `Message-ID` then.

use std::time::Duration;

use domain::{Email, JobId};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, SinglePart},
};
use serde::{Deserialize, Serialize};
use store::jobs::TakenJob;
use url::Url;

use super::Outcome;
use crate::Service;

/// How long an SMTP server may take for each answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A mail that somebody is to get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mail {
    /// Whom to.
    pub(crate) to: Email,
    /// In a few words.
    pub(crate) subject: String,
    /// Plain text.
    pub(crate) body: String,
}

/// Where mails go.
#[derive(Clone)]
pub enum Mailer {
    /// No server is configured: the log is the mailbox.
    Log,
    /// An SMTP server and the sender's address.
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>, Mailbox),
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if matches!(self, Self::Log) { "Mailer::Log" } else { "Mailer::Smtp" })
    }
}

impl Mailer {
    /// From `smtp://user:password@host:port` or `smtps://…`; the sender is the site at the public host.
    pub fn from_url(url: Option<&str>, site_name: &str, host: &str) -> Result<Self, String> {
        let Some(url) = url else { return Ok(Self::Log) };
        let wrong = "SMTP_URL must look like smtps://user:password@mail.example:465";
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| wrong.to_owned())?;
        let transport = transport.timeout(Some(TIMEOUT)).build();
        let address = format!("no-reply@{host}").parse().map_err(|_| format!("{host} can't send mails"))?;
        Ok(Self::Smtp(Box::new(transport), Mailbox::new(Some(site_name.to_owned()), address)))
    }

    /// Hands a mail to the SMTP server, which takes it or says why not.
    async fn send(&self, id: JobId, mail: &Mail) -> Outcome {
        let Mail { to, subject, body } = mail;
        let (transport, sender) = match self {
            Self::Log => {
                tracing::info!(target: "mail", %to, subject, "\n{body}");
                return Outcome::Done;
            }
            Self::Smtp(transport, sender) => (transport, sender),
        };
        let message = match compose(sender, id, mail) {
            Ok(message) => message,
            Err(error) => return Outcome::GiveUp(error),
        };
        match transport.send(message).await {
            Ok(_) => Outcome::Done,
            Err(error) if is_for_good(error.status().map(u16::from)) => Outcome::GiveUp(error.to_string()),
            Err(error) => Outcome::Retry(error.to_string()),
        }
    }
}

/// Whether a server that says this will never take a mail. What it says of a password or of encryption is about this
/// program's settings, and can be fixed.
const fn is_for_good(code: Option<u16>) -> bool {
    matches!(code, Some(500..=529 | 540..=599))
}

impl Service {
    /// Sends the mail of a job.
    pub(super) async fn send_mail(&self, job: &TakenJob) -> Outcome {
        let plain = self.sealer.open_job(&job.payload, job.id);
        match plain.and_then(|plain| serde_json::from_slice(&plain).ok()) {
            Some(mail) => self.mailer.send(job.id, &mail).await,
            // Another node may have the right one.
            None => {
                Outcome::Retry("it can't be unsealed: SECRET_KEY_FILE is not the one it was sealed with".to_owned())
            }
        }
    }
}

/// A mail with all that servers want of one. lettre adds the date; a mail without an id of its own is taken for spam.
fn compose(sender: &Mailbox, id: JobId, mail: &Mail) -> Result<Message, String> {
    let Mail { to, subject, body } = mail;
    let recipient = to.as_str().parse::<Address>().map_err(|error| format!("{to} is no address: {error}"))?;
    Message::builder()
        .from(sender.clone())
        .to(Mailbox::new(None, recipient))
        .subject(subject.as_str())
        .message_id(Some(format!("<{id}@{}>", sender.email.domain())))
        .singlepart(SinglePart::plain(body.clone()))
        .map_err(|error| error.to_string())
}

/// Where mails go, for the log: host, port and encryption, without name and password.
pub fn describe_smtp(url: Option<&str>) -> String {
    let Some(url) = url.and_then(|url| Url::parse(url).ok()) else {
        return "there is no SMTP_URL: mails are written to the log".to_owned();
    };
    let wanted = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    // The ports that lettre takes where none is named.
    let (port, encryption) = match (url.scheme(), wanted.as_deref()) {
        ("smtps", _) => (465, "encrypted by TLS"),
        (_, Some("required")) => (587, "encrypted by STARTTLS"),
        (_, Some("opportunistic")) => (587, "encrypted by STARTTLS only if the server offers it"),
        _ => (25, "not encrypted; smtps:// or ?tls=required would be"),
    };
    let host = url.host_str().unwrap_or_default();
    let password = if url.password().is_some() { "with a password" } else { "without a password" };
    format!("mails go to {host}:{}, {encryption}, {password}", url.port().unwrap_or(port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;

    #[test]
    fn a_mail_has_a_date_an_id_and_nothing_but_ascii_in_its_headers() {
        let sender = Mailbox::new(Some("Netzwerk Süd".to_owned()), "no-reply@network.example".parse().unwrap());
        let (to, clock) = (Email::parse("somebody@test.example").unwrap(), Clock::default());
        let mail = Mail { to, subject: "Neues Paßwort".to_owned(), body: "Größe\n.\nEnde\n".to_owned() };
        let [first, second] = [clock.new_id(), clock.new_id()];
        let compose = |id| compose(&sender, id, &mail).unwrap();
        let (mail, again, other) = (compose(first), compose(first), compose(second));
        let mail = String::from_utf8(mail.formatted()).unwrap();
        let (head, _) = mail.split_once("\r\n\r\n").unwrap();
        assert!(head.is_ascii(), "{head}");
        for header in [
            "From: =?utf-8?b?",
            "<no-reply@network.example>",
            "To: somebody@test.example",
            "Subject: ",
            "Date: ",
            "Message-ID: <",
            "@network.example>",
            "MIME-Version: 1.0",
        ] {
            assert!(head.contains(header), "{header} is not in {head}");
        }
        let id = |mail: &str| mail.lines().find(|line| line.starts_with("Message-ID:")).map(str::to_owned);
        let id_of = |mail: &Message| id(&String::from_utf8(mail.formatted()).unwrap());
        assert_eq!(id(&mail), id_of(&again), "whoever gets it twice can tell");
        assert_ne!(id(&mail), id_of(&other));
    }

    #[test]
    fn only_what_is_wrong_with_a_mail_itself_is_for_good() {
        for code in [500, 501, 550, 552, 554] {
            assert!(is_for_good(Some(code)), "{code}");
        }
        for code in [None, Some(421), Some(450), Some(530), Some(535), Some(538)] {
            assert!(!is_for_good(code), "{code:?}");
        }
    }

    #[test]
    fn the_log_says_where_mails_go_and_not_with_which_password() {
        for (url, host, encryption) in [
            ("smtps://robot:canary@mail.example", "mail.example:465", "by TLS"),
            ("smtps://robot:canary@mail.example:4650", "mail.example:4650", "by TLS"),
            ("smtp://robot:canary@mail.example?tls=required", "mail.example:587", "by STARTTLS"),
            ("smtp://robot:canary@mail.example?tls=opportunistic", "mail.example:587", "only if"),
            ("smtp://robot:canary@mail.example:2525", "mail.example:2525", "not encrypted"),
            ("smtp://robot:canary@mail.example", "mail.example:25", "not encrypted"),
        ] {
            let said = describe_smtp(Some(url));
            assert!(said.contains(host) && said.contains(encryption), "{url}: {said}");
            assert!(!said.contains("canary") && !said.contains("robot"), "{said}");
        }
        assert!(describe_smtp(None).contains("to the log"));
    }
}
