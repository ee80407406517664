//! The way to the mail server.

use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::{SmtpTransport, Transport as _};
use service::mail::MailRow;

/// How long the mail server may take to be reached, and for each answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a mail was not sent, or a mail server's address is of no use.
#[derive(Debug)]
pub struct MailerError(String);

impl std::fmt::Display for MailerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MailerError {}

impl MailerError {
    fn new(what: &str, error: &dyn std::error::Error) -> Self {
        let mut text = format!("{what}: {error}");
        let mut cause = error.source();
        while let Some(inner) = cause {
            text.push_str(": ");
            text.push_str(&inner.to_string());
            cause = inner.source();
        }
        Self(text)
    }
}

/// Sends mail by SMTP.
pub struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
    host: String,
}

impl Mailer {
    /// A mailer by URL: `smtps://user:password@host`, `smtp://host:587?tls=required`, or
    /// `smtp://host:25` without encryption. `from` is `Name <address>`.
    ///
    /// # Errors
    /// If either cannot be read.
    pub fn new(url: &str, from: &str) -> Result<Self, MailerError> {
        let builder = SmtpTransport::from_url(url).map_err(|error| MailerError::new("mail.smtp", &error))?;
        let transport = builder.timeout(Some(PATIENCE)).build();
        let from: Mailbox = from.parse().map_err(|error| MailerError::new("mail.from", &error))?;
        let host = from.email.domain().to_owned();
        Ok(Self { transport, from, host })
    }

    /// Hands one mail to the server.
    ///
    /// # Errors
    /// Why the server did not take it.
    pub fn send(&self, mail: &MailRow) -> Result<(), MailerError> {
        let to: Mailbox = mail.address.parse().map_err(|error| MailerError::new("address", &error))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject.clone())
            .message_id(Some(format!("<{}@{}>", mail.id, self.host)))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())
            .map_err(|error| MailerError::new("message", &error))?;
        self.transport.send(&message).map_err(|error| MailerError::new("server", &error))?;
        Ok(())
    }
}
