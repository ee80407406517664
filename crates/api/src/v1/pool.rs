//! Pools and products.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use edge::App;
use serde::Serialize;
use service::PoolRow;
use service::call::ProductRow;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{Choice, Page, PoolKindWord, PoolUnitWord, Short};
use crate::{Answer, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(products))
}

/// A pool.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pool {
    /// Its short name.
    id: Short,
    /// What kind of resource.
    kind: PoolKindWord,
    /// What it counts.
    unit: PoolUnitWord,
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
            id: Short(row.id),
            kind: Choice(row.kind),
            unit: Choice(row.unit),
            device_model: row.device_model.map(|model| model.to_string()),
            name_ko: row.name_ko,
            name_en: row.name_en,
        }
    }
}

/// A product: how much of which kind of pool can be asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Product {
    /// Its short name.
    id: Short,
    /// Korean name.
    name_ko: String,
    /// English name.
    name_en: String,
    /// From which kind of pool it is taken.
    pool_kind: PoolKindWord,
    /// In which steps it is granted, in the pool's unit.
    grain: i64,
    /// The least that can be asked for, in the pool's unit.
    min_amount: i64,
    /// The most that can be asked for, in the pool's unit.
    max_amount: i64,
    /// The longest term in months.
    max_months: i64,
    /// How it is reviewed: `paper`, `presentation`, …
    review: String,
    /// The longest job, in minutes; none if the product sets no such limit, as in the next two.
    max_wall_minutes: Option<i64>,
    /// How many jobs of a person may run.
    max_jobs: Option<i64>,
    /// For how many hours each device of an award may be used over its term.
    device_hours: Option<i64>,
}

impl From<ProductRow> for Product {
    fn from(row: ProductRow) -> Self {
        Self {
            id: Short(row.id),
            name_ko: row.name_ko,
            name_en: row.name_en,
            pool_kind: Choice(row.pool_kind),
            grain: row.grain.0,
            min_amount: row.min_amount.0,
            max_amount: row.max_amount.0,
            max_months: row.max_months,
            review: row.review,
            max_wall_minutes: row.limits.max_wall_minutes,
            max_jobs: row.limits.max_jobs,
            device_hours: row.limits.device_hours,
        }
    }
}

/// List the pools
#[utoipa::path(get, path = "/pools", operation_id = "pool_list", tag = "pools",
    extensions(("x-act" = json!("public.read"))),
    responses((status = 200, description = "The pools in their order", body = Page<Pool>)))]
async fn list(read: Read) -> Answer {
    read.run(|cx| Ok(Page::all(service::pool::list(cx)?.into_iter().map(Pool::from).collect()))).await
}

/// List the products
#[utoipa::path(get, path = "/products", operation_id = "product_list", tag = "pools",
    extensions(("x-act" = json!("public.read"))),
    responses((status = 200, description = "The products in their order", body = Page<Product>)))]
async fn products(read: Read) -> Answer {
    read.run(|cx| Ok(Page::all(service::pool::products(cx)?.into_iter().map(Product::from).collect()))).await
}
