//! How many requests were answered and how long that took: counted in this instance since it began.

use std::time::Duration;

use http::StatusCode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Classes of status codes, by their first digit.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Upper bounds in seconds: a page takes milliseconds, and a request is cut off after half a minute.
const BOUNDS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Counts of requests. Cheap to clone; clones count together.
#[derive(Clone, Debug)]
pub struct Traffic {
    requests: Family<[(&'static str, &'static str); 1], Counter>,
    durations: Histogram,
}

impl Default for Traffic {
    fn default() -> Self {
        let requests = Family::<_, Counter>::default();
        // Each class is there from the beginning, so that its first request is seen as a change.
        for class in CLASSES {
            drop(requests.get_or_create(&[("class", class)]));
        }
        Self { requests, durations: Histogram::new(BOUNDS) }
    }
}

impl Traffic {
    /// Notes that a request was answered.
    pub(crate) fn note(&self, status: StatusCode, took: Duration) {
        let digit = usize::from(status.as_u16() / 100);
        // Codes beyond 599 are not for answers; they would be faults of ours.
        let class = digit.checked_sub(1).and_then(|at| CLASSES.get(at)).copied().unwrap_or("5xx");
        self.requests.get_or_create(&[("class", class)]).inc();
        self.durations.observe(took.as_secs_f64());
    }

    /// Adds the counts to what is shown.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "mudeung_http_requests",
            "Requests that this instance answered, by class of the status code",
            self.requests.clone(),
        );
        registry.register(
            "mudeung_http_request_duration_seconds",
            "How long this instance took for the head of an answer",
            self.durations.clone(),
        );
    }
}
