//! Organizations: registering, changing, confirming, and who belongs to them.

use domain::access::{Act, Tie};
use domain::ids::{OrganizationId, UserId};
use domain::organization::{BusinessNumber, OrganizationKind, OrganizationSize, RegionBasis};
use domain::person::{Email, UserState, noted};
use domain::proposal::Sector;
use domain::region::Region;
use domain::{Code, FieldError, Reason};
use jiff::Timestamp;
use jiff::civil::Date;
pub use store::organization::{OrganizationFilter, OrganizationPerson, OrganizationRow};

use store::trust::AuditFilter;
use store::user::UserRow;
use texts::Texts;

use crate::account::recipient;
use crate::call::too_long;
use crate::mail::{Recipient, Template};
use crate::{Cx, Error, Outcome};

/// The longest name of an organization.
pub const NAME_MAX: usize = 120;

/// What an organization says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationInput {
    /// Korean name.
    pub name_ko: String,
    /// English name, or empty for the Korean one.
    pub name_en: String,
    /// Ten digits with or without hyphens; may be empty but for companies.
    pub business_number: String,
    /// What it is.
    pub kind: OrganizationKind,
    /// How large it is.
    pub size: OrganizationSize,
    /// In which sector it works.
    pub sector: Sector,
    /// In which top-level unit it lies.
    pub region: Region,
    /// In which district, where districts are told apart; or empty.
    pub district: String,
    /// What of it lies there.
    pub region_basis: RegionBasis,
    /// Since when it is known to lie there; the present day unless said.
    pub region_as_of: Option<Date>,
    /// When the business opened.
    pub opened_on: Option<Date>,
    /// Whether a founder was at most 39.
    pub youth_founded: bool,
}

/// An organization with its people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationView {
    /// The organization.
    pub row: OrganizationRow,
    /// Its people: administrators, members, those who ask. Empty for whoever may not see them.
    pub people: Vec<OrganizationPerson>,
    /// How the person who looks is tied to it.
    pub ties: Vec<Tie>,
    /// Whether they may change it and admit people.
    pub manageable: bool,
    /// Whether they may confirm its papers now.
    pub verifiable: bool,
    /// Whether they may appoint anybody: the office.
    pub placeable: bool,
}

/// Checks everything about an input that can be checked without asking the database, and answers
/// the row that it becomes: `today` is the day on which its region must be valid unless it names
/// one. An import checks all its lines by this before it writes any.
///
/// # Errors
/// Everything that is wrong, by field.
pub fn checked(
    input: &OrganizationInput,
    id: OrganizationId,
    now: Timestamp,
    today: Date,
) -> Result<OrganizationRow, Vec<FieldError>> {
    let mut faults = Vec::new();
    let tidy = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (name_ko, name_en) = (tidy(&input.name_ko), tidy(&input.name_en));
    for (text, field) in [(&name_ko, "name_ko"), (&name_en, "name_en")] {
        too_long(text, NAME_MAX, field, &mut faults);
        if text.chars().any(|c| c.is_control() || domain::text::is_refused(c)) {
            faults.push(Reason::new(Code::BadCharacters).at(field));
        }
    }
    if domain::text::is_blank(&name_ko) {
        faults.push(Reason::new(Code::Required).at("name_ko"));
    }
    let number = input.business_number.trim();
    let business_number = if number.is_empty() && input.kind != OrganizationKind::Company {
        None
    } else {
        noted(number.parse::<BusinessNumber>(), "business_number", &mut faults)
    };
    let as_of = input.region_as_of.unwrap_or(today);
    if as_of > today {
        faults.push(Reason::new(Code::NotAfter).with("day", today).at("region_as_of"));
    }
    if !input.region.is_valid_on(as_of) {
        faults.push(Reason::new(Code::RegionNotValid).with("day", as_of).at("region"));
    }
    let district = input.district.trim();
    if district.is_empty() {
        if input.region.needs_district() {
            faults.push(Reason::new(Code::Required).at("district"));
        }
    } else if input.region.districts().iter().all(|(ko, _)| *ko != district) {
        faults.push(Reason::new(Code::NotAChoice).at("district"));
    }
    if input.opened_on.is_some_and(|day| day > today) {
        faults.push(Reason::new(Code::NotAfter).with("day", today).at("opened_on"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(OrganizationRow {
        id,
        name_en: if domain::text::is_blank(&name_en) { String::new() } else { name_en },
        name_ko,
        business_number: business_number.map(|number| number.to_string()),
        kind: input.kind,
        size: input.size,
        sector: input.sector.to_string(),
        region: input.region.to_string(),
        district: (!district.is_empty()).then(|| district.to_owned()),
        region_basis: input.region_basis,
        region_as_of: as_of,
        opened_on: input.opened_on,
        youth_founded: input.youth_founded,
        verified_at: None,
        verified_by: None,
        created_at: now,
        version: 1,
    })
}

/// Registers the organization of whoever acts; they become its administrator.
///
/// # Errors
/// [`Error::Invalid`] for each field; a number that is registered is told at its field, without
/// saying whose it is. [`Error::Conflict`] if the person belongs to an organization.
pub fn register(cx: &mut Cx<'_, '_>, input: &OrganizationInput) -> Outcome<OrganizationId> {
    cx.require(Act::OrganizationRegister, &[])?;
    let user = cx.user()?;
    unattached(cx, user)?;
    let id = put(cx, input)?;
    attach(cx, id, user, true)?;
    Ok(id)
}

/// Adds an organization on behalf of the center: by import or loader. `admin` becomes its
/// administrator.
///
/// # Errors
/// As [`register`].
pub fn add(cx: &mut Cx<'_, '_>, input: &OrganizationInput, admin: Option<UserId>) -> Outcome<OrganizationId> {
    cx.require(Act::Import, &[])?;
    if let Some(user) = admin {
        unattached(cx, user)?;
    }
    let id = put(cx, input)?;
    if let Some(user) = admin {
        attach(cx, id, user, true)?;
    }
    Ok(id)
}

/// What is wrong with an organization: for a form of which not all could be read.
///
/// # Errors
/// If no id could be made.
pub fn faults(cx: &mut Cx<'_, '_>, input: &OrganizationInput) -> Outcome<Vec<FieldError>> {
    Ok(checked(input, cx.new_id()?, cx.now, cx.today()).err().unwrap_or_default())
}

fn put(cx: &mut Cx<'_, '_>, input: &OrganizationInput) -> Outcome<OrganizationId> {
    let row = checked(input, cx.new_id()?, cx.now, cx.today()).map_err(Error::Invalid)?;
    unregistered(cx, &row)?;
    store::organization::insert(cx.tx, &row)?;
    cx.audit("organization.registered", ("organization", &row.id), &(), &row, "")?;
    Ok(row.id)
}

/// Refuses a business number that another organization has.
fn unregistered(cx: &mut Cx<'_, '_>, row: &OrganizationRow) -> Outcome<()> {
    let Some(number) = &row.business_number else { return Ok(()) };
    match store::organization::by_number(cx.tx, number)? {
        Some(other) if other.id != row.id => Err(Error::field("business_number", Code::OrganizationRegistered)),
        _ => Ok(()),
    }
}

fn unattached(cx: &mut Cx<'_, '_>, user: UserId) -> Outcome<()> {
    let row = store::user::find(cx.tx, user)?.ok_or(Error::NotFound)?;
    if row.organization.is_some() { Err(Error::conflict(Code::HasOrganization)) } else { Ok(()) }
}

fn attach(cx: &mut Cx<'_, '_>, id: OrganizationId, user: UserId, admin: bool) -> Outcome<()> {
    store::organization::put_member(cx.tx, id, user, admin, cx.now)?;
    store::organization::remove_request(cx.tx, id, user)?;
    store::user::set_organization(cx.tx, user, Some(id))?;
    let after = serde_json::json!({ "user": user, "admin": admin });
    cx.audit("organization.member_added", ("organization", &id), &(), &after, "")
}

/// Changes what an organization says of itself, as it was at `version`. What its papers prove was
/// confirmed for the old words: unless the office itself changes it, it is to be confirmed anew.
///
/// # Errors
/// As [`register`]; [`Error::NotFound`] for whoever may not see it; [`Error::Conflict`] if it was
/// changed meanwhile.
pub fn change(cx: &mut Cx<'_, '_>, id: OrganizationId, version: i64, input: &OrganizationInput) -> Outcome<()> {
    let (before, ties) = seen(cx, id, Act::OrganizationManage)?;
    let new = checked(input, id, cx.now, cx.today()).map_err(Error::Invalid)?;
    unregistered(cx, &new)?;
    let mut after = OrganizationRow {
        created_at: before.created_at,
        verified_at: before.verified_at,
        verified_by: before.verified_by,
        version,
        ..new
    };
    let proven = |row: &OrganizationRow| {
        let place = (row.region.clone(), row.district.clone(), row.region_basis);
        let facts = (row.kind, row.size, row.opened_on, row.youth_founded);
        (row.name_ko.clone(), row.business_number.clone(), place, facts)
    };
    let by_office = ties.is_empty();
    if proven(&before) != proven(&after) && !by_office {
        (after.verified_at, after.verified_by) = (None, None);
    }
    // Where it lay before is history; the day moves only with the place.
    if input.region_as_of.is_none() && proven(&before).2 == proven(&after).2 {
        after.region_as_of = before.region_as_of;
    }
    store::organization::update(cx.tx, &after)?;
    cx.audit("organization.changed", ("organization", &id), &before, &after, "")
}

/// Organizations after a place, by Korean name, each with how many people belong to it.
///
/// # Errors
/// Database errors and lacking permission.
pub fn list(
    cx: &mut Cx<'_, '_>,
    filter: &OrganizationFilter,
    after: Option<&(String, OrganizationId)>,
    limit: i64,
) -> Outcome<Vec<(OrganizationRow, i64)>> {
    cx.require(Act::OrganizationList, &[])?;
    let mut text: String = filter.text.trim().chars().take(100).collect();
    // A number is found however it is written.
    if text.chars().all(|c| c.is_ascii_digit() || c == '-') {
        text.retain(|c| c != '-');
    }
    let filter = OrganizationFilter { text, ..filter.clone() };
    Ok(store::organization::list(cx.tx, &filter, after, limit.clamp(1, 201))?)
}

/// One organization.
///
/// # Errors
/// [`Error::NotFound`], also for whoever may not see it.
pub fn show(cx: &mut Cx<'_, '_>, id: OrganizationId) -> Outcome<OrganizationView> {
    let (row, ties) = seen(cx, id, Act::OrganizationRead)?;
    let manageable = cx.actor.may(Act::OrganizationManage, &ties);
    let placeable = cx.actor.may(Act::OrganizationManage, &[]);
    let mut people = store::organization::people(cx.tx, id)?;
    if !manageable {
        people.retain(|person| person.admin.is_some());
    }
    Ok(OrganizationView {
        verifiable: row.verified_at.is_none() && ties.is_empty() && cx.actor.may(Act::OrganizationVerify, &[]),
        row,
        people,
        ties,
        manageable,
        placeable,
    })
}

/// The organization of whoever acts, or the one that they ask to be admitted to and since when.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn mine(cx: &mut Cx<'_, '_>) -> Outcome<Mine> {
    let user = cx.user()?;
    let row = store::user::find(cx.tx, user)?.ok_or(Error::SignInNeeded)?;
    mine_as(cx, &row)
}

/// The same where the account of whoever acts was read already.
///
/// # Errors
/// [`Error::SignInNeeded`] if it is another's.
pub fn mine_as(cx: &mut Cx<'_, '_>, row: &UserRow) -> Outcome<Mine> {
    if cx.user()? != row.id {
        return Err(Error::SignInNeeded);
    }
    if let Some(id) = row.organization {
        let organization = store::organization::find(cx.tx, id)?.ok_or(Error::NotFound)?;
        return Ok(Mine::Belongs(Box::new(organization)));
    }
    Ok(match store::organization::request_of(cx.tx, row.id)? {
        Some((organization, at)) => Mine::Asks(Box::new(organization), at),
        None => Mine::None,
    })
}

/// How somebody stands to an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mine {
    /// They belong to it.
    Belongs(Box<OrganizationRow>),
    /// They ask to be admitted to it, since then.
    Asks(Box<OrganizationRow>, Timestamp),
    /// They belong to none.
    None,
}

/// Confirms the papers of an organization as it was at `version`. Not for its own people.
///
/// # Errors
/// [`Error::Conflict`] if they are confirmed, or it was changed meanwhile.
pub fn verify(cx: &mut Cx<'_, '_>, id: OrganizationId, version: i64) -> Outcome<()> {
    cx.require(Act::OrganizationVerify, &[])?;
    let (row, ties) = seen(cx, id, Act::OrganizationRead)?;
    if !ties.is_empty() {
        return Err(Error::Forbidden(Reason::new(Code::OwnOrganization)));
    }
    // Who wrote the data does not confirm them, whether or not they still belong to it.
    let writer = last_writer(cx, id)?;
    if writer.is_some() && writer == cx.actor.user {
        return Err(Error::Forbidden(Reason::new(Code::OwnDraft)));
    }
    if row.verified_at.is_some() || row.version != version {
        return Err(Error::conflict(Code::Changed));
    }
    let after = OrganizationRow { verified_at: Some(cx.now), verified_by: cx.actor.user, ..row.clone() };
    store::organization::update(cx.tx, &after)?;
    cx.audit("organization.verified", ("organization", &id), &(), &serde_json::json!({ "version": version }), "")?;
    tell_admins(cx, &row, Template::OrganizationVerified, &[])
}

/// Who last wrote an organization's data, by the audit trail.
fn last_writer(cx: &mut Cx<'_, '_>, id: OrganizationId) -> Outcome<Option<UserId>> {
    for action in ["organization.changed", "organization.registered"] {
        let filter = AuditFilter {
            action: Some(action.to_owned()),
            kind: Some("organization".to_owned()),
            id: Some(id.to_string()),
            ..AuditFilter::default()
        };
        if let Some(row) = store::trust::audit_page(cx.tx, &filter, None, 1)?.into_iter().next() {
            return Ok(row.actor);
        }
    }
    Ok(None)
}

/// Asks to be admitted to the organization with that business number; its administrators are told.
///
/// # Errors
/// [`Error::Invalid`] for the number; [`Error::Conflict`] if the person belongs to one.
pub fn ask(cx: &mut Cx<'_, '_>, business_number: &str) -> Outcome<()> {
    cx.require(Act::OrganizationJoin, &[])?;
    let user = cx.user()?;
    unattached(cx, user)?;
    let number: BusinessNumber = business_number.parse().map_err(|code: Code| Error::field("business_number", code))?;
    let row = store::organization::by_number(cx.tx, number.as_str())?
        .ok_or_else(|| Error::field("business_number", Code::OrganizationNotRegistered))?;
    if store::organization::request_of(cx.tx, user)?.is_some_and(|(other, _)| other.id == row.id) {
        return Ok(());
    }
    store::organization::put_request(cx.tx, row.id, user, cx.now)?;
    cx.audit("organization.asked", ("organization", &row.id), &(), &serde_json::json!({ "user": user }), "")?;
    let person = cx.actor.name.clone();
    tell_admins(cx, &row, Template::OrganizationAsked, &[("person", person)])
}

/// Takes one's own request back.
///
/// # Errors
/// [`Error::NotFound`] if there is none.
pub fn take_back(cx: &mut Cx<'_, '_>) -> Outcome<()> {
    let user = cx.user()?;
    let (row, _) = store::organization::request_of(cx.tx, user)?.ok_or(Error::NotFound)?;
    store::organization::remove_request(cx.tx, row.id, user)?;
    cx.audit("organization.ask_withdrawn", ("organization", &row.id), &serde_json::json!({ "user": user }), &(), "")
}

/// Admits somebody who asked.
///
/// # Errors
/// [`Error::NotFound`] for somebody who did not ask; [`Error::Conflict`] if they belong to an
/// organization meanwhile.
pub fn admit(cx: &mut Cx<'_, '_>, id: OrganizationId, user: UserId) -> Outcome<()> {
    let (row, _) = seen(cx, id, Act::OrganizationManage)?;
    if !store::organization::remove_request(cx.tx, id, user)? {
        return Err(Error::NotFound);
    }
    unattached(cx, user)?;
    attach(cx, id, user, false)?;
    tell_admitted(cx, &row, user)
}

/// Refuses somebody who asked.
///
/// # Errors
/// [`Error::NotFound`] for somebody who did not ask.
pub fn refuse(cx: &mut Cx<'_, '_>, id: OrganizationId, user: UserId) -> Outcome<()> {
    seen(cx, id, Act::OrganizationManage)?;
    if !store::organization::remove_request(cx.tx, id, user)? {
        return Err(Error::NotFound);
    }
    cx.audit("organization.ask_refused", ("organization", &id), &serde_json::json!({ "user": user }), &(), "")
}

/// Makes the holder of a confirmed account a member without their asking, or changes whether a
/// member administers: for the office and the loader.
///
/// # Errors
/// [`Error::Invalid`] at `email` without such an account; [`Error::Conflict`] if they belong to
/// another organization.
pub fn place(cx: &mut Cx<'_, '_>, id: OrganizationId, email: &str, admin: bool) -> Outcome<()> {
    cx.require(Act::OrganizationManage, &[])?;
    let (row, _) = seen(cx, id, Act::OrganizationManage)?;
    let email: Email = email.parse().map_err(|code: Code| Error::field("email", code))?;
    let user = store::user::by_email(cx.tx, email.as_str())?
        .filter(|user| user.state == UserState::Active)
        .ok_or_else(|| Error::field("email", Code::NoAccount))?;
    match user.organization {
        Some(own) if own == id => set_admin(cx, id, user.id, admin),
        Some(_) => Err(Error::conflict(Code::HasOrganization)),
        None => {
            attach(cx, id, user.id, admin)?;
            tell_admitted(cx, &row, user.id)
        }
    }
}

/// Lets a member administer the organization, or no longer.
///
/// # Errors
/// [`Error::NotFound`] for somebody who is no member; [`Error::Conflict`] for the last
/// administrator.
pub fn set_admin(cx: &mut Cx<'_, '_>, id: OrganizationId, user: UserId, admin: bool) -> Outcome<()> {
    seen(cx, id, Act::OrganizationManage)?;
    let before = store::organization::membership(cx.tx, id, user)?.ok_or(Error::NotFound)?;
    if before && !admin {
        keep_an_admin(cx, id, user)?;
    }
    store::organization::put_member(cx.tx, id, user, admin, cx.now)?;
    let state = |admin: bool| serde_json::json!({ "user": user, "admin": admin });
    cx.audit("organization.member_changed", ("organization", &id), &state(before), &state(admin), "")
}

/// Takes somebody out of an organization; members may leave by themselves.
///
/// # Errors
/// [`Error::NotFound`] for somebody who is no member; [`Error::Conflict`] for the last
/// administrator, unless the office does it.
pub fn remove_member(cx: &mut Cx<'_, '_>, id: OrganizationId, user: UserId) -> Outcome<()> {
    let leaves = cx.actor.user == Some(user);
    seen(cx, id, if leaves { Act::OrganizationRead } else { Act::OrganizationManage })?;
    let admin = store::organization::membership(cx.tx, id, user)?.ok_or(Error::NotFound)?;
    if admin && !cx.actor.may(Act::OrganizationManage, &[]) {
        keep_an_admin(cx, id, user)?;
    }
    store::organization::remove_member(cx.tx, id, user)?;
    store::user::set_organization(cx.tx, user, None)?;
    let before = serde_json::json!({ "user": user, "admin": admin });
    cx.audit("organization.member_removed", ("organization", &id), &before, &(), "")
}

fn keep_an_admin(cx: &mut Cx<'_, '_>, id: OrganizationId, besides: UserId) -> Outcome<()> {
    if store::organization::other_admins(cx.tx, id, besides)? == 0 {
        return Err(Error::conflict(Code::LastOrgAdmin));
    }
    Ok(())
}

/// The organization, if whoever acts may see it and do `act`, with their ties to it.
fn seen(cx: &mut Cx<'_, '_>, id: OrganizationId, act: Act) -> Outcome<(OrganizationRow, Vec<Tie>)> {
    let row = store::organization::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    let membership = match cx.actor.user {
        Some(user) => store::organization::membership(cx.tx, id, user)?,
        None => None,
    };
    let ties = match membership {
        Some(true) => vec![Tie::OrgAdmin, Tie::OrgMember],
        Some(false) => vec![Tie::OrgMember],
        None => Vec::new(),
    };
    cx.require_on(Act::OrganizationRead, act, &ties)?;
    Ok((row, ties))
}

fn tell_admitted(cx: &mut Cx<'_, '_>, row: &OrganizationRow, user: UserId) -> Outcome<()> {
    let Some(user) = store::user::find(cx.tx, user)? else { return Ok(()) };
    let to = recipient(&user);
    tell(cx, row, &to, &user.name, Template::OrganizationAdmitted, &[])
}

fn tell_admins(cx: &mut Cx<'_, '_>, row: &OrganizationRow, template: Template, args: &[(&str, String)]) -> Outcome<()> {
    for person in store::organization::people(cx.tx, row.id)? {
        if person.admin == Some(true) && person.state == UserState::Active {
            let to = Recipient::person(person.user, &person.email, &person.language);
            tell(cx, row, &to, &person.name, template, args)?;
        }
    }
    Ok(())
}

fn tell(
    cx: &mut Cx<'_, '_>,
    row: &OrganizationRow,
    to: &Recipient,
    name: &str,
    template: Template,
    args: &[(&str, String)],
) -> Outcome<()> {
    let organization = crate::proposal::title(Texts::new(to.lang), &row.name_ko, &row.name_en);
    let mut all = vec![
        ("name", name.to_owned()),
        ("organization", organization),
        ("link", format!("{}/organizations/{}", cx.identity.public_url, row.id)),
    ];
    all.extend(args.iter().cloned());
    crate::mail::post(cx, to, template, &all).map(drop)
}
