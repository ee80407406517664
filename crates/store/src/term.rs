//! What the calendar asks for: awards near their end, projects past it.

use domain::award::ProjectState;
use domain::ids::{AwardId, ProjectId};
use domain::term::Term;
use jiff::civil::Date;

use crate::{Result, Tx, values};

/// Running awards that end within `ends` and whose notice `notice` for that end is not yet noted in
/// `happened` under `notice:AWARD:END:NOTICE`; at most `limit`. Whoever reserved devices for some
/// days knows their end.
///
/// # Errors
/// Database errors only.
pub fn ending(tx: &mut Tx<'_>, ends: Term, notice: i64, limit: i64) -> Result<Vec<(ProjectId, AwardId, Date)>> {
    tx.rows(
        "SELECT * FROM (
           SELECT a.project_id, a.id, MAX(l.end_on) AS end_on FROM award a JOIN award_line l ON l.award_id = a.id
           WHERE a.state = 'active' AND NOT EXISTS (SELECT 1 FROM reservation r WHERE r.award_id = a.id) GROUP BY a.project_id, a.id
           HAVING MAX(l.end_on) >= $1 AND MAX(l.end_on) < $2) ending
         WHERE NOT EXISTS (SELECT 1 FROM happened h WHERE h.key = 'notice:' || ending.id || ':' || ending.end_on || ':' || $3)
         ORDER BY ending.id LIMIT $4",
        values![ends.from(), ends.to(), notice.to_string(), limit],
    )?
    .iter()
    .map(|row| Ok((row.get("project_id")?, row.get("id")?, row.get("end_on")?)))
    .collect()
}

/// Projects in a state whose awards ended by `day`, at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn past(tx: &mut Tx<'_>, state: ProjectState, day: Date, limit: i64) -> Result<Vec<ProjectId>> {
    tx.rows("SELECT id FROM project WHERE state = $1 AND to_on <= $2 ORDER BY id LIMIT $3", values![state, day, limit])?
        .iter()
        .map(|row| row.get("id"))
        .collect()
}

/// How many awards of a project are running or still to begin.
///
/// # Errors
/// Database errors only.
pub fn open_awards(tx: &mut Tx<'_>, project: ProjectId) -> Result<i64> {
    tx.scalar("SELECT COUNT(*) FROM award WHERE project_id = $1 AND state IN ('pending', 'active')", values![project])
}

/// The first day and the first day after of what a project's awards are about. What it reserved does
/// not lengthen it.
///
/// # Errors
/// Database errors only.
pub fn span(tx: &mut Tx<'_>, project: ProjectId) -> Result<Option<(Date, Date)>> {
    let row = tx.row(
        "SELECT MIN(l.from_on) AS from_on, MAX(l.end_on) AS end_on FROM award_line l JOIN award a ON a.id = l.award_id
         WHERE a.project_id = $1 AND a.state <> 'withdrawn'
           AND NOT EXISTS (SELECT 1 FROM reservation v WHERE v.award_id = a.id)",
        values![project],
    )?;
    let Some(row) = row else { return Ok(None) };
    let (from, to): (Option<Date>, Option<Date>) = (row.get("from_on")?, row.get("end_on")?);
    Ok(from.zip(to))
}
