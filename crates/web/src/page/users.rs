//! Accounts as administrators see and keep them.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, Query};
use domain::Code;
use domain::access::{Act, Role};
use domain::ids::UserId;
use domain::person::UserState;
use edge::{Fail, PageQuery, Slice};
use serde::Deserialize;
use service::Error;
use service::user::{self, NewUser, UserFilter};
use texts::{Texts, k};

use crate::chrome::{Chrome, in_query};
use crate::form::Form;
use crate::page::plans::pick;
use crate::page::sign_in::languages;
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/users", Act::UserList, list).menu(Section::Center, 60, k::USERS_MENU),
        get("/users/new", Act::UserManage, new),
        post("/users/new", Act::UserManage, create),
        get("/users/{id}", Act::UserRead, show),
        post("/users/{id}/roles", Act::RoleAssign, set_roles),
        post("/users/{id}/lock", Act::UserManage, lock),
        post("/users/{id}/unlock", Act::UserManage, unlock),
        post("/users/{id}/invite", Act::UserManage, invite),
    ]
}

#[derive(Deserialize)]
struct Filter {
    #[serde(default)]
    q: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    after: String,
}

struct Row {
    href: String,
    name: String,
    email: String,
    organization: String,
    roles: String,
    badge: &'static str,
    state: String,
    since: String,
}

#[derive(Template)]
#[template(path = "users/index.html")]
struct ListPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    roles: Vec<(String, String)>,
    states: Vec<(String, String)>,
    rows: Vec<Row>,
    next: Option<String>,
    here: String,
    creates: bool,
}

fn roles(t: Texts) -> Vec<(String, String)> {
    Role::ALL.iter().map(|&role| (role.to_string(), t.word(role))).collect()
}

fn badge(state: UserState) -> &'static str {
    match state {
        UserState::Pending => "wait",
        UserState::Active => "good",
        UserState::Locked => "bad",
    }
}

async fn list(ui: Ui, Query(asked): Query<Filter>) -> Answer {
    let t = ui.t;
    let page = PageQuery { after: Some(asked.after), limit: None };
    let before = page.after_at::<UserId>()?;
    let mut form = Form::filled([("q", asked.q.clone()), ("role", asked.role.clone()), ("state", asked.state.clone())]);
    let filter =
        UserFilter { text: asked.q.clone(), role: form.choice_if_given("role"), state: form.choice_if_given("state") };
    let rows = ui.read(move |cx| user::list(cx, &filter, before, 51)).await?;
    let slice = Slice::cut(rows, 50, |one| (one.user.created_at.as_second(), one.user.id));
    let here =
        format!("/users?q={}&role={}&state={}&", in_query(&asked.q), in_query(&asked.role), in_query(&asked.state));
    ui.page(&ListPage {
        chrome: ui.chrome(t.s(k::USERS_TITLE)),
        t,
        form,
        roles: roles(t),
        states: UserState::ALL.iter().map(|&state| (state.to_string(), t.word(state))).collect(),
        rows: slice
            .items
            .iter()
            .map(|one| Row {
                href: format!("/users/{}", one.user.id),
                name: texts::masked_name(&one.user.name),
                email: texts::masked_email(&one.user.email),
                organization: match (&one.organization_ko, &one.organization_en) {
                    (Some(ko), Some(en)) => pick(t, ko, en),
                    _ => String::new(),
                },
                roles: one.roles.iter().map(|&role| t.word(role)).collect::<Vec<_>>().join(", "),
                badge: badge(one.user.state),
                state: t.word(one.user.state),
                since: t.instant(one.user.created_at),
            })
            .collect(),
        next: slice.next,
        here,
        creates: ui.may(Act::UserManage),
    })
}

#[derive(Template)]
#[template(path = "users/new.html")]
struct NewPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    languages: Vec<(String, String)>,
    roles: Vec<(String, String)>,
}

fn new_page(ui: &Ui, form: Form) -> NewPage {
    let t = ui.t;
    NewPage { chrome: ui.chrome(t.s(k::USER_NEW_TITLE)), t, form, languages: languages(), roles: roles(t) }
}

async fn new(ui: Ui) -> Answer {
    let form = Form::filled([("language", ui.t.lang().to_string())]);
    ui.page(&new_page(&ui, form))
}

/// The roles that are ticked; notes those that there are not.
fn ticked(form: &mut Form) -> Option<BTreeSet<Role>> {
    let roles: Result<BTreeSet<Role>, _> = form.values("role").iter().map(|word| word.parse()).collect();
    if roles.is_err() {
        form.wrong("role", Code::NotAChoice);
    }
    roles.ok()
}

async fn create(ui: Ui, mut form: Form) -> Answer {
    let name = form.text_or_empty("name", 1000);
    let phone = form.text_or_empty("phone", 1000);
    let language = form.choice("language");
    let roles = ticked(&mut form);
    let new = NewUser {
        email: form.value("email").to_owned(),
        name: name.unwrap_or_default(),
        phone: phone.unwrap_or_default(),
        language: language.unwrap_or(ui.t.lang()),
        roles: roles.unwrap_or_default(),
        password: None,
    };
    if !form.is_fine() {
        if let Err(fail) = user::checked(&new) {
            let mut rest = Form::default();
            rest.take(Fail(fail))?;
            form.add_faults(rest.into_faults());
        }
    } else {
        let made = ui
            .write(move |cx| {
                let id = user::create(cx, &new)?;
                user::invite(cx, id)?;
                Ok(id)
            })
            .await;
        match made {
            Ok(id) => return ui.done(&format!("/users/{id}"), k::FLASH_USER_CREATED),
            Err(fail) => form.take(fail)?,
        }
    }
    ui.rejected(&new_page(&ui, form))
}

#[derive(Template)]
#[template(path = "users/show.html")]
struct ShowPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    id: UserId,
    badge: &'static str,
    state: String,
    locked: bool,
    facts: Vec<(String, String)>,
    organization: Option<(String, String)>,
    /// Whether the reader may see the organization's page.
    opens_organization: bool,
    held: String,
    roles: Vec<(String, String)>,
    history: Vec<(String, String, String, String)>,
    assigns: bool,
    manages: bool,
}

/// `typed` says whether the form holds roles that were ticked; else those held are.
async fn show_page(ui: &Ui, id: UserId, mut form: Form, typed: bool) -> Result<ShowPage, Fail> {
    let t = ui.t;
    let view = ui.write(move |cx| user::show(cx, id)).await?;
    let user = &view.user;
    if !typed {
        view.roles.iter().for_each(|role| form.add("role", role.to_string()));
    }
    let own = ui.actor().user == Some(id);
    let mut facts = vec![(t.s(k::ACCOUNT_EMAIL), user.email.clone())];
    if !user.phone.is_empty() {
        facts.push((t.s(k::ACCOUNT_PHONE), user.phone.clone()));
    }
    facts.push((t.s(k::USER_SINCE), t.instant(user.created_at)));
    facts.push((t.s(k::USER_VERIFIED), user.verified_at.map_or_else(|| t.s(k::USER_NOT_VERIFIED), |at| t.instant(at))));
    Ok(ShowPage {
        chrome: ui.chrome(&user.name),
        t,
        form,
        id,
        badge: badge(user.state),
        state: t.word(user.state),
        locked: user.state == UserState::Locked,
        facts,
        organization: user
            .organization
            .zip(view.organization.as_ref())
            .map(|(id, (ko, en))| (id.to_string(), pick(t, ko, en))),
        opens_organization: ui.may(Act::OrganizationRead),
        held: view.roles.iter().map(|&role| t.word(role)).collect::<Vec<_>>().join(", "),
        roles: roles(t),
        history: view
            .history
            .iter()
            .map(|row| (t.instant(row.at), row.action.clone(), row.actor_name.clone(), row.reason.clone()))
            .collect(),
        assigns: !own && ui.may(Act::RoleAssign),
        manages: !own && ui.may(Act::UserManage),
    })
}

fn id_of(text: &str) -> Result<UserId, Fail> {
    text.parse().map_err(|_| Fail(Error::NotFound))
}

async fn show(ui: Ui, Path(id): Path<String>) -> Answer {
    let page = show_page(&ui, id_of(&id)?, Form::default(), false).await?;
    ui.page(&page)
}

async fn set_roles(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id = id_of(&id)?;
    if let Some(roles) = ticked(&mut form) {
        match ui.write(move |cx| user::set_roles(cx, id, &roles)).await {
            Ok(()) => return ui.done(&format!("/users/{id}"), k::FLASH_SAVED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = show_page(&ui, id, form, true).await?;
    ui.rejected(&page)
}

async fn lock(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id = id_of(&id)?;
    if let Some(reason) = form.text("reason", 1000) {
        match ui.write(move |cx| user::lock(cx, id, &reason)).await {
            Ok(()) => return ui.done(&format!("/users/{id}"), k::FLASH_USER_LOCKED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = show_page(&ui, id, form, false).await?;
    ui.rejected(&page)
}

async fn unlock(ui: Ui, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    ui.write(move |cx| user::unlock(cx, id)).await?;
    ui.done(&format!("/users/{id}"), k::FLASH_USER_UNLOCKED)
}

async fn invite(ui: Ui, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    ui.write(move |cx| user::invite(cx, id)).await?;
    ui.done(&format!("/users/{id}"), k::FLASH_USER_INVITED)
}
