//! The audit trail's chain, and where both chains end.

use domain::ledger::{ChainBreak, GENESIS};

use super::{CheckReport, Detail, PAGE, Rule, What};
use crate::{Cx, Outcome};

/// The chain of hashes of the audit trail.
pub(super) fn audit(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
    let (mut last, mut hash) = (0, GENESIS.to_owned());
    loop {
        let page = store::trust::audit_after(cx.tx, last, PAGE)?;
        if page.is_empty() {
            break;
        }
        for row in page {
            report.audit_rows += 1;
            let fault = if row.seq != last + 1 {
                Some(ChainBreak::Gap { after: last, found: row.seq })
            } else if row.prev_hash != hash {
                Some(ChainBreak::Unlinked(row.seq))
            } else if row.computed_hash() != row.hash {
                Some(ChainBreak::Altered(row.seq))
            } else {
                None
            };
            if let Some(fault) = fault {
                report.found(Rule::AuditChain, "audit", row.seq, broken(&fault));
            }
            (last, hash) = (row.seq, row.hash);
        }
    }
    if last > 0 {
        report.audit_head = format!("{last} {hash}");
    }
    let found = report.audit_head.clone();
    head(cx, report, store::check::AUDIT_HEAD, (Rule::AuditChain, "audit"), &found)
}

/// The end of a chain against the one noted when it was written. A database of an earlier version
/// has noted none until it writes.
pub(super) fn head(
    cx: &mut Cx<'_, '_>,
    report: &mut CheckReport,
    key: &str,
    (rule, table): (Rule, &'static str),
    found: &str,
) -> Outcome<()> {
    if let Some(noted) = store::center::setting(cx.tx, key)?
        && noted != found
    {
        let row = noted.split(' ').next().unwrap_or_default();
        let what = if found.is_empty() { What::ChainGone } else { What::ChainEnd };
        report.found(rule, table, row, Detail::new(what).with("noted", &noted).with("there", found));
    }
    Ok(())
}

/// Where a chain is broken.
pub(super) fn broken(fault: &ChainBreak) -> Detail {
    match fault {
        ChainBreak::Gap { after, found } => Detail::new(What::Gap).with("after", after).with("found", found),
        ChainBreak::Unlinked(seq) => Detail::new(What::Unlinked).with("seq", seq),
        ChainBreak::Altered(seq) => Detail::new(What::Altered).with("seq", seq),
    }
}
