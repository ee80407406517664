# 입력값이 잘못된 까닭
reason-required = 꼭 입력해 주세요.
reason-too-long = { $max }자를 넘을 수 없습니다.
reason-too-short = { $min }자 이상 입력해 주세요.
reason-not-a-number = 숫자(정수)로 입력해 주세요.
reason-too-small = { $min } 이상이어야 합니다.
reason-too-large = { $max } 이하여야 합니다.
reason-not-a-date = 날짜를 2026-11-23과 같이 입력해 주세요.
reason-not-an-instant = 날짜와 시각을 2026-11-23 14:00과 같이 입력해 주세요.
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


# 용량과 배정 조정
reason-held-by-offer = 제안 { $offer }에 { $from }부터 { $last }까지 { $amount }만큼 제시되어 있습니다.
reason-in-the-way = 과제 { $award }에서 { $from }부터 { $last }까지 { $amount }만큼 사용합니다.
reason-more-in-the-way = 이 밖에도 { $more }건이 더 있습니다.
reason-extension-window = 연장은 종료 { $days }일 전부터 신청할 수 있습니다({ $from }부터).
reason-extension-count = 이미 { $count }회 연장했습니다. 연장은 최대 { $max }회까지 가능합니다.
reason-extension-share = 연장 기간은 최초 기간의 { $percent }%, 즉 { $days }일을 넘을 수 없습니다.
reason-holds-nothing = { $from }부터 보유한 자원이 없습니다.
reason-corrects-other = 정정 대상 원장 항목이 같은 배정과 자원풀의 것이 아닙니다.
