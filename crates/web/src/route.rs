//! The table of routes: method, path, act, handler — one line each. The router, the menu and the
//! test of every route against every role are made from it.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, on};
use domain::access::{Act, Grant};
use domain::{Code, Reason};
use edge::{App, Fail, Who};
use http::Method;
use service::Error;
use texts::Key;

/// A part of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What everybody sees.
    Public,
    /// A person's own things.
    Mine,
    /// The office's work: calls, proposals, reviews, plans.
    Office,
    /// Running the center: capacity, ledger, accounts, audit.
    Center,
}

/// A place in the menu.
#[derive(Clone, Copy, Debug)]
pub struct Menu {
    /// In which part.
    pub section: Section,
    /// Where in it; smaller is earlier.
    pub order: u8,
    /// Its label.
    pub label: Key,
    /// To whom it is shown, if not to all who may come.
    pub shown_to: Option<Act>,
}

/// One route.
pub struct Line {
    /// `GET` or `POST`.
    pub method: Method,
    /// The path's pattern: `/calls/{id}`.
    pub path: &'static str,
    /// What coming here means; the access table says who may.
    pub act: Act,
    /// Its place in the menu, if it has one.
    pub menu: Option<Menu>,
    handler: MethodRouter<App>,
}

/// A page.
pub fn get<H: Handler<T, App>, T: 'static>(path: &'static str, act: Act, handler: H) -> Line {
    Line::new(Method::GET, path, act, on(axum::routing::MethodFilter::GET, handler))
}

/// The sending of a form.
pub fn post<H: Handler<T, App>, T: 'static>(path: &'static str, act: Act, handler: H) -> Line {
    Line::new(Method::POST, path, act, on(axum::routing::MethodFilter::POST, handler))
}

impl Line {
    fn new(method: Method, path: &'static str, act: Act, handler: MethodRouter<App>) -> Self {
        let guarded =
            handler.route_layer(from_fn(move |who: Who, request: Request, next: Next| guard(act, who, request, next)));
        Self { method, path, act, menu: None, handler: guarded }
    }

    /// Puts the page into the menu of all who may come here.
    #[must_use]
    pub fn menu(mut self, section: Section, order: u8, label: Key) -> Self {
        self.menu = Some(Menu { section, order, label, shown_to: None });
        self
    }

    /// Shows the page's place in the menu only to those who may do `act`, where more may come.
    #[must_use]
    pub fn shown_to(mut self, act: Act) -> Self {
        if let Some(menu) = &mut self.menu {
            menu.shown_to = Some(act);
        }
        self
    }

    /// Whether the path names no single thing.
    #[must_use]
    pub fn path_is_whole(&self) -> bool {
        !self.path.contains('{')
    }

    /// Lets bodies be as large as `bytes`: for uploads.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.handler = self.handler.layer(DefaultBodyLimit::max(bytes));
        self
    }

    /// Adds the line to a router.
    pub(crate) fn onto(self, router: Router<App>) -> Router<App> {
        router.route(self.path, self.handler)
    }
}

/// Turns away at the door whom no tie could let in. Where the table grants the act by a tie to the
/// thing, the use case decides, which alone knows the thing; use cases ask again in any case.
async fn guard(act: Act, who: Who, request: Request, next: Next) -> Response {
    // A token is for the API, which knows what it may do. A form is sent by who is signed in here.
    if who.by_token && !request.method().is_safe() {
        return Fail(Error::Forbidden(Reason::new(Code::TokenNotHere))).into_response();
    }
    let by_tie = act.grants().iter().any(|grant| matches!(grant, Grant::Tie(_)));
    if who.actor.may(act, &[]) || (by_tie && who.is_signed_in()) {
        return next.run(request).await;
    }
    let error = if who.is_signed_in() { Error::Forbidden(Reason::new(Code::NotAllowed)) } else { Error::SignInNeeded };
    Fail(error).into_response()
}
