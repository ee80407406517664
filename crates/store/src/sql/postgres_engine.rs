//! PostgreSQL: a pool of connections, each with its prepared statements. One advisory lock makes
//! writers take turns, whichever process they are in.

use std::collections::HashMap;
use std::sync::Arc;

use postgres::types::{IsNull, Type};
use postgres::{Client, Config, NoTls, Statement};

use super::error::chain;
use super::{Error, Row, Tx, TxInner, Value, WRITER_PATIENCE, migrate};
use crate::Result;

const CONNECTIONS: u32 = 10;
/// The key of the writers' lock: "mudeung" in ASCII.
const WRITER_LOCK: i64 = 0x006d_7564_6575_6e67;

#[derive(Clone)]
pub(super) struct Postgres {
    pool: r2d2::Pool<Manager>,
}

struct Manager(Config);

/// A connection with its prepared statements.
pub(super) struct Conn {
    client: Client,
    statements: HashMap<String, (Statement, Arc<[String]>)>,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = postgres::Error;

    fn connect(&self) -> std::result::Result<Conn, postgres::Error> {
        let mut client = self.0.connect(NoTls)?;
        client.batch_execute(&format!(
            "SET lock_timeout = '{}ms'; SET timezone = 'UTC'; SET client_min_messages = warning",
            WRITER_PATIENCE.as_millis()
        ))?;
        Ok(Conn { client, statements: HashMap::new() })
    }

    fn is_valid(&self, conn: &mut Conn) -> std::result::Result<(), postgres::Error> {
        conn.client.simple_query("").map(|_| ())
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        conn.client.is_closed()
    }
}

impl Postgres {
    pub(super) fn open(url: &str) -> Result<Self> {
        let mut config: Config = url.parse().map_err(|error| Error::Unreachable(chain(&error)))?;
        config.application_name("mudeung").connect_timeout(std::time::Duration::from_secs(5));
        // Asked once directly, so that the reason is told and not only that the pool gave up.
        drop(config.connect(NoTls).map_err(|error| Error::Unreachable(chain(&error)))?);
        let pool = r2d2::Pool::builder()
            .max_size(CONNECTIONS)
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(std::time::Duration::from_secs(5))
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build(Manager(config))
            .map_err(|error| Error::Unreachable(error.to_string()))?;
        Ok(Self { pool })
    }

    fn connection(&self) -> Result<r2d2::PooledConnection<Manager>> {
        self.pool.get().map_err(|error| Error::Unreachable(chain(&error)))
    }

    pub(super) fn migrate(&self) -> Result<()> {
        let mut connection = self.connection()?;
        // Two instances that start at once must not migrate at once.
        connection.client.batch_execute(&format!("SELECT pg_advisory_lock({WRITER_LOCK})"))?;
        let result = migrate::run(&mut connection.client);
        connection.client.batch_execute(&format!("SELECT pg_advisory_unlock({WRITER_LOCK})"))?;
        result
    }

    pub(super) fn read<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned(), work)
    }

    pub(super) fn write<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        // READ COMMITTED: every statement after the lock sees what the writer before committed.
        self.transaction(
            format!("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({WRITER_LOCK})"),
            work,
        )
    }

    fn transaction<T, E: From<Error>>(
        &self,
        begin: String,
        work: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut connection = self.connection()?;
        if let Err(error) = connection.client.batch_execute(&begin) {
            // A stale connection of the pool (the server was restarted) is replaced once; nothing
            // has been done on it.
            let _ = connection.client.batch_execute("ROLLBACK");
            if !connection.client.is_closed() {
                return Err(Error::from(error).into());
            }
            drop(connection);
            connection = self.connection()?;
            connection.client.batch_execute(&begin).map_err(Error::from)?;
        }
        let mut guard = Guard { connection: &mut connection, open: true };
        let value = work(&mut Tx { inner: TxInner::Postgres(guard.connection), statements: 0 })?;
        guard.connection.client.batch_execute("COMMIT").map_err(Error::from)?;
        guard.open = false;
        Ok(value)
    }
}

/// Rolls back unless the transaction was committed, also when the work panics.
struct Guard<'c> {
    connection: &'c mut Conn,
    open: bool,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if self.open {
            let _ = self.connection.client.batch_execute("ROLLBACK");
        }
    }
}

impl postgres::types::ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *ty == Type::INT8 => number.to_sql(ty, out),
            Self::Int(number) if *ty == Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
            Self::Text(text) if *ty == Type::TEXT || *ty == Type::VARCHAR => text.to_sql(ty, out),
            other => Err(format!("{other:?} does not fit a parameter of type {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

impl Conn {
    fn statement(&mut self, sql: &str) -> Result<(Statement, Arc<[String]>)> {
        if let Some(found) = self.statements.get(sql) {
            return Ok(found.clone());
        }
        let statement = self.client.prepare(sql)?;
        let columns: Arc<[String]> = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        self.statements.insert(sql.to_owned(), (statement.clone(), columns.clone()));
        Ok((statement, columns))
    }

    pub(super) fn check(&mut self, sql: &str) -> Result<()> {
        self.client.prepare(sql)?;
        Ok(())
    }

    pub(super) fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        let (statement, _) = self.statement(sql)?;
        let used: Vec<&(dyn postgres::types::ToSql + Sync)> =
            used(&statement, values)?.iter().map(|value| value as &(dyn postgres::types::ToSql + Sync)).collect();
        Ok(self.client.execute(&statement, &used)?)
    }

    pub(super) fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
        use postgres::fallible_iterator::FallibleIterator;
        let (statement, columns) = self.statement(sql)?;
        let used = used(&statement, values)?;
        let mut rows = self.client.query_raw(&statement, used)?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            let mut values = Vec::with_capacity(columns.len());
            for (position, column) in row.columns().iter().enumerate() {
                values.push(match *column.type_() {
                    Type::INT8 => row.try_get::<_, Option<i64>>(position)?.map_or(Value::Null, Value::Int),
                    Type::INT4 => {
                        row.try_get::<_, Option<i32>>(position)?.map_or(Value::Null, |n| Value::Int(n.into()))
                    }
                    Type::BOOL => {
                        row.try_get::<_, Option<bool>>(position)?.map_or(Value::Null, |b| Value::Int(b.into()))
                    }
                    Type::TEXT | Type::VARCHAR | Type::NAME => {
                        row.try_get::<_, Option<String>>(position)?.map_or(Value::Null, Value::Text)
                    }
                    ref other => {
                        return Err(Error::Unreadable {
                            column: column.name().to_owned(),
                            value: other.name().to_owned(),
                            expected: "whole number or text",
                        });
                    }
                });
            }
            out.push(Row { columns: columns.clone(), values });
        }
        Ok(out)
    }
}

/// The values that the statement names; like SQLite, a statement may leave the last ones out.
fn used<'v>(statement: &Statement, values: &'v [Value]) -> Result<&'v [Value]> {
    values.get(..statement.params().len()).ok_or_else(|| {
        Error::Engine(format!("a statement names ${} but got {} values", statement.params().len(), values.len()))
    })
}
