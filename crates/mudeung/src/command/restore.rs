//! `mudeung restore`: brings a database back from a backup. Never writes over what is there.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use store::Db;
use store::sql::{Durability, sqlite_path};
use texts::{Texts, k};

use crate::command::backup::{COPY, MANIFEST, Manifest};
use crate::command::say;
use crate::config::Config;

/// Arguments of `restore`.
#[derive(clap::Args)]
pub struct Args {
    /// The folder of the backup.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    #[command(flatten)]
    target: Target,
}

/// Where to.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Target {
    /// The database file to make; it must not be there.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// The configuration file of the center whose database is to be filled; it must be empty.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Restores a backup.
///
/// # Errors
/// If the backup is damaged or something is in the way; nothing is left behind then.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    let copy = sound(&args.from, t)?;
    let url = match (&args.target.to, &args.target.config) {
        (_, Some(config)) => Config::read(config, t)?.database_url,
        (Some(file), None) => format!("sqlite:{}", file.display()),
        (None, None) => bail!("{}", t.f1(k::CLI_ARG_MISSING, "arg", "--to <FILE> | --config <FILE>")),
    };
    let place = match sqlite_path(&url) {
        Some(file) => {
            to_file(&copy, file, t)?;
            file.display().to_string()
        }
        None => {
            to_server(&copy, &url, t)?;
            "PostgreSQL".to_owned()
        }
    };
    say(&t.f1(k::CLI_RESTORE_DONE, "path", place));
    Ok(())
}

/// The copy within a backup, once it is known to be what was written then.
fn sound(backup: &Path, t: Texts) -> Result<PathBuf> {
    let copy = backup.join(COPY);
    let path = backup.join(MANIFEST);
    let text = std::fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
    let said: Manifest = serde_json::from_str(&text).with_context(|| format!("{}", path.display()))?;
    let found = Manifest::of(&copy)?;
    ensure!(
        (found.bytes, &found.sha256) == (said.bytes, &said.sha256),
        "{}",
        t.f1(k::CLI_RESTORE_DAMAGED, "path", copy.display())
    );
    Db::verify_file(&copy).with_context(|| t.s(k::CLI_BACKUP_DAMAGED))?;
    Ok(copy)
}

fn to_file(copy: &Path, file: &Path, t: Texts) -> Result<()> {
    // The files that SQLite keeps beside a database would be taken for the restored one's.
    for suffix in ["", "-wal", "-shm"] {
        let other = PathBuf::from(format!("{}{suffix}", file.display()));
        ensure!(!other.exists(), "{}", t.f1(k::CLI_EXISTS, "path", other.display()));
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let half = PathBuf::from(format!("{}.half", file.display()));
    std::fs::copy(copy, &half)?;
    std::fs::File::open(&half)?.sync_all()?;
    std::fs::rename(&half, file)?;
    // An older backup is brought up to date at once, so that a fault shows now.
    Db::open(&format!("sqlite:{}", file.display()), Durability::Full)?;
    Ok(())
}

fn to_server(copy: &Path, url: &str, t: Texts) -> Result<()> {
    // The backup itself stays as it is: an older one is brought to the present schema in a copy.
    let folder = tempfile::tempdir()?;
    let present = folder.path().join(COPY);
    std::fs::copy(copy, &present)?;
    let db = Db::open(url, Durability::Full).with_context(|| t.s(k::CLI_DATABASE_CLOSED))?;
    ensure!(db.fill_from(&present)?.is_some(), "{}", t.s(k::CLI_RESTORE_NOT_EMPTY));
    Ok(())
}
