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
check-freed = 확보 자원의 기록이 맞지 않습니다
check-reference = 가리키는 대상이 없습니다
check-engine = 연산 시스템에 원장보다 많은 자원이 배정되어 있습니다
check-line = 배정 내역이 상품 또는 원장과 다릅니다
check-state = 상태가 서로 모순됩니다
check-unreadable = 읽을 수 없는 값입니다

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
figure-projects-organizations = 이용 기관
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
capacity-free = 남음
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
capacity-nobody = 이날 이용하는 과제가 없습니다. 다른 날짜를 선택해 보십시오.
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
ledger-empty = 조건에 맞는 항목이 없습니다. 조건을 바꾸어 보십시오.
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
adjustment-note-hint = 반려할 때에는 꼭 적어 주십시오. 신청자에게 공개됩니다.
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
changes-none = 이용 중인 자원이 없습니다. 협약이 끝나고 이용이 시작되면 여기에서 조정할 수 있습니다.
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
