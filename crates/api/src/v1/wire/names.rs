//! The names under which wire types speak of ids and words.

use super::value::{Choice, Id};

/// The names under which wire types speak of ids and words: the generator of the specification
/// takes every type argument for a schema.
macro_rules! names {
    ($($name:ident = $kind:ident<$($part:ident)::+>),+ $(,)?) => {$(
        #[doc = concat!("See [`", stringify!($kind), "`].")]
        pub type $name = $kind<$($part)::+>;
    )+};
}

names! {
    AdjustmentRef = Id<domain::ids::AdjustmentId>,
    AgreementRef = Id<domain::ids::AgreementId>,
    AwardRef = Id<domain::ids::AwardId>,
    CallRef = Id<domain::ids::CallId>,
    CapacityEntryRef = Id<domain::ids::CapacityEntryId>,
    CriterionRef = Id<domain::ids::CriterionId>,
    FreedRef = Id<domain::ids::FreedId>,
    InvitationRef = Id<domain::ids::InvitationId>,
    OfferRef = Id<domain::ids::OfferId>,
    OrganizationRef = Id<domain::ids::OrganizationId>,
    PlanRef = Id<domain::ids::PlanId>,
    ProjectRef = Id<domain::ids::ProjectId>,
    ProposalRef = Id<domain::ids::ProposalId>,
    ReviewRef = Id<domain::ids::ReviewId>,
    RoundRef = Id<domain::ids::RoundId>,
    UserRef = Id<domain::ids::UserId>,
    NodeStateWord = Choice<domain::engine::NodeState>,
    JobRef = Id<domain::ids::JobId>,
    OrderRef = Id<domain::ids::OrderId>,
    AfterKindWord = Choice<domain::job::AfterKind>,
    JobStateWord = Choice<domain::job::JobState>,
    WaitReasonWord = Choice<domain::job::WaitReason>,
    AdjustmentKindWord = Choice<domain::adjustment::AdjustmentKind>,
    AdjustmentStateWord = Choice<domain::adjustment::AdjustmentState>,
    AgreementStateWord = Choice<domain::award::AgreementState>,
    AwardStateWord = Choice<domain::award::AwardState>,
    BecameWord = Choice<service::freed::Became>,
    CallStateWord = Choice<domain::call::CallState>,
    DecisionWord = Choice<domain::award::Decision>,
    EngineFaultWord = Choice<domain::engine::EngineFault>,
    EntryKindWord = Choice<domain::ledger::EntryKind>,
    InvitationStateWord = Choice<domain::award::InvitationState>,
    OfferSourceWord = Choice<domain::award::OfferSource>,
    OfferStateWord = Choice<domain::award::OfferState>,
    PhaseWord = Choice<domain::call::Phase>,
    PlanStateWord = Choice<domain::award::PlanState>,
    PoolKindWord = Choice<domain::units::PoolKind>,
    PoolUnitWord = Choice<domain::units::PoolUnit>,
    ProjectStateWord = Choice<domain::award::ProjectState>,
    ProposalStateWord = Choice<domain::proposal::ProposalState>,
    ReviewStateWord = Choice<domain::review::ReviewState>,
    RoundKindWord = Choice<domain::call::RoundKind>,
    RuleWord = Choice<service::check::Rule>,
    RungWord = Choice<domain::capacity::Rung>,
    SyncStateWord = Choice<domain::engine::SyncState>,
    TieWord = Choice<domain::access::Tie>,
    TrackWord = Choice<domain::call::Track>,
    TokenRef = Id<domain::ids::TokenId>,
    SshKeyRef = Id<domain::ids::SshKeyId>,
    SshKeyKindWord = Choice<domain::ssh_key::SshKeyKind>,
    ImportKindWord = Choice<service::import::Kind>,
    MailRef = Id<domain::ids::MailId>,
    OutboxRef = Id<domain::ids::OutboxId>,
    PolicyKeyWord = Choice<domain::policy::PolicyKey>,
    RoleWord = Choice<domain::access::Role>,
    UserStateWord = Choice<domain::person::UserState>,
    TokenScopeWord = Choice<domain::person::TokenScope>,
    OrganizationKindWord = Choice<domain::organization::OrganizationKind>,
    OrganizationSizeWord = Choice<domain::organization::OrganizationSize>,
    RegionBasisWord = Choice<domain::organization::RegionBasis>,
    RegionWord = Choice<domain::region::Region>,
    SectorWord = Choice<domain::proposal::Sector>,
}
