track-open = 일반 모집
track-rolling = 상시 모집
track-partner = 협력기관 연계
track-rnd-cluster = 집적단지 R&D
track-trial = 체험 서비스
call-state-draft = 작성 중
call-state-published = 게시
call-state-archived = 보관
round-kind-regular = 정기
round-kind-rolling = 상시
phase-draft = 작성 중
phase-coming = 접수 예정
phase-open = 접수 중
phase-closed = 접수 마감
phase-reviewing = 평가 중
phase-decided = 결과 발표
phase-archived = 보관
proposal-state-draft = 작성 중
proposal-state-submitted = 접수
proposal-state-returned = 보완 요청
proposal-state-eligibility-ok = 자격 적합
proposal-state-in-review = 평가 중
proposal-state-ranked = 평가 완료
proposal-state-selected = 선정
proposal-state-reserve = 예비
proposal-state-rejected = 탈락
proposal-state-withdrawn = 신청 취소
review-state-assigned = 확인 전
review-state-draft = 평가 중
review-state-submitted = 제출
review-state-conflict = 이해충돌 신고
sector-healthcare = 헬스케어
sector-automotive = 자동차
sector-energy = 에너지
sector-culture = 문화·콘텐츠
sector-manufacturing = 제조
sector-agriculture = 농업·식품
sector-language = 언어·범용 모델
sector-public = 공공·안전
sector-other = 기타

proposal-untitled = (제목 없음)

mail-proposal-received-subject = [{ $center }] 신청이 접수되었습니다 (접수번호 { $receipt })
mail-proposal-received-body =
    { $name }님, 안녕하십니까.

    “{ $title }” 신청이 접수번호 { $receipt }(으)로 접수되었습니다.
    자격 검토 결과와 평가 진행 상황은 아래 화면에서 확인하실 수 있습니다.

    { $link }
mail-proposal-returned-subject = [{ $center }] 신청 내용을 보완해 주세요
mail-proposal-returned-body =
    { $name }님, 안녕하십니까.

    “{ $title }” 신청을 검토한 결과 보완이 필요합니다. { $due }까지 고쳐서 다시 제출해 주십시오.

    보완할 내용:
    { $note }

    { $link }
mail-proposal-rejected-subject = [{ $center }] 자격 검토 결과를 알려 드립니다
mail-proposal-rejected-body =
    { $name }님, 안녕하십니까.

    “{ $title }” 신청은 자격 검토 결과 지원 대상에 해당하지 않습니다.

    사유:
    { $note }

    { $link }
mail-proposal-due-subject = [{ $center }] 제출 기한이 다가옵니다
mail-proposal-due-body =
    { $name }님, 안녕하십니까.

    “{ $title }” 신청이 아직 제출되지 않았습니다. { $due } 전에 제출해 주십시오.

    { $link }
mail-review-assigned-subject = [{ $center }] 평가할 신청 { $count }건이 배정되었습니다
mail-review-assigned-body =
    { $name }님, 안녕하십니까.

    “{ $call }”의 신청 { $count }건을 평가해 주시기 바랍니다. 기한은 { $due }까지입니다.
    신청 내용을 열기 전에 이해충돌 여부를 먼저 확인해 주십시오.

    { $link }
mail-review-due-subject = [{ $center }] 평가 기한이 다가옵니다
mail-review-due-body =
    { $name }님, 안녕하십니까.

    “{ $title }” 평가가 아직 제출되지 않았습니다. { $due }까지 제출해 주십시오.

    { $link }
