//! The audit trail, the outbox, mail, and what happened once.

mod answer;
mod audit;
mod lease;
mod mail;
mod once;
mod outbox;

pub use answer::{AnswerRow, answer, forget_answers, keep_answer};
pub use audit::{AuditFilter, AuditRow, accounts_named, audit, audit_after, audit_of, audit_page, find_audit};
pub use lease::{LeaseRow, lease, leased_until, leases, release};
pub use mail::{
    MailRow, claim_mail, failed_mails, find_mail, mails, mails_of, mark_sent, mark_unsent, post, retry_mail, unsent,
};
pub use once::{first_time, next_number};
pub use outbox::{
    OutboxRow, WorkCounts, due, enqueue, find_work, mark_done, mark_failed, retry_work, undone, work_counts,
};
