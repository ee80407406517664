//! Metrics as Prometheus reads them from the real program, and the page and the dashboard about them.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Demo, free_address, run, text, until_it_listens};

const TOKEN: &str = "a-token-of-this-test";

/// Head and body of an answer.
fn get(address: &str, path: &str, authorization: Option<&str>) -> (String, String) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let authorization = authorization.map(|shown| format!("Authorization: {shown}\r\n")).unwrap_or_default();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{authorization}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer in UTF-8");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    (head.to_lowercase(), body.to_owned())
}

/// A metric: its type, and each series with its value.
#[derive(Debug, Default)]
struct Family {
    kind: String,
    series: BTreeMap<(String, Vec<(String, String)>), f64>,
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Name, labels and value of a line, as strictly as the format has it.
fn sample(line: &str) -> (String, Vec<(String, String)>, f64) {
    let end = line.find(['{', ' ']).expect("a name ends");
    let (name, mut rest) = line.split_at(end);
    let mut labels = Vec::new();
    if let Some(mut inner) = rest.strip_prefix('{') {
        loop {
            let (label, after) = inner.split_once("=\"").expect("a label has a value");
            let mut value = String::new();
            let mut chars = after.char_indices();
            let end = loop {
                match chars.next().expect("a value ends") {
                    (_, '\\') => value.push(match chars.next().expect("something is escaped").1 {
                        'n' => '\n',
                        same @ ('\\' | '"') => same,
                        other => panic!("\\{other} in {line}"),
                    }),
                    (at, '"') => break at + 1,
                    (_, other) => value.push(other),
                }
            };
            assert!(is_name(label), "{line}");
            labels.push((label.to_owned(), value));
            inner = &after[end..];
            match inner.strip_prefix(',') {
                Some(more) => inner = more,
                None => break,
            }
        }
        rest = inner.strip_prefix('}').expect("labels end");
    }
    let value = rest.strip_prefix(' ').expect("a blank before the value");
    let value = if value == "+Inf" { f64::INFINITY } else { value.parse().expect("a number") };
    (name.to_owned(), labels, value)
}

/// Reads the text format and refuses whatever is not of it.
fn read(page: &str) -> BTreeMap<String, Family> {
    assert!(page.ends_with('\n') && !page.contains("\n\n") && !page.contains('\r'));
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut helped = String::new();
    let mut current = String::new();
    for line in page.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').expect("words of help");
            assert!(is_name(name) && words.len() > 5, "{line}");
            name.clone_into(&mut helped);
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("a type");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert_eq!(name, helped, "help stands before the type");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            let new = Family { kind: kind.to_owned(), ..Family::default() };
            assert!(families.insert(name.to_owned(), new).is_none(), "{name} comes twice");
            name.clone_into(&mut current);
        } else {
            assert!(!line.starts_with('#'), "{line}");
            let (name, labels, value) = sample(line);
            let family = families.get_mut(&current).expect("a type stands before its samples");
            let of = match family.kind.as_str() {
                "histogram" => ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)),
                _ => Some(name.as_str()),
            };
            assert_eq!(of, Some(current.as_str()), "{line}");
            assert!(family.series.insert((name.clone(), labels), value).is_none(), "twice: {line}");
        }
    }
    for (name, family) in families.iter().filter(|(_, family)| family.kind == "histogram") {
        let mut buckets: Vec<(f64, f64)> = Vec::new();
        for ((part, labels), value) in &family.series {
            if part.ends_with("_bucket") {
                let bound = &labels.iter().find(|(label, _)| label == "le").expect("a bound").1;
                buckets.push((if bound == "+Inf" { f64::INFINITY } else { bound.parse().expect("a bound") }, *value));
            }
        }
        buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert!(buckets.windows(2).all(|two| two[0].1 <= two[1].1), "{name}: {buckets:?}");
        let count = family.series[&(format!("{name}_count"), Vec::new())];
        assert_eq!(buckets.last().copied(), Some((f64::INFINITY, count)));
    }
    families
}

fn docs(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(file);
    std::fs::read_to_string(path).expect("readable")
}

/// The names of the page's tables with their labels.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let page = docs("metrics.md");
    let tables = page.split("## What to be woken for").next().expect("tables");
    let words = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let mut all = BTreeMap::new();
    for line in tables.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').collect();
        let [name] = words(cells[1]).try_into().expect("one name a line");
        assert!(all.insert(name, words(cells[2]).into_iter().collect()).is_none(), "twice: {line}");
    }
    all
}

/// Every string under one of these keys, wherever it is.
fn strings<'a>(value: &'a Value, key: &str, out: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                if let (true, Some(text)) = (name == key, inner.as_str()) {
                    out.push(text);
                }
                strings(inner, key, out);
            }
        }
        Value::Array(all) => all.iter().for_each(|one| strings(one, key, out)),
        _ => {}
    }
}

fn names_in(query: &str) -> impl Iterator<Item = &str> {
    query
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with("mudeung_") || word.starts_with("process_"))
}

fn the_dashboard_asks_for_what_is_served(served: &BTreeMap<String, Family>) {
    let board: Value = serde_json::from_str(&docs("grafana/mudeung.json")).expect("JSON");
    assert!(board["schemaVersion"].as_i64().is_some_and(|version| version >= 36));
    let panels = board["panels"].as_array().expect("panels");
    let ids: BTreeSet<i64> = panels.iter().filter_map(|panel| panel["id"].as_i64()).collect();
    assert_eq!(ids.len(), panels.len(), "each panel has a number of its own");
    let (mut queries, mut sources, mut titles) = (Vec::new(), Vec::new(), Vec::new());
    strings(&board, "expr", &mut queries);
    strings(&board, "definition", &mut queries);
    strings(&board, "uid", &mut sources);
    strings(&board, "title", &mut titles);
    assert!(queries.len() > 20 && titles.len() == panels.len() + 1);
    assert!(sources.iter().all(|uid| ["${datasource}", "mudeung-center"].contains(uid)), "{sources:?}");
    for title in titles {
        let korean = |part: &str| part.chars().any(|c| ('가'..='힣').contains(&c)) || part.starts_with('$');
        let both = title.split_once(" · ");
        assert!(both.is_some_and(|(ko, en)| korean(ko) && en.is_ascii()), "{title}");
    }
    let mut asked = BTreeSet::new();
    for query in queries {
        let names: Vec<&str> = names_in(query).collect();
        assert!(!names.is_empty(), "{query}");
        for name in names {
            let whole = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            let of = whole.filter(|whole| served.get(*whole).is_some_and(|one| one.kind == "histogram"));
            let of = of.unwrap_or(name);
            assert!(served.contains_key(of), "{name} is not served: {query}");
            asked.insert(of.to_owned());
        }
    }
    let left: Vec<&String> = served.keys().filter(|name| !asked.contains(*name)).collect();
    assert!(left.is_empty(), "no panel shows {left:?}");
}

#[test]
fn metrics_are_served_to_whoever_shows_the_token_and_are_as_documented() {
    let folder = tempfile::tempdir().expect("a folder");
    let (address, metrics) = (free_address(), free_address());
    let center = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../centers/gwangju/center.toml");
    let config = folder.path().join("mudeung.toml");
    let file = format!(
        "database_url = 'sqlite:{}'\ncenter = '{}'\n[http]\nlisten = '{address}'\n[compute]\nengine = 'none'\n[metrics]\nlisten = '{metrics}'\ntoken_file = 'metrics.token'\n",
        text(&folder.path().join("a.db")),
        text(&center),
    );
    std::fs::write(&config, file).expect("written");

    // Without the token's file nothing is served, least of all to everybody.
    let refused = |lang: &str, part: &str| {
        let output = run(&["--lang", lang, "serve", "--config", text(&config)]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(part) && said.contains("metrics.token"), "{said}");
    };
    refused("en", "holds no token");
    std::fs::write(folder.path().join("metrics.token"), " \n").expect("written");
    refused("en", "holds no token");
    refused("ko", "지표용 토큰을 읽지 못했습니다");
    std::fs::write(folder.path().join("metrics.token"), format!("{TOKEN}\n")).expect("written");

    let server = Demo::serve(&config, address);
    until_it_listens(&metrics);
    for shown in [None, Some("Bearer wrong"), Some("Bearer "), Some(TOKEN), Some("Basic a-token-of-this-test")] {
        let (head, body) = get(&metrics, "/metrics", shown);
        assert!(head.starts_with("http/1.1 401") && head.contains("www-authenticate: bearer"), "{shown:?}: {head}");
        assert!(body.is_empty(), "{body}");
    }
    let shown = format!("Bearer {TOKEN}");
    assert!(get(&metrics, "/", Some(&shown)).0.starts_with("http/1.1 404"));
    assert!(
        get(&server.address, "/metrics", Some(&shown)).0.starts_with("http/1.1 404"),
        "not at the portal's address"
    );
    for _ in 0..3 {
        assert!(server.get("/").starts_with("HTTP/1.1 200"));
    }

    // The engine is first looked at a moment after the start.
    let start = Instant::now();
    let lag = "mudeung_engine_reconcile_lag_seconds";
    let families = loop {
        let (head, body) = get(&metrics, "/metrics", Some(&shown));
        assert!(
            head.starts_with("http/1.1 200") && head.contains("text/plain; version=0.0.4; charset=utf-8"),
            "{head}"
        );
        let families = read(&body);
        if !families[lag].series.is_empty() {
            break families;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "it does not come to that");
        std::thread::sleep(Duration::from_millis(50));
    };
    let value = |name: &str, labels: &[(&str, &str)]| {
        let labels = labels.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect();
        let family = families.get(name).unwrap_or_else(|| panic!("{name} is not there"));
        family.series.get(&(name.to_owned(), labels)).copied()
    };
    assert_eq!(value("mudeung_database_up", &[]), Some(1.0));
    assert!(value("mudeung_http_requests_total", &[("class", "2xx")]) >= Some(3.0));
    assert!(value("mudeung_http_requests_total", &[("class", "4xx")]) >= Some(1.0));
    assert_eq!(value("mudeung_http_requests_total", &[("class", "5xx")]), Some(0.0));
    // The sample center's capacity has days; the pool is there on all.
    assert!(value("mudeung_pool_installed", &[("pool", "gpu-a100"), ("unit", "device")]).is_some());
    assert_eq!(value("mudeung_jobs", &[("pool", "gpu-a100"), ("state", "running")]), Some(0.0));
    assert!(value("process_resident_memory_bytes", &[]) > Some(1e6));
    assert!(value(lag, &[]).is_some_and(|seconds| seconds < 30.0));
    assert_eq!(value("mudeung_build_info", &[("version", env!("CARGO_PKG_VERSION"))]), Some(1.0));

    let served: BTreeMap<String, BTreeSet<String>> = families
        .iter()
        .map(|(name, family)| {
            let labels = family.series.keys().flat_map(|(_, labels)| labels.iter().map(|(label, _)| label.clone()));
            (name.clone(), labels.collect())
        })
        .collect();
    assert_eq!(documented(), served, "docs/metrics.md names what is served, with its labels");
    let page = docs("metrics.md");
    let woken = page.split("## What to be woken for").nth(1).expect("it is there");
    for name in woken.lines().filter(|line| line.starts_with('|')).flat_map(names_in) {
        assert!(families.contains_key(name), "{name}");
    }
    the_dashboard_asks_for_what_is_served(&families);
    assert!(server.stop());
}
