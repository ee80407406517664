//! Pools: what the center has to give.

use edge::{App, Slice};
use serde::Serialize;
use service::PoolRow;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{Answer, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A pool.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pool {
    /// Its short name.
    #[schema(example = "gpu-a100")]
    id: String,
    /// What kind of resource: `gpu_cloud`, `hpc`, `storage`.
    kind: String,
    /// What it counts: `device`, `byte`.
    unit: String,
    /// The device model, where it counts devices.
    device_model: Option<String>,
    /// Korean name.
    name_ko: String,
    /// English name.
    name_en: String,
}

impl From<PoolRow> for Pool {
    fn from(row: PoolRow) -> Self {
        Self {
            id: row.id.to_string(),
            kind: row.kind.to_string(),
            unit: row.unit.to_string(),
            device_model: row.device_model.map(|model| model.to_string()),
            name_ko: row.name_ko,
            name_en: row.name_en,
        }
    }
}

/// All pools.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pools {
    /// The pools in their order.
    items: Vec<Pool>,
    /// Always null: there are a handful.
    next: Option<String>,
}

/// List the pools
#[utoipa::path(get, path = "/pools", operation_id = "pool_list", tag = "pools",
    extensions(("x-act" = json!("public.read"))),
    responses((status = 200, description = "The pools in their order", body = Pools)))]
async fn list(read: Read) -> Answer {
    read.run(|cx| {
        let items = service::pool::list(cx)?.into_iter().map(Pool::from).collect();
        Ok(Slice::<Pool> { items, next: None })
    })
    .await
}
