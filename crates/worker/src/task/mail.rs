//! Sends the mail that waits.

use service::{Actor, Center, Outcome};

use crate::Mailer;
use crate::task::Task;

/// How many mails are sent in one go.
const BATCH: i64 = 20;

/// The task that sends mail.
#[must_use]
pub fn task(mailer: Mailer) -> Task {
    Task { name: "mail", run: Box::new(move |center| run(center, &mailer)) }
}

/// A mail is marked sent after the server took it. Should the program be killed between the two,
/// it is sent once more, under the same Message-ID, by which mailboxes recognize it.
fn run(center: &Center, mailer: &Mailer) -> Outcome<u64> {
    let clock = Actor::clock();
    let mut count = 0;
    for mail in center.read(&clock, |cx| service::mail::due(cx, BATCH))? {
        match mailer.send(&mail) {
            Ok(()) => {
                center.write(&clock, |cx| service::mail::sent(cx, mail.id))?;
                count += 1;
            }
            Err(error) => {
                tracing::warn!(mail.id = %mail.id, tries = mail.tries, %error, "mail could not be sent");
                center.write(&clock, |cx| service::mail::failed(cx, &mail, &error.to_string()))?;
            }
        }
    }
    Ok(count)
}
