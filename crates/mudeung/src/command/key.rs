//! `mudeung key`: one's own SSH public keys, by the portal's API and a personal token.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};
use domain::ssh_key::{SshKey, SshKeyKind};
use serde_json::json;
use texts::{Pools, Texts, k};

use crate::command::portal::{Client, Portal, part};
use crate::command::say;

/// Arguments of `key`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// List one's own keys, newest first.
    List {
        #[command(flatten)]
        portal: Portal,
    },
    /// Add a public key.
    Add {
        #[command(flatten)]
        portal: Portal,
        /// The file of the public key, such as ~/.ssh/id_ed25519.pub; - is standard input.
        public: PathBuf,
    },
    /// Remove a key.
    Remove {
        #[command(flatten)]
        portal: Portal,
        /// The key: its id or fingerprint.
        key: String,
    },
}

/// Does it.
///
/// # Errors
/// If the portal cannot be reached or refuses.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    match &args.what {
        What::List { portal } => list(&Client::new(portal, t), t),
        What::Add { portal, public } => {
            let text = read(public)?;
            // Looked at here first: a private key does not leave this machine.
            let _: SshKey = text.parse().map_err(|reason| anyhow!("{}", t.reason(&reason, &Pools::default())))?;
            let made = Client::new(portal, t).post("/account/ssh-keys", &json!({ "key": text }))?;
            say(made["fingerprint"].as_str().unwrap_or_default());
            Ok(())
        }
        What::Remove { portal, key } => {
            let client = Client::new(portal, t);
            let id = if key.starts_with("SHA256:") { by_fingerprint(&client, key, t)? } else { key.clone() };
            client.post(&format!("/account/ssh-keys/{}/remove", part(&id)), &json!({}))?;
            say(&t.s(k::FLASH_SSH_KEY_REMOVED));
            Ok(())
        }
    }
}

fn read(file: &std::path::Path) -> Result<String> {
    let mut bytes = Vec::new();
    if file.as_os_str() == "-" {
        std::io::stdin().read_to_end(&mut bytes)?;
    } else {
        bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn by_fingerprint(client: &Client, fingerprint: &str, t: Texts) -> Result<String> {
    let page = client.get("/account/ssh-keys")?;
    let mut keys = page["items"].as_array().into_iter().flatten();
    let found = keys.find(|key| key["fingerprint"] == fingerprint).and_then(|key| key["id"].as_str());
    found.map(str::to_owned).ok_or_else(|| anyhow!("{}", t.s(k::REASON_UNKNOWN)))
}

fn list(client: &Client, t: Texts) -> Result<()> {
    let account = client.get("/account")?;
    if let Some(name) = account["cluster_account"].as_str() {
        say(&format!("{}: {name}", t.s(k::SSH_ACCOUNT)));
    }
    let page = client.get("/account/ssh-keys")?;
    let mut table = comfy_table::Table::new();
    let heads = [k::SSH_KEY_ID, k::SSH_KEY_KIND, k::SSH_KEY_BITS, k::SSH_KEY_COMMENT, k::SSH_KEY_FINGERPRINT];
    table.set_header(heads.into_iter().chain([k::SSH_KEY_ADDED]).map(|key| t.s(key)));
    for key in page["items"].as_array().into_iter().flatten() {
        let text = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
        let kind = text("kind").parse::<SshKeyKind>().map_or_else(|_| text("kind"), |kind| t.word(kind));
        let added: Option<jiff::Timestamp> = text("created_at").parse().ok();
        let (bits, added) = (key["bits"].to_string(), added.map(|at| t.instant(at)).unwrap_or_default());
        table.add_row([text("id"), kind, bits, text("comment"), text("fingerprint"), added]);
    }
    say(&table.to_string());
    Ok(())
}
