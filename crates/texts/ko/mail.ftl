mail-verify-email-subject = [{ $center }] 전자우편 주소를 확인해 주세요
mail-verify-email-body =
    { $name }님, 안녕하십니까.

    { $center } 포털 가입을 마치려면 아래 링크를 열어 주십시오. 이 링크는 { $expires }까지 유효합니다.

    { $link }

    직접 신청하지 않으셨다면 이 메일을 무시하셔도 됩니다.
