//! The body of a request on its way to the target.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::Activity;

/// A body that notes when its parts go out. It is asked for a part when the one before it is
/// written, so it is never held as a whole.
pub(super) struct Upload {
    body: Body,
    progress: Arc<Activity>,
    activity: Option<Arc<Activity>>,
}

impl Upload {
    /// A body whose parts are noted as progress and, if it counts, as activity.
    pub fn new(body: Body, progress: Arc<Activity>, activity: Option<Arc<Activity>>) -> Self {
        Self { body, progress, activity }
    }
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if frame.is_ready() {
            self.progress.touch();
            if let Some(activity) = &self.activity {
                activity.touch();
            }
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
