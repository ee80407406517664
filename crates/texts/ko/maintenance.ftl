maintenance-planned = 예정
maintenance-under-way = 진행 중
maintenance-over = 종료
maintenance-cancelled = 취소

credit-owed = 보상 대기
credit-given = 보상 완료
credit-lapsed = 소멸

maintenance-menu = 점검
maintenance-title = 점검 일정
maintenance-lead = 장비를 쓸 수 없는 시간입니다. 그 시간에 걸치는 작업은 점검이 끝난 뒤에 시작합니다.
maintenance-none = 등록된 점검이 없습니다.
maintenance-what = 점검
maintenance-when = 일시
maintenance-from = 시작
maintenance-to = 끝
maintenance-pools = 사용할 수 없는 자원
maintenance-state = 상태
maintenance-nodes = 장비
maintenance-nodes-all = 해당 자원풀의 모든 장비
maintenance-note = 안내
maintenance-new = 점검 등록
maintenance-new-lead = 아무도 배정받지 않은 자원은 그 기간에 배정하지 않고, 배정받은 과제에는 전자우편으로 알립니다. 이미 지난 장애도 30일 안이면 등록해 보상할 수 있습니다.
maintenance-edit = 점검 변경
maintenance-title-ko = 이름(한국어)
maintenance-title-en = 이름(영어)
maintenance-note-hint = 이용자에게 보내는 전자우편과 점검 화면에 그대로 실립니다.
maintenance-nodes-hint = 클러스터에 등록된 이름을 빈칸이나 쉼표로 구분합니다. 비워 두면 자원풀의 모든 장비입니다.
maintenance-nodes-known = 등록된 장비: { $nodes }
maintenance-amount = { $pool } 대수
maintenance-amounts = 사용할 수 없는 대수
maintenance-amounts-hint = 장비를 적었다면 비워 두어도 됩니다. 그 장비가 가진 만큼으로 계산합니다.
maintenance-look = 영향 확인
maintenance-announce = 등록하고 알리기
maintenance-save = 변경하고 알리기
maintenance-back = 점검 일정으로
maintenance-outlook = 예상 영향
maintenance-unheld = 배정에서 제외
maintenance-held = 배정된 자원
maintenance-short = 부족
maintenance-credit = 보상
maintenance-credit-days = 이용 기간 { $days }일 연장
maintenance-credit-none = 없음
maintenance-concerned = 해당 과제
maintenance-concerned-none = 이 기간에 해당 자원을 배정받은 과제가 없습니다.
maintenance-concerned-most = 번호 순으로 { $count }건까지 표시합니다.
maintenance-credits = 보상 내역
maintenance-credit-how = 보상 일수
maintenance-cluster = 클러스터 예약
maintenance-cancel = 점검 취소
maintenance-finish = 지금 끝내기
maintenance-finish-hint = 예정보다 일찍 끝났을 때 누릅니다. 장비를 바로 다시 쓸 수 있게 됩니다.
maintenance-change = 변경
maintenance-notice = 점검 예정: { $what } · { $when }
maintenance-notice-now = 점검 중: { $what } · { $when }
flash-maintenance-planned = 점검을 등록하고 해당 과제에 알렸습니다.
flash-maintenance-changed = 점검을 변경하고 해당 과제에 알렸습니다.
flash-maintenance-cancelled = 점검을 취소하고 해당 과제에 알렸습니다.
flash-maintenance-finished = 점검을 끝냈습니다. 보상은 아래 내역에서 확인할 수 있습니다.

mail-maintenance-planned-subject = [{ $center }] 점검 안내: { $what }
mail-maintenance-planned-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”에 배정된 자원이 점검으로 아래 시간에 사용할 수 없게 됩니다.

    { $what }
    { $from } ~ { $to }
    { $pools }

    { $note }

    이 시간에 걸치는 작업은 점검이 끝난 뒤에 시작합니다. 중간 저장을 해 두십시오.
    { $link }
mail-maintenance-changed-subject = [{ $center }] 점검 변경 안내: { $what }
mail-maintenance-changed-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”에 알려 드린 점검이 아래와 같이 바뀌었습니다.

    { $what }
    { $from } ~ { $to }
    { $pools }

    { $note }

    { $link }
mail-maintenance-cancelled-subject = [{ $center }] 점검 취소 안내: { $what }
mail-maintenance-cancelled-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”에 알려 드린 점검을 하지 않습니다. 자원을 그대로 사용할 수 있습니다.

    { $what }
    { $from } ~ { $to }

    { $link }
mail-maintenance-soon-subject = [{ $center }] 곧 점검을 시작합니다: { $what }
mail-maintenance-soon-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”에 배정된 자원의 점검이 곧 시작합니다.

    { $what }
    { $from } ~ { $to }
    { $pools }

    { $note }

    실행 중인 작업은 중간 저장을 해 두십시오.
    { $link }
mail-outage-credited-subject = [{ $center }] 과제 { $number } 이용 기간이 { $days }일 늘었습니다
mail-outage-credited-body =
    { $name }님, 안녕하십니까.

    아래 점검으로 자원을 쓰지 못한 만큼 과제 { $number } “{ $title }”의 이용 기간을 늘렸습니다.

    { $what }
    { $from } ~ { $to }
    { $pool }: { $days }일 연장, 마지막 날 { $last }

    { $link }
