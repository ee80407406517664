//! What happens to proposals and what comes of them.

use domain::adjustment::AdjustmentKind;

use super::Reader;
use super::{EVENTS, named, unknown};
use crate::year::step::{Act, ProposalAct, RoundAct};
use crate::year::table::{self, Fault, Line};

impl Reader<'_> {
    pub(super) fn events(&mut self, text: &str) -> Result<(), Fault> {
        let columns = &["at", "by", "what", "on", "to", "pool", "amount", "from_on", "last_on", "note"];
        for line in table::read(EVENTS, text, columns)? {
            let (at, by) = (line.instant("at", self.zone)?, named(&self.people, &line, "by")?);
            let what = line.needed("what")?;
            let act = if let Ok(act) = what.parse::<RoundAct>() {
                let round = line.needed("on")?;
                if !self.rounds.contains(round) {
                    return Err(unknown(line.place, "on", round));
                }
                Act::Round(round.to_owned(), act, line.text("note").to_owned())
            } else {
                Act::Proposal(named(&self.proposals, &line, "on")?, self.event(&line, what)?)
            };
            self.step(at, Some(by), line.place, act);
        }
        Ok(())
    }

    fn event(&self, line: &Line, what: &str) -> Result<ProposalAct, Fault> {
        let note = || line.text("note").to_owned();
        let pool = || line.needed("pool").map(str::to_owned);
        let ask = |kind| -> Result<ProposalAct, Fault> {
            let amount = if kind == AdjustmentKind::Extend { 0 } else { line.value("amount")? };
            let (from, last) = (line.perhaps_date("from_on")?, line.perhaps_date("last_on")?);
            Ok(ProposalAct::Ask { kind, pool: pool()?, amount, from, last, note: note() })
        };
        Ok(match what {
            "eligible" => ProposalAct::Eligible,
            "return" => ProposalAct::Return(line.needed("note")?.to_owned()),
            "ineligible" => ProposalAct::Reject(line.needed("note")?.to_owned()),
            "resubmit" => ProposalAct::Resubmit(line.needed("note")?.to_owned()),
            "withdraw_proposal" => ProposalAct::Withdraw(note()),
            "accept" => ProposalAct::Accept,
            "decline" => ProposalAct::Decline(note()),
            "sign" => ProposalAct::Sign,
            "countersign" => ProposalAct::Countersign,
            "give_back" => ProposalAct::GiveBack {
                pool: pool()?,
                amount: line.perhaps("amount")?,
                from: line.value("from_on")?,
                note: note(),
            },
            "increase" => ask(AdjustmentKind::Increase)?,
            "decrease" => ask(AdjustmentKind::Decrease)?,
            "extend" => ask(AdjustmentKind::Extend)?,
            "approve_change" => ProposalAct::Decide { pool: pool()?, approve: true, note: note() },
            "reject_change" => ProposalAct::Decide { pool: pool()?, approve: false, note: note() },
            "invite" => ProposalAct::Invite { to: named(&self.people, line, "to")?, tie: line.value("note")? },
            "join" => ProposalAct::Join,
            other => return Err(line.place.fault("what", format!("\"{other}\" is nothing that happens"))),
        })
    }
}
