//! The form of an organization.

use domain::organization::{OrganizationKind, OrganizationSize, RegionBasis};
use domain::proposal::Sector;
use domain::region::{GWANGJU_DISTRICTS, Region};
use jiff::civil::Date;
use service::organization::{NAME_MAX, OrganizationInput, OrganizationRow};
use texts::{Lang, Texts};

use crate::form::Form;

/// Reads an organization; what is wrong is noted on the form. In the place of what cannot be read
/// stands something that raises no fault of its own, so that the rest can be checked.
pub(crate) fn read(form: &mut Form) -> OrganizationInput {
    let name_ko = form.text("name_ko", NAME_MAX);
    let name_en = form.text_or_empty("name_en", NAME_MAX);
    let business_number = form.text_or_empty("business_number", 100);
    let kind = form.choice("kind");
    let size = form.choice("size");
    let sector = form.choice("sector");
    let region = form.choice("region");
    let district = form.text_or_empty("district", 100);
    let region_basis = form.choice("region_basis");
    let opened_on = form.date_if_given("opened_on");
    OrganizationInput {
        name_ko: name_ko.unwrap_or_else(|| "-".to_owned()),
        name_en: name_en.unwrap_or_default(),
        business_number: business_number.unwrap_or_default(),
        // Others than companies may lack a number.
        kind: kind.unwrap_or(OrganizationKind::University),
        size: size.unwrap_or(OrganizationSize::Other),
        sector: sector.unwrap_or(Sector::Other),
        // Whether a district is needed or right depends on the region.
        district: if region.is_some() { district.unwrap_or_default() } else { String::new() },
        region: region.unwrap_or(Region::Seoul),
        region_basis: region_basis.unwrap_or(RegionBasis::HeadOffice),
        region_as_of: None,
        opened_on: opened_on.flatten(),
        youth_founded: form.checked("youth_founded"),
    }
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
