//! Calls with their rounds.

use std::collections::BTreeMap;

use domain::call::{RoundKind, Track};
use domain::ids::PoolId;
use domain::units::Amount;
use jiff::civil::Date;
use serde::Deserialize;
use service::call::{CallInput, CriterionInput, RoundDates, RoundInput};
use toml::Spanned;

use super::Reader;
use super::{CALLS, Known, unknown};
use crate::year::step::{Act, Step};
use crate::year::table::{self, Fault, Place};

#[derive(Clone, Debug)]
pub struct Call {
    pub key: String,
    /// The names of its rounds, in order.
    pub rounds: Vec<String>,
    pub input: CallInput,
}

impl Reader<'_> {
    pub(super) fn calls(&mut self, text: &str) -> Result<Vec<Call>, Fault> {
        let line_of = |at: usize| {
            let before = text.get(..at).unwrap_or(text);
            Place { file: CALLS, line: u64::try_from(before.matches('\n').count()).unwrap_or(0).saturating_add(1) }
        };
        let file: CallsFile = toml::from_str(text).map_err(|error| {
            let place = line_of(error.span().map_or(0, |span| span.start));
            let written = usize::try_from(place.line.saturating_sub(1)).ok().and_then(|n| text.lines().nth(n));
            let field = written.and_then(|line| line.split_once('=')).map_or("", |(field, _)| field.trim());
            place.fault(field, error.message())
        })?;
        let mut all = Vec::new();
        for call in file.call {
            let person = |people: &Known, field: &str, who: &Spanned<String>| {
                let place = line_of(who.span().start);
                people.get(who.get_ref()).copied().ok_or_else(|| unknown(place, field, who.get_ref()))
            };
            let time = |field: &str, when: &Spanned<String>| {
                table::instant(when.get_ref(), self.zone).map_err(|what| line_of(when.span().start).fault(field, what))
            };
            let by = person(&self.people, "drafted_by", &call.drafted_by)?;
            let at = time("drafted_at", &call.drafted_at)?;
            let published = match (&call.published_at, &call.published_by) {
                (Some(when), Some(who)) => {
                    Some((time("published_at", when)?, person(&self.people, "published_by", who)?, when.span().start))
                }
                _ => None,
            };
            let place = line_of(call.call.span().start);
            self.steps.push(Step { at, by: Some(by), place, act: Act::DraftCall(all.len()) });
            if let Some((at, by, start)) = published {
                let place = line_of(start);
                self.steps.push(Step { at, by: Some(by), place, act: Act::PublishCall(all.len()) });
            }
            let mut rounds = Vec::new();
            for round in &call.round {
                if !self.rounds.insert(round.round.get_ref().clone()) {
                    let place = line_of(round.round.span().start);
                    return Err(place.fault("round", format!("\"{}\" stands there twice", round.round.get_ref())));
                }
                rounds.push(round.round.get_ref().clone());
            }
            all.push(Call { key: call.call.get_ref().clone(), rounds, input: call.input() });
        }
        Ok(all)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallsFile {
    #[serde(default)]
    call: Vec<CallLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallLine {
    call: Spanned<String>,
    track: Track,
    title_ko: String,
    title_en: String,
    body_ko: String,
    body_en: String,
    contact: String,
    bonus: bool,
    products: Vec<PoolId>,
    drafted_at: Spanned<String>,
    drafted_by: Spanned<String>,
    published_at: Option<Spanned<String>>,
    published_by: Option<Spanned<String>>,
    criterion: Vec<CriterionLine>,
    #[serde(default)]
    round: Vec<RoundLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CriterionLine {
    name_ko: String,
    name_en: String,
    max_points: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoundLine {
    round: Spanned<String>,
    kind: RoundKind,
    name_ko: String,
    name_en: String,
    opens_on: Date,
    closes_on: Date,
    review_due_on: Date,
    announce_on: Date,
    offer_days: i64,
    earliest_start_on: Date,
    latest_last_on: Date,
    envelope: BTreeMap<PoolId, i64>,
}

impl CallLine {
    fn input(&self) -> CallInput {
        let round = |round: &RoundLine| RoundInput {
            kind: round.kind,
            name_ko: round.name_ko.clone(),
            name_en: round.name_en.clone(),
            dates: RoundDates {
                opens_on: round.opens_on,
                opens_time: None,
                closes_on: round.closes_on,
                closes_time: None,
                review_due_on: round.review_due_on,
                announce_on: round.announce_on,
                offer_days: round.offer_days,
                earliest_start_on: round.earliest_start_on,
                latest_last_on: round.latest_last_on,
            },
            envelope: round.envelope.iter().map(|(pool, amount)| (pool.clone(), Amount(*amount))).collect(),
        };
        let criterion = |one: &CriterionLine| CriterionInput {
            name_ko: one.name_ko.clone(),
            name_en: one.name_en.clone(),
            max_points: one.max_points,
        };
        CallInput {
            title_ko: self.title_ko.clone(),
            title_en: self.title_en.clone(),
            body_ko: self.body_ko.trim().to_owned(),
            body_en: self.body_en.trim().to_owned(),
            contact: self.contact.clone(),
            track: self.track,
            bonus: self.bonus,
            products: self.products.clone(),
            criteria: self.criterion.iter().map(criterion).collect(),
            rounds: self.round.iter().map(round).collect(),
        }
    }
}
