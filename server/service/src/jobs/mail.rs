//! Mails: through an SMTP server, or into the log where none is configured.

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, SinglePart},
};
use url::Url;
use uuid::Uuid;

use domain::Email;

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
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| wrong.to_owned())?.build();
        let address = format!("no-reply@{host}").parse().map_err(|_| format!("{host} can't send mails"))?;
        Ok(Self::Smtp(Box::new(transport), Mailbox::new(Some(site_name.to_owned()), address)))
    }

    /// Sends in the background, so that the time it takes tells nothing about the account.
    pub(crate) fn send(&self, to: &Email, subject: &str, body: String) {
        match self {
            Self::Log => tracing::info!(target: "mail", %to, subject, "\n{body}"),
            Self::Smtp(transport, sender) => {
                let mail = match compose(sender, to, subject, body) {
                    Ok(mail) => mail,
                    Err(error) => return tracing::error!(target: "mail", %error, "a mail could not be written"),
                };
                let transport = transport.clone();
                tokio::spawn(async move {
                    if let Err(error) = transport.send(mail).await {
                        tracing::error!(target: "mail", %error, "a mail could not be sent");
                    }
                });
            }
        }
    }
}

/// A mail with all that servers want of one. lettre adds the date; a mail without an id of its own is taken for spam.
fn compose(sender: &Mailbox, to: &Email, subject: &str, body: String) -> Result<Message, String> {
    let recipient = to.as_str().parse::<Address>().map_err(|error| format!("{to} is no address: {error}"))?;
    Message::builder()
        .from(sender.clone())
        .to(Mailbox::new(None, recipient))
        .subject(subject)
        .message_id(Some(format!("<{}@{}>", Uuid::now_v7(), sender.email.domain())))
        .singlepart(SinglePart::plain(body))
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

    #[test]
    fn a_mail_has_a_date_an_id_and_nothing_but_ascii_in_its_headers() {
        let sender = Mailbox::new(Some("Netzwerk Süd".to_owned()), "no-reply@network.example".parse().unwrap());
        let to = Email::parse("somebody@test.example").unwrap();
        let mail = compose(&sender, &to, "Neues Paßwort", "Größe\n.\nEnde\n".to_owned()).unwrap();
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
        let other = compose(&sender, &to, "Neues Paßwort", String::new()).unwrap();
        let id = |mail: &str| mail.lines().find(|line| line.starts_with("Message-ID:")).map(str::to_owned);
        assert_ne!(id(&mail), id(&String::from_utf8(other.formatted()).unwrap()));
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
