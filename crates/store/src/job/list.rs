//! Lists of jobs: each is put together from queries that indexes answer, however many jobs there are.

use domain::ids::{JobId, OrderId, PoolId, ProjectId, UserId};
use domain::job::JobState;
use jiff::Timestamp;

use super::{JobItem, item, items};
use crate::sql::{ToValue, Value, from_newest};
use crate::{Result, Tx, values};

/// Which jobs a list shows; what is not named narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Of a project.
    pub project: Option<ProjectId>,
    /// Of projects that a person takes part in.
    pub taking_part: Option<UserId>,
    /// Run by a person.
    pub user: Option<UserId>,
    /// In a pool.
    pub pool: Option<PoolId>,
    /// In one of these states.
    pub states: Vec<JobState>,
    /// Whose name holds this text.
    pub name: String,
    /// Submitted at that time or later.
    pub from: Option<Timestamp>,
    /// Submitted before that time.
    pub to: Option<Timestamp>,
    /// Of an order.
    pub order: Option<OrderId>,
}

/// How many queries a list may be put together from: each costs a little before it reads a row.
const MAX_BRANCHES: usize = 64;
/// The same if nothing else will do; SQLite takes up to 500.
const MOST_BRANCHES: usize = 200;
/// How many of the newest jobs are looked through for a name before it is looked up: one name may be
/// that of half of them.
const NEWEST: i64 = 200;
/// How many names are looked up one by one. A part that more names hold is soon met among the newest.
const NAMES: i64 = 300;

/// How names are narrowed.
enum Named<'a> {
    /// Not at all.
    Any,
    /// To those that are like this, among so many of the newest jobs.
    Newest(&'a str),
    /// To these.
    These(&'a [String]),
    /// To those that are like this, wherever they are.
    Like(&'a str),
}

/// A list, taken from queries each of which an index answers in the order of the list: so none reads
/// much more than is shown, however many jobs there are. What such a query asks beside its index is
/// kept from looking like a way to others: SQLite does not know how many rows each would read.
struct Reading<'a> {
    filter: &'a JobFilter,
    /// The projects, if it is of some only.
    projects: Option<&'a [ProjectId]>,
    /// Before which place.
    place: (Timestamp, JobId),
    values: Vec<Value>,
}

impl Reading<'_> {
    /// Takes a value; answers how the statement names it.
    fn put(&mut self, value: &impl ToValue) -> String {
        self.values.push(value.to_value());
        format!("${}", self.values.len())
    }

    fn put_all<T: ToValue>(&mut self, values: &[T]) -> Vec<String> {
        values.iter().map(|value| self.put(value)).collect()
    }

    /// What each query asks of its index, and what all of them ask besides.
    fn conditions(&mut self, named: &Named<'_>) -> (Vec<String>, String) {
        let filter = self.filter;
        // Words of a closed list, which need no quoting.
        let words = |states: &[JobState]| -> Vec<String> { states.iter().map(|state| format!("'{state}'")).collect() };
        let mut parts = Vec::new();
        if let Some(projects) = self.projects {
            parts.push(("project_id", self.put_all(projects)));
        }
        if let Some(pool) = &filter.pool {
            parts.push(("pool_id", vec![self.put(pool)]));
        }
        if !filter.states.is_empty() {
            parts.push(("state", words(&filter.states)));
        }
        // The most telling part leads, and the others are asked besides.
        let lead = if let Some(order) = filter.order {
            Some(format!("j.order_id = {}", self.put(&order)))
        } else if let Named::These(names) = named {
            let mut lead = format!("j.name IN ({})", self.put_all(names).join(", "));
            if self.projects.is_some() {
                let (_, projects) = parts.remove(0);
                lead.push_str(&format!(" AND j.project_id IN ({})", projects.join(", ")));
            }
            Some(lead)
        } else {
            None
        };
        if let Some(user) = filter.user {
            let user = self.put(&user);
            if lead.is_none() {
                let rest = parts.iter().map(|(column, values)| beside(column, values)).collect();
                return (vec![format!("j.user_id = {user}")], rest);
            }
            parts.push(("user_id", vec![user]));
        }
        if let Some(lead) = lead {
            return (vec![lead], parts.iter().map(|(column, values)| beside(column, values)).collect());
        }
        let count = |parts: &[(&str, Vec<String>)]| parts.iter().map(|(_, values)| values.len()).product::<usize>();
        let mut rest = Vec::new();
        if count(&parts) > MAX_BRANCHES {
            // Of what is not over there is little; else somebody's projects tell most.
            let open = !filter.states.is_empty() && filter.states.iter().all(|state| !state.is_over());
            let keep = if open { "state" } else { "project_id" };
            rest = parts.extract_if(.., |(column, _)| *column != keep).collect();
            if count(&parts) > MOST_BRANCHES {
                rest.append(&mut parts);
            }
        }
        // In the index of a pool by itself the state comes before the time.
        if filter.pool.is_some() && self.projects.is_none() && filter.states.is_empty() {
            parts.push(("state", words(JobState::ALL)));
        }
        let mut all = vec!["1 = 1".to_owned()];
        for (column, values) in &parts {
            all =
                all.iter().flat_map(|one| values.iter().map(move |v| format!("{one} AND j.{column} = {v}"))).collect();
        }
        (all, rest.iter().map(|(column, values)| beside(column, values)).collect())
    }

    /// Up to `limit` jobs, newest first.
    fn read(mut self, tx: &mut Tx<'_>, named: &Named<'_>, limit: i64) -> Result<Vec<JobItem>> {
        let (branches, mut rest) = self.conditions(named);
        let (mut at, mut id) = self.place;
        if let Some(to) = self.filter.to.filter(|to| *to <= at) {
            (at, id) = (to, from_newest::<JobId>(None).1);
        }
        rest.push_str(&format!(" AND (j.submitted_at, j.id) < ({}, {})", self.put(&at), self.put(&id)));
        if let Some(from) = self.filter.from {
            rest.push_str(&format!(" AND j.submitted_at >= {}", self.put(&from)));
        }
        let mut outside = String::new();
        match named {
            Named::Any | Named::These(_) => {}
            Named::Newest(pattern) => outside = format!(" AND {}", self.like(pattern)),
            Named::Like(pattern) => rest.push_str(&format!(" AND {}", self.like(pattern))),
        }
        let most = self.put(&if matches!(named, Named::Newest(_)) { NEWEST } else { limit });
        let query = |branch: &String| {
            format!(
                "SELECT j.id, j.submitted_at FROM job j WHERE {branch}{rest}
                 ORDER BY j.submitted_at DESC, j.id DESC LIMIT {most}"
            )
        };
        let queries: Vec<String> =
            branches.iter().map(|branch| format!("SELECT id, submitted_at FROM ({}) AS b", query(branch))).collect();
        let limit = self.put(&limit);
        let sql = format!(
            "{} WHERE j.id IN (SELECT id FROM ({}) AS k ORDER BY submitted_at DESC, id DESC LIMIT {most}){outside}
             ORDER BY j.submitted_at DESC, j.id DESC LIMIT {limit}",
            items(),
            queries.join(" UNION ALL ")
        );
        tx.rows(&sql, &self.values)?.iter().map(item).collect()
    }

    fn like(&mut self, pattern: &str) -> String {
        format!("LOWER(j.name) LIKE {} ESCAPE '\\'", self.put(&pattern.to_owned()))
    }
}

/// A condition that no index answers.
fn beside(column: &str, values: &[String]) -> String {
    format!(" AND COALESCE(j.{column}, '') IN ({})", values.join(", "))
}

/// Up to `limit` jobs before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &JobFilter,
    before: Option<(Timestamp, JobId)>,
    limit: i64,
) -> Result<Vec<JobItem>> {
    let mut projects: Option<Vec<ProjectId>> = filter.project.map(|project| vec![project]);
    if let Some(user) = filter.taking_part {
        let rows = tx.rows("SELECT DISTINCT project_id FROM project_member WHERE user_id = $1", values![user])?;
        let mut taking_part = rows.iter().map(|row| row.get("project_id")).collect::<Result<Vec<ProjectId>>>()?;
        taking_part.retain(|one| filter.project.is_none_or(|project| project == *one));
        projects = Some(taking_part);
    }
    if projects.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let reading = || Reading { filter, projects: projects.as_deref(), place: from_newest(before), values: Vec::new() };
    if filter.name.is_empty() {
        return reading().read(tx, &Named::Any, limit);
    }
    let name = filter.name.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = format!("%{name}%");
    // The jobs of an order are few.
    if filter.order.is_some() {
        return reading().read(tx, &Named::Like(&pattern), limit);
    }
    let found = reading().read(tx, &Named::Newest(&pattern), limit)?;
    if i64::try_from(found.len()).is_ok_and(|count| count >= limit) {
        return Ok(found);
    }
    let sql = "SELECT name FROM job_name WHERE LOWER(name) LIKE $1 ESCAPE '\\' LIMIT $2";
    let rows = tx.rows(sql, values![pattern, NAMES + 1])?;
    let names = rows.iter().map(|row| row.get("name")).collect::<Result<Vec<String>>>()?;
    match i64::try_from(names.len()).unwrap_or(i64::MAX) {
        0 => Ok(Vec::new()),
        1..=NAMES => reading().read(tx, &Named::These(&names), limit),
        _ => reading().read(tx, &Named::Like(&pattern), limit),
    }
}
