//! How numbers, dates and amounts are written (domain.md §13).

use domain::units::{Gflops, permille, rounded_div};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;

use crate::{Lang, Texts};

/// A whole number with thousands separators.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        out.push('-');
    }
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl Texts {
    /// `12,345`.
    #[must_use]
    pub fn int(self, number: i64) -> String {
        grouped(number)
    }

    /// `+8` or `-8`; a change always shows its sign.
    #[must_use]
    pub fn signed(self, number: i64) -> String {
        if number > 0 { format!("+{}", grouped(number)) } else { grouped(number) }
    }

    /// A percentage with one decimal from thousandths: `62.4%`.
    #[must_use]
    pub fn permille(self, permille: i64) -> String {
        let sign = if permille < 0 { "-" } else { "" };
        let value = permille.unsigned_abs();
        format!("{sign}{}.{}%", value / 10, value % 10)
    }

    /// `part / whole` as a percentage with one decimal.
    #[must_use]
    pub fn share(self, part: i64, whole: i64) -> String {
        self.permille(permille(part, whole))
    }

    /// Petaflops: two decimals, three below 0.1 PF.
    #[must_use]
    pub fn pf(self, gflops: Gflops) -> String {
        if gflops.0 != 0 && gflops.0.abs() < Gflops::PER_PF / 10 {
            let thousandths = rounded_div(gflops.0, Gflops::PER_PF / 1000);
            let sign = if thousandths < 0 { "-" } else { "" };
            return format!("{sign}0.{:03} PF", thousandths.abs());
        }
        let centi = gflops.centi_pf();
        let sign = if centi < 0 { "-" } else { "" };
        format!("{sign}{}.{:02} PF", grouped((centi / 100).abs()), (centi % 100).abs())
    }

    /// A date: `2026. 11. 23.(월)` or `Mon 23 Nov 2026`.
    #[must_use]
    pub fn date(self, date: Date) -> String {
        match self.lang() {
            Lang::Ko => format!("{}. {}. {}.({})", date.year(), date.month(), date.day(), self.weekday(date)),
            Lang::En => format!("{} {} {} {}", self.weekday(date), date.day(), MONTHS[month_index(date)], date.year()),
        }
    }

    /// A span from one to another, as Koreans and as English books write it.
    #[must_use]
    pub fn span(self, first: &str, last: &str) -> String {
        match self.lang() {
            Lang::Ko => format!("{first} ~ {last}"),
            Lang::En => format!("{first} – {last}"),
        }
    }

    /// A date for dense tables: `2026. 11. 23.` or `23 Nov 2026`.
    #[must_use]
    pub fn short_date(self, date: Date) -> String {
        match self.lang() {
            Lang::Ko => format!("{}. {}. {}.", date.year(), date.month(), date.day()),
            Lang::En => format!("{} {} {}", date.day(), MONTHS[month_index(date)], date.year()),
        }
    }

    /// The month of a day: `2026년 11월`.
    #[must_use]
    pub fn month(self, day: Date) -> String {
        match self.lang() {
            Lang::Ko => format!("{}년 {}월", day.year(), day.month()),
            Lang::En => format!("{} {}", MONTHS[month_index(day)], day.year()),
        }
    }

    /// A civil date and time: `2026. 11. 23.(월) 14:00`.
    #[must_use]
    pub fn datetime(self, at: DateTime) -> String {
        format!("{} {:02}:{:02}", self.date(at.date()), at.hour(), at.minute())
    }

    /// An instant in Korea's time, the only zone in which the portal shows instants without naming
    /// it.
    #[must_use]
    pub fn instant(self, at: Timestamp) -> String {
        let zone = TimeZone::get("Asia/Seoul").unwrap_or(TimeZone::UTC);
        self.datetime(zone.to_datetime(at))
    }

    /// An instant before which something is due. Midnight is written as the end of the day before,
    /// which nobody mistakes: `2026. 11. 22.(일) 24:00`.
    #[must_use]
    pub fn deadline(self, at: Timestamp) -> String {
        let zone = TimeZone::get("Asia/Seoul").unwrap_or(TimeZone::UTC);
        let civil = zone.to_datetime(at);
        match civil.date().yesterday() {
            Ok(before) if civil.hour() == 0 && civil.minute() == 0 => format!("{} 24:00", self.date(before)),
            _ => self.datetime(civil),
        }
    }

    fn weekday(self, date: Date) -> &'static str {
        let (ko, en) = match date.weekday() {
            Weekday::Monday => ("월", "Mon"),
            Weekday::Tuesday => ("화", "Tue"),
            Weekday::Wednesday => ("수", "Wed"),
            Weekday::Thursday => ("목", "Thu"),
            Weekday::Friday => ("금", "Fri"),
            Weekday::Saturday => ("토", "Sat"),
            Weekday::Sunday => ("일", "Sun"),
        };
        match self.lang() {
            Lang::Ko => ko,
            Lang::En => en,
        }
    }

    /// Won as Koreans write them: `240억 원`, `10만 원`, `2억 3,400만 원`; in English `KRW 24,000,000,000`.
    #[must_use]
    pub fn won(self, won: i64) -> String {
        if self.lang() == Lang::En {
            return format!("KRW {}", grouped(won));
        }
        let value = won.unsigned_abs();
        let sign = if won < 0 { "-" } else { "" };
        let parts =
            [(value / 1_0000_0000_0000, "조"), (value / 1_0000_0000 % 1_0000, "억"), (value / 1_0000 % 1_0000, "만")];
        let rest = value % 1_0000;
        let mut words: Vec<String> = parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, unit)| format!("{}{unit}", grouped(i64::try_from(count).unwrap_or(i64::MAX))))
            .collect();
        if rest > 0 || words.is_empty() {
            words.push(grouped(i64::try_from(rest).unwrap_or(i64::MAX)));
        }
        format!("{sign}{} 원", words.join(" "))
    }

    /// Bytes in decimal units: `10 TB`, `10.7 PB`.
    #[must_use]
    pub fn bytes(self, bytes: i64) -> String {
        byte_text(bytes)
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn month_index(date: Date) -> usize {
    usize::try_from(date.month() - 1).unwrap_or(0).min(11)
}

/// Bytes in decimal units with at most two decimals: 1 PB is 1,000 TB.
#[must_use]
pub fn byte_text(bytes: i64) -> String {
    const UNITS: [(&str, i64); 5] = [
        ("PB", 1_000_000_000_000_000),
        ("TB", 1_000_000_000_000),
        ("GB", 1_000_000_000),
        ("MB", 1_000_000),
        ("kB", 1_000),
    ];
    for (unit, size) in UNITS {
        if bytes.unsigned_abs() >= size.unsigned_abs() {
            let hundredths = rounded_div(bytes, size / 100);
            let sign = if hundredths < 0 { "-" } else { "" };
            let fraction = format!("{:02}", (hundredths % 100).abs());
            let fraction = fraction.trim_end_matches('0');
            let dot = if fraction.is_empty() { "" } else { "." };
            return format!("{sign}{}{dot}{fraction} {unit}", grouped((hundredths / 100).abs()));
        }
    }
    format!("{} B", grouped(bytes))
}

/// A business number as `123-45-67891`.
#[must_use]
pub fn business_number(digits: &str) -> String {
    if digits.len() == 10 && digits.is_ascii() {
        format!("{}-{}-{}", &digits[..3], &digits[3..5], &digits[5..])
    } else {
        digits.to_owned()
    }
}

/// A name with its middle hidden: `홍*동`, `김*`.
#[must_use]
pub fn masked_name(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    match letters.as_slice() {
        [] | [_] => name.to_owned(),
        [first, _] => format!("{first}*"),
        [first, middle @ .., last] => format!("{first}{}{last}", "*".repeat(middle.len())),
    }
}

/// An address with most of its local part hidden: `ho***@mail.example`.
#[must_use]
pub fn masked_email(email: &str) -> String {
    let (local, domain) = email.split_once('@').unwrap_or((email, ""));
    let shown: String = local.chars().take(2.min(local.chars().count().saturating_sub(1))).collect();
    format!("{shown}***@{domain}")
}

/// A phone number with its middle group hidden: `010-****-5678`.
#[must_use]
pub fn masked_phone(phone: &str) -> String {
    let groups: Vec<&str> = phone.split('-').collect();
    match groups.as_slice() {
        [first, middle, last] => format!("{first}-{}-{last}", "*".repeat(middle.chars().count())),
        _ => phone.chars().map(|c| if c.is_ascii_digit() { '*' } else { c }).collect(),
    }
}

/// The text with e-mail addresses masked: a mail server's refusal repeats the address.
#[must_use]
pub fn masked_addresses(text: &str) -> String {
    text.split_inclusive(|c: char| c.is_whitespace() || "<>,;()\"".contains(c))
        .map(|part| {
            let word = part.trim_end_matches(|c: char| c.is_whitespace() || "<>,;()\".:".contains(c));
            if word.contains('@') { format!("{}{}", masked_email(word), &part[word.len()..]) } else { part.to_owned() }
        })
        .collect()
}
