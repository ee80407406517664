//! Reservations: machines under maintenance, or kept for one project.

use std::collections::BTreeSet;

use super::Slurm;
use super::layout::{account_name, split};
use super::parse;
use super::settings::Settings;
use crate::{EngineError, Reservation};

/// The names that a list such as `n[01-03,7],login` stands for.
///
/// # Errors
/// If it is not such a list.
fn hosts(text: &str) -> Result<BTreeSet<String>, EngineError> {
    let unlike = || EngineError::Refused(format!("not a list of machines: {text}"));
    let mut out = BTreeSet::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find([',', '[']).unwrap_or(rest.len());
        let (stem, tail) = rest.split_at(end);
        if let Some(inner) = tail.strip_prefix('[') {
            let (ranges, after) = inner.split_once(']').ok_or_else(unlike)?;
            for range in ranges.split(',') {
                let (first, last) = range.split_once('-').unwrap_or((range, range));
                let (from, to): (u32, u32) =
                    (first.parse().map_err(|_| unlike())?, last.parse().map_err(|_| unlike())?);
                if to.saturating_sub(from) > 100_000 {
                    return Err(unlike());
                }
                out.extend((from..=to).map(|n| format!("{stem}{n:0width$}", width = first.len())));
            }
            rest = after;
        } else {
            out.insert(stem.to_owned());
            rest = tail;
        }
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
    out.remove("(null)");
    Ok(out)
}

/// What our names in Slurm begin with: what begins otherwise is not ours.
fn prefix(settings: &Settings) -> String {
    format!("{}-", settings.parent)
}

/// What Slurm calls a reservation of ours.
pub(super) fn named(settings: &Settings, name: &str) -> String {
    format!("{}{name}", prefix(settings))
}

/// The reservations of ours that `scontrol show reservation -o` printed, and whether each has begun.
fn read(settings: &Settings, text: &str) -> Result<Vec<(Reservation, bool)>, EngineError> {
    let mut all = Vec::new();
    for line in text.lines() {
        let field = |name: &str| {
            line.split_whitespace()
                .find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
                .filter(|at| *at != "(null)")
        };
        let Some(name) = field("ReservationName").and_then(|name| name.strip_prefix(&prefix(settings))) else {
            continue;
        };
        let time = |name: &str| {
            let unlike = || EngineError::Refused(format!("scontrol printed: {line}"));
            field(name).and_then(parse::time).ok_or_else(unlike)
        };
        let project = field("Accounts").map(|account| split(settings, account).0);
        let one = Reservation {
            name: name.to_owned(),
            from: time("StartTime")?,
            to: time("EndTime")?,
            project,
            devices: [].into(),
            nodes: hosts(field("Nodes").unwrap_or_default())?,
        };
        all.push((one, field("State") == Some("ACTIVE")));
    }
    Ok(all)
}

impl Slurm {
    /// Our reservations.
    pub(super) fn reserved(&self) -> Result<Vec<Reservation>, EngineError> {
        Ok(self.shown()?.into_iter().map(|(one, _)| one).collect())
    }

    fn shown(&self) -> Result<Vec<(Reservation, bool)>, EngineError> {
        let text = self.commands.run("scontrol", &["show", "reservation", "-o"])?;
        read(&self.settings, &text)
    }

    /// Makes a reservation or changes what differs of it: of one that has begun the beginning stays.
    pub(super) fn put_reservation(&self, wanted: &Reservation) -> Result<(), EngineError> {
        if wanted.nodes.is_empty() {
            return Err(EngineError::Refused("a reservation needs its machines named".to_owned()));
        }
        let there = self.shown()?.into_iter().find(|(one, _)| one.name == wanted.name);
        let name = format!("reservationname={}", named(&self.settings, &wanted.name));
        let from = format!("starttime=uts{}", wanted.from.as_second());
        let to = format!("endtime=uts{}", wanted.to.as_second());
        let names: Vec<&str> = wanted.nodes.iter().map(String::as_str).collect();
        let nodes = format!("nodes={}", names.join(","));
        let Some((there, has_begun)) = there else {
            let whose = match &wanted.project {
                // Nobody's jobs run as root.
                None => "users=root".to_owned(),
                Some(project) => {
                    let accounts: Result<Vec<String>, EngineError> =
                        wanted.devices.keys().map(|pool| account_name(&self.settings, project, pool)).collect();
                    format!("accounts={}", accounts?.join(","))
                }
            };
            // A project's jobs may use what it has beside them as well (`flex`), and neither end with it nor,
            // if they still wait then, are held for it.
            let flags = match wanted.project {
                None => "flags=maint,ignore_jobs",
                Some(_) => "flags=flex,ignore_jobs,no_hold_jobs_after",
            };
            self.commands.run("scontrol", &["create", "reservation", &name, &from, &to, &nodes, &whose, flags])?;
            return Ok(());
        };
        let mut args = vec!["update", name.as_str()];
        if there.from != wanted.from && !has_begun {
            args.push(&from);
        }
        if there.to != wanted.to {
            args.push(&to);
        }
        if there.nodes != wanted.nodes {
            args.push(&nodes);
        }
        if args.len() > 2 {
            self.commands.run("scontrol", &args)?;
        }
        Ok(())
    }

    /// Lets go of a reservation.
    pub(super) fn drop_reservation(&self, name: &str) -> Result<(), EngineError> {
        let named = format!("reservationname={}", named(&self.settings, name));
        match self.commands.run("scontrol", &["delete", &named]) {
            // It ended meanwhile.
            Err(EngineError::Refused(said)) if said.contains("reservation is invalid") => Ok(()),
            // Jobs run or wait in it: it ends now, and they go on without. One that has ended goes by itself.
            Err(EngineError::Refused(said)) if said.contains("in use") => {
                let is_active = self.shown()?.iter().any(|(one, active)| one.name == name && *active);
                if !is_active {
                    return Err(EngineError::Busy(said));
                }
                self.commands.run("scontrol", &["update", &named, "endtime=now+1second"]).map(drop)
            }
            done => done.map(drop),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWN: &str = include_str!("../../tests/fixtures/slurm-22.05.8/reservations.txt");

    #[test]
    fn lists_of_machines_are_spelled_out() {
        let all = |text| hosts(text).map(|all| all.into_iter().collect::<Vec<_>>().join(" "));
        assert_eq!(all("n[1-2]"), Ok("n1 n2".to_owned()));
        assert_eq!(all("gpu-[01-02,10],login,x[7]"), Ok("gpu-01 gpu-02 gpu-10 login x7".to_owned()));
        assert_eq!((all(""), all("(null)")), (Ok(String::new()), Ok(String::new())));
        assert!(all("n[1-").is_err() && all("n[a-b]").is_err() && all("n[1-4000000000]").is_err());
    }

    #[test]
    fn what_scontrol_of_22_05_shows_is_read_and_only_ours() {
        let settings = Settings { parent: "t".to_owned(), ..Settings::default() };
        let all = read(&settings, SHOWN).expect("readable");
        let names: Vec<(&str, bool)> = all.iter().map(|(one, begun)| (one.name.as_str(), *begun)).collect();
        assert_eq!(names, [("1", false), ("2", true)]);
        assert_eq!(all[0].0.nodes, ["n1".to_owned(), "n2".to_owned()].into());
        assert_eq!((all[0].0.from.as_second(), all[0].0.to.as_second()), (1_796_044_477, 1_796_051_677));
        assert_eq!(read(&settings, "No reservations in the system\n"), Ok(Vec::new()));
    }
}
