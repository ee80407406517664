//! Proposals (신청): their states, and what they ask for as typed and as checked (domain.md §6).

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::{date_fault, year_fits};
use crate::ids::{PoolId, ProductId};
use crate::reason::{Code, FieldError, Reason};
use crate::term::Term;
use crate::units::{Amount, PoolKind};

words! {
    /// The state of a proposal.
    ProposalState in "proposal-state" {
        /// Being written; nobody but its people see it.
        Draft = "draft",
        /// Handed in, waits for the check of eligibility (접수).
        Submitted = "submitted",
        /// Returned for correction (보완요청).
        Returned = "returned",
        /// Eligible; waits for reviewers.
        EligibilityOk = "eligibility_ok",
        /// Under review.
        InReview = "in_review",
        /// Reviewed; waits for the plan.
        Ranked = "ranked",
        /// Selected (선정).
        Selected = "selected",
        /// On the reserve list (예비).
        Reserve = "reserve",
        /// Not eligible, or not selected (탈락).
        Rejected = "rejected",
        /// Taken back by its people.
        Withdrawn = "withdrawn",
    }
}

impl ProposalState {
    /// Whether a proposal in this state may come into `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use ProposalState::{
            Draft, EligibilityOk, InReview, Ranked, Rejected, Reserve, Returned, Selected, Submitted, Withdrawn,
        };
        matches!(
            (self, next),
            (Draft, Submitted | Withdrawn)
                | (Submitted, Returned | EligibilityOk | Rejected | Withdrawn)
                | (Returned, Submitted | Rejected | Withdrawn)
                | (EligibilityOk, InReview | Selected | Reserve | Rejected | Withdrawn)
                | (InReview, Ranked | Selected | Reserve | Rejected | Withdrawn)
                | (Ranked, InReview | Selected | Reserve | Rejected | Withdrawn)
                // It accepted an offer that came its way on the reserve list.
                | (Reserve, Selected)
        )
    }

    /// Whether its people may change what it says.
    #[must_use]
    pub fn is_writable(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

words! {
    /// The sector that a proposal works in. The first three are where the region leads.
    Sector in "sector" {
        /// Health care (헬스케어).
        Healthcare = "healthcare",
        /// Cars (자동차).
        Automotive = "automotive",
        /// Energy (에너지).
        Energy = "energy",
        /// Culture and content.
        Culture = "culture",
        /// Manufacturing.
        Manufacturing = "manufacturing",
        /// Farming and food.
        Agriculture = "agriculture",
        /// Language and general models.
        Language = "language",
        /// Public services and safety.
        Public = "public",
        /// Anything else.
        Other = "other",
    }
}

/// One line of a request as typed: kept while the proposal is a draft, however unfinished.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DraftLine {
    /// The product.
    pub product: String,
    /// The pool.
    pub pool: String,
    /// How much.
    pub amount: String,
    /// The least that helps.
    pub min_amount: String,
    /// The earliest first day.
    pub earliest_start_on: String,
    /// The last day of use at the latest.
    pub latest_last_on: String,
    /// For how many months.
    pub months: String,
}

impl DraftLine {
    /// Whether nothing was typed.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let Self { product, pool, amount, min_amount, earliest_start_on, latest_last_on, months } = self;
        [product, pool, amount, min_amount, earliest_start_on, latest_last_on, months]
            .iter()
            .all(|text| text.trim().is_empty())
    }
}

/// One line of a request, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedLine {
    /// The product.
    pub product: ProductId,
    /// The pool.
    pub pool: PoolId,
    /// How much, in the pool's unit.
    pub amount: Amount,
    /// The least that helps, in the pool's unit.
    pub min_amount: Amount,
    /// The earliest first day.
    pub earliest_start_on: Date,
    /// The first day after the latest end.
    pub latest_end_on: Date,
    /// For how many months.
    pub months: i64,
}

/// What a product allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductLimits {
    /// The kind of pool that it comes from.
    pub pool_kind: PoolKind,
    /// In which steps it is granted.
    pub grain: Amount,
    /// The least that can be asked for.
    pub min_amount: Amount,
    /// The most that can be asked for.
    pub max_amount: Amount,
    /// The longest term in months.
    pub max_months: i64,
}

/// What a round offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offering {
    /// The products of the call.
    pub products: BTreeMap<ProductId, ProductLimits>,
    /// The pools of the round with their kind and how much it may hand out.
    pub pools: BTreeMap<PoolId, (PoolKind, Amount)>,
    /// The earliest first day.
    pub earliest_start_on: Date,
    /// The first day after the latest end.
    pub latest_end_on: Date,
}

/// The most lines that a proposal may have.
pub const MAX_LINES: usize = 20;

/// Checks the lines of a request against what the round offers. Blank lines are left out; the
/// fields of the `n`th line as typed are `lines.n.…`. `today` is the day of submission.
///
/// # Errors
/// Everything that is wrong, per field; the field `lines` if there is none or too many.
pub fn check_lines(
    lines: &[DraftLine],
    offering: &Offering,
    today: Date,
) -> Result<Vec<RequestedLine>, Vec<FieldError>> {
    let filled: Vec<(usize, &DraftLine)> = lines.iter().enumerate().filter(|(_, line)| !line.is_blank()).collect();
    let mut faults = Vec::new();
    if filled.is_empty() {
        faults.push(Reason::new(Code::Required).at("lines"));
    }
    if filled.len() > MAX_LINES {
        let max = i64::try_from(MAX_LINES).unwrap_or(i64::MAX);
        faults.push(Reason::new(Code::TooLarge).with("max", max).at("lines"));
        return Err(faults);
    }
    let mut checked = Vec::new();
    for (n, line) in filled {
        let mut row = Row { n, faults: &mut faults };
        checked.extend(row.check(line, offering, today).map(|line| (n, line)));
    }
    // A project holds a pool in one step, so all that is asked from a pool comes in the same one.
    let grain = |line: &RequestedLine| offering.products.get(&line.product).map(|limits| limits.grain);
    let mut grains: BTreeMap<&PoolId, Option<Amount>> = BTreeMap::new();
    for (n, line) in &checked {
        if *grains.entry(&line.pool).or_insert_with(|| grain(line)) != grain(line) {
            faults.push(Reason::new(Code::TwoGrains).at(format!("lines.{n}.product")));
        }
    }
    // Together the lines must fit into what the round hands out of each pool.
    let mut asked: BTreeMap<&PoolId, i64> = BTreeMap::new();
    for (n, line) in &checked {
        let sum = asked.entry(&line.pool).or_insert(0);
        let before = *sum;
        *sum = sum.saturating_add(line.amount.0);
        let most = offering.pools.get(&line.pool).map_or(0, |(_, amount)| amount.0);
        let named = faults.iter().any(|fault| fault.field == format!("lines.{n}.amount"));
        if *sum > most && !named {
            faults.push(
                Reason::new(Code::TooLarge)
                    .with("max", most.saturating_sub(before).max(0))
                    .at(format!("lines.{n}.amount")),
            );
        }
    }
    if faults.is_empty() { Ok(checked.into_iter().map(|(_, line)| line).collect()) } else { Err(faults) }
}

struct Row<'f> {
    n: usize,
    faults: &'f mut Vec<FieldError>,
}

impl Row<'_> {
    fn wrong<T>(&mut self, field: &str, reason: impl Into<Reason>) -> Option<T> {
        self.faults.push(reason.into().at(format!("lines.{}.{field}", self.n)));
        None
    }

    fn check(&mut self, line: &DraftLine, offering: &Offering, today: Date) -> Option<RequestedLine> {
        let product = self.chosen(&line.product, "product", &offering.products);
        let pool = self.chosen(&line.pool, "pool", &offering.pools);
        let amount = self.number(&line.amount, "amount");
        // Without a least amount it is all or nothing.
        let typed = !line.min_amount.trim().is_empty();
        let least = if typed { self.number(&line.min_amount, "min_amount") } else { None };
        let min_amount = if typed { least } else { amount };
        let mut months = self.number(&line.months, "months");
        let earliest = self.date(&line.earliest_start_on, "earliest_start_on");
        let last = self.date(&line.latest_last_on, "latest_last_on");

        if let (Some((_, limits)), Some((_, (kind, _)))) = (&product, &pool)
            && limits.pool_kind != *kind
        {
            self.wrong::<()>("pool", Code::NotAChoice);
        }
        if let Some((_, limits)) = &product {
            self.amounts(amount, least, limits);
            months = months.filter(|months| self.within(*months, 1, limits.max_months, "months"));
        }
        let earliest = earliest.and_then(|day| self.start(day, offering, today));
        let end = last.and_then(|day| self.end(day, offering));
        let (earliest, end, months) = (earliest?, end?, months?);
        if earliest >= end {
            return self.wrong("latest_last_on", Code::EndBeforeStart);
        }
        let fits = i32::try_from(months)
            .ok()
            .and_then(|months| Term::months(earliest, months).ok())
            .is_some_and(|term| term.to() <= end);
        if !fits {
            return self.wrong("months", Code::TermTooLong);
        }
        Some(RequestedLine {
            product: product?.0,
            pool: pool?.0,
            amount: Amount(amount?),
            min_amount: Amount(min_amount?),
            earliest_start_on: earliest,
            latest_end_on: end,
            months,
        })
    }

    /// Each number's own fault once; they are compared only if both could be meant.
    fn amounts(&mut self, amount: Option<i64>, least: Option<i64>, limits: &ProductLimits) {
        let amount = amount.filter(|value| self.whole(*value, limits, "amount"));
        let least = least.filter(|value| self.whole(*value, limits, "min_amount"));
        if let (Some(amount), Some(least)) = (amount, least)
            && least > amount
        {
            self.wrong::<()>("min_amount", Reason::new(Code::TooLarge).with("max", amount));
        }
    }

    fn whole(&mut self, value: i64, limits: &ProductLimits, field: &str) -> bool {
        let grain = limits.grain.0.max(1);
        let within = self.within(value, limits.min_amount.0, limits.max_amount.0, field);
        if within && value % grain != 0 {
            self.wrong::<()>(field, Reason::new(Code::NotAMultiple).with("grain", grain));
        }
        within && value % grain == 0
    }

    fn within(&mut self, value: i64, min: i64, max: i64, field: &str) -> bool {
        if value < min {
            self.wrong::<()>(field, Reason::new(Code::TooSmall).with("min", min));
        } else if value > max {
            self.wrong::<()>(field, Reason::new(Code::TooLarge).with("max", max));
        }
        (min..=max).contains(&value)
    }

    fn start(&mut self, day: Date, offering: &Offering, today: Date) -> Option<Date> {
        if day < today {
            return self.wrong("earliest_start_on", Code::InThePast);
        }
        if day < offering.earliest_start_on {
            let reason = Reason::new(Code::NotBefore).with("day", offering.earliest_start_on);
            return self.wrong("earliest_start_on", reason);
        }
        Some(day)
    }

    /// The first day after the last day of use.
    fn end(&mut self, last: Date, offering: &Offering) -> Option<Date> {
        let end = crate::term::add_days(last, 1);
        if end > offering.latest_end_on {
            let latest = crate::term::add_days(offering.latest_end_on, -1);
            return self.wrong("latest_last_on", Reason::new(Code::NotAfter).with("day", latest));
        }
        Some(end)
    }

    fn chosen<V: Clone>(
        &mut self,
        text: &str,
        field: &str,
        choices: &BTreeMap<crate::ids::Slug, V>,
    ) -> Option<(crate::ids::Slug, V)> {
        let text = text.trim();
        if text.is_empty() {
            return self.wrong(field, Code::Required);
        }
        let found = text.parse().ok().and_then(|slug| choices.get_key_value(&slug));
        match found {
            Some((slug, value)) => Some((slug.clone(), value.clone())),
            None => self.wrong(field, Code::NotAChoice),
        }
    }

    fn number(&mut self, text: &str, field: &str) -> Option<i64> {
        let text = text.trim().replace(',', "");
        if text.is_empty() {
            return self.wrong(field, Code::Required);
        }
        match text.parse() {
            Ok(number) => Some(number),
            Err(_) => self.wrong(field, Code::NotANumber),
        }
    }

    fn date(&mut self, text: &str, field: &str) -> Option<Date> {
        let text = text.trim();
        if text.is_empty() {
            return self.wrong(field, Code::Required);
        }
        match text.parse::<Date>().ok().filter(|day| year_fits(*day)) {
            Some(day) => Some(day),
            None => self.wrong(field, date_fault(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn slug(text: &str) -> crate::ids::Slug {
        text.parse().expect("a slug")
    }

    fn offering() -> Offering {
        let product = |grain, min, max, months| ProductLimits {
            pool_kind: PoolKind::GpuCloud,
            grain: Amount(grain),
            min_amount: Amount(min),
            max_amount: Amount(max),
            max_months: months,
        };
        Offering {
            products: [(slug("gpu_mid"), product(1, 1, 8, 6)), (slug("gpu_long"), product(8, 8, 64, 12))].into(),
            pools: [
                (slug("gpu-a100"), (PoolKind::GpuCloud, Amount(80))),
                (slug("store"), (PoolKind::Storage, Amount(10))),
            ]
            .into(),
            earliest_start_on: date(2021, 6, 1),
            latest_end_on: date(2022, 1, 1),
        }
    }

    fn line(product: &str, amount: &str, min: &str) -> DraftLine {
        DraftLine {
            product: product.to_owned(),
            pool: "gpu-a100".to_owned(),
            amount: amount.to_owned(),
            min_amount: min.to_owned(),
            earliest_start_on: "2021-06-01".to_owned(),
            latest_last_on: "2021-12-31".to_owned(),
            months: "6".to_owned(),
        }
    }

    fn faults(lines: &[DraftLine]) -> Vec<(String, Code)> {
        let faults = check_lines(lines, &offering(), date(2021, 5, 3)).expect_err("something is wrong");
        faults.into_iter().map(|fault| (fault.field, fault.reason.code)).collect()
    }

    fn fault(change: impl FnOnce(&mut DraftLine)) -> (String, Code) {
        let mut one = line("gpu_mid", "4", "2");
        change(&mut one);
        let all = faults(&[one]);
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone()
    }

    #[test]
    fn every_state_has_its_steps() {
        use std::fmt::Write as _;
        let mut table = String::new();
        for &from in ProposalState::ALL {
            let to: Vec<&str> =
                ProposalState::ALL.iter().filter(|&&to| from.may_become(to)).map(|to| to.as_str()).collect();
            writeln!(table, "{from} → {}", to.join(", ")).expect("a string takes all");
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn a_line_that_fits_is_read() {
        let read = check_lines(&[DraftLine::default(), line("gpu_long", "16", "8")], &offering(), date(2021, 5, 3))
            .expect("fits");
        assert_eq!(
            read,
            [RequestedLine {
                product: slug("gpu_long"),
                pool: slug("gpu-a100"),
                amount: Amount(16),
                min_amount: Amount(8),
                earliest_start_on: date(2021, 6, 1),
                latest_end_on: date(2022, 1, 1),
                months: 6,
            }]
        );
    }

    #[test]
    fn the_least_that_helps_is_all_if_it_is_not_said() {
        let read = check_lines(&[line("gpu_mid", "4", "")], &offering(), date(2021, 5, 3)).expect("fits");
        assert_eq!(read[0].min_amount, Amount(4));
    }

    #[test]
    fn each_fault_is_named_at_its_field_of_the_line_as_typed() {
        let at = |field: &str, code| (format!("lines.0.{field}"), code);
        assert_eq!(fault(|one| one.product = "none".to_owned()), at("product", Code::NotAChoice));
        assert_eq!(fault(|one| one.pool = String::new()), at("pool", Code::Required));
        assert_eq!(fault(|one| one.pool = "store".to_owned()), at("pool", Code::NotAChoice));
        assert_eq!(fault(|one| one.amount = "4.5".to_owned()), at("amount", Code::NotANumber));
        assert_eq!(fault(|one| one.amount = "9".to_owned()), at("amount", Code::TooLarge));
        assert_eq!(fault(|one| one.min_amount = "0".to_owned()), at("min_amount", Code::TooSmall));
        assert_eq!(fault(|one| one.min_amount = "5".to_owned()), at("min_amount", Code::TooLarge));
        assert_eq!(fault(|one| one.months = "7".to_owned()), at("months", Code::TooLarge));
        assert_eq!(fault(|one| one.months = "-1".to_owned()).0, "lines.0.months");
        let start = |text: &'static str| fault(|one| one.earliest_start_on = text.to_owned());
        assert_eq!(start("2021-05-02"), at("earliest_start_on", Code::InThePast));
        assert_eq!(start("2021-05-20"), at("earliest_start_on", Code::NotBefore));
        assert_eq!(start("2021-02-30"), at("earliest_start_on", Code::NotADate));
        assert_eq!(start("2021-08-01"), at("months", Code::TermTooLong));
        assert_eq!(fault(|one| one.latest_last_on = "2022-01-01".to_owned()), at("latest_last_on", Code::NotAfter));
        assert_eq!(
            fault(|one| one.latest_last_on = "2021-05-31".to_owned()),
            at("latest_last_on", Code::EndBeforeStart)
        );
        let mut node = line("gpu_long", "12", "8");
        node.months = "6".to_owned();
        assert_eq!(faults(&[DraftLine::default(), node]), [("lines.1.amount".to_owned(), Code::NotAMultiple)]);
    }

    #[test]
    fn several_lines_share_what_the_round_hands_out() {
        let lines = [line("gpu_long", "64", "8"), line("gpu_long", "24", "8")];
        let wrong = check_lines(&lines, &offering(), date(2021, 5, 3)).expect_err("88 of 80");
        assert_eq!(wrong, [Reason::new(Code::TooLarge).with("max", 16).at("lines.1.amount")]);
    }

    #[test]
    fn what_is_asked_from_one_pool_comes_in_one_step() {
        let lines = [line("gpu_long", "16", "8"), line("gpu_mid", "4", "2"), line("gpu_long", "8", "8")];
        assert_eq!(faults(&lines), [("lines.1.product".to_owned(), Code::TwoGrains)]);
    }

    #[test]
    fn a_request_has_at_least_one_line_and_not_too_many() {
        assert_eq!(faults(&[DraftLine::default()]), [("lines".to_owned(), Code::Required)]);
        assert_eq!(faults(&vec![line("gpu_mid", "1", "1"); 21]), [("lines".to_owned(), Code::TooLarge)]);
    }
}
