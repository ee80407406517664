//! `mudeung user`: accounts and roles from the command line. The first administrator of a center is
//! made by it.

use std::collections::BTreeSet;
use std::io::BufRead as _;

use anyhow::{Context as _, Result, anyhow, bail};
use domain::access::Role;
use service::user::{self, NewUser, UserFilter};
use service::{Actor, Center, Error, password};
use texts::{Lang, Pools, Texts, k};

use crate::command::{arg, refused, say};
use crate::open::Which;

/// Arguments of `user`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Make an account. Without a password, a link is printed by which its owner chooses one.
    Create {
        #[command(flatten)]
        which: Which,
        /// The e-mail address.
        #[arg(long)]
        email: String,
        /// The person's name.
        #[arg(long)]
        name: String,
        /// A role; may be given several times.
        #[arg(long = "role", value_name = "ROLE", value_parser = arg::word::<Role>())]
        roles: Vec<Role>,
        /// The language in which the person is written to.
        #[arg(long, default_value = "ko", value_parser = arg::word::<Lang>())]
        language: Lang,
        /// Read the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give or take a role.
    Role {
        #[command(flatten)]
        which: Which,
        /// The e-mail address of the account.
        email: String,
        /// The role to give.
        #[arg(long, value_name = "ROLE", conflicts_with = "take", required_unless_present = "take", value_parser = arg::word::<Role>())]
        give: Option<Role>,
        /// The role to take.
        #[arg(long, value_name = "ROLE", value_parser = arg::word::<Role>())]
        take: Option<Role>,
    },
    /// Print all accounts, newest first.
    List {
        #[command(flatten)]
        which: Which,
        /// Only those whose name or address holds this.
        #[arg(long, default_value = "")]
        search: String,
        /// Only holders of the role.
        #[arg(long, value_name = "ROLE", value_parser = arg::word::<Role>())]
        role: Option<Role>,
    },
}

/// For how many days the printed link is good.
const LINK_DAYS: i64 = 7;
const PAGE: i64 = 200;

/// Makes accounts, gives and takes roles, lists.
///
/// # Errors
/// If the database cannot be opened, or why the center refuses.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    match &args.what {
        What::Create { which, email, name, roles, language, password_stdin } => {
            let center = which.open_or_begin(t)?;
            let hashed = if *password_stdin { Some(hashed(email, name, t)?) } else { None };
            let by_link = hashed.is_none();
            let new = NewUser {
                email: email.clone(),
                name: name.clone(),
                phone: String::new(),
                language: *language,
                roles: roles.iter().copied().collect::<BTreeSet<_>>(),
                password: hashed,
            };
            let made = center.write(&Actor::operator(), |cx| {
                let id = user::create(cx, &new)?;
                if by_link { user::one_time_link(cx, id).map(Some) } else { Ok(None) }
            });
            let link = made.map_err(|error| refused(t, &error))?;
            say(&t.f1(k::CLI_USER_CREATED, "email", email));
            if let Some(link) = link {
                say(&t.f1(k::CLI_USER_LINK, "days", LINK_DAYS));
                say(&link);
            }
            Ok(())
        }
        What::Role { which, email, give, take } => {
            let center = which.open(t)?;
            let id = match center.read(&Actor::operator(), |cx| user::by_email(cx, email)) {
                Ok(row) => row.id,
                Err(Error::NotFound) => bail!("{}", t.f1(k::CLI_USER_NONE, "email", email)),
                Err(error) => return Err(refused(t, &error)),
            };
            for (role, given) in [(give, true), (take, false)] {
                let Some(role) = *role else { continue };
                let done = center.write(&Actor::operator(), |cx| {
                    if given { user::give_role(cx, id, role) } else { user::take_role(cx, id, role) }
                });
                done.map_err(|error| refused(t, &error))?;
                let key = if given { k::CLI_USER_ROLE_GIVEN } else { k::CLI_USER_ROLE_TAKEN };
                say(&t.f2(key, ("email", email), ("role", t.word(role))));
            }
            Ok(())
        }
        What::List { which, search, role } => {
            let filter = UserFilter { text: search.clone(), role: *role, state: None };
            list(&which.open(t)?, &filter, t)
        }
    }
}

fn list(center: &Center, filter: &UserFilter, t: Texts) -> Result<()> {
    let mut table = comfy_table::Table::new();
    table.set_header([k::ACCOUNT_EMAIL, k::ACCOUNT_NAME, k::USER_STATE, k::ACCOUNT_ROLES].map(|key| t.s(key)));
    let mut before = None;
    loop {
        let items = center
            .read(&Actor::operator(), |cx| user::list(cx, filter, before, PAGE))
            .map_err(|error| refused(t, &error))?;
        let Some(last) = items.last() else { break };
        before = Some((last.user.created_at, last.user.id));
        for one in &items {
            let roles: Vec<String> = one.roles.iter().map(|&role| t.word(role)).collect();
            table.add_row([one.user.email.clone(), one.user.name.clone(), t.word(one.user.state), roles.join(", ")]);
        }
    }
    say(&if before.is_none() { t.s(k::USERS_EMPTY) } else { table.to_string() });
    Ok(())
}

/// The password on the first line of standard input, checked and hashed.
fn hashed(email: &str, name: &str, t: Texts) -> Result<password::Hashed> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).with_context(|| t.s(k::CLI_NO_INPUT))?;
    let typed = line.trim_end_matches(['\r', '\n']);
    domain::person::password(typed, email, name)
        .map_err(|reason| anyhow!("{}: {}", t.s(k::ACCOUNT_PASSWORD), t.reason(&reason, &Pools::default())))?;
    password::hash(typed).map_err(|error| refused(t, &error))
}
