user-state-pending = 확인 대기
user-state-active = 이용 중
user-state-locked = 잠김
token-scope-read = 조회만
token-scope-read-write = 조회와 변경
token-scope-read-write-tokens = 조회와 변경, 토큰 만들기, SSH 키 등록
ssh-key-kind-ed25519 = Ed25519
ssh-key-kind-ecdsa = ECDSA
ssh-key-kind-rsa = RSA
ssh-key-kind-ed25519-sk = Ed25519(보안 키)
ssh-key-kind-ecdsa-sk = ECDSA(보안 키)
cluster-account-state-active = 접속 가능
cluster-account-state-read-only = 읽기만 가능
ssh-account-reads = 이용 중인 과제는 없지만, 끝난 과제의 자료를 아직 읽을 수 있습니다.
cluster-account-state-no-project = 진행 중인 과제 없음
cluster-account-state-locked = 잠김

# 계정에서 할 수 없는 까닭
reason-not-a-phone = 전화번호를 010-1234-5678과 같이 입력해 주세요.
reason-password-guessable = 전자우편 주소나 이름, 같은 글자만 되풀이한 비밀번호는 쓸 수 없습니다.
reason-password-wrong = 현재 비밀번호가 맞지 않습니다.
reason-sign-in-refused = 전자우편 주소나 비밀번호가 맞지 않습니다.
reason-account-pending = 아직 전자우편 주소를 확인하지 않았습니다. 받은편지함에서 확인 메일을 열어 주세요.
reason-account-locked = 잠긴 계정입니다. 담당자에게 문의해 주세요.
reason-no-account = 이 주소로 확인을 마친 계정이 없습니다.
reason-link-over = 이미 사용했거나 유효 기간이 지난 링크입니다. 메일을 다시 받아 주세요.
reason-own-roles = 자신의 역할은 바꿀 수 없습니다. 다른 관리자에게 요청해 주세요.
reason-own-account = 자신의 계정은 잠글 수 없습니다.
reason-last-sysadmin = 마지막 시스템관리자입니다. 다른 사람에게 역할을 준 뒤 다시 시도해 주세요.
reason-token-limit = 토큰은 { $max }개까지 만들 수 있습니다. 쓰지 않는 토큰을 폐기한 뒤 다시 시도해 주세요.
reason-token-adds-no-keys = 이 토큰으로는 SSH 키를 등록할 수 없습니다. 내 계정 화면에서 등록하거나, 토큰을 만들 수 있는 권한의 토큰을 사용해 주세요.
reason-ssh-key-unreadable = SSH 공개키가 아닙니다. ssh-ed25519, ecdsa-sha2-, ssh-rsa 등으로 시작하는 .pub 파일의 한 줄을 그대로 붙여 넣어 주세요.
reason-ssh-key-private = 개인키입니다. 저장하거나 기록하지 않았지만, 개인키는 어디에도 붙여 넣지 마세요. 같은 폴더에 있는 .pub 파일의 한 줄을 붙여 넣어 주세요. 다른 사람이 보았을 수 있다면 키를 새로 만들어 주세요.
reason-ssh-key-several = 키가 여러 개입니다. 한 번에 하나씩 등록해 주세요.
reason-ssh-key-options = 키 앞에 command="…" 같은 옵션을 붙일 수 없습니다. .pub 파일의 한 줄만 붙여 넣어 주세요.
reason-ssh-key-certificate = 인증서입니다. 이름에 -cert가 없는 .pub 파일의 공개키를 붙여 넣어 주세요.
reason-ssh-key-dsa = DSA 키는 더 이상 안전하지 않습니다. ssh-keygen -t ed25519로 Ed25519 키를 만들어 주세요.
reason-ssh-key-short = { $bits }비트 RSA 키입니다. { $min }비트 이상이어야 합니다. ssh-keygen -t ed25519로 Ed25519 키를 만들어 주세요.
reason-ssh-key-long = RSA 키는 { $max }비트까지 등록할 수 있습니다.
reason-ssh-key-twice = 이미 등록한 키입니다.
reason-ssh-key-taken = 다른 계정에 등록된 키여서 등록할 수 없습니다. ssh-keygen -t ed25519로 나만 쓰는 키를 만들어 주세요.
reason-ssh-key-limit = SSH 키는 { $max }개까지 등록할 수 있습니다. 쓰지 않는 키를 삭제한 뒤 다시 시도해 주세요.

mail-account-exists-subject = [{ $center }] 이미 가입된 주소입니다
mail-account-exists-body =
    { $name }님, 안녕하십니까.

    이 전자우편 주소로 { $center } 포털 가입 신청이 있었으나, 이미 가입되어 있어 새 계정을 만들지 않았습니다.
    비밀번호가 기억나지 않으면 로그인 화면에서 재설정하실 수 있습니다.

    { $link }

    직접 신청하지 않으셨다면 이 메일을 무시하셔도 됩니다.
mail-choose-password-subject = [{ $center }] 비밀번호를 정해 주세요
mail-choose-password-body =
    { $name }님, 안녕하십니까.

    { $center } 포털에 계정이 준비되었습니다. 아래 링크에서 비밀번호를 정하면 이용을 시작하실 수 있습니다. 이 링크는 { $expires }까지 유효합니다.

    { $link }

    이용하실 뜻이 없으면 이 메일을 무시하셔도 됩니다.
mail-reset-password-subject = [{ $center }] 비밀번호를 재설정해 주세요
mail-reset-password-body =
    { $name }님, 안녕하십니까.

    아래 링크에서 새 비밀번호를 정해 주십시오. 이 링크는 { $expires }까지 유효하며 한 번만 쓸 수 있습니다.

    { $link }

    직접 요청하지 않으셨다면 이 메일을 무시하셔도 됩니다. 비밀번호는 바뀌지 않습니다.
mail-password-changed-subject = [{ $center }] 비밀번호가 변경되었습니다
mail-password-changed-body =
    { $name }님, 안녕하십니까.

    { $at }에 비밀번호가 변경되어 다른 기기에서는 로그아웃되었습니다.
    직접 변경하지 않으셨다면 바로 아래 링크에서 비밀번호를 재설정해 주십시오.

    { $link }

# 들어오기
sign-in-title = 로그인
sign-in-new = 처음 이용하십니까?
sign-in-forgot = 비밀번호가 기억나지 않습니까?
sign-up-title = 회원 가입
sign-up-lead = 과제를 신청하려면 계정이 필요합니다. 입력한 주소로 확인 메일을 보내 드립니다.
sign-up-email-hint = 소속 기관의 업무용 주소를 권장합니다.
sign-up-do = 가입 신청
sign-up-sent = 입력하신 주소로 메일을 보냈습니다. 24시간 안에 메일에 있는 링크를 열어 가입을 마쳐 주세요. 메일이 보이지 않으면 스팸함도 확인해 주세요.
sent-title = 메일을 확인해 주세요
consent-title = 개인정보 수집·이용 동의(필수)
consent-purpose = 목적
consent-purpose-text = 이용자 확인, 과제 신청과 배정 안내, 서비스 관련 통지
consent-items = 항목
consent-items-text = 필수: 전자우편 주소, 이름 / 선택: 전화번호
consent-period = 보유 기간
consent-period-text = 탈퇴하거나 목적을 달성할 때까지. 다만 법령에 따라 보관해야 하는 기록은 그 기간까지 따로 보관합니다.
consent-agree = 위 내용에 동의합니다
consent-hint = 동의하지 않으실 수 있으나, 그 경우 가입할 수 없습니다. 선택 항목은 입력하지 않아도 됩니다.
verify-title = 전자우편 주소 확인
verify-text = { $email } 주소가 본인의 것임을 확인하고 가입을 마칩니다.
verify-do = 확인하고 가입 마치기
reset-title = 비밀번호 재설정
reset-lead = 가입할 때 쓴 전자우편 주소를 입력해 주세요. 비밀번호 재설정 링크를 메일로 보내 드립니다.
reset-do = 메일 받기
reset-sent = 가입된 주소라면 비밀번호 재설정 메일을 보냈습니다. 메일에 있는 링크는 한 시간 동안 유효합니다.
choose-title = 비밀번호 정하기
choose-lead = { $email } 계정에 쓸 비밀번호를 정해 주세요.
choose-do = 비밀번호 정하기
link-over-title = 유효하지 않은 링크입니다
link-over-text = 이미 사용했거나 유효 기간이 지난 링크입니다. 이미 가입을 마쳤다면 로그인해 주시고, 그렇지 않으면 메일을 다시 받아 주세요.

flash-verified = 전자우편 주소를 확인했습니다. 로그인해 주세요.
flash-password-chosen = 비밀번호를 정했습니다. 새 비밀번호로 로그인해 주세요.
flash-password-changed = 비밀번호를 변경하고, 다른 기기에서 로그아웃하고, API 토큰을 모두 폐기했습니다.
flash-signed-out = 로그아웃했습니다.
flash-session-ended = 로그아웃했습니다.
flash-token-revoked = 토큰을 폐기했습니다.
flash-ssh-key-added = SSH 키를 등록했습니다.
flash-ssh-key-removed = SSH 키를 삭제했습니다.

# 내 계정
account-title = 내 계정
account-email = 전자우편
account-name = 이름
account-phone = 전화번호
account-phone-hint = 예: 010-1234-5678
account-language = 안내 언어
account-password = 비밀번호
account-password-hint = 10자 이상이면 됩니다. 길고 기억하기 쉬운 문장을 권장합니다.
account-current-password = 현재 비밀번호
account-new-password = 새 비밀번호
account-change-password = 비밀번호 변경
account-roles = 역할
account-organization = 소속 기관
account-asks = { $name }에 합류를 요청했습니다.
account-no-organization = 소속 기관이 없습니다.
account-profile = 기본 정보
account-save = 저장
sessions-title = 로그인한 기기
sessions-lead = 모르는 기기가 있으면 로그아웃한 뒤 비밀번호를 변경해 주세요.
sessions-end-others = 다른 기기 모두 로그아웃
session-agent = 브라우저
session-address = 접속 주소
session-since = 로그인 일시
session-seen = 마지막 이용
session-end = 로그아웃
session-here = 지금 이 기기
tokens-title = API 토큰
tokens-lead = 프로그램에서 API를 쓸 때 비밀번호 대신 사용합니다. 쓰지 않는 토큰은 폐기해 주세요.
token-name = 토큰 이름
token-name-hint = 어디에 쓰는지 알 수 있게 적어 주세요.
token-scope = 권한
token-days = 유효 기간(일)
token-days-hint = 1일부터 365일까지
token-until = 만료
token-used = 마지막 사용
token-unused = 사용한 적 없음
token-over = 만료·폐기
token-create = 토큰 만들기
token-revoke = 폐기
token-secret = 토큰을 만들었습니다. 지금 한 번만 표시되므로 안전한 곳에 보관해 주세요.
ssh-keys-title = 클러스터 접속
ssh-keys-lead = 터미널에서 클러스터에 접속해 파일과 작업을 다룰 때 이 SSH 키를 사용합니다. 쓰지 않는 키는 삭제해 주세요.
ssh-account = 클러스터 계정
ssh-account-hint = 클러스터에서 쓰는 이름입니다. ssh { $account }@…처럼 사용하며 모든 과제에서 같습니다. 다른 사람에게 다시 부여하지 않습니다.
ssh-account-none = 진행 중인 과제에 참여하면 부여됩니다. SSH 키는 지금 등록해 둘 수 있습니다.
ssh-account-idle = 참여하는 진행 중인 과제가 없어, 다음 과제에 참여할 때까지 클러스터에 접속할 수 없습니다.
ssh-key = SSH 공개키
ssh-key-id = ID
ssh-key-hint = ~/.ssh/id_ed25519.pub 같은 파일의 한 줄입니다. 키가 없으면 ssh-keygen -t ed25519로 만들어 주세요. .pub이 없는 파일은 붙여 넣지 마세요.
ssh-key-kind = 종류
ssh-key-bits = 비트
ssh-key-comment = 설명
ssh-key-fingerprint = 지문
ssh-key-added = 등록 일시
ssh-key-none = 아직 등록한 키가 없습니다.
ssh-key-add = 키 등록
ssh-key-remove = 삭제
ssh-key-remove-named = { $fingerprint } 키 삭제

# 계정 관리
users-menu = 계정
users-title = 계정
users-search = 이름·전자우편
users-empty = 조건에 맞는 계정이 없습니다.
list-filter = 조회
user-role = 역할
user-state = 상태
user-since = 가입 일시
user-verified = 주소 확인
user-not-verified = 확인 전
user-no-roles = 맡은 역할 없음
user-new-title = 계정 만들기
user-new-lead = 비밀번호를 정하는 링크를 메일로 보내 드립니다. 비밀번호는 본인만 알게 됩니다.
user-create = 계정 만들기
user-set-roles = 역할 저장
user-invite-title = 비밀번호 안내
user-invite-text = 본인이 비밀번호를 정할 수 있는 링크를 메일로 보냅니다. 링크는 7일 동안 유효합니다.
user-invite = 메일 보내기
user-lock-title = 계정 잠금
user-lock-reason = 잠금 사유
user-lock-hint = 감사 기록에 남습니다. 잠그면 바로 로그아웃됩니다.
user-lock = 계정 잠그기
user-unlock = 잠금 해제
user-history = 변경 이력
user-history-at = 일시
user-history-what = 작업
user-history-who = 처리자
user-history-why = 사유
flash-user-created = 계정을 만들고 안내 메일을 보냈습니다.
flash-user-locked = 계정을 잠갔습니다.
flash-user-unlocked = 잠금을 해제했습니다.
flash-user-invited = 안내 메일을 보냈습니다.

cli-user-created = { $email } 계정을 만들었습니다.
cli-user-link = 아래 링크에서 비밀번호를 정해 주세요. { $days }일 동안 한 번만 쓸 수 있습니다.
cli-user-role-given = { $email } 계정에 { $role } 역할을 부여했습니다.
cli-user-role-taken = { $email } 계정에서 { $role } 역할을 해제했습니다.
cli-user-none = { $email } 주소로 된 계정이 없습니다.
