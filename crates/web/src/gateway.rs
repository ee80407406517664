//! The way in to development environments, at an address of its own: a notebook's page must not be of
//! the portal's origin, where it could act as whoever looks at it. The portal's own session says who
//! asks, for cookies are the host's whatever the port.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::any;
use domain::ids::DevSessionId;
use edge::{Activity, App, Gateway, Target, Who};
use http::StatusCode;
use service::{Actor, Error, devenv};
use texts::{Key, Texts, k};

/// How long an answer about who may enter is good.
const KNOWN: Duration = Duration::from_secs(2);
/// How often it is noted which environments are used, and asked whether people may still be in them.
const NOTED: Duration = Duration::from_secs(20);

/// What the gateway has at hand.
#[derive(Clone)]
struct Doors {
    app: App,
    gateway: Gateway,
    open: Arc<Mutex<HashMap<DevSessionId, Door>>>,
}

/// One environment that was asked for lately.
#[derive(Clone)]
struct Door {
    whom: Actor,
    target: Target,
    asked_at: Instant,
    activity: Arc<Activity>,
    noted_at: Instant,
}

/// The gateway's routes. `origin` is how callers reach it. It notes by itself, as long as it lives,
/// which environments are used.
///
/// # Errors
/// If `origin` is no address.
pub fn gateway(app: &App, origin: &str) -> Result<Router, edge::GatewayError> {
    let doors = Doors { app: app.clone(), gateway: Gateway::new(Some(origin))?, open: Arc::default() };
    let noting = doors.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(NOTED).await;
            noting.note().await;
            noting.cut().await;
        }
    });
    Ok(Router::new()
        .route("/s/{session}", any(forward))
        .route("/s/{session}/", any(forward))
        .route("/s/{session}/{*rest}", any(forward))
        .layer(from_fn_with_state(app.clone(), edge::identify))
        .with_state(doors))
}

async fn forward(
    State(doors): State<Doors>,
    Path(parts): Path<Vec<(String, String)>>,
    who: Who,
    request: Request,
) -> Response {
    let t = Texts::new(who.lang());
    let said = |status: StatusCode, key: Key| refuse(&doors.app, t, status, key);
    if !who.is_signed_in() || who.by_token {
        return said(StatusCode::UNAUTHORIZED, k::DEVENV_SIGN_IN);
    }
    let id = parts.iter().find(|(name, _)| name == "session").and_then(|(_, text)| text.parse().ok());
    let Some(id) = id else { return said(StatusCode::NOT_FOUND, k::DEVENV_GONE) };
    let door = match doors.door(&who.actor, id).await {
        Ok(door) => door,
        Err(Error::Conflict(_)) => return said(StatusCode::SERVICE_UNAVAILABLE, k::DEVENV_NOT_READY),
        Err(Error::NotFound | Error::Forbidden(_) | Error::SignInNeeded) => {
            return said(StatusCode::NOT_FOUND, k::DEVENV_GONE);
        }
        Err(error) => {
            tracing::warn!(%error, "an environment cannot be looked up");
            return said(StatusCode::SERVICE_UNAVAILABLE, k::DEVENV_AWAY);
        }
    };
    match doors.gateway.forward(&door.target, request, &door.activity).await {
        Ok(response) => response,
        Err(error) => {
            tracing::info!(%error, "an environment did not answer");
            said(error.status(), k::DEVENV_AWAY)
        }
    }
}

impl Doors {
    fn known(&self, whom: &Actor, id: DevSessionId) -> Option<Door> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(&id).filter(|door| door.whom.user == whom.user && door.asked_at.elapsed() < KNOWN).cloned()
    }

    async fn door(&self, whom: &Actor, id: DevSessionId) -> Result<Door, Error> {
        if let Some(door) = self.known(whom, id) {
            return Ok(door);
        }
        let (host, port, token) = self.app.read(whom, move |cx| devenv::enter(cx, id)).await.map_err(|fail| fail.0)?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let before = open.get(&id);
        let door = Door {
            whom: whom.clone(),
            target: Target { host, port, token },
            asked_at: Instant::now(),
            activity: before.map_or_else(|| Arc::new(Activity::new()), |door| door.activity.clone()),
            noted_at: before.map_or_else(Instant::now, |door| door.noted_at),
        };
        open.insert(id, door.clone());
        Ok(door)
    }

    /// Writes down which environments were used since it last did.
    async fn note(&self) {
        let used: Vec<DevSessionId> = {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            let mut used = Vec::new();
            for (id, door) in open.iter_mut() {
                if door.activity.last() > door.noted_at {
                    door.noted_at = Instant::now();
                    used.push(*id);
                }
            }
            // What nobody asked for in long is forgotten, and found again if somebody does.
            open.retain(|_, door| {
                door.asked_at.elapsed() < Duration::from_secs(3600) || Arc::strong_count(&door.activity) > 1
            });
            used
        };
        if !used.is_empty()
            && let Err(fail) = self.app.write(&Actor::clock(), move |cx| devenv::used(cx, &used)).await
        {
            tracing::warn!(error = %fail.0, "the use of environments could not be noted");
        }
    }
}

impl Doors {
    /// Cuts what is open for people who left the project, whose account is locked, or whose environment is
    /// over.
    async fn cut(&self) {
        let asked: Vec<DevSessionId> =
            self.open.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect();
        let shut = match self.app.read(&Actor::clock(), move |cx| devenv::shut(cx, &asked)).await {
            Ok(shut) => shut,
            Err(fail) => return tracing::warn!(error = %fail.0, "who may be in environments could not be asked"),
        };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for door in shut.iter().filter_map(|id| open.remove(id)) {
            door.activity.cut();
        }
    }
}

/// A page that says why nothing else comes, without anything of the portal around it.
fn refuse(app: &App, t: Texts, status: StatusCode, key: Key) -> Response {
    let (lang, said, link) = (t.lang(), t.s(key), t.s(k::DEVENV_PORTAL));
    let url = &app.center.identity.public_url;
    let page = format!(
        "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{said}</title><main><h1>{said}</h1><p><a href=\"{url}\">{link}</a></p></main></html>"
    );
    (status, [(http::header::CACHE_CONTROL, "no-store")], Html(page)).into_response()
}
