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
