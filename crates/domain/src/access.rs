//! Who may do what to which thing: one table, asked by pages and API alike.
//!
//! An act is allowed by a role, or by a tie between the person and the thing (the lead of its
//! project, the reviewer it is assigned to). Separation of duties is part of the table: an act that
//! approves something may not be done by whoever drafted it, and what the center decides about a
//! proposal or project is not decided by its own people.

use std::collections::BTreeSet;

words! {
    /// A role that a person holds in the center (domain.md §3). Roles within a project or an
    /// organization are ties, not roles.
    Role in "role" {
        /// Drafts calls, handles proposals, makes plans (사업담당).
        OfficeStaff = "office_staff",
        /// Approves what the staff drafted (결재).
        OfficeApprover = "office_approver",
        /// Keeps capacity and decides on changes to running awards.
        ResourceManager = "resource_manager",
        /// Runs surveys.
        SurveyManager = "survey_manager",
        /// Scores the proposals assigned to them.
        Reviewer = "reviewer",
        /// The cloud operator: provisioning, metering, incidents; no scores.
        Operator = "operator",
        /// City and ministry: aggregates only.
        Observer = "observer",
        /// Reads everything, the audit trail included; changes nothing.
        Auditor = "auditor",
        /// Keeps accounts and roles.
        Sysadmin = "sysadmin",
    }
}

words! {
    /// How a person is tied to the thing that an act is about.
    Tie in "tie" {
        /// It is theirs: their account, token, notice.
        Own = "own",
        /// They lead the proposal or project (과제책임자).
        Lead = "lead",
        /// They manage the project day to day (실무담당자).
        Manager = "manager",
        /// They take part in the project (참여인력).
        Member = "member",
        /// They administer the organization.
        OrgAdmin = "org_admin",
        /// They belong to the organization.
        OrgMember = "org_member",
        /// They are assigned to review it.
        AssignedReviewer = "assigned_reviewer",
        /// They are invited to it.
        Invited = "invited",
    }
}

/// One line's permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Everybody, signed in or not.
    Anyone,
    /// Everybody who is signed in.
    SignedIn,
    /// Everybody who is signed in, but for observers and auditors: they only read.
    Applicant,
    /// Holders of the role.
    Role(Role),
    /// Those with the tie.
    Tie(Tie),
}

macro_rules! acts {
    ($($(#[$meta:meta])* $act:ident = $word:literal $duty:ident [$($grant:expr),* $(,)?]),+ $(,)?) => {
        words! {
            /// Everything that a person can do.
            Act in "act" { $($(#[$meta])* $act = $word),+ }
        }
        impl Act {
            /// Who may do it.
            #[must_use]
            pub fn grants(self) -> &'static [Grant] {
                use Grant::{Anyone, Applicant, SignedIn};
                #[allow(unused_imports)]
                use Role::*;
                const fn r(role: Role) -> Grant { Grant::Role(role) }
                const fn t(tie: Tie) -> Grant { Grant::Tie(tie) }
                let _ = (Anyone, Applicant, SignedIn, r as fn(Role) -> Grant, t as fn(Tie) -> Grant);
                match self { $(Self::$act => { const GRANTS: &[Grant] = &[$($grant),*]; GRANTS })+ }
            }
            /// Whether it must be done by another person than whoever drafted the thing.
            #[must_use]
            pub fn needs_second_person(self) -> bool {
                match self { $(Self::$act => acts!(@ second $duty)),+ }
            }
            /// Whether it is a decision on a proposal or project that its own people may not take.
            #[must_use]
            pub fn needs_distance(self) -> bool {
                match self { $(Self::$act => acts!(@ distance $duty)),+ }
            }
        }
    };
    (@ second by) => { false };
    (@ second $other:ident) => { true };
    (@ distance apart) => { true };
    (@ distance $other:ident) => { false };
}

acts! {
    // Public.
    /// Read public pages: calls, statistics, capacity at large.
    PublicRead = "public.read" by [Anyone],
    /// Sign up, sign in, reset a password.
    SignIn = "account.sign_in" by [Anyone],

    // People.
    /// See and change one's own account, sessions and tokens.
    AccountManage = "account.manage" by [t(Tie::Own)],
    /// See, add and take away the public keys by which one signs in to the cluster.
    SshKeyManage = "account.manage_keys" by [t(Tie::Own)],
    /// See one's own list of things to do.
    HomeRead = "home.read" by [SignedIn],
    /// List accounts (masked).
    UserList = "user.list" by [r(Sysadmin), r(Auditor), r(OfficeStaff)],
    /// See one account.
    UserRead = "user.read" by [r(Sysadmin), r(Auditor), r(OfficeStaff), t(Tie::Own)],
    /// Create an account, lock or unlock it.
    UserManage = "user.manage" by [r(Sysadmin)],
    /// Give and take roles.
    RoleAssign = "user.assign_role" by [r(Sysadmin)],

    // Organizations.
    /// Register an organization.
    OrganizationRegister = "organization.register" by [Applicant],
    /// Ask to be admitted to an organization.
    OrganizationJoin = "organization.join" by [Applicant],
    /// See all organizations.
    OrganizationList = "organization.list" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Auditor)],
    /// See one organization.
    OrganizationRead = "organization.read" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Auditor), t(Tie::OrgMember), t(Tie::OrgAdmin)],
    /// Change an organization's data and admit people to it.
    OrganizationManage = "organization.manage" by [r(OfficeStaff), t(Tie::OrgAdmin)],
    /// Confirm an organization's papers; not for its own people.
    OrganizationVerify = "organization.verify" by [r(OfficeStaff)],

    // Calls and proposals.
    /// See drafts of calls.
    CallList = "call.list" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Auditor)],
    /// Draft and change a call and its rounds.
    CallDraft = "call.draft" by [r(OfficeStaff)],
    /// Publish a call.
    CallPublish = "call.publish" second [r(OfficeApprover)],
    /// Start a proposal in an open round.
    ProposalStart = "proposal.start" by [Applicant],
    /// See all proposals of a round.
    ProposalList = "proposal.list" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Auditor)],
    /// Read one proposal.
    ProposalRead = "proposal.read" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Auditor), t(Tie::Lead), t(Tie::Manager), t(Tie::OrgAdmin), t(Tie::AssignedReviewer)],
    /// Write, submit, correct or withdraw one's proposal.
    ProposalWrite = "proposal.write" by [t(Tie::Lead), t(Tie::Manager)],
    /// Check eligibility, return for correction, reject.
    ProposalCheck = "proposal.check" apart [r(OfficeStaff)],

    // Review.
    /// Assign reviewers.
    ReviewAssign = "review.assign" apart [r(OfficeStaff)],
    /// See one's own assigned reviews.
    ReviewList = "review.list" by [r(Reviewer)],
    /// Score an assigned proposal or declare a conflict.
    ReviewWrite = "review.write" by [t(Tie::AssignedReviewer)],
    /// See scores and comments with their reviewers.
    ReviewRead = "review.read" by [r(OfficeStaff), r(OfficeApprover), r(Auditor)],

    // Plan, offer, award.
    /// See plans.
    PlanRead = "plan.read" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Auditor)],
    /// Make a plan and put it forward.
    PlanMake = "plan.make" apart [r(OfficeStaff)],
    /// Approve a plan.
    PlanApprove = "plan.approve" apart [r(OfficeApprover)],
    /// Send a plan that was put forward back to its maker.
    PlanReturn = "plan.return" apart [r(OfficeApprover)],
    /// Announce an approved plan: offers go out.
    PlanAnnounce = "plan.announce" apart [r(OfficeStaff)],
    /// See all offers and the reserve list.
    OfferList = "offer.list" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Auditor)],
    /// Read one offer.
    OfferRead = "offer.read" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Auditor), t(Tie::Lead), t(Tie::Manager), t(Tie::OrgAdmin)],
    /// Accept or decline an offer.
    OfferAnswer = "offer.answer" by [t(Tie::Lead)],
    /// Take an open offer back.
    OfferWithdraw = "offer.withdraw" apart [r(OfficeStaff)],
    /// Read an agreement.
    AgreementRead = "agreement.read" by [r(OfficeStaff), r(OfficeApprover), r(Auditor), t(Tie::Lead), t(Tie::Manager), t(Tie::OrgAdmin)],
    /// Sign an agreement for the project.
    AgreementSign = "agreement.sign" by [t(Tie::Lead)],
    /// Countersign an agreement for the center.
    AgreementCountersign = "agreement.countersign" apart [r(OfficeApprover)],

    // Projects and their holdings.
    /// See all projects.
    ProjectList = "project.list" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Operator), r(Auditor)],
    /// Read one project.
    ProjectRead = "project.read" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Operator), r(Auditor), t(Tie::Lead), t(Tie::Manager), t(Tie::Member), t(Tie::OrgAdmin)],
    /// Invite people to a project and let them go.
    MemberManage = "project.manage_members" by [t(Tie::Lead), t(Tie::Manager)],
    /// Answer an invitation.
    InvitationAnswer = "project.answer_invitation" by [t(Tie::Invited)],
    /// Return devices.
    ProjectReturn = "project.return" by [t(Tie::Lead), t(Tie::Manager)],
    /// Ask for more, less or longer.
    AdjustmentRequest = "adjustment.request" by [t(Tie::Lead), t(Tie::Manager)],
    /// See all requests for changes.
    AdjustmentList = "adjustment.list" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Auditor)],
    /// Decide on a request.
    AdjustmentDecide = "adjustment.decide" apart [r(ResourceManager), r(OfficeApprover)],

    // Jobs.
    /// See the jobs of all projects.
    JobList = "job.list" by [r(ResourceManager), r(Operator), r(Auditor)],
    /// See the jobs of a project: what runs and waits, not what is in it.
    JobRead = "job.read" by [r(ResourceManager), r(Operator), r(Auditor), t(Tie::Lead), t(Tie::Manager), t(Tie::Member), t(Tie::OrgAdmin)],
    /// Run jobs in a project.
    JobSubmit = "job.submit" by [t(Tie::Lead), t(Tie::Manager), t(Tie::Member)],
    /// Read scripts and what jobs print.
    JobOutput = "job.output" by [t(Tie::Lead), t(Tie::Manager), t(Tie::Member)],
    /// End a job.
    JobCancel = "job.cancel" by [r(Operator), t(Tie::Lead), t(Tie::Manager), t(Tie::Own)],

    /// List the accounts of the cluster, with their projects and keys.
    ClusterAccountList = "cluster_account.list" by [r(Operator), r(Sysadmin)],

    // Capacity and ledger.
    /// See capacity with holders by name.
    CapacityRead = "capacity.read" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Operator), r(Auditor)],
    /// Change capacity.
    CapacityManage = "capacity.manage" by [r(ResourceManager)],
    /// Read ledger entries of all awards.
    LedgerRead = "ledger.read" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Auditor)],
    /// Write a correcting entry or withdraw an award that has not begun.
    LedgerCorrect = "ledger.correct" apart [r(ResourceManager)],

    // The cluster.
    /// See how the cluster stands, and what was found changed there by hand.
    ClusterRead = "cluster.read" by [r(OfficeApprover), r(ResourceManager), r(Operator), r(Sysadmin), r(Auditor)],
    /// Say which accounts of a cluster that was there before become which projects.
    ClusterAdopt = "cluster.adopt" by [r(Operator)],
    /// Decide on what was found changed by hand.
    DriftDecide = "drift.decide" apart [r(ResourceManager), r(OfficeApprover)],

    // Maintenance.
    /// Announce maintenance, change it, call it off and end it.
    MaintenanceManage = "maintenance.manage" by [r(ResourceManager), r(Operator)],

    // Reservations.
    /// See which devices are free to be reserved, and one's own reservations.
    ReservationRead = "reservation.read" by [SignedIn],
    /// See the reservations of all projects.
    ReservationList = "reservation.list" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Operator), r(Auditor)],
    /// Ask for a reservation and call it off.
    ReservationRequest = "reservation.request" by [t(Tie::Lead), t(Tie::Manager)],
    /// Decide on a reservation and withdraw it.
    ReservationDecide = "reservation.decide" apart [r(ResourceManager), r(OfficeApprover)],

    // Trust.
    /// Read the audit trail.
    AuditRead = "audit.read" by [r(Auditor), r(Sysadmin)],
    /// See queued work and its errors.
    WorkRead = "work.read" by [r(Operator), r(Sysadmin), r(Auditor)],
    /// Put failed work back in the queue.
    WorkRetry = "work.retry" by [r(Operator), r(Sysadmin)],
    /// Read the mail of the whole center (the demo's mailbox).
    MailRead = "mail.read" by [r(Sysadmin), r(Auditor)],
    /// Read policy, products and the other settings.
    PolicyRead = "policy.read" by [r(OfficeStaff), r(OfficeApprover), r(ResourceManager), r(Sysadmin), r(Auditor)],
    /// Import organizations and proposals.
    Import = "import.run" by [r(OfficeStaff), r(Sysadmin)],
}

/// Whether someone with these roles and ties may do it. `signed_in` says whether the person is
/// known at all.
#[must_use]
pub fn may(act: Act, signed_in: bool, roles: &BTreeSet<Role>, ties: &[Tie]) -> bool {
    act.grants().iter().any(|grant| match grant {
        Grant::Anyone => true,
        Grant::SignedIn => signed_in,
        Grant::Applicant => signed_in && !roles.contains(&Role::Observer) && !roles.contains(&Role::Auditor),
        Grant::Role(role) => signed_in && roles.contains(role),
        Grant::Tie(tie) => signed_in && ties.contains(tie),
    })
}

/// Whether these ties keep a person from a decision that needs distance: they take part in what it
/// is about, or administer the organization behind it.
#[must_use]
pub fn too_close(act: Act, ties: &[Tie]) -> bool {
    let close = [Tie::Lead, Tie::Manager, Tie::Member, Tie::OrgAdmin];
    act.needs_distance() && ties.iter().any(|tie| close.contains(tie))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    #[test]
    fn the_whole_table() {
        let mut out = String::new();
        for &act in Act::ALL {
            let grants: Vec<String> = act
                .grants()
                .iter()
                .map(|grant| match grant {
                    Grant::Anyone => "anyone".to_owned(),
                    Grant::SignedIn => "signed in".to_owned(),
                    Grant::Applicant => "signed in and no mere reader".to_owned(),
                    Grant::Role(role) => role.to_string(),
                    Grant::Tie(tie) => format!("({tie})"),
                })
                .collect();
            let duty = match (act.needs_second_person(), act.needs_distance()) {
                (_, true) => " [second person, not the thing's own]",
                (true, _) => " [second person]",
                _ => "",
            };
            writeln!(out, "{act}{duty}: {}", grants.join(", ")).expect("a string takes all");
        }
        insta::assert_snapshot!(out);
    }

    #[test]
    fn readers_only_read() {
        for &act in Act::ALL {
            for role in [Role::Observer, Role::Auditor] {
                let reads = ["read", "list"].iter().any(|end| act.as_str().ends_with(end));
                let visitor = act.grants().contains(&Grant::Anyone);
                assert!(reads || visitor || !may(act, true, &BTreeSet::from([role]), &[]), "{role} may {act}");
            }
        }
    }

    #[test]
    fn the_operator_sees_no_scores() {
        for act in [Act::ReviewRead, Act::ReviewList, Act::ProposalRead, Act::PlanRead] {
            assert!(!act.grants().contains(&Grant::Role(Role::Operator)));
        }
    }

    #[test]
    fn nobody_without_an_account_gets_in_by_role_or_tie() {
        let all_roles: BTreeSet<Role> = Role::ALL.iter().copied().collect();
        assert!(!may(Act::UserManage, false, &all_roles, Tie::ALL));
        assert!(may(Act::PublicRead, false, &BTreeSet::new(), &[]));
    }
}
