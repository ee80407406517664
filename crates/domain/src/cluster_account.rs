//! The account by which a person is known on the cluster.

use crate::person::UserState;

words! {
    /// Whether an account of the cluster may be signed in to.
    AccountState in "cluster-account-state" {
        /// Its person takes part in a project in force.
        Active = "active",
        /// Its person takes part in none.
        NoProject = "no_project",
        /// Its person's account in the portal is locked.
        Locked = "locked",
    }
}

impl AccountState {
    /// How an account stands, by its person's state in the portal and whether they take part in a
    /// project in force.
    #[must_use]
    pub fn of(user: UserState, in_force: bool) -> Self {
        match (user, in_force) {
            (UserState::Active, true) => Self::Active,
            (UserState::Active, false) => Self::NoProject,
            // Nobody who has not confirmed an address has one; if so, nobody gets in by it.
            (UserState::Pending | UserState::Locked, _) => Self::Locked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_people_in_use_and_in_a_project_get_in() {
        for user in UserState::ALL {
            for in_force in [false, true] {
                let open = AccountState::of(*user, in_force) == AccountState::Active;
                assert_eq!(open, *user == UserState::Active && in_force);
            }
        }
    }
}
