//! Texts and lines of a proposal as they are read.

use domain::proposal::Sector;
use service::center::Identity;
use service::proposal::NamedLine;
use texts::{Texts, k};

use super::amount;
use crate::page::plans::pick;

/// Texts and lines of a proposal as they are read.
pub(crate) struct Body {
    pub(crate) other_label: String,
    pub(crate) other_title: String,
    pub(crate) sector: String,
    pub(crate) rnd_cluster: bool,
    pub(crate) summary: String,
    pub(crate) usage_plan: String,
    pub(crate) lines: Vec<BodyLine>,
    pub(crate) basis: String,
}

/// A request line as it is read.
pub(crate) struct BodyLine {
    pub(crate) product: String,
    pub(crate) pool: String,
    pub(crate) amount: String,
    pub(crate) pf: String,
    pub(crate) min: String,
    pub(crate) from: String,
    pub(crate) last: String,
    pub(crate) months: i64,
}

pub(crate) fn body(t: Texts, identity: &Identity, row: &service::proposal::ProposalRow, lines: &[NamedLine]) -> Body {
    let titles =
        if t.lang() == texts::Lang::En { (&row.title_en, &row.title_ko) } else { (&row.title_ko, &row.title_en) };
    let line = |line: &NamedLine| {
        let (amount_text, pf) = amount(t, identity, line.unit, line.device_model.as_ref(), line.amount.0);
        BodyLine {
            product: pick(t, &line.product_ko, &line.product_en),
            pool: pick(t, &line.pool_ko, &line.pool_en),
            amount: amount_text,
            pf,
            min: amount(t, identity, line.unit, None, line.min_amount.0).0,
            from: t.short_date(line.earliest_start_on),
            last: t.short_date(domain::term::add_days(line.latest_end_on, -1)),
            months: line.months,
        }
    };
    Body {
        other_label: t.s(if t.lang() == texts::Lang::En { k::PROPOSAL_TITLE_KO } else { k::PROPOSAL_TITLE_EN }),
        other_title: if titles.0.trim().is_empty() { String::new() } else { titles.1.clone() },
        sector: row.sector.parse::<Sector>().map(|sector| t.word(sector)).unwrap_or_else(|_| row.sector.clone()),
        rnd_cluster: row.rnd_cluster,
        summary: row.summary.clone(),
        usage_plan: row.usage_plan.clone(),
        lines: lines.iter().map(line).collect(),
        basis: t.f1(k::PROPOSAL_PF_BASIS, "basis", t.word(identity.basis)),
    }
}
