//! Who acts.

use std::collections::BTreeSet;

use domain::access::{Act, Role, Tie, may};
use domain::ids::{TokenId, UserId};
use texts::Lang;

domain::words! {
    /// By which way somebody acts.
    Channel in "channel" {
        /// A page of the portal.
        Web = "web",
        /// The API.
        Api = "api",
        /// The operator's command line.
        Cli = "cli",
        /// The center's own clock: deadlines, expiry, notices.
        Clock = "clock",
        /// The loading of a year's inputs.
        Load = "load",
    }
}

/// The person (or the clock) on whose behalf a use case runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account; `None` for visitors, the clock and the command line.
    pub user: Option<UserId>,
    /// The name for the audit trail.
    pub name: String,
    /// The roles held.
    pub roles: BTreeSet<Role>,
    /// The language to answer in.
    pub lang: Lang,
    /// By which way.
    pub channel: Channel,
    /// From which network address, or empty.
    pub address: String,
    /// The request that this is part of, or empty.
    pub request_id: String,
    /// The personal token that stands for the person; `None` if they came themselves.
    pub token: Option<TokenId>,
}

impl Actor {
    /// Somebody who is not signed in.
    #[must_use]
    pub fn visitor(lang: Lang) -> Self {
        Self::system(Channel::Web, lang)
    }

    /// The center's clock. It may do what the calendar asks for and passes no access check; its
    /// use cases are not reachable from outside.
    #[must_use]
    pub fn clock() -> Self {
        Self::system(Channel::Clock, Lang::Ko)
    }

    /// The operator at the command line of the machine: holds every role.
    #[must_use]
    pub fn operator() -> Self {
        Self { roles: Role::ALL.iter().copied().collect(), ..Self::system(Channel::Cli, Lang::Ko) }
    }

    /// Whoever loads a year's inputs: as the operator, but known as the loader in the audit trail.
    #[must_use]
    pub fn loader() -> Self {
        Self { roles: Role::ALL.iter().copied().collect(), ..Self::system(Channel::Load, Lang::Ko) }
    }

    fn system(channel: Channel, lang: Lang) -> Self {
        Self {
            user: None,
            name: channel.to_string(),
            roles: BTreeSet::new(),
            lang,
            channel,
            address: String::new(),
            request_id: String::new(),
            token: None,
        }
    }

    /// Whether the access table lets this actor do `act` to a thing to which it has these ties.
    #[must_use]
    pub fn may(&self, act: Act, ties: &[Tie]) -> bool {
        match self.channel {
            // The clock is the calendar's own hand, the command line and the loader are the
            // machine's owner.
            Channel::Clock | Channel::Cli | Channel::Load if self.user.is_none() => true,
            _ => may(act, self.user.is_some(), &self.roles, ties),
        }
    }
}
