language-ko = 한국어
language-en = English

role-office-staff = 사업담당
role-office-approver = 결재권자
role-resource-manager = 자원관리자
role-survey-manager = 조사담당
role-reviewer = 평가위원
role-operator = 운영사
role-observer = 참관(시·부처)
role-auditor = 감사
role-sysadmin = 시스템관리자

tie-own = 본인
tie-lead = 과제책임자
tie-manager = 실무담당자
tie-member = 참여인력
tie-org-admin = 기관관리자
tie-org-member = 기관 구성원
tie-assigned-reviewer = 배정된 평가위원
tie-invited = 초대받은 사람

rung-installed = 설치
rung-leased = 임차
rung-reserved-ops = 운영 예비
rung-allocatable = 배정 가능

entry-grant = 배정
entry-increase = 증량
entry-decrease = 감량
entry-return = 자진 반납
entry-reclaim = 회수
entry-extend = 연장
entry-transfer = 이관
entry-outage-credit = 장애 보상
entry-expire = 개시 전 소멸
entry-correct = 정정

pf-basis-center-fp32 = 센터 기준(FP32)
pf-basis-fp64-tensor = FP64(텐서)
pf-basis-ai-fp16 = AI(FP16/BF16, 조밀)
pf-basis-ai-fp8 = AI(FP8, 조밀)

pool-kind-gpu-cloud = GPU 클라우드
pool-kind-hpc = HPC
pool-kind-storage = 스토리지
unit-device = 장
unit-byte = 바이트

policy-call-deadline-time = 공고 마감 시각
policy-proposal-correction-business-days = 보완 기한(영업일)
policy-proposal-correction-max = 보완요청 횟수
policy-review-min-reviewers = 과제당 최소 평가위원 수
policy-review-trim-from = 최고·최저점을 제외하는 평가 수
policy-review-pass-score = 선정 가능 점수(100점 만점)
policy-reserve-valid-days = 예비 순위 유효 기간(일)
policy-reserve-offer-days = 재배분 제안 회신 기간(일)
policy-agreement-business-days = 협약 기한(영업일)
policy-provision-sla-business-days = 개통 기한(영업일)
policy-term-notice-days = 종료 예고(일 전)
policy-extension-window-days = 연장 신청 기간(종료 전 일수)
policy-extension-max-count = 최대 연장 횟수
policy-extension-max-percent = 최대 연장 기간(원래 기간 대비 %)
policy-org-max-active-projects = 기관당 동시 과제 수
policy-org-max-pool-percent = 기관당 최대 점유율(%)
policy-data-read-only-days = 종료 뒤 읽기 전용 기간(일)
policy-data-delete-after-days = 종료 뒤 데이터 삭제(일)
policy-reservation-max-days = 예약 한 건의 최대 기간(일)
policy-reservation-ahead-days = 예약을 시작할 수 있는 기한(며칠 뒤까지)
policy-reservation-auto-devices = 승인 없이 예약되는 대수(대까지, 0이면 모두 승인)
policy-reservation-max-open = 과제 하나가 동시에 둘 수 있는 예약(건)
policy-decrease-grace-minutes = 감량 뒤 초과 작업을 종료하기까지(분, 0이면 종료하지 않음)
policy-decrease-signal-minutes = 초과 작업에 저장 신호를 보내는 때(종료 전 분)
policy-outage-credit-from-hours = 보상하는 점검·장애 시간(시간 이상)
policy-return-reward-days = 조기 반납 가점 기준(종료 전 일수)

job-sending = 보내는 중
job-pending = 대기
job-running = 실행 중
job-suspended = 일시 정지
job-completed = 완료
job-failed = 실패
job-cancelled = 취소됨
job-timeout = 시간 초과
job-out-of-memory = 메모리 부족
job-node-fail = 노드 장애
job-refused = 접수 안 됨

job-wait-limit = 과제의 한도만큼 쓰고 있음
job-wait-never-fits = 과제의 한도보다 큼
job-wait-person-limit = 한 사람이 동시에 돌릴 수 있는 작업 수를 채움
job-wait-budget = 과제에 남은 장치 시간이 모자람
job-wait-wall = 작업 하나에 허용된 시간보다 긺
job-wait-resources = 빈 장치 없음
job-wait-priority = 앞선 작업이 있음
job-wait-dependency = 다른 작업을 기다림
job-wait-dependency-never = 기다리는 작업이 조건대로 끝나지 않음
job-wait-array-limit = 배열의 동시 실행 한도
job-wait-begin-time = 정한 시각을 기다림
job-wait-held = 보류됨
job-wait-reservation = 예약을 기다림
job-wait-nodes = 노드가 꺼져 있거나 점검 중
job-wait-closed = 과제가 작업을 받지 않음
job-wait-other = 그 밖의 이유

order-waiting = 보내는 중
order-sent = 보냄
order-refused = 접수 안 됨
order-cancelled = 취소됨

job-after-ok = 성공하면
job-after-not-ok = 실패하면
job-after-any = 끝나면

job-stream-out = 표준 출력
job-stream-err = 표준 오류

node-idle = 비어 있음
node-mixed = 일부 사용
node-full = 모두 사용
node-reserved = 예약됨
node-draining = 비우는 중
node-drained = 비움
node-down = 응답 없음

job-signal-USR1 = USR1
job-signal-USR2 = USR2
