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
