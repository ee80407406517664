//! Chromium, driven through its own driver: both come with Debian, and a machine without them fails
//! these tests.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;

/// A browser with its driver; both end with this value.
pub struct Browser {
    pub web: WebDriver,
    base: String,
    driver: Child,
    _profile: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver leaves its browser behind when it is told to end: both are of one group.
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.driver.id())]).status();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// Opens a browser on the portal at `address`.
    pub async fn open(address: &str, scripts: bool) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("chromedriver is there: ./test browser installs it");
        let mut lines = BufReader::new(driver.stdout.take().expect("piped")).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                line.split("started successfully on port ").nth(1).map(|rest| rest.trim_end_matches('.').to_owned())
            })
            .expect("chromedriver says its port");
        // What it says later is read and thrown away, so that it never waits for us.
        std::thread::spawn(move || lines.map_while(Result::ok).count());
        let profile = tempfile::tempdir().expect("a folder");
        let mut wishes = DesiredCapabilities::chrome();
        for wish in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=ko-KR",
            "--window-size=1440,1000",
        ] {
            wishes.add_arg(wish).expect("an argument");
        }
        wishes.add_arg(&format!("--user-data-dir={}", profile.path().display())).expect("an argument");
        let javascript = if scripts { 1 } else { 2 };
        let settings = json!({
            "profile.managed_default_content_settings.javascript": javascript,
            "intl.accept_languages": "ko-KR,ko",
        });
        wishes.add_experimental_option("prefs", settings).expect("a setting");
        wishes.set_browser_log_level(LoggingPrefsLogLevel::All).expect("a setting");
        let web = WebDriver::new(format!("http://127.0.0.1:{port}"), wishes).await.expect("chromium starts");
        Self { web, base: format!("http://{address}"), driver, _profile: profile }
    }

    /// The portal moved to another address: it was started again.
    pub fn moved_to(&mut self, address: &str) {
        self.base = format!("http://{address}");
    }

    /// Goes to a path of the portal.
    pub async fn go(&self, path: &str) {
        self.web.goto(format!("{}{path}", self.base)).await.unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Path and query of the page.
    pub async fn path(&self) -> String {
        let url = self.web.current_url().await.expect("a page has an address");
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// The text of the page's main part.
    pub async fn main(&self) -> String {
        self.one("main").await.text().await.expect("text")
    }

    /// The one element of a selector, waited for.
    pub async fn one(&self, css: &str) -> WebElement {
        let start = Instant::now();
        loop {
            if let Ok(found) = self.web.find(By::Css(css)).await {
                return found;
            }
            if start.elapsed() > Duration::from_secs(10) {
                panic!("no {css} at {}:\n{}", self.path().await, self.main_or_source().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn main_or_source(&self) -> String {
        match self.web.find(By::Css("main")).await {
            Ok(main) => main.text().await.unwrap_or_default(),
            Err(_) => self.web.source().await.unwrap_or_default(),
        }
    }

    /// Whether there is such an element now.
    pub async fn has(&self, css: &str) -> bool {
        self.web.find(By::Css(css)).await.is_ok()
    }

    /// Runs a script of the test.
    pub async fn script(&self, script: &str, args: Vec<Value>) -> Value {
        self.web.execute(script, args).await.unwrap_or_else(|error| panic!("{error}")).json().clone()
    }

    /// Fills fields by their names, as typing or choosing would: the page's script is told.
    pub async fn fill(&self, fields: &[(&str, &str)]) {
        for (name, value) in fields {
            let done = self
                .script(
                    "const [name, value] = arguments;
                     const field = document.querySelector(`main [name=\"${name}\"]`);
                     if (!field) return false;
                     if (field.type === 'checkbox' || field.type === 'radio') {
                       const box = document.querySelector(`main [name=\"${name}\"][value=\"${value}\"]`);
                       if (!box) return false;
                       if (!box.checked) box.click();
                       return true;
                     }
                     field.value = value;
                     if (field.value !== value) return false;
                     field.dispatchEvent(new Event('input', { bubbles: true }));
                     field.dispatchEvent(new Event('change', { bubbles: true }));
                     return true;",
                    vec![json!(name), json!(value)],
                )
                .await;
            assert_eq!(
                done,
                json!(true),
                "field {name} does not take {value:?} at {}:\n{}",
                self.path().await,
                self.main().await
            );
        }
    }

    /// Presses the element and waits for the page that follows.
    pub async fn press(&self, css: &str) {
        let before = self.one("html").await;
        let button = self.one(css).await;
        button.scroll_into_view().await.expect("it is on the page");
        button.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
        let start = Instant::now();
        // The old page's element is stale once another page stands there.
        while before.tag_name().await.is_ok() {
            assert!(start.elapsed() < Duration::from_secs(10), "{css} leads nowhere at {}", self.path().await);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        self.one("main").await;
    }

    /// Presses the button of the form that posts to `action`.
    pub async fn send(&self, action: &str) {
        self.press(&format!("main form[action=\"{action}\"] button:not(.hidden):not([name=add]):not([name=remove])"))
            .await;
    }

    /// Goes to an address outside of the portal.
    pub async fn visit(&self, url: &str) {
        self.web.goto(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Types into an element, and then Shift and Enter.
    pub async fn type_and_run(&self, css: &str, text: &str) {
        let field = self.one(css).await;
        field.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
        // In the place of what is there.
        field.send_keys(Key::Control + "a").await.unwrap_or_else(|error| panic!("{css}: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("{css}: {error}"));
        field.send_keys(Key::Shift + Key::Enter).await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Forgets who was signed in.
    pub async fn forget(&self) {
        self.web.delete_all_cookies().await.expect("cookies can be deleted");
    }

    /// Sets the width of the window's page, in CSS pixels, as a phone or a desk has it.
    pub async fn width(&self, pixels: u32) {
        self.size(pixels, 1000).await;
    }

    async fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.web.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await.expect("the size can be set");
    }

    /// What the browser complained about since it was asked last: refused scripts, missing files.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.web.browser_log().await.expect("chromium keeps a log");
        log.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect()
    }
}

impl Browser {
    /// The portal's own links of a selector, each once, in order.
    pub async fn links(&self, css: &str) -> Vec<String> {
        let found = self
            .script(
                "return [...new Set([...document.querySelectorAll(arguments[0])].map(a => a.getAttribute('href')))];",
                vec![json!(css)],
            )
            .await;
        serde_json::from_value(found).expect("a list of texts")
    }

    /// The value of a field or choice.
    pub async fn value_of(&self, css: &str) -> String {
        let value = self.script("return document.querySelector(arguments[0])?.value ?? '';", vec![json!(css)]).await;
        value.as_str().unwrap_or_default().to_owned()
    }
}

impl Browser {
    /// Keeps a picture of the whole page, at most 4,000 pixels of it.
    pub async fn picture(&self, file: &std::path::Path, width: u32) {
        let height = self.script("return Math.min(document.documentElement.scrollHeight, 4000);", Vec::new()).await;
        self.size(width, u32::try_from(height.as_u64().unwrap_or(1000)).unwrap_or(1000)).await;
        self.web.screenshot(file).await.expect("a picture can be kept");
        self.size(width, 1000).await;
    }
}
