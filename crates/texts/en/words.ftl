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
policy-return-reward-days = Days before the end from which a return earns a bonus
