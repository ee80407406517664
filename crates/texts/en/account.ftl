user-state-pending = Waiting for confirmation
user-state-active = Active
user-state-locked = Locked
token-scope-read = Read only
token-scope-read-write = Read and write

# Why something cannot be done with an account
reason-not-a-phone = Please enter a telephone number such as 010-1234-5678.
reason-password-guessable = A password must not be your e-mail address, your name or one letter repeated.
reason-password-wrong = The current password is not correct.
reason-sign-in-refused = The e-mail address or the password is not correct.
reason-account-pending = Your e-mail address is not confirmed yet. Please open the confirmation mail in your inbox.
reason-account-locked = This account is locked. Please ask the programme office.
reason-no-account = There is no confirmed account with this address.
reason-link-over = This link was used already or is no longer valid. Please ask for a new mail.
reason-own-roles = You cannot change your own roles. Please ask another administrator.
reason-own-account = You cannot lock your own account.
reason-last-sysadmin = This is the last system administrator. Give the role to somebody else first.
reason-token-limit = You can have at most { $max } tokens. Please revoke one that you no longer use.

mail-account-exists-subject = [{ $center }] This address is registered already
mail-account-exists-body =
    Dear { $name },

    Somebody signed up for the portal of { $center } with this e-mail address. It has an account already, so none was created.
    If you forgot your password, you can choose a new one from the sign-in page.

    { $link }

    If this was not you, you can ignore this mail.
mail-choose-password-subject = [{ $center }] Please choose your password
mail-choose-password-body =
    Dear { $name },

    An account is ready for you on the portal of { $center }. Choose your password at the address below to start using it. The address is valid until { $expires }.

    { $link }

    If you do not want the account, you can ignore this mail.
mail-reset-password-subject = [{ $center }] Choose a new password
mail-reset-password-body =
    Dear { $name },

    Please choose a new password at the address below. It is valid until { $expires } and can be used once.

    { $link }

    If you did not ask for this, you can ignore this mail. Your password stays as it is.
mail-password-changed-subject = [{ $center }] Your password was changed
mail-password-changed-body =
    Dear { $name },

    Your password was changed on { $at }, and you were signed out on your other devices.
    If this was not you, please choose a new password at once:

    { $link }
