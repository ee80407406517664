//! What the awards of a project hold: lines, pools and ledger entries of all of them at once, so
//! that a page needs no statement per award.

use domain::award::AgreementState;
use domain::ids::{AgreementId, AwardId, ProjectId, ReservationId, UserId};
use domain::ledger::EntryKind;
use domain::term::Term;

use crate::award::{AwardLine, AwardRow};
use crate::capacity::PoolRow;
use crate::ledger::term;
use crate::project::ProjectRow;
use crate::{Result, Row, Tx, values};

/// An agreement without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreementItem {
    /// Its id.
    pub id: AgreementId,
    /// Its state.
    pub state: AgreementState,
    /// SHA-256 of its text.
    pub body_hash: String,
}

/// What an award is about in one pool, with the entries that say how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineHeld {
    /// The line.
    pub line: AwardLine,
    /// Its pool.
    pub pool: PoolRow,
    /// Why, when and by how much what it holds changed; oldest first.
    pub entries: Vec<(EntryKind, Term, i64)>,
}

/// An award with everything that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwardHeld {
    /// The award.
    pub award: AwardRow,
    /// Its agreement.
    pub agreement: Option<AgreementItem>,
    /// The reservation whose devices it holds, if it is of one.
    pub reservation: Option<ReservationId>,
    /// Its lines by pool.
    pub lines: Vec<LineHeld>,
}

const OF_PROJECT: &str = "
    SELECT a.id AS award_id, a.project_id, a.offer_id, a.state AS award_state, a.created_at,
        r.id AS reservation_id, g.id AS agreement_id, g.state AS agreement_state, g.body_hash,
        l.pool_id, l.product_id, l.grain, l.from_on, l.end_on,
        p.id, p.kind, p.unit, p.device_model, p.name_ko, p.name_en, p.position,
        e.seq, e.kind AS entry_kind, e.delta, e.from_on AS entry_from, e.to_on AS entry_to
    FROM award a
        LEFT JOIN agreement g ON g.award_id = a.id
        LEFT JOIN reservation r ON r.award_id = a.id
        LEFT JOIN award_line l ON l.award_id = a.id
        LEFT JOIN pool p ON p.id = l.pool_id
        LEFT JOIN ledger_entry e ON e.award_id = l.award_id AND e.pool_id = l.pool_id
    WHERE a.project_id = $1
    ORDER BY a.created_at, a.id, l.pool_id, e.seq";

/// The awards of a project, oldest first, with what they hold. One statement.
///
/// # Errors
/// Database errors only.
pub fn of_project(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<AwardHeld>> {
    let mut all: Vec<AwardHeld> = Vec::new();
    for row in tx.rows(OF_PROJECT, values![project])? {
        let id: AwardId = row.get("award_id")?;
        if all.last().is_none_or(|last| last.award.id != id) {
            all.push(award(&row)?);
        }
        let Some(held) = all.last_mut() else { continue };
        let Some(pool) = row.get::<Option<domain::ids::PoolId>>("pool_id")? else { continue };
        if held.lines.last().is_none_or(|last| last.line.pool != pool) {
            let line =
                LineHeld { line: AwardLine::read(&row)?, pool: crate::capacity::pool(&row)?, entries: Vec::new() };
            held.lines.push(line);
        }
        let Some(line) = held.lines.last_mut() else { continue };
        if let Some(kind) = row.get::<Option<EntryKind>>("entry_kind")? {
            line.entries.push((kind, term(&row, "entry_from", "entry_to")?, row.get("delta")?));
        }
    }
    Ok(all)
}

fn award(row: &Row) -> Result<AwardHeld> {
    let award = AwardRow {
        id: row.get("award_id")?,
        project: row.get("project_id")?,
        offer: row.get("offer_id")?,
        state: row.get("award_state")?,
        created_at: row.get("created_at")?,
    };
    let agreement = match row.get::<Option<AgreementId>>("agreement_id")? {
        Some(id) => Some(AgreementItem { id, state: row.get("agreement_state")?, body_hash: row.get("body_hash")? }),
        None => None,
    };
    Ok(AwardHeld { award, agreement, reservation: row.get("reservation_id")?, lines: Vec::new() })
}

/// A project with how a person is tied to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TiedProject {
    /// The project.
    pub row: ProjectRow,
    /// As what the person takes part in it.
    pub tie: Option<domain::access::Tie>,
    /// Whether the person administers its organization.
    pub administers: bool,
}

/// One project with how a person is tied to it. One statement.
///
/// # Errors
/// Database errors only.
pub fn project(tx: &mut Tx<'_>, id: ProjectId, user: Option<UserId>) -> Result<Option<TiedProject>> {
    let sql = format!(
        "SELECT {}, (SELECT m.tie FROM project_member m WHERE m.project_id = project.id AND m.user_id = $2) AS tie,
            (SELECT o.admin FROM organization_member o WHERE o.organization_id = project.organization_id AND o.user_id = $2) AS admin
         FROM project WHERE id = $1",
        ProjectRow::COLUMNS
    );
    let Some(row) = tx.row(&sql, values![id, user])? else { return Ok(None) };
    let administers = row.get::<Option<bool>>("admin")?.unwrap_or(false);
    Ok(Some(TiedProject { row: ProjectRow::read(&row)?, tie: row.get("tie")?, administers }))
}
