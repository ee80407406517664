track-open = Open call
track-rolling = Rolling recruitment
track-partner = Partner program
track-rnd-cluster = Cluster R&D
track-trial = Trial
call-state-draft = Draft
call-state-published = Published
call-state-archived = Archived
round-kind-regular = Regular
round-kind-rolling = Rolling
phase-draft = Draft
phase-coming = Opens soon
phase-open = Open
phase-closed = Closed
phase-reviewing = Under review
phase-decided = Results announced
phase-archived = Archived
proposal-state-draft = Draft
proposal-state-submitted = Submitted
proposal-state-returned = Returned for correction
proposal-state-eligibility-ok = Eligible
proposal-state-in-review = Under review
proposal-state-ranked = Reviewed
proposal-state-selected = Selected
proposal-state-reserve = Reserve
proposal-state-rejected = Not selected
proposal-state-withdrawn = Withdrawn
review-state-assigned = Not begun
review-state-draft = In progress
review-state-submitted = Submitted
review-state-conflict = Conflict declared
sector-healthcare = Health care
sector-automotive = Automotive
sector-energy = Energy
sector-culture = Culture and content
sector-manufacturing = Manufacturing
sector-agriculture = Agriculture and food
sector-language = Language and general models
sector-public = Public services and safety
sector-other = Other

proposal-untitled = (untitled)

mail-proposal-received-subject = [{ $center }] Your proposal was received (receipt { $receipt })
mail-proposal-received-body =
    Dear { $name },

    your proposal “{ $title }” was received under the number { $receipt }.
    You can follow the eligibility check and the review here:

    { $link }
mail-proposal-returned-subject = [{ $center }] Please correct your proposal
mail-proposal-returned-body =
    Dear { $name },

    your proposal “{ $title }” needs to be corrected. Please submit it again by { $due }.

    To be corrected:
    { $note }

    { $link }
mail-proposal-rejected-subject = [{ $center }] Result of the eligibility check
mail-proposal-rejected-body =
    Dear { $name },

    your proposal “{ $title }” was found not to be eligible.

    Reason:
    { $note }

    { $link }
mail-proposal-due-subject = [{ $center }] Your deadline is near
mail-proposal-due-body =
    Dear { $name },

    your proposal “{ $title }” has not been submitted yet. Please submit it before { $due }.

    { $link }
mail-review-assigned-subject = [{ $center }] Proposals to review: { $count }
mail-review-assigned-body =
    Dear { $name },

    please review { $count } proposal(s) of “{ $call }” by { $due }.
    Before you open a proposal, please check whether you have a conflict of interest.

    { $link }
mail-review-due-subject = [{ $center }] Your reviews are due soon
mail-review-due-body =
    Dear { $name },

    reviews of yours that have not been submitted yet: { $count }. Please submit them by { $due }.

    { $link }

call-menu = Calls
call-office-menu = Manage calls
call-list-title = Calls for proposals
call-list-lead = Choose an open call and write your proposal. You can read every call without signing in.
call-open = Open now
call-open-empty = No call is open at the moment. If you sign up and register your organization now, you can apply as soon as one opens.
call-sign-up = Sign up
call-coming = Opening soon
call-past = Past calls
call-past-empty = There are no past calls.
call-left-day = 1 day left
call-left-days = { $days } days left
call-left-hours = { $hours } h left
call-left-minutes = { $minutes } min left
call-deadline-note = closes { $closes } ({ $left })
call-closes-at = closes { $at }
call-opens-at = opens { $at }
call-office-title = Manage calls
call-office-empty = No call has been written yet. Begin with a new one.
call-office-at = Published (drafted)
call-title = Call
call-round = Round
call-rounds = Rounds
call-kind = Recruitment
call-track = Track
call-state = State
call-phase = Stage
call-new = Write a new call
call-new-title = Write a new call
call-edit = Edit the call
call-edit-title = Edit the call
call-edit-lead = Only the office sees a call until it is published. An approver who did not write it publishes it.
call-save = Save
call-back = Back
call-preview = This is a preview: the call will look like this once it is published. Until then only the office sees it.
call-desk = For the office
call-publish = Publish as shown
call-second-person = An approver who did not write this call publishes it.
call-duplicate = Copy into a new call
call-archive = Archive the call
call-archive-reason = Reason for archiving
call-archive-hint = An archived call is no longer listed and takes no proposals. This cannot be undone.
call-changed = Dates were changed: { $round }
call-changed-why = Reason: { $reason }
call-rounds-empty = No round has been entered yet.
call-write = Write a proposal
call-sign-in = Sign in and write a proposal
call-round-coming = Opens { $from }.
call-round-closed = Closed { $at }.
call-opens = Opens
call-closes = Closes
call-review-due = Reviews due
call-announce = Results announced
call-offer-days = Time to answer an offer
call-days = { $days } days
call-use = Term of use
call-earliest = Earliest first day of use
call-latest = Latest last day of use
call-envelope = Resources of this round ({ $basis })
call-envelope-title = Resources of this round
call-envelope-empty = Nothing has been set aside for this round yet.
call-envelope-of = { $pool } ({ $unit })
call-envelope-hint = Leave empty what this round does not offer.
call-pool = Resource
call-amount = Amount
call-device = 1 device
call-devices = { $count } devices
call-product-line = { $min } to { $max } (in steps of { $grain }), up to { $months } months
call-about = About this call
call-products = Products on offer
call-products-empty = No product has been chosen yet.
call-criteria = Criteria
call-criteria-empty = No criteria have been set yet.
call-criteria-hint = The points must add up to 100. There can be up to 10 criteria.
call-criterion = Criterion
call-points = Points
call-bonus = Bonus points count
call-bonus-hint = Adds the bonus points of the center's rules (location, flagship sector, young founders, early return) to the score.
call-bonus-yes = The bonus points of the center's rules are added.
call-bonus-no = No bonus points are added.
call-contact = Contact
call-contact-hint = A telephone number or e-mail address.
call-to-proposals = Proposals
call-to-reviews = Reviews
call-to-plans = Plans
call-correct = Correct dates
call-dates-title = Correct dates: { $round }
call-dates-lead = When you change the dates of a published call, its page shows what changed and why.
call-dates-reason = Reason
call-dates-reason-hint = Applicants read this. For example: extended because of the holiday.
call-dates-send = Correct and show the change
call-overtaken = Somebody else saved first. What you typed is still below. Look at what was saved; if you then save again, your text takes its place.
call-overtaken-see = See what was saved (new tab)
call-part-text = Text
call-title-ko = Title in Korean
call-title-en = Title in English
call-body-ko = Text in Korean
call-body-en = Text in English
call-body-hint = Who may apply, how, with which papers, and what to mind. Line breaks are kept.
call-name-ko = Name in Korean
call-name-en = Name in English
call-round-name-hint = For example: Round 1
call-round-number = Round { $number }
call-remove-criterion = Remove criterion { $number }
call-add-criterion = Add a criterion
call-remove-round = Remove round { $number }
call-add-round = Add a round
call-opens-on = First day for proposals
call-opens-time = From
call-opens-time-hint = midnight if empty
call-closes-on = Last day for proposals
call-closes-time = Until
call-closes-time-hint = the time in the rules if empty
call-offer-days-hint = 1 to 90 days

flash-call-saved = The call was saved.
flash-call-published = The call was published.
flash-call-duplicated = The call was copied. Please enter its rounds and dates anew.
flash-call-archived = The call was archived.
flash-call-corrected = The dates were corrected. The call's page shows the change.
