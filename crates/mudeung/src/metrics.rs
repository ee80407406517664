//! `/metrics`: how the center stands, in the text format of Prometheus (docs/metrics.md).

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use edge::{App, Traffic};
use http::{HeaderMap, StatusCode, header};
// The library writes names, types and values as they have to be, from gauges made for each answer.
use prometheus_client::encoding::prometheus_text::{CONTENT_TYPE, encode};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use service::Actor;
use service::metrics::Figures;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

/// How long figures of the database are good: however many read them, it is asked this seldom.
const FRESH: Duration = Duration::from_secs(5);

/// What was read of the database last, and when; nothing if it could not be read.
type Known = Option<(Instant, Option<Arc<Figures>>)>;

#[derive(Clone)]
struct Window {
    app: App,
    /// The digest of what has to be shown.
    token: Option<[u8; 32]>,
    known: Arc<Mutex<Known>>,
}

/// The one route, for a listener of its own. With a token it is for whoever shows that.
pub fn router(app: &App, token: &str) -> Router {
    let token = (!token.is_empty()).then(|| Sha256::digest(token).into());
    Router::new().route("/metrics", get(show)).with_state(Window { app: app.clone(), token, known: Arc::default() })
}

async fn show(State(window): State<Window>, headers: HeaderMap) -> Response {
    if !window.lets_in(&headers) {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response();
    }
    let figures = window.figures().await;
    match page(figures.as_deref(), &window.app.traffic, memory()) {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE), (header::CACHE_CONTROL, "no-store")], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "metrics cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

impl Window {
    fn lets_in(&self, headers: &HeaderMap) -> bool {
        let Some(token) = self.token else { return true };
        let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.and_then(|text| text.split_once(' ')).filter(|(how, _)| how.eq_ignore_ascii_case("bearer"));
        // Digests are compared: how long that takes says nothing about the token.
        shown.is_some_and(|(_, shown)| <[u8; 32]>::from(Sha256::digest(shown.trim())) == token)
    }

    /// The figures, as they are or were a moment ago. Those who come while they are read wait for them.
    async fn figures(&self) -> Option<Arc<Figures>> {
        let mut known = self.known.lock().await;
        if let Some((at, figures)) = &*known
            && at.elapsed() < FRESH
        {
            return figures.clone();
        }
        let figures = match self.app.read(&Actor::clock(), service::metrics::figures).await {
            Ok(figures) => Some(Arc::new(figures)),
            Err(fail) => {
                tracing::warn!(error = %fail.0, "there are no figures for metrics");
                None
            }
        };
        *known = Some((Instant::now(), figures.clone()));
        figures
    }
}

/// How much memory the program has, in bytes.
fn memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<i64>().ok()?.checked_mul(1024)
}

type Labels = Vec<(&'static str, String)>;

/// Adds a gauge with a value for each set of labels.
fn gauge(registry: &mut Registry, name: &str, help: &str, values: impl IntoIterator<Item = (Labels, i64)>) {
    let family = Family::<Labels, Gauge>::default();
    for (labels, value) in values {
        family.get_or_create(&labels).set(value);
    }
    registry.register(name, help, family);
}

/// The same with one value.
fn one(registry: &mut Registry, name: &str, help: &str, value: i64) {
    gauge(registry, name, help, [(Labels::new(), value)]);
}

/// Everything as text. Without figures it says so and shows what this instance knows by itself.
fn page(figures: Option<&Figures>, traffic: &Traffic, memory: Option<i64>) -> Result<String, std::fmt::Error> {
    let mut registry = Registry::default();
    let r = &mut registry;
    let version = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
    gauge(r, "mudeung_build_info", "The version of the program", [(version, 1)]);
    one(r, "mudeung_database_up", "Whether the figures could be read from the database", figures.is_some().into());
    if let Some(figures) = figures {
        of_pools(r, figures);
        of_jobs(r, figures);
        of_engine(r, figures);
        of_work(r, figures);
    }
    traffic.register(r);
    if let Some(memory) = memory {
        one(r, "process_resident_memory_bytes", "Memory of this instance, in bytes", memory);
    }
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

fn of_pools(r: &mut Registry, figures: &Figures) {
    let pools = &figures.pools;
    type Of = fn(&service::metrics::PoolFigures) -> i64;
    let all: [(&str, &str, Of); 6] = [
        ("mudeung_pool_installed", "What a pool has today, in its unit", |pool| pool.installed),
        ("mudeung_pool_leased", "What the center has of it under contract today", |pool| pool.leased),
        ("mudeung_pool_allocatable", "What of it may be granted today", |pool| pool.allocatable),
        ("mudeung_pool_held", "What of it awards hold today", |pool| pool.held),
        ("mudeung_pool_offered", "What of it open offers hold today", |pool| pool.offered),
        ("mudeung_pool_freed_idle", "What awards gave up and nobody has or is offered today", |pool| pool.freed_idle),
    ];
    for (name, help, of) in all {
        let labels = |pool: &service::metrics::PoolFigures| {
            vec![("pool", pool.pool.to_string()), ("unit", pool.unit.to_string())]
        };
        gauge(r, name, help, pools.iter().map(|pool| (labels(pool), of(pool))));
    }
    let windows = |planned: Of, under_way: Of| {
        pools.iter().flat_map(move |pool| {
            [("planned", planned(pool)), ("under_way", under_way(pool))]
                .map(|(state, value)| (vec![("pool", pool.pool.to_string()), ("state", state.to_owned())], value))
        })
    };
    gauge(
        r,
        "mudeung_pool_maintenance_windows",
        "Maintenance windows of a pool, ahead and under way",
        windows(|pool| pool.windows_planned, |pool| pool.windows_under_way),
    );
    gauge(
        r,
        "mudeung_pool_maintenance_amount",
        "What of a pool maintenance takes out of use, ahead and now",
        windows(|pool| pool.amount_planned, |pool| pool.amount_under_way),
    );
}

fn of_jobs(r: &mut Registry, figures: &Figures) {
    let by_state = |of: fn(&service::metrics::JobFigures) -> i64| {
        figures
            .jobs
            .iter()
            .map(move |one| (vec![("pool", one.pool.to_string()), ("state", one.state.to_string())], of(one)))
    };
    gauge(r, "mudeung_jobs", "Jobs that are not over, by pool and state", by_state(|one| one.jobs));
    gauge(r, "mudeung_job_devices", "Devices that these jobs have or ask for", by_state(|one| one.devices));
    gauge(
        r,
        "mudeung_job_oldest_wait_seconds",
        "How long the job has waited that has waited longest; 0 if none waits",
        figures.waits.iter().map(|(pool, seconds)| (vec![("pool", pool.to_string())], *seconds)),
    );
    one(r, "mudeung_job_orders_waiting", "Orders of jobs that the engine does not have yet", figures.waiting.orders);
    let failed = figures.waiting.orders_failed;
    one(r, "mudeung_job_orders_failing", "Those of them that could not be sent and are tried again", failed);
}

fn of_engine(r: &mut Registry, figures: &Figures) {
    gauge(
        r,
        "mudeung_engine_projects",
        "Projects by how the engine stands with what the ledger gives them",
        figures.projects.iter().map(|(state, count)| (vec![("state", state.to_string())], *count)),
    );
    let tries = figures.largest_tries;
    one(r, "mudeung_engine_largest_tries", "The most tries in a row that failed for one project", tries);
    let failed = figures.waiting.windows_failed;
    one(r, "mudeung_engine_maintenance_failing", "Maintenance windows that the engine could not be told", failed);
    gauge(
        r,
        "mudeung_engine_reconcile_lag_seconds",
        "How long ago an instance last looked at the engine; absent if none ever did",
        figures.lag.map(|seconds| (Labels::new(), seconds)),
    );
}

fn of_work(r: &mut Registry, figures: &Figures) {
    let waiting = &figures.waiting;
    one(r, "mudeung_work_queue", "Pieces of background work that are not done", waiting.work);
    one(r, "mudeung_work_failing", "Those of them that failed and are tried again", waiting.work_failed);
    let age = figures.work_age;
    one(r, "mudeung_work_oldest_age_seconds", "How long ago the oldest of them was queued; 0 without any", age);
    one(r, "mudeung_mail_unsent", "Mails that are not sent", waiting.mail);
    one(r, "mudeung_mail_failing", "Those of them that failed and are tried again", waiting.mail_failed);
    let age = figures.mail_age;
    one(r, "mudeung_mail_oldest_age_seconds", "How long ago the oldest of them was posted; 0 without any", age);
    one(r, "mudeung_reserve_waiting", "Proposals on the reserve list", waiting.reserve);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_database_the_rest_is_there() {
        let text = page(None, &Traffic::default(), Some(4096)).expect("text");
        assert!(text.contains("\nmudeung_database_up 0\n") && text.contains("\nprocess_resident_memory_bytes 4096\n"));
        assert!(text.contains("mudeung_http_requests_total{class=\"5xx\"} 0\n"), "{text}");
        assert!(!text.contains("mudeung_pool"), "{text}");
    }

    #[test]
    fn each_figure_stands_under_its_name() {
        use domain::engine::SyncState;
        use domain::job::JobState;
        use service::metrics::{JobFigures, PoolFigures, Waiting};
        let pool: domain::ids::PoolId = "gpu-x".parse().expect("a slug");
        let figures = Figures {
            pools: vec![PoolFigures {
                pool: pool.clone(),
                unit: domain::units::PoolUnit::Device,
                installed: 101,
                leased: 102,
                allocatable: 103,
                held: 104,
                offered: 105,
                freed_idle: 106,
                windows_planned: 107,
                windows_under_way: 108,
                amount_planned: 109,
                amount_under_way: 110,
            }],
            jobs: vec![JobFigures { pool: pool.clone(), state: JobState::Running, jobs: 111, devices: 112 }],
            waits: vec![(pool, 113)],
            projects: vec![(SyncState::Failed, 114)],
            largest_tries: 115,
            lag: Some(116),
            waiting: Waiting {
                work: 117,
                work_failed: 118,
                work_oldest_at: None,
                mail: 119,
                mail_failed: 120,
                mail_oldest_at: None,
                orders: 121,
                orders_failed: 122,
                windows_failed: 123,
                reserve: 124,
            },
            work_age: 125,
            mail_age: 126,
        };
        let text = page(Some(&figures), &Traffic::default(), None).expect("text");
        let value = |line: &str| line.rsplit(' ').next().and_then(|value| value.parse::<i64>().ok());
        let mut lines: Vec<&str> = text.lines().filter(|line| value(line) > Some(100)).collect();
        lines.sort_by_key(|line| line.rsplit(' ').next());
        assert_eq!(
            lines,
            [
                r#"mudeung_pool_installed{pool="gpu-x",unit="device"} 101"#,
                r#"mudeung_pool_leased{pool="gpu-x",unit="device"} 102"#,
                r#"mudeung_pool_allocatable{pool="gpu-x",unit="device"} 103"#,
                r#"mudeung_pool_held{pool="gpu-x",unit="device"} 104"#,
                r#"mudeung_pool_offered{pool="gpu-x",unit="device"} 105"#,
                r#"mudeung_pool_freed_idle{pool="gpu-x",unit="device"} 106"#,
                r#"mudeung_pool_maintenance_windows{pool="gpu-x",state="planned"} 107"#,
                r#"mudeung_pool_maintenance_windows{pool="gpu-x",state="under_way"} 108"#,
                r#"mudeung_pool_maintenance_amount{pool="gpu-x",state="planned"} 109"#,
                r#"mudeung_pool_maintenance_amount{pool="gpu-x",state="under_way"} 110"#,
                r#"mudeung_jobs{pool="gpu-x",state="running"} 111"#,
                r#"mudeung_job_devices{pool="gpu-x",state="running"} 112"#,
                r#"mudeung_job_oldest_wait_seconds{pool="gpu-x"} 113"#,
                r#"mudeung_engine_projects{state="failed"} 114"#,
                "mudeung_engine_largest_tries 115",
                "mudeung_engine_reconcile_lag_seconds 116",
                "mudeung_work_queue 117",
                "mudeung_work_failing 118",
                "mudeung_mail_unsent 119",
                "mudeung_mail_failing 120",
                "mudeung_job_orders_waiting 121",
                "mudeung_job_orders_failing 122",
                "mudeung_engine_maintenance_failing 123",
                "mudeung_reserve_waiting 124",
                "mudeung_work_oldest_age_seconds 125",
                "mudeung_mail_oldest_age_seconds 126",
            ]
        );
    }

    #[test]
    fn labels_are_escaped() {
        let mut registry = Registry::default();
        gauge(&mut registry, "x", "a\nb", [(vec![("l", "a\"b\\c\nd".to_owned())], 1)]);
        let mut text = String::new();
        encode(&mut text, &registry).expect("text");
        assert_eq!(text, "# HELP x a\\nb.\n# TYPE x gauge\nx{l=\"a\\\"b\\\\c\\nd\"} 1\n");
    }
}
