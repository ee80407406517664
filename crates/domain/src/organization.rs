//! Organizations: their kinds, sizes and business numbers (domain.md §13).

use crate::Code;

words! {
    /// What an organization is (이용자 유형).
    OrganizationKind in "organization-kind" {
        /// A company (기업).
        Company = "company",
        /// A university (대학).
        University = "university",
        /// A research institute (연구기관).
        Research = "research",
        /// A public body (공공기관).
        Public = "public",
        /// An association (협회).
        Association = "association",
        /// A society or other group (단체).
        Group = "group",
    }
}

words! {
    /// How large an organization is (기업 규모).
    OrganizationSize in "organization-size" {
        /// A small company (소기업).
        Small = "small",
        /// A small or medium-sized company (중소기업).
        Sme = "sme",
        /// A company of the middle (중견기업).
        Midsize = "midsize",
        /// A large company (대기업).
        Large = "large",
        /// A university.
        University = "university",
        /// A research institute.
        Research = "research",
        /// A public body.
        Public = "public",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// What of an organization lies in its region: any of the three counts as located there.
    RegionBasis in "region-basis" {
        /// Its head office (본사).
        HeadOffice = "head_office",
        /// A branch (지사).
        Branch = "branch",
        /// A research lab (연구소).
        Lab = "lab",
    }
}

/// A business number (사업자등록번호 or 고유번호): ten digits, the last a check digit. It says
/// nothing about whether the business is open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct BusinessNumber(String);

impl BusinessNumber {
    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number that begins with these digits: for made-up organizations. Only the last nine
    /// digits of `number` count.
    #[must_use]
    pub fn made_of(number: u32) -> Self {
        let text = format!("{:09}", number % 1_000_000_000);
        let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
        Self(format!("{text}{}", check_digit(&digits)))
    }
}

/// 1, 3, 7, 1, 3, 7, 1, 3, 5; of the ninth product the tens count once more.
fn check_digit(nine: &[u32]) -> u32 {
    const WEIGHTS: [u32; 9] = [1, 3, 7, 1, 3, 7, 1, 3, 5];
    let sum: u32 = nine.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let ninth = nine.get(8).copied().unwrap_or(0);
    (10 - (sum + ninth * 5 / 10) % 10) % 10
}

impl std::fmt::Display for BusinessNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for BusinessNumber {
    type Err = Code;
    /// Reads ten digits, with or without hyphens and blanks.
    fn from_str(text: &str) -> Result<Self, Code> {
        let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        if text.is_empty() {
            return Err(Code::Required);
        }
        let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(10)).collect();
        match digits.as_deref() {
            Some([nine @ .., last]) if nine.len() == 9 => {
                if check_digit(nine) == *last {
                    Ok(Self(text))
                } else {
                    Err(Code::BusinessNumber)
                }
            }
            _ => Err(Code::BusinessDigits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_tells_a_slip_of_the_pen() {
        let read = |text: &str| text.parse::<BusinessNumber>().map(|number| number.to_string());
        assert_eq!(read("123-45-67891"), Ok("1234567891".to_owned()));
        assert_eq!(read(" 999-99-99997 "), Ok("9999999997".to_owned()));
        assert_eq!(read("9999999997"), Ok("9999999997".to_owned()));
        assert_eq!(read("123-45-67890"), Err(Code::BusinessNumber));
        assert_eq!(read("999-99-99999"), Err(Code::BusinessNumber));
        assert_eq!(read(""), Err(Code::Required));
        for bad in ["123", "12345678911", "12345678x1", "１２３４５６７８９１"] {
            assert_eq!(read(bad), Err(Code::BusinessDigits), "{bad}");
        }
    }

    #[test]
    fn made_up_numbers_pass_the_check() {
        for number in [0, 1, 123_456_789, 999_999_999, u32::MAX] {
            let made = BusinessNumber::made_of(number);
            assert_eq!(made.as_str().parse(), Ok(made.clone()), "{number}");
        }
        assert_eq!(BusinessNumber::made_of(123_456_789).as_str(), "1234567891");
    }
}
