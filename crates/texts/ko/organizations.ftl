organization-kind-company = 기업
organization-kind-university = 대학
organization-kind-research = 연구기관
organization-kind-public = 공공기관
organization-kind-association = 협회
organization-kind-group = 단체
organization-size-small = 소기업
organization-size-sme = 중소기업
organization-size-midsize = 중견기업
organization-size-large = 대기업
organization-size-university = 대학
organization-size-research = 연구기관
organization-size-public = 공공
organization-size-other = 기타
region-basis-head-office = 본사
region-basis-branch = 지사
region-basis-lab = 연구소
region-11 = 서울특별시
region-12 = 전남광주통합특별시
region-26 = 부산광역시
region-27 = 대구광역시
region-28 = 인천광역시
region-29 = 광주광역시
region-30 = 대전광역시
region-31 = 울산광역시
region-36 = 세종특별자치시
region-41 = 경기도
region-42 = 강원도
region-43 = 충청북도
region-44 = 충청남도
region-45 = 전라북도
region-46 = 전라남도
region-47 = 경상북도
region-48 = 경상남도
region-50 = 제주특별자치도
region-51 = 강원특별자치도
region-52 = 전북특별자치도

reason-business-digits = 사업자등록번호는 숫자 10자리입니다.
reason-region-not-valid = { $day }에는 쓰이지 않는 지역입니다.
reason-organization-registered = 이미 등록된 번호입니다. 기관관리자에게 합류를 요청해 주세요.
reason-organization-not-registered = 이 번호로 등록된 기관이 없습니다.
reason-has-organization = 이미 소속된 기관이 있습니다.
reason-last-org-admin = 마지막 기관관리자입니다. 다른 사람을 기관관리자로 지정한 뒤 다시 시도해 주세요.
reason-own-organization = 소속 기관의 서류는 직접 확인할 수 없습니다. 다른 담당자가 확인해야 합니다.

mail-organization-asked-subject = [{ $center }] { $organization } 합류 요청이 있습니다
mail-organization-asked-body =
    { $name }님, 안녕하십니까.

    { JOSA($person, "이/가") } { $organization } 구성원으로 합류하기를 요청했습니다. 아래 화면에서 승인하거나 거절해 주십시오.

    { $link }
mail-organization-admitted-subject = [{ $center }] { $organization } 구성원이 되셨습니다
mail-organization-admitted-body =
    { $name }님, 안녕하십니까.

    { $organization } 구성원으로 등록되었습니다. 이제 이 기관의 이름으로 과제를 신청하실 수 있습니다.

    { $link }
mail-organization-verified-subject = [{ $center }] { $organization } 서류 확인을 마쳤습니다
mail-organization-verified-body =
    { $name }님, 안녕하십니까.

    { $organization }의 등록 서류 확인을 마쳤습니다.

    { $link }

my-organization-menu = 소속 기관
my-organization-title = 소속 기관
my-organization-not-needed = 참관과 감사 역할은 신청하지 않으므로 소속 기관을 등록하지 않습니다.
my-organization-none = 과제를 제출하려면 소속 기관이 있어야 합니다. 기관을 새로 등록하거나 이미 등록된 기관에 합류를 요청해 주세요.
my-organization-register = 아직 등록되지 않은 기관이면 직접 등록하고 기관관리자가 됩니다.
my-organization-join = 등록된 기관에 합류
my-organization-join-text = 사업자등록번호를 입력하면 기관관리자에게 요청을 보냅니다.
my-organization-ask = 합류 요청
my-organization-asking = { $at }에 { $name }에 합류를 요청했습니다. 기관관리자가 승인하면 메일로 알려 드립니다.
my-organization-take-back = 요청 취소
my-organization-open = 기관 정보 보기
my-organization-set = 기관 등록·합류

organizations-menu = 기관
organizations-title = 이용기관
organizations-search = 기관명·사업자등록번호
organizations-empty = 조건에 맞는 기관이 없습니다.
organization-name = 기관명
organization-name-ko = 기관명(국문)
organization-name-ko-hint = 사업자등록증에 적힌 이름 그대로 입력해 주세요.
organization-name-en = 기관명(영문)
organization-number = 사업자등록번호
organization-number-hint = 숫자 10자리. 고유번호도 됩니다.
organization-number-needed = 숫자 10자리. 기업은 꼭 입력해 주세요. 고유번호도 됩니다.
organization-no-number = 없음
organization-kind = 기관 유형
organization-size = 규모
organization-sector = 분야
organization-place = 소재지
organization-place-as-of = { $place } ({ $basis }, { $day } 기준)
organization-region = 시·도
organization-region-hint = 오늘 유효한 행정구역만 고를 수 있습니다.
organization-district = 광주 자치구
organization-district-hint = 지역이 광주광역시이면 꼭 골라 주세요. 다른 지역이면 광주의 자치구에 있을 때만 고르고, 아니면 비워 두세요.
organization-basis = 소재 시설
organization-opened = 개업일
organization-opened-hint = 창업기업 여부를 확인하는 데 씁니다.
organization-youth = 청년 창업
organization-youth-hint = 대표자가 만 39세 이하일 때 창업한 기관
organization-yes = 예
organization-no = 아니요
organization-people = 구성원
organization-papers = 서류 확인
organization-verified = 서류 확인 완료
organization-unverified = 서류 확인 전
organization-new-title = 기관 등록
organization-new-lead = 등록한 뒤 담당자가 서류를 확인합니다. 확인 전에도 신청서를 작성하실 수 있습니다.
organization-edit-title = 기관 정보 변경
organization-edit-lead = 이름, 번호, 유형, 규모, 소재지, 개업일을 바꾸면 서류를 다시 확인합니다.
organization-save = 저장
organization-back = 돌아가기
organization-verify = 서류 확인 완료로 표시
organization-asking = 합류 요청
organization-asked-at = 요청 일시
organization-admit = 승인
organization-refuse = 거절
organization-members = 구성원
organization-nobody = 아직 구성원이 없습니다.
organization-as = 구분
organization-since = 합류한 때
organization-appoint = 기관관리자로 지정
organization-dismiss = 기관관리자에서 해제
organization-remove = 제외
organization-leave = 탈퇴
organization-join-hint = 동료는 가입한 뒤 ‘소속 기관’ 화면에서 사업자등록번호로 합류를 요청할 수 있습니다.
organization-add-member = 구성원 추가
organization-add-hint = 확인을 마친 계정의 주소를 입력해 주세요.
organization-add-as-admin = 기관관리자로 지정
flash-organization-registered = 기관을 등록했습니다. 담당자가 서류를 확인하면 메일로 알려 드립니다.
flash-organization-asked = 기관관리자에게 합류 요청을 보냈습니다.
flash-organization-taken-back = 합류 요청을 취소했습니다.
flash-organization-verified = 서류 확인을 마쳤습니다.
flash-organization-admitted = 합류를 승인했습니다.
flash-organization-refused = 합류 요청을 거절했습니다.
flash-organization-removed = 구성원에서 제외했습니다.
