//! Agreements: drawn up when an offer is accepted, signed in the portal by the lead and then for
//! the center; who does not sign in time loses the award.

use domain::access::{Act, Tie};
use domain::award::{AgreementState, AwardState, ProjectState};
use domain::ids::{AgreementId, AwardId, UserId};
use domain::ledger::{EntryKind, hex};
use domain::policy::PolicyKey;
use domain::{Code, Reason};
use jiff::civil::Date;
use planner::Given;
use sha2::{Digest, Sha256};
pub use store::agreement::AgreementRow;
use store::award::AwardRow;
use store::plan::Applicant;
use store::project::ProjectRow;
use texts::{Texts, k};

use crate::mail::Template;
use crate::{Cx, Error, Outcome, plan, project};

/// How many are dealt with in one go by the clock.
const BATCH: i64 = 50;

/// An agreement with what it is about.
#[derive(Clone, Debug)]
pub struct AgreementView {
    /// The agreement.
    pub row: AgreementRow,
    /// Its project.
    pub project: ProjectRow,
    /// Whether the acting person may sign it for the project now.
    pub signable: bool,
    /// Whether the acting person may sign it for the center now.
    pub countersignable: bool,
    /// The names of those who signed: for the project, for the center.
    pub signers: (Option<String>, Option<String>),
    /// What was granted by it.
    pub given: Vec<Given>,
}

/// Draws up the agreement on a new award and tells the lead.
pub(crate) fn draw_up(
    cx: &mut Cx<'_, '_>,
    award: AwardId,
    project: &ProjectRow,
    applicant: &Applicant,
    given: &[Given],
) -> Outcome<AgreementId> {
    let to = plan::recipient(applicant);
    let t = Texts::new(to.lang);
    let days = cx.policy()?.int(PolicyKey::AgreementBusinessDays);
    let due_on = cx.identity.calendar.business_days_after(cx.today(), days);
    let name = |name: &Option<String>| name.clone().unwrap_or_default();
    let organization = crate::proposal::title(t, &name(&applicant.organization_ko), &name(&applicant.organization_en));
    let given = plan::given_text(t, &cx.identity.pools, given);
    let body = t.f(
        k::AGREEMENT_BODY,
        &[
            ("center", cx.identity.name(to.lang).into()),
            ("organization", organization.as_str().into()),
            ("lead", applicant.name.as_str().into()),
            ("number", project.number.as_str().into()),
            ("title", plan::title(applicant, to.lang).into()),
            ("given", given.as_str().into()),
            ("from", t.date(project.from_on).into()),
            ("last", t.date(domain::term::add_days(project.to_on, -1)).into()),
            ("today", t.date(cx.today()).into()),
        ],
    );
    let row = AgreementRow {
        id: cx.new_id()?,
        award,
        body_hash: text_hash(&body),
        body,
        state: AgreementState::Unsigned,
        due_on,
        signed_by: None,
        signed_at: None,
        countersigned_by: None,
        countersigned_at: None,
        created_at: cx.now,
    };
    store::agreement::insert(cx.tx, &row)?;
    cx.audit(
        "agreement.drawn_up",
        ("agreement", &row.id),
        &(),
        &serde_json::json!({ "award": award, "hash": row.body_hash, "due_on": due_on }),
        "",
    )?;
    let args = [
        ("name", applicant.name.clone()),
        ("title", plan::title(applicant, to.lang)),
        ("number", project.number.clone()),
        ("due", t.date(due_on)),
        ("link", format!("{}/agreements/{}", cx.identity.public_url, row.id)),
    ];
    crate::mail::post(cx, &to, Template::AgreementReady, &args)?;
    Ok(row.id)
}

/// One agreement.
///
/// # Errors
/// [`Error::NotFound`] for people whom it does not concern.
pub fn show(cx: &mut Cx<'_, '_>, id: AgreementId) -> Outcome<AgreementView> {
    let (row, project, ties) = find(cx, id)?;
    cx.require_on(Act::AgreementRead, Act::AgreementRead, &ties)?;
    let signable =
        row.state == AgreementState::Unsigned && cx.today() <= row.due_on && cx.actor.may(Act::AgreementSign, &ties);
    let countersignable = row.state == AgreementState::Signed
        && cx.actor.may(Act::AgreementCountersign, &ties)
        && cx.require_apart(Act::AgreementCountersign, row.signed_by, &ties).is_ok();
    let names = store::project::names(cx.tx, [row.signed_by, row.countersigned_by])?;
    let signer = |user: Option<UserId>| user.and_then(|user| names.get(&user).cloned());
    let signers = (signer(row.signed_by), signer(row.countersigned_by));
    let given = granted(cx, &row, &project)?;
    Ok(AgreementView { row, project, signable, countersignable, signers, given })
}

/// What the award of an agreement was granted. One statement.
fn granted(cx: &mut Cx<'_, '_>, row: &AgreementRow, project: &ProjectRow) -> Outcome<Vec<Given>> {
    let awards = store::held::of_project(cx.tx, project.id)?;
    let lines = awards.into_iter().filter(|held| held.award.id == row.award).flat_map(|held| held.lines);
    let grants = lines.flat_map(|held| {
        let grants = held.entries.into_iter().filter(|(kind, ..)| *kind == EntryKind::Grant);
        let line = held.line;
        grants
            .map(move |(_, term, amount)| Given {
                product: line.product.clone(),
                pool: line.pool.clone(),
                amount,
                term,
            })
            .collect::<Vec<_>>()
    });
    Ok(grants.collect())
}

/// Agreements that wait for the center's signature, the next due first, after a place.
///
/// # Errors
/// Database errors and lacking permission.
pub fn to_countersign(
    cx: &mut Cx<'_, '_>,
    after: Option<(Date, AgreementId)>,
    limit: i64,
) -> Outcome<Vec<AgreementRow>> {
    cx.require(Act::AgreementRead, &[])?;
    Ok(store::agreement::to_countersign(cx.tx, after, limit.clamp(1, 201))?)
}

/// Signs for the project. `hash` is that of the text which the lead read.
///
/// # Errors
/// [`Error::Conflict`] if the text is another, or if it is signed or its time is over.
pub fn sign(cx: &mut Cx<'_, '_>, id: AgreementId, hash: &str) -> Outcome<()> {
    let (row, _, ties) = find(cx, id)?;
    cx.require_on(Act::AgreementRead, Act::AgreementSign, &ties)?;
    step(&row, AgreementState::Signed, hash)?;
    if cx.today() > row.due_on {
        let due = cx.identity.calendar.midnight(domain::term::add_days(row.due_on, 1));
        return Err(Error::conflict(Reason::new(Code::OfferOver).with("due", due)));
    }
    let user = cx.user()?;
    store::agreement::sign(cx.tx, id, user, cx.now)?;
    audit(cx, &row, "agreement.signed", AgreementState::Signed)
}

/// Signs for the center, after the lead.
///
/// # Errors
/// [`Error::Forbidden`] for the project's own people; [`Error::Conflict`] if the text is another, or
/// if the lead has not signed.
pub fn countersign(cx: &mut Cx<'_, '_>, id: AgreementId, hash: &str) -> Outcome<()> {
    let (row, project, ties) = find(cx, id)?;
    cx.require_on(Act::AgreementRead, Act::AgreementCountersign, &ties)?;
    cx.require_apart(Act::AgreementCountersign, row.signed_by, &ties)?;
    step(&row, AgreementState::Concluded, hash)?;
    let user = cx.user()?;
    store::agreement::countersign(cx.tx, id, user, cx.now)?;
    audit(cx, &row, "agreement.concluded", AgreementState::Concluded)?;
    if project.state.may_become(ProjectState::Agreed) {
        project::step(cx, project.id, project.state, ProjectState::Agreed, "project.agreed")?;
    }
    tell(cx, &project, Template::AgreementConcluded)
}

/// Puts awards in force whose agreement is concluded and whose first day has come: for the clock.
///
/// # Errors
/// Database errors only.
pub fn begin(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let mut count = 0;
    for award in store::award::to_begin(cx.tx, cx.today(), BATCH)? {
        let project = start(cx, &award)?;
        match store::reservation::of_award(cx.tx, award.id)? {
            Some(reserved) => crate::reservation::tell(cx, &project, &reserved, Template::ReservationBegun)?,
            None => tell(cx, &project, Template::AllocationBegun)?,
        }
        count += 1;
    }
    Ok(count)
}

/// Puts an award in force; answers its project.
pub(crate) fn start(cx: &mut Cx<'_, '_>, award: &AwardRow) -> Outcome<ProjectRow> {
    store::award::step(cx.tx, award.id, AwardState::Pending, AwardState::Active)?;
    let project = store::project::find(cx.tx, award.project)?.ok_or(Error::NotFound)?;
    if project.state.may_become(ProjectState::Active) {
        store::project::step(cx.tx, project.id, project.state, ProjectState::Active)?;
    }
    cx.audit(
        "award.begun",
        ("project", &project.id),
        &serde_json::json!({ "state": award.state }),
        &serde_json::json!({ "award": award.id, "state": AwardState::Active }),
        "",
    )?;
    cx.enqueue("engine.sync", &format!("begin {}", award.id), &project.id)?;
    Ok(project)
}

/// Takes back awards whose agreement the lead did not sign in time, or the center not before the
/// award's end; what they held goes to the next: for the clock.
///
/// # Errors
/// Database errors only.
pub fn lapse(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let mut count = 0;
    for row in store::agreement::overdue(cx.tx, cx.today(), BATCH)? {
        store::agreement::lapse(cx.tx, row.id)?;
        store::award::step(cx.tx, row.award, AwardState::Pending, AwardState::Withdrawn)?;
        for line in store::award::lines(cx.tx, row.award)? {
            crate::ledger::let_go(cx, &line, cx.today(), EntryKind::Expire, "")?;
            let end = line.from_on.max(cx.today()).min(line.end_on);
            store::award::set_end(cx.tx, row.award, &line.pool, end)?;
        }
        let (_, project, _) = find(cx, row.id)?;
        store::project::step(cx.tx, project.id, ProjectState::AgreementPending, ProjectState::Withdrawn)?;
        audit(cx, &row, "agreement.lapsed", AgreementState::Lapsed)?;
        tell(cx, &project, Template::AwardWithdrawn)?;
        count += 1;
    }
    Ok(count)
}

/// An agreement with its project and how the acting person is tied to that.
fn find(cx: &mut Cx<'_, '_>, id: AgreementId) -> Outcome<(AgreementRow, ProjectRow, Vec<Tie>)> {
    let row = store::agreement::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    let award = store::award::find(cx.tx, row.award)?.ok_or(Error::NotFound)?;
    let (project, ties) = project::tied(cx, award.project)?;
    Ok((row, project, ties))
}

/// What an agreement's text is signed by: its SHA-256 in hexadecimal.
pub(crate) fn text_hash(body: &str) -> String {
    hex(&Sha256::digest(body.as_bytes()))
}

fn step(row: &AgreementRow, next: AgreementState, hash: &str) -> Outcome<()> {
    if !row.state.may_become(next) {
        return Err(Error::wrong_state(row.state));
    }
    if hash != row.body_hash || hash != text_hash(&row.body) {
        return Err(Error::conflict(Code::TextChanged));
    }
    Ok(())
}

fn audit(cx: &mut Cx<'_, '_>, row: &AgreementRow, action: &str, next: AgreementState) -> Outcome<()> {
    cx.audit(
        action,
        ("agreement", &row.id),
        &serde_json::json!({ "state": row.state }),
        &serde_json::json!({ "state": next, "hash": row.body_hash, "signer": cx.actor.name }),
        "",
    )
}

/// Tells the lead of a project.
fn tell(cx: &mut Cx<'_, '_>, project: &ProjectRow, kind: Template) -> Outcome<()> {
    let applicant = store::plan::applicant(cx.tx, project.proposal)?.ok_or(Error::NotFound)?;
    let to = plan::recipient(&applicant);
    let t = Texts::new(to.lang);
    let args = [
        ("name", applicant.name.clone()),
        ("title", plan::title(&applicant, to.lang)),
        ("number", project.number.clone()),
        ("from", t.date(project.from_on)),
        ("link", format!("{}/projects/{}", cx.identity.public_url, project.id)),
    ];
    crate::mail::post(cx, &to, kind, &args)?;
    Ok(())
}
