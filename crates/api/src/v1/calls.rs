//! Calls and their rounds.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use std::collections::BTreeMap;

use axum::extract::Path;
use domain::Code;
use domain::call::Phase;
use domain::units::Amount;
use edge::{App, Slice};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::Error;
use service::call::{
    CallInput, CallRow, CallView, Correction, CriterionInput, PublicRound, RoundDates, RoundInput, When,
};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::pool::Product;
use super::wire::{
    AtVersion, CallRef, CallStateWord, Choice, Clock, CriterionRef, Day, Done, Id, Instant, Made, Nothing, Page,
    PhaseWord, RoundKindWord, RoundRef, Rows, Short, TrackWord, Version, Why, id, last_of,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, draft))
        .routes(routes!(current))
        .routes(routes!(past))
        .routes(routes!(check))
        .routes(routes!(show, change))
        .routes(routes!(publish))
        .routes(routes!(duplicate))
        .routes(routes!(archive))
        .routes(routes!(correct_dates))
}

/// A call in the office's list.
#[derive(Debug, Serialize, ToSchema)]
struct CallItem {
    /// Its id.
    id: CallRef,
    /// Korean title.
    title_ko: String,
    /// English title; may be empty.
    title_en: String,
    /// For whom it is.
    track: TrackWord,
    /// Its state.
    state: CallStateWord,
    /// Where it stands.
    phase: PhaseWord,
    /// How many rounds it has.
    rounds: i64,
    /// When it was drafted.
    created_at: Instant,
    /// When it was published.
    published_at: Option<Instant>,
}

impl From<(CallRow, Phase, usize)> for CallItem {
    fn from((row, phase, rounds): (CallRow, Phase, usize)) -> Self {
        Self {
            phase: Choice(phase),
            rounds: i64::try_from(rounds).unwrap_or(i64::MAX),
            id: Id(row.id),
            title_ko: row.title_ko,
            title_en: row.title_en,
            track: Choice(row.track),
            state: Choice(row.state),
            created_at: Instant(row.created_at),
            published_at: row.published_at.map(Instant),
        }
    }
}

/// A round of a published call.
#[derive(Debug, Serialize, ToSchema)]
struct OpenRound {
    /// Its id: proposals are started in it.
    id: RoundRef,
    /// The call.
    call: CallRef,
    /// The call's Korean title.
    title_ko: String,
    /// The call's English title; may be empty.
    title_en: String,
    /// For whom the call is.
    track: TrackWord,
    /// Which round of the call, from 1.
    number: i64,
    /// Regular or rolling.
    kind: RoundKindWord,
    /// Korean name.
    name_ko: String,
    /// English name; may be empty.
    name_en: String,
    /// Where it stands.
    phase: PhaseWord,
    /// From when it takes proposals.
    opens_at: Instant,
    /// Until when.
    closes_at: Instant,
}

impl OpenRound {
    fn new(row: PublicRound, now: jiff::Timestamp) -> Self {
        Self {
            phase: Choice(service::call::phase_of(&row, now)),
            id: Id(row.id),
            call: Id(row.call),
            title_ko: row.title_ko,
            title_en: row.title_en,
            track: Choice(row.track),
            number: row.number,
            kind: Choice(row.kind),
            name_ko: row.name_ko,
            name_en: row.name_en,
            opens_at: Instant(row.opens_at),
            closes_at: Instant(row.closes_at),
        }
    }
}

/// A call.
#[derive(Debug, Serialize, ToSchema)]
struct Call {
    /// Its id.
    id: CallRef,
    /// Its version, to be sent along with the next change.
    version: i64,
    /// Its state.
    state: CallStateWord,
    /// Where it stands.
    phase: PhaseWord,
    /// Korean title.
    title_ko: String,
    /// English title; may be empty.
    title_en: String,
    /// Korean text.
    body_ko: String,
    /// English text; may be empty.
    body_en: String,
    /// Whom to ask.
    contact: String,
    /// For whom it is.
    track: TrackWord,
    /// Whether bonus points count.
    bonus: bool,
    /// When it was published.
    published_at: Option<Instant>,
    /// The products on offer.
    products: Vec<Product>,
    /// The criteria in order.
    criteria: Vec<Criterion>,
    /// The rounds in order.
    rounds: Vec<Round>,
    /// How the dates of its rounds were corrected once they were published, the latest first.
    corrections: Vec<DateCorrection>,
    /// Whether the caller drafted or changed it, and so may not publish it.
    wrote: bool,
}

/// A correction of a published round's dates.
#[derive(Debug, Serialize, ToSchema)]
struct DateCorrection {
    /// The round.
    round: RoundRef,
    /// When it was made.
    at: Instant,
    /// Why.
    reason: String,
    /// What changed.
    changes: Vec<DateChange>,
}

/// One of a round's dates, changed.
#[derive(Debug, Serialize, ToSchema)]
struct DateChange {
    /// Which: a field of the round as it is drafted.
    field: String,
    /// What it was: an instant, a date or a number of days.
    before: String,
    /// What it is.
    after: String,
}

impl From<Correction> for DateCorrection {
    fn from(from: Correction) -> Self {
        let text = |when: When| match when {
            When::At(at) => at.to_string(),
            When::On(day) => day.to_string(),
            When::Days(days) => days.to_string(),
        };
        let changes = from.changes.into_iter().map(|(field, before, after)| DateChange {
            field: field.to_owned(),
            before: text(before),
            after: text(after),
        });
        Self { changes: changes.collect(), round: Id(from.round), at: Instant(from.at), reason: from.reason }
    }
}

/// A criterion of a call.
#[derive(Debug, Serialize, ToSchema)]
pub struct Criterion {
    /// Its id.
    id: CriterionRef,
    /// Korean name.
    name_ko: String,
    /// English name; may be empty.
    name_en: String,
    /// The most points.
    max_points: i64,
}

impl From<service::review::CriterionRow> for Criterion {
    fn from(row: service::review::CriterionRow) -> Self {
        Self { id: Id(row.id), name_ko: row.name_ko, name_en: row.name_en, max_points: row.max_points }
    }
}

/// A round of a call.
#[derive(Debug, Serialize, ToSchema)]
struct Round {
    /// Its id.
    id: RoundRef,
    /// Which round of the call, from 1.
    number: i64,
    /// Regular or rolling.
    kind: RoundKindWord,
    /// Korean name.
    name_ko: String,
    /// English name; may be empty.
    name_en: String,
    /// Where it stands.
    phase: PhaseWord,
    /// From when it takes proposals.
    opens_at: Instant,
    /// Until when.
    closes_at: Instant,
    /// Until which day reviews are due.
    review_due_on: Day,
    /// When results are announced.
    announce_on: Day,
    /// For how many days offers stay open.
    offer_days: i64,
    /// The earliest first day of use.
    earliest_start_on: Day,
    /// The latest last day of use.
    latest_last_on: Day,
    /// When it was decided.
    decided_at: Option<Instant>,
    /// How much of each pool it hands out at most, in the pool's unit, by pool.
    envelope: BTreeMap<Short, i64>,
}

impl From<CallView> for Call {
    fn from(view: CallView) -> Self {
        let CallView { row, phase, products, criteria, rounds, shares, corrections, wrote } = view;
        let rounds = rounds.into_iter().map(|(round, phase)| {
            let shares = shares.iter().filter(|share| share.round == Some(round.id));
            let envelope = shares.filter_map(|share| Some((Short(share.pool.clone()), share.amount?.0)));
            Round {
                envelope: envelope.collect(),
                id: Id(round.id),
                number: round.number,
                kind: Choice(round.kind),
                name_ko: round.name_ko,
                name_en: round.name_en,
                phase: Choice(phase),
                opens_at: Instant(round.opens_at),
                closes_at: Instant(round.closes_at),
                review_due_on: Day(round.review_due_on),
                announce_on: Day(round.announce_on),
                offer_days: round.offer_days,
                earliest_start_on: Day(round.earliest_start_on),
                latest_last_on: last_of(round.latest_end_on),
                decided_at: round.decided_at.map(Instant),
            }
        });
        Self {
            rounds: rounds.collect(),
            corrections: corrections.into_iter().map(DateCorrection::from).collect(),
            wrote,
            id: Id(row.id),
            version: row.version,
            state: Choice(row.state),
            phase: Choice(phase),
            title_ko: row.title_ko,
            title_en: row.title_en,
            body_ko: row.body_ko,
            body_en: row.body_en,
            contact: row.contact,
            track: Choice(row.track),
            bonus: row.bonus,
            published_at: row.published_at.map(Instant),
            products: products.into_iter().filter(|(_, chosen)| *chosen).map(|(row, _)| row.into()).collect(),
            criteria: criteria.into_iter().map(Criterion::from).collect(),
        }
    }
}

/// What a call says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CallBody {
    /// The version that was read; only for changing a draft.
    version: Option<i64>,
    /// Korean title, up to 200 characters.
    title_ko: String,
    /// English title; may be empty.
    #[serde(default)]
    title_en: String,
    /// Korean text, up to 20,000 characters.
    #[serde(default)]
    body_ko: String,
    /// English text; may be empty.
    #[serde(default)]
    body_en: String,
    /// Whom to ask, up to 500 characters.
    #[serde(default)]
    contact: String,
    /// For whom it is.
    track: TrackWord,
    /// Whether bonus points count.
    #[serde(default)]
    bonus: bool,
    /// The products on offer.
    #[serde(default)]
    products: Vec<Short>,
    /// The criteria in order, at most 10; their points add up to 100.
    #[serde(default)]
    criteria: Vec<CriterionBody>,
    /// The rounds in order, at most 24.
    #[serde(default)]
    rounds: Vec<RoundBody>,
}

/// A criterion.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CriterionBody {
    /// Korean name.
    name_ko: String,
    /// English name; may be empty.
    #[serde(default)]
    name_en: String,
    /// The most points.
    max_points: i64,
}

/// A body with the dates of a round, which are drafted and later corrected alike.
macro_rules! dated {
    ($(#[$meta:meta])* struct $name:ident { $($own:tt)* }) => {
        $(#[$meta])*
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        struct $name {
            $($own)*
            /// The day from which it takes proposals.
            opens_on: Day,
            /// At which time, `09:00`; midnight if it is left out.
            opens_time: Option<Clock>,
            /// The day on which it closes.
            closes_on: Day,
            /// At which time; the policy's if it is left out.
            closes_time: Option<Clock>,
            /// Until which day reviews are due.
            review_due_on: Day,
            /// When results are announced.
            announce_on: Day,
            /// For how many days offers stay open, 1 to 90.
            offer_days: i64,
            /// The earliest first day of use.
            earliest_start_on: Day,
            /// The latest last day of use.
            latest_last_on: Day,
        }

        impl $name {
            fn dates(&self) -> RoundDates {
                RoundDates {
                    opens_on: self.opens_on.0,
                    opens_time: self.opens_time.map(|clock| clock.0),
                    closes_on: self.closes_on.0,
                    closes_time: self.closes_time.map(|clock| clock.0),
                    review_due_on: self.review_due_on.0,
                    announce_on: self.announce_on.0,
                    offer_days: self.offer_days,
                    earliest_start_on: self.earliest_start_on.0,
                    latest_last_on: self.latest_last_on.0,
                }
            }
        }
    };
}

dated! {
    /// A round.
    struct RoundBody {
        /// Regular or rolling.
        kind: RoundKindWord,
        /// Korean name.
        name_ko: String,
        /// English name; may be empty.
        #[serde(default)]
        name_en: String,
        /// How much of each pool it hands out at most, in the pool's unit, by pool; a pool that is
        /// not named is not on offer.
        #[serde(default)]
        envelope: BTreeMap<Short, i64>,
    }
}

dated! {
    /// The dates of a round, corrected.
    struct DatesBody {
        /// Why they are corrected; applicants can read it.
        reason: String,
    }
}

impl From<RoundBody> for RoundInput {
    fn from(body: RoundBody) -> Self {
        Self {
            dates: body.dates(),
            kind: body.kind.0,
            name_ko: body.name_ko,
            name_en: body.name_en,
            envelope: body.envelope.into_iter().map(|(pool, amount)| (pool.0, Amount(amount))).collect(),
        }
    }
}

impl From<CallBody> for CallInput {
    fn from(body: CallBody) -> Self {
        let criteria = body.criteria.into_iter();
        Self {
            title_ko: body.title_ko,
            title_en: body.title_en,
            body_ko: body.body_ko,
            body_en: body.body_en,
            contact: body.contact,
            track: body.track.0,
            bonus: body.bonus,
            products: body.products.into_iter().map(|product| product.0).collect(),
            criteria: criteria
                .map(|one| CriterionInput { name_ko: one.name_ko, name_en: one.name_en, max_points: one.max_points })
                .collect(),
            rounds: body.rounds.into_iter().map(RoundInput::from).collect(),
        }
    }
}

/// List all calls, drafts included
#[utoipa::path(get, path = "/calls", operation_id = "call_list", tag = "calls", params(Rows),
    extensions(("x-act" = json!("call.list"))),
    responses((status = 200, description = "Calls, newest first", body = Page<CallItem>)))]
async fn list(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::call::overview(cx, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, CallItem, _>(found, |(row, ..)| (row.created_at.as_second(), row.id)))
    })
    .await
}

/// List open and coming rounds
#[utoipa::path(get, path = "/calls/current", operation_id = "call_current", tag = "calls",
    extensions(("x-act" = json!("public.read"))),
    responses((status = 200, description = "Rounds that are open or will open, soonest closing first, at most 200", body = Page<OpenRound>)))]
async fn current(read: Read) -> Answer {
    read.run(|cx| {
        let now = cx.now;
        let found = service::call::current(cx, 200)?;
        Ok(Page::all(found.into_iter().map(|row| OpenRound::new(row, now)).collect()))
    })
    .await
}

/// List rounds that are over
#[utoipa::path(get, path = "/calls/past", operation_id = "call_past", tag = "calls", params(Rows),
    extensions(("x-act" = json!("public.read"))),
    responses((status = 200, description = "Rounds that have closed, latest first", body = Page<OpenRound>)))]
async fn past(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let now = cx.now;
        let found = service::call::past(cx, rows.after_at()?, rows.one_more())?;
        let slice = Slice::cut(found, rows.limit(), |row| (row.closes_at.as_second(), row.id));
        Ok(Page::from(slice.map(|row| OpenRound::new(row, now))))
    })
    .await
}

/// Show a call with its rounds
///
/// Drafts are shown to the office only.
#[utoipa::path(get, path = "/calls/{id}", operation_id = "call_show", tag = "calls",
    params(("id" = String, Path, description = "The call")),
    extensions(("x-act" = json!("public.read"))),
    responses((status = 200, description = "The call", body = Call)))]
async fn show(read: Read, Path(call): Path<String>) -> Answer {
    read.run(move |cx| service::call::show(cx, id(&call)?).map(Call::from)).await
}

/// Draft a call
#[utoipa::path(post, path = "/calls", operation_id = "call_draft", tag = "calls", request_body = CallBody,
    extensions(("x-act" = json!("call.draft"))),
    responses((status = 201, description = "The draft", body = Made)))]
async fn draft(post: Post<CallBody>) -> Answer {
    post.run(StatusCode::CREATED, |cx, body| service::call::draft(cx, &body.into()).map(Made::new)).await
}

/// Check what a call says
///
/// Nothing is kept. What would keep it from being drafted is told field by field.
#[utoipa::path(post, path = "/calls/check", operation_id = "call_check", tag = "calls", request_body = CallBody,
    extensions(("x-act" = json!("call.draft"))),
    responses((status = 200, description = "It could be drafted as it is", body = Done)))]
async fn check(post: Post<CallBody>) -> Answer {
    post.run(StatusCode::OK, |cx, body| service::call::check(cx, &body.into()).map(Done::new)).await
}

/// Change a draft
///
/// All of it is written anew; `version` is the one that was read.
#[utoipa::path(post, path = "/calls/{id}", operation_id = "call_change", tag = "calls",
    params(("id" = String, Path, description = "The call")), request_body = CallBody,
    extensions(("x-act" = json!("call.draft"))),
    responses((status = 200, description = "Its new version", body = Version)))]
async fn change(Path(call): Path<String>, post: Post<CallBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        let call = id(&call)?;
        let version = body.version.ok_or_else(|| Error::field("version", Code::Required))?;
        service::call::change(cx, call, version, &body.into())?;
        Ok(Version::new(version.saturating_add(1)))
    })
    .await
}

/// Publish a call
///
/// Nobody publishes what they wrote or changed.
#[utoipa::path(post, path = "/calls/{id}/publish", operation_id = "call_publish", tag = "calls",
    params(("id" = String, Path, description = "The call")), request_body = AtVersion,
    extensions(("x-act" = json!("call.publish"))),
    responses((status = 200, description = "It is published", body = Done)))]
async fn publish(Path(call): Path<String>, post: Post<AtVersion>) -> Answer {
    post.run(StatusCode::OK, move |cx, at| service::call::publish(cx, id(&call)?, at.version).map(Done::new)).await
}

/// Begin a new draft with what a call says
///
/// Its rounds are not taken over: they have new dates.
#[utoipa::path(post, path = "/calls/{id}/duplicate", operation_id = "call_duplicate", tag = "calls",
    params(("id" = String, Path, description = "The call")), request_body = Nothing,
    extensions(("x-act" = json!("call.draft"))),
    responses((status = 201, description = "The new draft", body = Made)))]
async fn duplicate(Path(call): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, _| service::call::duplicate(cx, id(&call)?).map(Made::new)).await
}

/// Put a call away
#[utoipa::path(post, path = "/calls/{id}/archive", operation_id = "call_archive", tag = "calls",
    params(("id" = String, Path, description = "The call")), request_body = Why,
    extensions(("x-act" = json!("call.draft"))),
    responses((status = 200, description = "It is put away", body = Done)))]
async fn archive(Path(call): Path<String>, post: Post<Why>) -> Answer {
    post.run(StatusCode::OK, move |cx, why| {
        let reason = why.checked()?;
        service::call::archive(cx, id(&call)?, &reason).map(Done::new)
    })
    .await
}

/// Correct the dates of a published round
#[utoipa::path(post, path = "/rounds/{id}/dates", operation_id = "round_correct_dates", tag = "rounds",
    params(("id" = String, Path, description = "The round")), request_body = DatesBody,
    extensions(("x-act" = json!("call.draft"))),
    responses((status = 200, description = "They are corrected", body = Done)))]
async fn correct_dates(Path(round): Path<String>, post: Post<DatesBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        service::call::correct_dates(cx, id(&round)?, &body.dates(), &body.reason).map(Done::new)
    })
    .await
}
