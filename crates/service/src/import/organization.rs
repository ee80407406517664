//! Organizations from a file.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::ids::UserId;
use domain::organization::{BusinessNumber, OrganizationKind, OrganizationSize, RegionBasis};
use domain::person::Email;
use domain::proposal::Sector;
use domain::region::Region;
use domain::{Code, Reason};
use jiff::civil::Date;
use texts::{Lang, Texts};

use super::columns::{Column, Table, read_word};
use super::sheet::{Row, Sheet};
use super::{Counts, Fault};
use crate::organization::OrganizationInput;
use crate::{Cx, Error, Outcome};

const fn column(key: &'static str, ko: &'static str, en: &'static str, needed: bool, example: &'static str) -> Column {
    Column { key, ko, en, needed, example }
}

/// The columns of the file.
pub const COLUMNS: &[Column] = &[
    column("name_ko", "기관명", "Name", true, "빛고을인공지능"),
    column("name_en", "영문 기관명", "English name", false, "Bitgoeul AI"),
    column("business_number", "사업자등록번호", "Business number", false, "123-45-67891"),
    column("kind", "유형", "Kind", true, "기업"),
    column("size", "규모", "Size", true, "중소기업"),
    column("sector", "분야", "Sector", false, "헬스케어"),
    column("region", "시도", "Region", true, "광주광역시"),
    column("district", "시군구", "District", false, "북구"),
    column("region_basis", "소재 구분", "Located by", false, "본사"),
    column("region_as_of", "소재 기준일", "Located since", false, "2021-01-04"),
    column("opened_on", "개업일", "Opened on", false, "2018-03-02"),
    column("youth_founded", "청년창업", "Youth-founded", false, "N"),
    column("admin_email", "관리자 전자우편", "Administrator's e-mail", false, "admin@company.example"),
];

/// A unit by code, name, or the beginning of its name (`광주`); of several the one valid on `day`.
fn region(text: &str, day: Date) -> Option<Region> {
    let text = text.trim();
    if let Some(found) = Region::ALL.iter().copied().find(|region| region.as_str() == text) {
        return Some(found);
    }
    let valid = Region::ALL.iter().copied().filter(|region| region.is_valid_on(day));
    let named = |region: &Region| {
        [Lang::Ko, Lang::En].iter().any(|&lang| {
            let name = Texts::new(lang).word(*region);
            text.chars().count() >= 2 && name.to_lowercase().starts_with(&text.to_lowercase())
        })
    };
    let found: Vec<Region> = valid.filter(named).collect();
    match found.as_slice() {
        [one] => Some(*one),
        // A name that is not valid on that day is read all the same, so that the use case can say so.
        [] => read_word(text),
        _ => None,
    }
}

fn input<'s>(table: &mut Table<'s>, row: &'s Row, today: Date) -> Option<OrganizationInput> {
    let before = table.faults.len();
    let kind = table.needed_word::<OrganizationKind>(row, "kind");
    let size = table.needed_word::<OrganizationSize>(row, "size");
    let sector = table.word::<Sector>(row, "sector");
    let basis = table.word::<RegionBasis>(row, "region_basis");
    let (as_of, opened) = (table.date(row, "region_as_of"), table.date(row, "opened_on"));
    let youth = table.truth(row, "youth_founded");
    let text = table.text(row, "region");
    let day = as_of.flatten().unwrap_or(today);
    let region = region(text, day);
    if region.is_none() {
        let valid = Region::ALL.iter().filter(|region| region.is_valid_on(day));
        let names: Vec<String> = valid.map(|region| Texts::new(Lang::Ko).word(*region)).collect();
        let reason = if text.is_empty() {
            Reason::new(Code::Required)
        } else {
            Reason::new(Code::NotOneOf).with("choices", names.join(", "))
        };
        table.wrong(row, "region", reason);
    }
    if table.faults.len() > before {
        // What can be checked without these is told as well, by its own line of the use case's checks.
        if table.text(row, "name_ko").is_empty() {
            table.wrong(row, "name_ko", Code::Required);
        }
        let number = table.text(row, "business_number");
        if let Err(code) = number.parse::<BusinessNumber>()
            && !number.is_empty()
        {
            table.wrong(row, "business_number", code);
        }
        return None;
    }
    Some(OrganizationInput {
        name_ko: table.text(row, "name_ko").to_owned(),
        name_en: table.text(row, "name_en").to_owned(),
        business_number: table.text(row, "business_number").to_owned(),
        kind: kind?,
        size: size?,
        sector: sector.unwrap_or(Sector::Other),
        region: region?,
        district: table.text(row, "district").to_owned(),
        region_basis: basis.unwrap_or(RegionBasis::HeadOffice),
        region_as_of: as_of?,
        opened_on: opened?,
        youth_founded: youth?,
    })
}

/// What tells an organization from others within a file: its number, else its name.
fn identity(input: &OrganizationInput) -> String {
    match input.business_number.parse::<BusinessNumber>() {
        Ok(number) => number.to_string(),
        Err(_) => input.name_ko.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// Registers every organization of the sheet that is not registered yet.
///
/// # Errors
/// Database errors and lacking permission; what is wrong with the file is answered as faults.
pub(super) fn run(cx: &mut Cx<'_, '_>, sheet: &Sheet) -> Outcome<(Counts, Vec<Fault>)> {
    cx.require(Act::Import, &[])?;
    let today = cx.today();
    let mut table = Table::new(sheet, COLUMNS);
    let mut counts = Counts::default();
    if !table.faults.is_empty() {
        return Ok((counts, table.faults));
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for row in &sheet.rows {
        if table.is_hopeless() {
            break;
        }
        let Some(input) = input(&mut table, row, today) else { continue };
        if let Some(first) = seen.insert(identity(&input), row.line) {
            let first = i64::try_from(first).unwrap_or(i64::MAX);
            table.wrong(row, "business_number", Reason::new(Code::RowTwice).with("line", first));
            continue;
        }
        if there(cx, &input)? {
            counts.there += 1;
            continue;
        }
        let admin = match admin(cx, table.text(row, "admin_email"))? {
            Ok(admin) => admin,
            Err(code) => {
                // What else is wrong is told as well; nothing of this file is kept.
                table.wrong(row, "admin_email", code);
                None
            }
        };
        match crate::organization::add(cx, &input, admin) {
            Ok(_) => counts.new += 1,
            Err(Error::Invalid(faults)) => table.refused(row, faults),
            Err(Error::Conflict(reasons)) => {
                for reason in reasons {
                    table.wrong(row, "admin_email", reason);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok((counts, table.faults))
}

/// Whether the very organization is registered already: by its number and name, or without a number
/// by its name alone. The same number under another name is for people to look at.
fn there(cx: &mut Cx<'_, '_>, input: &OrganizationInput) -> Outcome<bool> {
    let name = input.name_ko.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(match input.business_number.parse::<BusinessNumber>() {
        Ok(number) => {
            store::organization::by_number(cx.tx, number.as_str())?.is_some_and(|found| found.name_ko == name)
        }
        Err(_) => store::import::organization_named(cx.tx, &name)?,
    })
}

fn admin(cx: &mut Cx<'_, '_>, email: &str) -> Outcome<Result<Option<UserId>, Code>> {
    if email.is_empty() {
        return Ok(Ok(None));
    }
    Ok(match email.parse::<Email>() {
        Ok(email) => match store::user::by_email(cx.tx, email.as_str())? {
            Some(user) => Ok(Some(user.id)),
            None => Err(Code::NoAccount),
        },
        Err(code) => Err(code),
    })
}
