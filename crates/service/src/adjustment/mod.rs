//! Changes of running awards: a return takes effect at once, an increase, decrease or extension is
//! asked for by the project and decided by a second person.

mod adopt;
mod ask;
mod choices;
mod correct;
pub(crate) mod credit;
mod decide;
mod give_back;
mod held;
mod list;

pub(crate) use adopt::adopt;
pub use ask::{NewRequest, ask, withdraw};
pub use choices::{Choices, choices, overview};
pub use correct::{correct, transfer};
pub use decide::{decide, effect, expire_undecided, serve_waiting};
pub use give_back::{NewReturn, give_back};
pub use list::{AdjustmentView, list, of_project, show};
pub use store::adjustment::{AdjustmentItem, AdjustmentRow};
