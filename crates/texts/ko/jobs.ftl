# 작업.
jobs-mine-menu = 작업
jobs-menu = 작업
jobs-title = 모든 작업
jobs-mine-title = 참여 과제의 작업
jobs-of-project = 작업: { $title }
jobs-open = 끝나지 않은 것
jobs-only-mine = 내가 제출한 것만
jobs-empty = 해당하는 작업이 없습니다.

span-days = { $count }일
span-hours = { $count }시간
span-minutes = { $count }분
span-seconds = { $count }초

job-new = 작업 제출
job-new-of = 작업 제출: { $title }
job-new-lead = 스크립트를 제출하면 클러스터가 장치가 비는 대로 실행합니다. 화면을 닫아도 작업은 계속됩니다.
job-no-pool = 이 과제는 오늘 작업을 실행할 수 있는 장치를 배정받고 있지 않습니다.
job-to-project = 과제 보기
job-to-jobs = 작업 목록
job-templates = 예시로 시작
job-name = 작업 이름
job-name-hint = 64자까지 쓸 수 있습니다.
job-pool-choice = { $pool } (한 번에 { $amount }까지)
job-devices = 장치
job-devices-asked = 장치 수
job-hours = 시간
job-minutes = 분
job-time-hint = 작업이 실행될 수 있는 가장 긴 시간입니다. 짧게 적을수록 빈자리에 먼저 들어갈 수 있습니다.
job-script = 스크립트
job-script-hint = 첫 줄에 #!/bin/bash처럼 실행할 프로그램을 적어 주세요. 쓸 장치는 CUDA_VISIBLE_DEVICES로 전달됩니다.
job-more = 더 정하기: 폴더, 환경 변수, 배열, 순서
job-folder = 시작 폴더
job-folder-hint = 과제 공간 안의 폴더입니다. 비워 두면 과제 공간에서 시작합니다.
job-image = 컨테이너 이미지
job-image-hint = 비워 두면 이미지 없이 실행합니다. 예: docker://pytorch/pytorch:2.4.0
job-environment = 환경 변수
job-environment-hint = 한 줄에 하나씩 이름=값으로 적습니다.
job-array = 배열
job-array-hint = 같은 스크립트를 번호만 바꿔 여러 번 실행합니다. 예: 0-9 또는 1-100%8(한 번에 8개). 번호는 SLURM_ARRAY_TASK_ID로 전달됩니다.
job-after = 먼저 끝나야 하는 작업
job-after-kind = 그 작업이
job-submit = 제출
job-state = 상태
job-person = 제출한 사람
job-submitted = 제출
job-started = 시작
job-ended = 끝
job-time = 실행 시간
job-time-of = { $ran } / 요청 { $asked }
job-time-asked = 요청 { $asked }
job-nodes = 노드
job-exit = 종료 코드
job-number = 클러스터 작업 번호
job-tasks = 배열 작업
job-tasks-all = 모두 보기
job-cancel = 작업 취소
job-cancel-all = 배열 전체 취소
job-again = 다시 제출
job-efficiency = 효율
job-cpu = CPU
job-memory = 메모리
job-time-used = 요청 시간
job-advice-time = 요청한 시간의 4분의 1도 쓰지 않았습니다. 다음에는 시간을 줄여 보세요. 짧은 작업은 빈자리에 먼저 들어갑니다.
job-advice-checkpoint = 시간이 다 되어 끝났습니다. 중간 저장(체크포인트)을 남기고 이어서 실행하면 결과를 잃지 않습니다.
job-output = 출력
job-output-cut = 마지막 부분만 보입니다.
job-output-empty = 아직 출력이 없습니다.
job-output-whole = 출력 전체 보기
job-refresh = 새로 고침
job-cancel-asked = 취소를 요청했습니다. 곧 끝납니다.
job-rank = 대기열에서 { $rank }번째입니다.
job-starts-at = 예상 시작: { $at }
job-missed = 클러스터에서 이 작업의 상태를 확인하고 있습니다.

job-why-sending = 클러스터로 보내는 중입니다.
job-why-not-sent = 아직 클러스터로 보내지 못했습니다. 자동으로 다시 시도합니다.
job-why-limit = 과제가 한 번에 쓸 수 있는 { $pool } { $limit } 가운데 { JOSA($used, "을/를") } 쓰고 있어 기다립니다. 먼저 실행 중인 작업이 끝나면 시작합니다.
job-why-never-fits = { JOSA($devices, "을/를") } 요청했는데 과제가 한 번에 쓸 수 있는 { JOSA($pool, "은/는") } { $limit }입니다. 배정이 늘지 않으면 시작할 수 없으니 취소하고 줄여서 다시 제출해 주세요.
job-why-person-limit = 한 사람이 동시에 실행할 수 있는 작업 수에 이르러 기다립니다. 내 작업이 끝나면 시작합니다.
job-why-budget = 과제에 배정된 사용 시간을 모두 썼거나, 남은 시간이 요청한 시간보다 짧아 기다립니다.
job-why-wall = 요청한 시간({ $time })이 허용된 시간보다 길어 시작할 수 없습니다. 취소하고 시간을 줄여 다시 제출해 주세요.
job-why-resources = 다음 차례이지만 { $pool } { JOSA($devices, "이/가") } 아직 비지 않았습니다. 비는 대로 시작합니다.
job-why-priority = 앞선 작업들이 있어 차례를 기다립니다.
job-why-dependency = 먼저 끝나야 하는 작업을 기다립니다.
job-why-dependency-never = 기다리던 작업이 정한 대로 끝나지 않아 시작할 수 없습니다. 취소하고 다시 제출해 주세요.
job-why-array-limit = 배열에서 한 번에 실행할 수 있는 만큼 실행하고 있어 기다립니다.
job-why-begin-time = 정한 시각이 되면 시작합니다.
job-why-held = 사용자나 운영자가 보류했습니다. 풀리면 시작합니다.
job-why-reservation = 예약한 시간이 되거나 다른 예약이 끝나면 시작합니다.
job-why-nodes = 필요한 노드가 꺼져 있거나 점검 중이라 기다립니다. 노드가 돌아오면 시작합니다.
job-why-closed = 과제가 끝났거나 작업을 받지 않는 상태라 시작할 수 없습니다.
job-why-other = 클러스터가 알려 준 이유: { $said }
job-why-never = 기다리던 작업이 정한 대로 끝나지 않아 접수되지 않았습니다.
job-why-refused = 클러스터가 받지 않았습니다: { $said }
job-why-timeout = 요청한 시간({ $time })이 다 되어 끝났습니다.
job-why-memory = 배정된 메모리보다 많이 써서 끝났습니다.
job-why-node = 노드에 문제가 생겨 끝났습니다. 다시 제출해 주세요.
job-why-signal = 신호 { $signal }에 의해 끝났습니다.
job-why-failed = 스크립트가 종료 코드 { JOSA($code, "으로/로") } 끝났습니다.

flash-job-submitted = 작업을 제출했습니다.
flash-job-cancelled = 취소를 요청했습니다.
job-wait = 기다리는 이유
job-limit = 사용 / 한도
job-id = 작업
cluster-nodes = 노드
cluster-node = 노드
cluster-devices-used = 사용 중인 장치
cluster-in-use = 과제별 작업
cluster-running = 실행 중
cluster-waiting = 대기

devenv-title = 개발환경: { $title }
devenv-menu = 개발환경
devenv-empty = 시작한 개발환경이 없습니다.
devenv-ready = 사용 가능
devenv-starting = 준비 중
devenv-ends = { $at }에 끝납니다. 아무것도 하지 않으면 { $idle }에 끝납니다.
devenv-ends-idle = 한동안 사용하지 않아 { $at }에 끝납니다. 계속 쓰려면 ‘계속 사용’을 누르세요.
devenv-open = 열기
devenv-keep = 계속 사용
devenv-stop = 끝내기
devenv-job = 작업 보기
devenv-start = 개발환경 시작
devenv-which = 종류
devenv-idle-hint = 장치를 혼자 쓰는 시간이므로 필요한 만큼만 잡아 주세요. { $minutes }분 동안 아무것도 하지 않으면 끝나며, 과제 공간에 저장한 파일은 남습니다.
devenv-came-up = 마지막 실행 확인 { $at }
devenv-failed-last = { $at }에 실행하지 못함
devenv-checked = { $entry }: { $seconds }초 만에 열렸습니다
devenv-came-up-at = 최근 실행 확인
devenv-id = 개발환경
devenv-entry = 이름
devenv-holds = 내용
devenv-opens-at = 접속 주소
devenv-ends-at = 종료 예정
devenv-used-at = 마지막 사용
devenv-idle-at = 사용하지 않으면 종료
devenv-extend = 시간 연장
devenv-refused = 연장하지 못한 이유
devenv-more-hours = 연장할 시간
devenv-gone = 이 개발환경은 없거나, 시작한 사람이 아니면 열 수 없습니다.
devenv-not-ready = 아직 준비되지 않았거나 이미 끝났습니다.
devenv-away = 개발환경이 응답하지 않습니다. 잠시 뒤 다시 열어 주세요.
devenv-sign-in = 포털에 로그인한 뒤 다시 열어 주세요.
devenv-portal = 포털로 가기
flash-devenv-started = 개발환경을 시작했습니다. 준비되면 열 수 있습니다.
flash-devenv-extended = 연장을 요청했습니다. 잠시 뒤 새 종료 시각이 나타납니다.
flash-devenv-kept = 계속 사용합니다.

jobs-excess = { $pool }: 배정된 것보다 많은 자원을 작업이 쓰고 있습니다. { $what }
jobs-excess-ends = { $at }에 배정을 넘는 만큼, 가장 늦게 시작한 작업부터 종료합니다.
jobs-excess-run-on = 실행 중인 작업은 끝까지 실행되고, 새 작업은 자원이 줄어든 뒤에 시작합니다.

mail-jobs-too-many-subject = [{ $center }] 과제 { $number }: 실행 중인 작업이 배정을 넘습니다
mail-jobs-too-many-body =
    { $name }님, 안녕하십니까.

    과제 { $number } “{ $title }”의 배정이 줄어, 실행 중인 작업이 배정보다 많은 자원을 쓰고 있습니다.

    { $pool }: 배정 { $held }, 사용 중 { $used }

    { $what }
    계속할 작업은 중간 저장을 해 두십시오.
    { $link }
