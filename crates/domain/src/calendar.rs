//! Civil days in the center's time zone: business days, holidays and periods (domain.md §13).

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;

use crate::reason::Code;
use crate::term::add_days;

/// The center's calendar: its time zone and its holidays. Saturdays and Sundays are never
/// business days.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
    holidays: BTreeMap<Date, HolidayName>,
}

/// What a holiday is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolidayName {
    /// In Korean.
    pub ko: String,
    /// In English.
    pub en: String,
}

impl Calendar {
    /// A calendar in `zone` with these holidays.
    #[must_use]
    pub fn new(zone: TimeZone, holidays: BTreeMap<Date, HolidayName>) -> Self {
        Self { zone, holidays }
    }

    /// The time zone.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The civil date at an instant.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The civil date and time at an instant.
    #[must_use]
    pub fn datetime(&self, at: Timestamp) -> DateTime {
        self.zone.to_datetime(at)
    }

    /// The instant of a civil date and time. In a gap or fold of the zone, the earlier offset's
    /// reading is taken.
    #[must_use]
    pub fn instant(&self, day: Date, time: Time) -> Timestamp {
        self.zone.to_ambiguous_timestamp(day.to_datetime(time)).compatible().unwrap_or(Timestamp::MAX)
    }

    /// The first instant of a day.
    #[must_use]
    pub fn midnight(&self, day: Date) -> Timestamp {
        self.instant(day, Time::midnight())
    }

    /// Whether offices work on that day.
    #[must_use]
    pub fn is_business_day(&self, day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.holidays.contains_key(&day)
    }

    /// The name of the holiday on that day, if it is one.
    #[must_use]
    pub fn holiday(&self, day: Date) -> Option<&HolidayName> {
        self.holidays.get(&day)
    }

    /// The last day of a period of `days` calendar days after `day`: the first day is not counted
    /// (민법 §157), and an end on a Saturday or public holiday moves to the next business day
    /// (민법 §161).
    #[must_use]
    pub fn period_end(&self, day: Date, days: i64) -> Date {
        self.business_day_from(add_days(day, days))
    }

    /// The `n`th business day after `day`; `day` itself is not counted.
    #[must_use]
    pub fn business_days_after(&self, day: Date, n: i64) -> Date {
        let mut end = day;
        for _ in 0..n {
            end = self.business_day_from(add_days(end, 1));
        }
        end
    }

    /// `day` itself if it is a business day, else the next one.
    #[must_use]
    pub fn business_day_from(&self, day: Date) -> Date {
        let mut candidate = day;
        // No calendar has more than a few weeks of holidays in a row; the bound ends the search at
        // the calendar's own end.
        for _ in 0..400 {
            if self.is_business_day(candidate) {
                return candidate;
            }
            candidate = add_days(candidate, 1);
        }
        candidate
    }
}

/// A date `2026-11-23`, also as Koreans type it: `2026. 11. 23.`, `2026/11/23`, `20261123`.
#[must_use]
pub fn read_date(text: &str) -> Option<Date> {
    any_date(text).filter(|date| year_fits(*date))
}

/// Years that a center can mean; anything else is a slip of the finger.
#[must_use]
pub fn year_fits(date: Date) -> bool {
    (1900..=2200).contains(&date.year())
}

/// What is wrong with a text that [`read_date`] does not take.
#[must_use]
pub fn date_fault(text: &str) -> Code {
    if any_date(text).is_some_and(|date| !year_fits(date)) { Code::YearOutOfRange } else { Code::NotADate }
}

fn any_date(text: &str) -> Option<Date> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let only_marks = text.chars().all(|c| c.is_ascii_digit() || "-./ ".contains(c));
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if only_marks && year.len() == 4 => (*year, *month, *day),
        [_] if only_marks && digits.len() == 8 => (&digits[..4], &digits[4..6], &digits[6..]),
        _ => return None,
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn calendar() -> Calendar {
        let name = |ko: &str, en: &str| HolidayName { ko: ko.to_owned(), en: en.to_owned() };
        let holidays = [(date(2021, 10, 4), name("개천절 대체공휴일", "National Foundation Day (substitute)"))];
        Calendar::new(TimeZone::get("Asia/Seoul").expect("bundled"), holidays.into())
    }

    #[test]
    fn a_period_that_ends_on_a_holiday_ends_on_the_next_business_day() {
        // 2 October 2021 was a Saturday, the 4th a substitute holiday.
        assert_eq!(calendar().period_end(date(2021, 9, 22), 10), date(2021, 10, 5));
        assert_eq!(calendar().period_end(date(2021, 9, 20), 10), date(2021, 9, 30));
    }

    #[test]
    fn business_days_skip_weekends_and_holidays() {
        assert_eq!(calendar().business_days_after(date(2021, 9, 30), 2), date(2021, 10, 5));
    }

    #[test]
    fn midnight_in_seoul_is_fifteen_hundred_the_day_before_in_utc() {
        assert_eq!(calendar().midnight(date(2021, 1, 1)).to_string(), "2020-12-31T15:00:00Z");
        assert_eq!(calendar().date("2020-12-31T15:00:00Z".parse().expect("an instant")), date(2021, 1, 1));
    }
}
