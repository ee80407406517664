//! People: their addresses, passwords and accounts.

use crate::{Code, FieldError, Reason};

words! {
    /// The state of an account.
    UserState in "user-state" {
        /// Signed up; the address is not confirmed yet.
        Pending = "pending",
        /// In use.
        Active = "active",
        /// Locked by an administrator.
        Locked = "locked",
    }
}

words! {
    /// What a personal API token is good for.
    TokenScope in "token-scope" {
        /// Reading only.
        Read = "read",
        /// Reading and writing.
        ReadWrite = "read_write",
        /// Reading, writing, and what outlives the token: making further tokens, adding keys of the cluster.
        ReadWriteTokens = "read_write_tokens",
    }
}

impl TokenScope {
    /// The scopes as they are stored: words with blanks between.
    #[must_use]
    pub fn scopes(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadWrite => "read write",
            Self::ReadWriteTokens => "read write tokens",
        }
    }

    /// Whether a token with these stored scopes is good for all that `self` is good for.
    #[must_use]
    pub fn is_within(self, scopes: &str) -> bool {
        self.scopes().split(' ').all(|needed| scopes.split([' ', ',']).any(|scope| scope == needed))
    }

    /// The widest scope that is within the stored scopes.
    #[must_use]
    pub fn of(scopes: &str) -> Self {
        [Self::ReadWriteTokens, Self::ReadWrite].into_iter().find(|one| one.is_within(scopes)).unwrap_or(Self::Read)
    }
}

words! {
    /// What a one-time link sent by mail is good for.
    LinkPurpose in "link" {
        /// Confirming the address.
        Verify = "verify",
        /// Choosing a password.
        Reset = "reset",
    }
}

/// The longest name of a person.
pub const NAME_MAX: usize = 80;
/// The shortest password, in characters.
pub const PASSWORD_MIN: usize = 10;
/// The longest password, in characters: hashing a megabyte is work that nobody asked for.
pub const PASSWORD_MAX: usize = 200;

/// An e-mail address, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Email {
    type Err = Code;
    fn from_str(text: &str) -> Result<Self, Code> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return Err(Code::Required);
        }
        let local = |name: &str| {
            (1..=64).contains(&name.len())
                && !name.starts_with('.')
                && !name.ends_with('.')
                && !name.contains("..")
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
        };
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let fits = text.len() <= 254
            && text
                .split_once('@')
                .is_some_and(|(name, host)| local(name) && host.contains('.') && host.split('.').all(label));
        if fits { Ok(Self(text)) } else { Err(Code::NotAnEmail) }
    }
}

/// A telephone number as it is kept: digits in groups, `010-1234-5678`. Empty is no number.
///
/// # Errors
/// [`Code::NotAPhone`] if it holds anything but 8 to 15 digits, blanks, hyphens, brackets, dots and
/// a leading `+`.
pub fn phone(text: &str) -> Result<String, Code> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    let (plus, rest) = text.strip_prefix('+').map_or(("", text), |rest| ("+", rest));
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let clean = rest.chars().all(|c| c.is_ascii_digit() || " -().".contains(c));
    if !clean || !(8..=15).contains(&digits.len()) {
        return Err(Code::NotAPhone);
    }
    // Numbers from abroad are kept in one group: how they are cut is not ours to know.
    if !plus.is_empty() || !digits.starts_with('0') {
        return Ok(if plus.is_empty() && digits.len() == 8 {
            format!("{}-{}", &digits[..4], &digits[4..])
        } else {
            format!("{plus}{digits}")
        });
    }
    let area = if digits.starts_with("02") { 2 } else { 3 };
    let tail = digits.len().saturating_sub(4);
    if tail <= area {
        return Err(Code::NotAPhone);
    }
    Ok(format!("{}-{}-{}", &digits[..area], &digits[area..tail], &digits[tail..]))
}

/// A person's name, trimmed.
///
/// # Errors
/// [`Code::Required`] (also if nothing of it can be seen), [`Code::TooLong`], [`Code::BadCharacters`].
pub fn name(text: &str) -> Result<String, Reason> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if crate::text::is_blank(&text) {
        return Err(Code::Required.into());
    }
    if text.chars().count() > NAME_MAX {
        return Err(Reason::new(Code::TooLong).with("max", length(NAME_MAX)));
    }
    if text.chars().any(|c| c.is_control() || crate::text::is_refused(c)) {
        return Err(Code::BadCharacters.into());
    }
    Ok(text)
}

/// Whether a password will do: at least ten characters, and neither the address nor the name of
/// its owner. Nothing is asked about its composition: length is what helps.
///
/// # Errors
/// What is wrong with it.
pub fn password(password: &str, email: &str, name: &str) -> Result<(), Reason> {
    if password.is_empty() {
        return Err(Code::Required.into());
    }
    let count = password.chars().count();
    if count < PASSWORD_MIN {
        return Err(Reason::new(Code::TooShort).with("min", length(PASSWORD_MIN)));
    }
    if count > PASSWORD_MAX {
        return Err(Reason::new(Code::TooLong).with("max", length(PASSWORD_MAX)));
    }
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let (it, local) = (plain(password), email.split('@').next().unwrap_or_default());
    let mut first = it.chars();
    let same = first.next().is_some_and(|c| first.all(|other| other == c));
    if same || [email, local, name].iter().any(|text| !text.is_empty() && it == plain(text)) {
        return Err(Code::PasswordGuessable.into());
    }
    Ok(())
}

/// Notes what is wrong with a field and goes on with nothing.
pub fn noted<T, R: Into<Reason>>(result: Result<T, R>, field: &str, faults: &mut Vec<FieldError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(reason) => {
            faults.push(reason.into().at(field));
            None
        }
    }
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_hold_each_other_in_order() {
        for (position, wide) in TokenScope::ALL.iter().enumerate() {
            assert_eq!(TokenScope::of(wide.scopes()), *wide);
            for (other, narrow) in TokenScope::ALL.iter().enumerate() {
                assert_eq!(narrow.is_within(wide.scopes()), other <= position, "{narrow} within {wide}");
            }
        }
        assert!(!TokenScope::Read.is_within(""));
    }

    #[test]
    fn addresses_are_kept_in_lower_case_and_others_refused() {
        let email = |text: &str| text.parse::<Email>().map(|email| email.to_string());
        assert_eq!(email(" Kim.Min@Mail.Example "), Ok("kim.min@mail.example".to_owned()));
        assert_eq!(email("a+b@c.example"), Ok("a+b@c.example".to_owned()));
        assert_eq!(email("  "), Err(Code::Required));
        for bad in [
            "kim",
            "kim@",
            "@mail.example",
            "kim@mail",
            "a b@c.example",
            "a@b@c.example",
            "a@.example",
            "a@b..example",
            "a@b.example\r\nBcc: x@y.example",
            "홍@mail.example",
            ".a@b.example",
            "a@-b.example",
            "a<b>@c.example",
            "a,b@c.example",
        ] {
            assert_eq!(email(bad), Err(Code::NotAnEmail), "{bad:?}");
        }
        assert_eq!(email(&format!("{}@mail.example", "a".repeat(65))), Err(Code::NotAnEmail));
    }

    #[test]
    fn telephone_numbers_are_grouped() {
        for (text, kept) in [
            ("01012345678", "010-1234-5678"),
            ("010 1234 5678", "010-1234-5678"),
            ("(062)600-1234", "062-600-1234"),
            ("02-123-4567", "02-123-4567"),
            ("1588-1234", "1588-1234"),
            ("+82 10-1234-5678", "+821012345678"),
            ("", ""),
        ] {
            assert_eq!(phone(text).as_deref(), Ok(kept), "{text:?}");
        }
        for bad in ["123", "call me", "010-1234-5678-9999-1", "010１２３４5678", "+"] {
            assert_eq!(phone(bad), Err(Code::NotAPhone), "{bad:?}");
        }
    }

    #[test]
    fn a_password_is_long_and_not_ones_own_name() {
        let check = |it: &str| password(it, "kim.minsu@mail.example", "김민수 Kim Minsu").map_err(|reason| reason.code);
        assert_eq!(check("correct horse"), Ok(()));
        assert_eq!(check("무등산에는눈이온다네"), Ok(()), "ten letters of any script");
        assert_eq!(check(""), Err(Code::Required));
        assert_eq!(check("short1!Aa"), Err(Code::TooShort));
        assert_eq!(check(&"a1".repeat(101)), Err(Code::TooLong));
        for own in ["kim.minsu@mail.example", "Kim.Minsu@mail.example", "김민수kimminsu", "aaaaaaaaaaaa"] {
            assert_eq!(check(own), Err(Code::PasswordGuessable), "{own}");
        }
    }

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(name("  홍  길동 "), Ok("홍 길동".to_owned()));
        assert_eq!(name(" ").map_err(|reason| reason.code), Err(Code::Required));
        assert_eq!(name(&"가".repeat(81)).map_err(|reason| reason.code), Err(Code::TooLong));
        assert_eq!(name("a\u{0}b").map_err(|reason| reason.code), Err(Code::BadCharacters));
    }
}
