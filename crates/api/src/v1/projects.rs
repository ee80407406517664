//! Projects: what they hold, their people, invitations.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use domain::access::Act;
use domain::capacity::horizon;
use edge::App;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::Cx;
use service::engine::{self, PoolState, SyncRow};
use service::project::{AwardView, Holding, InvitationRow, MemberItem, ProjectRow, ProjectView};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{
    AgreementRef, AgreementStateWord, AwardRef, AwardStateWord, Choice, Day, Done, EngineFaultWord, Id, Instant,
    InvitationRef, InvitationStateWord, Made, Nothing, OfferRef, OrganizationRef, Page, ProjectRef, ProjectStateWord,
    ProposalRef, ReservationRef, Rows, Short, Stretch, SyncStateWord, TieWord, UserRef, id,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(mine))
        .routes(routes!(show))
        .routes(routes!(invite))
        .routes(routes!(invitation))
        .routes(routes!(answer))
        .routes(routes!(withdraw))
        .routes(routes!(change_member))
        .routes(routes!(remove_member))
}

/// A project in a list.
#[derive(Debug, Serialize, ToSchema)]
struct ProjectItem {
    /// Its id.
    id: ProjectRef,
    /// Its number.
    number: String,
    /// Korean title.
    title_ko: String,
    /// English title; may be empty.
    title_en: String,
    /// Its state.
    state: ProjectStateWord,
    /// Its organization.
    organization: OrganizationRef,
    /// The sector.
    sector: String,
    /// Whether it counts as regional, by its decision.
    regional: bool,
    /// Whether it belongs to the cluster's R&D.
    rnd_cluster: bool,
    /// The first day of its term.
    from: Day,
    /// The first day after its term.
    to: Day,
    /// When it came to be.
    created_at: Instant,
}

impl From<ProjectRow> for ProjectItem {
    fn from(row: ProjectRow) -> Self {
        Self {
            id: Id(row.id),
            number: row.number,
            title_ko: row.title_ko,
            title_en: row.title_en,
            state: Choice(row.state),
            organization: Id(row.organization),
            sector: row.sector,
            regional: row.regional,
            rnd_cluster: row.rnd_cluster,
            from: Day(row.from_on),
            to: Day(row.to_on),
            created_at: Instant(row.created_at),
        }
    }
}

/// A project with what it holds and its people.
#[derive(Debug, Serialize, ToSchema)]
struct Project {
    /// The project.
    project: ProjectItem,
    /// The proposal that it came from.
    proposal: ProposalRef,
    /// Its awards.
    awards: Vec<Award>,
    /// Its people; addresses are masked but for those who manage them.
    members: Vec<Member>,
    /// Its invitations; only for those who may invite.
    invitations: Vec<Invitation>,
    /// What the engines were told and what they report.
    engines: Vec<Engine>,
    /// Whether the caller may invite people and let them go.
    manageable: bool,
    /// How the caller is tied to it.
    ties: Vec<TieWord>,
}

/// An award.
#[derive(Debug, Serialize, ToSchema)]
struct Award {
    /// Its id.
    id: AwardRef,
    /// Its state.
    state: AwardStateWord,
    /// The offer that was accepted.
    offer: OfferRef,
    /// What it holds, by pool.
    holdings: Vec<HoldingOf>,
    /// Its agreement.
    agreement: Option<AgreementRef>,
    /// The agreement's state.
    agreement_state: Option<AgreementStateWord>,
    /// The reservation that it is of, if it is of one.
    reservation: Option<ReservationRef>,
}

/// What an award holds of a pool.
#[derive(Debug, Serialize, ToSchema)]
struct HoldingOf {
    /// The pool.
    pool: Short,
    /// The product.
    product: Short,
    /// In which steps it can change, in the pool's unit.
    grain: i64,
    /// What it holds today, in the pool's unit.
    today: i64,
    /// What it holds over time; days without anything are left out.
    held: Vec<Stretch>,
}

impl HoldingOf {
    fn new(holding: Holding) -> Self {
        let all = holding.steps.within(horizon(holding.line.from_on));
        Self {
            pool: Short(holding.line.pool),
            product: Short(holding.line.product),
            grain: holding.line.grain.0,
            today: holding.today,
            held: all.into_iter().filter(|(_, amount)| *amount != 0).map(Stretch::new).collect(),
        }
    }
}

impl From<AwardView> for Award {
    fn from(view: AwardView) -> Self {
        Self {
            id: Id(view.row.id),
            state: Choice(view.row.state),
            offer: Id(view.row.offer),
            holdings: view.holdings.into_iter().map(HoldingOf::new).collect(),
            agreement: view.agreement.as_ref().map(|agreement| Id(agreement.id)),
            agreement_state: view.agreement.map(|agreement| Choice(agreement.state)),
            reservation: view.reservation.map(Id),
        }
    }
}

/// Somebody who takes part in a project.
#[derive(Debug, Serialize, ToSchema)]
struct Member {
    /// The account.
    user: UserRef,
    /// As what.
    tie: TieWord,
    /// The name.
    name: String,
    /// The address.
    email: String,
    /// Since when.
    joined_at: Instant,
}

/// An invitation.
#[derive(Debug, Serialize, ToSchema)]
struct Invitation {
    /// Its id.
    id: InvitationRef,
    /// The project.
    project: ProjectRef,
    /// The address that it went to.
    email: String,
    /// As what.
    tie: TieWord,
    /// Its state.
    state: InvitationStateWord,
    /// When it was sent.
    invited_at: Instant,
    /// Until when it can be answered.
    expires_at: Instant,
    /// When it was answered.
    answered_at: Option<Instant>,
}

impl From<InvitationRow> for Invitation {
    fn from(row: InvitationRow) -> Self {
        Self {
            id: Id(row.id),
            project: Id(row.project),
            email: row.email,
            tie: Choice(row.tie),
            state: Choice(row.state),
            invited_at: Instant(row.invited_at),
            expires_at: Instant(row.expires_at),
            answered_at: row.answered_at.map(Instant),
        }
    }
}

/// An invitation as the person sees it whom it invites.
#[derive(Debug, Serialize, ToSchema)]
struct MyInvitation {
    /// The invitation.
    invitation: Invitation,
    /// The project's number.
    number: String,
    /// The project's Korean title.
    title_ko: String,
    /// The project's English title; may be empty.
    title_en: String,
}

/// How an engine stands for a project.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Engine {
    /// The engine: `fake`, `slurm`.
    engine: String,
    /// How it stands.
    state: SyncStateWord,
    /// What it should have and was seen to have, pool by pool.
    pools: Vec<EnginePool>,
    /// What keeps it from being in line.
    fault: Option<EngineFaultWord>,
    /// The cause in the engine's words; empty for who may not see the center's work.
    last_error: String,
    /// When it was last found changed by hand.
    drifted_at: Option<Instant>,
}

/// How an engine stands for a pool of a project.
#[derive(Debug, Serialize, ToSchema)]
struct EnginePool {
    /// The pool.
    pool: String,
    /// How many devices it should have.
    wanted: i64,
    /// How many it was seen to have; null if it was not seen yet.
    seen: Option<i64>,
}

impl Engine {
    pub(super) fn new(cx: &Cx<'_, '_>, row: SyncRow) -> Self {
        let pool = |one: PoolState| EnginePool { pool: one.pool, wanted: one.wanted, seen: one.seen };
        Self {
            pools: engine::pools(&row).into_iter().map(pool).collect(),
            engine: row.engine,
            state: Choice(row.state),
            fault: row.fault.map(Choice),
            last_error: if cx.actor.may(Act::WorkRead, &[]) { row.last_error } else { String::new() },
            drifted_at: row.drifted_at.map(Instant),
        }
    }
}

fn shown(cx: &Cx<'_, '_>, view: ProjectView, engines: Vec<SyncRow>) -> Project {
    let ProjectView { row, awards, members, invitations, manageable, ties } = view;
    let user = cx.actor.user;
    let member = |one: MemberItem| Member {
        email: if manageable || user == Some(one.user) { one.email } else { texts::masked_email(&one.email) },
        user: Id(one.user),
        tie: Choice(one.tie),
        name: one.name,
        joined_at: Instant(one.joined_at),
    };
    Project {
        proposal: Id(row.proposal),
        project: row.into(),
        awards: awards.into_iter().map(Award::from).collect(),
        members: members.into_iter().map(member).collect(),
        invitations: invitations.into_iter().map(Invitation::from).collect(),
        engines: engines.into_iter().map(|row| Engine::new(cx, row)).collect(),
        manageable,
        ties: ties.into_iter().map(Choice).collect(),
    }
}

/// Whom to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InviteBody {
    /// The address; it need not have an account yet.
    email: String,
    /// As what: `manager` or `member`.
    tie: TieWord,
}

/// The answer to an invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerBody {
    /// Whether to take part.
    accept: bool,
}

/// As what somebody takes part.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TieBody {
    /// `manager` or `member`.
    tie: TieWord,
}

/// The project that was meant.
#[derive(Debug, Serialize, ToSchema)]
struct ProjectMeant {
    /// The project.
    project: ProjectRef,
}

/// List all projects
#[utoipa::path(get, path = "/projects", operation_id = "project_list", tag = "projects", params(Rows),
    extensions(("x-act" = json!("project.list"))),
    responses((status = 200, description = "Projects, newest first", body = Page<ProjectItem>)))]
async fn list(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::project::list(cx, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, ProjectItem, _>(found, |row| (row.created_at.as_second(), row.id)))
    })
    .await
}

/// List the projects in which one takes part
#[utoipa::path(get, path = "/projects/mine", operation_id = "project_mine", tag = "projects", params(Rows),
    extensions(("x-act" = json!("home.read"))),
    responses((status = 200, description = "The caller's projects, newest first", body = Page<ProjectItem>)))]
async fn mine(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::project::mine(cx, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, ProjectItem, _>(found, |row| (row.created_at.as_second(), row.id)))
    })
    .await
}

/// Show a project
#[utoipa::path(get, path = "/projects/{id}", operation_id = "project_show", tag = "projects",
    params(("id" = String, Path, description = "The project")),
    extensions(("x-act" = json!("project.read"))),
    responses((status = 200, description = "The project with what it holds and its people", body = Project)))]
async fn show(read: Read, Path(project): Path<String>) -> Answer {
    read.run(move |cx| {
        let project = id(&project)?;
        let view = service::project::show(cx, project)?;
        let engines = service::engine::of_project(cx, project)?;
        Ok(shown(cx, view, engines))
    })
    .await
}

/// Invite somebody to a project
#[utoipa::path(post, path = "/projects/{id}/invitations", operation_id = "project_invite", tag = "projects",
    params(("id" = String, Path, description = "The project")), request_body = InviteBody,
    extensions(("x-act" = json!("project.manage_members"))),
    responses((status = 201, description = "The invitation", body = Made)))]
async fn invite(Path(project): Path<String>, post: Post<InviteBody>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, body| {
        service::project::invite(cx, id(&project)?, &body.email, body.tie.0).map(Made::new)
    })
    .await
}

/// Show an invitation to the person whom it invites
#[utoipa::path(get, path = "/invitations/{id}", operation_id = "invitation_show", tag = "projects",
    params(("id" = String, Path, description = "The invitation")),
    extensions(("x-act" = json!("project.answer_invitation"))),
    responses((status = 200, description = "The invitation", body = MyInvitation)))]
async fn invitation(read: Read, Path(invitation): Path<String>) -> Answer {
    read.run(move |cx| {
        let (row, project) = service::project::invitation(cx, id(&invitation)?)?;
        Ok(MyInvitation {
            invitation: row.into(),
            number: project.number,
            title_ko: project.title_ko,
            title_en: project.title_en,
        })
    })
    .await
}

/// Answer an invitation
#[utoipa::path(post, path = "/invitations/{id}/answer", operation_id = "invitation_answer", tag = "projects",
    params(("id" = String, Path, description = "The invitation")), request_body = AnswerBody,
    extensions(("x-act" = json!("project.answer_invitation"))),
    responses((status = 200, description = "The project", body = ProjectMeant)))]
async fn answer(Path(invitation): Path<String>, post: Post<AnswerBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        let project = service::project::answer_invitation(cx, id(&invitation)?, body.accept)?;
        Ok(ProjectMeant { project: Id(project) })
    })
    .await
}

/// Take an open invitation back
#[utoipa::path(post, path = "/invitations/{id}/withdraw", operation_id = "invitation_withdraw", tag = "projects",
    params(("id" = String, Path, description = "The invitation")), request_body = Nothing,
    extensions(("x-act" = json!("project.manage_members"))),
    responses((status = 200, description = "The project", body = ProjectMeant)))]
async fn withdraw(Path(invitation): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| {
        let project = service::project::withdraw_invitation(cx, id(&invitation)?)?;
        Ok(ProjectMeant { project: Id(project) })
    })
    .await
}

/// Change as what somebody takes part
#[utoipa::path(post, path = "/projects/{id}/members/{user}", operation_id = "project_change_member", tag = "projects",
    params(("id" = String, Path, description = "The project"), ("user" = String, Path, description = "The account")),
    request_body = TieBody,
    extensions(("x-act" = json!("project.manage_members"))),
    responses((status = 200, description = "It is changed", body = Done)))]
async fn change_member(Path((project, user)): Path<(String, String)>, post: Post<TieBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        service::project::change_tie(cx, id(&project)?, id(&user)?, body.tie.0).map(Done::new)
    })
    .await
}

/// Take somebody out of a project
#[utoipa::path(post, path = "/projects/{id}/members/{user}/remove", operation_id = "project_remove_member", tag = "projects",
    params(("id" = String, Path, description = "The project"), ("user" = String, Path, description = "The account")),
    request_body = Nothing,
    extensions(("x-act" = json!("project.manage_members"))),
    responses((status = 200, description = "They are out of it", body = Done)))]
async fn remove_member(Path((project, user)): Path<(String, String)>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::project::remove_member(cx, id(&project)?, id(&user)?).map(Done::new))
        .await
}
