adjustment-kind-return = Return
adjustment-kind-increase = Increase
adjustment-kind-decrease = Decrease
adjustment-kind-extend = Extension
adjustment-state-requested = Awaiting decision
adjustment-state-approved-waiting = Approved, waiting for room
adjustment-state-done = In effect
adjustment-state-rejected = Rejected
adjustment-state-withdrawn = Withdrawn

mail-term-ending-subject = [{ $center }] Project { $number } ends in { $days } days
mail-term-ending-body =
    Dear { $name },

    The resources of project { $number } "{ $title }" end on { $last }.
    Please move the data that you need before then. If you need more time, ask for an extension on the project's page:

    { $link }

check-read = Read { $entries } ledger entries, { $awards } awards, { $audit } audit rows.
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
