//! SQLite: one writing connection behind a lock, several reading ones in a pool.

use std::fs::{File, Permissions};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};

use super::{Durability, Error, Row, Tx, TxInner, Value, WRITER_PATIENCE, migrate};
use crate::Result;

const READERS: u32 = 8;
const CACHED_STATEMENTS: usize = 256;

#[derive(Clone)]
pub(super) struct Sqlite {
    writer: Arc<Mutex<Connection>>,
    readers: r2d2::Pool<Readers>,
    folder: PathBuf,
}

struct Readers(PathBuf);

impl r2d2::ManageConnection for Readers {
    type Connection = Connection;
    type Error = rusqlite::Error;

    fn connect(&self) -> std::result::Result<Connection, rusqlite::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.0, flags)?;
        connection.busy_timeout(WRITER_PATIENCE)?;
        connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        Ok(connection)
    }

    fn is_valid(&self, _: &mut Connection) -> std::result::Result<(), rusqlite::Error> {
        Ok(())
    }

    fn has_broken(&self, _: &mut Connection) -> bool {
        false
    }
}

/// Keeps others on this machine, such as jobs, from reading the database: it is made for its owner
/// alone, and one that is there loses what everybody may. SQLite gives what lies beside it the same.
/// Whatever cannot be changed here is told when the file is opened.
fn keep_to_ourselves(path: &Path) {
    let _ = File::options().create(true).append(true).mode(0o600).open(path);
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        if let Ok(found) = std::fs::metadata(&name) {
            let mode = found.permissions().mode();
            if mode & 0o007 != 0 {
                let _ = std::fs::set_permissions(&name, Permissions::from_mode(mode & 0o770));
            }
        }
    }
}

impl Sqlite {
    pub(super) fn open(path: &Path, durability: Durability) -> Result<Self> {
        keep_to_ourselves(path);
        let writer =
            Connection::open(path).map_err(|error| Error::Unreachable(format!("{}: {error}", path.display())))?;
        writer.busy_timeout(WRITER_PATIENCE)?;
        writer.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        let synchronous = match durability {
            Durability::Full => "FULL",
            Durability::Relaxed => "OFF",
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        // A new file becomes one with a log beside it under a lock for which SQLite does not wait.
        in_turn(&folder, || writer.pragma_update(None, "journal_mode", "WAL"))?;
        writer.pragma_update(None, "synchronous", synchronous)?;
        writer.pragma_update(None, "foreign_keys", "ON")?;
        let readers = r2d2::Pool::builder()
            .max_size(READERS)
            .min_idle(Some(0))
            .build(Readers(path.to_owned()))
            .map_err(|error| Error::Unreachable(error.to_string()))?;
        Ok(Self { writer: Arc::new(Mutex::new(writer)), readers, folder })
    }

    pub(super) fn migrate(&self) -> Result<()> {
        // A panic within a use case rolls back when its transaction guard drops, so that the
        // connection behind a poisoned lock is sound.
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        // Each asks what is applied and applies the rest in transactions of their own.
        in_turn(&self.folder, || migrate::run(&mut *writer))
    }

    pub(super) fn read<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let connection = self.readers.get().map_err(|error| Error::Unreachable(error.to_string()))?;
        let guard = Guard::begin(&connection, "BEGIN DEFERRED")?;
        let result = work(&mut Tx { inner: TxInner::Sqlite(&connection), statements: 0 });
        drop(guard);
        result
    }

    pub(super) fn write<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let connection = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let guard = Guard::begin(&connection, "BEGIN IMMEDIATE")?;
        let value = work(&mut Tx { inner: TxInner::Sqlite(&connection), statements: 0 })?;
        guard.commit()?;
        Ok(value)
    }

    pub(super) fn copy_to(&self, path: &Path) -> Result<()> {
        let source = self.readers.get().map_err(|error| Error::Unreachable(error.to_string()))?;
        let mut target = Connection::open(path)?;
        let backup = rusqlite::backup::Backup::new(&source, &mut target)?;
        backup.run_to_completion(1000, std::time::Duration::ZERO, None)?;
        Ok(())
    }
}

/// Runs what two programs that open a new file at once must not do at once. The folder stands in for
/// a lock file; where it cannot be locked, they may come in each other's way, and one of both says so.
fn in_turn<T>(folder: &Path, work: impl FnOnce() -> T) -> T {
    let turn = File::open(folder);
    let _held = turn.as_ref().map(File::lock);
    work()
}

/// Reads a whole file, which nobody else has open, without changing it.
pub(super) fn verify_file(path: &Path) -> Result<()> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(Error::Engine(verdict));
    }
    let mut broken = connection.prepare("PRAGMA foreign_key_check")?;
    match broken.query_map([], |row| row.get::<_, String>(0))?.next() {
        Some(table) => Err(Error::Engine(format!("table {} refers to rows that are not there", table?))),
        None => Ok(()),
    }
}

/// Rolls back unless told to commit, also when the work panics.
struct Guard<'c> {
    connection: &'c Connection,
    open: bool,
}

impl<'c> Guard<'c> {
    fn begin(connection: &'c Connection, sql: &str) -> Result<Self> {
        connection.execute_batch(sql)?;
        Ok(Self { connection, open: true })
    }

    fn commit(mut self) -> Result<()> {
        self.connection.execute_batch("COMMIT")?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if self.open {
            // If even this fails the connection is gone and SQLite rolls back by itself.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// SQLite numbers `$2` by its first appearance, not by its name: bind by name.
fn bind(statement: &mut rusqlite::CachedStatement<'_>, values: &[Value]) -> Result<()> {
    for position in 1..=statement.parameter_count() {
        let number: usize = statement
            .parameter_name(position)
            .and_then(|name| name.strip_prefix('$'))
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| Error::Engine("parameters are written $1, $2, …".to_owned()))?;
        let value = values
            .get(number.wrapping_sub(1))
            .ok_or_else(|| Error::Engine(format!("a statement names ${number} but got {} values", values.len())))?;
        statement.raw_bind_parameter(position, value)?;
    }
    Ok(())
}

pub(super) fn prepare(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare(sql)?;
    Ok(())
}

pub(super) fn run(connection: &Connection, sql: &str, values: &[Value]) -> Result<u64> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    Ok(statement.raw_execute()? as u64)
}

pub(super) fn rows(connection: &Connection, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    let columns: Arc<[String]> = statement.column_names().into_iter().map(str::to_owned).collect();
    let mut out = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(columns.len());
        for (position, column) in columns.iter().enumerate() {
            use rusqlite::types::ValueRef;
            values.push(match row.get_ref(position)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Int(number),
                ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
                other => {
                    return Err(Error::Unreadable {
                        column: column.clone(),
                        value: format!("{other:?}"),
                        expected: "whole number or text",
                    });
                }
            });
        }
        out.push(Row { columns: columns.clone(), values });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_can_read_the_file() -> Result<()> {
        let folder = tempfile::tempdir().map_err(|error| Error::Unreachable(error.to_string()))?;
        let path = folder.path().join("a.db");
        let mode = |end: &str| {
            let found = std::fs::metadata(folder.path().join(format!("a.db{end}")));
            found.map(|found| found.permissions().mode() & 0o007).unwrap_or(0)
        };
        let first = Sqlite::open(&path, Durability::Relaxed)?;
        assert_eq!((mode(""), mode("-wal"), mode("-shm")), (0, 0, 0));
        drop(first);
        let _ = std::fs::set_permissions(&path, Permissions::from_mode(0o644));
        let _second = Sqlite::open(&path, Durability::Relaxed)?;
        assert_eq!((mode(""), mode("-wal")), (0, 0), "one that is there too");
        Ok(())
    }
}
