//! Organizations: registered, changed, confirmed; their people.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use domain::Code;
use edge::{App, Slice};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::organization::{
    Mine, OrganizationFilter, OrganizationInput, OrganizationPerson, OrganizationRow, OrganizationView,
};
use service::{Error, Outcome};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{
    AtVersion, Choice, Day, Done, Id, Instant, Made, Nothing, OrganizationKindWord, OrganizationRef,
    OrganizationSizeWord, Page, RegionBasisWord, RegionWord, Rows, SectorWord, TieWord, UserRef, Version, asked, id,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, register))
        .routes(routes!(mine))
        .routes(routes!(ask))
        .routes(routes!(take_back))
        .routes(routes!(show, change))
        .routes(routes!(verify))
        .routes(routes!(admit))
        .routes(routes!(refuse))
        .routes(routes!(place))
        .routes(routes!(set_admin))
        .routes(routes!(remove_member))
}

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
struct Organization {
    /// Its id.
    id: OrganizationRef,
    /// Its version, to be sent along with the next change.
    version: i64,
    /// Korean name.
    name_ko: String,
    /// English name.
    name_en: String,
    /// The business number, ten digits.
    business_number: Option<String>,
    /// What it is.
    kind: OrganizationKindWord,
    /// How large it is.
    size: OrganizationSizeWord,
    /// In which sector it works.
    sector: String,
    /// The code of the top-level unit in which it lies, valid on `region_as_of`.
    region: String,
    /// The district, where districts are told apart.
    district: Option<String>,
    /// What of it lies there.
    region_basis: RegionBasisWord,
    /// Since when it is known to lie there.
    region_as_of: Day,
    /// When the business opened.
    opened_on: Option<Day>,
    /// Whether a founder was at most 39.
    youth_founded: bool,
    /// When its papers were confirmed.
    verified_at: Option<Instant>,
    /// When it was registered.
    created_at: Instant,
}

impl From<OrganizationRow> for Organization {
    fn from(row: OrganizationRow) -> Self {
        Self {
            id: Id(row.id),
            version: row.version,
            name_ko: row.name_ko,
            name_en: row.name_en,
            business_number: row.business_number,
            kind: Choice(row.kind),
            size: Choice(row.size),
            sector: row.sector,
            region: row.region,
            district: row.district,
            region_basis: Choice(row.region_basis),
            region_as_of: Day(row.region_as_of),
            opened_on: row.opened_on.map(Day),
            youth_founded: row.youth_founded,
            verified_at: row.verified_at.map(Instant),
            created_at: Instant(row.created_at),
        }
    }
}

/// An organization in a list.
#[derive(Debug, Serialize, ToSchema)]
struct OrganizationListItem {
    /// The organization.
    organization: Organization,
    /// How many people belong to it.
    people: i64,
}

/// An organization with its people.
#[derive(Debug, Serialize, ToSchema)]
struct OrganizationShown {
    /// The organization.
    organization: Organization,
    /// Its people; addresses are masked but for those who manage it.
    people: Vec<Person>,
    /// How the caller is tied to it.
    ties: Vec<TieWord>,
    /// Whether the caller may change it and admit people.
    manageable: bool,
    /// Whether the caller may confirm its papers now.
    verifiable: bool,
}

/// Somebody of an organization, or who asks to be admitted.
#[derive(Debug, Serialize, ToSchema)]
struct Person {
    /// The account.
    user: UserRef,
    /// The name; masked but for those who manage the organization.
    name: String,
    /// The address; masked but for those who manage the organization.
    email: String,
    /// Whether they administer it; null for somebody who asks.
    admin: Option<bool>,
    /// Since when they belong to it, or ask.
    since: Instant,
}

fn person(row: OrganizationPerson, plain: bool) -> Person {
    Person {
        user: Id(row.user),
        name: if plain { row.name } else { texts::masked_name(&row.name) },
        email: if plain { row.email } else { texts::masked_email(&row.email) },
        admin: row.admin,
        since: Instant(row.since),
    }
}

impl From<OrganizationView> for OrganizationShown {
    fn from(view: OrganizationView) -> Self {
        let OrganizationView { row, people, ties, manageable, verifiable, .. } = view;
        Self {
            organization: row.into(),
            people: people.into_iter().map(|row| person(row, manageable)).collect(),
            ties: ties.into_iter().map(Choice).collect(),
            manageable,
            verifiable,
        }
    }
}

/// How the caller stands to an organization.
#[derive(Debug, Serialize, ToSchema)]
struct MyOrganization {
    /// The one that they belong to.
    belongs: Option<Organization>,
    /// The Korean name of the one that they ask to be admitted to.
    asks_ko: Option<String>,
    /// Its English name.
    asks_en: Option<String>,
    /// Since when they ask.
    asked_at: Option<Instant>,
}

impl From<Mine> for MyOrganization {
    fn from(mine: Mine) -> Self {
        let none = Self { belongs: None, asks_ko: None, asks_en: None, asked_at: None };
        match mine {
            Mine::Belongs(row) => Self { belongs: Some((*row).into()), ..none },
            Mine::Asks(row, at) => {
                Self { asks_ko: Some(row.name_ko), asks_en: Some(row.name_en), asked_at: Some(Instant(at)), ..none }
            }
            Mine::None => none,
        }
    }
}

/// What an organization says of itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganizationBody {
    /// The version that was read; only for changing it.
    version: Option<i64>,
    /// Korean name, up to 120 characters.
    name_ko: String,
    /// English name; the Korean one if it is left out.
    #[serde(default)]
    name_en: String,
    /// Ten digits with or without hyphens; may be left out but for companies.
    #[serde(default)]
    business_number: String,
    /// What it is.
    kind: OrganizationKindWord,
    /// How large it is.
    size: OrganizationSizeWord,
    /// In which sector it works.
    sector: SectorWord,
    /// The code of the top-level unit in which it lies.
    region: RegionWord,
    /// The district's Korean name, where districts are told apart.
    #[serde(default)]
    district: String,
    /// What of it lies there.
    region_basis: RegionBasisWord,
    /// Since when it is known to lie there; today if it is left out.
    region_as_of: Option<Day>,
    /// When the business opened.
    opened_on: Option<Day>,
    /// Whether a founder was at most 39.
    #[serde(default)]
    youth_founded: bool,
}

impl From<OrganizationBody> for OrganizationInput {
    fn from(body: OrganizationBody) -> Self {
        Self {
            name_ko: body.name_ko,
            name_en: body.name_en,
            business_number: body.business_number,
            kind: body.kind.0,
            size: body.size.0,
            sector: body.sector.0,
            region: body.region.0,
            district: body.district,
            region_basis: body.region_basis.0,
            region_as_of: body.region_as_of.map(|day| day.0),
            opened_on: body.opened_on.map(|day| day.0),
            youth_founded: body.youth_founded,
        }
    }
}

/// Which organizations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only those whose name or business number holds this.
    text: Option<String>,
    /// Only those of this kind.
    kind: Option<String>,
    /// Only those whose papers are confirmed (`true`) or not (`false`).
    verified: Option<bool>,
}

impl Which {
    fn filter(self) -> Outcome<OrganizationFilter> {
        Ok(OrganizationFilter {
            kind: asked::<OrganizationKindWord>(self.kind.as_deref(), "kind")?.map(|kind| kind.0),
            verified: self.verified,
            text: self.text.unwrap_or_default().chars().filter(|c| !c.is_control()).collect(),
        })
    }
}

/// Which organization to ask.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AskBody {
    /// Its business number.
    business_number: String,
}

/// Whom to place in an organization.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlaceBody {
    /// The address of a confirmed account.
    email: String,
    /// Whether they administer it.
    #[serde(default)]
    admin: bool,
}

/// Whether somebody administers an organization.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdminBody {
    /// Whether they do.
    admin: bool,
}

/// List organizations
#[utoipa::path(get, path = "/organizations", operation_id = "organization_list", tag = "organizations", params(Which, Rows),
    extensions(("x-act" = json!("organization.list"))),
    responses((status = 200, description = "Organizations by Korean name", body = Page<OrganizationListItem>)))]
async fn list(read: Read, Asked(which): Asked<Which>, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let after = rows.after()?;
        let found = service::organization::list(cx, &which.filter()?, after.as_ref(), rows.one_more())?;
        let slice = Slice::cut(found, rows.limit(), |(row, _)| (row.name_ko.clone(), row.id));
        Ok(Page::from(slice.map(|(row, people)| OrganizationListItem { organization: row.into(), people })))
    })
    .await
}

/// Register one's organization
///
/// The caller becomes its administrator.
#[utoipa::path(post, path = "/organizations", operation_id = "organization_register", tag = "organizations",
    request_body = OrganizationBody,
    extensions(("x-act" = json!("organization.register"))),
    responses((status = 201, description = "The organization", body = Made)))]
async fn register(post: Post<OrganizationBody>) -> Answer {
    post.run(StatusCode::CREATED, |cx, body| service::organization::register(cx, &body.into()).map(Made::new)).await
}

/// Show one's own organization
#[utoipa::path(get, path = "/organizations/mine", operation_id = "organization_mine", tag = "organizations",
    extensions(("x-act" = json!("home.read"))),
    responses((status = 200, description = "The one that the caller belongs to or asks to be admitted to", body = MyOrganization)))]
async fn mine(read: Read) -> Answer {
    read.run(|cx| service::organization::mine(cx).map(MyOrganization::from)).await
}

/// Ask to be admitted to an organization
#[utoipa::path(post, path = "/organizations/ask", operation_id = "organization_ask", tag = "organizations",
    request_body = AskBody,
    extensions(("x-act" = json!("organization.join"))),
    responses((status = 200, description = "Its administrators are told", body = Done)))]
async fn ask(post: Post<AskBody>) -> Answer {
    post.run(StatusCode::OK, |cx, body| service::organization::ask(cx, &body.business_number).map(Done::new)).await
}

/// Take one's own request to be admitted back
#[utoipa::path(post, path = "/organizations/ask/withdraw", operation_id = "organization_take_back", tag = "organizations",
    request_body = Nothing,
    extensions(("x-act" = json!("organization.join"))),
    responses((status = 200, description = "It is taken back", body = Done)))]
async fn take_back(post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, |cx, _| service::organization::take_back(cx).map(Done::new)).await
}

/// Show an organization
#[utoipa::path(get, path = "/organizations/{id}", operation_id = "organization_show", tag = "organizations",
    params(("id" = String, Path, description = "The organization")),
    extensions(("x-act" = json!("organization.read"))),
    responses((status = 200, description = "The organization with its people", body = OrganizationShown)))]
async fn show(read: Read, Path(organization): Path<String>) -> Answer {
    read.run(move |cx| service::organization::show(cx, id(&organization)?).map(OrganizationShown::from)).await
}

/// Change an organization
///
/// All of it is written anew; `version` is the one that was read. What its papers prove is to be
/// confirmed anew unless the office changes it.
#[utoipa::path(post, path = "/organizations/{id}", operation_id = "organization_change", tag = "organizations",
    params(("id" = String, Path, description = "The organization")), request_body = OrganizationBody,
    extensions(("x-act" = json!("organization.manage"))),
    responses((status = 200, description = "Its new version", body = Version)))]
async fn change(Path(organization): Path<String>, post: Post<OrganizationBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        let organization = id(&organization)?;
        let version = body.version.ok_or_else(|| Error::field("version", Code::Required))?;
        service::organization::change(cx, organization, version, &body.into())?;
        Ok(Version::new(version.saturating_add(1)))
    })
    .await
}

/// Confirm the papers of an organization
#[utoipa::path(post, path = "/organizations/{id}/verify", operation_id = "organization_verify", tag = "organizations",
    params(("id" = String, Path, description = "The organization")), request_body = AtVersion,
    extensions(("x-act" = json!("organization.verify"))),
    responses((status = 200, description = "They are confirmed", body = Done)))]
async fn verify(Path(organization): Path<String>, post: Post<AtVersion>) -> Answer {
    post.run(StatusCode::OK, move |cx, at| {
        service::organization::verify(cx, id(&organization)?, at.version).map(Done::new)
    })
    .await
}

/// Admit somebody who asked
#[utoipa::path(post, path = "/organizations/{id}/asking/{user}/admit", operation_id = "organization_admit", tag = "organizations",
    params(("id" = String, Path, description = "The organization"), ("user" = String, Path, description = "The account")),
    request_body = Nothing,
    extensions(("x-act" = json!("organization.manage"))),
    responses((status = 200, description = "They belong to it", body = Done)))]
async fn admit(Path((organization, user)): Path<(String, String)>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| {
        service::organization::admit(cx, id(&organization)?, id(&user)?).map(Done::new)
    })
    .await
}

/// Refuse somebody who asked
#[utoipa::path(post, path = "/organizations/{id}/asking/{user}/refuse", operation_id = "organization_refuse", tag = "organizations",
    params(("id" = String, Path, description = "The organization"), ("user" = String, Path, description = "The account")),
    request_body = Nothing,
    extensions(("x-act" = json!("organization.manage"))),
    responses((status = 200, description = "They are refused", body = Done)))]
async fn refuse(Path((organization, user)): Path<(String, String)>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| {
        service::organization::refuse(cx, id(&organization)?, id(&user)?).map(Done::new)
    })
    .await
}

/// Place somebody in an organization
///
/// For the office, without their asking.
#[utoipa::path(post, path = "/organizations/{id}/members", operation_id = "organization_place", tag = "organizations",
    params(("id" = String, Path, description = "The organization")), request_body = PlaceBody,
    extensions(("x-act" = json!("organization.manage"))),
    responses((status = 200, description = "They belong to it", body = Done)))]
async fn place(Path(organization): Path<String>, post: Post<PlaceBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        service::organization::place(cx, id(&organization)?, &body.email, body.admin).map(Done::new)
    })
    .await
}

/// Let a member administer an organization, or no longer
#[utoipa::path(post, path = "/organizations/{id}/members/{user}", operation_id = "organization_set_admin", tag = "organizations",
    params(("id" = String, Path, description = "The organization"), ("user" = String, Path, description = "The account")),
    request_body = AdminBody,
    extensions(("x-act" = json!("organization.manage"))),
    responses((status = 200, description = "It is changed", body = Done)))]
async fn set_admin(Path((organization, user)): Path<(String, String)>, post: Post<AdminBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        service::organization::set_admin(cx, id(&organization)?, id(&user)?, body.admin).map(Done::new)
    })
    .await
}

/// Take somebody out of an organization
///
/// Members may leave by themselves.
#[utoipa::path(post, path = "/organizations/{id}/members/{user}/remove", operation_id = "organization_remove_member", tag = "organizations",
    params(("id" = String, Path, description = "The organization"), ("user" = String, Path, description = "The account")),
    request_body = Nothing,
    extensions(("x-act" = json!("organization.read"))),
    responses((status = 200, description = "They are out of it", body = Done)))]
async fn remove_member(Path((organization, user)): Path<(String, String)>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| {
        service::organization::remove_member(cx, id(&organization)?, id(&user)?).map(Done::new)
    })
    .await
}
