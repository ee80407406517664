//! The running server: routes, worker, and a graceful stop.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::extract::ConnectInfo;
use axum::{Extension, Router};
use edge::App;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use service::engine::{self, Compute, Fake};
use service::{Actor, Center, cluster_account};
use store::sql::EngineKind;
use texts::{Texts, k};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;
use worker::{AccountsHook, Mailer, Worker};

use crate::metrics;

/// How long requests that are under way may still take when the program is stopped.
const FAREWELL: Duration = Duration::from_secs(10);

/// How long a caller may take to send the head of a request, and how long a connection may idle:
/// longer than proxies keep theirs, so that it is the proxy that closes.
const PATIENCE: Duration = Duration::from_secs(75);

/// Everything that serving needs.
pub struct Server {
    /// The center.
    pub center: Center,
    /// How it faces its callers.
    pub edge: edge::Config,
    /// Where callers come in.
    pub listener: std::net::TcpListener,
    /// Whether to do background work, and by what.
    pub worker: Option<Means>,
    /// Where those come in who want to a development environment.
    pub gateway: Option<Entrance>,
    /// Where metrics are read, and what has to be shown for it.
    pub metrics: Option<Window>,
}

/// Where metrics are read.
pub struct Window {
    /// Where readers come in.
    pub listener: std::net::TcpListener,
    /// What they have to show; empty: nothing.
    pub token: String,
}

/// Where people come in to development environments.
pub struct Entrance {
    /// Where they come in.
    pub listener: std::net::TcpListener,
    /// The address that their browsers use for it.
    pub url: String,
}

/// What background work is done by.
pub struct Means {
    /// What sends mail; without it mail waits.
    pub mailer: Option<Mailer>,
    /// What runs jobs.
    pub engine: Arc<dyn Compute>,
    /// What makes people's accounts on the cluster; without it the cluster asks for them.
    pub accounts: Option<AccountsHook>,
}

impl Means {
    /// Means by which no job is run: an engine that only keeps the books.
    #[must_use]
    pub fn recording(mailer: Option<Mailer>) -> Self {
        Self { mailer, engine: Arc::new(Fake::default()), accounts: None }
    }
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
        let runs = self.worker.as_ref().map(|means| means.engine.clone()).filter(|engine| engine.name() != Fake::NAME);
        let center = match runs {
            Some(engine) => self.center.with_engine(engine),
            None => self.center,
        };
        let center = match &self.gateway {
            Some(entrance) => center.with_gateway(&entrance.url),
            None => center,
        };
        let app = App::new(center.clone(), self.edge, Arc::new(edge::Accounts));
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        self.listener.set_nonblocking(true)?;
        // Signals are caught before anybody is told that the program runs.
        let (listener, signals) = {
            let _within = runtime.enter();
            (TcpListener::from_std(self.listener)?, Signals::new()?)
        };
        let worker = match self.worker {
            Some(means) => {
                let name = means.engine.name();
                center.write(&Actor::operator(), |cx| {
                    engine::only(cx, name)?;
                    if means.accounts.is_none() {
                        // How a program did that is no longer asked says nothing.
                        cluster_account::forget(cx)?;
                    }
                    // The one that only keeps the books begins with nothing each time.
                    if name == Fake::NAME { engine::forget(cx, name) } else { Ok(0) }
                })?;
                let tasks = worker::tasks(means.mailer, means.engine, means.accounts);
                Some(Worker::start(&center, &instance(&center), tasks)?)
            }
            None => None,
        };
        ready(listener.local_addr()?);
        let (told, stop) = watch::channel(());
        let entrance = match self.gateway {
            Some(entrance) => {
                entrance.listener.set_nonblocking(true)?;
                let _within = runtime.enter();
                let gateway = web::gateway(&app, &entrance.url)?;
                let mut stop = stop.clone();
                let stopped = async move { drop(stop.changed().await) };
                Some(runtime.spawn(serve(TcpListener::from_std(entrance.listener)?, stopped, gateway, PATIENCE)))
            }
            None => None,
        };
        let window = match self.metrics {
            Some(window) => {
                window.listener.set_nonblocking(true)?;
                let _within = runtime.enter();
                let mut stop = stop.clone();
                let stopped = async move { drop(stop.changed().await) };
                let routes = metrics::router(&app, &window.token);
                Some(runtime.spawn(serve(TcpListener::from_std(window.listener)?, stopped, routes, PATIENCE)))
            }
            None => None,
        };
        let told = async {
            signals.wait().await;
            let _ = told.send(());
        };
        runtime.block_on(async {
            serve(listener, told, routes(&app), PATIENCE).await;
            for other in [entrance, window].into_iter().flatten() {
                let _ = other.await;
            }
        });
        drop(stop);
        drop(app);
        // The runtime goes before the center: closing a PostgreSQL connection blocks, which is not
        // allowed within it.
        runtime.shutdown_timeout(FAREWELL);
        if let Some(worker) = worker {
            worker.stop();
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// Serves until a signal. A connection is closed when the head of its next request has not come
/// within `patience`; those with a request under way at the end are waited for a while.
async fn serve(listener: TcpListener, stop: impl Future<Output = ()>, routes: Router, patience: Duration) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience);
    let (ending, end) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        while connections.try_join_next().is_some() {}
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                let service = routes.clone().layer(Extension(ConnectInfo(peer)));
                let service = TowerToHyperService::new(service);
                let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
                let mut end = end.clone();
                connections.spawn(async move {
                    let mut connection = pin!(connection);
                    // How a connection ended is the caller's affair.
                    tokio::select! {
                        _ = &mut connection => {}
                        _ = end.changed() => {
                            connection.as_mut().graceful_shutdown();
                            let _ = connection.await;
                        }
                    }
                });
            }
            // Such as too many open files: others must close first.
            Err(error) => {
                tracing::warn!(%error, "a caller could not be let in");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
    tracing::info!("stopping");
    drop(listener);
    let _ = ending.send(());
    let rest = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(FAREWELL, rest).await.is_err() {
        tracing::warn!("requests were still under way");
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

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn callers_that_send_no_whole_head_are_cut_off_and_others_are_answered() -> std::io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (tell, told) = tokio::sync::oneshot::channel::<()>();
        let routes = Router::new()
            .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }));
        let stop = async { drop(told.await) };
        let server = tokio::spawn(serve(listener, stop, routes, Duration::from_millis(200)));

        let mut slow = TcpStream::connect(address).await?;
        slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await?;
        let mut answer = Vec::new();
        tokio::time::timeout(Duration::from_secs(10), slow.read_to_end(&mut answer)).await??;
        assert!(!String::from_utf8_lossy(&answer).contains("200 OK"), "half a head was answered");

        let mut quick = TcpStream::connect(address).await?;
        quick.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await?;
        answer.clear();
        quick.read_to_end(&mut answer).await?;
        assert!(String::from_utf8_lossy(&answer).ends_with("127.0.0.1"));

        let _ = tell.send(());
        tokio::time::timeout(FAREWELL, server).await?.map_err(std::io::Error::other)
    }
}
