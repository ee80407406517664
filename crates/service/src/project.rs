//! Projects: their page, their people, invitations.

use domain::access::{Act, Tie};
use domain::award::{AwardState, InvitationState, ProjectState};
use domain::ids::{InvitationId, ProjectId, ReservationId, UserId};
use domain::steps::Steps;
use domain::{Code, Reason};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
pub use store::award::{AwardLine, AwardRow};
pub use store::held::AgreementItem;
use store::held::{AwardHeld, LineHeld, TiedProject};
use store::project::MemberRow;
pub use store::project::{InvitationRow, MemberItem, ProjectRow};
use texts::Lang;

use crate::mail::{Recipient, Template};
use crate::{Cx, Error, Outcome, PoolRow};

/// How long an invitation can be answered.
const INVITATION: SignedDuration = SignedDuration::from_hours(14 * 24);

/// How many invitations a project sends within a day, those taken back included.
const INVITATIONS_A_DAY: i64 = 50;

/// How many invitations lapse in one transaction.
const BATCH: i64 = 100;

/// What an award holds in one pool over time.
#[derive(Clone, Debug)]
pub struct Holding {
    /// The line: pool, product, grain, first and last day.
    pub line: AwardLine,
    /// The pool.
    pub pool: PoolRow,
    /// What it holds, day by day.
    pub steps: Steps,
    /// What it holds today.
    pub today: i64,
}

impl Holding {
    fn new(held: LineHeld, today: Date) -> Self {
        let steps: Steps = held.entries.into_iter().map(|(_, term, delta)| (term, delta)).collect();
        Self { today: steps.on(today), steps, line: held.line, pool: held.pool }
    }
}

/// An award with what it holds.
#[derive(Clone, Debug)]
pub struct AwardView {
    /// The award.
    pub row: AwardRow,
    /// What it holds, pool by pool.
    pub holdings: Vec<Holding>,
    /// Its agreement.
    pub agreement: Option<AgreementItem>,
    /// The reservation that it is of, if it is of one.
    pub reservation: Option<ReservationId>,
}

/// A project as its page shows it.
#[derive(Clone, Debug)]
pub struct ProjectView {
    /// The project.
    pub row: ProjectRow,
    /// Its awards; reservations that came to nothing are not among them.
    pub awards: Vec<AwardView>,
    /// Its people.
    pub members: Vec<MemberItem>,
    /// Its invitations; only for those who may invite.
    pub invitations: Vec<InvitationRow>,
    /// Whether the acting person may invite people and let them go.
    pub manageable: bool,
    /// How the acting person is tied to it.
    pub ties: Vec<Tie>,
}

/// All projects before a place, newest first.
///
/// # Errors
/// Database errors and lacking permission.
pub fn list(cx: &mut Cx<'_, '_>, before: Option<(Timestamp, ProjectId)>, limit: i64) -> Outcome<Vec<ProjectRow>> {
    cx.require(Act::ProjectList, &[])?;
    Ok(store::project::list(cx.tx, before, limit.clamp(1, 201))?)
}

/// The projects in which the acting person takes part before a place, newest first.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn mine(cx: &mut Cx<'_, '_>, before: Option<(Timestamp, ProjectId)>, limit: i64) -> Outcome<Vec<ProjectRow>> {
    let user = cx.user()?;
    Ok(store::project::of_user(cx.tx, user, before, limit.clamp(1, 201))?)
}

/// Moves a project from one state to another.
///
/// # Errors
/// Database errors; [`store::Error::Stale`] if it is no longer in `from`.
pub(crate) fn step(
    cx: &mut Cx<'_, '_>,
    id: ProjectId,
    from: ProjectState,
    to: ProjectState,
    action: &str,
) -> Outcome<()> {
    store::project::step(cx.tx, id, from, to)?;
    let state = |state: ProjectState| serde_json::json!({ "state": state });
    cx.audit(action, ("project", &id), &state(from), &state(to), "")
}

/// One project. Four statements, however many awards it has.
///
/// # Errors
/// [`Error::NotFound`] for people whom it does not concern.
pub fn show(cx: &mut Cx<'_, '_>, id: ProjectId) -> Outcome<ProjectView> {
    let (row, ties) = readable(cx, id)?;
    let today = cx.today();
    let awards = store::held::of_project(cx.tx, id)?.into_iter();
    let came_to_something = |held: &AwardHeld| held.reservation.is_none() || held.award.state != AwardState::Withdrawn;
    let awards = awards.filter(came_to_something).map(|held| AwardView {
        row: held.award,
        holdings: held.lines.into_iter().map(|line| Holding::new(line, today)).collect(),
        agreement: held.agreement,
        reservation: held.reservation,
    });
    let awards = awards.collect();
    let manageable = cx.actor.may(Act::MemberManage, &ties);
    let invitations = if manageable { store::project::invitations(cx.tx, id)? } else { Vec::new() };
    Ok(ProjectView { members: store::project::members(cx.tx, id)?, row, awards, invitations, manageable, ties })
}

/// A project for whoever may see it, with how they are tied to it. One statement.
pub(crate) fn readable(cx: &mut Cx<'_, '_>, id: ProjectId) -> Outcome<(ProjectRow, Vec<Tie>)> {
    let (row, ties) = tied(cx, id)?;
    cx.require_on(Act::ProjectRead, Act::ProjectRead, &ties)?;
    Ok((row, ties))
}

/// A project with how the acting person is tied to it: the caller asks whether they may. One
/// statement.
pub(crate) fn tied(cx: &mut Cx<'_, '_>, id: ProjectId) -> Outcome<(ProjectRow, Vec<Tie>)> {
    let found = store::held::project(cx.tx, id, cx.actor.user)?.ok_or(Error::NotFound)?;
    let TiedProject { row, tie, administers } = found;
    Ok((row, tie.into_iter().chain(administers.then_some(Tie::OrgAdmin)).collect()))
}

/// Invites somebody by e-mail, who need not have an account yet.
///
/// # Errors
/// [`Error::Invalid`] for a bad address, a tie that cannot be given, or somebody who is in it or
/// has an open invitation.
pub fn invite(cx: &mut Cx<'_, '_>, id: ProjectId, email: &str, tie: Tie) -> Outcome<InvitationId> {
    let project = managed(cx, id)?;
    givable(tie)?;
    let email = address(email)?;
    if store::project::members(cx.tx, id)?.iter().any(|member| member.email.eq_ignore_ascii_case(&email)) {
        return Err(Error::field("email", Code::AlreadyMember));
    }
    let row = InvitationRow {
        id: cx.new_id()?,
        project: id,
        email: email.clone(),
        tie,
        state: InvitationState::Open,
        invited_by: cx.actor.user,
        invited_at: cx.now,
        expires_at: cx.now.saturating_add(INVITATION).unwrap_or(Timestamp::MAX),
        answered_at: None,
    };
    let sent = store::project::invitations(cx.tx, id)?;
    if sent.iter().any(|one| one.state == InvitationState::Open && one.email == email) {
        return Err(Error::field("email", Code::AlreadyInvited));
    }
    let day_ago = cx.now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    let of_today = sent.iter().filter(|one| one.invited_at > day_ago).count();
    if i64::try_from(of_today).unwrap_or(i64::MAX) >= INVITATIONS_A_DAY {
        return Err(Error::field("email", Reason::new(Code::InvitationLimit).with("max", INVITATIONS_A_DAY)));
    }
    store::project::invite(cx.tx, &row)?;
    cx.audit("project.invited", ("project", &id), &(), &serde_json::json!({ "invitation": row.id, "tie": tie }), "")?;
    let account = store::project::person_by_email(cx.tx, &email)?;
    let lang = account.as_ref().and_then(|person| person.language.parse().ok()).unwrap_or(cx.actor.lang);
    let to = Recipient { user: account.map(|person| person.id), address: email, lang };
    let title = if lang == Lang::En && !project.title_en.is_empty() { &project.title_en } else { &project.title_ko };
    let args = [
        ("inviter", cx.actor.name.clone()),
        ("title", title.clone()),
        ("number", project.number.clone()),
        ("tie", texts::Texts::new(lang).word(tie)),
        ("due", texts::Texts::new(lang).instant(row.expires_at)),
        ("link", format!("{}/invitations/{}", cx.identity.public_url, row.id)),
    ];
    crate::mail::post(cx, &to, Template::ProjectInvitation, &args)?;
    Ok(row.id)
}

/// An invitation with its project, for the person whom it invites.
///
/// # Errors
/// [`Error::NotFound`] for anybody else.
pub fn invitation(cx: &mut Cx<'_, '_>, id: InvitationId) -> Outcome<(InvitationRow, ProjectRow)> {
    let user = cx.user()?;
    let row = store::project::find_invitation(cx.tx, id)?.ok_or(Error::NotFound)?;
    let person = store::project::person(cx.tx, user)?.ok_or(Error::NotFound)?;
    let ties: &[Tie] = if person.email.eq_ignore_ascii_case(&row.email) { &[Tie::Invited] } else { &[] };
    cx.require_on(Act::InvitationAnswer, Act::InvitationAnswer, ties)?;
    let project = store::project::find(cx.tx, row.project)?.ok_or(Error::NotFound)?;
    Ok((row, project))
}

/// Accepts or declines an invitation.
///
/// # Errors
/// [`Error::NotFound`] for anybody whom it does not invite; [`Error::Conflict`] if it is not open
/// any more.
pub fn answer_invitation(cx: &mut Cx<'_, '_>, id: InvitationId, accept: bool) -> Outcome<ProjectId> {
    let (row, project) = invitation(cx, id)?;
    if row.state != InvitationState::Open {
        return Err(Error::wrong_state(row.state));
    }
    if cx.now >= row.expires_at {
        return Err(Error::conflict(Reason::new(Code::OfferOver).with("due", row.expires_at)));
    }
    let user = cx.user()?;
    let state = if accept { InvitationState::Accepted } else { InvitationState::Declined };
    store::project::answer_invitation(cx.tx, id, state, cx.now)?;
    if accept {
        if store::project::tie(cx.tx, project.id, user)?.is_none() {
            let member = MemberRow { project: project.id, user, tie: row.tie, joined_at: cx.now };
            store::project::put_member(cx.tx, &member)?;
        }
        sync(cx, project.id)?;
    }
    cx.audit(
        &format!("invitation.{state}"),
        ("project", &project.id),
        &serde_json::json!({ "state": row.state }),
        &serde_json::json!({ "state": state, "invitation": id }),
        "",
    )?;
    Ok(project.id)
}

/// Takes an open invitation back.
///
/// # Errors
/// [`Error::Conflict`] if it is not open.
pub fn withdraw_invitation(cx: &mut Cx<'_, '_>, id: InvitationId) -> Outcome<ProjectId> {
    let row = store::project::find_invitation(cx.tx, id)?.ok_or(Error::NotFound)?;
    managed(cx, row.project)?;
    store::project::answer_invitation(cx.tx, id, InvitationState::Withdrawn, cx.now)?;
    let after = serde_json::json!({ "invitation": id, "state": InvitationState::Withdrawn });
    cx.audit("invitation.withdrawn", ("project", &row.project), &(), &after, "")?;
    Ok(row.project)
}

/// Takes somebody out of a project. The lead stays.
///
/// # Errors
/// [`Error::Conflict`] for the lead, [`Error::NotFound`] for somebody who is not in it.
pub fn remove_member(cx: &mut Cx<'_, '_>, id: ProjectId, user: UserId) -> Outcome<()> {
    let project = managed(cx, id)?;
    let tie = member_but_lead(cx, &project, user)?;
    store::project::remove_member(cx.tx, id, user)?;
    sync(cx, id)?;
    let before = serde_json::json!({ "user": user, "tie": tie });
    cx.audit("project.member_removed", ("project", &id), &before, &(), "")
}

/// Changes as what somebody takes part.
///
/// # Errors
/// As [`remove_member`]; [`Error::Invalid`] for a tie that cannot be given.
pub fn change_tie(cx: &mut Cx<'_, '_>, id: ProjectId, user: UserId, tie: Tie) -> Outcome<()> {
    let project = managed(cx, id)?;
    givable(tie)?;
    let before = member_but_lead(cx, &project, user)?;
    store::project::put_member(cx.tx, &MemberRow { project: id, user, tie, joined_at: cx.now })?;
    cx.audit(
        "project.member_changed",
        ("project", &id),
        &serde_json::json!({ "user": user, "tie": before }),
        &serde_json::json!({ "user": user, "tie": tie }),
        "",
    )
}

/// Lets invitations lapse that were not answered in time: for the clock. Answers how many.
///
/// # Errors
/// Database errors only.
pub fn lapse_invitations(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let mut count = 0;
    for row in store::project::overdue_invitations(cx.tx, cx.now, BATCH)? {
        store::project::answer_invitation(cx.tx, row.id, InvitationState::Lapsed, cx.now)?;
        cx.audit(
            "invitation.lapsed",
            ("project", &row.project),
            &serde_json::json!({ "state": row.state }),
            &serde_json::json!({ "state": InvitationState::Lapsed, "invitation": row.id }),
            "",
        )?;
        count += 1;
    }
    Ok(count)
}

fn managed(cx: &mut Cx<'_, '_>, id: ProjectId) -> Outcome<ProjectRow> {
    let (project, ties) = tied(cx, id)?;
    cx.require_on(Act::ProjectRead, Act::MemberManage, &ties)?;
    Ok(project)
}

fn member_but_lead(cx: &mut Cx<'_, '_>, project: &ProjectRow, user: UserId) -> Outcome<Tie> {
    match store::project::tie(cx.tx, project.id, user)? {
        None => Err(Error::NotFound),
        Some(Tie::Lead) => Err(Error::conflict(Code::LeadStays)),
        Some(tie) => Ok(tie),
    }
}

fn givable(tie: Tie) -> Outcome<()> {
    if matches!(tie, Tie::Manager | Tie::Member) { Ok(()) } else { Err(Error::field("tie", Code::NotAChoice)) }
}

/// An address in lower case, if it looks like one.
fn address(text: &str) -> Outcome<String> {
    let email = text.parse::<domain::person::Email>();
    email.map(|email| email.to_string()).map_err(|_| Error::field("email", Code::NotAnEmail))
}

/// Writes to a project's lead and managers; `facts` are those of the template beyond the project's own.
pub(crate) fn tell(
    cx: &mut Cx<'_, '_>,
    project: &ProjectRow,
    template: Template,
    facts: impl Fn(&Cx<'_, '_>, texts::Texts) -> Vec<(&'static str, String)>,
) -> Outcome<()> {
    let people = store::project::members(cx.tx, project.id)?;
    for person in people.iter().filter(|person| matches!(person.tie, Tie::Lead | Tie::Manager)) {
        let to = Recipient::person(person.user, &person.email, &person.language);
        let t = texts::Texts::new(to.lang);
        let mut args = vec![
            ("name", person.name.clone()),
            ("number", project.number.clone()),
            ("title", crate::proposal::title(t, &project.title_ko, &project.title_en)),
        ];
        args.extend(facts(cx, t));
        crate::mail::post(cx, &to, template, &args)?;
    }
    Ok(())
}

/// Asks for the engines to be brought in line with a project.
fn sync(cx: &mut Cx<'_, '_>, project: ProjectId) -> Outcome<()> {
    let once = format!("members {project} {}", cx.now.as_second());
    cx.enqueue("engine.sync", &once, &project)
}
