//! One's own account: profile, password, sessions, API tokens, keys of the cluster, organization.

use askama::Template;
use axum::extract::Path;
use domain::Code;
use domain::access::Act;
use domain::ids::{SshKeyId, TokenId};
use domain::person::TokenScope;
use domain::ssh_key;
use edge::Fail;
use service::account::{self, ProfileChange};
use service::organization::Mine;
use service::{Error, organization, who};
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::plans::pick;
use crate::page::sign_in::languages;
use crate::route::{Line, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/account", Act::AccountManage, show),
        post("/account", Act::AccountManage, change_profile),
        post("/account/password", Act::AccountManage, change_password),
        post("/account/sessions/end", Act::AccountManage, end_session),
        post("/account/sessions/end-others", Act::AccountManage, end_others),
        post("/account/tokens", Act::AccountManage, create_token),
        post("/account/tokens/{id}/revoke", Act::AccountManage, revoke_token),
        post("/account/ssh-keys", Act::SshKeyManage, add_ssh_key),
        post("/account/ssh-keys/{id}/remove", Act::SshKeyManage, remove_ssh_key),
    ]
}

struct Session {
    hash: String,
    agent: String,
    address: String,
    since: String,
    seen: String,
    here: bool,
}

struct Token {
    id: String,
    name: String,
    scope: String,
    until: String,
    used: String,
    live: bool,
}

struct SshKey {
    id: String,
    kind: String,
    bits: String,
    comment: String,
    fingerprint: String,
    added: String,
}

#[derive(Template)]
#[template(path = "account/show.html")]
struct AccountPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    email: String,
    roles: String,
    organization: Option<(String, String)>,
    asks: Option<String>,
    languages: Vec<(String, String)>,
    scopes: Vec<(String, String)>,
    sessions: Vec<Session>,
    tokens: Vec<Token>,
    /// One's name on the cluster, if there is one yet, whether it lets in to run jobs, and whether to read.
    cluster: Option<(String, bool, bool)>,
    ssh_keys: Vec<SshKey>,
    /// The secret of a token that was just made: shown this once.
    secret: Option<String>,
}

/// Which part of the page was typed into; the others show what is known.
#[derive(PartialEq)]
enum Typed {
    Profile,
    Other,
}

async fn page(ui: &Ui, mut form: Form, typed: Typed, secret: Option<String>) -> Result<AccountPage, Fail> {
    let t = ui.t;
    let (view, mine) = ui
        .read(|cx| {
            let view = account::show(cx)?;
            let mine = organization::mine_as(cx, &view.user)?;
            Ok((view, mine))
        })
        .await?;
    if typed == Typed::Other {
        form.set("name", &view.user.name);
        form.set("phone", &view.user.phone);
        form.set("language", &view.user.language);
    }
    let here = ui.who.session.as_deref().map(who::credential_hash);
    let (organization, asks) = match mine {
        Mine::Belongs(row) => (Some((row.id.to_string(), pick(t, &row.name_ko, &row.name_en))), None),
        Mine::Asks(row, _) => (None, Some(pick(t, &row.name_ko, &row.name_en))),
        Mine::None => (None, None),
    };
    let now = ui.app.center.now();
    Ok(AccountPage {
        chrome: ui.chrome(t.s(k::ACCOUNT_TITLE)),
        t,
        form,
        email: view.user.email,
        roles: view.roles.iter().map(|&role| t.word(role)).collect::<Vec<_>>().join(", "),
        organization,
        asks,
        languages: languages(),
        scopes: TokenScope::ALL.iter().map(|&scope| (scope.to_string(), t.word(scope))).collect(),
        sessions: view
            .sessions
            .into_iter()
            .map(|row| Session {
                here: here.as_deref() == Some(row.hash.as_str()),
                since: t.instant(row.created_at),
                seen: t.instant(row.seen_at),
                hash: row.hash,
                agent: row.agent,
                address: row.address,
            })
            .collect(),
        tokens: view
            .tokens
            .iter()
            .map(|row| Token {
                id: row.id.to_string(),
                name: row.name.clone(),
                scope: t.word(TokenScope::of(&row.scopes)),
                until: t.instant(row.expires_at),
                used: row.used_at.map_or_else(|| t.s(k::TOKEN_UNUSED), |at| t.instant(at)),
                live: account::is_live(row, now),
            })
            .collect(),
        cluster: view.access.account.map(|name| (name, view.access.in_force, view.access.reads)),
        ssh_keys: view
            .access
            .keys
            .into_iter()
            .map(|row| SshKey {
                id: row.id.to_string(),
                kind: t.word(row.kind),
                bits: row.bits.to_string(),
                comment: row.comment,
                fingerprint: row.fingerprint,
                added: t.instant(row.created_at),
            })
            .collect(),
        secret,
    })
}

async fn show(ui: Ui) -> Answer {
    let page = page(&ui, Form::default(), Typed::Other, None).await?;
    ui.page(&page)
}

async fn change_profile(ui: Ui, mut form: Form) -> Answer {
    let name = form.text_or_empty("name", 1000);
    let phone = form.text_or_empty("phone", 1000);
    let language = form.choice("language");
    if let (Some(name), Some(phone), Some(language)) = (name, phone, language) {
        let change = ProfileChange { name, phone, language };
        match ui.write(move |cx| account::change_profile(cx, &change)).await {
            Ok(()) => return ui.done("/account", k::FLASH_SAVED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = page(&ui, form, Typed::Profile, None).await?;
    ui.rejected(&page)
}

async fn change_password(ui: Ui, mut form: Form) -> Answer {
    let current = form.secret("current_password");
    let new = form.secret("new_password");
    if let (Some(current), Some(new)) = (current, new) {
        let (actor, keep) = (ui.actor().clone(), ui.who.session.clone());
        let change =
            move |center: &service::Center| account::change_password(center, &actor, &current, &new, keep.as_deref());
        match ui.app.blocking(change).await {
            Ok(()) => return ui.done("/account", k::FLASH_PASSWORD_CHANGED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = page(&ui, form, Typed::Other, None).await?;
    ui.rejected(&page)
}

async fn end_session(ui: Ui, form: Form) -> Answer {
    let hash = form.value("session").to_owned();
    let here = ui.who.session.as_deref().is_some_and(|cookie| who::credential_hash(cookie) == hash);
    ui.write(move |cx| account::end_session(cx, &hash)).await?;
    if here { ui.signed_out("/", k::FLASH_SIGNED_OUT) } else { ui.done("/account", k::FLASH_SESSION_ENDED) }
}

async fn end_others(ui: Ui) -> Answer {
    let keep = ui.who.session.clone();
    ui.write(move |cx| account::end_other_sessions(cx, keep.as_deref())).await?;
    ui.done("/account", k::FLASH_SESSION_ENDED)
}

/// The secret cannot go through a redirect, which would leave it in a history: it is shown on the
/// page that answers.
async fn create_token(ui: Ui, mut form: Form) -> Answer {
    let name = form.text("token_name", 80);
    let scope = form.choice::<TokenScope>("token_scope");
    let days = form.int("token_days", 1, account::TOKEN_DAYS_MAX);
    if let (Some(name), Some(scope), Some(days)) = (name, scope, days) {
        match ui.write(move |cx| account::create_token(cx, &name, scope, days)).await {
            Ok((_, secret)) => {
                let page = page(&ui, Form::default(), Typed::Other, Some(secret)).await?;
                return ui.page(&page);
            }
            Err(fail) => form.take_as("token_", fail)?,
        }
    }
    let page = page(&ui, form, Typed::Other, None).await?;
    ui.rejected(&page)
}

async fn revoke_token(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: TokenId = id.parse().map_err(|_| Error::NotFound)?;
    ui.write(move |cx| account::revoke_token(cx, id)).await?;
    ui.done("/account", k::FLASH_TOKEN_REVOKED)
}

/// A private key that was pasted by mistake goes no further than this: not into the page that answers.
async fn add_ssh_key(ui: Ui, mut form: Form) -> Answer {
    if ssh_key::holds_private_key(form.value("ssh_key")) {
        form.set("ssh_key", "");
        form.wrong("ssh_key", Code::SshKeyPrivate);
    } else if let Some(text) = form.text("ssh_key", ssh_key::TEXT_MAX) {
        match ui.write(move |cx| account::add_ssh_key(cx, &text)).await {
            Ok(_) => return ui.done("/account", k::FLASH_SSH_KEY_ADDED),
            Err(fail) => form.take_as("ssh_", fail)?,
        }
    }
    let page = page(&ui, form, Typed::Other, None).await?;
    ui.rejected(&page)
}

async fn remove_ssh_key(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: SshKeyId = id.parse().map_err(|_| Error::NotFound)?;
    ui.write(move |cx| account::remove_ssh_key(cx, id)).await?;
    ui.done("/account", k::FLASH_SSH_KEY_REMOVED)
}
