//! Fresh databases.

use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, NoTls};
use store::Db;
use store::sql::Durability;

/// A fresh, migrated database that goes away with this value.
pub struct TestDb {
    /// The open database.
    pub db: Db,
    /// Its URL, for opening it once more.
    pub url: String,
    cleanup: Cleanup,
}

enum Cleanup {
    Folder { _folder: tempfile::TempDir },
    Database { server: String, name: String },
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl TestDb {
    /// A SQLite file in a temporary folder.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let db = Db::open(&url, Durability::Relaxed).expect("a fresh file opens");
        Self { db, url, cleanup: Cleanup::Folder { _folder: folder } }
    }

    /// A database of its own on the server that `MUDEUNG_TEST_POSTGRES` names.
    ///
    /// # Panics
    /// If the variable is not set: a service that is not there fails the test.
    #[must_use]
    pub fn postgres() -> Self {
        let server = std::env::var("MUDEUNG_TEST_POSTGRES")
            .expect("MUDEUNG_TEST_POSTGRES names the server for tests; ./test starts one, ./test quick does without");
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut client = Client::connect(&server, NoTls).expect("the server for tests answers");
        client
            .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            .expect("a leftover can be dropped");
        client.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database can be made");
        let (base, _) = server.rsplit_once('/').expect("a URL ends in a database name");
        let url = format!("{base}/{name}");
        let db = Db::open(&url, Durability::Full).expect("a fresh database opens");
        Self { db, url, cleanup: Cleanup::Database { server, name } }
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Cleanup::Database { server, name } = &self.cleanup {
            // Best effort: a leftover is dropped with the whole test server.
            if let Ok(mut client) = Client::connect(server, NoTls) {
                let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            }
        }
    }
}
