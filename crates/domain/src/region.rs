//! Regions as dated data (domain.md §13): the top-level units of Korea with the days on which
//! their codes were valid, and the five districts of Gwangju, which stay what they are while the
//! unit above them changes.

use jiff::civil::Date;

words! {
    /// A top-level unit by its code.
    Region in "region" {
        /// Seoul.
        Seoul = "11",
        /// Jeonnam-Gwangju, from 2026-07-01.
        JeonnamGwangju = "12",
        /// Busan.
        Busan = "26",
        /// Daegu.
        Daegu = "27",
        /// Incheon.
        Incheon = "28",
        /// Gwangju, until 2026-06-30.
        Gwangju = "29",
        /// Daejeon.
        Daejeon = "30",
        /// Ulsan.
        Ulsan = "31",
        /// Sejong.
        Sejong = "36",
        /// Gyeonggi.
        Gyeonggi = "41",
        /// Gangwon, until 2023-06-10.
        GangwonProvince = "42",
        /// North Chungcheong.
        Chungbuk = "43",
        /// South Chungcheong.
        Chungnam = "44",
        /// North Jeolla, until 2024-01-17.
        JeonbukProvince = "45",
        /// South Jeolla, until 2026-06-30.
        Jeonnam = "46",
        /// North Gyeongsang.
        Gyeongbuk = "47",
        /// South Gyeongsang.
        Gyeongnam = "48",
        /// Jeju.
        Jeju = "50",
        /// Gangwon as a special province, from 2023-06-11.
        Gangwon = "51",
        /// Jeonbuk as a special province, from 2024-01-18.
        Jeonbuk = "52",
    }
}

/// The first day of the special city that Gwangju and South Jeolla became.
const MERGER: Date = Date::constant(2026, 7, 1);
const GANGWON: Date = Date::constant(2023, 6, 11);
const JEONBUK: Date = Date::constant(2024, 1, 18);

/// The districts of Gwangju: as they are stored, and in English.
pub const GWANGJU_DISTRICTS: [(&str, &str); 5] =
    [("동구", "Dong-gu"), ("서구", "Seo-gu"), ("남구", "Nam-gu"), ("북구", "Buk-gu"), ("광산구", "Gwangsan-gu")];

impl Region {
    /// From which day (inclusive) until which (exclusive) the code is valid; `None` where it has
    /// no such end.
    #[must_use]
    pub fn valid(self) -> (Option<Date>, Option<Date>) {
        match self {
            Self::JeonnamGwangju => (Some(MERGER), None),
            Self::Gwangju | Self::Jeonnam => (None, Some(MERGER)),
            Self::GangwonProvince => (None, Some(GANGWON)),
            Self::Gangwon => (Some(GANGWON), None),
            Self::JeonbukProvince => (None, Some(JEONBUK)),
            Self::Jeonbuk => (Some(JEONBUK), None),
            _ => (None, None),
        }
    }

    /// Whether the code is valid on that day.
    #[must_use]
    pub fn is_valid_on(self, day: Date) -> bool {
        let (from, until) = self.valid();
        from.is_none_or(|from| from <= day) && until.is_none_or(|until| day < until)
    }

    /// The units of a day, in the order of their codes.
    #[must_use]
    pub fn on(day: Date) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|region| region.is_valid_on(day)).collect()
    }

    /// The districts that are told apart within it.
    #[must_use]
    pub fn districts(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Gwangju | Self::JeonnamGwangju => &GWANGJU_DISTRICTS,
            _ => &[],
        }
    }

    /// Whether a district must be named: all of Gwangju lies in one, but not all of the special
    /// city.
    #[must_use]
    pub fn needs_district(self) -> bool {
        self == Self::Gwangju
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn codes_change_on_their_days() {
        let codes = |day: Date| Region::on(day).iter().map(|region| region.as_str()).collect::<Vec<_>>().join(" ");
        assert_eq!(codes(date(2021, 11, 30)), "11 26 27 28 29 30 31 36 41 42 43 44 45 46 47 48 50");
        assert_eq!(codes(date(2023, 6, 11)), "11 26 27 28 29 30 31 36 41 43 44 45 46 47 48 50 51");
        assert_eq!(codes(date(2026, 6, 30)), "11 26 27 28 29 30 31 36 41 43 44 46 47 48 50 51 52");
        assert_eq!(codes(date(2026, 7, 1)), "11 12 26 27 28 30 31 36 41 43 44 47 48 50 51 52");
        assert_eq!(Region::on(date(2026, 7, 1)).len(), 16);
    }

    #[test]
    fn the_five_districts_are_found_under_either_code() {
        assert_eq!(Region::Gwangju.districts(), Region::JeonnamGwangju.districts());
        assert!(Region::Gwangju.needs_district() && !Region::JeonnamGwangju.needs_district());
        assert!(Region::Seoul.districts().is_empty());
    }
}
