//! Background work: what the outbox and the calendar ask for. Tasks take no arguments, look at how
//! things stand, bring them nearer to what is wanted, and may be run at any time and twice.
//!
//! One thread runs the tasks in turn; a task that waits on another machine, such as mail, has a
//! thread of its own and delays no other. Each thread is woken by the transaction that queued something and
//! looks by itself every few seconds, so that what fell due while the program was down is
//! caught up. With several instances on one database a lease lets one of them work; should two overlap,
//! every task is still safe, because each step is a guarded transaction.

mod hook;
mod mailer;
mod run;
pub mod task;

pub use hook::AccountsHook;
pub use mailer::{Mailer, MailerError};
pub use run::{Worker, round};
pub use task::{Task, tasks};
