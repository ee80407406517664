//! Policy: the center's rules as data, with the date from which each value holds (domain.md §7).

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};

words! {
    /// A rule that the center may set.
    PolicyKey in "policy" {
        /// Time of day at which calls close (`14:00`).
        CallDeadlineTime = "call.deadline_time",
        /// Business days that an applicant has for a requested correction.
        CorrectionBusinessDays = "proposal.correction_business_days",
        /// How often a proposal may be returned for correction.
        CorrectionMax = "proposal.correction_max",
        /// Fewest reviews per proposal.
        ReviewMinReviewers = "review.min_reviewers",
        /// Reviews per proposal from which the highest and lowest are dropped.
        ReviewTrimFrom = "review.trim_from",
        /// Score out of 100 from which a proposal may be selected.
        ReviewPassScore = "review.pass_score",
        /// Days that the reserve list is valid.
        ReserveValidDays = "reserve.valid_days",
        /// Days that an offer of a refill stays open.
        RefillOfferDays = "reserve.offer_days",
        /// Business days for signing an agreement.
        AgreementBusinessDays = "agreement.business_days",
        /// Business days within which a signed award is provisioned.
        ProvisionBusinessDays = "provision.sla_business_days",
        /// Days before the end of an award on which its people are told (`30,15,7,1`).
        NoticeDays = "term.notice_days",
        /// Days before the end within which an extension may be asked for.
        ExtensionWindowDays = "extension.window_days",
        /// How often an award may be extended.
        ExtensionMaxCount = "extension.max_count",
        /// Longest extension as a percentage of the original term.
        ExtensionMaxPercent = "extension.max_percent",
        /// Most projects that an organization may have at once.
        OrgMaxActiveProjects = "org.max_active_projects",
        /// Largest share of a pool, in percent, that an organization may hold.
        OrgMaxPoolPercent = "org.max_pool_percent",
        /// Days that data stay readable after the end.
        DataReadOnlyDays = "data.read_only_days",
        /// Days after the end at which data are deleted.
        DataDeleteAfterDays = "data.delete_after_days",
        /// Days before the end from which a return earns a bonus point.
        ReturnRewardDays = "return.reward_days",
        /// Hours of an outage from which its days are credited.
        OutageCreditFromHours = "outage.credit_from_hours",
        /// Minutes until jobs that have more than their project may are ended; 0 if they run on.
        DecreaseGraceMinutes = "decrease.grace_minutes",
        /// Minutes before that at which they are sent the signal that they asked for.
        DecreaseSignalMinutes = "decrease.signal_minutes",
        /// Longest reservation in days.
        ReservationMaxDays = "reservation.max_days",
        /// Days ahead within which a reservation may begin.
        ReservationAheadDays = "reservation.ahead_days",
        /// Devices up to which a reservation is booked without a decision; 0 if each is decided.
        ReservationAutoDevices = "reservation.auto_devices",
        /// Most reservations that a project may have asked for or booked at once.
        ReservationMaxOpen = "reservation.max_open",
    }
}

/// A row of policy: what a key is from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRow {
    /// Which rule.
    pub key: PolicyKey,
    /// From which day.
    pub effective_from: Date,
    /// Its value as written.
    pub value: String,
}

/// The rules in force on a day. Every key is there and has a value of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    values: BTreeMap<PolicyKey, Value>,
    version: Date,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Int(i64),
    Time(Time),
    Ints(Vec<i64>),
}

/// Policy rows that do not make a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A rule has no value on the day.
    #[error("policy {key} has no value on {day}")]
    Missing {
        /// The rule.
        key: PolicyKey,
        /// The day.
        day: Date,
    },
    /// A value is not of its rule's kind.
    #[error("policy {key}: \"{value}\" is not {expected}")]
    Invalid {
        /// The rule.
        key: PolicyKey,
        /// What was written.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
}

impl PolicyKey {
    fn parse(self, text: &str) -> Result<Value, PolicyError> {
        let invalid = |expected| PolicyError::Invalid { key: self, value: text.to_owned(), expected };
        match self {
            Self::CallDeadlineTime => text.parse().map(Value::Time).map_err(|_| invalid("a time of day such as 14:00")),
            Self::NoticeDays => text
                .split(',')
                .map(|part| part.trim().parse::<i64>().ok().filter(|days| *days >= 0))
                .collect::<Option<Vec<_>>>()
                .map(Value::Ints)
                .ok_or_else(|| invalid("a list of days such as 30,15,7,1")),
            _ => text
                .parse::<i64>()
                .ok()
                .filter(|number| (0..=1_000_000).contains(number))
                .map(Value::Int)
                .ok_or_else(|| invalid("a whole number")),
        }
    }
}

impl Policy {
    /// The policy on `day`, from all rows ever set.
    ///
    /// # Errors
    /// [`PolicyError`] if a key has no value on that day or a value is not of its kind.
    pub fn on(day: Date, rows: &[PolicyRow]) -> Result<Self, PolicyError> {
        let mut values = BTreeMap::new();
        let mut version = Date::MIN;
        for &key in PolicyKey::ALL {
            let row = rows
                .iter()
                .filter(|row| row.key == key && row.effective_from <= day)
                .max_by_key(|row| row.effective_from)
                .ok_or(PolicyError::Missing { key, day })?;
            version = version.max(row.effective_from);
            values.insert(key, key.parse(&row.value)?);
        }
        Ok(Self { values, version })
    }

    /// The date of the newest rule in it: the version that decisions record.
    #[must_use]
    pub fn version(&self) -> Date {
        self.version
    }

    /// A rule that is a whole number; 0 for one that is not.
    #[must_use]
    pub fn int(&self, key: PolicyKey) -> i64 {
        if let Some(Value::Int(number)) = self.values.get(&key) { *number } else { 0 }
    }

    /// The time of day at which calls close.
    #[must_use]
    pub fn deadline_time(&self) -> Time {
        if let Some(Value::Time(time)) = self.values.get(&PolicyKey::CallDeadlineTime) {
            *time
        } else {
            Time::midnight()
        }
    }

    /// The days before an award's end on which its people are told, longest first.
    #[must_use]
    pub fn notice_days(&self) -> Vec<i64> {
        let mut days = match self.values.get(&PolicyKey::NoticeDays) {
            Some(Value::Ints(days)) => days.clone(),
            _ => Vec::new(),
        };
        days.sort_unstable_by(|a, b| b.cmp(a));
        days
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn rows() -> Vec<PolicyRow> {
        PolicyKey::ALL
            .iter()
            .map(|&key| PolicyRow {
                key,
                effective_from: date(2021, 1, 1),
                value: match key {
                    PolicyKey::CallDeadlineTime => "14:00".to_owned(),
                    PolicyKey::NoticeDays => "1, 30,15,7".to_owned(),
                    _ => "70".to_owned(),
                },
            })
            .collect()
    }

    #[test]
    fn the_latest_row_in_force_wins_and_dates_the_version() {
        let mut all = rows();
        all.push(PolicyRow {
            key: PolicyKey::ReviewPassScore,
            effective_from: date(2021, 7, 1),
            value: "75".to_owned(),
        });
        let before = Policy::on(date(2021, 6, 30), &all).expect("complete");
        let after = Policy::on(date(2021, 7, 1), &all).expect("complete");
        assert_eq!((before.int(PolicyKey::ReviewPassScore), before.version()), (70, date(2021, 1, 1)));
        assert_eq!((after.int(PolicyKey::ReviewPassScore), after.version()), (75, date(2021, 7, 1)));
        assert_eq!(after.notice_days(), [30, 15, 7, 1]);
    }

    #[test]
    fn a_missing_or_malformed_rule_is_named() {
        let mut all = rows();
        all[0].value = "2 pm".to_owned();
        assert!(matches!(Policy::on(date(2021, 6, 1), &all), Err(PolicyError::Invalid { .. })));
        assert!(matches!(Policy::on(date(2020, 6, 1), &all), Err(PolicyError::Missing { .. })));
    }
}
