home-title = 함께 쓰는 AI 데이터센터
home-lead = 기업과 대학, 연구기관이 인공지능 연구에 필요한 연산 자원을 신청하고 이용하는 곳입니다.
home-todo = 할 일
home-todo-empty = 지금 처리할 일이 없습니다.
home-pools = 제공하는 자원
home-pools-empty = 아직 등록된 자원이 없습니다.
home-news = 모집 중인 공고
