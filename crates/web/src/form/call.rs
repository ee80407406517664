//! The forms of calls: what a call says with its criteria and rounds, and the dates of one round.

use domain::call::{RoundKind, Track};
use domain::ids::{PoolId, RoundId};
use domain::reason::Arg;
use domain::review::DEFAULT_CRITERIA;
use domain::units::{Amount, PoolUnit};
use domain::{Code, Reason};
use edge::Fail;
use service::Error;
use service::call::{
    BODY_MAX, CRITERIA_MAX, CallInput, CallView, CriterionInput, PoolShare, ROUNDS_MAX, RoundDates, RoundInput,
    TITLE_MAX,
};
use service::center::Identity;

use super::Form;

/// Bytes in a terabyte: storage is typed in TB.
const TB: i64 = 1_000_000_000_000;

/// For how many days offers stay open unless the office says otherwise.
const OFFER_DAYS: &str = "7";

/// What could be read of a form, even if not all of it could.
pub(crate) struct Read {
    /// The call, without the parts that are wrong already.
    pub input: CallInput,
    /// Which row of the form each round of `input` is.
    rounds: Vec<usize>,
}

/// Adds or takes out a row if that is what was pressed; answers whether it was.
pub(crate) fn rows_changed(form: &mut Form) -> bool {
    if let Some((prefix, row)) = form.value("remove").split_once('.')
        && let Ok(row) = row.parse::<usize>()
    {
        let prefix = prefix.to_owned();
        form.keep_rows(&prefix, |_, one| one != row);
        return true;
    }
    match form.value("add") {
        "criteria" => add(form, "criteria", CRITERIA_MAX, &[("name_ko", "")]),
        "rounds" => {
            add(form, "rounds", ROUNDS_MAX, &[("kind", RoundKind::Regular.as_str()), ("offer_days", OFFER_DAYS)])
        }
        _ => return false,
    }
    true
}

fn add(form: &mut Form, prefix: &str, max: usize, values: &[(&str, &str)]) {
    form.keep_rows(prefix, |_, _| true);
    let rows = form.rows(prefix).len();
    if rows >= max {
        let max = i64::try_from(max).unwrap_or(i64::MAX);
        form.wrong(prefix, Reason::new(Code::TooLarge).with("max", max));
        return;
    }
    for (field, value) in values {
        form.set(&format!("{prefix}.{rows}.{field}"), *value);
    }
}

/// Reads a call; what is wrong is noted on the form, and something that raises no fault of its own
/// stands in its place, so that the rest can be checked. Rows in which nothing was typed are left out.
pub(crate) fn read(form: &mut Form, pools: &[PoolShare]) -> Read {
    form.keep_rows("criteria", |form, row| {
        ["name_ko", "name_en", "max_points"].iter().any(|field| !is_blank(form, "criteria", row, field))
    });
    form.keep_rows("rounds", |form, row| {
        let fields = [
            "name_ko",
            "name_en",
            "opens_on",
            "closes_on",
            "review_due_on",
            "announce_on",
            "earliest_start_on",
            "latest_last_on",
        ];
        fields.iter().any(|field| !is_blank(form, "rounds", row, field))
            || pools.iter().any(|pool| !is_blank(form, "rounds", row, &format!("envelope.{}", pool.pool)))
    });
    // What cannot be read is noted; the mark in its place is not empty, so that nobody reads twice
    // about the same field.
    let mut words = |name: &str, max| form.text_or_empty(name, max).unwrap_or_else(|| "-".to_owned());
    let (title_ko, title_en) = (words("title_ko", TITLE_MAX), words("title_en", TITLE_MAX));
    let (body_ko, body_en) = (words("body_ko", BODY_MAX), words("body_en", BODY_MAX));
    let contact = words("contact", 500);
    let track = form.choice::<Track>("track").unwrap_or(Track::Open);
    let bonus = form.checked("bonus");
    let chosen: Vec<_> = form.values("products").iter().map(|id| id.parse().ok()).collect();
    if chosen.iter().any(Option::is_none) {
        form.wrong("products", Code::NotAChoice);
    }
    let criteria: Vec<_> = form.rows("criteria").into_iter().map(|row| criterion(form, row)).collect();
    let (mut rounds, mut places) = (Vec::new(), Vec::new());
    for row in form.rows("rounds") {
        if let Some(one) = round(form, row, pools) {
            rounds.push(one);
            places.push(row);
        }
    }
    let input = CallInput {
        title_ko,
        title_en,
        body_ko,
        body_en,
        contact,
        track,
        bonus,
        products: chosen.into_iter().flatten().collect(),
        // Their sum says nothing while one of them is not known.
        criteria: criteria.into_iter().collect::<Option<_>>().unwrap_or_default(),
        rounds,
    };
    Read { input, rounds: places }
}

fn is_blank(form: &Form, prefix: &str, row: usize, field: &str) -> bool {
    form.value(&format!("{prefix}.{row}.{field}")).trim().is_empty()
}

fn criterion(form: &mut Form, row: usize) -> Option<CriterionInput> {
    let name = |field: &str| format!("criteria.{row}.{field}");
    let name_ko = form.text(&name("name_ko"), TITLE_MAX);
    let name_en = form.text_or_empty(&name("name_en"), TITLE_MAX);
    let max_points = form.int(&name("max_points"), 1, 100);
    Some(CriterionInput { name_ko: name_ko?, name_en: name_en?, max_points: max_points? })
}

fn round(form: &mut Form, row: usize, pools: &[PoolShare]) -> Option<RoundInput> {
    let prefix = format!("rounds.{row}.");
    let kind = form.choice::<RoundKind>(&format!("{prefix}kind"));
    let name_ko = form.text(&format!("{prefix}name_ko"), TITLE_MAX);
    let name_en = form.text_or_empty(&format!("{prefix}name_en"), TITLE_MAX);
    let dates = dates(form, &prefix);
    let envelope = envelope(form, &prefix, pools);
    Some(RoundInput {
        // A rolling round asks for less order among its dates.
        kind: kind.unwrap_or(RoundKind::Rolling),
        name_ko: name_ko.unwrap_or_else(|| "-".to_owned()),
        name_en: name_en.unwrap_or_default(),
        dates: dates?,
        envelope,
    })
}

/// Reads the dates of a round; `prefix` stands before the fields' names. In the place of one that
/// cannot be read stands its neighbor, so that the order of the others can be checked; `None` if
/// there is none at all.
pub(crate) fn dates(form: &mut Form, prefix: &str) -> Option<RoundDates> {
    const IN_ORDER: [&str; 6] =
        ["opens_on", "closes_on", "review_due_on", "announce_on", "earliest_start_on", "latest_last_on"];
    let at = |field: &str| format!("{prefix}{field}");
    let typed = IN_ORDER.map(|field| form.date(&at(field)));
    let times = ["opens_time", "closes_time"].map(|field| form.time_if_given(&at(field)).flatten());
    let offer_days = form.int(&at("offer_days"), 1, 90).unwrap_or(1);
    let mut before = typed.iter().flatten().next().copied()?;
    let [opens_on, closes_on, review_due_on, announce_on, earliest_start_on, latest_last_on] = typed.map(|date| {
        before = date.unwrap_or(before);
        before
    });
    Some(RoundDates {
        opens_on,
        opens_time: times[0],
        closes_on,
        closes_time: times[1],
        review_due_on,
        announce_on,
        offer_days,
        earliest_start_on,
        latest_last_on,
    })
}

/// A pool of which nothing was typed is not on offer.
fn envelope(form: &mut Form, prefix: &str, pools: &[PoolShare]) -> Vec<(PoolId, Amount)> {
    let mut amounts = Vec::new();
    let mut seen: Vec<&PoolId> = Vec::new();
    for pool in pools {
        let name = format!("{prefix}envelope.{}", pool.pool);
        if seen.contains(&&pool.pool) || form.value(&name).trim().is_empty() {
            continue;
        }
        seen.push(&pool.pool);
        let amount = match pool.unit {
            PoolUnit::Device => form.int(&name, 1, 1_000_000_000),
            PoolUnit::Byte => terabytes(form, &name),
        };
        amounts.extend(amount.map(|amount| (pool.pool.clone(), Amount(amount))));
    }
    amounts
}

/// Bytes from terabytes with up to three decimals.
fn terabytes(form: &mut Form, name: &str) -> Option<i64> {
    let text = form.text(name, 40)?.replace(',', "");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let bytes = (digits(whole) && whole.len() < 7 && (part.is_empty() || digits(part)) && part.len() <= 3)
        .then(|| format!("{whole}{part:0<3}").parse::<i64>().ok())
        .flatten()
        .map(|thousandths| thousandths * (TB / 1000));
    if bytes.is_none() {
        form.wrong(name, Code::NotANumber);
    }
    bytes
}

/// An amount of a pool as it is typed.
fn typed(unit: PoolUnit, amount: i64) -> String {
    match unit {
        PoolUnit::Device => amount.to_string(),
        PoolUnit::Byte => {
            let thousandths = amount / (TB / 1000);
            let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    }
}

/// Puts what the use case refused onto the form: at the rows that people see, storage in TB.
pub(crate) fn take(form: &mut Form, fail: Fail, of: &Read, pools: &[PoolShare]) -> Result<(), Fail> {
    let Fail(Error::Invalid(mut errors)) = fail else { return form.take(fail) };
    for error in &mut errors {
        let Some((place, field)) = error.field.strip_prefix("rounds.").and_then(|rest| rest.split_once('.')) else {
            continue;
        };
        let field = field.to_owned();
        if let Some(row) = place.parse::<usize>().ok().and_then(|place| of.rounds.get(place)) {
            error.field = format!("rounds.{row}.{field}");
        }
        let pool = field.strip_prefix("envelope.");
        let is_storage = pools.iter().any(|one| one.unit == PoolUnit::Byte && Some(one.pool.as_str()) == pool);
        if is_storage && let Some(Arg::Int(max)) = error.reason.args.get_mut("max") {
            *max /= TB;
        }
    }
    form.add_faults(errors);
    Ok(())
}

/// A new call's form: the usual criteria, which the office may change, and one round to begin with.
pub(crate) fn fresh() -> Form {
    let mut form = Form::filled([("track", Track::Open.as_str())]);
    for (n, (ko, en, max_points)) in DEFAULT_CRITERIA.iter().enumerate() {
        form.set(&format!("criteria.{n}.name_ko"), *ko);
        form.set(&format!("criteria.{n}.name_en"), *en);
        form.set(&format!("criteria.{n}.max_points"), max_points.to_string());
    }
    form.set("add", "rounds");
    rows_changed(&mut form);
    form.set("add", "");
    form
}

/// The form of a call as it is stored.
pub(crate) fn filled(identity: &Identity, view: &CallView) -> Form {
    let row = &view.row;
    let mut values = vec![
        ("version".to_owned(), row.version.to_string()),
        ("title_ko".to_owned(), row.title_ko.clone()),
        ("title_en".to_owned(), row.title_en.clone()),
        ("body_ko".to_owned(), row.body_ko.clone()),
        ("body_en".to_owned(), row.body_en.clone()),
        ("contact".to_owned(), row.contact.clone()),
        ("track".to_owned(), row.track.to_string()),
    ];
    if row.bonus {
        values.push(("bonus".to_owned(), "1".to_owned()));
    }
    let chosen = view.products.iter().filter(|(_, chosen)| *chosen);
    values.extend(chosen.map(|(product, _)| ("products".to_owned(), product.id.to_string())));
    for (n, one) in view.criteria.iter().enumerate() {
        values.push((format!("criteria.{n}.name_ko"), one.name_ko.clone()));
        values.push((format!("criteria.{n}.name_en"), one.name_en.clone()));
        values.push((format!("criteria.{n}.max_points"), one.max_points.to_string()));
    }
    for (n, (round, _)) in view.rounds.iter().enumerate() {
        values.push((format!("rounds.{n}.kind"), round.kind.to_string()));
        values.push((format!("rounds.{n}.name_ko"), round.name_ko.clone()));
        values.push((format!("rounds.{n}.name_en"), round.name_en.clone()));
        values.extend(date_values(&service::call::dates_of(identity, round), &format!("rounds.{n}.")));
        values.extend(envelope_values(view, round.id, &format!("rounds.{n}.")));
    }
    Form::filled(values)
}

fn envelope_values(view: &CallView, round: RoundId, prefix: &str) -> Vec<(String, String)> {
    view.envelope(round)
        .map(|(pool, amount)| (format!("{prefix}envelope.{}", pool.pool), typed(pool.unit, amount.0)))
        .collect()
}

/// The dates of a round as they are typed.
pub(crate) fn date_values(dates: &RoundDates, prefix: &str) -> Vec<(String, String)> {
    let time = |time: Option<jiff::civil::Time>| {
        time.map(|time| format!("{:02}:{:02}", time.hour(), time.minute())).unwrap_or_default()
    };
    [
        ("opens_on", dates.opens_on.to_string()),
        ("opens_time", time(dates.opens_time)),
        ("closes_on", dates.closes_on.to_string()),
        ("closes_time", time(dates.closes_time)),
        ("review_due_on", dates.review_due_on.to_string()),
        ("announce_on", dates.announce_on.to_string()),
        ("offer_days", dates.offer_days.to_string()),
        ("earliest_start_on", dates.earliest_start_on.to_string()),
        ("latest_last_on", dates.latest_last_on.to_string()),
    ]
    .map(|(name, value)| (format!("{prefix}{name}"), value))
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tb(text: &str) -> Option<i64> {
        terabytes(&mut Form::filled([("x", text)]), "x")
    }

    #[test]
    fn a_new_call_begins_with_the_usual_criteria() {
        let mut form = fresh();
        form.set("rounds.0.name_ko", "1차");
        let criteria = read(&mut form, &[]).input.criteria;
        assert_eq!(criteria.iter().map(|one| one.max_points).collect::<Vec<_>>(), [30, 25, 25, 20]);
        assert_eq!(
            (criteria[2].name_ko.as_str(), criteria[2].name_en.as_str()),
            ("자원 이용 계획의 타당성", "Resource plan soundness")
        );
    }

    #[test]
    fn storage_is_typed_in_terabytes() {
        assert_eq!(
            [tb("10"), tb("1.5"), tb("1,000.125")],
            [Some(10 * TB), Some(TB * 3 / 2), Some(1_000_125_000_000_000)]
        );
        for text in ["", "-1", "1.2345", ".5", "1e3", "1.", "99999999"] {
            assert!(tb(text).is_none() || text == "1.", "{text}");
        }
        assert_eq!([typed(PoolUnit::Byte, TB * 3 / 2), typed(PoolUnit::Byte, 10 * TB)], ["1.5", "10"]);
    }

    #[test]
    fn a_row_is_added_and_taken_out_without_losing_the_others() {
        let mut form = Form::filled([("rounds.0.name_ko", "1차"), ("rounds.1.name_ko", "2차"), ("remove", "rounds.0")]);
        assert!(rows_changed(&mut form));
        assert_eq!((form.rows("rounds"), form.value("rounds.0.name_ko")), (vec![0], "2차"));
        let mut form = Form::filled([("rounds.4.name_ko", "1차"), ("add", "rounds")]);
        assert!(rows_changed(&mut form));
        assert_eq!((form.rows("rounds"), form.value("rounds.1.kind")), (vec![0, 1], "regular"));
        assert!(!rows_changed(&mut Form::filled([("title_ko", "x")])));
        let mut full = Form::filled((0..CRITERIA_MAX).map(|row| (format!("criteria.{row}.name_ko"), "x")));
        full.set("add", "criteria");
        assert!(rows_changed(&mut full) && !full.is_fine());
    }

    #[test]
    fn a_date_that_cannot_be_read_leaves_the_order_of_the_others_to_be_checked() {
        let mut form = Form::filled([
            ("closes_on", "2021-05-31"),
            ("review_due_on", "soon"),
            ("announce_on", "2021-05-20"),
            ("offer_days", "7"),
        ]);
        let read = dates(&mut form, "").expect("two dates");
        let day = |day| jiff::civil::date(2021, 5, day);
        assert_eq!((read.opens_on, read.closes_on, read.review_due_on), (day(31), day(31), day(31)));
        assert_eq!((read.announce_on, read.latest_last_on), (day(20), day(20)));
        assert!(form.is_wrong("review_due_on") && form.is_wrong("opens_on") && !form.is_wrong("announce_on"));
        assert!(dates(&mut Form::default(), "").is_none());
    }

    #[test]
    fn what_is_wrong_in_one_round_leaves_the_others_to_be_checked() {
        let mut values = vec![("rounds.0.name_ko".to_owned(), "x".to_owned()), ("track".to_owned(), "open".to_owned())];
        let dates = RoundDates {
            opens_on: jiff::civil::date(2021, 5, 10),
            opens_time: None,
            closes_on: jiff::civil::date(2021, 5, 31),
            closes_time: None,
            review_due_on: jiff::civil::date(2021, 6, 15),
            announce_on: jiff::civil::date(2021, 6, 20),
            offer_days: 7,
            earliest_start_on: jiff::civil::date(2021, 7, 1),
            latest_last_on: jiff::civil::date(2021, 12, 31),
        };
        values.extend(date_values(&dates, "rounds.1."));
        values.push(("rounds.1.kind".to_owned(), "regular".to_owned()));
        values.push(("rounds.1.name_ko".to_owned(), "2차".to_owned()));
        let mut form = Form::filled(values);
        let read = read(&mut form, &[]);
        assert!(!form.is_fine());
        assert_eq!((read.input.rounds.len(), read.rounds.clone()), (1, vec![1]));
        assert_eq!(read.input.rounds[0].dates, dates);
        let fail = Fail(Error::field("rounds.0.closes_on", Code::InThePast));
        take(&mut form, fail, &read, &[]).expect("about a field");
        assert!(
            form.faults(&texts::Texts::new(texts::Lang::Ko)).iter().any(|(field, _)| field == "rounds.1.closes_on")
        );
    }
}
