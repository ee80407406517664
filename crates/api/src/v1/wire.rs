//! Values that many areas send alike: days, instants, ids, words of closed lists, pages of lists.
//!
//! What cannot be read tells its reason by the code's word; [`crate::Post`] makes it a fault of the
//! very field.

#![allow(unused_qualifications, reason = "what the schema macro expands to")]

use std::borrow::Cow;
use std::str::FromStr;

use domain::ids::Slug;
use domain::term::{Term, add_days};
use domain::{Code, Reason, Word};
use edge::{PageQuery, Slice};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use service::{Error, Outcome};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{OneOf, RefOr};
use utoipa::{IntoParams, PartialSchema, ToSchema};

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
        day.filter(|day| (1900..=2200).contains(&day.year())).map(Self).ok_or(Code::NotADate)
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

/// Rows of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    items: Vec<T>,
    /// Where the next rows begin: hand it back as `after`. Null if there are none.
    next: Option<String>,
}

impl<T> Page<T> {
    /// All rows of a list that is never long.
    #[must_use]
    pub fn all(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

impl<T> From<Slice<T>> for Page<T> {
    fn from(slice: Slice<T>) -> Self {
        Self { items: slice.items, next: slice.next }
    }
}

/// Which rows of a list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Rows {
    /// Where to go on: `next` of the answer before.
    after: Option<String>,
    /// How many rows, 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

impl Rows {
    /// How many rows were asked for.
    #[must_use]
    pub fn limit(&self) -> i64 {
        self.query().limit(50)
    }

    /// One row more, which tells whether there is a next page.
    #[must_use]
    pub fn one_more(&self) -> i64 {
        self.limit().saturating_add(1)
    }

    /// The place to go on from.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `after` if it is not one of our cursors.
    pub fn after<K: serde::de::DeserializeOwned>(&self) -> Outcome<Option<K>> {
        self.query().after()
    }

    /// The same where the place is an instant and an id.
    ///
    /// # Errors
    /// As [`Rows::after`].
    pub fn after_at<K: serde::de::DeserializeOwned>(&self) -> Outcome<Option<(Timestamp, K)>> {
        let Some((second, id)) = self.after::<(i64, K)>()? else { return Ok(None) };
        let at = Timestamp::from_second(second).map_err(|_| Error::field("after", Code::Unknown))?;
        Ok(Some((at, id)))
    }

    /// The page of these rows out of a list that was asked for with [`Rows::one_more`]; `place` says
    /// where a row stands in it.
    #[must_use]
    pub fn page<R, T: From<R>, K: Serialize>(&self, found: Vec<R>, place: impl FnOnce(&R) -> K) -> Page<T> {
        Slice::cut(found, self.limit(), place).map(T::from).into()
    }

    fn query(&self) -> PageQuery {
        PageQuery { after: self.after.clone(), limit: self.limit }
    }
}

/// Reads an id out of a path.
///
/// # Errors
/// [`Error::NotFound`] if it is none.
pub fn id<I: FromStr>(text: &str) -> Outcome<I> {
    text.parse().map_err(|_| Error::NotFound)
}

/// Reads a text of a query as what its field wants; empty is nothing.
///
/// # Errors
/// [`Error::Invalid`] at `field`.
pub fn asked<T: FromStr<Err = Code>>(text: Option<&str>, field: &str) -> Outcome<Option<T>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(|code: Code| Error::field(field, Reason::new(code)))).transpose()
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

/// Something was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Made {
    /// Its id.
    id: String,
}

impl Made {
    /// The answer of making something.
    #[must_use]
    pub fn new(id: impl std::fmt::Display) -> Self {
        Self { id: id.to_string() }
    }
}

/// It is done.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Done {
    /// Always true.
    done: bool,
}

impl Done {
    /// The answer of doing something.
    #[must_use]
    pub fn new((): ()) -> Self {
        Self { done: true }
    }
}

/// The version that it has now.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Version {
    /// To be sent along with the next change.
    version: i64,
}

impl Version {
    /// The answer of a change.
    #[must_use]
    pub fn new(version: i64) -> Self {
        Self { version }
    }
}

/// An operation that needs no input: an empty body or `{}`.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Why it is done.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// The reason in words, up to 1,000 characters.
    #[serde(default)]
    pub reason: String,
}

impl Why {
    /// The reason, where the use case would cut it.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `reason` if it is longer than 1,000 characters.
    pub fn checked(self) -> Outcome<String> {
        if self.reason.chars().count() > 1000 {
            return Err(Error::field("reason", Reason::new(Code::TooLong).with("max", 1000)));
        }
        Ok(self.reason)
    }
}

/// Which version of it is meant.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AtVersion {
    /// The version that was read.
    pub version: i64,
}

/// A reason as people and programs read it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Told {
    /// The reason's code.
    code: String,
    /// Its facts by name.
    args: serde_json::Value,
    /// The reason in words, in the caller's language.
    message: String,
}

impl Told {
    /// A reason in the caller's language.
    #[must_use]
    pub fn new(t: texts::Texts, reason: &Reason) -> Self {
        Self {
            code: reason.code.to_string(),
            args: serde_json::to_value(&reason.args).unwrap_or_default(),
            message: t.reason(reason),
        }
    }

    /// The reason in words.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Several reasons in the caller's language.
    #[must_use]
    pub fn all<'a>(t: texts::Texts, reasons: impl IntoIterator<Item = &'a Reason>) -> Vec<Self> {
        reasons.into_iter().map(|reason| Self::new(t, reason)).collect()
    }
}

/// The names under which wire types speak of ids and words: the generator of the specification
/// takes every type argument for a schema.
macro_rules! names {
    ($($name:ident = $kind:ident<$($part:ident)::+>),+ $(,)?) => {$(
        #[doc = concat!("See [`", stringify!($kind), "`].")]
        pub type $name = $kind<$($part)::+>;
    )+};
}

names! {
    AdjustmentRef = Id<domain::ids::AdjustmentId>,
    AgreementRef = Id<domain::ids::AgreementId>,
    AwardRef = Id<domain::ids::AwardId>,
    CallRef = Id<domain::ids::CallId>,
    CapacityEntryRef = Id<domain::ids::CapacityEntryId>,
    CriterionRef = Id<domain::ids::CriterionId>,
    FreedRef = Id<domain::ids::FreedId>,
    InvitationRef = Id<domain::ids::InvitationId>,
    OfferRef = Id<domain::ids::OfferId>,
    OrganizationRef = Id<domain::ids::OrganizationId>,
    PlanRef = Id<domain::ids::PlanId>,
    ProjectRef = Id<domain::ids::ProjectId>,
    ProposalRef = Id<domain::ids::ProposalId>,
    ReviewRef = Id<domain::ids::ReviewId>,
    RoundRef = Id<domain::ids::RoundId>,
    UserRef = Id<domain::ids::UserId>,
    AdjustmentKindWord = Choice<domain::adjustment::AdjustmentKind>,
    AdjustmentStateWord = Choice<domain::adjustment::AdjustmentState>,
    AgreementStateWord = Choice<domain::award::AgreementState>,
    AwardStateWord = Choice<domain::award::AwardState>,
    BecameWord = Choice<service::freed::Became>,
    CallStateWord = Choice<domain::call::CallState>,
    DecisionWord = Choice<domain::award::Decision>,
    EntryKindWord = Choice<domain::ledger::EntryKind>,
    InvitationStateWord = Choice<domain::award::InvitationState>,
    OfferSourceWord = Choice<domain::award::OfferSource>,
    OfferStateWord = Choice<domain::award::OfferState>,
    PhaseWord = Choice<domain::call::Phase>,
    PlanStateWord = Choice<domain::award::PlanState>,
    PoolKindWord = Choice<domain::units::PoolKind>,
    PoolUnitWord = Choice<domain::units::PoolUnit>,
    ProjectStateWord = Choice<domain::award::ProjectState>,
    ProposalStateWord = Choice<domain::proposal::ProposalState>,
    ReviewStateWord = Choice<domain::review::ReviewState>,
    RoundKindWord = Choice<domain::call::RoundKind>,
    RuleWord = Choice<service::check::Rule>,
    RungWord = Choice<domain::capacity::Rung>,
    TieWord = Choice<domain::access::Tie>,
    TrackWord = Choice<domain::call::Track>,
    TokenRef = Id<domain::ids::TokenId>,
    ImportKindWord = Choice<service::import::Kind>,
    MailRef = Id<domain::ids::MailId>,
    OutboxRef = Id<domain::ids::OutboxId>,
    PolicyKeyWord = Choice<domain::policy::PolicyKey>,
    RoleWord = Choice<domain::access::Role>,
    UserStateWord = Choice<domain::person::UserState>,
    TokenScopeWord = Choice<domain::person::TokenScope>,
    OrganizationKindWord = Choice<domain::organization::OrganizationKind>,
    OrganizationSizeWord = Choice<domain::organization::OrganizationSize>,
    RegionBasisWord = Choice<domain::organization::RegionBasis>,
    RegionWord = Choice<domain::region::Region>,
    SectorWord = Choice<domain::proposal::Sector>,
}
