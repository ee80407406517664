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
