language-ko = 한국어
language-en = English

role-office-staff = Office staff
role-office-approver = Approver
role-resource-manager = Resource manager
role-survey-manager = Survey manager
role-reviewer = Reviewer
role-operator = Cloud operator
role-observer = Observer (city, ministry)
role-auditor = Auditor
role-sysadmin = System administrator

tie-own = Oneself
tie-lead = Project lead
tie-manager = Project manager
tie-member = Project member
tie-org-admin = Organization administrator
tie-org-member = Member of the organization
tie-assigned-reviewer = Assigned reviewer
tie-invited = Invited person

rung-installed = Installed
rung-leased = Leased
rung-reserved-ops = Reserved for operation
rung-allocatable = Allocatable

entry-grant = Grant
entry-increase = Increase
entry-decrease = Decrease
entry-return = Return
entry-reclaim = Reclaim
entry-extend = Extension
entry-transfer = Transfer
entry-outage-credit = Outage credit
entry-expire = Withdrawn before start
entry-correct = Correction

pf-basis-center-fp32 = Center basis (FP32)
pf-basis-fp64-tensor = FP64 (tensor)
pf-basis-ai-fp16 = AI (FP16/BF16, dense)
pf-basis-ai-fp8 = AI (FP8, dense)

pool-kind-gpu-cloud = GPU cloud
pool-kind-hpc = HPC
pool-kind-storage = Storage
unit-device = devices
unit-byte = bytes

policy-call-deadline-time = Time of day at which calls close
policy-proposal-correction-business-days = Business days for a correction
policy-proposal-correction-max = Maximum corrections per proposal
policy-review-min-reviewers = Minimum reviewers per proposal
policy-review-trim-from = Reviews from which the extremes are dropped
policy-review-pass-score = Pass score out of 100
policy-reserve-valid-days = Days that the reserve list is valid
policy-reserve-offer-days = Days that a refill offer stays open
policy-agreement-business-days = Business days for signing the agreement
policy-provision-sla-business-days = Business days for provisioning
policy-term-notice-days = Notices before the end (days)
policy-extension-window-days = Days before the end in which an extension may be asked for
policy-extension-max-count = Maximum extensions per award
policy-extension-max-percent = Longest extension (% of the original term)
policy-org-max-active-projects = Projects at once per organization
policy-org-max-pool-percent = Largest share of a pool per organization (%)
policy-data-read-only-days = Days read-only after the end
policy-data-delete-after-days = Days after the end until data are deleted
policy-reservation-max-days = Longest reservation (days)
policy-reservation-ahead-days = How many days ahead a reservation may begin
policy-reservation-auto-devices = Devices booked without approval (up to; 0: each is approved)
policy-reservation-max-open = Reservations that a project may have at once
policy-decrease-grace-minutes = Minutes until jobs beyond a decrease are ended (0: never)
policy-decrease-signal-minutes = Minutes before that at which they are signalled
policy-outage-credit-from-hours = Outage from which days are credited (hours)
policy-return-reward-days = Days before the end from which a return earns a bonus

job-sending = being sent
job-pending = waiting
job-running = running
job-suspended = suspended
job-completed = completed
job-failed = failed
job-cancelled = cancelled
job-timeout = timed out
job-out-of-memory = out of memory
job-node-fail = node failed
job-refused = not taken

job-wait-limit = project at its limit
job-wait-never-fits = larger than the project’s limit
job-wait-person-limit = person at the limit of jobs
job-wait-budget = project has too few device-hours left
job-wait-wall = longer than a job may be
job-wait-resources = no free devices
job-wait-priority = others come first
job-wait-dependency = waits for other jobs
job-wait-dependency-never = what it waits for did not end that way
job-wait-array-limit = array at its limit
job-wait-begin-time = waits for its time
job-wait-held = held
job-wait-reservation = waits for a reservation
job-wait-nodes = nodes down or under maintenance
job-wait-closed = project takes no jobs
job-wait-other = another reason

order-waiting = being sent
order-sent = sent
order-refused = not taken
order-cancelled = cancelled

job-after-ok = if it completes
job-after-not-ok = if it fails
job-after-any = once it ends

job-stream-out = standard output
job-stream-err = standard error

node-idle = idle
node-mixed = partly in use
node-full = fully in use
node-reserved = reserved
node-draining = draining
node-drained = drained
node-down = down

job-signal-USR1 = USR1
job-signal-USR2 = USR2
