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
reason-last-org-admin = 마지막 기관관리자입니다. 다른 사람을 관리자로 지정한 뒤 다시 시도해 주세요.
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
