//! What the way through the gateway costs compared with going to the target directly: throughput
//! (bar 80%) over a link of 10 Gbit/s and without one, time of small requests (bar 5 ms more), memory held by 500 open WebSockets (bar
//! 100 MiB). Caller, gateway and target are three processes on this machine:
//! `cargo run --release -p bench --bin gateway`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a bench prints and measures")]

use std::convert::Infallible;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bench::{Connection, percentile};
use edge::{Activity, Gateway, Target};
use futures_util::{StreamExt as _, stream};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const LARGE: usize = 512 << 20;
const PART: usize = 64 << 10;
const ROUNDS: usize = 7;
const SMALL: usize = 3000;
const SOCKETS: usize = 500;
/// 10 Gbit/s in bytes.
const LINK: f64 = 1.25e9;
const PUT: &str = "PUT /large HTTP/1.1\r\nHost: localhost\r\n";

/// This program in another role, stopped when done with it.
struct Role {
    process: Child,
    address: String,
}

impl Role {
    fn start(args: &[&str]) -> Self {
        let program = std::env::current_exe().unwrap();
        let mut process = Command::new(program).args(args).stdout(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { process, address: address.trim().to_owned() }
    }

    /// What it holds in memory now (`VmRSS:`) or held at most (`VmHWM:`), in MiB.
    fn resident_mib(&self, which: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(which)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
    }

    /// The processor time that it has used, in seconds.
    fn processor(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        // Hundredths of a second, within the program and within the kernel.
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn serve(routes: Router) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        axum::serve(listener, routes).await.unwrap();
    });
}

/// What stands for a session's server: answers, takes uploads, sends WebSocket bytes back.
fn target() {
    async fn large() -> Response {
        let part = Bytes::from(vec![7; PART]);
        let parts = stream::iter((0..LARGE / PART).map(move |_| Ok::<_, Infallible>(part.clone())));
        ([("content-length", LARGE.to_string())], Body::from_stream(parts)).into_response()
    }
    async fn take(request: Request) -> String {
        let mut parts = request.into_body().into_data_stream();
        let mut count = 0;
        while let Some(part) = parts.next().await {
            count += part.unwrap().len();
        }
        count.to_string()
    }
    async fn socket(mut request: Request) -> Response {
        let upgrade = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let mut io = hyper_util::rt::TokioIo::new(upgrade.await.unwrap());
            let mut buffer = vec![0; 4096];
            while let Ok(count @ 1..) = io.read(&mut buffer).await {
                io.write_all(&buffer[..count]).await.unwrap();
            }
        });
        let headers = [("connection", "upgrade"), ("upgrade", "websocket")];
        (http::StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
    }
    let small = get(async || "a few words of an answer, as a poll gets them");
    serve(Router::new().route("/small", small).route("/large", get(large).put(take)).route("/socket", get(socket)));
}

/// The gateway alone, in front of one target.
fn gateway(port: &str) {
    async fn pass(State((gateway, target)): State<(Gateway, Target)>, request: Request) -> Response {
        let activity = Arc::new(Activity::new());
        match gateway.forward(&target, request, &activity).await {
            Ok(response) => response,
            Err(error) => (error.status(), error.to_string()).into_response(),
        }
    }
    let target = Target { host: "127.0.0.1".to_owned(), port: port.parse().unwrap(), token: "token".to_owned() };
    serve(Router::new().fallback(pass).with_state((Gateway::new(None).unwrap(), target)));
}

/// Reads the head of an answer; answers the length of the body.
fn head(stream: &mut BufReader<TcpStream>, status: &str) -> usize {
    let (mut line, mut length) = (String::new(), 0);
    stream.read_line(&mut line).unwrap();
    assert!(line.starts_with(&format!("HTTP/1.1 {status}")), "{line}");
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    length
}

/// Lets no more through than a link of so many bytes a second would; without one, whatever comes.
fn pace(link: Option<f64>, start: Instant, count: usize) {
    let due = link.map_or(Duration::ZERO, |link| Duration::from_secs_f64(count as f64 / link));
    std::thread::sleep(due.saturating_sub(start.elapsed()));
}

/// How long a download of [`LARGE`] takes over a link.
fn download(address: &str, link: Option<f64>) -> Duration {
    let mut stream = TcpStream::connect(address).unwrap();
    let start = Instant::now();
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut stream = BufReader::with_capacity(PART, stream);
    let length = head(&mut stream, "200");
    assert_eq!(length, LARGE);
    let (mut rest, mut buffer) = (length, vec![0; PART]);
    while rest > 0 {
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "it broke off");
        rest -= count;
        pace(link, start, LARGE - rest);
    }
    start.elapsed()
}

/// How long an upload of [`LARGE`] takes over a link.
fn upload(address: &str, link: Option<f64>) -> Duration {
    let mut stream = TcpStream::connect(address).unwrap();
    let part = vec![7; PART];
    let start = Instant::now();
    stream.write_all(format!("{PUT}Content-Length: {LARGE}\r\n\r\n").as_bytes()).unwrap();
    for sent in 1..=LARGE / PART {
        stream.write_all(&part).unwrap();
        pace(link, start, sent * PART);
    }
    head(&mut BufReader::new(stream), "200");
    start.elapsed()
}

fn small(address: &str) -> Vec<Duration> {
    let mut connection = Connection::open(address, "Cookie: a=1");
    for _ in 0..100 {
        connection.get("/small");
    }
    let mut times: Vec<Duration> = (0..SMALL).map(|_| connection.get("/small").2).collect();
    times.sort();
    times
}

/// An open WebSocket over which something was said both ways.
fn open(address: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "GET /socket HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut stream = BufReader::with_capacity(1024, stream);
    head(&mut stream, "101");
    stream
}

/// Sends more than a buffer holds and reads it back.
fn talk(stream: &mut BufReader<TcpStream>) {
    let mut said = vec![7; 32 << 10];
    stream.get_mut().write_all(&said).unwrap();
    stream.read_exact(&mut said).unwrap();
}

/// Transfers directly and through the gateway by turns, so that whatever else the machine does
/// meets both, and prints the round in the middle.
fn throughput(name: &str, target: &Role, gateway: &Role, transfer: impl Fn(&str) -> Duration) {
    let mib = (LARGE >> 20) as f64;
    let used = gateway.processor();
    let rounds =
        (0..ROUNDS).map(|_| [&target.address, &gateway.address].map(|address| mib / transfer(address).as_secs_f64()));
    let mut rounds: Vec<[f64; 2]> = rounds.collect();
    let used = (gateway.processor() - used) / (ROUNDS as f64 * mib / 1024.0);
    rounds.sort_by(|a, b| (a[1] / a[0]).total_cmp(&(b[1] / b[0])));
    let [direct, through] = rounds[ROUNDS / 2];
    println!(
        "{name}: {through:.0} MiB/s through the gateway, {direct:.0} MiB/s directly: {:.0}% (bar 80%); {used:.2} s of processor per GiB",
        100.0 * through / direct
    );
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("target") => return target(),
        Some("gateway") => return gateway(&args[1]),
        _ => {}
    }
    let target = Role::start(&["target"]);
    let port = target.address.rsplit(':').next().unwrap();
    let gateway = Role::start(&["gateway", port]);

    for (name, link) in [("over 10 Gbit/s", Some(LINK)), ("without a link", None)] {
        throughput(&format!("download {name}"), &target, &gateway, |address| download(address, link));
        throughput(&format!("upload {name}"), &target, &gateway, |address| upload(address, link));
    }

    let (direct, through) = (small(&target.address), small(&gateway.address));
    for percent in [50, 99] {
        let (direct, through) = (percentile(&direct, percent), percentile(&through, percent));
        let more = through.saturating_sub(direct);
        println!(
            "small requests, p{percent}: {through:?} through the gateway, {direct:?} directly: {more:?} more (bar 5 ms)"
        );
    }
    println!("resident during all this: at most {:.1} MiB", gateway.resident_mib("VmHWM:"));
    drop(gateway);

    let gateway = Role::start(&["gateway", port]);
    let before = gateway.resident_mib("VmRSS:");
    let mut sockets: Vec<_> = (0..SOCKETS).map(|_| open(&gateway.address)).collect();
    sockets.iter_mut().for_each(talk);
    let after = gateway.resident_mib("VmRSS:");
    println!("{SOCKETS} open WebSockets: {after:.1} MiB resident, {before:.1} MiB without them (bar 100 MiB)");
}
