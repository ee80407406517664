//! What pages and API share: who asks, in which language, by which request; one hop to a blocking
//! thread per use case; what an error becomes; paging; the layers around every route; the way in to
//! sessions.
//!
//! This crate knows HTTP and use cases. It knows no page, no wire type and no SQL.

mod accounts;
mod app;
mod failure;
mod gateway;
mod layers;
mod paging;
mod traffic;
mod who;

pub use accounts::Accounts;
pub use app::{App, Config, Identify, Known};
pub use failure::{Fail, Failure, Render, failures};
pub use gateway::{Activity, Gateway, GatewayError, Limits, Target};
pub use layers::{around, csrf, guarded, health};
pub use paging::{Cursor, PageQuery, Slice};
pub use traffic::Traffic;
pub use who::{LANGUAGE_COOKIE, Who, identify, local_path, remove_cookie, session_cookie, set_cookie};
