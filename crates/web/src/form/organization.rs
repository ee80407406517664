//! The form of an organization.

use domain::region::{GWANGJU_DISTRICTS, Region};
use jiff::civil::Date;
use service::organization::{OrganizationInput, OrganizationRow};
use texts::{Lang, Texts};

use crate::form::Form;

/// Reads an organization; `None` if something could not be read.
pub(crate) fn read(form: &mut Form) -> Option<OrganizationInput> {
    let name_ko = form.text_or_empty("name_ko", 1000);
    let name_en = form.text_or_empty("name_en", 1000);
    let business_number = form.text_or_empty("business_number", 100);
    let kind = form.choice("kind");
    let size = form.choice("size");
    let sector = form.choice("sector");
    let region = form.choice("region");
    let district = form.text_or_empty("district", 100);
    let region_basis = form.choice("region_basis");
    let opened_on = form.date_if_given("opened_on");
    Some(OrganizationInput {
        name_ko: name_ko?,
        name_en: name_en?,
        business_number: business_number?,
        kind: kind?,
        size: size?,
        sector: sector?,
        region: region?,
        district: district?,
        region_basis: region_basis?,
        region_as_of: None,
        opened_on: opened_on?,
        youth_founded: form.checked("youth_founded"),
    })
}

/// The form filled in with what is known.
pub(crate) fn filled(row: &OrganizationRow) -> Form {
    let mut form = Form::filled([
        ("version", row.version.to_string()),
        ("name_ko", row.name_ko.clone()),
        ("name_en", row.name_en.clone()),
        ("business_number", texts::business_number(row.business_number.as_deref().unwrap_or_default())),
        ("kind", row.kind.to_string()),
        ("size", row.size.to_string()),
        ("sector", row.sector.clone()),
        ("region", row.region.clone()),
        ("district", row.district.clone().unwrap_or_default()),
        ("region_basis", row.region_basis.to_string()),
        ("opened_on", row.opened_on.map(|day| day.to_string()).unwrap_or_default()),
    ]);
    if row.youth_founded {
        form.set("youth_founded", "1");
    }
    form
}

/// The regions that are valid on a day.
pub(crate) fn regions(t: Texts, day: Date) -> Vec<(String, String)> {
    Region::on(day).into_iter().map(|region| (region.to_string(), t.word(region))).collect()
}

/// The districts of Gwangju.
pub(crate) fn districts(t: Texts) -> Vec<(String, String)> {
    GWANGJU_DISTRICTS.iter().map(|(ko, _)| ((*ko).to_owned(), district(t, ko))).collect()
}

/// A district's name in the language of the page.
pub(crate) fn district(t: Texts, name: &str) -> String {
    let known = GWANGJU_DISTRICTS.iter().find(|(ko, _)| *ko == name);
    match (t.lang(), known) {
        (Lang::En, Some((_, en))) => (*en).to_owned(),
        _ => name.to_owned(),
    }
}
