//! What the benches share: times in order, and a bare HTTP/1.1 client that keeps its connection, so
//! that the server is measured and not the client.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a bench measures, and fails loudly")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// The value below which `percent` of the times lie.
#[must_use]
pub fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted.get((sorted.len() * percent / 100).min(last)).copied().unwrap_or_default()
}

/// Over how many connections at once lists are asked for.
pub const CONNECTIONS: usize = 8;
/// How often each of them asks, after one time that is not measured.
const REQUESTS: usize = 40;

/// Asks for a path over all connections at once, signed in by a cookie; answers the status, the size of
/// the body and how long each took, in order.
///
/// # Panics
/// If nobody listens there.
#[must_use]
pub fn measure(address: &str, path: &str, cookie: &str) -> (u16, usize, Vec<Duration>) {
    let threads: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (address, path, cookie) = (address.to_owned(), path.to_owned(), cookie.to_owned());
            std::thread::spawn(move || {
                let mut connection = Connection::open(&address, &format!("Cookie: mudeung={cookie}"));
                connection.get(&path);
                (0..REQUESTS).map(|_| connection.get(&path)).collect::<Vec<_>>()
            })
        })
        .collect();
    let answers: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    let mut times: Vec<Duration> = answers.iter().map(|(_, _, time)| *time).collect();
    times.sort();
    (answers[0].0, answers[0].1, times)
}

/// A connection to a server on this machine.
pub struct Connection {
    stream: BufReader<TcpStream>,
    head: String,
}

impl Connection {
    /// Connects to `address` (`127.0.0.1:port`); `header` (`Name: value`) goes with each request.
    ///
    /// # Panics
    /// If nobody listens.
    #[must_use]
    pub fn open(address: &str, header: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let head = format!("Host: {address}\r\nAccept-Language: ko\r\n{header}\r\n\r\n");
        Self { stream: BufReader::new(stream), head }
    }

    /// Asks for a path; answers the status, the size of the body and how long it took.
    ///
    /// # Panics
    /// If the answer is not HTTP/1.1 with a length.
    pub fn get(&mut self, path: &str) -> (u16, usize, Duration) {
        let start = Instant::now();
        let (status, body) = self.ask("GET", path, "");
        (status, body.len(), start.elapsed())
    }

    /// Asks for a path by a method, with a body unless it is empty; answers the status and the body.
    ///
    /// # Panics
    /// If the answer is not HTTP/1.1 with a length.
    pub fn ask(&mut self, method: &str, path: &str, body: &str) -> (u16, Vec<u8>) {
        let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let request = format!("{method} {path} HTTP/1.1\r\n{length}{}{body}", self.head);
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        (status, body)
    }
}
