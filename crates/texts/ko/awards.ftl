plan-state-draft = 작성
plan-state-proposed = 결재 요청
plan-state-returned = 반려
plan-state-approved = 승인
plan-state-announced = 발표
plan-state-superseded = 대체됨
decision-selected = 선정
decision-reserve = 예비
decision-rejected = 탈락
offer-source-plan = 차수 선정
offer-source-refill = 여유 자원 재배분
offer-source-reservation = 예약
offer-state-open = 회신 대기
offer-state-accepted = 수락
offer-state-declined = 거절
offer-state-lapsed = 기한 만료
offer-state-withdrawn = 철회
award-state-pending = 개시 전
award-state-active = 이용 중
award-state-ended = 종료
award-state-withdrawn = 취소
project-state-agreement-pending = 협약 대기
project-state-agreed = 개시 예정
project-state-active = 수행 중
project-state-suspended = 이용 정지
project-state-ended = 종료
project-state-data-only = 데이터 보관
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

    { $center }(이하 “센터”)와 { $organization }(이하 “이용기관”)은 아래 과제의 연산자원 이용에 관하여 다음과 같이 협약한다.

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

    신청하신 “{ $title }” 과제가 선정되었습니다. 평가 점수는 { $score }점입니다.

    배정 내용:
    { $given }

    판단 근거:
    { $reasons }

    { $due }까지 포털에서 수락 여부를 알려 주십시오. 기한이 지나면 배정은 예비 과제로 넘어갑니다.
    { $link }
mail-plan-reserve-subject = [{ $center }] 예비 과제로 정해졌습니다: { $title }
mail-plan-reserve-body =
    { $name }님, 안녕하십니까.

    신청하신 “{ $title }” 과제는 예비 { $rank }순위로 정해졌습니다. 평가 점수는 { $score }점입니다.

    판단 근거:
    { $reasons }

    { $until }까지 여유 자원이 생기면 순위에 따라 제안을 드립니다.
    { $link }
mail-plan-rejected-subject = [{ $center }] 선정 결과를 알려 드립니다: { $title }
mail-plan-rejected-body =
    { $name }님, 안녕하십니까.

    신청하신 “{ $title }” 과제는 이번에 선정되지 않았습니다. 평가 점수는 { $score }점입니다.

    판단 근거:
    { $reasons }

    { $link }
mail-refill-offer-subject = [{ $center }] 여유 자원을 제안드립니다: { $title }
mail-refill-offer-body =
    { $name }님, 안녕하십니까.

    예비 과제 “{ $title }”에 배정할 수 있는 자원이 생겼습니다.

    제안 내용:
    { $given }

    { $due }까지 포털에서 수락 여부를 알려 주십시오. 기한이 지나면 다음 순위로 넘어갑니다.
    { $link }
mail-offer-lapsed-subject = [{ $center }] 회신 기한이 지났습니다: { $title }
mail-offer-lapsed-body =
    { $name }님, 안녕하십니까.

    과제 “{ $title }”에 드린 제안의 회신 기한({ $due })이 지나 제안의 효력이 끝났습니다.
mail-offer-withdrawn-subject = [{ $center }] 제안을 철회합니다: { $title }
mail-offer-withdrawn-body =
    { $name }님, 안녕하십니까.

    과제 “{ $title }”에 드린 제안을 다음과 같은 사유로 철회합니다.
    { $reason }
mail-agreement-ready-subject = [{ $center }] 협약서에 서명해 주십시오: { $number }
mail-agreement-ready-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”의 협약서를 준비했습니다. { $due }까지 포털에서 읽고 서명해 주십시오. 기한이 지나면 배정이 취소됩니다.
    { $link }
mail-agreement-concluded-subject = [{ $center }] 협약이 체결되었습니다: { $number }
mail-agreement-concluded-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”의 협약이 체결되었습니다. 자원은 { $from }부터 이용하실 수 있습니다.
    { $link }
mail-award-withdrawn-subject = [{ $center }] 배정이 취소되었습니다: { $number }
mail-award-withdrawn-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”의 협약이 기한 안에 서명되지 않아 배정이 취소되었습니다.
    { $link }
mail-allocation-begun-subject = [{ $center }] 자원 이용이 시작되었습니다: { $number }
mail-allocation-begun-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”에 배정된 자원을 오늘부터 이용하실 수 있습니다. 참여인력은 과제 화면에서 초대해 주십시오.
    { $link }
mail-project-invitation-subject = [{ $center }] 과제에 초대합니다: { $title }
mail-project-invitation-body =
    안녕하십니까.

    { $inviter }님이 과제 { $number } “{ $title }”에 { JOSA($tie, "으로/로") } 초대했습니다. 이 주소로 가입한 계정으로 로그인한 뒤 { $due } 전까지 회신해 주십시오.
    { $link }

plans-menu = 선정 계획
plans-title = 선정 계획
plans-lead = 차수를 골라 선정 계획을 세우고, 결재를 거쳐 발표합니다.
plans-empty = 아직 차수가 없습니다. 모집 공고에 차수를 먼저 등록해 주세요.
plans-round = 차수
plans-closes = 접수 마감
plans-of-round = { $round } 선정 계획
plans-none = 아직 세운 계획이 없습니다. 접수와 평가가 끝나면 계획을 세울 수 있습니다.
plans-make = 계획 세우기
plan-number = 안
plan-state = 상태
plan-made-at = 작성 일시
plan-propose = 결재 요청
plan-approve = 승인
plan-announce = 발표하고 제안 보내기
plan-announce-hint = 발표하면 모든 신청자에게 결과를 알리고, 선정된 과제에 자원을 잡아 둡니다.
plan-digest = 입력 자료와 규칙의 해시(SHA-256)
plan-outcomes = 과제별 결과
plan-rank = 순위
plan-proposal = 과제
plan-score = 점수
plan-decision = 결과
plan-given = 배정
plan-reasons = 판단 근거
plan-pools = 자원별 배정과 여유
plan-pool-chart = { $pool }의 기간별 배정과 여유
plan-from = 시작일
plan-last = 종료일
plan-pool-given = 배정
plan-pool-left = 여유
plan-pool-none = 이 자원에는 배정이 없습니다.
flash-plan-made = 계획을 세웠습니다.
flash-plan-proposed = 결재를 요청했습니다.
flash-plan-approved = 계획을 승인했습니다.
flash-plan-announced = 결과를 발표하고 제안을 보냈습니다.

offers-menu = 제안 현황
offers-title = 제안 현황
offers-empty = 아직 보낸 제안이 없습니다. 계획을 발표하거나 여유 자원이 생기면 제안이 만들어집니다.
offers-source = 구분
offers-due = 회신 기한
offers-made = 제안 일시
reserve-menu = 예비 명단
reserve-title = 예비 명단
reserve-lead = 여유 자원이 생기면 대기 순서대로, 신청 자원이 들어가는 과제에 제안합니다. 대기 순서는 결과를 먼저 발표한 것이 앞서고, 함께 발표한 과제끼리는 예비 순위를 따릅니다. 자원이 맞지 않아 건너뛴 과제는 순서를 그대로 지킵니다. 예비 명단에서 한 번 제안받은 과제는 다시 제안받지 않습니다.
reserve-empty = 기다리는 예비 과제가 없습니다.
reserve-until = 유효 기한
reserve-offered = 제안함
reserve-waiting = 대기
offer-title = 배정 제안
offer-what = 제안 내용
offer-pool = 자원
offer-amount = 수량
offer-why = 판단 근거
offer-accept = 수락
offer-decline = 거절
offer-decline-reason = 거절 사유
offer-withdraw = 제안 철회
offer-withdraw-reason = 철회 사유
offer-answer-until = { $due }까지 회신해 주세요. 기한이 지나면 다음 순위로 넘어갑니다.
offer-to-project = 과제 화면으로
flash-offer-accepted = 제안을 수락했습니다. 협약서에 서명해 주세요.
flash-offer-declined = 제안을 거절했습니다.
flash-offer-withdrawn = 제안을 철회했습니다.

agreements-menu = 협약 체결
agreements-title = 체결을 기다리는 협약
agreements-empty = 서명을 기다리는 협약이 없습니다.
agreement-title = 협약서
agreement-hash = 협약서 해시(SHA-256)
agreement-due = 서명 기한
agreement-sign = 읽었으며 서명합니다
agreement-countersign = 센터를 대표하여 서명합니다
agreement-signed-by = { $name }, { $at } 서명
agreement-for-project = 이용기관
agreement-for-center = 센터
agreement-not-yet = 아직 서명하지 않음
flash-agreement-signed = 서명했습니다. 센터가 서명하면 협약이 체결됩니다.
flash-agreement-concluded = 협약을 체결했습니다.

my-projects-menu = 나의 과제
my-projects-title = 나의 과제와 제안
my-offers = 받은 제안
my-projects = 참여 과제
my-projects-empty = 참여하는 과제가 없습니다. 모집 공고에서 신청할 수 있습니다.
projects-menu = 과제 현황
projects-title = 과제 현황
projects-empty = 아직 과제가 없습니다. 제안이 수락되면 과제가 만들어집니다.
project-number = 과제번호
project-name = 과제명
project-term = 이용 기간
project-holdings = 배정 자원
project-today = 오늘 보유
project-over-time = 기간별 보유량
project-members = 참여인력
project-member-name = 이름
project-member-tie = 역할
project-remove = 제외
project-invite = 초대하기
project-invite-email = 전자우편
project-invite-tie = 역할
project-invitations = 초대
project-invitation-cancel = 초대 취소
project-agreement = 협약
invitation-title = 과제 초대
invitation-text = 과제 { $number } “{ $title }”에 { $tie } 역할로 초대받았습니다.
invitation-accept = 수락
invitation-decline = 거절
flash-invited = 초대를 보냈습니다.
flash-member-removed = 과제에서 제외했습니다.
flash-invitation-accepted = 과제에 참여했습니다.
flash-invitation-declined = 초대를 거절했습니다.
flash-invitation-withdrawn = 초대를 취소했습니다.
project-engine = 클러스터 반영
engine-line = { $pool }: 배정 { $wanted } · 클러스터 { $seen }
engine-unlimited = 제한 없음
drift-title = 클러스터에서 손으로 바뀐 값
drift-lead = 이미 배정대로 되돌렸습니다. 배정을 그 값으로 바꿀지 결정할 때까지 여기에 남습니다. 늘리는 것은 다른 담당자의 승인을 거칩니다.
drift-devices = { $pool }: { $was } → { $found }
drift-unlimited = 한도 없음
drift-rules = { $pool }: 장치 수 외의 설정이 바뀜
drift-other = 그 밖의 설정이 바뀜
drift-gone = 과제가 클러스터에서 지워짐
drift-added = 손으로 더한 사람: { $people }. 사람은 초대로만 참여하므로 반영할 수 없습니다.
drift-missing = 손으로 뺀 사람: { $people }
drift-adopt = 배정에 반영
drift-leave = 반영하지 않음
drift-reason = 클러스터에서 손으로 바뀐 값을 반영 ({ $at } 발견, { $found })
flash-drift-left = 반영하지 않기로 했습니다.
flash-drift-adopted = 배정을 줄였습니다.
flash-drift-asked = 증량을 신청했습니다. 다른 담당자가 승인하면 반영됩니다.
engine-drifted = { $at }에 클러스터의 설정이 배정과 다르게 바뀐 것을 발견해 되돌렸습니다.
engine-unseen = 확인 전
engine-in-line = 일치
engine-pending = 반영 중
engine-failed = 반영 실패
engine-fault-unreachable = 클러스터에 연결할 수 없습니다. 자동으로 다시 시도합니다.
engine-fault-hangs = 클러스터가 제때 응답하지 않습니다. 자동으로 다시 시도합니다.
engine-fault-controller = 클러스터에 기록했으나 제어 서버가 멈춰 있어 아직 적용되지 않았습니다. 제어 서버가 돌아오면 적용됩니다.
engine-fault-busy = 실행 중인 작업이 끝나야 반영할 수 있습니다. 자동으로 다시 시도합니다.
engine-fault-refused = 클러스터가 변경을 거부했습니다. 운영사가 원인을 확인해야 합니다.
engine-fault-unlike = 클러스터의 설정이 반영한 값과 다릅니다. 자동으로 다시 시도합니다.
engine-fault-doubtful = 클러스터의 정보를 온전히 읽지 못한 것으로 보여 아무것도 바꾸지 않았습니다. 운영사가 확인해야 합니다.
offer-todo = 제안에 회신해 주세요: { $title }

todo-invited = 참여 초대에 회신해 주세요: { $title }
todo-sign = 서명할 협약: { $title }
todo-approve = 결재할 선정 계획: { $round }
todo-countersign = 센터가 서명할 협약 { $count }건
todo-decide = 결정할 자원 조정 신청 { $count }건
reason-invitation-limit = 한 프로젝트에서 하루에 보낼 수 있는 초대는 { $max }건입니다. 내일 다시 초대해 주세요.

project-starts-on = { $day } 개시 예정
todo-plan-returned = 반려된 선정 계획: { $round }
mail-plan-returned-subject = [{ $center }] 선정 계획이 반려되었습니다: { $round } { $number }안
mail-plan-returned-body =
    { $name }님, 안녕하십니까.

    결재를 요청하신 { $round } 선정 계획 { $number }안이 다음과 같은 사유로 반려되었습니다.

    { $reason }

    계획을 다시 세우거나, 확인한 뒤 다시 결재를 요청해 주십시오.
    { $link }
plan-send-back = 반려
plan-send-back-reason = 반려 사유
plan-send-back-hint = 작성자에게 메일로 알리고 첫 화면에 표시합니다.
plan-returned-why = 반려 사유
plan-propose-again = 다시 결재 요청
plan-make-anew = 계획 다시 세우기
flash-plan-returned = 계획을 반려했습니다. 작성자에게 사유를 알렸습니다.
reserve-asks = 신청 자원
reserve-least = 최소 { $amount }
plan-full-title = { $call } { $round } 선정 계획 { $number }안
plan-counts = 선정 { $selected }건 · 예비 { $reserve }건 · 탈락 { $rejected }건
plan-glance = 한눈에 보기
plan-envelope = 이번 차수 제공량
plan-most-given = 배정(가장 많은 날)
plan-least-left = 이번 차수 잔여(가장 적은 날)
plan-days = 기간
plan-what = 배정 자원
plan-when = 이용 기간
plan-left-envelope = 이번 차수 잔여
plan-left-free = 전체 여유
plan-free-before = 배정 전 여유
plan-chart-description = 하루 최대 { $given }까지 배정하고, 이번 차수 제공량은 가장 적은 날 { $left } 남습니다. 같은 숫자가 아래 표에 있습니다.
plan-pool-table = { $pool }의 기간별 배정과 잔여
reserve-turn = 대기 순서
reserve-round = 공고와 차수
reserve-announced = { $day } 발표
reserve-rank = 예비 { $rank }순위
cluster-menu = 클러스터
cluster-title = 클러스터
cluster-lead = 배정 원장의 내용이 클러스터에 그대로 반영되었는지 몇 초마다 확인하고, 다르면 바로잡습니다.
cluster-engine = 작업 실행 엔진
cluster-engine-none = 없음(기록만 하고 작업은 실행하지 않음)
cluster-engine-local = 이 컴퓨터
cluster-last-round = 마지막 확인
cluster-never = 아직 확인하지 않았습니다
cluster-accounts = 계정과 SSH 키
cluster-accounts-taken = { $at }부터 클러스터에 그대로 반영되어 있음
cluster-accounts-failed = 반영하지 못함({ $tries }번 시도), 다음 시도 { $at }
cluster-accounts-never = 아직 전달하지 않음
cluster-noteworthy = 확인이 필요한 과제
cluster-all-in-line = 모든 과제가 배정과 일치합니다.
cluster-pools = 배정과 클러스터
