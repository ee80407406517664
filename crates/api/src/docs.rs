//! The specification, and the pages that show it.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use http::{Method, StatusCode, header};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder};
use utoipa_swagger_ui::Config;

/// The specification of version 1.
#[must_use]
pub fn specification() -> OpenApi {
    let mut spec = crate::v1::routes().into_openapi();
    complete(&mut spec);
    spec
}

/// Puts into a specification what all operations have in common.
pub(crate) fn complete(spec: &mut OpenApi) {
    spec.info.title = "Mudeung API".to_owned();
    spec.info.version = "1".to_owned();
    spec.info.description = Some(
        "Everything that the portal's pages can do. Sign in by a personal token (`Authorization: Bearer …`). \
         Every POST carries an `Idempotency-Key`; sent again with the same key and body it is given the same answer. \
         Lists are `{items, next}`: hand `next` back as `after`. Errors are `application/problem+json`, in Korean or \
         English by `?lang=` or `Accept-Language`."
            .to_owned(),
    );
    // The generator fills these in with its own.
    spec.info.license = None;
    spec.info.contact = None;
    let components = spec.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.security_schemes.insert("token".to_owned(), RefOr::T(SecurityScheme::Http(bearer)));
    for (name, schema) in problem_schemas() {
        components.schemas.insert(name, schema);
    }
    for item in spec.paths.paths.values_mut() {
        let all = [
            (Method::GET, &mut item.get),
            (Method::POST, &mut item.post),
            (Method::PUT, &mut item.put),
            (Method::PATCH, &mut item.patch),
            (Method::DELETE, &mut item.delete),
        ];
        for (method, operation) in all {
            if let Some(operation) = operation {
                common(&method, operation);
            }
        }
    }
}

fn problem_schemas() -> Vec<(String, RefOr<utoipa::openapi::Schema>)> {
    use utoipa::{PartialSchema as _, ToSchema as _};
    let mut schemas = vec![("Problem".to_owned(), crate::problem::Problem::schema())];
    crate::problem::Problem::schemas(&mut schemas);
    schemas
}

fn common(method: &Method, operation: &mut Operation) {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let answer = ResponseBuilder::new()
        .description("Why it was not carried out")
        .content("application/problem+json", problem)
        .build();
    operation.responses.responses.insert("default".to_owned(), RefOr::T(answer));
    operation.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>("token", [])]);
    if *method == Method::POST {
        operation.parameters.get_or_insert_default().push(RefOr::T(idempotency_key()));
    }
}

fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some("1 to 200 visible ASCII characters, new for each thing that is to be done"))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()))
        .build()
}

/// `GET /api/v1/openapi.json`.
pub(crate) async fn json() -> Response {
    match specification().to_pretty_json() {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the specification cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The viewer's page: ours, because the one that it brings has a script within.
const PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mudeung API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
"#;

const START: &str = r##"window.ui = SwaggerUIBundle({ url: "/api/v1/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null });
"##;

/// `/api/docs` with what it needs; nothing comes from outside.
pub(crate) fn pages() -> Router {
    Router::new()
        .route("/api/docs", get(async || Html(PAGE)))
        .route("/api/docs/", get(async || Redirect::permanent("/api/docs")))
        .route("/api/docs/{name}", get(file))
}

async fn file(Path(name): Path<String>) -> Response {
    if name == "start.js" {
        return ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], START).into_response();
    }
    if !["swagger-ui.css", "swagger-ui-bundle.js"].contains(&name.as_str()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match utoipa_swagger_ui::serve(&name, Arc::new(Config::from("/api/v1/openapi.json"))) {
        Ok(Some(file)) => {
            let mut response = ([(header::CONTENT_TYPE, file.content_type)], file.bytes.into_owned()).into_response();
            if file.gzpipped {
                response.headers_mut().insert(header::CONTENT_ENCODING, http::HeaderValue::from_static("gzip"));
            }
            response
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
