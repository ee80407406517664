//! The running server: routes, worker, and a graceful stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::Router;
use edge::App;
use service::Center;
use store::sql::EngineKind;
use texts::{Texts, k};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use worker::{Mailer, Worker};

/// How long requests that are under way may still take when the program is stopped.
const FAREWELL: Duration = Duration::from_secs(10);

/// Everything that serving needs.
pub struct Server {
    /// The center.
    pub center: Center,
    /// How it faces its callers.
    pub edge: edge::Config,
    /// Where callers come in.
    pub listener: std::net::TcpListener,
    /// Whether to do background work, and by which mailer.
    pub worker: Option<Option<Mailer>>,
}

/// Takes an address to listen at; port 0 is a free one.
///
/// # Errors
/// If another program has it.
pub fn listen(at: SocketAddr, t: Texts) -> Result<std::net::TcpListener> {
    std::net::TcpListener::bind(at).with_context(|| t.f1(k::CLI_LISTEN, "address", at))
}

/// All routes of the program.
pub fn routes(app: &App) -> Router {
    let all = web::router(app).merge(api::router(app)).merge(edge::health(app.clone()));
    edge::around(all, app)
}

impl Server {
    /// Serves until the program is told to stop. `ready` is called once the port answers.
    ///
    /// # Errors
    /// If the machine refuses a thread.
    pub fn run(self, ready: impl FnOnce(SocketAddr)) -> Result<()> {
        let app = App::new(self.center.clone(), self.edge, Arc::new(edge::Accounts));
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        self.listener.set_nonblocking(true)?;
        // Signals are caught before anybody is told that the program runs.
        let (listener, signals) = {
            let _within = runtime.enter();
            (TcpListener::from_std(self.listener)?, Signals::new()?)
        };
        let worker = match self.worker {
            Some(mailer) => Some(Worker::start(&self.center, &instance(&self.center), worker::tasks(mailer))?),
            None => None,
        };
        ready(listener.local_addr()?);
        let outcome = runtime.block_on(serve(listener, signals, routes(&app)));
        drop(app);
        // The runtime goes before the center: closing a PostgreSQL connection blocks, which is not
        // allowed within it.
        runtime.shutdown_timeout(FAREWELL);
        if let Some(worker) = worker {
            worker.stop();
        }
        tracing::info!("stopped");
        outcome
    }
}

async fn serve(listener: TcpListener, signals: Signals, routes: Router) -> Result<()> {
    let (tell, told) = tokio::sync::oneshot::channel::<()>();
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    let stop = async move {
        signals.wait().await;
        tracing::info!("stopping");
        let _ = tell.send(());
    };
    let server = IntoFuture::into_future(axum::serve(listener, service).with_graceful_shutdown(stop));
    let late = async {
        let _ = told.await;
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        outcome = server => outcome.context("the server ended"),
        () = late => Ok(()),
    }
}

/// What tells the program to stop: Ctrl+C or the service manager.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// This instance's name for the lease on background work. A SQLite file has one program
/// ([`crate::open::take`]), which need not wait for its own earlier life's lease to lapse.
fn instance(center: &Center) -> String {
    match center.db.kind() {
        EngineKind::Sqlite => "sqlite".to_owned(),
        EngineKind::Postgres => {
            let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
            let start = jiff::SignedDuration::try_from(std::time::UNIX_EPOCH.elapsed().unwrap_or_default());
            format!("{}/{}/{}", host.trim(), std::process::id(), start.map_or(0, |time| time.as_millis()))
        }
    }
}
