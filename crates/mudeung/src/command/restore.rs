//! `mudeung restore`: brings a database back from a backup. Never writes over what is there.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use store::Db;
use store::sql::Durability;
use texts::{Texts, k};

use crate::command::backup::{COPY, MANIFEST, Manifest};
use crate::command::say;

/// Arguments of `restore`.
#[derive(clap::Args)]
pub struct Args {
    /// The folder of the backup.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// The database file to make; it must not be there.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Restores a backup.
///
/// # Errors
/// If the backup is damaged or something is in the way; nothing is left behind then.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    let copy = args.from.join(COPY);
    let path = args.from.join(MANIFEST);
    let text = std::fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
    let said: Manifest = serde_json::from_str(&text).with_context(|| format!("{}", path.display()))?;
    let found = Manifest::of(&copy)?;
    ensure!(
        (found.bytes, &found.sha256) == (said.bytes, &said.sha256),
        "{}",
        t.f1(k::CLI_RESTORE_DAMAGED, "path", copy.display())
    );
    Db::verify_file(&copy).context("the backup is not sound")?;
    // The files that SQLite keeps beside a database would be taken for the restored one's.
    for suffix in ["", "-wal", "-shm"] {
        let other = PathBuf::from(format!("{}{suffix}", args.to.display()));
        ensure!(!other.exists(), "{}", t.f1(k::CLI_EXISTS, "path", other.display()));
    }
    if let Some(folder) = args.to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let half = PathBuf::from(format!("{}.half", args.to.display()));
    std::fs::copy(&copy, &half)?;
    std::fs::File::open(&half)?.sync_all()?;
    std::fs::rename(&half, &args.to)?;
    // An older backup is brought up to date at once, so that a fault shows now.
    Db::open(&format!("sqlite:{}", args.to.display()), Durability::Full)?;
    say(&t.f1(k::CLI_RESTORE_DONE, "path", args.to.display()));
    Ok(())
}
