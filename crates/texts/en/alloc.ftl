adjustment-kind-return = Return
adjustment-kind-increase = Increase
adjustment-kind-decrease = Decrease
adjustment-kind-extend = Extension
adjustment-state-requested = Awaiting decision
adjustment-state-approved-waiting = Approved, waiting for capacity
adjustment-state-done = In effect
adjustment-state-rejected = Rejected
adjustment-state-withdrawn = Withdrawn

mail-term-ending-subject = [{ $center }] Project { $number } ends in { $days } days
mail-term-ending-body =
    Dear { $name },

    The resources of project { $number } "{ $title }" end on { $last }.
    Please move the data that you need before then. If you need more time, ask for an extension on the project's page:

    { $link }

mail-allocation-ended-subject = [{ $center }] The allocation of project { $number } has ended
mail-allocation-ended-body =
    Dear { $name },

    The allocation of project { $number } "{ $title }" ended on { $last }.
    No new jobs can be run. Its data can be read until { $until }, and are deleted after that; please move what you need.

    { $link }

mail-adjustment-approved-subject = [{ $center }] { $kind } approved: project { $number }
mail-adjustment-approved-body =
    Dear { $name },

    The request for project { $number } "{ $title }" ({ $kind }) is approved and in force.
    { $given }

    { $link }
mail-adjustment-waits-subject = [{ $center }] { $kind } approved, waiting for capacity: project { $number }
mail-adjustment-waits-body =
    Dear { $name },

    The request for project { $number } "{ $title }" ({ $kind }) is approved. There is not enough free capacity at present; it takes effect as soon as there is, and we will tell you then.
    { $given }

    { $link }
mail-adjustment-served-subject = [{ $center }] { $kind } in force: project { $number }
mail-adjustment-served-body =
    Dear { $name },

    Capacity is free now: the approved request for project { $number } "{ $title }" ({ $kind }) is in force.
    { $given }

    { $link }
mail-adjustment-rejected-subject = [{ $center }] { $kind } not approved: project { $number }
mail-adjustment-rejected-body =
    Dear { $name },

    The request for project { $number } "{ $title }" ({ $kind }) could not be approved for the following reason.
    { $given }

    Reason:
    { $note }

    { $link }
mail-adjustment-expired-subject = [{ $center }] { $kind } closed: project { $number }
mail-adjustment-expired-body =
    Dear { $name },

    The request for project { $number } "{ $title }" ({ $kind }) was not decided, or there was no free capacity for it, before the project's term ended. It is closed without taking effect; we are sorry.
    { $given }

    { $link }

check-read = Read { $entries } ledger entries, { $awards } awards, { $audit } audit rows.
check-empty = The database is empty: there is nothing to check.
check-sound = Every rule holds.
check-broken = { $count } rows break a rule.
check-capacity = More is promised than may be granted
check-ladder = The rungs of the ladder are out of order
check-below-zero = An award holds less than nothing
check-grain = Not in whole steps of the product
check-past = An entry changes the past
check-sign = The sign does not fit the kind of entry
check-correction = A correction names the wrong entry
check-ledger-chain = The ledger's chain is broken
check-audit-chain = The audit trail's chain is broken
check-steps = The day-by-day sums differ from the ledger
check-freed = Freed capacity is not properly on record
check-reference = It names something that is not there
check-engine = An engine has more than the ledger gives
check-line = An award's line differs from its product or the ledger
check-state = States contradict each other
check-agreement = An agreement's text is not the one that was signed
check-plan = A plan or a decision does not follow from its facts
check-unreadable = A value cannot be read
found-holds = { $column } holds { $value }
found-cause = { $cause }
found-document = { $column } cannot be read
found-chain-end = the chain ended with { $noted }, it ends with { $there }
found-chain-gone = the chain ended with { $noted }, nothing is there
found-gap = entry { $found } follows entry { $after }: one or more are missing
found-unlinked = entry { $seq } does not follow the entry before it
found-altered = entry { $seq } was altered after it was written
found-engine-desired = desired: { $amount } of { $held } in { $pool }
found-engine-observed = observed: { $amount } of { $held } in { $pool }
found-engine-not-in-line = in line, but observed is not desired
found-engine-name = desired names { $name }
found-freed-not-noted = what it freed is not on record as such
found-freed-nothing = on record as freed, but it freed nothing
found-freed-at = written at { $at }, freed at { $noted }
found-part-astray = not what its offer is ({ $state })
found-part-days = days that were not freed
found-given-twice = { $given } went of { $amount }
found-no-goal = nothing of that name in { $pool } takes freed capacity
found-took-idle = took { $amount } of what was idle in { $pool } from { $from }, which is not on record
found-gives-less = gives { $amount } less in { $pool } from { $from } than freed capacity went to it
found-backdated = starts { $from } but was written { $day }
found-wrong-sign = { $kind } { $delta }
found-corrects = { $kind } corrects { $seq }
found-corrects-nothing = { $kind } corrects nothing
found-no-line = the ledger holds what the award has no line for
found-line-end = ends { $noted }, the ledger { $end }
found-holds-on = { $amount } on { $day }
found-holds-off = { $amount } on { $day }, in steps of { $grain }
found-rungs = on { $day }: installed { $installed }, leased { $leased }, reserved { $reserved_ops }, allocatable { $allocatable }
found-off-by = off by { $by }
found-promised = { $wanted } promised of { $allocatable } up to { $last }
found-other-grain = grain { $grain }, its product's is { $product }
found-names-nothing = { $column } names nothing
found-offer-without-award = accepted, but there is no award
found-offer-not-accepted = its offer is not accepted
found-award-without-lines = it has no lines
found-agreement-altered = the text is not the one of its hash
found-call-own = published by whoever drafted it
found-plan-unlike = it does not follow from the facts that it was made from
found-decision-unlike = it is not what its plan says
found-plan-unapproved = approved or announced without anybody who approved it
found-adjustment-undecided = decided by nobody
found-adjustment-of-over = still open though its award is over
found-agreement-own = signed twice by the same person
found-over-but-held = over, and still holds something from today on
found-award-without-project = in force, and its project is not
found-project-unlike-awards = its state is not borne out by those of its awards
found-project-lead = without exactly one lead, the one that it names
found-plan-own = approved by whoever made it
found-adjustment-own = decided by whoever asked for it
found-agreement-unsigned = concluded without both signatures
found-reservation-own = decided by whoever asked for it
found-reservation-unlike-award = contradicts the award that holds its devices
found-award-without-agreement = in force without a concluded agreement
found-project-without-award = in force without an award in force

figure-unit-project = projects
figure-unit-organization = organizations
figure-unit-PF = PF
figure-unit-PF-month = PF-months
figure-unit-percent = %
figure-projects-supported = Projects supported
figure-projects-supported-definition = Projects that held resources on at least one day of the year.
figure-projects-regional-gwangju = Projects from Gwangju
figure-projects-regional-gwangju-definition = Supported projects of organizations that counted as located in Gwangju when they were selected. May overlap with other groups.
figure-projects-cluster-rnd = Cluster R&D projects
figure-projects-cluster-rnd-definition = Supported projects that belong to the R&D of the AI industry cluster. May overlap with other groups.
figure-projects-organizations = Organizations
figure-projects-organizations-definition = Organizations that carried out a supported project. Not the number of projects.
figure-compute-cumulative-granted-total = Cumulative granted
figure-compute-cumulative-granted-total-definition = The sum of all grants and increases that took effect in the year. Returns do not subtract, so it can exceed capacity.
figure-compute-cumulative-granted-regional = Cumulative granted (Gwangju)
figure-compute-cumulative-granted-regional-definition = The part of cumulative granted that went to projects from Gwangju.
figure-compute-cumulative-granted-cluster-rnd = Cumulative granted (cluster R&D)
figure-compute-cumulative-granted-cluster-rnd-definition = The part of cumulative granted that went to cluster R&D projects.
figure-compute-capacity-interim = Capacity
figure-compute-capacity-interim-definition = The most that could be allocated at the same time in the year.
figure-compute-allocated-peak = Peak concurrent
figure-compute-allocated-peak-definition = The most that was allocated on any one day. It never exceeds capacity.
figure-compute-allocated-pf-month = Volume allocated
figure-compute-allocated-pf-month-definition = Allocated resources times the months for which they were allocated.
figure-compute-returned-total = Returned or decreased
figure-compute-returned-total-definition = The sum of returns and decreases that took effect in the year: resources that could be granted again.

statistics-menu = Statistics
statistics-title = Statistics of { $year }
statistics-lead = Computed from the allocation ledger. PF are { $basis }. Cumulative granted and capacity are different quantities; how each figure is defined stands below.
statistics-year-unread = “{ $value }” is not a year, so the statistics of { $year } are shown. Please give a year such as 2021.
filter-unread = “{ $value }” is not on the list, so it is left out. Please choose one of the values offered.
statistics-years = Other years
statistics-chart = Allocated and allocatable, day by day in { $year }
statistics-definitions = Definitions
statistics-figure = Figure
statistics-value = Value
statistics-definition = Definition
statistics-rows = Rows behind it
chart-month = { $month }
capacity-menu = Capacity
capacity-title = Capacity
capacity-lead = What is installed, leased, allocatable and allocated, day by day. PF are { $basis }.
capacity-chart = The ladder of { $pool }, day by day
capacity-chart-description = The values on each day of the span. The same numbers are in the table below.
capacity-as-table = The same numbers as a table
capacity-days = Days
capacity-allocated = Allocated (offers included)
capacity-allocatable = Allocatable
capacity-held = Allocated
capacity-offered = On offer
capacity-free = Free
capacity-share = Share
capacity-from = From
capacity-last = To
capacity-show = Show
capacity-empty = There is no capacity yet. It appears here once it is entered.
capacity-edit = Change capacity
capacity-on = Date
capacity-project = Project
capacity-organization = Organization
capacity-amount = Amount
capacity-holders = Who holds what on { $day }
capacity-nobody = Nobody holds any on this day. Try another date.
capacity-coming = Coming free
capacity-nothing-coming = Nothing ends or is returned ahead.
capacity-entries = Change the capacity of { $pool }
capacity-entries-lead = Add or take off for a span of days. It cannot fall below what is allocated or on offer.
capacity-rung = Rung
capacity-delta = Change
capacity-delta-hint = Positive to add, negative to take off, such as -8
capacity-note = Reason
capacity-enter = Enter
capacity-back = Back to capacity
capacity-history = History
capacity-at = Entered
flash-capacity-entered = The change of capacity is entered.
statistics-unit = Unit
statistics-share = Share

ledger-menu = Ledger
ledger-title = Allocation ledger
ledger-lead = Every change of what awards hold. Entries are only ever added, and each is chained to the one before by its hash.
ledger-pool = Pool
ledger-kind = Kind
ledger-project = Project
ledger-all = All
ledger-empty = Nothing matches. Try other filters.
ledger-seq = No.
ledger-delta = Change
ledger-reason = Reason
ledger-at = Written
ledger-hash = Hash
adjustment-menu = Adjustments
adjustment-title = Requests for adjustments
adjustment-one = Adjustment of project { $number }
adjustment-state = State
adjustment-empty = There are no requests in this state.
adjustment-at = Requested
adjustment-note = Decision note
adjustment-note-hint = Needed when you reject; the project reads it.
adjustment-effect = Effect on capacity
adjustment-fits = If approved now, it takes effect at once.
adjustment-fits-not = There is not enough free capacity now. An approved increase waits until there is.
adjustment-approve = Approve
adjustment-reject = Reject
adjustment-withdraw = Withdraw the request
flash-adjustment-decided = The decision is recorded.
flash-adjustment-waits = Approved. It takes effect once capacity is free.
flash-adjustment-withdrawn = The request is withdrawn.
flash-adjustment-asked = The request has been received. You will be told when it is decided.
flash-returned = The return has taken effect. Thank you.
changes-title = Returns and adjustments
changes-lead = A return takes effect at once; an increase, decrease or extension is decided by the center.
changes-none = There is nothing to adjust now. Allocations can be adjusted during their term, once the agreement is concluded.
changes-held = Held
changes-end = Last day
changes-extension = Extension
changes-extension-open = An extension up to { $last } can be requested.
changes-kind = What to change
changes-kind-hint = What you return can be used by a project that waits.
changes-amount-hint = Leave it empty to return all. Not needed for an extension.
changes-day = Date
changes-day-hint = The first day of a return, increase or decrease; the new last day of an extension.
changes-reason-hint = Needed for an increase, decrease or extension.
changes-send = Send
changes-back = Back to the project
