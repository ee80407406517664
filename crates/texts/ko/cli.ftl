cli-demo-ready = 시연용 센터가 { $address } 에서 열렸습니다. 센터의 오늘은 { $day }입니다.
cli-demo-date-before = 이 자료는 { $last }까지 진행되었습니다. 그날 또는 그 뒤의 날짜를 지정해 주세요.
cli-stop = 멈추려면 Ctrl+C를 누르십시오.
cli-exists = { $path } 이(가) 이미 있습니다. 덮어쓰지 않습니다.
cli-backup-done = { $path } 에 백업했습니다({ $size }). 사본의 무결성을 확인했습니다.
cli-backup-postgres = PostgreSQL 데이터베이스는 pg_dump --format=custom 으로 백업하고 pg_restore 로 복원하십시오. 복원한 뒤 mudeung check 로 확인하십시오.
cli-restore-damaged = { $path } 의 내용이 백업할 때와 다릅니다. 손상되었거나 바뀐 백업이므로 복원하지 않습니다.
cli-restore-done = { $path } 에 복원했습니다. mudeung check 로 확인한 뒤 서비스를 시작하십시오.
cli-demo-date-too-early = 표본 자료는 { $first }에 시작합니다. 그날 또는 그 뒤의 날짜를 지정해 주세요.
cli-served = 다른 프로그램이 { $path } 을(를) 쓰며 서비스하고 있습니다. 그 프로그램을 멈춘 뒤 다시 시작하거나 다른 파일을 지정해 주세요.
