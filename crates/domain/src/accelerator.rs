//! Device models and what a petaflops means: theoretical peaks per device, on a named basis.
//!
//! The figures, their sources and the finding that the center's published PF is the sum of FP32
//! peaks are in `data/accelerators.json`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::ids::Slug;
use crate::units::Gflops;

words! {
    /// The arithmetic that a PF figure refers to. Every PF shown names its basis.
    PfBasis in "pf-basis" {
        /// FP32 without tensor cores: the center's own convention.
        CenterFp32 = "center_fp32",
        /// FP64 with tensor cores where there are any: comparable with TOP500.
        Fp64Tensor = "fp64_tensor",
        /// Dense FP16 or BF16.
        AiFp16 = "ai_fp16",
        /// Dense FP8.
        AiFp8 = "ai_fp8",
    }
}

/// One device model with its peaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceModel {
    /// The short name, such as `nvidia-h100-sxm`.
    pub id: Slug,
    /// The vendor's name.
    pub vendor: String,
    /// What people call it.
    pub name: String,
    /// Devices in a usual server.
    pub devices_per_node: i64,
    peaks: BTreeMap<PfBasis, Gflops>,
}

impl DeviceModel {
    /// The peak of one device, or `None` where the device has no such path or no figure was found.
    #[must_use]
    pub fn peak(&self, basis: PfBasis) -> Option<Gflops> {
        self.peaks.get(&basis).copied()
    }
}

/// All known device models.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accelerators(BTreeMap<Slug, DeviceModel>);

/// The catalog of devices cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Not JSON of the expected shape.
    #[error("the accelerator catalog is not readable")]
    Json(#[from] serde_json::Error),
    /// A peak that is not a whole number of GFLOPS.
    #[error("{device}: {tflops} TFLOPS is not a whole number of GFLOPS")]
    Fraction {
        /// The device.
        device: Slug,
        /// The figure as written.
        tflops: String,
    },
}

#[derive(Deserialize)]
struct RawCatalog {
    bases: Vec<RawBasis>,
    devices: Vec<RawDevice>,
}

#[derive(Deserialize)]
struct RawBasis {
    id: PfBasis,
    field: String,
    fallback: Option<String>,
}

#[derive(Deserialize)]
struct RawDevice {
    id: Slug,
    vendor: String,
    name: String,
    #[serde(default)]
    typical_devices_per_node: Option<i64>,
    peak_tflops: BTreeMap<String, Option<serde_json::Number>>,
}

impl Accelerators {
    /// The catalog that comes with the program.
    ///
    /// # Errors
    /// [`CatalogError`] never happens with the file that this crate was built and tested with.
    pub fn builtin() -> Result<Self, CatalogError> {
        Self::parse(include_str!("../data/accelerators.json"))
    }

    /// Reads a catalog in the format of `data/accelerators.json`.
    ///
    /// # Errors
    /// [`CatalogError`] if it is not JSON of that shape or a peak has more than three decimals.
    pub fn parse(json: &str) -> Result<Self, CatalogError> {
        let raw: RawCatalog = serde_json::from_str(json)?;
        let mut models = BTreeMap::new();
        for device in raw.devices {
            let mut peaks = BTreeMap::new();
            for basis in &raw.bases {
                let figure = |field: &String| device.peak_tflops.get(field).cloned().flatten();
                if let Some(tflops) = figure(&basis.field).or_else(|| basis.fallback.as_ref().and_then(figure)) {
                    let text = tflops.to_string();
                    let gflops = thousand_times(&text)
                        .ok_or_else(|| CatalogError::Fraction { device: device.id.clone(), tflops: text })?;
                    peaks.insert(basis.id, Gflops(gflops));
                }
            }
            let model = DeviceModel {
                id: device.id.clone(),
                vendor: device.vendor,
                name: device.name,
                devices_per_node: device.typical_devices_per_node.unwrap_or(1),
                peaks,
            };
            models.insert(device.id, model);
        }
        Ok(Self(models))
    }

    /// The model of that short name.
    #[must_use]
    pub fn get(&self, id: &Slug) -> Option<&DeviceModel> {
        self.0.get(id)
    }

    /// All models, by short name.
    pub fn iter(&self) -> impl Iterator<Item = &DeviceModel> {
        self.0.values()
    }
}

/// A decimal text times 1000, if that is whole. Works on digits, so that 15.7 is exactly 15,700.
fn thousand_times(decimal: &str) -> Option<i64> {
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 3 || whole.starts_with('-') {
        return None;
    }
    let thousandths: i64 = format!("{fraction:0<3}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked examples that the catalog itself carries.
    #[derive(Deserialize)]
    struct Examples {
        worked_examples: Vec<BTreeMap<String, serde_json::Value>>,
    }

    #[test]
    fn worked_examples_of_the_catalog_come_out_exactly() {
        let text = include_str!("../data/accelerators.json");
        let catalog = Accelerators::builtin().expect("the built-in catalog is valid");
        let examples: Examples = serde_json::from_str(text).expect("examples are there");
        assert!(!examples.worked_examples.is_empty());
        for example in examples.worked_examples {
            for basis in [PfBasis::CenterFp32, PfBasis::Fp64Tensor, PfBasis::AiFp16] {
                let pf = example[&format!("{basis}_pf")].to_string();
                let (whole, fraction) = pf.split_once('.').unwrap_or((&pf, ""));
                let expected: i64 = format!("{whole}{fraction:0<6}").parse().expect("a decimal");
                let fleet = example["fleet"].as_object().expect("a fleet");
                let sum: i64 = fleet
                    .iter()
                    .map(|(id, n)| {
                        let model = catalog.get(&id.parse().expect("a slug")).expect("a known device");
                        let peak = model.peak(basis).map_or(0, |g| g.0);
                        peak * n.as_i64().expect("a count")
                    })
                    .sum();
                // The catalog prints its examples to a tenth of a TFLOPS.
                assert_eq!((sum + 50) / 100 * 100, expected, "{fleet:?} on {basis}");
            }
        }
    }

    #[test]
    fn a_fraction_of_a_gflops_is_refused() {
        assert_eq!(thousand_times("15.7"), Some(15_700));
        assert_eq!(thousand_times("0.254"), Some(254));
        assert_eq!(thousand_times("67"), Some(67_000));
        assert_eq!(thousand_times("0.2541"), None);
        assert_eq!(thousand_times("-1"), None);
    }
}
