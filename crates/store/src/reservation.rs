//! Reservations of devices by projects.

use std::collections::{BTreeMap, BTreeSet};

use domain::engine::SyncState;
use domain::ids::{AwardId, PoolId, ProductId, ProjectId, ReservationId, UserId};
use domain::reservation::ReservationState;
use domain::steps::Steps;
use domain::units::Amount;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::capacity::PoolRow;
use crate::ledger::term;
use crate::project::ProjectRow;
use crate::sql::{FromValue, ToValue, Value, as_text, from_newest};
use crate::{Result, Row, Tx, values};

as_text! { ReservationState: "state of a reservation" }

mirror! {
    /// A reservation.
    ReservationRow in "reservation" {
        /// Its id.
        id: ReservationId = "id",
        /// The project that it is for.
        project: ProjectId = "project_id",
        /// The pool.
        pool: PoolId = "pool_id",
        /// The product by which it is granted.
        product: ProductId = "product_id",
        /// How many devices.
        amount: Amount = "amount",
        /// The first day.
        from_on: Date = "from_on",
        /// The day after the last.
        to_on: Date = "to_on",
        /// What for.
        purpose: String = "purpose",
        /// Its state.
        state: ReservationState = "state",
        /// What holds its devices, once it is booked.
        award: Option<AwardId> = "award_id",
        /// Who asked for it.
        asked_by: Option<UserId> = "asked_by",
        /// When.
        asked_at: Timestamp = "asked_at",
        /// Who approved or declined it; nobody if the rules booked it.
        decided_by: Option<UserId> = "decided_by",
        /// When.
        decided_at: Option<Timestamp> = "decided_at",
        /// What was said to it.
        note: String = "note",
        /// Grows with every step, so that of two at once the second is told.
        version: i64 = "version",
        /// Names of the machines that the engine keeps for it, separated by blanks; empty where its
        /// devices are sure by their number only.
        nodes: String = "nodes",
        /// How the engine stands with it.
        sync_state: SyncState = "sync_state",
        /// How often it failed there in a row.
        sync_tries: i64 = "sync_tries",
        /// When it is tried again.
        sync_next_at: Timestamp = "sync_next_at",
        /// What went wrong last, in the engine's words.
        sync_error: String = "sync_error",
    }
}

/// A reservation with its project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReservationItem {
    /// The reservation.
    pub row: ReservationRow,
    /// The project's number.
    pub number: String,
    /// Its Korean title.
    pub title_ko: String,
    /// Its English title.
    pub title_en: String,
}

fn item(row: &Row) -> Result<ReservationItem> {
    Ok(ReservationItem {
        row: ReservationRow::read(row)?,
        number: row.get("number")?,
        title_ko: row.get("title_ko")?,
        title_en: row.get("title_en")?,
    })
}

/// The columns of a reservation `r` and of its project `p`.
fn items() -> String {
    let columns = ReservationRow::columns_of("r");
    format!(
        "SELECT {}, p.number, p.title_ko, p.title_en FROM reservation r JOIN project p ON p.id = r.project_id",
        columns
    )
}

/// Adds a reservation.
///
/// # Errors
/// Database errors only.
pub fn insert(tx: &mut Tx<'_>, row: &ReservationRow) -> Result<()> {
    row.put(tx)
}

/// Brings a reservation that is as it was read into its next state; its version grows.
///
/// # Errors
/// [`crate::Error::Stale`] if somebody changed it meanwhile.
pub fn step(tx: &mut Tx<'_>, row: &ReservationRow) -> Result<()> {
    tx.run_one(
        "UPDATE reservation SET from_on = $1, to_on = $2, state = $3, award_id = $4, decided_by = $5, decided_at = $6, note = $7,
         sync_state = $8, sync_tries = 0, sync_next_at = $9, sync_error = '', version = version + 1
         WHERE id = $10 AND version = $11",
        values![
            row.from_on,
            row.to_on,
            row.state,
            row.award,
            row.decided_by,
            row.decided_at,
            &row.note,
            row.sync_state,
            row.sync_next_at,
            row.id,
            row.version
        ],
    )
}

/// Notes how the engine stands with a reservation, and on which machines it is.
///
/// # Errors
/// Database errors only.
pub fn put_sync(tx: &mut Tx<'_>, row: &ReservationRow) -> Result<()> {
    tx.run(
        "UPDATE reservation SET nodes = $1, sync_state = $2, sync_tries = $3, sync_next_at = $4, sync_error = $5
         WHERE id = $6 AND version = $7",
        values![&row.nodes, row.sync_state, row.sync_tries, row.sync_next_at, &row.sync_error, row.id, row.version],
    )
    .map(drop)
}

/// One, with its project.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: ReservationId) -> Result<Option<ReservationItem>> {
    tx.row(&format!("{} WHERE r.id = $1", items()), values![id])?.as_ref().map(item).transpose()
}

/// Whose reservations are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's.
    All,
    /// Those that wait for a decision: asked for, and not over on that day.
    Waiting(Date),
    /// Those of the projects in which somebody takes part.
    Person(UserId),
    /// Those of a project.
    Project(ProjectId),
}

/// Reservations before a place, the latest asked for first.
///
/// # Errors
/// Database errors only.
pub fn list(
    tx: &mut Tx<'_>,
    whose: Whose,
    before: Option<(Timestamp, ReservationId)>,
    limit: i64,
) -> Result<Vec<ReservationItem>> {
    let (at, id) = from_newest(before);
    let (which, value) = match whose {
        Whose::All => ("", None),
        Whose::Waiting(today) => ("r.state = 'requested' AND r.to_on > $4 AND", Some(today.to_value())),
        Whose::Person(user) => (
            "r.project_id IN (SELECT m.project_id FROM project_member m WHERE m.user_id = $4) AND",
            Some(user.to_value()),
        ),
        Whose::Project(project) => ("r.project_id = $4 AND", Some(project.to_value())),
    };
    let sql =
        format!("{} WHERE {which} (r.asked_at, r.id) < ($1, $2) ORDER BY r.asked_at DESC, r.id DESC LIMIT $3", items());
    let mut values = values![at, id, limit].to_vec();
    values.extend(value);
    tx.rows(&sql, &values)?.iter().map(item).collect()
}

/// How many a project has asked for or booked that are not over on a day.
///
/// # Errors
/// Database errors only.
pub fn open(tx: &mut Tx<'_>, project: ProjectId, today: Date) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS n FROM reservation
         WHERE project_id = $1 AND state IN ('requested', 'booked') AND to_on > $2";
    tx.row(sql, values![project, today])?.map_or(Ok(0), |row| row.get("n"))
}

/// Those of a project that are asked for or booked and reach beyond a day.
///
/// # Errors
/// Database errors only.
pub fn beyond(tx: &mut Tx<'_>, project: ProjectId, day: Date) -> Result<Vec<ReservationRow>> {
    let sql = format!(
        "SELECT {} FROM reservation WHERE project_id = $1 AND state IN ('requested', 'booked') AND to_on > $2 ORDER BY from_on, id",
        ReservationRow::COLUMNS
    );
    tx.rows(&sql, values![project, day])?.iter().map(ReservationRow::read).collect()
}

/// Those that are booked and not over on a day, the first to begin first.
///
/// # Errors
/// Database errors only.
pub fn booked(tx: &mut Tx<'_>, today: Date) -> Result<Vec<ReservationItem>> {
    let sql = format!("{} WHERE r.state = 'booked' AND r.to_on > $1 ORDER BY r.from_on, r.id", items());
    tx.rows(&sql, values![today])?.iter().map(item).collect()
}

/// The one that a project has machines kept by, on a day in a pool, if there is one: the last to end.
///
/// # Errors
/// Database errors only.
pub fn under_way(tx: &mut Tx<'_>, project: ProjectId, pool: &PoolId, today: Date) -> Result<Option<ReservationId>> {
    let sql = "SELECT id FROM reservation WHERE project_id = $1 AND pool_id = $2 AND state = 'booked' AND nodes <> ''
         AND sync_state = 'in_line' AND from_on <= $3 AND to_on > $3 ORDER BY to_on DESC, id LIMIT 1";
    tx.row(sql, values![project, pool, today])?.map(|row| row.get("id")).transpose()
}

/// The running projects that somebody leads or manages, by number.
///
/// # Errors
/// Database errors only.
pub fn projects(tx: &mut Tx<'_>, user: UserId, limit: i64) -> Result<Vec<ProjectRow>> {
    let columns = ProjectRow::columns_of("p");
    let sql = format!(
        "SELECT {} FROM project_member m JOIN project p ON p.id = m.project_id
         WHERE m.user_id = $1 AND m.tie IN ('lead', 'manager') AND p.state = 'active' ORDER BY p.number LIMIT $2",
        columns
    );
    tx.rows(&sql, values![user, limit])?.iter().map(ProjectRow::read).collect()
}

/// The awards that hold what is reserved on a day or later.
///
/// # Errors
/// Database errors only.
pub fn awards(tx: &mut Tx<'_>, from: Date) -> Result<BTreeSet<AwardId>> {
    let sql = "SELECT award_id FROM reservation WHERE award_id IS NOT NULL AND to_on > $1";
    tx.rows(sql, values![from])?.iter().map(|row| row.get("award_id")).collect()
}

/// What is allocatable in each pool on each day, and what of that is spoken for: held, offered, or for
/// rounds that are not decided yet to hand out on the days of which they do. One statement.
///
/// # Errors
/// Database errors only.
pub fn rooms(tx: &mut Tx<'_>) -> Result<BTreeMap<PoolId, (Steps, Steps)>> {
    let mut out: BTreeMap<PoolId, (Steps, Steps)> = BTreeMap::new();
    for row in tx.rows(
        "SELECT 0 AS what, pool_id, from_on, to_on, delta FROM capacity_entry WHERE rung = 'allocatable'
         UNION ALL
         SELECT 1 AS what, pool_id, on_date AS from_on, CAST(NULL AS TEXT) AS to_on, delta FROM pool_step
         UNION ALL
         SELECT 2 AS what, e.pool_id, r.earliest_start_on AS from_on, r.latest_end_on AS to_on, e.amount AS delta
         FROM round r JOIN call c ON c.id = r.call_id JOIN round_envelope e ON e.round_id = r.id
         WHERE c.state = 'published' AND r.decided_at IS NULL AND r.earliest_start_on < r.latest_end_on",
        &[],
    )? {
        let (allocatable, spoken_for) = out.entry(row.get("pool_id")?).or_default();
        let delta: Amount = row.get("delta")?;
        match row.get::<i64>("what")? {
            0 => allocatable.add(term(&row, "from_on", "to_on")?, delta.0),
            1 => spoken_for.change(row.get("from_on")?, delta.0),
            _ => spoken_for.add(term(&row, "from_on", "to_on")?, delta.0),
        }
    }
    Ok(out)
}

/// The reservation whose devices an award holds, if it is of one.
///
/// # Errors
/// Database errors only.
pub fn of_award(tx: &mut Tx<'_>, award: AwardId) -> Result<Option<ReservationRow>> {
    let sql = format!("SELECT {} FROM reservation WHERE award_id = $1", ReservationRow::COLUMNS);
    tx.row(&sql, values![award])?.as_ref().map(ReservationRow::read).transpose()
}

/// A pool whose devices can be reserved, and as which product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservable {
    /// The pool.
    pub pool: PoolRow,
    /// The product.
    pub product: ProductId,
    /// In which steps.
    pub grain: Amount,
    /// The least that can be asked for.
    pub min_amount: Amount,
    /// The most that can be asked for.
    pub max_amount: Amount,
}

/// The pools of devices in their order, each with the first product of its kind that needs no review.
///
/// # Errors
/// Database errors only.
pub fn reservable(tx: &mut Tx<'_>) -> Result<Vec<Reservable>> {
    let mut out: Vec<Reservable> = Vec::new();
    for row in tx.rows(
        "SELECT o.id, o.kind, o.unit, o.device_model, o.name_ko, o.name_en, o.position, p.id AS product_id,
             p.grain, p.min_amount, p.max_amount
         FROM pool o JOIN product p ON p.pool_kind = o.kind AND p.review = 'none'
         WHERE o.unit = 'device' ORDER BY o.position, o.id, p.position, p.id",
        &[],
    )? {
        let pool = crate::capacity::pool(&row)?;
        if out.last().is_some_and(|last| last.pool.id == pool.id) {
            continue;
        }
        out.push(Reservable {
            pool,
            product: row.get("product_id")?,
            grain: row.get("grain")?,
            min_amount: row.get("min_amount")?,
            max_amount: row.get("max_amount")?,
        });
    }
    Ok(out)
}
