organization-kind-company = Company
organization-kind-university = University
organization-kind-research = Research institute
organization-kind-public = Public body
organization-kind-association = Association
organization-kind-group = Society
organization-size-small = Small company
organization-size-sme = Small or medium-sized company
organization-size-midsize = Mid-sized company
organization-size-large = Large company
organization-size-university = University
organization-size-research = Research institute
organization-size-public = Public body
organization-size-other = Other
region-basis-head-office = Head office
region-basis-branch = Branch
region-basis-lab = Research lab
region-11 = Seoul
region-12 = Jeonnam-Gwangju
region-26 = Busan
region-27 = Daegu
region-28 = Incheon
region-29 = Gwangju
region-30 = Daejeon
region-31 = Ulsan
region-36 = Sejong
region-41 = Gyeonggi-do
region-42 = Gangwon-do (until June 2023)
region-43 = Chungcheongbuk-do
region-44 = Chungcheongnam-do
region-45 = Jeollabuk-do (until January 2024)
region-46 = Jeollanam-do
region-47 = Gyeongsangbuk-do
region-48 = Gyeongsangnam-do
region-50 = Jeju
region-51 = Gangwon
region-52 = Jeonbuk

reason-business-digits = A business number has ten digits.
reason-region-not-valid = This region did not exist on { $day }.
reason-organization-registered = This number is registered already. Please ask the organization’s administrator to admit you.
reason-organization-not-registered = No organization is registered with this number.
reason-has-organization = The person belongs to an organization already.
reason-last-org-admin = This is the organization’s last administrator. Please appoint another first.
reason-own-organization = Nobody confirms the papers of their own organization. Another member of the office must do it.

mail-organization-asked-subject = [{ $center }] Somebody asks to join { $organization }
mail-organization-asked-body =
    Dear { $name },

    { $person } asks to be admitted to { $organization }. Please admit or refuse them on this page:

    { $link }
mail-organization-admitted-subject = [{ $center }] You now belong to { $organization }
mail-organization-admitted-body =
    Dear { $name },

    You are now a member of { $organization } and can submit proposals in its name.

    { $link }
mail-organization-verified-subject = [{ $center }] The papers of { $organization } are confirmed
mail-organization-verified-body =
    Dear { $name },

    The registration papers of { $organization } are confirmed.

    { $link }

my-organization-menu = My organization
my-organization-title = My organization
my-organization-not-needed = Observers and auditors do not apply and so register no organization.
my-organization-none = To submit a proposal you must belong to an organization. Register yours, or ask to be admitted to one that is registered.
my-organization-register = If your organization is not registered yet, register it and become its administrator.
my-organization-join = Join a registered organization
my-organization-join-text = Enter its business number and we will ask its administrator to admit you.
my-organization-ask = Ask to join
my-organization-asking = You asked to be admitted to { $name } on { $at }. We will send you an e-mail once its administrator admits you.
my-organization-take-back = Withdraw the request
my-organization-open = Show the organization
my-organization-set = Register or join one

organizations-menu = Organizations
organizations-title = Organizations
organizations-search = Name or business number
organizations-empty = No organization matches.
organization-name = Name
organization-name-ko = Korean name
organization-name-ko-hint = Exactly as on the business registration certificate.
organization-name-en = English name
organization-number = Business number
organization-number-hint = Ten digits; a unique number (고유번호) will do too.
organization-number-needed = Ten digits; required for companies. A unique number (고유번호) will do too.
organization-no-number = None
organization-kind = Kind
organization-size = Size
organization-sector = Sector
organization-place = Location
organization-place-as-of = { $place } ({ $basis }, as of { $day })
organization-region = Province or city
organization-region-hint = Those that exist today.
organization-district = District of Gwangju
organization-district-hint = Needed if the region is Gwangju. In another region choose it only if you are in one of the districts of Gwangju; otherwise leave it empty.
organization-basis = What is located there
organization-opened = Opened on
organization-opened-hint = Tells whether it is a start-up.
organization-youth = Youth-founded
organization-youth-hint = Founded when its head was at most 39.
organization-yes = Yes
organization-no = No
organization-people = Members
organization-papers = Papers
organization-verified = Papers confirmed
organization-unverified = Papers not confirmed
organization-new-title = Register an organization
organization-new-lead = The program office will check its papers after that. You can write proposals meanwhile.
organization-edit-title = Change the organization
organization-edit-lead = If you change name, number, kind, size, location or opening day, its papers are checked again.
organization-save = Save
organization-back = Back
organization-verify = Mark papers as confirmed
organization-asking = Requests to join
organization-asked-at = Asked on
organization-admit = Admit
organization-refuse = Refuse
organization-members = Members
organization-nobody = It has no members yet.
organization-as = As
organization-since = Since
organization-appoint = Make administrator
organization-dismiss = Remove as administrator
organization-remove = Remove
organization-leave = Leave
organization-join-hint = Colleagues can sign up and ask to join by business number on the page “My organization”.
organization-add-member = Add a member
organization-add-hint = The address of a confirmed account.
organization-add-as-admin = As administrator of the organization
flash-organization-registered = The organization is registered. We will send you an e-mail once its papers are confirmed.
flash-organization-asked = The organization’s administrator was asked to admit you.
flash-organization-taken-back = Your request was withdrawn.
flash-organization-verified = The papers are confirmed.
flash-organization-admitted = The person was admitted.
flash-organization-refused = The request was refused.
flash-organization-removed = The person no longer belongs to the organization.
