//! Projects, their members and invitations.

use std::collections::BTreeMap;

use domain::access::Tie;
use domain::award::{InvitationState, ProjectState};
use domain::ids::{InvitationId, OrganizationId, ProjectId, ProposalId, UserId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::sql::from_newest;
use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Tx, values};

as_text! { ProjectState: "state of a project", InvitationState: "state of an invitation", Tie: "tie" }

mirror! {
    /// A project.
    ProjectRow in "project" {
        /// Its id.
        id: ProjectId = "id",
        /// Its number: `P2021-0001`.
        number: String = "number",
        /// The proposal that it came from.
        proposal: ProposalId = "proposal_id",
        /// Its organization.
        organization: OrganizationId = "organization_id",
        /// Who leads it.
        lead: UserId = "lead_id",
        /// Korean title.
        title_ko: String = "title_ko",
        /// English title.
        title_en: String = "title_en",
        /// Its sector.
        sector: String = "sector",
        /// Whether it counted as regional when it was decided.
        regional: bool = "regional",
        /// Whether it belongs to the cluster's R&D.
        rnd_cluster: bool = "rnd_cluster",
        /// Its state.
        state: ProjectState = "state",
        /// The first day of its awards.
        from_on: Date = "from_on",
        /// The first day after its awards.
        to_on: Date = "to_on",
        /// When it came to be.
        created_at: Timestamp = "created_at",
    }
}

mirror! {
    /// Somebody's place in a project.
    MemberRow in "project_member" {
        /// The project.
        project: ProjectId = "project_id",
        /// The person.
        user: UserId = "user_id",
        /// As what: lead, manager or member.
        tie: Tie = "tie",
        /// Since when.
        joined_at: Timestamp = "joined_at",
    }
}

mirror! {
    /// An invitation to a project.
    InvitationRow in "invitation" {
        /// Its id.
        id: InvitationId = "id",
        /// The project.
        project: ProjectId = "project_id",
        /// Whom, in lower case.
        email: String = "email",
        /// As what: manager or member.
        tie: Tie = "tie",
        /// Its state.
        state: InvitationState = "state",
        /// By whom.
        invited_by: Option<UserId> = "invited_by",
        /// When.
        invited_at: Timestamp = "invited_at",
        /// Until when it can be answered.
        expires_at: Timestamp = "expires_at",
        /// When it was answered or taken back.
        answered_at: Option<Timestamp> = "answered_at",
    }
}

/// Adds a project.
///
/// # Errors
/// Database errors only.
pub fn insert(tx: &mut Tx<'_>, project: &ProjectRow) -> Result<()> {
    project.put(tx)
}

/// One project.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: ProjectId) -> Result<Option<ProjectRow>> {
    let sql = format!("SELECT {} FROM project WHERE id = $1", ProjectRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(ProjectRow::read).transpose()
}

/// The project that a proposal became.
///
/// # Errors
/// Database errors only.
pub fn of_proposal(tx: &mut Tx<'_>, proposal: ProposalId) -> Result<Option<ProjectRow>> {
    let sql = format!("SELECT {} FROM project WHERE proposal_id = $1", ProjectRow::COLUMNS);
    tx.row(&sql, values![proposal])?.as_ref().map(ProjectRow::read).transpose()
}

/// All projects before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn list(tx: &mut Tx<'_>, before: Option<(Timestamp, ProjectId)>, limit: i64) -> Result<Vec<ProjectRow>> {
    let (at, id) = from_newest(before);
    let sql = format!(
        "SELECT {} FROM project WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3",
        ProjectRow::COLUMNS
    );
    tx.rows(&sql, values![at, id, limit])?.iter().map(ProjectRow::read).collect()
}

/// The projects that a person takes part in before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn of_user(
    tx: &mut Tx<'_>,
    user: UserId,
    before: Option<(Timestamp, ProjectId)>,
    limit: i64,
) -> Result<Vec<ProjectRow>> {
    let (at, id) = from_newest(before);
    let sql = format!(
        "SELECT {} FROM project WHERE id IN (SELECT project_id FROM project_member WHERE user_id = $1)
         AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4",
        ProjectRow::COLUMNS
    );
    tx.rows(&sql, values![user, at, id, limit])?.iter().map(ProjectRow::read).collect()
}

/// Moves a project from one state to another.
///
/// # Errors
/// [`crate::Error::Stale`] if it is no longer in `from`.
pub fn step(tx: &mut Tx<'_>, id: ProjectId, from: ProjectState, to: ProjectState) -> Result<()> {
    tx.run_one("UPDATE project SET state = $3 WHERE id = $1 AND state = $2", values![id, from, to])
}

/// Sets the days that a project's awards span.
///
/// # Errors
/// Database errors only.
pub fn set_span(tx: &mut Tx<'_>, id: ProjectId, from_on: Date, to_on: Date) -> Result<()> {
    tx.run_one("UPDATE project SET from_on = $2, to_on = $3 WHERE id = $1", values![id, from_on, to_on])
}

/// The project with that number.
///
/// # Errors
/// Database errors only.
pub fn by_number(tx: &mut Tx<'_>, number: &str) -> Result<Option<ProjectRow>> {
    let sql = format!("SELECT {} FROM project WHERE number = $1", ProjectRow::COLUMNS);
    tx.row(&sql, values![number])?.as_ref().map(ProjectRow::read).transpose()
}

/// Adds a person to a project or changes as what they take part.
///
/// # Errors
/// Database errors only.
pub fn put_member(tx: &mut Tx<'_>, member: &MemberRow) -> Result<()> {
    tx.run(
        "INSERT INTO project_member (project_id, user_id, tie, joined_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (project_id, user_id) DO UPDATE SET tie = excluded.tie",
        values![member.project, member.user, member.tie, member.joined_at],
    )?;
    Ok(())
}

/// Takes a person out of a project; answers whether they were in it.
///
/// # Errors
/// Database errors only.
pub fn remove_member(tx: &mut Tx<'_>, project: ProjectId, user: UserId) -> Result<bool> {
    Ok(tx.run("DELETE FROM project_member WHERE project_id = $1 AND user_id = $2", values![project, user])? == 1)
}

/// As what a person takes part in a project.
///
/// # Errors
/// Database errors only.
pub fn tie(tx: &mut Tx<'_>, project: ProjectId, user: UserId) -> Result<Option<Tie>> {
    tx.row("SELECT tie FROM project_member WHERE project_id = $1 AND user_id = $2", values![project, user])?
        .map(|row| row.get("tie"))
        .transpose()
}

mirror! {
    /// A member with their name.
    MemberItem in "project_member" {
        /// The person.
        user: UserId = "user_id",
        /// As what.
        tie: Tie = "tie",
        /// Since when.
        joined_at: Timestamp = "joined_at",
        /// Their name.
        name: String = "name",
        /// Their address.
        email: String = "email",
        /// The language they read.
        language: String = "language",
    }
}

/// The people of a project: lead first, then by name.
///
/// # Errors
/// Database errors only.
pub fn members(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<MemberItem>> {
    tx.rows(
        "SELECT m.user_id, m.tie, m.joined_at, u.name, u.email, u.language
         FROM project_member m JOIN users u ON u.id = m.user_id WHERE m.project_id = $1
         ORDER BY CASE m.tie WHEN 'lead' THEN 0 WHEN 'manager' THEN 1 ELSE 2 END, u.name, m.user_id LIMIT 500",
        values![project],
    )?
    .iter()
    .map(MemberItem::read)
    .collect()
}

/// Adds an invitation.
///
/// # Errors
/// Constraint `invitation_one_open` if the address has an open one to the project.
pub fn invite(tx: &mut Tx<'_>, invitation: &InvitationRow) -> Result<()> {
    invitation.put(tx)
}

/// One invitation.
///
/// # Errors
/// Database errors only.
pub fn find_invitation(tx: &mut Tx<'_>, id: InvitationId) -> Result<Option<InvitationRow>> {
    let sql = format!("SELECT {} FROM invitation WHERE id = $1", InvitationRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(InvitationRow::read).transpose()
}

/// The invitations of a project, newest first.
///
/// # Errors
/// Database errors only.
pub fn invitations(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<InvitationRow>> {
    let sql = format!(
        "SELECT {} FROM invitation WHERE project_id = $1 ORDER BY invited_at DESC, id DESC LIMIT 200",
        InvitationRow::COLUMNS
    );
    tx.rows(&sql, values![project])?.iter().map(InvitationRow::read).collect()
}

/// Answers an open invitation.
///
/// # Errors
/// [`crate::Error::Stale`] if it is not open.
pub fn answer_invitation(tx: &mut Tx<'_>, id: InvitationId, state: InvitationState, at: Timestamp) -> Result<()> {
    tx.run_one(
        "UPDATE invitation SET state = $2, answered_at = $3 WHERE id = $1 AND state = 'open'",
        values![id, state, at],
    )
}

/// Open invitations that have expired at `now`, oldest first.
///
/// # Errors
/// Database errors only.
pub fn overdue_invitations(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<InvitationRow>> {
    let sql = format!(
        "SELECT {} FROM invitation WHERE state = 'open' AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2",
        InvitationRow::COLUMNS
    );
    tx.rows(&sql, values![now, limit])?.iter().map(InvitationRow::read).collect()
}

mirror! {
    /// A person as far as projects need to know them.
    PersonRow in "users" {
        /// The account.
        id: UserId = "id",
        /// Their name.
        name: String = "name",
        /// Their address.
        email: String = "email",
        /// The language they read.
        language: String = "language",
    }
}

/// The names of up to two accounts. One statement.
///
/// # Errors
/// Database errors only.
pub fn names(tx: &mut Tx<'_>, users: [Option<UserId>; 2]) -> Result<BTreeMap<UserId, String>> {
    tx.rows("SELECT id, name FROM users WHERE id = $1 OR id = $2", values![users[0], users[1]])?
        .iter()
        .map(|row| Ok((row.get("id")?, row.get("name")?)))
        .collect()
}

/// A person.
///
/// # Errors
/// Database errors only.
pub fn person(tx: &mut Tx<'_>, id: UserId) -> Result<Option<PersonRow>> {
    let sql = format!("SELECT {} FROM users WHERE id = $1", PersonRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(PersonRow::read).transpose()
}

/// The person with that address.
///
/// # Errors
/// Database errors only.
pub fn person_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<PersonRow>> {
    let sql = format!("SELECT {} FROM users WHERE email = $1", PersonRow::COLUMNS);
    tx.row(&sql, values![email])?.as_ref().map(PersonRow::read).transpose()
}
