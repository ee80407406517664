# 입력값이 잘못된 까닭
reason-required = 꼭 입력해 주세요.
reason-too-long = { $max }자를 넘을 수 없습니다.
reason-too-short = { $min }자 이상 입력해 주세요.
reason-not-a-number = 숫자(정수)로 입력해 주세요.
reason-too-small = { $min } 이상이어야 합니다.
reason-too-large = { $max } 이하여야 합니다.
reason-not-a-date = 날짜를 2026-11-23과 같이 입력해 주세요.
reason-not-an-instant = 날짜와 시각을 2026-11-23 14:00과 같이 입력해 주세요.
reason-not-a-time = 시각을 14:00과 같이 입력해 주세요.
reason-not-an-email = 전자우편 주소 형식이 아닙니다.
reason-not-a-choice = 목록에 있는 값을 골라 주세요.
reason-bad-characters = 저장하거나 표시할 수 없는 문자가 들어 있습니다.
reason-end-before-start = 종료일은 시작일보다 뒤여야 합니다.
reason-in-the-past = 이미 지난 날짜입니다.
reason-not-a-multiple = { $grain }의 배수여야 합니다.
reason-taken = 이미 사용 중입니다.
reason-business-number = 사업자등록번호의 검증 숫자가 맞지 않습니다. 번호를 다시 확인해 주세요.
reason-unknown = 찾을 수 없습니다.
# 할 수 없는 까닭
reason-not-allowed = 이 작업을 할 권한이 없습니다.
reason-own-draft = 직접 작성한 건은 승인할 수 없습니다. 다른 담당자가 승인해야 합니다.
reason-wrong-state = 지금 상태({ $state })에서는 할 수 없는 작업입니다.
reason-changed = 그사이 다른 사람이 먼저 바꾸었습니다. 새로 고친 뒤 다시 시도해 주세요.
reason-over-capacity = { $pool }: { $from }부터 { $last }까지 { $short }만큼 부족합니다.
reason-held-by-award = 배정 { $award }에서 사용하고 있는 자원입니다.
reason-ladder-order = { $day }에 용량 단계의 순서가 어긋납니다(설치 { $installed } ≥ 임차 { $leased } ≥ 운영 예비 { $reserved_ops } + 배정 가능 { $allocatable }).
reason-below-zero = { $day }에 보유량이 0보다 작아집니다({ $value }).
reason-changes-the-past = 지난 날({ $from })은 바꿀 수 없습니다. 오늘({ $today }) 이후로 입력해 주세요.
# shell: API
reason-unreadable = 요청 본문을 읽을 수 없습니다: { $detail }
reason-key-reused = 이 멱등성 키는 다른 요청에 이미 사용되었습니다.
reason-token-needed = API로 내용을 바꾸려면 개인 토큰이 필요합니다.
reason-token-reads-only = 이 토큰으로는 조회만 할 수 있습니다.
reason-foreign-form = 다른 사이트에서 보낸 요청이어서 처리하지 않았습니다. 이 포털의 화면에서 다시 시도해 주세요.


# 용량과 배정 조정
reason-held-by-offer = 제안 { $offer }에 { $from }부터 { $last }까지 { $amount }만큼 제시되어 있습니다.
reason-in-the-way = 과제 { $award }에서 { $from }부터 { $last }까지 { $amount }만큼 사용합니다.
reason-more-in-the-way = 이 밖에도 { $more }건이 더 있습니다.
reason-extension-window = 연장은 종료 { $days }일 전부터 신청할 수 있습니다({ $from }부터).
reason-extension-count = 이미 { $count }회 연장했습니다. 연장은 최대 { $max }회까지 가능합니다.
reason-extension-share = 연장 기간은 최초 기간의 { $percent }%, 즉 { $days }일을 넘을 수 없습니다.
reason-holds-nothing = { $from }부터 보유한 자원이 없습니다.
reason-corrects-other = 정정 대상 원장 항목이 같은 배정과 자원풀의 것이 아닙니다.
# 배정: 계획의 까닭, 제안과 협약을 처리할 수 없는 까닭
reason-below-pass-score = 평가 점수 { $score }점이 선정 기준 { $pass }점에 미치지 못합니다.
reason-ranked-at = 이번 차수 평가 순위는 { $rank }위입니다.
reason-given-in-full = 신청한 자원을 모두 배정합니다.
reason-cut-to-fit = { $pool }: 신청 { $asked } 가운데 { $given }만 배정할 수 있습니다.
reason-starts-later = { $pool }: { $asked }에는 여유가 없어 { $from }에 시작합니다.
reason-pool-full = { $pool }: { $from }부터 { $last }까지 순위가 앞선 과제에 배정되어 { $short }만큼 부족합니다.
reason-no-term-left = 신청한 이용 기간이 { $from }부터 { $last } 사이에 들어가지 않습니다.
reason-org-projects = 한 기관이 동시에 수행할 수 있는 과제 수({ $max }건)를 넘습니다.
reason-org-share = { $pool }: 한 기관이 받을 수 있는 한도({ $max })를 넘습니다.
reason-plan-outdated = 계획을 만든 뒤 신청 내용이나 여유 자원이 바뀌었습니다. 계획을 다시 만들어 주세요.
reason-offer-over = 이 제안의 회신 기한({ $due })이 지났습니다.
reason-text-changed = 서명하려는 협약서가 화면에 표시된 내용과 다릅니다. 새로 고친 뒤 다시 확인해 주세요.
reason-came-free = { $pool }에 여유 자원이 생겼습니다.
reason-already-member = 이미 과제에 참여하고 있습니다.
reason-lead-stays = 과제책임자는 과제에서 제외할 수 없습니다.
reason-round-open = 아직 접수 중인 차수입니다.
reason-scores-missing = 자격 검토나 평가가 끝나지 않은 신청이 { $count }건 있습니다.
# 공고, 신청, 자격 검토, 평가
reason-points-sum = 평가 항목의 배점 합계는 { $total }점이어야 합니다. 지금은 { $sum }점입니다.
reason-not-before = { $day } 이후여야 합니다.
reason-not-after = { $day } 이전이어야 합니다.
reason-term-too-long = 시작일과 종료일 사이에 이 이용 기간이 들어가지 않습니다.
reason-round-not-open = 아직 접수를 시작하지 않았습니다. { $from }부터 접수합니다.
reason-deadline-passed = 접수가 { $due }에 마감되었습니다. 작성한 내용은 그대로 보관되어 있습니다.
reason-correction-over = 보완 기한({ $due })이 지났습니다.
reason-corrections-used = 보완 요청은 { $max }회까지만 할 수 있습니다.
reason-organization-needed = 제출하려면 먼저 소속 기관을 등록해야 합니다.
reason-organization-unverified = 기관 서류를 아직 확인하지 않았습니다.
reason-reviewer-tied = 신청 기관 소속이거나 과제에 참여하는 사람은 평가할 수 없습니다.
reason-not-a-reviewer = 평가위원이 아닙니다.
reason-too-few-reviewers = 신청 한 건에 평가위원이 { $min }명 이상 필요합니다. 지금은 { $count }명입니다.
reason-call-incomplete = 게시하려면 상품, 평가 항목, 차수와 차수별 제공량이 모두 있어야 합니다.
