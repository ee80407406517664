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
proposal-state-returned = 보완요청
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

    “{ $title }” 신청이 접수번호 { JOSA($receipt, "으로/로") } 접수되었습니다.
    자격검토 결과와 평가 진행 상황은 아래 화면에서 확인하실 수 있습니다.

    { $link }
mail-proposal-returned-subject = [{ $center }] 신청 내용을 보완해 주세요
mail-proposal-returned-body =
    { $name }님, 안녕하십니까.

    “{ $title }” 신청을 검토한 결과 보완이 필요합니다. { $due }까지 고쳐서 다시 제출해 주십시오.

    보완할 내용:
    { $note }

    { $link }
mail-proposal-rejected-subject = [{ $center }] 자격검토 결과를 알려 드립니다
mail-proposal-rejected-body =
    { $name }님, 안녕하십니까.

    “{ $title }” 신청은 자격검토 결과 지원 대상에 해당하지 않습니다.

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

    맡으신 평가 가운데 { $count }건이 아직 제출되지 않았습니다. { $due }까지 제출해 주십시오.

    { $link }

call-menu = 모집 공고
call-office-menu = 공고 관리
call-list-title = 모집 공고
call-list-lead = 접수 중인 공고를 골라 신청서를 작성할 수 있습니다. 로그인하지 않아도 공고 내용을 모두 볼 수 있습니다.
call-open = 접수 중
call-open-empty = 지금은 접수 중인 공고가 없습니다. 미리 회원으로 가입하고 소속 기관을 등록해 두면 접수가 시작되었을 때 바로 신청할 수 있습니다.
call-sign-up = 회원 가입
call-coming = 접수 예정
call-past = 지난 공고
call-past-empty = 지난 공고가 없습니다.
call-left-day = 마감까지 1일
call-left-days = 마감까지 { $days }일
call-left-hours = 마감까지 { $hours }시간
call-left-minutes = 마감까지 { $minutes }분
call-deadline-note = { $closes } 마감 ({ $left })
call-closes-at = { $at } 마감
call-opens-at = { $at }부터 접수
call-office-title = 공고 관리
call-office-empty = 아직 작성한 공고가 없습니다. 새 공고를 작성해 보세요.
call-office-at = 게시일(작성일)
call-title = 공고명
call-round = 차수
call-rounds = 모집 차수
call-kind = 모집 방식
call-track = 모집 구분
call-state = 상태
call-phase = 진행
call-new = 새 공고 작성
call-new-title = 새 공고 작성
call-edit = 공고 수정
call-edit-title = 공고 수정
call-edit-lead = 저장한 공고는 게시하기 전까지 담당자만 볼 수 있습니다. 게시는 작성하지 않은 결재권자가 합니다.
call-save = 저장
call-back = 돌아가기
call-preview = 미리보기입니다. 게시하면 이대로 공개됩니다. 아직은 담당자만 볼 수 있습니다.
call-desk = 담당자 메뉴
call-publish = 이 내용대로 게시
call-second-person = 이 공고를 작성하지 않은 결재권자가 게시합니다.
call-duplicate = 복사해서 새 공고 작성
call-archive = 공고 보관
call-archive-reason = 보관 사유
call-archive-hint = 보관한 공고는 목록에 나오지 않으며 신청을 받지 않습니다. 되돌릴 수 없습니다.
call-changed = 일정이 변경되었습니다: { $round }
call-changed-why = 변경 사유: { $reason }
call-rounds-empty = 아직 등록한 차수가 없습니다.
call-write = 신청서 작성
call-sign-in = 로그인하고 신청서 작성
call-round-coming = { $from }부터 접수합니다.
call-round-closed = { $at }에 접수가 마감되었습니다.
call-opens = 접수 시작
call-closes = 접수 마감
call-review-due = 평가 기한
call-announce = 결과 발표
call-offer-days = 배정 제안 회신 기간
call-days = { $days }일
call-use = 이용 기간
call-earliest = 가장 이른 이용 시작일
call-latest = 가장 늦은 이용 종료일
call-envelope = 이번 차수에서 제공하는 자원 ({ $basis })
call-envelope-title = 이번 차수에서 제공하는 자원
call-envelope-empty = 아직 제공할 자원을 정하지 않았습니다.
call-envelope-of = { $pool } ({ $unit })
call-envelope-hint = 비워 두면 그 자원은 이번 차수에서 제공하지 않습니다.
call-pool = 자원
call-amount = 제공량
call-device = 1장
call-devices = { $count }장
call-product-line = { $min } ~ { $max } ({ $grain } 단위), 최대 { $months }개월
call-about = 공고 내용
call-products = 신청할 수 있는 상품
call-products-empty = 아직 고른 상품이 없습니다.
call-criteria = 평가 항목
call-criteria-empty = 아직 정한 평가 항목이 없습니다.
call-criteria-hint = 배점의 합계는 100점이어야 합니다. 항목은 10개까지 둘 수 있습니다.
call-criterion = 항목
call-points = 배점
call-bonus = 가점 적용
call-bonus-hint = 센터 규정에 정한 가점(지역 소재, 중점 산업, 청년 창업, 조기 반납)을 평가 점수에 더합니다.
call-bonus-yes = 센터 규정에 정한 가점을 더합니다.
call-bonus-no = 가점은 적용하지 않습니다.
call-contact = 문의처
call-contact-hint = 전화번호나 전자우편 주소를 적어 주세요.
call-to-proposals = 신청 목록
call-to-reviews = 평가
call-to-plans = 선정 계획
call-correct = 일정 정정
call-dates-title = 일정 정정: { $round }
call-dates-lead = 게시한 공고의 일정을 바꾸면 바뀐 내용과 사유가 공고 화면에 표시됩니다.
call-dates-reason = 정정 사유
call-dates-reason-hint = 신청자가 읽습니다. 예: 현충일 연휴를 고려하여 접수 기간을 연장합니다.
call-dates-send = 정정하고 알림
call-overtaken = 다른 담당자가 먼저 저장했습니다. 입력한 내용은 아래에 그대로 있습니다. 먼저 저장된 내용을 확인한 뒤 다시 저장하면 아래 내용으로 바뀝니다.
call-overtaken-see = 먼저 저장된 내용 보기(새 탭)
call-part-text = 공고 내용
call-title-ko = 공고명(국문)
call-title-en = 공고명(영문)
call-body-ko = 내용(국문)
call-body-en = 내용(영문)
call-body-hint = 지원 대상, 신청 방법, 제출 서류, 유의 사항을 적어 주세요. 줄바꿈은 그대로 표시됩니다.
call-name-ko = 이름(국문)
call-name-en = 이름(영문)
call-round-name-hint = 예: 1차 모집
call-round-number = 차수 { $number }
call-remove-criterion = 항목 { $number } 빼기
call-add-criterion = 평가 항목 추가
call-remove-round = 차수 { $number } 빼기
call-add-round = 차수 추가
call-opens-on = 접수 시작일
call-opens-time = 접수 시작 시각
call-opens-time-hint = 비워 두면 0시
call-closes-on = 접수 마감일
call-closes-time = 접수 마감 시각
call-closes-time-hint = 비워 두면 규정에 정한 시각
call-offer-days-hint = 1~90일

flash-call-saved = 공고를 저장했습니다.
flash-call-published = 공고를 게시했습니다.
flash-call-duplicated = 공고를 복사했습니다. 차수와 일정을 새로 입력해 주세요.
flash-call-archived = 공고를 보관했습니다.
flash-call-corrected = 일정을 정정했습니다. 변경 내용이 공고 화면에 표시됩니다.
