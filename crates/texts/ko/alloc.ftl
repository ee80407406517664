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
