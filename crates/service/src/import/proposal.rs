//! Proposals of a round from a file: a row is one line of a request; rows with the same title and
//! lead are one proposal.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::ids::{OrganizationId, RoundId};
use domain::organization::BusinessNumber;
use domain::person::Email;
use domain::proposal::{DraftLine, Sector};
use domain::units::PoolKind;
use domain::{Code, Reason};

use super::columns::{Column, Table};
use super::sheet::{Row, Sheet};
use super::{Counts, Fault, Options};
use crate::proposal::{Entering, ProposalChange};
use crate::{Cx, Error, Outcome};

const fn column(key: &'static str, ko: &'static str, en: &'static str, needed: bool, example: &'static str) -> Column {
    Column { key, ko, en, needed, example }
}

/// The columns of the file.
pub const COLUMNS: &[Column] = &[
    column("title_ko", "과제명", "Title", true, "의료 영상 판독 모델"),
    column("title_en", "영문 과제명", "English title", false, "Reading medical images"),
    column("business_number", "사업자등록번호", "Business number", true, "123-45-67891"),
    column("lead_email", "책임자 전자우편", "Lead's e-mail", true, "lead@company.example"),
    column("sector", "분야", "Sector", false, "헬스케어"),
    column("summary", "과제 개요", "Summary", false, "흉부 영상에서 병변을 찾는 모델을 만듭니다."),
    column("usage_plan", "이용계획", "Plan of use", false, "A100 4장으로 6개월 동안 학습합니다."),
    column("rnd_cluster", "집적단지 연구개발", "Cluster R&D", false, "N"),
    column("product", "상품", "Product", true, "gpu_mid"),
    column("pool", "자원풀", "Pool", true, "gpu-a100"),
    column("amount", "수량", "Amount", true, "4"),
    column("min_amount", "최소 수량", "Least that helps", false, "2"),
    column("earliest_start_on", "시작 희망일", "Earliest start", true, "2021-07-01"),
    column("latest_last_on", "종료 기한", "Latest last day", true, "2021-12-31"),
    column("months", "기간", "Months", true, "6"),
];

/// The texts that belong to the proposal and not to one of its lines.
const OF_ALL: [&str; 6] = ["title_en", "business_number", "sector", "summary", "usage_plan", "rnd_cluster"];

/// The rows of one proposal, in the order of the file.
type Group<'s> = Vec<&'s Row>;

fn grouped<'s>(table: &mut Table<'s>) -> Vec<Group<'s>> {
    let mut groups: Vec<Group<'s>> = Vec::new();
    let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in table.rows() {
        let key = (table.text(row, "lead_email").to_lowercase(), table.text(row, "title_ko").to_owned());
        if let Some(at) = known.get(&key).copied() {
            let first = groups.get(at).and_then(|group| group.first()).copied();
            let twin = groups.get(at).and_then(|group| group.iter().find(|one| one.cells == row.cells)).copied();
            if let Some(twin) = twin {
                let line = i64::try_from(twin.line).unwrap_or(i64::MAX);
                table.wrong(row, "title_ko", Reason::new(Code::RowTwice).with("line", line));
                continue;
            }
            // A later line repeats what belongs to all of the proposal, or leaves it out.
            for key in OF_ALL {
                let (text, of_first) = (table.text(row, key), first.map_or("", |first| table.text(first, key)));
                if !text.is_empty() && text != of_first {
                    let line = first.map_or(0, |first| i64::try_from(first.line).unwrap_or(i64::MAX));
                    table.wrong(row, key, Reason::new(Code::DiffersFromLine).with("line", line));
                }
            }
            if let Some(group) = groups.get_mut(at) {
                group.push(row);
            }
        } else {
            known.insert(key, groups.len());
            groups.push(vec![row]);
        }
    }
    groups
}

/// Dates as the use case reads them; what cannot be read stays as typed, which it then names.
fn day(text: &str) -> String {
    domain::calendar::read_date(text).map_or_else(|| text.to_owned(), |day| day.to_string())
}

/// Amounts of storage pools are counted in bytes; people write them in terabytes.
fn amount(text: &str, kind: Option<PoolKind>) -> String {
    let upper = text.to_uppercase();
    match upper.strip_suffix("TB").map(|number| number.trim().replace(',', "").parse::<i64>()) {
        Some(Ok(number)) if kind == Some(PoolKind::Storage) => number.saturating_mul(1_000_000_000_000).to_string(),
        _ => text.to_owned(),
    }
}

fn change<'s>(table: &mut Table<'s>, group: &[&'s Row], kinds: &BTreeMap<String, PoolKind>) -> Option<ProposalChange> {
    let first = *group.first()?;
    let before = table.faults.len();
    let sector = table.word::<Sector>(first, "sector");
    let rnd_cluster = table.truth(first, "rnd_cluster");
    if table.faults.len() > before {
        return None;
    }
    let text = |row: &'s Row, key: &str| table.text(row, key).to_owned();
    let lines = group.iter().map(|&row| {
        let kind = kinds.get(&text(row, "pool")).copied();
        DraftLine {
            product: text(row, "product"),
            pool: text(row, "pool"),
            amount: amount(&text(row, "amount"), kind),
            min_amount: amount(&text(row, "min_amount"), kind),
            earliest_start_on: day(&text(row, "earliest_start_on")),
            latest_last_on: day(&text(row, "latest_last_on")),
            months: text(row, "months"),
        }
    });
    Some(ProposalChange {
        title_ko: text(first, "title_ko"),
        title_en: text(first, "title_en"),
        summary: text(first, "summary"),
        usage_plan: text(first, "usage_plan"),
        sector: sector.map(|sector| sector.to_string()).unwrap_or_default(),
        rnd_cluster: rnd_cluster?,
        lines: lines.collect(),
    })
}

/// Enters every proposal of the sheet that is not in the round yet.
///
/// # Errors
/// Database errors and lacking permission; what is wrong with the file is answered as faults.
pub(super) fn run(
    cx: &mut Cx<'_, '_>,
    sheet: &Sheet,
    round: RoundId,
    options: &Options,
    name: &str,
) -> Outcome<(Counts, Vec<Fault>)> {
    cx.require(Act::Import, &[])?;
    let mut table = Table::new(sheet, COLUMNS);
    let mut counts = Counts::default();
    if !table.faults.is_empty() {
        return Ok((counts, table.faults));
    }
    let kinds: BTreeMap<String, PoolKind> =
        store::capacity::pools(cx.tx)?.into_iter().map(|pool| (pool.id.to_string(), pool.kind)).collect();
    for group in grouped(&mut table) {
        let Some(&first) = group.first() else { continue };
        if table.is_hopeless() {
            break;
        }
        let organization = organization(cx, &mut table, first)?;
        let lead = lead(cx, &mut table, first, organization)?;
        let Some(change) = change(&mut table, &group, &kinds) else { continue };
        if change.title_ko.is_empty() {
            table.wrong(first, "title_ko", Code::Required);
        }
        let (Some(organization), Some(lead)) = (organization, lead) else { continue };
        if store::import::proposal_there(cx.tx, round, lead, &change.title_ko)? {
            counts.there += 1;
            continue;
        }
        let entering = Entering { round, lead, organization, submits: options.submits, late: options.late };
        match crate::proposal::enter(cx, &entering, &change, name) {
            Ok(_) => counts.new += 1,
            Err(Error::Invalid(faults)) => {
                for fault in faults {
                    // `lines.1.amount` is the second row's.
                    let mut parts = fault.field.splitn(3, '.');
                    match (parts.next(), parts.next().and_then(|n| n.parse::<usize>().ok()), parts.next()) {
                        (Some("lines"), Some(n), Some(field)) => {
                            let row = group.get(n).copied().unwrap_or(first);
                            // Left out, the least that helps is all of it, of which this is told.
                            if field != "min_amount" || !table.text(row, field).is_empty() {
                                table.wrong(row, field, fault.reason);
                            }
                        }
                        _ => table.wrong(first, &fault.field, fault.reason),
                    }
                }
            }
            // The round as a whole does not take them: once is enough.
            Err(Error::Conflict(reasons)) => {
                table.faults.extend(reasons.into_iter().map(Fault::whole));
                break;
            }
            Err(Error::NotFound) => {
                table.faults.push(Fault::whole(Code::NoSuchRound));
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok((counts, table.faults))
}

fn organization<'s>(cx: &mut Cx<'_, '_>, table: &mut Table<'s>, row: &'s Row) -> Outcome<Option<OrganizationId>> {
    let number = match table.text(row, "business_number").parse::<BusinessNumber>() {
        Ok(number) => number,
        Err(code) => {
            table.wrong(row, "business_number", code);
            return Ok(None);
        }
    };
    let found = store::organization::by_number(cx.tx, number.as_str())?;
    if found.is_none() {
        table.wrong(row, "business_number", Code::OrganizationNotRegistered);
    }
    Ok(found.map(|organization| organization.id))
}

fn lead<'s>(
    cx: &mut Cx<'_, '_>,
    table: &mut Table<'s>,
    row: &'s Row,
    organization: Option<OrganizationId>,
) -> Outcome<Option<domain::ids::UserId>> {
    let email = match table.text(row, "lead_email").parse::<Email>() {
        Ok(email) => email,
        Err(code) => {
            table.wrong(row, "lead_email", code);
            return Ok(None);
        }
    };
    let Some(user) = store::user::by_email(cx.tx, email.as_str())? else {
        table.wrong(row, "lead_email", Code::NoAccount);
        return Ok(None);
    };
    if organization.is_some() && user.organization != organization {
        table.wrong(row, "lead_email", Code::LeadElsewhere);
        return Ok(None);
    }
    Ok(Some(user.id))
}
