//! Mails: through an SMTP server, or into the log where none is configured.

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, SinglePart},
};

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
                let mail =
                    to.as_str().parse().map_err(|error| format!("{to} is no address: {error}")).and_then(|recipient| {
                        let message =
                            Message::builder().from(sender.clone()).to(Mailbox::new(None, recipient)).subject(subject);
                        message.singlepart(SinglePart::plain(body)).map_err(|error| error.to_string())
                    });
                let mail = match mail {
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
