//! Proposals with what they ask for.

use domain::proposal::DraftLine;
use jiff::civil::Date;
use service::proposal::ProposalChange;

use super::Reader;
use super::{PROPOSALS, REQUESTS, named, names, unknown};
use crate::year::step::Act;
use crate::year::table::{self, Fault, Place};

#[derive(Clone, Debug)]
pub struct Proposal {
    pub key: String,
    pub round: String,
    pub change: ProposalChange,
    /// Where each of its lines stands.
    pub lines_at: Vec<Place>,
}

impl Reader<'_> {
    pub(super) fn proposals(&mut self, text: &str, requests: &str) -> Result<Vec<Proposal>, Fault> {
        let columns = &[
            "proposal",
            "round",
            "lead",
            "title_ko",
            "title_en",
            "summary",
            "usage_plan",
            "sector",
            "rnd_cluster",
            "started_at",
            "submitted_at",
        ];
        let lines = table::read(PROPOSALS, text, columns)?;
        self.proposals = names(&lines, "proposal")?;
        let mut all = Vec::new();
        for (n, line) in lines.iter().enumerate() {
            let lead = named(&self.people, line, "lead")?;
            let round = line.needed("round")?;
            if !self.rounds.contains(round) {
                return Err(unknown(line.place, "round", round));
            }
            let started = line.instant("started_at", self.zone)?;
            self.step(started, Some(lead), line.place, Act::Start(n));
            if let Some(at) = line.perhaps_instant("submitted_at", self.zone)? {
                if at <= started {
                    return Err(line.place.fault("submitted_at", "is not after started_at"));
                }
                self.step(at, Some(lead), line.place, Act::Submit(n));
            }
            all.push(Proposal {
                key: line.needed("proposal")?.to_owned(),
                round: round.to_owned(),
                change: ProposalChange {
                    title_ko: line.text("title_ko").to_owned(),
                    title_en: line.text("title_en").to_owned(),
                    summary: line.text("summary").to_owned(),
                    usage_plan: line.text("usage_plan").to_owned(),
                    sector: line.text("sector").to_owned(),
                    rnd_cluster: line.truth("rnd_cluster")?,
                    lines: Vec::new(),
                },
                lines_at: Vec::new(),
            });
        }
        let columns =
            &["proposal", "product", "pool", "amount", "min_amount", "earliest_start_on", "latest_last_on", "months"];
        for line in table::read(REQUESTS, requests, columns)? {
            let n = named(&self.proposals, &line, "proposal")?;
            all[n].lines_at.push(line.place);
            all[n].change.lines.push(DraftLine {
                product: line.needed("product")?.to_owned(),
                pool: line.needed("pool")?.to_owned(),
                amount: line.value::<i64>("amount")?.to_string(),
                min_amount: line.value::<i64>("min_amount")?.to_string(),
                earliest_start_on: line.value::<Date>("earliest_start_on")?.to_string(),
                latest_last_on: line.value::<Date>("latest_last_on")?.to_string(),
                months: line.value::<i64>("months")?.to_string(),
            });
        }
        Ok(all)
    }
}
