chrome-skip = Skip to the content
chrome-menu = Main menu
chrome-menu-short = Menu
chrome-sign-in = Sign in
chrome-sign-out = Sign out
chrome-account = My account
chrome-demo = This is a demo. Today is { $today }; mail is not sent but shown on the mailbox page.
chrome-mailbox = Open the mailbox

menu-public = About
menu-mine = My work
menu-office = Program office
menu-center = Center

flash-saved = Saved.

form-rejected = Please check what you entered.
form-optional = (optional)
form-choose = Please choose
paging-next = Next

error-not-found = This page does not exist
error-not-found-text = The address has changed, or you may not see what is here. Please check the address.
error-forbidden = You may not do this
error-forbidden-text = Your roles do not allow this. If you need it, please ask the office.
error-session = Please sign in
error-session-text = Your session has ended, so the request was not carried out. Sign in in a new tab, then reload this page: what you entered is sent again.
error-sign-in-in-new-tab = Sign in in a new tab
error-conflict = This cannot be done now
error-conflict-text = It was not carried out for these reasons.
error-too-large = That is too large
error-too-large-text = Please send a smaller file or a shorter text.
error-too-many = Please try again later
error-too-many-text = There were too many tries in a short time.
error-too-many-again = There were too many tries in a short time. Please try again in { $minutes } min.
error-unavailable = Not reachable at the moment
error-unavailable-text = Please try again in a moment. What was saved is safe.
error-input = The request cannot be read
error-input-text = Something in it is wrong. Please go back and try again.
error-internal = Something went wrong
error-internal-text = We are sorry. If it happens again, please tell the office the number of the request below.
error-home = To the first page
error-request = Request { $id }
api-not-found = There is no such resource
