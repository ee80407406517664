//! Rows from one database to another, whichever engines they are: for backups of PostgreSQL, which
//! are SQLite files, and for bringing a backup back to either. Both have the same schema.

use rusqlite::Connection;

use super::{Row, Tx, TxInner, Value};
use crate::Result;

/// How many rows are read at once.
const ROWS: i64 = 2000;
/// How many values a statement takes at most; SQLite's own bound is 32,766.
const VALUES: usize = 8000;

/// A table: its columns, and which of them are its key, in order.
struct Table {
    name: String,
    columns: Vec<String>,
    key: Vec<(String, bool)>,
}

/// The tables in the order in which they were made: what a row refers to lies in an earlier one.
fn tables(schema: &Connection) -> Result<Vec<Table>> {
    let mut names = schema.prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'refinery_schema_history'
         ORDER BY rowid",
    )?;
    let names: Vec<String> = names.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    names.into_iter().map(|name| table(schema, name)).collect()
}

fn table(schema: &Connection, name: String) -> Result<Table> {
    let mut columns = schema.prepare("SELECT name, pk, type FROM pragma_table_info($1) ORDER BY cid")?;
    let columns: Vec<(String, i64, String)> = columns
        .query_map([&name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut key: Vec<&(String, i64, String)> = columns.iter().filter(|(_, place, _)| *place > 0).collect();
    key.sort_by_key(|(_, place, _)| *place);
    let key: Vec<(String, bool)> = key.into_iter().map(|(name, _, of)| (name.clone(), of == "TEXT")).collect();
    Ok(Table { name, columns: columns.into_iter().map(|(name, ..)| name).collect(), key })
}

/// Copies all rows; answers how many. Where the target has any already, it copies none and answers
/// `None`. One of both is the SQLite file at `schema`'s hand.
pub(super) fn copy(schema: &Connection, from: &mut Tx<'_>, to: &mut Tx<'_>) -> Result<Option<u64>> {
    let tables = tables(schema)?;
    for table in &tables {
        if to.row(&format!("SELECT 1 AS one FROM {} LIMIT 1", table.name), &[])?.is_some() {
            return Ok(None);
        }
    }
    let mut count = 0;
    for table in &tables {
        count += table.copy(from, to)?;
    }
    Ok(Some(count))
}

impl Table {
    fn copy(&self, from: &mut Tx<'_>, to: &mut Tx<'_>) -> Result<u64> {
        let (name, columns) = (&self.name, self.columns.join(", "));
        if self.key.is_empty() {
            // Only what is forgotten within the hour has no key.
            return self.put(to, &from.rows(&format!("SELECT {columns} FROM {name}"), &[])?);
        }
        let key = self.key.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        // Before every key: an empty text and the least number.
        let least = |text: bool| if text { Value::Text(String::new()) } else { Value::Int(i64::MIN) };
        let mut place: Vec<Value> = self.key.iter().map(|(_, text)| least(*text)).collect();
        let places = numbers(1, place.len());
        let page = |than: &str| {
            format!("SELECT {columns} FROM {name} WHERE ({key}) {than} ({places}) ORDER BY {key} LIMIT {ROWS}")
        };
        let mut rows = from.rows(&page(">="), &place)?;
        let mut count = 0;
        while let Some(last) = rows.last() {
            place = self.key.iter().map(|(name, _)| last.get(name)).collect::<Result<_>>()?;
            count += self.put(to, &rows)?;
            rows = from.rows(&page(">"), &place)?;
        }
        Ok(count)
    }

    fn put(&self, to: &mut Tx<'_>, rows: &[Row]) -> Result<u64> {
        let (name, columns, width) = (&self.name, self.columns.join(", "), self.columns.len());
        let mut count = 0;
        for chunk in rows.chunks((VALUES / width).max(1)) {
            let places: Vec<String> =
                (0..chunk.len()).map(|n| format!("({})", numbers(n * width + 1, width))).collect();
            let values: Vec<Value> = chunk.iter().flat_map(|row| row.values.iter().cloned()).collect();
            count += to.run(&format!("INSERT INTO {name} ({columns}) VALUES {}", places.join(", ")), &values)?;
        }
        Ok(count)
    }
}

/// `$3, $4, $5` for three from 3 on.
fn numbers(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// Opens a SQLite file that nobody else has open, or makes it, brings it to the present schema and
/// hands it, with a transaction on it, to `work`. What that wrote is kept if it answers `Ok`.
pub(super) fn alone<T>(path: &std::path::Path, work: impl FnOnce(&Connection, &mut Tx<'_>) -> Result<T>) -> Result<T> {
    let mut connection = Connection::open(path)?;
    super::migrate::run(&mut connection)?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let done = work(&connection, &mut Tx { inner: TxInner::Sqlite(&connection), statements: 0 })?;
    connection.execute_batch("COMMIT")?;
    Ok(done)
}
