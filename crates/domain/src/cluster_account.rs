//! The account by which a person is known on the cluster.

use crate::person::UserState;

words! {
    /// Whether an account of the cluster may be signed in to.
    AccountState in "cluster-account-state" {
        /// Its person takes part in a project in force.
        Active = "active",
        /// Its person takes part only in projects that are over and whose data can still be read.
        ReadOnly = "read_only",
        /// Its person takes part in none of either.
        NoProject = "no_project",
        /// Its person's account in the portal is locked.
        Locked = "locked",
    }
}

impl AccountState {
    /// How an account stands, by its person's state in the portal, whether they take part in a project
    /// in force, and whether in one whose data can still be read.
    #[must_use]
    pub fn of(user: UserState, in_force: bool, reads: bool) -> Self {
        match (user, in_force, reads) {
            (UserState::Active, true, _) => Self::Active,
            (UserState::Active, false, true) => Self::ReadOnly,
            (UserState::Active, false, false) => Self::NoProject,
            // Nobody who has not confirmed an address has one; if so, nobody gets in by it.
            (UserState::Pending | UserState::Locked, ..) => Self::Locked,
        }
    }

    /// Whether its person's keys let in to it.
    #[must_use]
    pub fn lets_in(self) -> bool {
        matches!(self, Self::Active | Self::ReadOnly)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_people_in_use_and_in_a_project_get_in() {
        for user in UserState::ALL {
            for (in_force, reads) in [(false, false), (false, true), (true, false), (true, true)] {
                let state = AccountState::of(*user, in_force, reads);
                assert_eq!(state.lets_in(), *user == UserState::Active && (in_force || reads));
                assert_eq!(state == AccountState::Active, *user == UserState::Active && in_force);
            }
        }
    }
}
