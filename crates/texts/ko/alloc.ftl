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
