//! Returns and requests as they are read.

use domain::access::Act;
use domain::adjustment::AdjustmentState;
use domain::capacity::Shortfall;
use domain::ids::{AdjustmentId, ProjectId};
use jiff::Timestamp;
use store::adjustment::{AdjustmentItem, AdjustmentRow};

use super::decide::effect;
use crate::project::tied;
use crate::{Cx, Error, Outcome};

/// A request as it is decided on.
#[derive(Clone, Debug)]
pub struct AdjustmentView {
    /// The request with its project's names.
    pub item: AdjustmentItem,
    /// The days on which there is no room for it.
    pub short: Vec<Shortfall>,
    /// Whether the reader may decide on it now.
    pub decidable: bool,
}

/// One request.
///
/// # Errors
/// [`Error::NotFound`] for whoever may see neither all requests nor the project.
pub fn show(cx: &mut Cx<'_, '_>, id: AdjustmentId) -> Outcome<AdjustmentView> {
    let item = store::adjustment::find_item(cx.tx, id)?.ok_or(Error::NotFound)?;
    let (_, ties) = tied(cx, item.row.project)?;
    if !cx.actor.may(Act::AdjustmentList, &[]) {
        cx.require_on(Act::ProjectRead, Act::ProjectRead, &ties)?;
    }
    let open = item.row.state == AdjustmentState::Requested || item.row.state == AdjustmentState::Waiting;
    let short = if open { effect(cx, &item.row)? } else { Vec::new() };
    let decidable = item.row.state == AdjustmentState::Requested
        && cx.actor.may(Act::AdjustmentDecide, &ties)
        && cx.require_apart(Act::AdjustmentDecide, item.row.requested_by, &ties).is_ok();
    Ok(AdjustmentView { item, short, decidable })
}

/// The requests in a state, newest first.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor may see them all.
pub fn list(
    cx: &mut Cx<'_, '_>,
    state: AdjustmentState,
    before: Option<(Timestamp, AdjustmentId)>,
    limit: i64,
) -> Outcome<Vec<AdjustmentItem>> {
    cx.require(Act::AdjustmentList, &[])?;
    Ok(store::adjustment::list(cx.tx, state, before, limit.clamp(1, 201))?)
}

/// The returns and requests of a project before a place, newest first.
///
/// # Errors
/// [`Error::NotFound`] for whoever may not see the project.
pub fn of_project(
    cx: &mut Cx<'_, '_>,
    project: ProjectId,
    before: Option<(Timestamp, AdjustmentId)>,
    limit: i64,
) -> Outcome<Vec<AdjustmentRow>> {
    crate::project::readable(cx, project)?;
    Ok(store::adjustment::of_project(cx.tx, project, before, limit.clamp(1, 201))?)
}
