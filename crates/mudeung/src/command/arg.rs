//! How arguments are read, and what is said of those that cannot be: in the person's language, what
//! is wrong and what to write instead.

use std::error::Error as _;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use domain::Word;
use jiff::civil::Date;
use texts::{Lang, Texts, k};

/// How the help names a day.
pub const DAY: &str = "YYYY-MM-DD";

/// A day as people write it, of a year that a center can mean.
///
/// # Errors
/// If it is none.
pub fn day(text: &str) -> Result<Date, String> {
    domain::calendar::read_date(text.trim()).ok_or_else(|| "no such day".to_owned())
}

/// One word of a closed list; the help names them all.
pub fn word<W>() -> impl TypedValueParser<Value = W>
where
    W: Word + std::str::FromStr<Err: std::error::Error + Send + Sync> + Send + Sync + 'static,
{
    PossibleValuesParser::new(W::ALL.iter().map(|word| word.as_str())).try_map(|text| text.parse::<W>())
}

/// The language that was asked for, before anything else is known to be right.
#[must_use]
pub fn language(args: &[String]) -> Lang {
    let given = args.iter().enumerate().find_map(|(at, arg)| match arg.strip_prefix("--lang") {
        Some("") => args.get(at + 1).cloned(),
        Some(rest) => rest.strip_prefix('=').map(str::to_owned),
        None => None,
    });
    given.or_else(|| std::env::var("MUDEUNG_LANG").ok()).and_then(|lang| lang.parse().ok()).unwrap_or(Lang::Ko)
}

fn one(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        ContextValue::StyledStrs(texts) => Some(texts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        _ => None,
    }
    .filter(|text| !text.is_empty())
}

/// What is wrong with the arguments; `None` if it is no fault (help, the version) or nothing that we
/// have words for.
#[must_use]
pub fn explain(t: Texts, error: &clap::Error) -> Option<String> {
    let arg = one(error, ContextKind::InvalidArg).unwrap_or_default();
    let said = match error.kind() {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let Some(value) = one(error, ContextKind::InvalidValue) else {
                return Some(with_usage(t, error, t.f1(k::CLI_ARG_EMPTY, "arg", &arg)));
            };
            let wrong = t.f2(k::CLI_ARG_WRONG, ("arg", &arg), ("value", &value));
            format!("{wrong} {}", hint(t, error, &arg)).trim_end().to_owned()
        }
        ErrorKind::UnknownArgument => {
            let wrong = t.f1(k::CLI_ARG_UNKNOWN, "arg", &arg);
            match one(error, ContextKind::SuggestedArg) {
                Some(other) => format!("{wrong} {}", t.f1(k::CLI_ARG_PERHAPS, "arg", other)),
                None => wrong,
            }
        }
        ErrorKind::InvalidSubcommand => {
            let name = one(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            let wrong = t.f1(k::CLI_COMMAND_UNKNOWN, "name", name);
            match one(error, ContextKind::SuggestedSubcommand) {
                Some(other) => format!("{wrong} {}", t.f1(k::CLI_ARG_PERHAPS, "arg", other)),
                None => wrong,
            }
        }
        ErrorKind::MissingSubcommand => t.s(k::CLI_COMMAND_MISSING),
        ErrorKind::MissingRequiredArgument => t.f1(k::CLI_ARG_MISSING, "arg", &arg),
        ErrorKind::ArgumentConflict => match one(error, ContextKind::PriorArg) {
            Some(prior) if prior != arg => t.f2(k::CLI_ARG_CONFLICT, ("arg", &arg), ("other", prior)),
            _ => t.f1(k::CLI_ARG_TWICE, "arg", &arg),
        },
        ErrorKind::WrongNumberOfValues | ErrorKind::TooFewValues | ErrorKind::TooManyValues | ErrorKind::NoEquals => {
            t.f1(k::CLI_ARG_COUNT, "arg", &arg)
        }
        ErrorKind::InvalidUtf8 => t.s(k::REASON_BAD_CHARACTERS),
        _ => return None,
    };
    Some(with_usage(t, error, said))
}

/// What to write instead.
fn hint(t: Texts, error: &clap::Error, arg: &str) -> String {
    if arg.contains(DAY) {
        return t.s(k::CLI_ARG_DAY);
    }
    if let Some(choices) = one(error, ContextKind::ValidValue) {
        return t.f1(k::REASON_NOT_ONE_OF, "choices", choices);
    }
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    match cause.split_once(" is not in ") {
        Some((_, range)) => t.f1(k::CLI_ARG_RANGE, "range", range.replace("..=", " ~ ")),
        None if error.source().is_some_and(|cause| cause.is::<std::num::ParseIntError>()) => {
            t.s(k::REASON_NOT_A_NUMBER)
        }
        None if cause.contains("digit") || cause.contains("number too") => t.s(k::REASON_NOT_A_NUMBER),
        None => String::new(),
    }
}

fn with_usage(t: Texts, error: &clap::Error, said: String) -> String {
    let usage = one(error, ContextKind::Usage).unwrap_or_default();
    let usage = usage.trim_start_matches("Usage:").trim();
    if usage.is_empty() {
        return format!("{said}\n{}", t.s(k::CLI_ARG_HELP));
    }
    format!("{said}\n{}\n{}", t.f1(k::CLI_ARG_USAGE, "usage", usage), t.s(k::CLI_ARG_HELP))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them_and_far_ones_are_refused() {
        assert_eq!(day(" 2021. 11. 30."), Ok(jiff::civil::date(2021, 11, 30)));
        for text in ["9999-12-31", "2021-02-30", "tomorrow", ""] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_language_is_known_before_the_rest_is_read() {
        let args = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(language(&args("mudeung --lang en check --oops")), Lang::En);
        assert_eq!(language(&args("mudeung check --lang=en")), Lang::En);
        assert_eq!(language(&args("mudeung check --lang=xx")), Lang::Ko);
    }
}
