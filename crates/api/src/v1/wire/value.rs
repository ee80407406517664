//! Values: days, instants, ids, short names, words of closed lists.
//!
//! What cannot be read tells its reason by the code's word; [`crate::Post`] makes it a fault of the
//! very field.

#![allow(unused_qualifications, reason = "what the schema macro expands to")]

use std::borrow::Cow;
use std::str::FromStr;

use domain::calendar::{date_fault, year_fits};
use domain::ids::Slug;
use domain::term::{Term, add_days};
use domain::{Code, Word};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use service::{Error, Outcome};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{OneOf, RefOr};
use utoipa::{PartialSchema, ToSchema};

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    // `Cow` alone would not take texts with escapes.
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
    Text::deserialize(deserializer).map(|text| text.0)
}

fn wrong<E: serde::de::Error>(code: Code) -> E {
    E::custom(code)
}

fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// A civil date in the center's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

impl FromStr for Day {
    type Err = Code;
    fn from_str(text: &str) -> Result<Self, Code> {
        // Ten letters: no times. Years that a center can mean; anything else is a slip.
        let day: Option<Date> = if text.len() == 10 { text.parse().ok() } else { None };
        day.filter(|day| year_fits(*day)).map(Self).ok_or_else(|| date_fault(text))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer)?.parse().map_err(wrong)
    }
}

impl PartialSchema for Day {
    fn schema() -> RefOr<Schema> {
        string()
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .description(Some("A civil date in the center's time zone"))
            .examples(["2026-11-23"])
            .into()
    }
}

impl ToSchema for Day {
    fn name() -> Cow<'static, str> {
        "Date".into()
    }
}

/// A time of day in the center's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock(pub Time);

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text(deserializer)?;
        // Hours and minutes, nothing else that the parser knows.
        if text.len() == 5 {
            text.parse().map(Self).map_err(|_| wrong(Code::NotAnInstant))
        } else {
            Err(wrong(Code::NotAnInstant))
        }
    }
}

impl PartialSchema for Clock {
    fn schema() -> RefOr<Schema> {
        string().description(Some("Hours and minutes in the center's time zone")).examples(["14:00"]).into()
    }
}

impl ToSchema for Clock {
    fn name() -> Cow<'static, str> {
        "TimeOfDay".into()
    }
}

/// The last day before the end of a half-open span.
#[must_use]
pub fn last_of(to: Date) -> Day {
    Day(add_days(to, -1))
}

/// A span of days from what was sent.
///
/// # Errors
/// [`Error::Invalid`] at `to` unless it is after `from`.
pub fn term(from: Day, to: Day) -> Outcome<Term> {
    Term::new(from.0, to.0).map_err(|_| Error::field("to", Code::EndBeforeStart))
}

/// An instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant(pub Timestamp);

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Whole seconds, as they are stored.
        let at: Timestamp = text(deserializer)?.parse().map_err(|_| wrong(Code::NotAnInstant))?;
        Timestamp::from_second(at.as_second()).map(Self).map_err(|_| wrong(Code::NotAnInstant))
    }
}

impl PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        string()
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("An instant in UTC"))
            .examples(["2026-11-23T05:00:00Z"])
            .into()
    }
}

impl ToSchema for Instant {
    fn name() -> Cow<'static, str> {
        "Instant".into()
    }
}

/// The identifier of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id<I>(pub I);

impl<I: FromStr> FromStr for Id<I> {
    type Err = Code;
    fn from_str(text: &str) -> Result<Self, Code> {
        text.parse().map(Self).map_err(|_| Code::Unknown)
    }
}

impl<I: std::fmt::Display> Serialize for Id<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, I: FromStr> Deserialize<'de> for Id<I> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer)?.parse().map_err(wrong)
    }
}

impl<I> PartialSchema for Id<I> {
    fn schema() -> RefOr<Schema> {
        string()
            .format(Some(SchemaFormat::Custom("uuid".to_owned())))
            .description(Some("An identifier"))
            .examples(["018f2b5c-8c1e-7000-8000-000000000000"])
            .into()
    }
}

impl<I> ToSchema for Id<I> {
    fn name() -> Cow<'static, str> {
        "Id".into()
    }
}

/// The short name of a pool or product.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Short(pub Slug);

impl FromStr for Short {
    type Err = Code;
    fn from_str(text: &str) -> Result<Self, Code> {
        text.parse().map(Self).map_err(|_| Code::Unknown)
    }
}

impl Serialize for Short {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for Short {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer)?.parse().map_err(wrong)
    }
}

impl PartialSchema for Short {
    fn schema() -> RefOr<Schema> {
        string()
            .description(Some("The short name of a pool or product: 1 to 40 of a-z, 0-9, - and _"))
            .examples(["gpu-a100"])
            .into()
    }
}

impl ToSchema for Short {
    fn name() -> Cow<'static, str> {
        "ShortName".into()
    }
}

/// A word of a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice<W>(pub W);

impl<W: Word> FromStr for Choice<W> {
    type Err = Code;
    fn from_str(text: &str) -> Result<Self, Code> {
        W::ALL.iter().copied().find(|word| word.as_str() == text).map(Self).ok_or(Code::NotAChoice)
    }
}

impl<W: Word> Serialize for Choice<W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<'de, W: Word> Deserialize<'de> for Choice<W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer)?.parse().map_err(wrong)
    }
}

impl<W: Word> PartialSchema for Choice<W> {
    fn schema() -> RefOr<Schema> {
        string().enum_values(Some(W::ALL.iter().map(|word| word.as_str()))).into()
    }
}

impl<W: Word> ToSchema for Choice<W> {
    fn name() -> Cow<'static, str> {
        let parts = W::GROUP.split('-').map(|part| {
            let mut letters = part.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
        });
        parts.collect::<String>().into()
    }
}

/// The language to be written to in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Korean.
    Ko,
    /// English.
    En,
}

impl From<Language> for texts::Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Ko => Self::Ko,
            Language::En => Self::En,
        }
    }
}

impl Language {
    /// The language of an account.
    #[must_use]
    pub fn of(word: &str) -> Self {
        if word == "en" { Self::En } else { Self::Ko }
    }
}

/// A whole number as typed into a draft, where anything may be typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed(pub String);

impl Serialize for Typed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.parse::<i64>() {
            Ok(number) => serializer.serialize_i64(number),
            Err(_) => serializer.serialize_str(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(i64),
            Text(String),
        }
        match Either::deserialize(deserializer) {
            Ok(Either::Number(number)) => Ok(Self(number.to_string())),
            Ok(Either::Text(text)) => Ok(Self(text)),
            Err(_) => Err(D::Error::custom(Code::NotANumber)),
        }
    }
}

impl PartialSchema for Typed {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        let mut either = OneOf::new();
        either.description =
            Some("A whole number; text that is not one is kept as typed until it is submitted".to_owned());
        either.items = vec![number.into(), string().into()];
        RefOr::T(Schema::OneOf(either))
    }
}

impl ToSchema for Typed {
    fn name() -> Cow<'static, str> {
        "Typed".into()
    }
}

/// An amount on every day of a span.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Stretch {
    /// The first day.
    from: Day,
    /// The first day after the last.
    to: Day,
    /// How much on each of these days, in the pool's unit.
    amount: i64,
}

impl Stretch {
    /// From a span and what there is on its days.
    #[must_use]
    pub fn new((term, amount): (Term, i64)) -> Self {
        Self { from: Day(term.from()), to: Day(term.to()), amount }
    }
}

/// The bytes of a file as a body.
#[derive(Clone, Copy, Debug)]
pub struct FileBytes;

impl PartialSchema for FileBytes {
    fn schema() -> RefOr<Schema> {
        string().content_media_type("application/octet-stream").description(Some("The bytes of a file")).into()
    }
}

impl ToSchema for FileBytes {
    fn name() -> Cow<'static, str> {
        "File".into()
    }
}
