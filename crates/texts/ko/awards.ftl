plan-state-draft = 작성
plan-state-proposed = 결재 요청
plan-state-approved = 승인
plan-state-announced = 발표
plan-state-superseded = 대체됨
decision-selected = 선정
decision-reserve = 예비
decision-rejected = 탈락
offer-source-plan = 차수 선정
offer-source-refill = 여유 자원 재배분
offer-state-open = 회신 대기
offer-state-accepted = 수락
offer-state-declined = 사양
offer-state-lapsed = 기한 만료
offer-state-withdrawn = 철회
award-state-pending = 개시 전
award-state-active = 이용 중
award-state-ended = 종료
award-state-withdrawn = 취소
project-state-agreement-pending = 협약 대기
project-state-active = 수행 중
project-state-suspended = 이용 정지
project-state-ended = 종료
project-state-data-only = 데이터 보존
project-state-closed = 종결
project-state-withdrawn = 취소
agreement-state-unsigned = 서명 대기
agreement-state-signed = 과제책임자 서명
agreement-state-concluded = 체결
agreement-state-lapsed = 기한 만료
invitation-state-open = 회신 대기
invitation-state-accepted = 수락
invitation-state-declined = 거절
invitation-state-withdrawn = 취소
invitation-state-lapsed = 기한 만료

award-given-line = { $pool } { $amount }, { $from }부터 { $last }까지
agreement-body =
    자원 이용 협약서

    { $center }(이하 "센터")와 { $organization }(이하 "이용기관")은 아래 과제의 연산 자원 이용에 관하여 다음과 같이 협약한다.

    과제번호: { $number }
    과제명: { $title }
    과제책임자: { $lead }
    이용 기간: { $from }부터 { $last }까지

    제1조(배정) 센터는 이용기관에 다음 자원을 배정한다.
    { $given }

    제2조(용도) 이용기관은 배정받은 자원을 신청서에 적은 목적에만 사용하며, 다른 사람에게 빌려주거나 넘기지 않는다.

    제3조(반납과 회수) 이용기관은 쓰지 않게 된 자원을 지체 없이 반납한다. 센터는 이용 실적이 기준에 미치지 못하거나 용도를 벗어난 때에는 의견을 들은 뒤 자원을 회수할 수 있다.

    제4조(보안) 이용기관은 참여인력의 계정을 본인만 사용하도록 관리하고, 보안 사고가 나면 곧바로 센터에 알린다.

    제5조(종료) 이용 기간이 끝나면 이용기관은 기한 안에 결과를 보고하며, 센터는 정한 기간이 지난 뒤 데이터를 삭제한다.

    작성일: { $today }

mail-plan-selected-subject = [{ $center }] 과제가 선정되었습니다: { $title }
mail-plan-selected-body =
    { $name }님, 안녕하십니까.

    신청하신 과제 "{ $title }"이(가) 선정되었습니다. 평가 점수는 { $score }점입니다.

    배정 내용:
    { $given }

    판단 근거:
    { $reasons }

    { $due } 전까지 포털에서 수락 여부를 알려 주십시오. 기한이 지나면 배정은 예비 과제로 넘어갑니다.
    { $link }
mail-plan-reserve-subject = [{ $center }] 예비 과제로 정해졌습니다: { $title }
mail-plan-reserve-body =
    { $name }님, 안녕하십니까.

    신청하신 과제 "{ $title }"은(는) 예비 { $rank }순위로 정해졌습니다. 평가 점수는 { $score }점입니다.

    판단 근거:
    { $reasons }

    { $until }까지 여유 자원이 생기면 순위에 따라 제안을 드립니다.
    { $link }
mail-plan-rejected-subject = [{ $center }] 선정 결과를 알려 드립니다: { $title }
mail-plan-rejected-body =
    { $name }님, 안녕하십니까.

    신청하신 과제 "{ $title }"은(는) 이번에 선정되지 않았습니다. 평가 점수는 { $score }점입니다.

    판단 근거:
    { $reasons }

    { $link }
mail-refill-offer-subject = [{ $center }] 여유 자원을 제안드립니다: { $title }
mail-refill-offer-body =
    { $name }님, 안녕하십니까.

    예비 과제 "{ $title }"에 배정할 수 있는 자원이 생겼습니다.

    제안 내용:
    { $given }

    { $due } 전까지 포털에서 수락 여부를 알려 주십시오. 기한이 지나면 다음 순위로 넘어갑니다.
    { $link }
mail-offer-lapsed-subject = [{ $center }] 회신 기한이 지났습니다: { $title }
mail-offer-lapsed-body =
    { $name }님, 안녕하십니까.

    과제 "{ $title }"에 드린 제안의 회신 기한({ $due })이 지나 제안의 효력이 끝났습니다.
mail-offer-withdrawn-subject = [{ $center }] 제안을 철회합니다: { $title }
mail-offer-withdrawn-body =
    { $name }님, 안녕하십니까.

    과제 "{ $title }"에 드린 제안을 다음과 같은 까닭으로 철회합니다.
    { $reason }
mail-agreement-ready-subject = [{ $center }] 협약서에 서명해 주십시오: { $number }
mail-agreement-ready-body =
    { $name }님, 안녕하십니까.

    과제 { $number } "{ $title }"의 협약서를 준비했습니다. { $due }까지 포털에서 읽고 서명해 주십시오. 기한이 지나면 배정이 취소됩니다.
    { $link }
mail-agreement-concluded-subject = [{ $center }] 협약이 체결되었습니다: { $number }
mail-agreement-concluded-body =
    { $name }님, 안녕하십니까.

    과제 { $number } "{ $title }"의 협약이 체결되었습니다. 자원은 { $from }부터 이용하실 수 있습니다.
    { $link }
mail-award-withdrawn-subject = [{ $center }] 배정이 취소되었습니다: { $number }
mail-award-withdrawn-body =
    { $name }님, 안녕하십니까.

    과제 { $number } "{ $title }"의 협약이 기한 안에 서명되지 않아 배정이 취소되었습니다.
    { $link }
mail-allocation-begun-subject = [{ $center }] 자원 이용이 시작되었습니다: { $number }
mail-allocation-begun-body =
    { $name }님, 안녕하십니까.

    과제 { $number } "{ $title }"에 배정된 자원을 오늘부터 이용하실 수 있습니다. 참여인력은 과제 화면에서 초대해 주십시오.
    { $link }
mail-project-invitation-subject = [{ $center }] 과제에 초대합니다: { $title }
mail-project-invitation-body =
    안녕하십니까.

    { $inviter }님이 과제 { $number } "{ $title }"에 { $tie }(으)로 초대했습니다. 이 주소로 가입한 계정으로 로그인한 뒤 { $due } 전까지 답해 주십시오.
    { $link }
