chrome-skip = 본문으로 바로 가기
chrome-menu = 주 메뉴
chrome-menu-short = 메뉴
chrome-sign-in = 로그인
chrome-sign-out = 로그아웃
chrome-account = 내 계정
chrome-demo = 시연용 포털입니다. 오늘은 { $today }이며, 메일은 발송되지 않고 메일함 화면에 표시됩니다.
chrome-mailbox = 메일함 열기

menu-public = 안내
menu-mine = 나의 이용
menu-office = 사업 운영
menu-center = 센터 관리

flash-saved = 저장했습니다.

form-rejected = 입력한 내용을 다시 확인해 주세요.
form-optional = (선택)
form-choose = 선택해 주세요
paging-next = 다음 목록

error-not-found = 찾는 페이지가 없습니다
error-not-found-text = 주소가 바뀌었거나 볼 수 없는 내용입니다. 주소를 다시 확인해 주세요.
error-forbidden = 권한이 없습니다
error-forbidden-text = 이 작업은 맡은 역할로는 할 수 없습니다. 필요하다면 담당자에게 문의해 주세요.
error-session = 로그인이 필요합니다
error-session-text = 로그인 시간이 지나 요청을 처리하지 못했습니다. 새 탭에서 로그인한 뒤 이 페이지를 새로 고치면 입력한 내용이 그대로 다시 전송됩니다.
error-sign-in-in-new-tab = 새 탭에서 로그인
error-conflict = 지금은 처리할 수 없습니다
error-conflict-text = 아래와 같은 사유로 처리하지 못했습니다.
error-too-large = 보낸 내용이 너무 큽니다
error-too-large-text = 파일 크기나 글의 길이를 줄인 뒤 다시 보내 주세요.
error-too-many = 잠시 뒤에 다시 시도해 주세요
error-too-many-text = 짧은 시간에 너무 여러 번 시도했습니다.
error-too-many-again = 짧은 시간에 너무 여러 번 시도했습니다. { $minutes }분 뒤에 다시 시도해 주세요.
error-unavailable = 지금은 연결할 수 없습니다
error-unavailable-text = 잠시 뒤에 다시 시도해 주세요. 이미 저장한 내용은 그대로 남아 있습니다.
error-input = 요청을 읽을 수 없습니다
error-input-text = 보낸 내용에 잘못된 부분이 있습니다. 이전 화면으로 돌아가 다시 시도해 주세요.
error-internal = 처리 중 오류가 발생했습니다
error-internal-text = 불편을 드려 죄송합니다. 계속되면 아래 요청 번호를 담당자에게 알려 주세요.
error-home = 첫 화면으로
error-request = 요청 번호 { $id }
api-not-found = 요청한 자료를 찾을 수 없습니다
