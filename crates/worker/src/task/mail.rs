//! Sends the mail that waits.

use std::time::{Duration, Instant};

use service::{Actor, Center, Outcome};

use crate::Mailer;
use crate::task::Task;

/// How many mails are sent in one go.
const BATCH: u64 = 20;
/// After how long no further mail is begun in one go, so that the program can be stopped.
const LONG: Duration = Duration::from_secs(5);

/// The task that sends mail. It waits on a server, so it has a thread of its own.
#[must_use]
pub fn task(mailer: Mailer) -> Task {
    Task { name: "mail", alone: true, nap: super::NAP, run: Box::new(move |center| run(center, &mailer)) }
}

/// Each mail is claimed before it is sent, so that several instances send different ones.
///
/// A mail is marked sent after the server took it. Should the program be killed between the two,
/// it is sent once more, under the same Message-ID, by which mailboxes recognize it.
fn run(center: &Center, mailer: &Mailer) -> Outcome<u64> {
    let clock = Actor::clock();
    let (start, mut count) = (Instant::now(), 0);
    for _ in 0..BATCH {
        // To look takes no turn among the writers.
        if start.elapsed() > LONG || center.read(&clock, |cx| service::mail::due(cx, 1))?.is_empty() {
            break;
        }
        let Some(mail) = center.write(&clock, service::mail::claim)? else { break };
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
