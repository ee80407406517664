adjustment-kind-return = 자진 반납
adjustment-kind-increase = 증량
adjustment-kind-decrease = 감량
adjustment-kind-extend = 연장
adjustment-state-requested = 결정 대기
adjustment-state-approved-waiting = 승인(자원 대기)
adjustment-state-done = 반영 완료
adjustment-state-rejected = 반려
adjustment-state-withdrawn = 신청 취소

mail-term-ending-subject = [{ $center }] 과제 { $number } 이용 종료 { $days }일 전입니다
mail-term-ending-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”의 자원 이용이 { $last }에 끝납니다.
    필요한 자료는 종료 전에 옮겨 주시고, 연장이 필요하면 아래 과제 화면에서 신청해 주십시오.

    { $link }

mail-allocation-ended-subject = [{ $center }] 과제 { $number } 자원 이용이 끝났습니다
mail-allocation-ended-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”의 자원 이용이 { $last }에 끝났습니다.
    새 작업은 실행할 수 없고, 자료는 { $until }까지 읽을 수 있습니다. 그 뒤에는 삭제되니 필요한 자료를 옮겨 주십시오.

    { $link }

mail-adjustment-approved-subject = [{ $center }] 과제 { $number } { $kind } 신청이 승인되었습니다
mail-adjustment-approved-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”의 { $kind } 신청을 승인하여 반영했습니다.
    { $given }

    { $link }
mail-adjustment-waits-subject = [{ $center }] 과제 { $number } { $kind } 신청이 승인되어 자원을 기다리고 있습니다
mail-adjustment-waits-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”의 { $kind } 신청을 승인했습니다. 지금은 여유 자원이 부족하여, 자원이 확보되는 대로 반영하고 다시 알려 드리겠습니다.
    { $given }

    { $link }
mail-adjustment-served-subject = [{ $center }] 과제 { $number } { $kind } 신청이 반영되었습니다
mail-adjustment-served-body =
    { $name }님, 안녕하십니까.

    자원이 확보되어, 앞서 승인한 과제 { $number } “{ $title }”의 { $kind } 신청을 반영했습니다.
    { $given }

    { $link }
mail-adjustment-rejected-subject = [{ $center }] 과제 { $number } { $kind } 신청이 반려되었습니다
mail-adjustment-rejected-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”의 { $kind } 신청을 검토한 결과, 아래와 같은 사유로 승인하지 못했습니다.
    { $given }

    사유:
    { $note }

    { $link }
mail-adjustment-expired-subject = [{ $center }] 과제 { $number } { $kind } 신청이 종료되었습니다
mail-adjustment-expired-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”의 { $kind } 신청이 이용 기간이 끝날 때까지 결정되지 않았거나 자원이 확보되지 않아 반영하지 못하고 종료되었습니다. 양해해 주시기 바랍니다.
    { $given }

    { $link }

check-read = 원장 { $entries }건, 배정 { $awards }건, 감사 기록 { $audit }건을 확인했습니다.
check-empty = 데이터베이스가 비어 있습니다. 확인할 것이 없습니다.
check-sound = 모든 규칙이 지켜지고 있습니다.
check-broken = 규칙에 어긋나는 항목이 { $count }건 있습니다.
check-capacity = 배정 가능 용량을 넘었습니다
check-ladder = 용량 단계의 순서가 어긋납니다
check-below-zero = 보유량이 0보다 작습니다
check-grain = 상품의 배정 단위에 맞지 않습니다
check-past = 지난 날짜를 바꾼 항목입니다
check-sign = 증감 부호가 항목 종류와 맞지 않습니다
check-correction = 정정 대상이 올바르지 않습니다
check-ledger-chain = 원장의 연결이 끊겼습니다
check-audit-chain = 감사 기록의 연결이 끊겼습니다
check-steps = 일자별 합계가 원장과 다릅니다
check-freed = 여유 자원의 기록이 맞지 않습니다
check-reference = 가리키는 대상이 없습니다
check-engine = 클러스터에 원장보다 많은 자원이 배정되어 있습니다
check-line = 배정 내역이 상품 또는 원장과 다릅니다
check-state = 상태가 서로 모순됩니다
check-agreement = 협약서의 내용이 서명한 것과 다릅니다
check-plan = 선정 계획이나 결과가 근거와 다릅니다
check-unreadable = 읽을 수 없는 값입니다
found-holds = { $column } 값이 { $value }입니다
found-cause = { $cause }
found-document = { $column } 값을 읽을 수 없습니다
found-chain-end = 연결의 끝이 { $noted }이어야 하는데 { $there }입니다
found-chain-gone = 연결의 끝이 { $noted }이어야 하는데 남은 기록이 없습니다
found-gap = { $after }번 다음에 { $found }번이 이어져 그 사이의 항목이 없습니다
found-unlinked = { $seq }번 항목이 앞 항목과 이어지지 않습니다
found-altered = { $seq }번 항목이 기록된 뒤에 바뀌었습니다
found-engine-desired = { $pool }: 반영할 값이 { $amount }인데 원장에는 { $held }만 배정되어 있습니다
found-engine-observed = { $pool }: 클러스터에는 { $amount }, 원장에는 { $held }만 배정되어 있습니다
found-engine-not-in-line = 일치한다고 되어 있으나 클러스터의 값이 반영할 값과 다릅니다
found-engine-name = 반영할 이름이 { $name }입니다
found-freed-not-noted = 여유 자원이 기록되지 않았습니다
found-freed-nothing = 여유 자원으로 기록되었으나 확보한 것이 없습니다
found-freed-at = 기록 시각은 { $at }, 확보 시각은 { $noted }입니다(초)
found-part-astray = 제안의 상태와 맞지 않습니다({ $state })
found-part-days = 확보하지 않은 날짜입니다
found-given-twice = 확보한 { $amount } 가운데 { $given }만큼 나갔습니다
found-no-goal = { $pool }에서 여유 자원을 받을 대상이 없습니다
found-took-idle = { $pool }에서 { $from }부터 여유 자원 { $amount }만큼을 가져간 기록이 없습니다
found-gives-less = { $pool }에서 { $from }부터 받은 여유 자원보다 { $amount }만큼 적게 배정했습니다
found-backdated = 시작일은 { $from }, 기록한 날은 { $day }입니다
found-wrong-sign = { $kind } 항목의 증감이 { $delta }입니다
found-corrects = { $kind } 항목이 { $seq }번을 정정합니다
found-corrects-nothing = { $kind } 항목의 정정 대상이 없습니다
found-no-line = 원장에 있는 자원의 배정 내역이 없습니다
found-line-end = 배정 내역의 종료일은 { $noted }, 원장의 종료일은 { $end }입니다
found-holds-on = { $day }에 { $amount }
found-holds-off = { $day }에 { $amount }, 배정 단위는 { $grain }
found-rungs = { $day }에 설치 { $installed }, 임차 { $leased }, 운영 예비 { $reserved_ops }, 배정 가능 { $allocatable }
found-off-by = 차이 { $by }
found-promised = { $last }까지 배정 가능 { $allocatable }, 배정·제안 { $wanted }
found-other-grain = 배정 단위가 { $grain }인데 상품의 단위는 { $product }입니다
found-names-nothing = { $column } 값이 가리키는 대상이 없습니다
found-offer-without-award = 수락한 제안에 배정이 없습니다
found-offer-not-accepted = 수락하지 않은 제안의 배정입니다
found-award-without-lines = 배정 내역이 없습니다
found-agreement-altered = 내용이 기록된 해시와 맞지 않습니다
found-call-own = 작성자가 직접 공고했습니다
found-plan-unlike = 계획이 입력 자료에서 나온 결과와 다릅니다
found-decision-unlike = 선정 결과가 계획과 다릅니다
found-plan-unapproved = 승인자 없이 승인되거나 발표되었습니다
found-adjustment-undecided = 결정한 사람이 없습니다
found-adjustment-of-over = 배정이 끝났는데 요청이 아직 열려 있습니다
found-agreement-own = 같은 사람이 양쪽을 모두 서명했습니다
found-over-but-held = 끝난 배정이 오늘 이후에도 자원을 보유하고 있습니다
found-award-without-project = 과제가 수행 중이 아닌데 배정이 이용 중입니다
found-project-unlike-awards = 과제의 상태가 배정의 상태와 맞지 않습니다
found-project-lead = 과제책임자가 한 명이 아니거나 과제에 적힌 사람과 다릅니다
found-plan-own = 작성자가 직접 승인했습니다
found-adjustment-own = 신청자가 직접 결정했습니다
found-agreement-unsigned = 양쪽이 서명하지 않은 협약이 체결되었습니다
found-reservation-own = 신청한 사람이 직접 승인했습니다
found-reservation-unlike-award = 예약과 그 자원을 가진 배정이 서로 어긋납니다
found-award-without-agreement = 체결된 협약 없이 이용 중입니다
found-project-without-award = 이용 중인 배정 없이 수행 중입니다

figure-unit-project = 건
figure-unit-organization = 개사
figure-unit-PF = PF
figure-unit-PF-month = PF·월
figure-unit-percent = %
figure-projects-supported = 지원 과제
figure-projects-supported-definition = 그 해에 하루 이상 자원을 배정받은 과제의 수입니다.
figure-projects-regional-gwangju = 광주지역 기업·기관 과제
figure-projects-regional-gwangju-definition = 지원 과제 가운데 선정 시점에 광주에 소재한 것으로 확정된 기업·기관의 과제입니다. 다른 구분과 겹칠 수 있습니다.
figure-projects-cluster-rnd = 집적단지 연구개발 과제
figure-projects-cluster-rnd-definition = 지원 과제 가운데 AI 중심 산업융합 집적단지 관련 연구개발 과제입니다. 다른 구분과 겹칠 수 있습니다.
figure-projects-organizations = 이용기관
figure-projects-organizations-definition = 지원 과제를 수행한 기업·기관의 수입니다. 과제 수와 다릅니다.
figure-compute-cumulative-granted-total = 누적 지원 연산자원
figure-compute-cumulative-granted-total-definition = 그 해에 효력이 생긴 배정과 증량의 합계입니다. 반납한 자원은 빼지 않으므로 용량보다 클 수 있습니다.
figure-compute-cumulative-granted-regional = 누적 지원(광주지역)
figure-compute-cumulative-granted-regional-definition = 누적 지원 연산자원 가운데 광주지역 기업·기관 과제의 몫입니다.
figure-compute-cumulative-granted-cluster-rnd = 누적 지원(집적단지 연구개발)
figure-compute-cumulative-granted-cluster-rnd-definition = 누적 지원 연산자원 가운데 집적단지 연구개발 과제의 몫입니다.
figure-compute-capacity-interim = 용량
figure-compute-capacity-interim-definition = 그 해에 동시에 배정할 수 있었던 최대 연산자원입니다.
figure-compute-allocated-peak = 최대 동시 배정
figure-compute-allocated-peak-definition = 하루를 기준으로 동시에 배정된 연산자원의 최댓값입니다. 용량을 넘지 않습니다.
figure-compute-allocated-pf-month = 배정량
figure-compute-allocated-pf-month-definition = 배정된 연산자원에 배정 기간(월)을 곱한 합계입니다.
figure-compute-returned-total = 반납·감량 연산자원
figure-compute-returned-total-definition = 그 해에 효력이 생긴 자진 반납과 감량의 합계입니다. 다시 배정할 수 있게 된 자원입니다.

statistics-menu = 통계
statistics-title = { $year }년 통계
statistics-lead = 배정 원장에서 계산한 숫자입니다. PF 값의 산정 방식은 { $basis }입니다. 누적 지원과 용량은 서로 다른 값이며, 각 항목의 산정 기준을 아래에 밝힙니다.
statistics-year-unread = “{ $value }” 값은 연도가 아니어서 { $year }년 통계를 보여 드립니다. 연도를 2021과 같이 입력해 주세요.
filter-unread = “{ $value }” 값은 목록에 없어 이 조건 없이 보여 드립니다. 목록에 있는 값을 골라 주세요.
statistics-years = 다른 해 보기
statistics-chart = { $year }년 일자별 배정과 배정 가능 용량
statistics-definitions = 산정 기준
statistics-figure = 항목
statistics-value = 값
statistics-definition = 산정 기준
statistics-rows = 근거 건수
chart-month = { $month }월
capacity-menu = 자원 현황
capacity-title = 자원 현황
capacity-lead = 설치, 임차, 배정 가능, 배정 수량을 일자별로 보여 줍니다. PF 값의 산정 방식은 { $basis }입니다.
capacity-chart = { $pool }의 일자별 용량 단계
capacity-chart-description = 기간 동안의 일자별 값입니다. 같은 숫자가 그림 아래 표에 있습니다.
capacity-as-table = 같은 숫자를 표로 보기
capacity-days = 기간
capacity-allocated = 배정(제안 포함)
capacity-allocatable = 배정 가능
capacity-held = 배정
capacity-offered = 제안 중
capacity-free = 여유
capacity-share = 배정률
capacity-from = 시작일
capacity-last = 종료일
capacity-show = 보기
capacity-empty = 아직 등록된 용량이 없습니다. 용량을 등록하면 여기에 표시됩니다.
capacity-edit = 용량 변경
capacity-on = 날짜
capacity-project = 과제
capacity-organization = 기관
capacity-amount = 수량
capacity-holders = { $day } 이용 중인 과제
capacity-nobody = 이날 이용하는 과제가 없습니다. 다른 날짜를 선택해 보세요.
capacity-coming = 반납·종료 예정
capacity-nothing-coming = 앞으로 종료되거나 반납될 자원이 없습니다.
capacity-entries = { $pool } 용량 변경
capacity-entries-lead = 기간을 정해 늘리거나 줄입니다. 이미 배정하거나 제안한 수량보다 적게 줄일 수 없습니다.
capacity-rung = 단계
capacity-delta = 증감 수량
capacity-delta-hint = 늘리려면 양수, 줄이려면 음수로 입력합니다. 예: -8
capacity-note = 사유
capacity-enter = 등록
capacity-back = 현황으로
capacity-history = 변경 이력
capacity-at = 등록 일시
flash-capacity-entered = 용량 변경을 등록했습니다.
statistics-unit = 단위
statistics-share = 비중

ledger-menu = 배정 원장
ledger-title = 배정 원장
ledger-lead = 모든 배정 변동의 기록입니다. 항목은 추가만 되며, 각 항목은 앞 항목과 해시로 이어집니다.
ledger-pool = 자원풀
ledger-kind = 종류
ledger-project = 과제
ledger-all = 전체
ledger-empty = 조건에 맞는 항목이 없습니다. 조건을 바꾸어 보세요.
ledger-seq = 번호
ledger-delta = 증감
ledger-reason = 사유
ledger-at = 기록 일시
ledger-hash = 해시
adjustment-menu = 자원 조정
adjustment-title = 자원 조정 신청
adjustment-one = 과제 { $number } 자원 조정
adjustment-state = 상태
adjustment-empty = 이 상태의 신청이 없습니다.
adjustment-at = 신청 일시
adjustment-note = 결정 의견
adjustment-note-hint = 반려할 때에는 꼭 적어 주세요. 신청자에게 공개됩니다.
adjustment-effect = 용량에 미치는 영향
adjustment-fits = 지금 승인하면 바로 반영할 수 있습니다.
adjustment-fits-not = 지금은 자원이 부족합니다. 증량을 승인하면 자원이 확보될 때까지 대기합니다.
adjustment-approve = 승인
adjustment-reject = 반려
adjustment-withdraw = 신청 취소
flash-adjustment-decided = 결정을 등록했습니다.
flash-adjustment-waits = 승인했습니다. 자원이 확보되면 반영됩니다.
flash-adjustment-withdrawn = 신청을 취소했습니다.
flash-adjustment-asked = 신청을 접수했습니다. 결정되면 알려 드립니다.
flash-returned = 반납을 반영했습니다. 고맙습니다.
changes-title = 반납·자원 조정
changes-lead = 반납은 바로 반영되며, 증량·감량·연장은 센터의 결정이 필요합니다.
changes-none = 지금 조정할 수 있는 자원이 없습니다. 자원은 협약을 체결한 뒤 이용 기간에 조정할 수 있습니다.
changes-held = 보유 자원
changes-end = 이용 종료일
changes-extension = 연장
changes-extension-open = { $last }까지 연장을 신청할 수 있습니다.
changes-kind = 신청 종류
changes-kind-hint = 쓰지 않는 자원을 반납하면 기다리는 과제가 이용할 수 있습니다.
changes-amount-hint = 반납할 때 비워 두면 모두 반납합니다. 연장에는 적지 않아도 됩니다.
changes-day = 날짜
changes-day-hint = 반납·증량·감량은 시작일, 연장은 새 종료일을 입력합니다.
changes-reason-hint = 증량·감량·연장에는 사유가 필요합니다.
changes-send = 신청
changes-back = 과제로
