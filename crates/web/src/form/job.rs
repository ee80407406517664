//! The form by which a job is asked for.

use std::collections::BTreeMap;

use domain::ids::{JobId, PoolId, ProjectId};
use domain::job::{AfterKind, Array, JobSpec, MAX_MINUTES, MAX_NAME, MAX_SCRIPT, MAX_TASKS};
use domain::{Code, Reason};
use service::job::NewJob;

use super::Form;

/// Reads the form; everything that is wrong is noted. What can be read is checked all the same.
pub fn read(form: &mut Form, project: ProjectId) -> Option<NewJob> {
    let name = form.text("name", usize::try_from(MAX_NAME).unwrap_or(64));
    let pool: Option<PoolId> = form.text("pool", 40).and_then(|text| text.parse().ok());
    if pool.is_none() && !form.is_wrong("pool") {
        form.wrong("pool", Code::NotAChoice);
    }
    let script = script(form);
    let devices = form.int("devices", 1, 100_000);
    let minutes = minutes(form);
    let image = form.text_or_empty("image", 500);
    let environment = environment(form);
    let folder = form.text_or_empty("folder", 500);
    let array = array(form);
    let after = after(form);
    let spec = JobSpec {
        name: name?,
        script: script?,
        devices: devices?,
        minutes: minutes?,
        image: image.filter(|image| !image.is_empty()),
        environment: environment?,
        folder: folder?,
        array: array?,
    };
    Some(NewJob { project, pool: pool?, spec, after: after? })
}

/// A script as typed: its blanks are its own.
fn script(form: &mut Form) -> Option<String> {
    let text = form.value("script").replace("\r\n", "\n");
    let text = text.trim_start_matches('\n');
    if text.trim().is_empty() {
        form.wrong("script", Code::Required);
        return None;
    }
    if text.len() > MAX_SCRIPT {
        let max = i64::try_from(MAX_SCRIPT).unwrap_or(i64::MAX);
        form.wrong("script", Reason::new(Code::ScriptTooLong).with("max", max));
        return None;
    }
    if text.ends_with('\n') { Some(text.to_owned()) } else { Some(format!("{text}\n")) }
}

/// Hours and minutes, of which one may be left out.
fn minutes(form: &mut Form) -> Option<i64> {
    let mut part = |name: &str, max: i64| {
        if form.value(name).trim().is_empty() { Some(0) } else { form.int(name, 0, max) }
    };
    let (hours, minutes) = (part("hours", MAX_MINUTES / 60), part("minutes", 59));
    let all = hours? * 60 + minutes?;
    if all == 0 {
        form.wrong("hours", Code::Required);
        return None;
    }
    Some(all)
}

fn environment(form: &mut Form) -> Option<BTreeMap<String, String>> {
    let mut out = BTreeMap::new();
    for line in form.value("environment").replace("\r\n", "\n").lines().filter(|line| !line.trim().is_empty()) {
        let Some((name, value)) = line.split_once('=') else {
            form.wrong("environment", Code::NotAVariable);
            return None;
        };
        out.insert(name.trim().to_owned(), value.to_owned());
    }
    Some(out)
}

fn array(form: &mut Form) -> Option<Option<Array>> {
    let text = form.text_or_empty("array", 60)?;
    if text.is_empty() {
        return Some(None);
    }
    match text.parse() {
        Ok(array) => Some(Some(array)),
        Err(_) => {
            form.wrong("array", Reason::new(Code::NotAnArray).with("max", MAX_TASKS));
            None
        }
    }
}

fn after(form: &mut Form) -> Option<Vec<(JobId, AfterKind)>> {
    let text = form.text_or_empty("after", 40)?;
    if text.is_empty() {
        return Some(Vec::new());
    }
    let Ok(job) = text.parse() else {
        form.wrong("after", Code::NotAChoice);
        return None;
    };
    let kind = form.choice::<AfterKind>("after_kind")?;
    Some(vec![(job, kind)])
}

/// The form filled in with what was asked for once, or what a template says.
#[must_use]
pub fn filled(pool: &str, spec: &JobSpec) -> Form {
    let variables: Vec<String> = spec.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Form::filled([
        ("name", spec.name.clone()),
        ("pool", pool.to_owned()),
        ("script", spec.script.clone()),
        ("devices", spec.devices.to_string()),
        ("hours", (spec.minutes / 60).to_string()),
        ("minutes", (spec.minutes % 60).to_string()),
        ("image", spec.image.clone().unwrap_or_default()),
        ("environment", variables.join("\n")),
        ("folder", spec.folder.clone()),
        ("array", spec.array.map(|array| array.to_string()).unwrap_or_default()),
        ("after_kind", AfterKind::Ok.to_string()),
    ])
}
