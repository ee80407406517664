reservation-requested = 승인 대기
reservation-booked = 예약됨
reservation-declined = 반려
reservation-cancelled = 취소
reservation-withdrawn = 철회
reservation-phase-withdrawn = 철회
reservation-phase-requested = 승인 대기
reservation-phase-lapsed = 기한 지남
reservation-phase-coming = 예정
reservation-phase-under-way = 사용 중
reservation-phase-over = 종료
reservation-phase-declined = 반려
reservation-phase-cancelled = 취소

reservation-menu = 자원 예약
reservation-title = 자원 예약
reservation-lead = 체험, 수업, 마감처럼 며칠 동안 집중해서 쓸 때 남는 자원을 과제 전용으로 예약합니다. 배정받은 자원과 별도로 쓸 수 있습니다.
reservation-rules = 한 번에 최대 { $days }일, 오늘부터 { $ahead }일 뒤까지 시작할 수 있으며 과제마다 { $open }건까지 둘 수 있습니다.
reservation-rules-auto = { $devices }대까지는 바로 예약되고, 그보다 많으면 센터의 승인을 받습니다.
reservation-rules-decided = 모든 예약은 센터의 승인을 받습니다.
reservation-calendar = 예약할 수 있는 자원
reservation-calendar-hint = 칸의 숫자는 그날 예약할 수 있는 대수입니다. 날짜를 누르면 신청서의 시작일로 들어갑니다.
reservation-calendar-of = { $pool }: { $month }에 예약할 수 있는 대수
reservation-none-reservable = 이 센터에는 예약으로 쓰는 자원이 없습니다.
reservation-free-on = { $day }: { $free }대
reservation-month-before = 이전 달
reservation-month-after = 다음 달
reservation-month-now = 이번 달
reservation-past = 지난 날짜
reservation-monday = 월
reservation-tuesday = 화
reservation-wednesday = 수
reservation-thursday = 목
reservation-friday = 금
reservation-saturday = 토
reservation-sunday = 일
reservation-ask = 예약 신청
reservation-ask-submit = 신청하기
reservation-no-project = 과제책임자나 실무담당자로 참여하는 이용 중인 과제가 있으면 예약을 신청할 수 있습니다.
reservation-project = 과제
reservation-project-until = { $number } { $title } ({ $last }까지)
reservation-pool = 자원
reservation-pool-most = { $pool } (최대 { $most }대)
reservation-amount = 대수
reservation-from = 시작일
reservation-last = 마지막 날
reservation-purpose = 사용 목적
reservation-purpose-hint = 수업 이름, 마감 일정처럼 승인하는 사람이 알아야 할 내용을 적어 주세요.
reservation-own = 우리 과제의 예약
reservation-own-none = 예약이 없습니다.
reservation-office = 예약 관리
reservation-office-waiting = 승인 대기
reservation-office-all = 전체
reservation-office-none = 해당하는 예약이 없습니다.
reservation-what = 예약
reservation-days = 기간
reservation-state = 상태
reservation-asked = 신청
reservation-asked-by = { $name }, { $at }
reservation-decided = 결정
reservation-decided-rules = 센터 규칙에 따라 자동 예약, { $at }
reservation-note = 센터의 의견
reservation-machines = 전용 장비
reservation-machines-none = 장비를 정하지 않고 대수로 보장합니다.
reservation-machines-one = 이 장비 안에서 대수를 비워 둡니다.
reservation-engine-name = 클러스터에서의 이름
reservation-engine-name-hint = 포털에서 제출한 작업은 자동으로 이 장비를 씁니다. 직접 제출하려면 sbatch에 --reservation 옵션으로 이 이름을 지정하세요.
reservation-cluster = 클러스터 반영
reservation-effect = 승인하면
reservation-fits = 지금 승인하면 바로 예약됩니다.
reservation-fits-not = 그사이 자원이 모자라게 되어 지금은 승인할 수 없습니다.
reservation-approve = 승인
reservation-decline = 반려
reservation-decision-note = 의견
reservation-decision-note-hint = 반려하려면 사유를 입력해 주세요. 신청한 과제에 전달됩니다.
reservation-withdraw = 예약 철회
reservation-withdraw-reason = 철회 사유
reservation-call-off = 예약 취소
reservation-give-back = 남은 기간 반납
reservation-back = 자원 예약으로

flash-reservation-requested = 예약을 신청했습니다. 승인되면 전자우편으로 알려 드립니다.
flash-reservation-booked = 예약했습니다.
flash-reservation-approved = 예약을 승인했습니다.
flash-reservation-declined = 예약을 반려했습니다.
flash-reservation-called-off = 예약을 취소했습니다.
flash-reservation-withdrawn = 예약을 철회했습니다.

todo-reservations = 승인을 기다리는 예약 { $count }건

audited-reservation-requested = 예약 신청
audited-reservation-booked = 예약 확정
audited-reservation-declined = 예약 반려
audited-reservation-called-off = 예약 취소
audited-reservation-shortened = 예약 단축
audited-reservation-withdrawn = 예약 철회

mail-reservation-booked-subject = [{ $center }] 과제 { $number } 자원 예약이 확정되었습니다
mail-reservation-booked-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”의 자원 예약이 확정되었습니다.

    { $what }
    { $days }
    목적: { $purpose }
    { $note }

    쓰지 않게 되면 아래에서 취소해 주십시오. 다른 과제가 바로 쓸 수 있습니다.
    { $link }
mail-reservation-declined-subject = [{ $center }] 과제 { $number } 자원 예약이 반려되었습니다
mail-reservation-declined-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”의 자원 예약 신청을 아래와 같은 사유로 승인하지 못했습니다.

    { $what }
    { $days }
    목적: { $purpose }

    사유: { $note }

    { $link }
mail-reservation-withdrawn-subject = [{ $center }] 과제 { $number } 자원 예약이 철회되었습니다
mail-reservation-withdrawn-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”의 자원 예약을 아래와 같은 사유로 철회했습니다.

    { $what }
    { $days }
    목적: { $purpose }

    사유: { $note }

    { $link }
mail-reservation-begun-subject = [{ $center }] 과제 { $number } 예약한 자원을 오늘부터 사용할 수 있습니다
mail-reservation-begun-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”의 예약 기간이 시작되었습니다.

    { $what }
    { $days }
    목적: { $purpose }
    { $note }

    { $link }
