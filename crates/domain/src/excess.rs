//! What becomes of jobs that have more devices than their project holds, because that was lowered
//! while they ran: nothing at once, and nothing that people were not told of.

use jiff::{SignedDuration, Timestamp};

/// How long an excess has to last before it is one: at midnight one award ends before the next begins.
const PASSING: SignedDuration = SignedDuration::from_mins(1);

/// The center's rules, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Until jobs are ended; 0 if they run on to their own end.
    pub grace_minutes: i64,
    /// How long before that they are sent the signal that they asked for.
    pub signal_minutes: i64,
}

/// What is known of an excess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// When it was first seen.
    pub since: Timestamp,
    /// By how many devices.
    pub amount: i64,
    /// When people were told; none while it may pass by itself.
    pub told_at: Option<Timestamp>,
    /// When jobs were sent their signal.
    pub signalled_at: Option<Timestamp>,
    /// When jobs are ended; none if they run on.
    pub ends_at: Option<Timestamp>,
}

/// What is due now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is new, or more than people were told of: it begins anew, with its whole time.
    Begin(Noted),
    /// The rule is another since: jobs run on.
    RunOn,
    /// People are told.
    Tell,
    /// Jobs that asked for it are sent their signal.
    Signal,
    /// The latest to start are ended.
    End,
    /// Nothing.
    Wait,
}

/// What is due of an excess of so many devices.
#[must_use]
pub fn step(now: Timestamp, over: i64, noted: Option<Noted>, rules: Rules) -> Step {
    let later = |at: Timestamp, span| at.saturating_add(span).unwrap_or(Timestamp::MAX);
    let minutes = SignedDuration::from_mins;
    let Some(noted) = noted.filter(|noted| over <= noted.amount) else {
        let ends_at = (rules.grace_minutes > 0).then(|| later(now, minutes(rules.grace_minutes)));
        return Step::Begin(Noted { since: now, amount: over, told_at: None, signalled_at: None, ends_at });
    };
    match noted.ends_at {
        Some(_) if rules.grace_minutes == 0 => Step::RunOn,
        _ if noted.told_at.is_none() && later(noted.since, PASSING) <= now => Step::Tell,
        _ if noted.told_at.is_none() => Step::Wait,
        Some(ends_at) if ends_at <= now => Step::End,
        Some(ends_at) if noted.signalled_at.is_none() && ends_at <= later(now, minutes(rules.signal_minutes)) => {
            Step::Signal
        }
        _ => Step::Wait,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RULES: Rules = Rules { grace_minutes: 60, signal_minutes: 10 };

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_600_000_000 + minute * 60).expect("within range")
    }

    fn begun(over: i64, rules: Rules) -> Noted {
        match step(at(0), over, None, rules) {
            Step::Begin(noted) => noted,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn it_goes_its_way() {
        let noted = begun(3, RULES);
        assert_eq!((noted.ends_at, noted.told_at), (Some(at(60)), None));
        assert_eq!(step(at(0), 3, Some(noted), RULES), Step::Wait);
        assert_eq!(step(at(1), 3, Some(noted), RULES), Step::Tell);
        let told = Noted { told_at: Some(at(1)), ..noted };
        assert_eq!(step(at(49), 3, Some(told), RULES), Step::Wait);
        assert_eq!(step(at(50), 3, Some(told), RULES), Step::Signal);
        let signalled = Noted { signalled_at: Some(at(50)), ..told };
        assert_eq!(step(at(59), 2, Some(signalled), RULES), Step::Wait);
        assert_eq!(step(at(60), 2, Some(signalled), RULES), Step::End);
        assert!(matches!(step(at(59), 4, Some(signalled), RULES), Step::Begin(_)), "more than was told");
    }

    #[test]
    fn by_a_rule_of_nothing_jobs_run_on() {
        let rules = Rules { grace_minutes: 0, ..RULES };
        let noted = Noted { told_at: Some(at(1)), ..begun(3, rules) };
        assert_eq!((noted.ends_at, step(at(100_000), 3, Some(noted), rules)), (None, Step::Wait));
        assert_eq!(step(at(60), 3, Some(begun(3, RULES)), rules), Step::RunOn);
    }

    proptest! {
        #[test]
        fn nobody_is_ended_untold_or_before_the_grace(
            grace in 0_i64..200, signal in 0_i64..200, when in 0_i64..400, told in proptest::option::of(0_i64..400),
            amount in 1_i64..9, over in 1_i64..9,
        ) {
            let rules = Rules { grace_minutes: grace, signal_minutes: signal };
            let noted = Noted { told_at: told.map(at), ..begun(amount, rules) };
            if matches!(step(at(when), over, Some(noted), rules), Step::End | Step::Signal) {
                prop_assert!(told.is_some() && over <= amount && grace > 0);
                prop_assert!(when >= grace || when + signal >= grace);
            }
            if step(at(when), over, Some(noted), rules) == Step::End {
                prop_assert!(when >= grace);
            }
        }
    }
}
