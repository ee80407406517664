maintenance-planned = Planned
maintenance-under-way = Under way
maintenance-over = Over
maintenance-cancelled = Cancelled

credit-owed = Owed
credit-given = Credited
credit-lapsed = Lapsed

maintenance-menu = Maintenance
maintenance-title = Maintenance
maintenance-lead = When machines cannot be used. Jobs that would run into such a time start after it.
maintenance-none = No maintenance is on record.
maintenance-what = Maintenance
maintenance-when = When
maintenance-from = Begins
maintenance-to = Ends
maintenance-pools = Out of use
maintenance-state = State
maintenance-nodes = Machines
maintenance-nodes-all = All machines of these pools
maintenance-note = Notice
maintenance-new = Announce maintenance
maintenance-new-lead = What nobody holds is not granted on those days, and projects that hold the rest are told by e-mail. An outage of the past 30 days can be entered afterwards to credit it.
maintenance-edit = Change maintenance
maintenance-title-ko = Name (Korean)
maintenance-title-en = Name (English)
maintenance-note-hint = Stands in the e-mail to users and on the maintenance page as it is.
maintenance-nodes-hint = Names as the cluster has them, separated by blanks or commas. Empty means all machines of the pools.
maintenance-nodes-known = Known machines: { $nodes }
maintenance-amount = Devices of { $pool }
maintenance-amounts = Devices out of use
maintenance-amounts-hint = May be left empty if machines are named: then it is what these have.
maintenance-look = See what it means
maintenance-announce = Announce
maintenance-save = Change and tell
maintenance-back = To maintenance
maintenance-outlook = What it means
maintenance-unheld = Not granted
maintenance-held = Held
maintenance-short = Missing
maintenance-credit = Credit
maintenance-credit-days = Terms extended, in days: { $days }
maintenance-credit-none = None
maintenance-concerned = Projects concerned
maintenance-concerned-none = No project holds any of it on these days.
maintenance-concerned-most = The first { $count } by number are shown.
maintenance-credits = Credits
maintenance-credit-how = Days credited
maintenance-cluster = Reservation on the cluster
maintenance-cancel = Call it off
maintenance-finish = End it now
maintenance-finish-hint = For one that is done early: the machines can be used again at once.
maintenance-change = Change
maintenance-notice = Maintenance ahead: { $what } · { $when }
maintenance-notice-now = Maintenance under way: { $what } · { $when }
flash-maintenance-planned = Maintenance is announced, and the projects concerned are told.
flash-maintenance-changed = Maintenance is changed, and the projects concerned are told.
flash-maintenance-cancelled = Maintenance is called off, and the projects concerned are told.
flash-maintenance-finished = Maintenance is over. Credits are listed below.

mail-maintenance-planned-subject = [{ $center }] Maintenance: { $what }
mail-maintenance-planned-body =
    Dear { $name },

    Devices of project { $number } "{ $title }" cannot be used for a time because of maintenance.

    { $what }
    { $from } ~ { $to }
    { $pools }

    { $note }

    Jobs that would run into it start after it. Please save checkpoints.
    { $link }
mail-maintenance-changed-subject = [{ $center }] Maintenance changed: { $what }
mail-maintenance-changed-body =
    Dear { $name },

    The maintenance that project { $number } "{ $title }" was told of has changed.

    { $what }
    { $from } ~ { $to }
    { $pools }

    { $note }

    { $link }
mail-maintenance-cancelled-subject = [{ $center }] Maintenance called off: { $what }
mail-maintenance-cancelled-body =
    Dear { $name },

    The maintenance that project { $number } "{ $title }" was told of does not take place. Its devices can be used as before.

    { $what }
    { $from } ~ { $to }

    { $link }
mail-maintenance-soon-subject = [{ $center }] Maintenance begins soon: { $what }
mail-maintenance-soon-body =
    Dear { $name },

    Maintenance of devices that project { $number } "{ $title }" holds begins soon.

    { $what }
    { $from } ~ { $to }
    { $pools }

    { $note }

    Please save checkpoints of what runs.
    { $link }
mail-outage-credited-subject = [{ $center }] Project { $number } has { $days } more days
mail-outage-credited-body =
    Dear { $name },

    Project { $number } "{ $title }" could not use its devices because of the maintenance below. Its term is extended for that.

    { $what }
    { $from } ~ { $to }
    { $pool }: { $days } more days, the last is { $last }

    { $link }
