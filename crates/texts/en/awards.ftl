plan-state-draft = Draft
plan-state-proposed = Awaiting approval
plan-state-approved = Approved
plan-state-announced = Announced
plan-state-superseded = Superseded
decision-selected = Selected
decision-reserve = Reserve
decision-rejected = Not selected
offer-source-plan = Round
offer-source-refill = Refill of freed capacity
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

    Please accept or decline in the portal before { $due }. After that the allocation goes to the reserve list.
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

    Please accept or decline in the portal before { $due }. After that it goes to the next on the list.
    { $link }
mail-offer-lapsed-subject = [{ $center }] Offer lapsed: { $title }
mail-offer-lapsed-body =
    Dear { $name },

    The offer for "{ $title }" was not answered before { $due } and has lapsed.
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
