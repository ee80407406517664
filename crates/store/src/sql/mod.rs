//! A thin synchronous adapter over `rusqlite` and `postgres`: one SQL text with `$1`, `$2`, values
//! in, rows out, transactions, migrations and a count of statements. Nothing above it knows which
//! engine runs.
//!
//! There is one writer at a time on both engines: SQLite's `BEGIN IMMEDIATE`, and one advisory lock
//! for the transaction on PostgreSQL. A use case reads, decides and writes under it, so that no
//! decision rests on facts that another writer is changing (docs/decisions/one-writer.md).

mod error;
mod migrate;
mod postgres_engine;
mod sqlite_engine;
mod transfer;
mod value;

use std::path::Path;
use std::time::Duration;

pub use error::Error;
pub(crate) use value::as_text;
pub use value::{FromValue, Row, ToValue, Value};

use crate::Result;

/// Values for a statement, each by [`ToValue`].
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::sql::ToValue::to_value(&$value)),*][..] as &[$crate::sql::Value] };
}

/// How long a writer waits for its turn before the use case answers "try again".
const WRITER_PATIENCE: Duration = Duration::from_secs(15);

/// The place of a list that goes from the newest row to the oldest, by instant and id: what lies
/// before it comes next. Without a place it is the end of time, before which every row lies.
pub(crate) fn from_newest<I: domain::ids::Id>(before: Option<(jiff::Timestamp, I)>) -> (jiff::Timestamp, I) {
    before.unwrap_or_else(|| (jiff::Timestamp::MAX, I::new(0, [0; 10])))
}

/// The same for a list that goes from the oldest row to the newest: what lies after it comes next.
pub(crate) fn from_oldest<I: domain::ids::Id>(after: Option<(jiff::Timestamp, I)>) -> (jiff::Timestamp, I) {
    after.unwrap_or_else(|| (jiff::Timestamp::MIN, I::new(0, [0; 10])))
}

/// A database: a SQLite file or a PostgreSQL server. Cheap to clone.
#[derive(Clone)]
pub struct Db(Engine);

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite_engine::Sqlite),
    Postgres(postgres_engine::Postgres),
}

/// Which engine runs: for messages, backup and tests only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineKind {
    /// An embedded SQLite file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// How carefully a SQLite file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Every transaction is on disk before it is answered.
    Full,
    /// For data that can be made again (demo, tests): survives a killed process, not a power cut.
    Relaxed,
}

/// The file of a SQLite database; `None` if the URL is of another.
#[must_use]
pub fn sqlite_path(url: &str) -> Option<&Path> {
    let path = url.strip_prefix("sqlite:")?;
    Some(Path::new(path.strip_prefix("//").unwrap_or(path)))
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…` and brings the schema up to date.
    ///
    /// # Errors
    /// [`Error::Url`] for another scheme; otherwise why the database cannot be opened or migrated.
    pub fn open(url: &str, durability: Durability) -> Result<Self> {
        let db = Self::open_as_it_is(url, durability)?;
        db.migrate()?;
        Ok(db)
    }

    /// The same without touching the schema: for looking, from a machine whose program may be older, and
    /// by an account of the database that may only read.
    ///
    /// # Errors
    /// [`Error::Url`] for another scheme; otherwise why the database cannot be opened.
    pub fn open_as_it_is(url: &str, durability: Durability) -> Result<Self> {
        Ok(if let Some(path) = sqlite_path(url) {
            Self(Engine::Sqlite(sqlite_engine::Sqlite::open(path, durability)?))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Self(Engine::Postgres(postgres_engine::Postgres::open(url)?))
        } else {
            return Err(Error::Url(url.split(':').next().unwrap_or_default().to_owned()));
        })
    }

    fn migrate(&self) -> Result<()> {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.migrate(),
            Engine::Postgres(postgres) => postgres.migrate(),
        }
    }

    /// Which engine runs.
    #[must_use]
    pub fn kind(&self) -> EngineKind {
        match &self.0 {
            Engine::Sqlite(_) => EngineKind::Sqlite,
            Engine::Postgres(_) => EngineKind::Postgres,
        }
    }

    /// Runs `work` on one consistent snapshot; nothing can be written.
    ///
    /// # Errors
    /// What `work` answers, or why the database cannot be reached.
    pub fn read<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.read(work),
            Engine::Postgres(postgres) => postgres.read(work),
        }
    }

    /// Runs `work` as the only writer; all of it is kept if it answers `Ok`, else nothing.
    ///
    /// # Errors
    /// What `work` answers, or why the database cannot be reached; [`Error::Busy`] if other writers
    /// do not finish.
    pub fn write<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.write(work),
            Engine::Postgres(postgres) => postgres.write(work),
        }
    }

    /// Copies the database, consistent as of one instant, to a new SQLite file, whichever engine runs.
    ///
    /// # Errors
    /// Why copying failed.
    pub fn copy_to(&self, path: &Path) -> Result<()> {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.copy_to(path),
            Engine::Postgres(postgres) => {
                postgres.read(|from| transfer::alone(path, |schema, to| transfer::copy(schema, from, to).map(drop)))
            }
        }
    }

    /// Fills an empty database with the rows of a SQLite file that nobody else has open, which is
    /// brought to the present schema first. Answers how many rows there were; `None` if the database
    /// is not empty, and then nothing is changed.
    ///
    /// # Errors
    /// Why copying failed; nothing is changed then.
    pub fn fill_from(&self, path: &Path) -> Result<Option<u64>> {
        self.write(|to| transfer::alone(path, |schema, from| transfer::copy(schema, from, to)))
    }

    /// Checks that a SQLite file is sound: every page, index and reference. Changes nothing.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn verify_file(path: &Path) -> Result<()> {
        sqlite_engine::verify_file(path)
    }
}

/// One transaction.
pub struct Tx<'c> {
    inner: TxInner<'c>,
    statements: usize,
}

enum TxInner<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c mut postgres_engine::Conn),
}

impl Tx<'_> {
    /// All rows of a query.
    ///
    /// # Errors
    /// Why the statement failed.
    pub fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
        self.statements += 1;
        match &mut self.inner {
            TxInner::Sqlite(connection) => sqlite_engine::rows(connection, sql, values),
            TxInner::Postgres(connection) => connection.rows(sql, values),
        }
    }

    /// The first row of a query, if there is one.
    ///
    /// # Errors
    /// Why the statement failed.
    pub fn row(&mut self, sql: &str, values: &[Value]) -> Result<Option<Row>> {
        Ok(self.rows(sql, values)?.into_iter().next())
    }

    /// The first column of the first row; for aggregates, which always have one.
    ///
    /// # Errors
    /// Why the statement failed, or [`Error::NoRow`].
    pub fn scalar<T: FromValue>(&mut self, sql: &str, values: &[Value]) -> Result<T> {
        self.row(sql, values)?.ok_or(Error::NoRow)?.at(0)
    }

    /// Runs a statement and answers how many rows it touched.
    ///
    /// # Errors
    /// Why the statement failed; a broken named constraint is [`Error::Constraint`].
    pub fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        self.statements += 1;
        match &mut self.inner {
            TxInner::Sqlite(connection) => sqlite_engine::run(connection, sql, values),
            TxInner::Postgres(connection) => connection.run(sql, values),
        }
    }

    /// A guarded update: exactly one row must be touched.
    ///
    /// # Errors
    /// [`Error::Stale`] if the row is no longer in the state that the statement expects.
    pub fn run_one(&mut self, sql: &str, values: &[Value]) -> Result<()> {
        match self.run(sql, values)? {
            1 => Ok(()),
            _ => Err(Error::Stale),
        }
    }

    /// Checks that a statement can be prepared (tests prepare every statement on both engines).
    ///
    /// # Errors
    /// Why it cannot.
    pub fn prepare(&mut self, sql: &str) -> Result<()> {
        match &mut self.inner {
            TxInner::Sqlite(connection) => sqlite_engine::prepare(connection, sql),
            TxInner::Postgres(connection) => connection.check(sql),
        }
    }

    /// Statements run so far.
    #[must_use]
    pub fn statements(&self) -> usize {
        self.statements
    }
}
