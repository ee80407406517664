//! What a job prints, as it prints it: as server-sent events for a page that is open, and as text.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::ids::JobId;
use domain::job::{JobState, Stream};
use edge::{App, Fail};
use futures_util::stream;
use http::header;
use serde::Deserialize;
use service::job::Part;
use service::{Actor, Error};

use crate::ui::{Answer, Ui};

/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How much is sent at once, in bytes.
const CHUNK: usize = 64 * 1024;
/// The most that the text of one stream answers, in bytes: the last of it.
const WHOLE: usize = 16 * 1024 * 1024;
/// How many looks one connection lasts; browsers come back by themselves and go on where they were.
const LOOKS: u32 = 1200;

fn id(text: &str) -> Result<JobId, Fail> {
    text.parse().map_err(|_| Fail(Error::NotFound))
}

async fn part(
    app: &App,
    actor: &Actor,
    job: JobId,
    stream: Stream,
    from: Option<u64>,
    limit: usize,
) -> Result<Part, Fail> {
    let actor = actor.clone();
    app.blocking(move |center| service::job::output(center, &actor, job, stream, from, limit)).await
}

/// One stream as text.
pub(super) async fn text(ui: Ui, Path((job, stream)): Path<(String, String)>) -> Answer {
    let (job, stream) = (id(&job)?, stream.parse::<Stream>().map_err(|_| Error::NotFound)?);
    let part = part(&ui.app, ui.actor(), job, stream, None, WHOLE).await?;
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    Ok((kind, part.bytes).into_response())
}

/// Where one connection is.
struct Place {
    app: App,
    actor: Actor,
    job: JobId,
    from: u64,
    state: Option<JobState>,
    looks: u32,
    /// Whether there is more than was sent at once.
    more: bool,
    over: bool,
}

/// What a page shows already: up to which byte, and in which state.
#[derive(Default, Deserialize)]
pub(super) struct Shown {
    from: Option<u64>,
    state: Option<JobState>,
}

/// The standard output from a byte on (`Last-Event-ID`, else as asked, else its present end), and the state
/// whenever it changes. Who may read it is asked again at every look.
pub(super) async fn events(
    ui: Ui,
    Path(job): Path<String>,
    Query(shown): Query<Shown>,
    headers: HeaderMap,
) -> Result<Response, Fail> {
    let job = id(&job)?;
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let now = part(&ui.app, ui.actor(), job, Stream::Out, Some(u64::MAX), 0).await?;
    let from = last.or(shown.from).unwrap_or(now.size).min(now.size);
    let place = Place {
        app: ui.app.clone(),
        actor: ui.actor().clone(),
        job,
        from,
        state: shown.state,
        looks: 0,
        more: true,
        over: false,
    };
    let events = stream::unfold(place, step);
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response())
}

async fn step(mut place: Place) -> Option<(Result<Event, Infallible>, Place)> {
    loop {
        if place.over || place.looks >= LOOKS {
            return None;
        }
        if !place.more {
            tokio::time::sleep(LOOK).await;
        }
        place.looks += 1;
        let part = part(&place.app, &place.actor, place.job, Stream::Out, Some(place.from), CHUNK).await.ok()?;
        let stands = |state: JobState| Event::default().event("state").data(state.as_str());
        // The end comes after all that was printed; other changes do not wait for a pause.
        let changed = place.state.replace(part.state).is_some_and(|state| state != part.state);
        if changed && !part.state.is_over() {
            place.more = true;
            return Some((Ok(stands(part.state)), place));
        }
        let text = domain::text::whole_letters(&part.bytes);
        if !text.is_empty() {
            place.from = part.from + u64::try_from(text.len()).unwrap_or(0);
            let event = Event::default().event("out").id(place.from.to_string());
            let event = event.json_data(String::from_utf8_lossy(text)).unwrap_or_default();
            place.more = part.size > place.from;
            return Some((Ok(event), place));
        }
        place.more = false;
        if part.state.is_over() {
            place.over = true;
            return Some((Ok(stands(part.state)), place));
        }
    }
}
