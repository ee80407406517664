//! Devices that are kept from others for a time: under maintenance, or for one project.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A reservation, as it should be or as an engine has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// The portal's own name for it: lower-case letters and digits.
    pub name: String,
    /// From when on.
    pub from: Timestamp,
    /// Until when, not included.
    pub to: Timestamp,
    /// The project that may use them; nobody may if they are under maintenance.
    pub project: Option<String>,
    /// How many devices of each pool. An engine that goes by machines does not say.
    pub devices: BTreeMap<String, i64>,
    /// On which machines; of no account to an engine that has only one.
    pub nodes: BTreeSet<String>,
}

impl Reservation {
    /// Whether an engine that has `seen` is in line. When it began does not matter once it has.
    #[must_use]
    pub fn is_met_by(&self, seen: &Self, now: Timestamp) -> bool {
        let begins = self.from == seen.from || (self.from <= now && seen.from <= now);
        let devices = seen.devices.is_empty() || seen.devices == self.devices;
        let nodes = seen.nodes.is_empty() || seen.nodes == self.nodes;
        begins && devices && nodes && self.to == seen.to && self.project == seen.project
    }
}

/// What brings an engine's reservations in line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReservationPlan {
    /// Names that go.
    pub release: Vec<String>,
    /// What is made or changed.
    pub reserve: Vec<Reservation>,
}

/// The changes between what should be reserved and what an engine has of the portal's own. What has
/// passed is not asked for.
#[must_use]
pub fn reconcile_reservations(desired: &[Reservation], seen: &[Reservation], now: Timestamp) -> ReservationPlan {
    let wanted: BTreeMap<&str, &Reservation> =
        desired.iter().filter(|one| one.to > now).map(|one| (one.name.as_str(), one)).collect();
    let there: BTreeMap<&str, &Reservation> = seen.iter().map(|one| (one.name.as_str(), one)).collect();
    let gone = there.keys().filter(|name| !wanted.contains_key(*name));
    let missing = wanted.values().filter(|one| !there.get(one.name.as_str()).is_some_and(|it| one.is_met_by(it, now)));
    ReservationPlan {
        release: gone.map(|name| (*name).to_owned()).collect(),
        reserve: missing.map(|one| (*one).clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("within range")
    }

    fn any() -> impl Strategy<Value = Vec<Reservation>> {
        let one = (0..5_u8, 0_i64..20, 1_i64..20, 0..3_u8).prop_map(|(name, from, length, node)| Reservation {
            name: format!("m{name}"),
            from: at(from),
            to: at(from + length),
            project: None,
            devices: [].into(),
            nodes: [format!("n{node}")].into(),
        });
        proptest::collection::vec(one, 0..5).prop_map(|all| {
            let by_name: BTreeMap<String, Reservation> = all.into_iter().map(|one| (one.name.clone(), one)).collect();
            by_name.into_values().collect()
        })
    }

    proptest! {
        #[test]
        fn carried_out_nothing_is_left_to_do(desired in any(), seen in any(), now in 0_i64..40) {
            let plan = reconcile_reservations(&desired, &seen, at(now));
            let mut there: BTreeMap<String, Reservation> =
                seen.into_iter().map(|one| (one.name.clone(), one)).collect();
            there.retain(|name, _| !plan.release.contains(name));
            there.extend(plan.reserve.into_iter().map(|one| (one.name.clone(), one)));
            let there: Vec<Reservation> = there.into_values().collect();
            prop_assert_eq!(reconcile_reservations(&desired, &there, at(now)), ReservationPlan::default());
        }
    }

    #[test]
    fn what_runs_is_not_made_anew_because_it_began() {
        let one = Reservation {
            name: "m1".to_owned(),
            from: at(10),
            to: at(50),
            project: None,
            devices: [].into(),
            nodes: ["n1".to_owned()].into(),
        };
        let seen = Reservation { from: at(12), ..one.clone() };
        assert!(one.is_met_by(&seen, at(20)) && !one.is_met_by(&seen, at(11)));
    }
}
