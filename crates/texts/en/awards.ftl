plan-state-draft = Draft
plan-state-proposed = Awaiting approval
plan-state-returned = Sent back
plan-state-approved = Approved
plan-state-announced = Announced
plan-state-superseded = Superseded
decision-selected = Selected
decision-reserve = Reserve
decision-rejected = Not selected
offer-source-plan = Round
offer-source-refill = Refill of freed capacity
offer-source-reservation = Reservation
offer-state-open = Awaiting answer
offer-state-accepted = Accepted
offer-state-declined = Declined
offer-state-lapsed = Lapsed
offer-state-withdrawn = Withdrawn
award-state-pending = Not begun
award-state-active = In force
award-state-ended = Ended
award-state-withdrawn = Withdrawn
project-state-agreement-pending = Agreement pending
project-state-agreed = Ready to start
project-state-active = Active
project-state-suspended = Suspended
project-state-ended = Ended
project-state-data-only = Data only
project-state-closed = Closed
project-state-withdrawn = Withdrawn
agreement-state-unsigned = Awaiting signature
agreement-state-signed = Signed by the lead
agreement-state-concluded = Concluded
agreement-state-lapsed = Lapsed
invitation-state-open = Awaiting answer
invitation-state-accepted = Accepted
invitation-state-declined = Declined
invitation-state-withdrawn = Withdrawn
invitation-state-lapsed = Lapsed

award-given-line = { $pool }: { $amount }, { $from } through { $last }
agreement-body =
    Agreement on the use of resources

    { $center } ("the center") and { $organization } ("the organization") agree on the use of compute resources for the project below.

    Project number: { $number }
    Title: { $title }
    Project lead: { $lead }
    Term: { $from } through { $last }

    1. Allocation. The center allocates to the organization:
    { $given }

    2. Purpose. The organization uses the resources only for the purpose stated in its proposal and does not lend or transfer them.

    3. Return and reclaim. The organization returns without delay what it no longer uses. After hearing the organization, the center may reclaim resources whose use stays below the required level or departs from the purpose.

    4. Security. The organization sees to it that accounts are used only by their owners and reports security incidents to the center at once.

    5. End. After the term the organization reports its results in due time; the center deletes the data once the set period is over.

    Drawn up on { $today }

mail-plan-selected-subject = [{ $center }] Selected: { $title }
mail-plan-selected-body =
    Dear { $name },

    Your proposal "{ $title }" has been selected with a score of { $score }.

    Allocation:
    { $given }

    Reasons:
    { $reasons }

    Please accept or decline in the portal by { $due }. After that the allocation goes to the reserve list.
    { $link }
mail-plan-reserve-subject = [{ $center }] On the reserve list: { $title }
mail-plan-reserve-body =
    Dear { $name },

    Your proposal "{ $title }" is number { $rank } on the reserve list, with a score of { $score }.

    Reasons:
    { $reasons }

    Capacity that comes free until { $until } is offered in the order of the list.
    { $link }
mail-plan-rejected-subject = [{ $center }] Result of selection: { $title }
mail-plan-rejected-body =
    Dear { $name },

    Your proposal "{ $title }" was not selected this time. Its score is { $score }.

    Reasons:
    { $reasons }

    { $link }
mail-refill-offer-subject = [{ $center }] Capacity came free for you: { $title }
mail-refill-offer-body =
    Dear { $name },

    Capacity has come free for your proposal "{ $title }" on the reserve list.

    Offer:
    { $given }

    Please accept or decline in the portal by { $due }. After that it goes to the next on the list.
    { $link }
mail-offer-lapsed-subject = [{ $center }] Offer lapsed: { $title }
mail-offer-lapsed-body =
    Dear { $name },

    The offer for "{ $title }" was not answered by { $due } and has lapsed.
mail-offer-withdrawn-subject = [{ $center }] Offer withdrawn: { $title }
mail-offer-withdrawn-body =
    Dear { $name },

    The offer for "{ $title }" is withdrawn for the following reason.
    { $reason }
mail-agreement-ready-subject = [{ $center }] Agreement to sign: { $number }
mail-agreement-ready-body =
    Dear { $name },

    The agreement on project { $number } "{ $title }" is ready. Please read and sign it in the portal by { $due }; otherwise the allocation is withdrawn.
    { $link }
mail-agreement-concluded-subject = [{ $center }] Agreement concluded: { $number }
mail-agreement-concluded-body =
    Dear { $name },

    The agreement on project { $number } "{ $title }" is concluded. You can use the resources from { $from }.
    { $link }
mail-award-withdrawn-subject = [{ $center }] Allocation withdrawn: { $number }
mail-award-withdrawn-body =
    Dear { $name },

    The agreement on project { $number } "{ $title }" was not signed in time, so the allocation is withdrawn.
    { $link }
mail-allocation-begun-subject = [{ $center }] Allocation in force: { $number }
mail-allocation-begun-body =
    Dear { $name },

    You can use the resources of project { $number } "{ $title }" from today. Invite your team on the project page.
    { $link }
mail-project-invitation-subject = [{ $center }] Invitation to a project: { $title }
mail-project-invitation-body =
    Hello,

    { $inviter } invites you to project { $number } "{ $title }" as { $tie }. Sign in with an account for this address and answer before { $due }.
    { $link }

plans-menu = Plans
plans-title = Plans
plans-lead = Choose a round, plan who gets what when, have it approved and announce it.
plans-empty = There are no rounds yet. Add a round to a call first.
plans-round = Round
plans-closes = Closes
plans-of-round = Plans of { $round }
plans-none = No plan yet. One can be made once the round has closed and been reviewed.
plans-make = Make a plan
plan-number = No.
plan-state = State
plan-made-at = Made at
plan-propose = Put forward for approval
plan-approve = Approve
plan-announce = Announce and send offers
plan-announce-hint = Announcing tells every applicant the result and holds capacity for the selected.
plan-digest = Hash of input and rules (SHA-256)
plan-outcomes = Results by proposal
plan-rank = Rank
plan-proposal = Proposal
plan-score = Score
plan-decision = Result
plan-given = Allocation
plan-reasons = Reasons
plan-pools = Allocated and free by pool
plan-pool-chart = Allocated and free in { $pool } over time
plan-from = From
plan-last = Through
plan-pool-given = Allocated
plan-pool-left = Free
plan-pool-none = Nothing is allocated from this pool.
flash-plan-made = The plan is made.
flash-plan-proposed = The plan awaits approval.
flash-plan-approved = The plan is approved.
flash-plan-announced = Results are announced and offers sent.

offers-menu = Offers
offers-title = Offers
offers-empty = No offers yet. They come from announced plans and from capacity that comes free.
offers-source = Source
offers-due = Answer before
offers-made = Sent
reserve-menu = Reserve list
reserve-title = Reserve list
reserve-lead = Capacity that comes free is offered in the order of turns to whoever it fits. Whoever was announced earlier comes first; those announced together follow their reserve rank. Who is passed over because it does not fit keeps the turn. From this list a proposal is offered once.
reserve-empty = Nobody waits on the reserve list.
reserve-until = Valid until
reserve-offered = Offered
reserve-waiting = Waiting
offer-title = Offer
offer-what = What is offered
offer-pool = Pool
offer-amount = Amount
offer-why = Reasons
offer-accept = Accept
offer-decline = Decline
offer-decline-reason = Reason for declining
offer-withdraw = Withdraw offer
offer-withdraw-reason = Reason for withdrawing
offer-answer-until = Please answer by { $due }. After that the offer goes to the next in rank.
offer-to-project = Go to the project
flash-offer-accepted = The offer is accepted. Please sign the agreement.
flash-offer-declined = The offer is declined.
flash-offer-withdrawn = The offer is withdrawn.

agreements-menu = Agreements
agreements-title = Agreements to countersign
agreements-empty = No agreement waits for a signature.
agreement-title = Agreement
agreement-hash = Hash of the text (SHA-256)
agreement-due = Sign by
agreement-sign = I have read it and sign
agreement-countersign = Sign for the center
agreement-signed-by = { $name }, signed { $at }
agreement-for-project = Organization
agreement-for-center = Center
agreement-not-yet = Not signed yet
flash-agreement-signed = Signed. The agreement is concluded once the center signs.
flash-agreement-concluded = The agreement is concluded.

my-projects-menu = My projects
my-projects-title = My projects and offers
my-offers = Offers to me
my-projects = Projects
my-projects-empty = You take part in no project yet. Apply in an open call.
projects-menu = Projects
projects-title = Projects
projects-empty = No projects yet. An accepted offer becomes a project.
project-number = Number
project-name = Title
project-term = Term
project-holdings = Allocation
project-today = Held today
project-over-time = Held over time
project-members = Members
project-member-name = Name
project-member-tie = Role
project-remove = Remove
project-invite = Invite
project-invite-email = E-mail
project-invite-tie = Role
project-invitations = Invitations
project-invitation-cancel = Withdraw invitation
project-agreement = Agreement
invitation-title = Invitation to a project
invitation-text = You are invited to project { $number } "{ $title }" as { $tie }.
invitation-accept = Accept
invitation-decline = Decline
flash-invited = The invitation is sent.
flash-member-removed = Removed from the project.
flash-invitation-accepted = You have joined the project.
flash-invitation-declined = The invitation is declined.
flash-invitation-withdrawn = The invitation is withdrawn.
project-engine = Cluster
engine-line = { $pool }: allocated { $wanted } · cluster { $seen }
engine-unlimited = no limit
drift-title = Changed by hand on the cluster
drift-lead = It has been put right as allocated. It stays here until it is decided whether the allocation becomes what was found. More devices need another officer’s approval.
drift-devices = { $pool }: { $was } → { $found }
drift-unlimited = no limit
drift-rules = { $pool }: something else than the number of devices
drift-other = Something else was changed
drift-gone = The project was taken out of the cluster
drift-added = People added by hand: { $people }. People join by invitation only, so this cannot be adopted.
drift-missing = People taken out by hand: { $people }
drift-adopt = Adopt it as the allocation
drift-leave = Leave it
drift-reason = Change by hand on the cluster adopted (found at { $at }, { $found })
flash-drift-left = It is left out of the allocation.
flash-drift-adopted = The allocation was decreased.
flash-drift-asked = The increase was asked for. It takes effect once another officer approves it.
engine-drifted = At { $at } the cluster was found changed away from what is allocated, and was put right.
engine-unseen = not seen yet
engine-in-line = in line
engine-pending = being applied
engine-failed = failed
engine-fault-unreachable = The cluster cannot be reached. It is tried again by itself.
engine-fault-hangs = The cluster does not answer in time. It is tried again by itself.
engine-fault-controller = It is on record in the cluster, but its controller is down. It takes effect when the controller is back.
engine-fault-busy = Jobs that still run have to end first. It is tried again by itself.
engine-fault-refused = The cluster refused the change. The operator has to look into it.
engine-fault-unlike = The cluster has something else than it was told. It is tried again by itself.
engine-fault-doubtful = The cluster was probably not read in full, so nothing was changed. The operator has to look into it.
offer-todo = Answer the offer: { $title }

todo-invited = Answer an invitation: { $title }
todo-sign = Agreement to sign: { $title }
todo-approve = Plan to approve: { $round }
todo-countersign = Agreements for the center to sign: { $count }
todo-decide = Requests to decide: { $count }
reason-invitation-limit = A project can send { $max } invitations a day. Please invite more people tomorrow.

project-starts-on = Starts on { $day }
todo-plan-returned = Plan sent back to you: { $round }
mail-plan-returned-subject = [{ $center }] Plan sent back: { $round }, plan { $number }
mail-plan-returned-body =
    Dear { $name },

    plan { $number } of { $round }, which you put forward for approval, was sent back for this reason:

    { $reason }

    Please make the plan anew, or put it forward again once you have looked into it.
    { $link }
plan-send-back = Send back
plan-send-back-reason = Why it is sent back
plan-send-back-hint = Its maker is told by e-mail and on the first page.
plan-returned-why = Why it was sent back
plan-propose-again = Ask for approval again
plan-make-anew = Make the plan anew
flash-plan-returned = The plan was sent back. Its maker was told why.
reserve-asks = Asks for
reserve-least = at least { $amount }
plan-full-title = { $call }, { $round }: selection plan { $number }
plan-counts = Selected { $selected } · Reserve { $reserve } · Not selected { $rejected }
plan-glance = At a glance
plan-envelope = Offered by this round
plan-most-given = Allocated (fullest day)
plan-least-left = Left of the round (fullest day)
plan-days = Days
plan-what = What
plan-when = When
plan-left-envelope = Left of the round
plan-left-free = Free in the pool
plan-free-before = Free before this plan
plan-chart-description = Up to { $given } are given on a day; on the fullest day { $left } of what the round offers are left. The table below has the same numbers.
plan-pool-table = { $pool }: what is given and left, day by day
reserve-turn = Turn
reserve-round = Call and round
reserve-announced = Announced { $day }
reserve-rank = Reserve rank { $rank }
cluster-menu = Cluster
cluster-title = Cluster
cluster-lead = Every few seconds the portal looks whether the cluster has what the ledger says, and puts it right where it has not.
cluster-engine = What runs jobs
cluster-engine-none = Nothing (the books are kept, no job is run)
cluster-engine-local = this machine
cluster-last-round = Last look
cluster-never = not looked at yet
cluster-accounts = People’s accounts
cluster-accounts-taken = The cluster has had them as they are since { $at }
cluster-accounts-failed = The cluster could not be told (tried { $tries } times); next try { $at }
cluster-accounts-never = Not told yet
cluster-noteworthy = Projects worth a look
cluster-all-in-line = All projects are in line with what is allocated.
cluster-pools = Allocated and cluster
