//! A development environment for real: JupyterLab from PyPI as a job on this machine, opened through
//! the gateway, with a cell that runs.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::driver::Browser;
use crate::support::Demo;

/// Installing takes its time.
const PATIENCE: Duration = Duration::from_secs(300);

/// Waits for what a script answers.
async fn until(browser: &Browser, what: &str, script: &str) -> Value {
    let begun = Instant::now();
    loop {
        let found = browser.script(script, Vec::new()).await;
        if found != Value::Null && found != Value::Bool(false) {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: {}", browser.path().await);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notebook_runs_a_cell_in_the_browser() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Demo::start(&["--lang", "en"], folder.path());
    let browser = Browser::open(&demo.address, true).await;
    let lead = demo.accounts().into_iter().find(|(_, shown_as)| shown_as.contains("running project")).expect("a lead");
    browser.go("/sign-in").await;
    browser.fill(&[("email", &lead.0), ("password", &demo.password())]).await;
    browser.send("/sign-in").await;
    browser.go("/my/projects").await;
    let links = browser.links("main a[href^='/projects/']").await;
    let project = links.first().expect("a project").clone();
    let path = format!("{project}/environments");
    browser.go(&path).await;
    let pool =
        browser.script("return document.querySelector('#pool option:not([value=\"\"])').value", Vec::new()).await;
    browser.fill(&[("environment", "jupyterlab"), ("pool", pool.as_str().expect("a pool"))]).await;
    browser.send(&path).await;
    let open = "const open = document.querySelector('main a[target=_blank]'); return open && open.href;";
    let url = until(&browser, "it becomes ready", open).await;
    let url = url.as_str().expect("an address").to_owned();
    assert!(!url.contains("token") && !url.starts_with(&format!("http://{}/", demo.address)), "{url}");

    browser.visit(&url).await;
    let card = "const card = [...document.querySelectorAll('.jp-LauncherCard')].find(one => one.textContent.includes('Python 3')); if (card) card.click(); return !!card;";
    until(&browser, "the launcher is there", card).await;
    until(
        &browser,
        "the kernel is there",
        "return !!document.querySelector('.jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status=idle]')",
    )
    .await;
    let output = "return [...document.querySelectorAll('.jp-OutputArea-output')].map(one => one.textContent).join('').includes('42 ok')";
    // The page may take its cell anew while somebody types the first letters.
    let answers = async || browser.script(output, Vec::new()).await == Value::Bool(true);
    for _ in 0..6 {
        browser.type_and_run(".jp-Notebook .jp-Cell .cm-content", "print(6 * 7, 'ok')").await;
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(20) && !answers().await {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        if answers().await {
            break;
        }
    }
    let shown = browser.script("return document.body.innerText.slice(0, 2000)", Vec::new()).await;
    assert!(answers().await, "the cell answers: {shown}");

    // Whoever is not signed in, or is somebody else, does not come in.
    browser.forget().await;
    browser.visit(&url).await;
    assert!(browser.main().await.contains("로그인"), "{}", browser.main().await);
    let other =
        demo.accounts().into_iter().find(|(_, shown_as)| shown_as.contains("Cloud operator")).expect("an operator");
    browser.go("/sign-in").await;
    browser.fill(&[("email", &other.0), ("password", &demo.password())]).await;
    browser.send("/sign-in").await;
    browser.visit(&url).await;
    assert!(browser.main().await.contains("시작한 사람이 아니면"), "{}", browser.main().await);
    assert!(demo.stop(), "it stops in peace");
}
