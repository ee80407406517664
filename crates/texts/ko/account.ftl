user-state-pending = 확인 대기
user-state-active = 이용 중
user-state-locked = 잠김
token-scope-read = 조회만
token-scope-read-write = 조회와 변경

# 계정에서 할 수 없는 까닭
reason-not-a-phone = 전화번호를 010-1234-5678과 같이 입력해 주세요.
reason-password-guessable = 전자우편 주소나 이름, 같은 글자만 되풀이한 비밀번호는 쓸 수 없습니다.
reason-password-wrong = 현재 비밀번호가 맞지 않습니다.
reason-sign-in-refused = 전자우편 주소나 비밀번호가 맞지 않습니다.
reason-account-pending = 아직 전자우편 주소를 확인하지 않았습니다. 받은편지함에서 확인 메일을 열어 주세요.
reason-account-locked = 잠긴 계정입니다. 사업 담당자에게 문의해 주세요.
reason-no-account = 이 주소로 확인을 마친 계정이 없습니다.
reason-link-over = 이미 사용했거나 유효 기간이 지난 주소입니다. 메일을 다시 받아 주세요.
reason-own-roles = 자신의 역할은 바꿀 수 없습니다. 다른 관리자에게 요청해 주세요.
reason-own-account = 자신의 계정은 잠글 수 없습니다.
reason-last-sysadmin = 마지막 시스템관리자입니다. 다른 사람에게 역할을 준 뒤 다시 시도해 주세요.
reason-token-limit = 토큰은 { $max }개까지 만들 수 있습니다. 쓰지 않는 토큰을 폐기한 뒤 다시 시도해 주세요.

mail-account-exists-subject = [{ $center }] 이미 가입된 주소입니다
mail-account-exists-body =
    { $name }님, 안녕하십니까.

    이 전자우편 주소로 { $center } 포털 가입 신청이 있었으나, 이미 가입되어 있어 새 계정을 만들지 않았습니다.
    비밀번호가 기억나지 않으면 로그인 화면에서 다시 정하실 수 있습니다.

    { $link }

    직접 신청하지 않으셨다면 이 메일을 무시하셔도 됩니다.
mail-choose-password-subject = [{ $center }] 비밀번호를 정해 주세요
mail-choose-password-body =
    { $name }님, 안녕하십니까.

    { $center } 포털에 계정이 준비되었습니다. 아래 주소에서 비밀번호를 정하면 이용을 시작하실 수 있습니다. 이 주소는 { $expires }까지 유효합니다.

    { $link }

    이용하실 뜻이 없으면 이 메일을 무시하셔도 됩니다.
mail-reset-password-subject = [{ $center }] 비밀번호를 다시 정해 주세요
mail-reset-password-body =
    { $name }님, 안녕하십니까.

    아래 주소에서 새 비밀번호를 정해 주십시오. 이 주소는 { $expires }까지 유효하며 한 번만 쓸 수 있습니다.

    { $link }

    직접 요청하지 않으셨다면 이 메일을 무시하셔도 됩니다. 비밀번호는 바뀌지 않습니다.
mail-password-changed-subject = [{ $center }] 비밀번호가 변경되었습니다
mail-password-changed-body =
    { $name }님, 안녕하십니까.

    { $at }에 비밀번호가 변경되어 다른 기기에서는 로그아웃되었습니다.
    직접 변경하지 않으셨다면 바로 아래 주소에서 비밀번호를 다시 정해 주십시오.

    { $link }
