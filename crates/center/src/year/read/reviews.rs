//! Reviews.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Reader;
use super::{REVIEWS, named};
use crate::year::step::Act;
use crate::year::table::{self, Fault, Place};

#[derive(Clone, Debug)]
pub struct Review {
    pub proposal: usize,
    pub reviewer: usize,
    pub conflict: String,
    pub points: Vec<Option<i64>>,
    pub comment_applicant: String,
    pub comment_committee: String,
}

impl Reader<'_> {
    pub(super) fn reviews(&mut self, text: &str) -> Result<Vec<Review>, Fault> {
        let columns = &[
            "proposal",
            "reviewer",
            "assigned_at",
            "assigned_by",
            "conflict_at",
            "conflict",
            "submitted_at",
            "necessity",
            "capability",
            "resources",
            "impact",
            "comment_applicant",
            "comment_committee",
        ];
        let mut all = Vec::new();
        let mut assigned: BTreeMap<(Timestamp, usize, usize), (Place, Vec<usize>)> = BTreeMap::new();
        for line in table::read(REVIEWS, text, columns)? {
            let n = all.len();
            let proposal = named(&self.proposals, &line, "proposal")?;
            let reviewer = named(&self.people, &line, "reviewer")?;
            let at = line.instant("assigned_at", self.zone)?;
            let by = named(&self.people, &line, "assigned_by")?;
            assigned.entry((at, proposal, by)).or_insert_with(|| (line.place, Vec::new())).1.push(n);
            let conflict = line.perhaps_instant("conflict_at", self.zone)?;
            let submitted = line.perhaps_instant("submitted_at", self.zone)?;
            for (field, when) in [("conflict_at", conflict), ("submitted_at", submitted)] {
                if when.is_some_and(|when| when <= at) {
                    return Err(line.place.fault(field, "is not after assigned_at"));
                }
            }
            if let Some(when) = conflict {
                line.needed("conflict")?;
                self.step(when, Some(reviewer), line.place, Act::Conflict(n));
            }
            let mut points = Vec::new();
            if let Some(when) = submitted {
                for field in ["necessity", "capability", "resources", "impact"] {
                    points.push(Some(line.value(field)?));
                }
                line.needed("comment_applicant")?;
                self.step(when, Some(reviewer), line.place, Act::Review(n));
            }
            all.push(Review {
                proposal,
                reviewer,
                conflict: line.text("conflict").to_owned(),
                points,
                comment_applicant: line.text("comment_applicant").to_owned(),
                comment_committee: line.text("comment_committee").to_owned(),
            });
        }
        for ((at, _, by), (place, reviews)) in assigned {
            self.step(at, Some(by), place, Act::Assign(reviews));
        }
        Ok(all)
    }
}
