//! One's own account: profile, sessions, tokens, keys of the cluster.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use edge::App;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::account::{AccountView, ProfileChange, SessionRow, SshKeyRow, TokenRow};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{
    Choice, Done, Id, Instant, Language, Nothing, OrganizationRef, Page, RoleWord, SshKeyKindWord, SshKeyRef, TokenRef,
    TokenScopeWord, UserRef, UserStateWord, id,
};
use crate::{Answer, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show, change))
        .routes(routes!(sessions))
        .routes(routes!(end_session))
        .routes(routes!(tokens, create_token))
        .routes(routes!(revoke_token))
        .routes(routes!(ssh_keys, add_ssh_key))
        .routes(routes!(remove_ssh_key))
}

/// One's own account.
#[derive(Debug, Serialize, ToSchema)]
struct Account {
    /// Its id.
    id: UserRef,
    /// The address.
    email: String,
    /// The name.
    name: String,
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
    /// Its name on the cluster; null before the person first takes part in a project in force.
    cluster_account: Option<String>,
    /// When it was made.
    created_at: Instant,
}

impl From<AccountView> for Account {
    fn from(view: AccountView) -> Self {
        let user = view.user;
        Self {
            id: Id(user.id),
            email: user.email,
            name: user.name,
            phone: user.phone,
            language: Language::of(&user.language),
            state: Choice(user.state),
            roles: view.roles.into_iter().map(Choice).collect(),
            organization: user.organization.map(Id),
            cluster_account: view.access.account,
            created_at: Instant(user.created_at),
        }
    }
}

/// A session of a browser.
#[derive(Debug, Serialize, ToSchema)]
struct Session {
    /// By which it is ended; it opens nothing.
    hash: String,
    /// When it began.
    created_at: Instant,
    /// When it was last used.
    seen_at: Instant,
    /// Until when it lasts.
    expires_at: Instant,
    /// From which network address.
    address: String,
    /// By which browser.
    agent: String,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            hash: row.hash,
            created_at: Instant(row.created_at),
            seen_at: Instant(row.seen_at),
            expires_at: Instant(row.expires_at),
            address: row.address,
            agent: row.agent,
        }
    }
}

/// A personal token.
#[derive(Debug, Serialize, ToSchema)]
struct Token {
    /// Its id.
    id: TokenRef,
    /// What it is for.
    name: String,
    /// What it may do: `read`, `read write`, or `read write tokens`.
    scopes: String,
    /// When it was made.
    created_at: Instant,
    /// Until when it lasts.
    expires_at: Instant,
    /// When it was last used.
    used_at: Option<Instant>,
    /// When it was revoked.
    revoked_at: Option<Instant>,
}

impl From<TokenRow> for Token {
    fn from(row: TokenRow) -> Self {
        Self {
            id: Id(row.id),
            name: row.name,
            scopes: row.scopes,
            created_at: Instant(row.created_at),
            expires_at: Instant(row.expires_at),
            used_at: row.used_at.map(Instant),
            revoked_at: row.revoked_at.map(Instant),
        }
    }
}

/// A public key by which one signs in to the cluster.
#[derive(Debug, Serialize, ToSchema)]
struct SshKey {
    /// Its id.
    id: SshKeyRef,
    /// What it is made of.
    kind: SshKeyKindWord,
    /// How long it is.
    bits: i64,
    /// What its owner calls it; may be empty.
    comment: String,
    /// `SHA256:` and its hash, as `ssh-keygen -l` prints it.
    fingerprint: String,
    /// The key itself, as in `authorized_keys`, without the comment.
    public_key: String,
    /// When it was added.
    created_at: Instant,
}

impl From<SshKeyRow> for SshKey {
    fn from(row: SshKeyRow) -> Self {
        Self {
            id: Id(row.id),
            kind: Choice(row.kind),
            bits: row.bits,
            comment: row.comment,
            fingerprint: row.fingerprint,
            public_key: row.line,
            created_at: Instant(row.created_at),
        }
    }
}

/// A public key to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SshKeyBody {
    /// The line of the `.pub` file, with its comment.
    key: String,
}

/// What a person may change about themselves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProfileBody {
    /// The name.
    name: String,
    /// The telephone number; may be empty.
    #[serde(default)]
    phone: String,
    /// The language to be written to in.
    language: Language,
}

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenBody {
    /// What it is for.
    name: String,
    /// What it may do; not more than the token with which it is made.
    scope: TokenScopeWord,
    /// For how many days, 1 to 365; not longer than the token with which it is made.
    days: i64,
}

/// A new token.
#[derive(Debug, Serialize, ToSchema)]
struct NewToken {
    /// Its id.
    id: TokenRef,
    /// The token itself, told this once and kept nowhere: null in the answer to a repetition.
    secret: Option<String>,
}

/// Show one's own account
#[utoipa::path(get, path = "/account", operation_id = "account_show", tag = "account",
    extensions(("x-act" = json!("account.manage"))),
    responses((status = 200, description = "The caller's account", body = Account)))]
async fn show(read: Read) -> Answer {
    read.run(|cx| service::account::show(cx).map(Account::from)).await
}

/// Change one's own account
#[utoipa::path(post, path = "/account", operation_id = "account_change", tag = "account", request_body = ProfileBody,
    extensions(("x-act" = json!("account.manage"))),
    responses((status = 200, description = "It is changed", body = Done)))]
async fn change(post: Post<ProfileBody>) -> Answer {
    post.run(StatusCode::OK, |cx, body| {
        let change = ProfileChange { name: body.name, phone: body.phone, language: body.language.into() };
        service::account::change_profile(cx, &change).map(Done::new)
    })
    .await
}

/// List one's own sessions
#[utoipa::path(get, path = "/account/sessions", operation_id = "session_list", tag = "account",
    extensions(("x-act" = json!("account.manage"))),
    responses((status = 200, description = "Sessions, last used first", body = Page<Session>)))]
async fn sessions(read: Read) -> Answer {
    read.run(|cx| Ok(Page::all(service::account::sessions(cx)?.into_iter().map(Session::from).collect()))).await
}

/// End one of one's own sessions
#[utoipa::path(post, path = "/account/sessions/{hash}/end", operation_id = "session_end", tag = "account",
    params(("hash" = String, Path, description = "The session's hash")), request_body = Nothing,
    extensions(("x-act" = json!("account.manage"))),
    responses((status = 200, description = "It is ended", body = Done)))]
async fn end_session(Path(hash): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::account::end_session(cx, &hash).map(Done::new)).await
}

/// List one's own tokens
#[utoipa::path(get, path = "/account/tokens", operation_id = "token_list", tag = "account",
    extensions(("x-act" = json!("account.manage"))),
    responses((status = 200, description = "Tokens, newest first, at most 100", body = Page<Token>)))]
async fn tokens(read: Read) -> Answer {
    read.run(|cx| Ok(Page::all(service::account::tokens(cx)?.into_iter().map(Token::from).collect()))).await
}

/// Make a personal token
///
/// Needs a token with the scope `read_write_tokens`, which is made on the account page of the portal: other tokens
/// make none (`token_makes_none`). The new token can do no more and lasts no longer than the one with which it is made.
#[utoipa::path(post, path = "/account/tokens", operation_id = "token_create", tag = "account", request_body = TokenBody,
    extensions(("x-act" = json!("account.manage"))),
    responses((status = 201, description = "The token, told this once", body = NewToken)))]
async fn create_token(post: Post<TokenBody>) -> Answer {
    post.run_telling_once(StatusCode::CREATED, |cx, body| {
        let (id, secret) = service::account::create_token(cx, &body.name, body.scope.0, body.days)?;
        let answer = |secret| NewToken { id: Id(id), secret };
        Ok((answer(None), Some(answer(Some(secret)))))
    })
    .await
}

/// Revoke one of one's own tokens
#[utoipa::path(post, path = "/account/tokens/{id}/revoke", operation_id = "token_revoke", tag = "account",
    params(("id" = String, Path, description = "The token")), request_body = Nothing,
    extensions(("x-act" = json!("account.manage"))),
    responses((status = 200, description = "It is revoked", body = Done)))]
async fn revoke_token(Path(token): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::account::revoke_token(cx, id(&token)?).map(Done::new)).await
}

/// List one's own SSH public keys
///
/// They let in to the cluster under the account's `cluster_account`, while its person takes part in a project in force.
#[utoipa::path(get, path = "/account/ssh-keys", operation_id = "ssh_key_list", tag = "account",
    extensions(("x-act" = json!("account.manage_keys"))),
    responses((status = 200, description = "Keys, newest first, at most 20", body = Page<SshKey>)))]
async fn ssh_keys(read: Read) -> Answer {
    read.run(|cx| Ok(Page::all(service::account::ssh_keys(cx)?.into_iter().map(SshKey::from).collect()))).await
}

/// Add an SSH public key
///
/// Ed25519, ECDSA, both in security keys, and RSA from 3072 bits on; without options. A key outlives the token with
/// which it is added, so that it needs one with the scope `read_write_tokens` (`token_adds_no_keys`).
#[utoipa::path(post, path = "/account/ssh-keys", operation_id = "ssh_key_add", tag = "account", request_body = SshKeyBody,
    extensions(("x-act" = json!("account.manage_keys"))),
    responses((status = 201, description = "The key", body = SshKey)))]
async fn add_ssh_key(post: Post<SshKeyBody>) -> Answer {
    post.run(StatusCode::CREATED, |cx, body| service::account::add_ssh_key(cx, &body.key).map(SshKey::from)).await
}

/// Remove one of one's own SSH public keys
#[utoipa::path(post, path = "/account/ssh-keys/{id}/remove", operation_id = "ssh_key_remove", tag = "account",
    params(("id" = String, Path, description = "The key")), request_body = Nothing,
    extensions(("x-act" = json!("account.manage_keys"))),
    responses((status = 200, description = "It is removed", body = Done)))]
async fn remove_ssh_key(Path(key): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::account::remove_ssh_key(cx, id(&key)?).map(Done::new)).await
}
