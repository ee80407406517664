reservation-requested = waiting for approval
reservation-booked = booked
reservation-declined = declined
reservation-cancelled = called off
reservation-withdrawn = withdrawn
reservation-phase-withdrawn = withdrawn
reservation-phase-requested = waiting for approval
reservation-phase-lapsed = not decided in time
reservation-phase-coming = coming
reservation-phase-under-way = under way
reservation-phase-over = over
reservation-phase-declined = declined
reservation-phase-cancelled = called off

reservation-menu = Reservations
reservation-title = Reservations
reservation-lead = Reserve free devices for your project alone on a few days: for a trial, a class, a deadline. They come on top of what it is allocated.
reservation-rules = At most { $days } days at once, beginning within { $ahead } days from today, { $open } at a time for each project.
reservation-rules-auto = Up to { $devices } devices are booked at once; more needs the center's approval.
reservation-rules-decided = Each one needs the center's approval.
reservation-calendar = What can be reserved
reservation-calendar-hint = Each number is how many devices can be reserved on that day. Choose a day to put it into the form as the first.
reservation-calendar-of = { $pool }: devices that can be reserved in { $month }
reservation-none-reservable = This center has no devices to reserve.
reservation-free-on = { $day }: { $free }
reservation-month-before = Previous month
reservation-month-after = Next month
reservation-month-now = This month
reservation-past = past
reservation-monday = Mon
reservation-tuesday = Tue
reservation-wednesday = Wed
reservation-thursday = Thu
reservation-friday = Fri
reservation-saturday = Sat
reservation-sunday = Sun
reservation-ask = Ask for a reservation
reservation-ask-submit = Ask
reservation-no-project = You can ask for a reservation if you lead or manage a running project.
reservation-project = Project
reservation-project-until = { $number } { $title } (until { $last })
reservation-pool = Devices
reservation-pool-most = { $pool } (at most { $most })
reservation-amount = How many
reservation-from = First day
reservation-last = Last day
reservation-purpose = What for
reservation-purpose-hint = What whoever approves it has to know: the class, the deadline.
reservation-own = Reservations of your projects
reservation-own-none = There are none.
reservation-office = All reservations
reservation-office-waiting = Waiting for approval
reservation-office-all = All
reservation-office-none = There are none.
reservation-what = Reservation
reservation-days = Days
reservation-state = State
reservation-asked = Asked for
reservation-asked-by = { $name }, { $at }
reservation-decided = Decided
reservation-decided-rules = booked by the center's rules, { $at }
reservation-note = What the center says
reservation-machines = Machines
reservation-machines-none = Their number is sure, on whatever machines.
reservation-machines-one = So many devices of the machine are kept free.
reservation-engine-name = Its name on the cluster
reservation-engine-name-hint = Jobs that the portal submits use these machines by themselves. For those that you submit yourself, give sbatch this name with --reservation.
reservation-cluster = On the cluster
reservation-effect = If approved
reservation-fits = Approved now, it is booked at once.
reservation-fits-not = Not so much is free any more, so it cannot be approved now.
reservation-approve = Approve
reservation-decline = Decline
reservation-decision-note = Note
reservation-decision-note-hint = To decline it, please give the reason. The project is told.
reservation-withdraw = Withdraw the reservation
reservation-withdraw-reason = Why it is withdrawn
reservation-call-off = Call the reservation off
reservation-give-back = Give back what is left
reservation-back = Back to reservations

flash-reservation-requested = The reservation is asked for. You will be told by e-mail once it is approved.
flash-reservation-booked = It is reserved.
flash-reservation-approved = The reservation is approved.
flash-reservation-declined = The reservation is declined.
flash-reservation-called-off = The reservation is called off.
flash-reservation-withdrawn = The reservation is withdrawn.

todo-reservations = { $count } reservations wait for approval

audited-reservation-requested = reservation asked for
audited-reservation-booked = reservation booked
audited-reservation-declined = reservation declined
audited-reservation-called-off = reservation called off
audited-reservation-shortened = reservation shortened
audited-reservation-withdrawn = reservation withdrawn

mail-reservation-booked-subject = [{ $center }] A reservation of project { $number } is booked
mail-reservation-booked-body =
    Dear { $name },

    a reservation of project { $number } “{ $title }” is booked.

    { $what }
    { $days }
    For: { $purpose }
    { $note }

    Should you not need it, please call it off there. Others can use it at once.
    { $link }
mail-reservation-declined-subject = [{ $center }] A reservation of project { $number } was not approved
mail-reservation-declined-body =
    Dear { $name },

    a reservation that project { $number } “{ $title }” asked for could not be approved.

    { $what }
    { $days }
    For: { $purpose }

    Reason: { $note }

    { $link }
mail-reservation-withdrawn-subject = [{ $center }] A reservation of project { $number } is withdrawn
mail-reservation-withdrawn-body =
    Dear { $name },

    a reservation of project { $number } “{ $title }” is withdrawn.

    { $what }
    { $days }
    For: { $purpose }

    Reason: { $note }

    { $link }
mail-reservation-begun-subject = [{ $center }] What project { $number } reserved can be used from today
mail-reservation-begun-body =
    Dear { $name },

    the reservation of project { $number } “{ $title }” has begun.

    { $what }
    { $days }
    For: { $purpose }
    { $note }

    { $link }
