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
