//! `mudeung backup`: a copy of the database, consistent as of one instant, verified, with a
//! manifest beside it. It is a SQLite file whichever engine runs, so that it can be brought back to
//! either.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::Db;
use store::sql::Durability;
use texts::{Texts, k};

use crate::command::say;
use crate::open::Which;

/// The copy within a backup's folder.
pub const COPY: &str = "mudeung.db";
/// The manifest within a backup's folder.
pub const MANIFEST: &str = "manifest.json";

/// Arguments of `backup`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    which: Which,
    /// The folder to make; it must not be there.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

/// What a backup says about itself.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the program that wrote it.
    pub program: String,
    /// The size of the copy in bytes.
    pub bytes: u64,
    /// The copy's SHA-256 in hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    /// The manifest of a file.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn of(path: &Path) -> Result<Self> {
        let mut file = std::fs::File::open(path).with_context(|| format!("{}", path.display()))?;
        let (mut hasher, mut bytes, mut buffer) = (Sha256::new(), 0_u64, vec![0; 1 << 16]);
        loop {
            let count = file.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            hasher.update(&buffer[..count]);
            bytes += u64::try_from(count)?;
        }
        let sha256 = domain::ledger::hex(&hasher.finalize());
        Ok(Self { program: env!("CARGO_PKG_VERSION").to_owned(), bytes, sha256 })
    }
}

/// Makes a backup.
///
/// # Errors
/// If the folder is there already, the database cannot be copied, or the copy is not sound.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    let (url, _) = args.which.resolve(t)?;
    let db = Db::open(&url, Durability::Full).with_context(|| t.s(k::CLI_DATABASE_CLOSED))?;
    ensure!(!args.to.exists(), "{}", t.f1(k::CLI_EXISTS, "path", args.to.display()));
    // The folder gets its name once it is whole: one that is there is a backup.
    let beside = args.to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(beside)?;
    let unfinished = tempfile::Builder::new().prefix(".mudeung-backup-").tempdir_in(beside)?;
    let copy = unfinished.path().join(COPY);
    db.copy_to(&copy)?;
    Db::verify_file(&copy).with_context(|| t.s(k::CLI_COPY_DAMAGED))?;
    // What verifying left beside it, unless something were still in it.
    let log = unfinished.path().join(format!("{COPY}-wal"));
    if std::fs::metadata(&log).is_ok_and(|file| file.len() == 0) {
        std::fs::remove_file(&log)?;
        let _ = std::fs::remove_file(unfinished.path().join(format!("{COPY}-shm")));
    }
    std::fs::File::open(&copy)?.sync_all()?;
    let manifest = Manifest::of(&copy)?;
    std::fs::write(unfinished.path().join(MANIFEST), serde_json::to_string_pretty(&manifest)?)?;
    std::fs::set_permissions(unfinished.path(), std::os::unix::fs::PermissionsExt::from_mode(0o750))?;
    std::fs::rename(unfinished.path(), &args.to).with_context(|| args.to.display().to_string())?;
    let _ = unfinished.keep();
    say(&t.f2(
        k::CLI_BACKUP_DONE,
        ("path", args.to.display()),
        ("size", texts::byte_text(i64::try_from(manifest.bytes)?)),
    ));
    Ok(())
}
