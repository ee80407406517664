//! Projects: one's own, all of them, one with its people and invitations.

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::{Act, Tie};
use domain::award::{InvitationState, ProjectState};
use domain::capacity::horizon;
use domain::engine::SyncState;
use domain::ids::{InvitationId, OfferId, PoolId, ProjectId, UserId};
use edge::{PageQuery, Slice};
use serde::Deserialize;
use service::Error;
use service::engine::{self, PoolState, SyncRow};
use service::project::ProjectRow;
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::maintenance::notice;
use crate::page::offers::{Item, item};
use crate::page::plans::pick;
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/my/projects", Act::HomeRead, mine).menu(Section::Mine, 20, k::MY_PROJECTS_MENU),
        get("/projects", Act::ProjectList, list).menu(Section::Office, 70, k::PROJECTS_MENU),
        get("/projects/{id}", Act::ProjectRead, show),
        post("/projects/{id}/invite", Act::MemberManage, invite),
        post("/projects/{id}/members/{user}/remove", Act::MemberManage, remove),
        get("/invitations/{id}", Act::InvitationAnswer, invitation),
        post("/invitations/{id}/accept", Act::InvitationAnswer, accept),
        post("/invitations/{id}/decline", Act::InvitationAnswer, decline),
        post("/invitations/{id}/withdraw", Act::MemberManage, withdraw),
    ]
}

/// How far a project has come; one that is agreed says when it starts.
fn standing(t: Texts, project: &ProjectRow) -> String {
    match project.state {
        ProjectState::Agreed => t.f1(k::PROJECT_STARTS_ON, "day", t.date(project.from_on)),
        state => t.word(state),
    }
}

/// Id, number, title, state, term.
type Row = (String, String, String, String, String);

fn row(t: Texts, project: &ProjectRow) -> Row {
    let title = pick(t, &project.title_ko, &project.title_en);
    (project.id.to_string(), project.number.clone(), title, standing(t, project), term(t, project))
}

fn term(t: Texts, project: &ProjectRow) -> String {
    format!("{} – {}", t.short_date(project.from_on), t.short_date(domain::term::add_days(project.to_on, -1)))
}

#[derive(Template)]
#[template(path = "awards/mine.html")]
struct MinePage {
    chrome: Chrome,
    t: Texts,
    offers: Vec<Item>,
    more_offers: Option<String>,
    rows: Vec<Row>,
    next: Option<String>,
}

/// How many offers stand before one's projects.
const OFFERS: i64 = 10;

/// Which offers and which projects: each list goes on by itself.
#[derive(Default, Deserialize)]
struct Places {
    offers: Option<String>,
    after: Option<String>,
}

async fn mine(ui: Ui, Query(places): Query<Places>) -> Answer {
    let t = ui.t;
    let offers_page = PageQuery { after: places.offers, limit: None };
    let projects_page = PageQuery { after: places.after, limit: None };
    let limit = projects_page.limit(50);
    let before = (offers_page.after_at::<OfferId>()?, projects_page.after_at::<ProjectId>()?);
    let (offers, rows) = ui
        .read(move |cx| {
            let offers = service::offer::mine(cx, before.0, OFFERS + 1)?;
            Ok((offers, service::project::mine(cx, before.1, limit + 1)?))
        })
        .await?;
    let offers = Slice::cut(offers, OFFERS, |row| (row.made_at.as_second(), row.id)).map(|one| item(t, &one));
    let rows = Slice::cut(rows, limit, |row| (row.created_at.as_second(), row.id)).map(|one| row(t, &one));
    let chrome = ui.chrome(t.s(k::MY_PROJECTS_TITLE));
    let (more_offers, next) = (offers.next, rows.next);
    ui.page(&MinePage { chrome, t, offers: offers.items, more_offers, rows: rows.items, next })
}

#[derive(Template)]
#[template(path = "awards/projects.html")]
struct ProjectsPage {
    chrome: Chrome,
    t: Texts,
    rows: Vec<Row>,
    next: Option<String>,
}

async fn list(ui: Ui, Query(page): Query<PageQuery>) -> Answer {
    let t = ui.t;
    let limit = page.limit(50);
    let before = page.after_at::<ProjectId>()?;
    let count = limit.saturating_add(1);
    let rows = ui.read(move |cx| service::project::list(cx, before, count)).await?;
    let slice = Slice::cut(rows, limit, |row| (row.created_at.as_second(), row.id));
    let rows = slice.items.iter().map(|one| row(t, one)).collect();
    ui.page(&ProjectsPage { chrome: ui.chrome(t.s(k::PROJECTS_TITLE)), t, rows, next: slice.next })
}

/// What a project holds of a pool: today, and over time.
struct HoldingItem {
    pool: String,
    /// The page of the reservation that it is, if it is one.
    reservation: String,
    today: String,
    pf: String,
    over_time: Vec<String>,
}

#[derive(Template)]
#[template(path = "awards/project.html")]
struct ProjectPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    id: ProjectId,
    number: String,
    state: String,
    term: String,
    basis: String,
    holdings: Vec<HoldingItem>,
    agreements: Vec<(String, String)>,
    sees_jobs: bool,
    /// Windows ahead: address and text.
    maintenance: Vec<(String, String)>,
    engines: Vec<Cluster>,
    members: Vec<(String, String, String, bool)>,
    invitations: Vec<(String, String, String, bool)>,
    manageable: bool,
    choices: Vec<(String, String)>,
}

/// How the cluster stands for the project.
pub(crate) struct Cluster {
    pub badge: &'static str,
    pub state: String,
    /// What is allocated and what the cluster has, pool by pool.
    pub pools: Vec<String>,
    /// What keeps them apart, in words.
    pub fault: String,
    /// The cause in the engine's words, for whoever runs it.
    pub cause: String,
    /// When it was found changed by hand.
    pub drift: String,
}

pub(crate) fn cluster(ui: &Ui, row: &SyncRow) -> Cluster {
    let (t, pools) = (ui.t, ui.pools());
    let line = |one: &PoolState| {
        let Ok(pool) = one.pool.parse::<PoolId>() else { return String::new() };
        let seen = match one.seen {
            None => t.s(k::ENGINE_UNSEEN),
            Some(engine::UNLIMITED) => t.s(k::ENGINE_UNLIMITED),
            Some(seen) => pools.amount(t, &pool, seen),
        };
        let args = [
            ("pool", pools.name(t, &pool).into()),
            ("wanted", pools.amount(t, &pool, one.wanted).into()),
            ("seen", seen.into()),
        ];
        t.f(k::ENGINE_LINE, &args)
    };
    Cluster {
        badge: match row.state {
            SyncState::InLine => "good",
            SyncState::Pending => "wait",
            SyncState::Failed => "bad",
        },
        state: t.word(row.state),
        pools: engine::pools(row).iter().map(line).collect(),
        fault: row.fault.map(|fault| t.word(fault)).unwrap_or_default(),
        cause: if ui.may(Act::WorkRead) { row.last_error.clone() } else { String::new() },
        drift: row.drifted_at.map(|at| t.f1(k::ENGINE_DRIFTED, "at", t.instant(at))).unwrap_or_default(),
    }
}

async fn page(ui: &Ui, id: ProjectId, form: Form) -> Result<ProjectPage, edge::Fail> {
    let t = ui.t;
    let (view, engines, windows) = ui
        .read(move |cx| {
            let view = service::project::show(cx, id)?;
            let (engines, windows) = service::maintenance::standing(cx, id)?;
            Ok((view, engines, windows))
        })
        .await?;
    let engines = engines.iter().map(|row| cluster(ui, row)).collect();
    let mut holdings = Vec::new();
    let mut agreements = Vec::new();
    let reads_agreements = ui.actor().may(Act::AgreementRead, &view.ties);
    for award in &view.awards {
        agreements.extend(
            award.agreement.iter().filter(|_| reads_agreements).map(|one| (one.id.to_string(), t.word(one.state))),
        );
        for held in &award.holdings {
            let (pool, pools) = (&held.line.pool, ui.pools());
            let stretches = held.steps.within(horizon(held.line.from_on)).into_iter();
            let over_time = stretches
                .filter(|(_, value)| *value > 0)
                .map(|(term, value)| {
                    let (from, last) = (t.short_date(term.from()), t.short_date(term.last_day()));
                    let pf = pools.pf(t, pool, value);
                    let pf = if pf.is_empty() { pf } else { format!(" ({pf})") };
                    format!("{from} – {last}: {}{pf}", pools.amount(t, pool, value))
                })
                .collect();
            holdings.push(HoldingItem {
                pool: pools.name(t, pool),
                reservation: award.reservation.map_or(String::new(), |id| format!("/reservations/{id}")),
                today: pools.amount(t, pool, held.today),
                pf: pools.pf(t, pool, held.today),
                over_time,
            });
        }
    }
    let members = view
        .members
        .iter()
        .map(|one| (one.user.to_string(), one.name.clone(), t.word(one.tie), one.tie != Tie::Lead))
        .collect();
    let invitations = view
        .invitations
        .iter()
        .map(|one| (one.id.to_string(), one.email.clone(), t.word(one.state), one.state == InvitationState::Open))
        .collect();
    Ok(ProjectPage {
        chrome: ui.chrome(pick(t, &view.row.title_ko, &view.row.title_en)),
        t,
        form,
        id,
        number: view.row.number.clone(),
        state: standing(t, &view.row),
        term: term(t, &view.row),
        basis: t.word(ui.app.center.identity.basis),
        holdings,
        agreements,
        sees_jobs: ui.actor().may(Act::JobRead, &view.ties),
        engines,
        maintenance: windows.iter().map(|row| notice(t, row)).collect(),
        members,
        invitations,
        manageable: view.manageable,
        choices: [Tie::Member, Tie::Manager].map(|tie| (tie.to_string(), t.word(tie))).to_vec(),
    })
}

async fn show(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: ProjectId = id.parse().map_err(|_| Error::NotFound)?;
    let page = page(&ui, id, Form::default()).await?;
    ui.page(&page)
}

async fn invite(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: ProjectId = id.parse().map_err(|_| Error::NotFound)?;
    let (email, tie) = (form.text("email", 254), form.choice::<Tie>("tie"));
    if let (Some(email), Some(tie)) = (email, tie) {
        match ui.write(move |cx| service::project::invite(cx, id, &email, tie)).await {
            Ok(_) => return ui.done(&format!("/projects/{id}"), k::FLASH_INVITED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = page(&ui, id, form).await?;
    ui.rejected(&page)
}

async fn remove(ui: Ui, Path((id, user)): Path<(String, String)>) -> Answer {
    let id: ProjectId = id.parse().map_err(|_| Error::NotFound)?;
    let user: UserId = user.parse().map_err(|_| Error::NotFound)?;
    ui.write(move |cx| service::project::remove_member(cx, id, user)).await?;
    ui.done(&format!("/projects/{id}"), k::FLASH_MEMBER_REMOVED)
}

#[derive(Template)]
#[template(path = "awards/invitation.html")]
struct InvitationPage {
    chrome: Chrome,
    t: Texts,
    id: InvitationId,
    text: String,
    state: String,
    open: bool,
}

async fn invitation(ui: Ui, Path(id): Path<String>) -> Answer {
    let t = ui.t;
    let id: InvitationId = id.parse().map_err(|_| Error::NotFound)?;
    let (row, project) = ui.read(move |cx| service::project::invitation(cx, id)).await?;
    let text = t.f(
        k::INVITATION_TEXT,
        &[
            ("number", project.number.as_str().into()),
            ("title", pick(t, &project.title_ko, &project.title_en).into()),
            ("tie", t.word(row.tie).into()),
        ],
    );
    let open = row.state == InvitationState::Open;
    ui.page(&InvitationPage {
        chrome: ui.chrome(t.s(k::INVITATION_TITLE)),
        t,
        id,
        text,
        state: t.word(row.state),
        open,
    })
}

async fn accept(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: InvitationId = id.parse().map_err(|_| Error::NotFound)?;
    let project = ui.write(move |cx| service::project::answer_invitation(cx, id, true)).await?;
    ui.done(&format!("/projects/{project}"), k::FLASH_INVITATION_ACCEPTED)
}

async fn decline(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: InvitationId = id.parse().map_err(|_| Error::NotFound)?;
    ui.write(move |cx| service::project::answer_invitation(cx, id, false)).await?;
    ui.done("/", k::FLASH_INVITATION_DECLINED)
}

async fn withdraw(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: InvitationId = id.parse().map_err(|_| Error::NotFound)?;
    let project = ui.write(move |cx| service::project::withdraw_invitation(cx, id)).await?;
    ui.done(&format!("/projects/{project}"), k::FLASH_INVITATION_WITHDRAWN)
}
