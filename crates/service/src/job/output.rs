//! What jobs print.

use compute::JobKey;
use domain::access::Act;
use domain::ids::JobId;
use domain::job::{JobState, Stream};

use store::job::JobRow;

use crate::engine::EngineError;
use crate::{Actor, Center, Error, Outcome};

/// A part of what a job printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Where they begin.
    pub from: u64,
    /// How much there is in all at this moment.
    pub size: u64,
    /// How the job stands.
    pub state: JobState,
}

/// What a job printed, from a byte on, up to `limit` bytes; without `from` the last of it. The engine
/// is asked outside of any transaction.
///
/// # Errors
/// [`Error::NotFound`] for people who do not take part in its project; [`Error::Unavailable`] if it
/// cannot be read now.
pub fn output(
    center: &Center,
    actor: &Actor,
    id: JobId,
    stream: Stream,
    from: Option<u64>,
    limit: usize,
) -> Outcome<Part> {
    let job = center.read(actor, |cx| {
        let (item, ties) = super::show::readable(cx, id)?;
        cx.require_on(Act::JobOutput, Act::JobOutput, &ties)?;
        Ok(item.row)
    })?;
    printed(center, &job, stream, from, limit)
}

/// The same of a job whose view said that it may be read ([`super::JobView::reads_output`]).
///
/// # Errors
/// [`Error::Unavailable`] if it cannot be read now.
pub fn printed(center: &Center, job: &JobRow, stream: Stream, from: Option<u64>, limit: usize) -> Outcome<Part> {
    let nothing = Part { bytes: Vec::new(), from: 0, size: 0, state: job.state };
    let (Some(engine), Some(number)) = (center.engine.as_ref(), &job.engine_id) else { return Ok(nothing) };
    if engine.name() != job.engine {
        return Ok(nothing);
    }
    let tag = job.order.map(|order| order.to_string()).unwrap_or_default();
    let key = JobKey { id: number, tag: &tag, task: job.task };
    let away = |error: EngineError| Error::Unavailable(error.to_string());
    let begin = match from {
        Some(from) => from,
        None => {
            let size = engine.printed(key, stream, u64::MAX, 0).map_err(away)?.size;
            size.saturating_sub(u64::try_from(limit).unwrap_or(u64::MAX))
        }
    };
    let printed = engine.printed(key, stream, begin, limit).map_err(away)?;
    Ok(Part { bytes: printed.bytes, from: printed.from, size: printed.size, state: job.state })
}
