//! Letters about proposals: to the lead, and reminders before a deadline.

use domain::call::REMINDER_DAYS;
use jiff::{SignedDuration, Timestamp};
use store::proposal::{Party, ProposalRow};
use texts::{Lang, Texts};

use crate::mail::{Recipient, Template};
use crate::{Cx, Outcome};

/// How many reminders are sent in one go.
const BATCH: i64 = 50;

/// Reminds leads of drafts and corrections whose deadline is near, once per deadline.
pub(crate) fn remind(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let until = cx.now.saturating_add(SignedDuration::from_hours(24 * REMINDER_DAYS)).unwrap_or(Timestamp::MAX);
    let mut count = 0;
    for one in store::proposal::unfinished(cx.tx, cx.now, until, BATCH)? {
        let key = format!("proposal-due {} {}", one.id, one.due_at.as_second());
        if !store::trust::first_time(cx.tx, &key, cx.now)? {
            continue;
        }
        let to = Recipient::person(one.lead, &one.email, &one.language);
        let t = Texts::new(to.lang);
        let args = [
            ("name", one.name.clone()),
            ("title", title(t, &one.title_ko, &one.title_en)),
            ("due", t.deadline(one.due_at)),
            ("link", format!("{}/proposals/{}/edit", cx.identity.public_url, one.id)),
        ];
        crate::mail::post(cx, &to, Template::ProposalDue, &args)?;
        count += 1;
    }
    Ok(count)
}

/// A proposal's title: the language's, else the other, else that it has none.
#[must_use]
pub fn title(t: Texts, ko: &str, en: &str) -> String {
    let (first, second) = if t.lang() == Lang::En { (en, ko) } else { (ko, en) };
    let named = [first, second].into_iter().find(|text| !text.trim().is_empty());
    named.map_or_else(|| t.s(texts::k::PROPOSAL_UNTITLED), str::to_owned)
}

/// Writes to the lead of a proposal.
pub(crate) fn tell(
    cx: &mut Cx<'_, '_>,
    row: &ProposalRow,
    party: &Party,
    template: Template,
    more: &[(&str, String)],
) -> Outcome<()> {
    let to = Recipient::person(row.lead, &party.lead_email, &party.lead_language);
    let t = Texts::new(to.lang);
    let mut args = vec![
        ("name", party.lead_name.clone()),
        ("title", title(t, &row.title_ko, &row.title_en)),
        ("link", format!("{}/proposals/{}", cx.identity.public_url, row.id)),
    ];
    args.extend(more.iter().cloned());
    crate::mail::post(cx, &to, template, &args)?;
    Ok(())
}
