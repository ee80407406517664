//! What the center has.

use domain::capacity::Rung;
use domain::ids::PoolId;
use domain::term::{Term, add_days};
use domain::units::Amount;
use jiff::civil::Date;
use service::capacity::NewCapacity;

use super::Reader;
use super::{CAPACITY, named};
use crate::year::step::Act;
use crate::year::table::{self, Fault};

impl Reader<'_> {
    pub(super) fn capacity(&mut self, text: &str) -> Result<Vec<NewCapacity>, Fault> {
        let columns = &["at", "by", "pool", "rung", "delta", "from_on", "last_on", "note"];
        let mut all = Vec::new();
        for line in table::read(CAPACITY, text, columns)? {
            let (from, last): (Date, Date) = (line.value("from_on")?, line.value("last_on")?);
            let term = Term::new(from, add_days(last, 1)).map_err(|error| line.place.fault("last_on", error))?;
            let (at, by) = (line.instant("at", self.zone)?, named(&self.people, &line, "by")?);
            self.step(at, Some(by), line.place, Act::Capacity(all.len()));
            all.push(NewCapacity {
                pool: line.value::<PoolId>("pool")?,
                rung: line.value::<Rung>("rung")?,
                delta: Amount(line.value("delta")?),
                term,
                note: line.needed("note")?.to_owned(),
            });
        }
        Ok(all)
    }
}
