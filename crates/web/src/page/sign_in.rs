//! The way in: signing in and up, confirming an address, a forgotten password, signing out.

use askama::Template;
use axum::extract::{Path, Query};
use domain::Code;
use domain::access::Act;
use domain::person::LinkPurpose;
use http::{HeaderMap, header};
use serde::Deserialize;
use service::account::SignUp;
use service::load::{SignIn, SignIns};
use service::{Error, account};
use texts::{Lang, Texts, k};

use crate::chrome::{Chrome, in_query};
use crate::form::Form;
use crate::route::{Line, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/sign-in", Act::SignIn, sign_in),
        post("/sign-in", Act::SignIn, signing_in),
        get("/sign-up", Act::SignIn, sign_up),
        post("/sign-up", Act::SignIn, signing_up),
        get("/sign-up/sent", Act::SignIn, sign_up_sent),
        get("/verify/{token}", Act::SignIn, verify),
        post("/verify/{token}", Act::SignIn, verifying),
        get("/reset", Act::SignIn, reset),
        post("/reset", Act::SignIn, asking_for_reset),
        get("/reset/sent", Act::SignIn, reset_sent),
        get("/reset/{token}", Act::SignIn, choose),
        post("/reset/{token}", Act::SignIn, choosing),
        post("/sign-out", Act::AccountManage, sign_out),
    ]
}

#[derive(Deserialize)]
struct To {
    #[serde(default)]
    to: String,
}

#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct SignInPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    to: String,
    /// The accounts that a demo shows.
    demo: SignIns,
}

impl SignInPage {
    /// What an account of the demo shows.
    fn shows(&self, one: &SignIn) -> String {
        self.t.named(&one.text(), &std::collections::HashMap::new())
    }
}

async fn sign_in_page(ui: &Ui, form: Form) -> Result<SignInPage, edge::Fail> {
    let to = edge::local_path(form.value("to")).to_owned();
    let demo = ui.read(service::load::sign_ins).await?;
    Ok(SignInPage { chrome: ui.chrome(ui.t.s(k::SIGN_IN_TITLE)), t: ui.t, form, to, demo })
}

async fn sign_in(ui: Ui, Query(To { to }): Query<To>) -> Answer {
    if ui.who.is_signed_in() {
        return ui.go(&to);
    }
    ui.page(&sign_in_page(&ui, Form::filled([("to", to)])).await?)
}

async fn signing_in(ui: Ui, headers: HeaderMap, mut form: Form) -> Answer {
    let email = form.text("email", 254);
    let password = form.secret("password");
    if let (Some(email), Some(password)) = (email, password) {
        let agent =
            headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let actor = ui.actor().clone();
        let outcome = ui.app.blocking(move |center| account::sign_in(center, &actor, &email, &password, &agent)).await;
        match outcome {
            Ok(session) => return ui.signed_in(&session.cookie, None, edge::local_path(form.value("to"))),
            Err(fail) => form.take(fail)?,
        }
    }
    ui.rejected(&sign_in_page(&ui, form).await?)
}

#[derive(Template)]
#[template(path = "account/sign_up.html")]
struct SignUpPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    languages: Vec<(String, String)>,
}

/// The languages of the portal, each by its own name.
pub(crate) fn languages() -> Vec<(String, String)> {
    Lang::ALL.iter().map(|&lang| (lang.to_string(), Texts::new(lang).word(lang))).collect()
}

fn sign_up_page(ui: &Ui, form: Form) -> SignUpPage {
    SignUpPage { chrome: ui.chrome(ui.t.s(k::SIGN_UP_TITLE)), t: ui.t, form, languages: languages() }
}

async fn sign_up(ui: Ui) -> Answer {
    if ui.who.is_signed_in() {
        return ui.go("/account");
    }
    let form = Form::filled([("language", ui.t.lang().to_string())]);
    ui.page(&sign_up_page(&ui, form))
}

async fn signing_up(ui: Ui, mut form: Form) -> Answer {
    let name = form.text_or_empty("name", 1000);
    let phone = form.text_or_empty("phone", 1000);
    let language = form.choice("language");
    let input = SignUp {
        email: form.value("email").to_owned(),
        name: name.unwrap_or_default(),
        phone: phone.unwrap_or_default(),
        language: language.unwrap_or(ui.t.lang()),
        password: form.value("password").to_owned(),
        consent: form.checked("consent"),
    };
    form.add_faults(account::sign_up_checked(&input).err().unwrap_or_default());
    if form.is_fine() {
        let actor = ui.actor().clone();
        match ui.app.blocking(move |center| account::sign_up(center, &actor, &input)).await {
            Ok(()) => return ui.go("/sign-up/sent"),
            Err(fail) => form.take(fail)?,
        }
    }
    ui.rejected(&sign_up_page(&ui, form))
}

/// A page that says one thing.
#[derive(Template)]
#[template(path = "account/notice.html")]
struct NoticePage {
    chrome: Chrome,
    t: Texts,
    text: String,
    /// Where to go on, and its label.
    next: Option<(String, String)>,
    /// The address and label of the one button of a form.
    act: Option<(String, String)>,
    /// Whether it is about a mail, which a demo shows on a page.
    mail: bool,
}

async fn sign_up_sent(ui: Ui) -> Answer {
    let t = ui.t;
    let chrome = ui.chrome(t.s(k::SENT_TITLE));
    ui.page(&NoticePage { chrome, t, text: t.s(k::SIGN_UP_SENT), next: None, act: None, mail: true })
}

async fn reset_sent(ui: Ui) -> Answer {
    let t = ui.t;
    let chrome = ui.chrome(t.s(k::SENT_TITLE));
    ui.page(&NoticePage { chrome, t, text: t.s(k::RESET_SENT), next: None, act: None, mail: true })
}

/// The page of a link that is over.
fn over(ui: &Ui) -> Answer {
    let t = ui.t;
    let chrome = ui.chrome(t.s(k::LINK_OVER_TITLE));
    let next = Some(("/sign-in".to_owned(), t.s(k::CHROME_SIGN_IN)));
    ui.rejected(&NoticePage { chrome, t, text: t.s(k::LINK_OVER_TEXT), next, act: None, mail: false })
}

fn is_over(error: &Error) -> bool {
    matches!(error, Error::Conflict(reasons) if reasons.iter().any(|reason| reason.code == Code::LinkOver))
}

/// Only a button: the scanners of mail servers open every link, and must not use it up.
async fn verify(ui: Ui, Path(token): Path<String>) -> Answer {
    let t = ui.t;
    let action = format!("/verify/{}", in_query(&token));
    match ui.read(move |cx| account::link(cx, &token, LinkPurpose::Verify)).await {
        Ok(user) => ui.page(&NoticePage {
            chrome: ui.chrome(t.s(k::VERIFY_TITLE)),
            t,
            text: t.f1(k::VERIFY_TEXT, "email", user.email),
            next: None,
            act: Some((action, t.s(k::VERIFY_DO))),
            mail: false,
        }),
        Err(fail) if is_over(&fail.0) => over(&ui),
        Err(fail) => Err(fail),
    }
}

async fn verifying(ui: Ui, Path(token): Path<String>) -> Answer {
    match ui.write(move |cx| account::verify_email(cx, &token)).await {
        Ok(()) => ui.done("/sign-in", k::FLASH_VERIFIED),
        Err(fail) if is_over(&fail.0) => over(&ui),
        Err(fail) => Err(fail),
    }
}

#[derive(Template)]
#[template(path = "account/reset.html")]
struct ResetPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
}

async fn reset(ui: Ui) -> Answer {
    ui.page(&ResetPage { chrome: ui.chrome(ui.t.s(k::RESET_TITLE)), t: ui.t, form: Form::default() })
}

async fn asking_for_reset(ui: Ui, mut form: Form) -> Answer {
    if let Some(email) = form.text("email", 254) {
        match ui.write(move |cx| account::request_reset(cx, &email)).await {
            Ok(()) => return ui.go("/reset/sent"),
            Err(fail) => form.take(fail)?,
        }
    }
    ui.rejected(&ResetPage { chrome: ui.chrome(ui.t.s(k::RESET_TITLE)), t: ui.t, form })
}

#[derive(Template)]
#[template(path = "account/choose.html")]
struct ChoosePage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    email: String,
    action: String,
}

async fn choose_page(ui: &Ui, token: String, form: Form) -> Result<ChoosePage, edge::Fail> {
    let action = format!("/reset/{}", in_query(&token));
    let user = ui.read(move |cx| account::link(cx, &token, LinkPurpose::Reset)).await?;
    Ok(ChoosePage { chrome: ui.chrome(ui.t.s(k::CHOOSE_TITLE)), t: ui.t, form, email: user.email, action })
}

async fn choose(ui: Ui, Path(token): Path<String>) -> Answer {
    match choose_page(&ui, token, Form::default()).await {
        Ok(page) => ui.page(&page),
        Err(fail) if is_over(&fail.0) => over(&ui),
        Err(fail) => Err(fail),
    }
}

async fn choosing(ui: Ui, Path(token): Path<String>, mut form: Form) -> Answer {
    if let Some(password) = form.secret("password") {
        let (actor, link) = (ui.actor().clone(), token.clone());
        match ui.app.blocking(move |center| account::reset_password(center, &actor, &link, &password)).await {
            Ok(()) => return ui.done("/sign-in", k::FLASH_PASSWORD_CHOSEN),
            Err(fail) if is_over(&fail.0) => return over(&ui),
            Err(fail) => form.take(fail)?,
        }
    }
    match choose_page(&ui, token, form).await {
        Ok(page) => ui.rejected(&page),
        Err(fail) if is_over(&fail.0) => over(&ui),
        Err(fail) => Err(fail),
    }
}

async fn sign_out(ui: Ui) -> Answer {
    if let Some(cookie) = ui.who.session.clone() {
        ui.write(move |cx| account::sign_out(cx, &cookie)).await?;
    }
    ui.signed_out("/", k::FLASH_SIGNED_OUT)
}
