mail-verify-email-subject = [{ $center }] Please confirm your e-mail address
mail-verify-email-body =
    Dear { $name },

    To finish signing up at the portal of { $center }, please open the link below. It is valid until { $expires }.

    { $link }

    If you did not sign up, you may ignore this e-mail.
