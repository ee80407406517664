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
mail-review-due-subject = [{ $center }] Your review is due soon
mail-review-due-body =
    Dear { $name },

    your review of “{ $title }” has not been handed in yet. Please hand it in by { $due }.

    { $link }
