//! Accounts, for those who keep them.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use edge::App;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::user::{NewUser, UserFilter, UserItem, UserView};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{
    Choice, Done, Id, Instant, Language, Made, Nothing, OrganizationRef, Page, RoleWord, Rows, UserRef, UserStateWord,
    Why, asked, id,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show))
        .routes(routes!(invite))
        .routes(routes!(lock))
        .routes(routes!(unlock))
        .routes(routes!(set_roles))
}

/// An account in a list.
#[derive(Debug, Serialize, ToSchema)]
struct UserListItem {
    /// Its id.
    id: UserRef,
    /// The name, masked.
    name: String,
    /// The address, masked.
    email: String,
    /// Its state.
    state: UserStateWord,
    /// Its roles.
    roles: Vec<RoleWord>,
    /// The organization's Korean name.
    organization_ko: Option<String>,
    /// The organization's English name.
    organization_en: Option<String>,
    /// When it was made.
    created_at: Instant,
}

impl From<UserItem> for UserListItem {
    fn from(item: UserItem) -> Self {
        Self {
            id: Id(item.user.id),
            name: texts::masked_name(&item.user.name),
            email: texts::masked_email(&item.user.email),
            state: Choice(item.user.state),
            roles: item.roles.into_iter().map(Choice).collect(),
            organization_ko: item.organization_ko,
            organization_en: item.organization_en,
            created_at: Instant(item.user.created_at),
        }
    }
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
struct User {
    /// Its id.
    id: UserRef,
    /// The name.
    name: String,
    /// The address.
    email: String,
    /// The telephone number; may be empty.
    phone: String,
    /// The language to be written to in.
    language: Language,
    /// Its state.
    state: UserStateWord,
    /// Its roles.
    roles: Vec<RoleWord>,
    /// The organization.
    organization: Option<OrganizationRef>,
    /// The organization's Korean name.
    organization_ko: Option<String>,
    /// The organization's English name.
    organization_en: Option<String>,
    /// When it was made.
    created_at: Instant,
    /// When its address was confirmed.
    verified_at: Option<Instant>,
}

impl From<UserView> for User {
    fn from(view: UserView) -> Self {
        let UserView { user, roles, organization, .. } = view;
        let (organization_ko, organization_en) = organization.unzip();
        Self {
            id: Id(user.id),
            name: user.name,
            email: user.email,
            phone: user.phone,
            language: Language::of(&user.language),
            state: Choice(user.state),
            roles: roles.into_iter().map(Choice).collect(),
            organization: user.organization.map(Id),
            organization_ko,
            organization_en,
            created_at: Instant(user.created_at),
            verified_at: user.verified_at.map(Instant),
        }
    }
}

/// Which accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only those whose name or address holds this.
    text: Option<String>,
    /// Only those with this role.
    role: Option<String>,
    /// Only those in this state.
    state: Option<String>,
}

/// An account to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UserBody {
    /// The address.
    email: String,
    /// The name.
    name: String,
    /// The telephone number; may be empty.
    #[serde(default)]
    phone: String,
    /// The language to be written to in.
    language: Language,
    /// Its roles.
    #[serde(default)]
    roles: Vec<RoleWord>,
}

/// The roles that an account is to have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RolesBody {
    /// All of them; others are taken.
    roles: Vec<RoleWord>,
}

/// List accounts
#[utoipa::path(get, path = "/users", operation_id = "user_list", tag = "users", params(Which, Rows),
    extensions(("x-act" = json!("user.list"))),
    responses((status = 200, description = "Accounts, newest first", body = Page<UserListItem>)))]
async fn list(read: Read, Asked(which): Asked<Which>, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let filter = UserFilter {
            role: asked::<RoleWord>(which.role.as_deref(), "role")?.map(|role| role.0),
            state: asked::<UserStateWord>(which.state.as_deref(), "state")?.map(|state| state.0),
            text: which.text.unwrap_or_default().chars().filter(|c| !c.is_control()).collect(),
        };
        let found = service::user::list(cx, &filter, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, UserListItem, _>(found, |item| (item.user.created_at.as_second(), item.user.id)))
    })
    .await
}

/// Show an account
#[utoipa::path(get, path = "/users/{id}", operation_id = "user_show", tag = "users",
    params(("id" = String, Path, description = "The account")),
    extensions(("x-act" = json!("user.read"))),
    responses((status = 200, description = "The account", body = User)))]
async fn show(read: Read, Path(user): Path<String>) -> Answer {
    read.noted(move |cx| service::user::show(cx, id(&user)?).map(User::from)).await
}

/// Make an account
///
/// It is in use at once; nobody can sign in until its owner chose a password by a link.
#[utoipa::path(post, path = "/users", operation_id = "user_create", tag = "users", request_body = UserBody,
    extensions(("x-act" = json!("user.manage"))),
    responses((status = 201, description = "The account", body = Made)))]
async fn create(post: Post<UserBody>) -> Answer {
    post.run(StatusCode::CREATED, |cx, body| {
        let new = NewUser {
            email: body.email,
            name: body.name,
            phone: body.phone,
            language: body.language.into(),
            roles: body.roles.into_iter().map(|role| role.0).collect(),
            password: None,
        };
        service::user::create(cx, &new).map(Made::new)
    })
    .await
}

/// Send the owner of an account a link for choosing a password
#[utoipa::path(post, path = "/users/{id}/invite", operation_id = "user_invite", tag = "users",
    params(("id" = String, Path, description = "The account")), request_body = Nothing,
    extensions(("x-act" = json!("user.manage"))),
    responses((status = 200, description = "It is on its way", body = Done)))]
async fn invite(Path(user): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::user::invite(cx, id(&user)?).map(Done::new)).await
}

/// Lock an account
///
/// Its sessions end and nobody signs in until it is unlocked.
#[utoipa::path(post, path = "/users/{id}/lock", operation_id = "user_lock", tag = "users",
    params(("id" = String, Path, description = "The account")), request_body = Why,
    extensions(("x-act" = json!("user.manage"))),
    responses((status = 200, description = "It is locked", body = Done)))]
async fn lock(Path(user): Path<String>, post: Post<Why>) -> Answer {
    post.run(StatusCode::OK, move |cx, why| service::user::lock(cx, id(&user)?, &why.reason).map(Done::new)).await
}

/// Unlock an account
#[utoipa::path(post, path = "/users/{id}/unlock", operation_id = "user_unlock", tag = "users",
    params(("id" = String, Path, description = "The account")), request_body = Nothing,
    extensions(("x-act" = json!("user.manage"))),
    responses((status = 200, description = "It is unlocked", body = Done)))]
async fn unlock(Path(user): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::user::unlock(cx, id(&user)?).map(Done::new)).await
}

/// Give and take roles
#[utoipa::path(post, path = "/users/{id}/roles", operation_id = "user_set_roles", tag = "users",
    params(("id" = String, Path, description = "The account")), request_body = RolesBody,
    extensions(("x-act" = json!("user.assign_role"))),
    responses((status = 200, description = "It has exactly these", body = Done)))]
async fn set_roles(Path(user): Path<String>, post: Post<RolesBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        let roles = body.roles.into_iter().map(|role| role.0).collect();
        service::user::set_roles(cx, id(&user)?, &roles).map(Done::new)
    })
    .await
}
