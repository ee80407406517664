//! Identifiers. Ids of different things are different types.

use uuid::Uuid;

/// What all identifiers share: they wrap a UUID version 7, whose text sorts by time of creation.
pub trait Id: Copy + std::fmt::Display + std::str::FromStr<Err = uuid::Error> {
    /// Wraps a UUID.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The wrapped UUID.
    fn uuid(self) -> Uuid;
    /// A new identifier from the milliseconds since 1970 and ten random bytes: the caller brings
    /// time and chance, because this crate has neither.
    fn new(unix_millis: u64, random: [u8; 10]) -> Self {
        Self::from_uuid(uuid::Builder::from_unix_timestamp_millis(unix_millis, &random).into_uuid())
    }
}

ids! {
    /// A person with an account in the portal.
    UserId,
    /// An organization that applies or reviews.
    OrganizationId,
    /// A call for proposals (모집 공고).
    CallId,
    /// A round of a call (차수).
    RoundId,
    /// A scoring criterion of a call.
    CriterionId,
    /// A proposal (신청).
    ProposalId,
    /// One line of a proposal's request: a product, devices, a term.
    RequestLineId,
    /// One reviewer's review of one proposal.
    ReviewId,
    /// A plan of a round.
    PlanId,
    /// An offer made to an applicant.
    OfferId,
    /// An award: the promise that an accepted offer became.
    AwardId,
    /// A project (과제).
    ProjectId,
    /// An agreement (협약) on an award.
    AgreementId,
    /// A request to change a running award.
    AdjustmentId,
    /// An invitation to a project.
    InvitationId,
    /// A capacity entry.
    CapacityEntryId,
    /// A piece of freed capacity.
    FreedId,
    /// A row of the audit trail.
    AuditId,
    /// A piece of work in the outbox.
    OutboxId,
    /// A file that waits to be imported.
    ImportId,
    /// A mail.
    MailId,
    /// A personal API token.
    TokenId,
    /// A public key by which somebody signs in to the cluster.
    SshKeyId,
    /// What somebody asked to run: one job, or all tasks of an array.
    OrderId,
    /// A job: one task that runs.
    JobId,
    /// A development environment that somebody started.
    DevSessionId,
    /// A maintenance window.
    MaintenanceId,
    /// Devices for one project alone on a few days.
    ReservationId,
}

/// The short name of a pool, such as `gpu-a100`: lower-case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// The text is not a slug: 1 to 40 lower-case letters, digits, `-` or `_`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a short name (1 to 40 of a-z, 0-9, - and _)")]
pub struct InvalidSlug(pub String);

impl Slug {
    /// The text of the slug.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Slug {
    type Err = InvalidSlug;
    fn from_str(text: &str) -> Result<Self, InvalidSlug> {
        let fits = (1..=40).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidSlug(text.to_owned())) }
    }
}

impl TryFrom<String> for Slug {
    type Error = InvalidSlug;
    fn try_from(text: String) -> Result<Self, InvalidSlug> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl std::fmt::Display for Slug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A pool's short name.
pub type PoolId = Slug;
/// A product's short name, such as `gpu_long`.
pub type ProductId = Slug;
