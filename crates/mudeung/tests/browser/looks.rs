//! Every page that each person can reach, in both languages, at the width of a desk and of a phone:
//! nothing overflows, everything has its name, nothing is refused by the browser.
//!
//! `MUDEUNG_SCREENSHOTS=DIR` keeps a picture of each.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use serde_json::json;

use crate::driver::Browser;
use crate::support::Demo;

/// Looks at the page for what a person with a screen reader, a keyboard or a phone would stumble
/// over (KWCAG 2.2); answers what is wrong.
const LOOK: &str = r#"
const wrong = [];
const page = document.documentElement;
if (page.scrollWidth > page.clientWidth + 1) {
  const wide = [...document.querySelectorAll('main *, header *, footer *')].filter(e => {
    if (e.closest('.table-scroll, .chart-scroll')) return false;
    return e.getBoundingClientRect().right > page.clientWidth + 1;
  }).slice(-3).map(e => e.tagName.toLowerCase() + '.' + e.className);
  wrong.push('wider than the window by ' + (page.scrollWidth - page.clientWidth) + ': ' + wide.join(', '));
}
if (page.lang !== arguments[0]) wrong.push('lang is ' + page.lang);
if (document.querySelectorAll('h1').length !== 1) wrong.push(document.querySelectorAll('h1').length + ' h1');
if (!document.title.trim()) wrong.push('no title');
for (const field of document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')) {
  const named = (field.labels && [...field.labels].some(l => l.textContent.trim())) || field.getAttribute('aria-label');
  if (!named) wrong.push('field without label: ' + (field.name || field.id));
}
for (const one of document.querySelectorAll('a[href], button')) {
  const name = one.textContent.trim() || one.getAttribute('aria-label') || [...one.querySelectorAll('img')].map(i => i.alt).join('');
  if (!name && one.getAttribute('aria-hidden') !== 'true') wrong.push('no name: ' + one.outerHTML.slice(0, 80));
}
for (const picture of document.querySelectorAll('img')) if (picture.getAttribute('alt') === null) wrong.push('img without alt');
for (const drawing of document.querySelectorAll('main svg')) {
  if (drawing.getAttribute('aria-hidden') !== 'true' && drawing.getAttribute('role') !== 'img') wrong.push('svg that is neither named nor hidden');
}
for (const table of document.querySelectorAll('main table')) if (!table.querySelector('th')) wrong.push('table without heads');
const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
const twice = ids.filter((id, n) => ids.indexOf(id) !== n);
if (twice.length) wrong.push('ids twice: ' + [...new Set(twice)].join(', '));
if (arguments[0] === 'en') {
  // Names and titles of Korean people and projects may be Korean; labels may not.
  for (const label of document.querySelectorAll('main label, main th[scope=col], main legend, main button, nav a'))
    if (/[가-힣]/.test(label.textContent) && !label.closest('[lang=ko]') && !label.querySelector('[lang=ko]')) wrong.push('Korean in an English page: ' + label.textContent.trim().slice(0, 40));
}
return wrong;
"#;

/// The path with ids and cursors taken out: pages of one kind are looked at twice at most.
fn kind(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<&str> = path
        .split('/')
        .map(|part| {
            let id = part.len() > 20 && part.contains('-');
            let number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            if id || number { "{id}" } else { part }
        })
        .collect();
    let keys: Vec<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{}?{}", parts.join("/"), keys.join("&"))
}

/// Whether a link leads to a page: not to files, the API or another language.
fn is_page(link: &str) -> bool {
    let path = link.split(['?', '#']).next().unwrap_or(link);
    link.starts_with('/')
        && !link.starts_with("//")
        && !["/api/", "/language/", "/static/", "/import/example/"].iter().any(|prefix| path.starts_with(prefix))
        && !path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

/// What was looked at so far: how often each kind of page, and what was wrong there.
#[derive(Default)]
struct Looked {
    kinds: BTreeMap<String, usize>,
    wrong: BTreeMap<String, BTreeSet<String>>,
}

/// Goes wherever the links lead. A kind of page is looked at in all four ways for the first two
/// people who get there, for the others on a phone in Korean: what differs between them is buttons.
async fn look_around(browser: &Browser, who: &str, pictures: Option<&PathBuf>, looked: &mut Looked) {
    const WAYS: [(&str, u32); 4] = [("ko", 375), ("en", 375), ("ko", 1440), ("en", 1440)];
    let mut mine: BTreeSet<String> = BTreeSet::new();
    let mut known: BTreeSet<String> = BTreeSet::from(["/".to_owned()]);
    let mut next: VecDeque<String> = VecDeque::from(["/".to_owned()]);
    while let Some(path) = next.pop_front() {
        let kind = kind(&path);
        if !mine.insert(kind.clone()) {
            continue;
        }
        let times = looked.kinds.entry(kind.clone()).or_default();
        *times += 1;
        let ways = if *times > 2 { &WAYS[..1] } else { &WAYS[..] };
        for &(lang, width) in ways {
            browser.width(width).await;
            let join = if path.contains('?') { '&' } else { '?' };
            browser.go(&format!("{path}{join}lang={lang}")).await;
            let mut wrong: Vec<String> =
                serde_json::from_value(browser.script(LOOK, vec![json!(lang)]).await).expect("a list");
            wrong.extend(browser.complaints().await);
            for one in wrong {
                looked.wrong.entry(kind.clone()).or_default().insert(format!("{who} {lang} {width}: {one}"));
            }
            if let Some(folder) = pictures {
                let name = kind.replace(['/', '?', '&', '{', '}'], "_");
                browser.picture(&folder.join(format!("{who}{name}-{lang}-{width}.png")), width).await;
            }
        }
        if kind.starts_with("/mail/") {
            // What a mail links to is for its recipient.
            continue;
        }
        for link in browser.links("header a[href], main a[href]").await {
            let link = link.split('#').next().unwrap_or_default().to_owned();
            if is_page(&link) && known.insert(link.clone()) {
                next.push_back(link);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_browser_every_page_of_the_sample_year_reads_well_on_desk_and_phone_in_both_languages() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Demo::start(&[], folder.path());
    let pictures = std::env::var_os("MUDEUNG_SCREENSHOTS").map(PathBuf::from);
    if let Some(folder) = &pictures {
        std::fs::create_dir_all(folder).expect("a folder");
    }
    let browser = Browser::open(&demo.address, true).await;
    let mut looked = Looked::default();
    look_around(&browser, "visitor", pictures.as_ref(), &mut looked).await;
    let (accounts, password) = (demo.accounts(), demo.password());
    assert!(accounts.len() >= 9, "one sign-in per role: {:?}", demo.lines);
    for (email, _) in &accounts {
        browser.forget().await;
        browser.go("/sign-in").await;
        browser.fill(&[("email", email), ("password", &password)]).await;
        browser.send("/sign-in").await;
        assert!(!browser.path().await.starts_with("/sign-in"), "{email}: {}", browser.main().await);
        let who = email.split('@').next().unwrap_or_default();
        look_around(&browser, who, pictures.as_ref(), &mut looked).await;
    }
    assert!(looked.kinds.len() > 60, "only these were reached: {:?}", looked.kinds.keys());
    assert!(looked.wrong.is_empty(), "{:#?}", looked.wrong);
    assert!(demo.stop());
}
