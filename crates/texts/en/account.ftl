user-state-pending = Waiting for confirmation
user-state-active = Active
user-state-locked = Locked
token-scope-read = Read only
token-scope-read-write = Read and write
token-scope-read-write-tokens = Read, write, create tokens and add SSH keys
ssh-key-kind-ed25519 = Ed25519
ssh-key-kind-ecdsa = ECDSA
ssh-key-kind-rsa = RSA
ssh-key-kind-ed25519-sk = Ed25519 in a security key
ssh-key-kind-ecdsa-sk = ECDSA in a security key
cluster-account-state-active = Can sign in
cluster-account-state-read-only = Can sign in to read
ssh-account-reads = In no project in force, but the data of one that is over can still be read.
cluster-account-state-no-project = In no project in force
cluster-account-state-locked = Locked

# Why something cannot be done with an account
reason-not-a-phone = Please enter a telephone number such as 010-1234-5678.
reason-password-guessable = A password must not be your e-mail address, your name or one letter repeated.
reason-password-wrong = The current password is not correct.
reason-sign-in-refused = The e-mail address or the password is not correct.
reason-account-pending = Your e-mail address is not confirmed yet. Please open the confirmation e-mail in your inbox.
reason-account-locked = This account is locked. Please ask the program office.
reason-no-account = There is no confirmed account with this address.
reason-link-over = This link was used already or is no longer valid. Please ask for a new e-mail.
reason-own-roles = You cannot change your own roles. Please ask another administrator.
reason-own-account = You cannot lock your own account.
reason-last-sysadmin = This is the last system administrator. Give the role to somebody else first.
reason-token-limit = You can have at most { $max } tokens. Please revoke one that you no longer use.
reason-token-adds-no-keys = This token cannot add SSH keys. Please add the key on your account page, or use a token that may create tokens.
reason-ssh-key-unreadable = This is not an SSH public key. Please paste the one line of your .pub file, which begins with ssh-ed25519, ecdsa-sha2- or ssh-rsa.
reason-ssh-key-private = This is a private key. It was neither kept nor logged, but please never paste it anywhere: paste the line of the .pub file beside it. If you cannot be sure who has seen it, make a new pair of keys.
reason-ssh-key-several = There is more than one key here. Please add them one at a time.
reason-ssh-key-options = Options such as command="…" before the key are not accepted. Please paste only the line of your .pub file.
reason-ssh-key-certificate = This is a certificate. Please paste the public key itself: the .pub file without -cert in its name.
reason-ssh-key-dsa = DSA keys are no longer safe. Please make an Ed25519 key with ssh-keygen -t ed25519.
reason-ssh-key-short = This RSA key has { $bits } bits; at least { $min } are needed. Please make an Ed25519 key with ssh-keygen -t ed25519.
reason-ssh-key-long = RSA keys may have at most { $max } bits.
reason-ssh-key-twice = You have added this key already.
reason-ssh-key-taken = This key cannot be added: it belongs to another account. Please make a key of your own with ssh-keygen -t ed25519.
reason-ssh-key-limit = You can have at most { $max } SSH keys. Please remove one that you no longer use.

mail-account-exists-subject = [{ $center }] This address is registered already
mail-account-exists-body =
    Dear { $name },

    Somebody signed up for the portal of { $center } with this e-mail address. It has an account already, so none was created.
    If you forgot your password, you can choose a new one from the sign-in page.

    { $link }

    If this was not you, you can ignore this e-mail.
mail-choose-password-subject = [{ $center }] Please choose your password
mail-choose-password-body =
    Dear { $name },

    An account is ready for you on the portal of { $center }. Choose your password with the link below to start using it. The link is valid until { $expires }.

    { $link }

    If you do not want the account, you can ignore this e-mail.
mail-reset-password-subject = [{ $center }] Choose a new password
mail-reset-password-body =
    Dear { $name },

    Please choose a new password with the link below. It is valid until { $expires } and can be used once.

    { $link }

    If you did not ask for this, you can ignore this e-mail. Your password stays as it is.
mail-password-changed-subject = [{ $center }] Your password was changed
mail-password-changed-body =
    Dear { $name },

    Your password was changed on { $at }, and you were signed out on your other devices.
    If this was not you, please choose a new password at once:

    { $link }

# The way in
sign-in-title = Sign in
sign-in-new = New here?
sign-in-forgot = Forgot your password?
sign-up-title = Sign up
sign-up-lead = You need an account to submit a proposal. We will send a confirmation e-mail to your address.
sign-up-email-hint = Preferably your address at your organization.
sign-up-do = Sign up
sign-up-sent = We sent an e-mail to the address that you entered. Open the link in it within 24 hours to finish signing up. If you cannot see it, please look in your spam folder too.
sent-title = Please check your e-mail
consent-title = Consent to the use of personal data (required)
consent-purpose = Purpose
consent-purpose-text = Knowing who you are, handling proposals and allocations, notices about the service
consent-items = Data
consent-items-text = Required: e-mail address, name / Optional: telephone number
consent-period = Kept for
consent-period-text = Until you leave or the purpose is fulfilled. Records that the law requires are kept apart for as long as it says.
consent-agree = I agree to the above
consent-hint = You may refuse, but cannot sign up then. Optional data can be left out.
verify-title = Confirm your e-mail address
verify-text = This confirms that { $email } is your address and finishes signing up.
verify-do = Confirm and finish
reset-title = Choose a new password
reset-lead = Enter the e-mail address of your account. We will send you a link by which you can choose a new password.
reset-do = Send the e-mail
reset-sent = If the address has an account, we sent it an e-mail by which a new password can be chosen. Its link is valid for an hour.
choose-title = Choose a password
choose-lead = Choose the password of the account { $email }.
choose-do = Choose this password
link-over-title = This link is not valid
link-over-text = It was used already or is too old. If you finished signing up, please sign in; otherwise ask for a new e-mail.

flash-verified = Your e-mail address is confirmed. Please sign in.
flash-password-chosen = Your password is set. Please sign in with it.
flash-password-changed = Your password was changed, other devices were signed out, and all API tokens were revoked.
flash-signed-out = You are signed out.
flash-session-ended = Signed out.
flash-token-revoked = The token was revoked.
flash-ssh-key-added = The SSH key was added.
flash-ssh-key-removed = The SSH key was removed.

# One's own account
account-title = My account
account-email = E-mail
account-name = Name
account-phone = Telephone
account-phone-hint = For example 010-1234-5678
account-language = Language of notices
account-password = Password
account-password-hint = Ten characters or more. A long phrase that you can remember works best.
account-current-password = Current password
account-new-password = New password
account-change-password = Change password
account-roles = Roles
account-organization = Organization
account-asks = You asked to be admitted to { $name }.
account-no-organization = You belong to no organization.
account-profile = Profile
account-save = Save
sessions-title = Signed-in devices
sessions-lead = If you do not know a device, sign it out and change your password.
sessions-end-others = Sign out all other devices
session-agent = Browser
session-address = Network address
session-since = Signed in
session-seen = Last used
session-end = Sign out
session-here = This device
tokens-title = API tokens
tokens-lead = Programs use them instead of your password. Please revoke those that you no longer use.
token-name = Name of the token
token-name-hint = Something that tells you later what it is for.
token-scope = Permission
token-days = Valid for (days)
token-days-hint = 1 to 365 days
token-until = Expires
token-used = Last used
token-unused = Never used
token-over = Expired or revoked
token-create = Create token
token-revoke = Revoke
token-secret = Your token is below. It is shown only this once, so please keep it in a safe place.
ssh-keys-title = Signing in to the cluster
ssh-keys-lead = With these SSH keys you sign in to the cluster in a terminal, where your files and jobs are. Please remove those that you no longer use.
ssh-account = Cluster account
ssh-account-hint = Your name on the cluster, as in ssh { $account }@…, the same in all your projects. It is yours alone and never given to anybody else.
ssh-account-none = You get one as soon as you take part in a project in force. You can add SSH keys now.
ssh-account-idle = You take part in no project in force, so the cluster lets you in again only with your next project.
ssh-key = SSH public key
ssh-key-id = ID
ssh-key-hint = One line, as in the file ~/.ssh/id_ed25519.pub. If you have none, make one with ssh-keygen -t ed25519. Never the file without .pub.
ssh-key-kind = Type
ssh-key-bits = Bits
ssh-key-comment = Comment
ssh-key-fingerprint = Fingerprint
ssh-key-added = Added
ssh-key-none = You have not added a key yet.
ssh-key-add = Add key
ssh-key-remove = Remove
ssh-key-remove-named = Remove the key { $fingerprint }

# Keeping accounts
users-menu = Accounts
users-title = Accounts
users-search = Name or e-mail
users-empty = No account matches.
list-filter = Show
user-role = Role
user-state = State
user-since = Registered
user-verified = Address confirmed
user-not-verified = Not yet
user-no-roles = No roles
user-new-title = New account
user-new-lead = We will send an e-mail with a link to choose a password. Nobody but the owner will know it.
user-create = Create account
user-set-roles = Save roles
user-invite-title = Password e-mail
user-invite-text = Sends a link by which the owner can choose a password. It is valid for 7 days.
user-invite = Send e-mail
user-lock-title = Lock the account
user-lock-reason = Reason for locking
user-lock-hint = Kept in the audit trail. The person is signed out at once.
user-lock = Lock account
user-unlock = Unlock account
user-history = History
user-history-at = When
user-history-what = What
user-history-who = Who
user-history-why = Why
flash-user-created = The account was created and an e-mail was sent.
flash-user-locked = The account is locked.
flash-user-unlocked = The account is unlocked.
flash-user-invited = The e-mail was sent.

cli-user-created = The account { $email } was created.
cli-user-link = Choose its password with the link below. It can be used once within { $days } days.
cli-user-role-given = The role { $role } was given to { $email }.
cli-user-role-taken = The role { $role } was removed from { $email }.
cli-user-none = There is no account with the address { $email }.
