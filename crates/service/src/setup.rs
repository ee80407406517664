//! The center as configured: taken over from its file, and read when the program starts.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::accelerator::{Accelerators, PfBasis};
use domain::access::Act;
use domain::calendar::{Calendar, HolidayName};
use domain::ids::Slug;
use domain::policy::{Policy, PolicyKey, PolicyRow};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use store::Db;
pub use store::center::{Holiday, ProductRow};

use crate::center::Identity;
use crate::{Cx, Error, Outcome, PoolRow};

/// Everything that a center's file says.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Name, place and basis.
    pub center: CenterSettings,
    /// Its pools.
    pub pools: Vec<PoolRow>,
    /// Its products.
    pub products: Vec<ProductRow>,
    /// Its rules: each with why it is so.
    pub policy: Vec<(PolicyRow, String)>,
    /// Its holidays: day, Korean name, English name.
    pub holidays: Vec<(Date, String, String)>,
    /// A mark of the file's content: the same content is taken over once.
    pub mark: String,
}

/// The settings that make a center this center.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CenterSettings {
    /// Its name in Korean.
    pub name_ko: String,
    /// Its name in English.
    pub name_en: String,
    /// The time zone of its civil days.
    #[serde(default = "seoul")]
    pub time_zone: String,
    /// The basis of PF figures unless another is asked for.
    #[serde(default = "center_basis")]
    pub basis: PfBasis,
    /// Region codes that count as home.
    #[serde(default)]
    pub home_regions: Vec<String>,
    /// Districts of the home region, if only part of a top-level unit is home.
    #[serde(default)]
    pub home_districts: Vec<String>,
    /// Scripts to begin jobs from.
    #[serde(default, rename = "job_template")]
    pub job_templates: Vec<JobTemplate>,
    /// Development environments that people can start.
    #[serde(default, rename = "environment")]
    pub environments: Vec<Environment>,
}

/// A development environment of the center's catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Its short name.
    pub id: Slug,
    /// Its Korean name.
    pub name_ko: String,
    /// Its English name.
    pub name_en: String,
    /// What it holds, in Korean.
    #[serde(default)]
    pub holds_ko: String,
    /// What it holds, in English.
    #[serde(default)]
    pub holds_en: String,
    /// The page that it opens with, below its own address.
    #[serde(default)]
    pub opens: String,
    /// Lines of bash that come to a good end where its server can run; may be empty.
    #[serde(default)]
    pub check: String,
    /// The lines of bash that become its server: it listens at `SESSION_BIND`, port `SESSION_PORT`,
    /// below the path `SESSION_BASE`, and lets in whoever shows `SESSION_SECRET`.
    pub command: String,
}

impl Environment {
    /// Its name in a language.
    #[must_use]
    pub fn name(&self, lang: texts::Lang) -> &str {
        match lang {
            texts::Lang::Ko => &self.name_ko,
            texts::Lang::En => &self.name_en,
        }
    }
}

/// A script to begin a job from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobTemplate {
    /// Its short name.
    pub id: Slug,
    /// What it is for, in Korean.
    pub name_ko: String,
    /// What it is for, in English.
    pub name_en: String,
    /// How many devices it asks for.
    pub devices: i64,
    /// How many minutes it asks for.
    pub minutes: i64,
    /// Its tasks, if it is an array.
    #[serde(default)]
    pub array: String,
    /// The script.
    pub script: String,
}

fn seoul() -> String {
    "Asia/Seoul".to_owned()
}

fn center_basis() -> PfBasis {
    PfBasis::CenterFp32
}

impl Default for CenterSettings {
    /// A center that nobody configured yet.
    fn default() -> Self {
        Self {
            name_ko: "AI 데이터센터".to_owned(),
            name_en: "AI Data Center".to_owned(),
            time_zone: seoul(),
            basis: center_basis(),
            home_regions: Vec::new(),
            home_districts: Vec::new(),
            job_templates: Vec::new(),
            environments: Vec::new(),
        }
    }
}

const SETTINGS: &str = "center";
const MARK: &str = "center.mark";

/// Takes a center's file over, unless this very content was taken over before; answers whether
/// anything was written. Policy is added by effective date, so that no rule of the past changes by
/// leaving a line out.
///
/// # Errors
/// [`Error::Internal`] if the policy is incomplete or a value is not of its rule's kind.
pub fn apply(cx: &mut Cx<'_, '_>, setup: &Setup) -> Outcome<bool> {
    if store::center::setting(cx.tx, MARK)?.as_deref() == Some(setup.mark.as_str()) {
        return Ok(false);
    }
    zone(&setup.center.time_zone)?;
    let before = stored(cx)?;
    let text = serde_json::to_string(&setup.center).map_err(Error::internal)?;
    store::center::put_setting(cx.tx, SETTINGS, &text)?;
    for pool in &setup.pools {
        store::capacity::put_pool(cx.tx, pool)?;
    }
    for product in &setup.products {
        store::center::put_product(cx.tx, product)?;
    }
    for (row, evidence) in &setup.policy {
        store::center::put_policy(cx.tx, row, evidence)?;
    }
    for holiday in &setup.holidays {
        store::center::put_holiday(cx.tx, holiday)?;
    }
    let rows = store::center::policy_rows(cx.tx)?;
    let last = rows.iter().map(|row| row.effective_from).max().unwrap_or_else(|| cx.today());
    Policy::on(last.max(cx.today()), &rows).map_err(Error::internal)?;
    store::center::put_setting(cx.tx, MARK, &setup.mark)?;
    cx.audit("center.configured", ("center", &"center"), &before, &Some(&setup.center), "")?;
    Ok(true)
}

fn stored(cx: &mut Cx<'_, '_>) -> Outcome<Option<CenterSettings>> {
    store::center::setting(cx.tx, SETTINGS)?
        .map(|text| serde_json::from_str(&text).map_err(Error::internal))
        .transpose()
}

fn zone(name: &str) -> Outcome<TimeZone> {
    TimeZone::get(name).map_err(|error| Error::internal(format!("time zone {name}: {error}")))
}

/// Reads who this center is; a database that nobody configured answers with default names.
///
/// # Errors
/// [`Error::Internal`] if what is stored cannot be read.
pub fn identity(db: &Db, public_url: &str, demo: bool) -> Outcome<Identity> {
    let (settings, holidays, pools) = db.read(|tx| -> Outcome<_> {
        Ok((store::center::setting(tx, SETTINGS)?, store::center::holidays(tx)?, store::capacity::pools(tx)?))
    })?;
    let settings: CenterSettings = match settings {
        Some(text) => serde_json::from_str(&text).map_err(Error::internal)?,
        None => CenterSettings::default(),
    };
    let holidays: BTreeMap<Date, HolidayName> =
        holidays.into_iter().map(|(day, ko, en)| (day, HolidayName { ko, en })).collect();
    let accelerators = Accelerators::builtin().map_err(Error::internal)?;
    Ok(Identity {
        name_ko: settings.name_ko,
        name_en: settings.name_en,
        calendar: Calendar::new(zone(&settings.time_zone)?, holidays),
        pools: Arc::new(crate::pool::names(pools, &accelerators, settings.basis)),
        accelerators,
        basis: settings.basis,
        home_regions: settings.home_regions,
        home_districts: settings.home_districts,
        job_templates: settings.job_templates,
        environments: settings.environments,
        gateway_url: None,
        public_url: public_url.trim_end_matches('/').to_owned(),
        demo,
        engine: None,
    })
}

/// The center's rules and things as configured.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Every value that a rule ever had or will have with why it is so, by rule in the order of
    /// [`PolicyKey::ALL`], newest first.
    pub rules: Vec<(PolicyKey, Vec<(PolicyRow, String)>)>,
    /// The products.
    pub products: Vec<ProductRow>,
    /// The pools.
    pub pools: Vec<PoolRow>,
    /// The holidays.
    pub holidays: Vec<Holiday>,
}

/// Policy with its dates, products, pools and holidays. Four statements.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor may read policy.
pub fn overview(cx: &mut Cx<'_, '_>) -> Outcome<Overview> {
    cx.require(Act::PolicyRead, &[])?;
    let mut rows: BTreeMap<PolicyKey, Vec<(PolicyRow, String)>> = BTreeMap::new();
    for (row, evidence) in store::center::policy_history(cx.tx)? {
        rows.entry(row.key).or_default().push((row, evidence));
    }
    Ok(Overview {
        rules: PolicyKey::ALL.iter().map(|&key| (key, rows.remove(&key).unwrap_or_default())).collect(),
        products: store::center::products(cx.tx)?,
        pools: store::capacity::pools(cx.tx)?,
        holidays: store::center::holidays(cx.tx)?,
    })
}

/// What a rule is unless the center's file says otherwise (domain.md §7), in force from `from`.
#[must_use]
pub fn default_policy(from: Date) -> Vec<PolicyRow> {
    PolicyKey::ALL
        .iter()
        .map(|&key| PolicyRow { key, effective_from: from, value: default_value(key).to_owned() })
        .collect()
}

fn default_value(key: PolicyKey) -> &'static str {
    match key {
        PolicyKey::CallDeadlineTime => "14:00",
        PolicyKey::CorrectionMax | PolicyKey::ExtensionMaxCount => "1",
        PolicyKey::ReviewMinReviewers | PolicyKey::OrgMaxActiveProjects => "3",
        PolicyKey::CorrectionBusinessDays | PolicyKey::ReviewTrimFrom | PolicyKey::ProvisionBusinessDays => "5",
        PolicyKey::OutageCreditFromHours => "4",
        PolicyKey::DecreaseGraceMinutes => "0",
        PolicyKey::ReservationMaxDays => "14",
        PolicyKey::ReservationAutoDevices | PolicyKey::ReservationMaxOpen => "2",
        PolicyKey::RefillOfferDays => "7",
        PolicyKey::OrgMaxPoolPercent | PolicyKey::AgreementBusinessDays | PolicyKey::DecreaseSignalMinutes => "10",
        PolicyKey::ReviewPassScore => "70",
        PolicyKey::ReserveValidDays => "60",
        PolicyKey::NoticeDays => "30,15,7,1",
        PolicyKey::ExtensionWindowDays | PolicyKey::DataReadOnlyDays | PolicyKey::ReturnRewardDays => "30",
        PolicyKey::ExtensionMaxPercent => "50",
        PolicyKey::DataDeleteAfterDays | PolicyKey::ReservationAheadDays => "90",
    }
}

/// A setting of the program's own, such as the demo's date.
///
/// # Errors
/// Database errors only.
pub fn note(cx: &mut Cx<'_, '_>, key: &str) -> Outcome<Option<String>> {
    Ok(store::center::setting(cx.tx, key)?)
}

/// Keeps a setting of the program's own.
///
/// # Errors
/// Database errors only.
pub fn keep_note(cx: &mut Cx<'_, '_>, key: &str, value: &str) -> Outcome<()> {
    Ok(store::center::put_setting(cx.tx, key, value)?)
}
