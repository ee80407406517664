//! Statistics of a year.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use domain::{Code, Reason};
use edge::App;
use serde::Deserialize;
use service::Error;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{Answer, Asked, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show))
}

/// Which year.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// The year, such as 2021; this year if it is left out.
    year: Option<String>,
}

/// Show the statistics of a year
#[utoipa::path(get, path = "/statistics", operation_id = "statistics_show", tag = "statistics", params(Which),
    extensions(("x-act" = json!("public.read"))),
    responses((status = 200, description = "The figures by section and key, computed from the ledger: each with value, unit, period, label, definition, rows, and where it is a part of a whole share_percent_published", body = serde_json::Value)))]
async fn show(read: Read, Asked(which): Asked<Which>) -> Answer {
    read.run(move |cx| {
        let year = match which.year.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => text.parse().map_err(|_| Error::field("year", Reason::new(Code::NotANumber)))?,
            None => cx.today().year(),
        };
        Ok(service::statistics::year(cx, year)?.document())
    })
    .await
}
