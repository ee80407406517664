//! What can go wrong between us and a database.

/// A failed database call.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A URL that is neither `sqlite:` nor `postgres://`.
    #[error("a database URL starts with sqlite: or postgres://, not {0}:")]
    Url(String),
    /// A named constraint is broken.
    #[error("constraint {0} does not hold")]
    Constraint(String),
    /// A guarded update found its row in another state.
    #[error("the row was changed by somebody else")]
    Stale,
    /// A query that always has a row had none.
    #[error("a query answered no row")]
    NoRow,
    /// Other writers did not finish in time.
    #[error("the database is busy")]
    Busy,
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// A stored value cannot be read.
    #[error("column {column} holds {value}, which is no {expected}")]
    Unreadable {
        /// The column.
        column: String,
        /// What it holds.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The schema cannot be brought up to date.
    #[error("the schema cannot be brought up to date: {0}")]
    Migration(String),
    /// Anything else the engine says.
    #[error("{0}")]
    Engine(String),
}

impl Error {
    /// Whether the same call may succeed later without anybody doing anything.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy | Self::Unreachable(_))
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        if let rusqlite::Error::SqliteFailure(code, message) = &error {
            match code.code {
                rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked => return Self::Busy,
                rusqlite::ErrorCode::ConstraintViolation => {
                    let text = message.clone().unwrap_or_else(|| error.to_string());
                    return Self::Constraint(constraint_of_sqlite(&text));
                }
                _ => {}
            }
        }
        Self::Engine(error.to_string())
    }
}

/// SQLite says `CHECK constraint failed: NAME` with a constraint's name, but for unique indexes
/// `UNIQUE constraint failed: table.column` or `index 'NAME'`. The first two are brought to the
/// form that PostgreSQL's default names have: `table_column_key`.
fn constraint_of_sqlite(text: &str) -> String {
    let tail = text.rsplit(": ").next().unwrap_or(text);
    if let Some(name) = tail.strip_prefix("index '") {
        return name.trim_end_matches('\'').to_owned();
    }
    if text.starts_with("UNIQUE") {
        let mut table = "";
        let columns: Vec<&str> = tail
            .split(", ")
            .map(|path| {
                let (of, column) = path.split_once('.').unwrap_or(("", path));
                table = of;
                column
            })
            .collect();
        return format!("{table}_{}_key", columns.join("_"));
    }
    tail.to_owned()
}

impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Self {
        if let Some(db) = error.as_db_error() {
            if let Some(name) = db.constraint() {
                return Self::Constraint(name.to_owned());
            }
            if *db.code() == postgres::error::SqlState::LOCK_NOT_AVAILABLE {
                return Self::Busy;
            }
            return Self::Engine(format!("{} ({})", db.message(), db.code().code()));
        }
        Self::Unreachable(chain(&error))
    }
}

/// An error with its causes in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_names_constraints_like_postgresql() {
        assert_eq!(constraint_of_sqlite("UNIQUE constraint failed: users.email"), "users_email_key");
        assert_eq!(constraint_of_sqlite("CHECK constraint failed: pool_unit_known"), "pool_unit_known");
        assert_eq!(constraint_of_sqlite("UNIQUE constraint failed: index 'one_live_offer'"), "one_live_offer");
    }
}
