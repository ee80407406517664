# What is wrong with a field
reason-required = Please fill this in.
reason-too-long = At most { $max } characters.
reason-too-short = At least { $min } characters.
reason-not-a-number = Enter a whole number.
reason-too-small = Must be { $min } or more.
reason-too-large = Must be { $max } or less.
reason-not-a-date = Enter a date such as 2026-11-23.
reason-not-an-instant = Enter a date and time such as 2026-11-23 14:00.
reason-not-a-time = Enter a time such as 14:00.
reason-not-an-email = This is not an e-mail address.
reason-not-a-choice = Choose one of the values offered.
reason-bad-characters = It holds characters that cannot be stored or shown.
reason-end-before-start = The end must come after the start.
reason-in-the-past = This date has passed.
reason-not-a-multiple = Must be a multiple of { $grain }.
reason-taken = Already in use.
reason-business-number = The check digit of the business number is wrong. Please check the number.
reason-unknown = Not found.
# Why an act is refused
reason-not-allowed = You are not allowed to do this.
reason-own-draft = You cannot approve your own draft. Another person has to approve it.
reason-wrong-state = This cannot be done in its present state ({ $state }).
reason-changed = Somebody else changed it meanwhile. Reload and try again.
reason-over-capacity = { $pool }: short by { $short } from { $from } to { $last }.
reason-held-by-award = Award { $award } holds these.
reason-ladder-order = On { $day } the rungs would be out of order (installed { $installed } ≥ leased { $leased } ≥ reserved { $reserved_ops } + allocatable { $allocatable }).
reason-below-zero = On { $day } the holding would fall below zero ({ $value }).
reason-changes-the-past = The past ({ $from }) cannot be changed. Enter today ({ $today }) or later.
# shell: API
reason-unreadable = The body of the request cannot be read: { $detail }
reason-key-reused = This idempotency key was already used for another request.
reason-token-needed = Changing anything by the API needs a personal token.
reason-token-reads-only = This token is for reading only.
reason-foreign-form = Another site sent this request, so it was not carried out. Please try again from a page of this portal.


# Capacity and changes of running awards
reason-held-by-offer = An open offer to { $offer } promises { $amount } from { $from } to { $last }.
reason-in-the-way = Project { $award } holds { $amount } from { $from } to { $last }.
reason-more-in-the-way = { $more } more are in the way.
reason-extension-window = An extension can be asked for from { $days } days before the end (from { $from }).
reason-extension-count = It was extended { $count } times already; at most { $max } are allowed.
reason-extension-share = An extension may not exceed { $percent }% of the original term, that is { $days } days.
reason-holds-nothing = Nothing is held there from { $from } on.
reason-corrects-other = The entry to be corrected belongs to another award or pool.
# awards: what plans say, and why offers and agreements are refused
reason-below-pass-score = The score of { $score } is below the pass score of { $pass }.
reason-ranked-at = It ranks { $rank } in this round.
reason-given-in-full = Everything requested is allocated.
reason-cut-to-fit = { $pool }: { $given } of the requested { $asked } can be allocated.
reason-starts-later = { $pool }: there is no room on { $asked }; it starts on { $from }.
reason-pool-full = { $pool }: short by { $short } from { $from } through { $last }, taken by proposals that rank higher.
reason-no-term-left = The requested term does not fit between { $from } and { $last }.
reason-org-projects = An organization may run at most { $max } projects at once.
reason-org-share = { $pool }: one organization may hold at most { $max }.
reason-plan-outdated = Proposals or free capacity changed after this plan was made. Please make a new plan.
reason-offer-over = This offer could be answered until { $due }.
reason-text-changed = The agreement to be signed is not the text that was shown. Please reload and read it again.
reason-came-free = Capacity came free in { $pool }.
reason-already-member = Already takes part in the project.
reason-lead-stays = The project lead cannot be removed from the project.
reason-round-open = This round is still open.
reason-scores-missing = Proposals still waiting for a check or for scores: { $count }.
# Calls, proposals, eligibility, reviews
reason-points-sum = The points of all criteria must add up to { $total }; they add up to { $sum }.
reason-not-before = This must not be before { $day }.
reason-not-after = This must not be after { $day }.
reason-term-too-long = A term of this length does not fit between the first and the last day.
reason-round-not-open = Proposals are accepted from { $from }.
reason-deadline-passed = The deadline passed at { $due }. What you have written is kept.
reason-correction-over = The correction was due by { $due }.
reason-corrections-used = A proposal can be returned for correction at most { $max } time(s).
reason-organization-needed = Register your organization before you submit.
reason-organization-unverified = The organization’s papers have not been confirmed yet.
reason-reviewer-tied = People of the applying organization or of the project cannot review it.
reason-not-a-reviewer = This person is not a reviewer.
reason-too-few-reviewers = Each proposal needs at least { $min } reviewers; this makes { $count }.
reason-call-incomplete = To be published, a call needs products, criteria and rounds with the amount that each hands out.
