//! Organizations: registering, confirming, and who belongs to them.

use domain::Code;
use domain::access::Role;
use domain::ids::OrganizationId;
use domain::organization::{BusinessNumber, OrganizationKind, OrganizationSize, RegionBasis};
use domain::proposal::Sector;
use domain::region::Region;
use jiff::civil::date;
use service::organization::{self, Mine, OrganizationFilter, OrganizationInput, OrganizationView};
use service::{Actor, Error, Outcome};
use testkit::{TestCenter, actor, on_both_engines};

fn input(number: &str) -> OrganizationInput {
    OrganizationInput {
        name_ko: " 한빛   소프트 ".to_owned(),
        name_en: String::new(),
        business_number: number.to_owned(),
        kind: OrganizationKind::Company,
        size: OrganizationSize::Sme,
        sector: Sector::Healthcare,
        region: Region::Gwangju,
        district: "북구".to_owned(),
        region_basis: RegionBasis::Lab,
        region_as_of: None,
        opened_on: Some(date(2019, 3, 2)),
        youth_founded: true,
    }
}

fn register(t: &TestCenter, by: &Actor, input: &OrganizationInput) -> Outcome<OrganizationId> {
    t.center.write(by, |cx| organization::register(cx, input))
}

fn show(t: &TestCenter, by: &Actor, id: OrganizationId) -> Outcome<OrganizationView> {
    t.center.read(by, |cx| organization::show(cx, id))
}

fn code<T: std::fmt::Debug>(outcome: Outcome<T>) -> Vec<String> {
    match outcome.expect_err("refused") {
        Error::Invalid(faults) => faults.iter().map(|one| format!("{}: {}", one.field, one.reason.code)).collect(),
        error => error.reasons().iter().map(|reason| reason.code.to_string()).collect(),
    }
}

fn mails(t: &TestCenter) -> Vec<String> {
    let rows = t.center.read(&Actor::clock(), |cx| Ok(store::trust::mails(cx.tx, None, 200)?)).expect("read");
    rows.into_iter().rev().map(|row| row.template).collect()
}

on_both_engines! {
    fn whoever_registers_an_organization_administers_it(t) {
        let kim = t.add_person(100, "kim");
        let id = register(&t, &kim, &input("123-45-67891")).expect("registered");
        let view = show(&t, &kim, id).expect("shown");
        let row = &view.row;
        assert_eq!((row.name_ko.as_str(), row.name_en.as_str()), ("한빛 소프트", ""));
        assert_eq!(row.business_number.as_deref(), Some("1234567891"));
        assert_eq!((row.region.as_str(), row.district.as_deref(), row.region_as_of), ("29", Some("북구"), date(2021, 5, 3)));
        assert!(view.manageable && !view.verifiable && view.people[0].admin == Some(true));
        assert!(matches!(t.center.read(&kim, organization::mine), Ok(Mine::Belongs(own)) if own.id == id));
        assert_eq!(code(register(&t, &kim, &input("999-99-99997"))), ["has_organization"]);
        let lee = t.add_person(101, "lee");
        assert_eq!(code(register(&t, &lee, &input("1234567891"))), ["business_number: organization_registered"]);
        assert!(matches!(show(&t, &lee, id), Err(Error::NotFound)));
        assert!(matches!(show(&t, &Actor::visitor(texts::Lang::Ko), id), Err(Error::SignInNeeded)));
    }

    fn everything_that_is_wrong_is_told_at_once(t) {
        let bad = OrganizationInput {
            name_ko: " ".to_owned(),
            name_en: "x".repeat(121),
            business_number: "123-45-67890".to_owned(),
            region: Region::JeonnamGwangju,
            district: "중구".to_owned(),
            opened_on: Some(date(2021, 5, 4)),
            ..input("")
        };
        let kim = t.add_person(100, "kim");
        assert_eq!(
            code(register(&t, &kim, &bad)),
            ["name_en: too_long", "name_ko: required", "business_number: business_number", "region: region_not_valid", "district: not_a_choice", "opened_on: not_after"]
        );
        let no_district = OrganizationInput { district: String::new(), ..input("") };
        assert_eq!(code(register(&t, &kim, &no_district)), ["business_number: required", "district: required"]);
        let university = OrganizationInput { kind: OrganizationKind::University, ..input("") };
        register(&t, &kim, &university).expect("a university may lack a number");
        t.set((2026, 7, 1), 9);
        let lee = t.add_person(101, "lee");
        assert_eq!(code(register(&t, &lee, &input("1234567891"))), ["region: region_not_valid"]);
        let merged = OrganizationInput { region: Region::JeonnamGwangju, ..input("1234567891") };
        register(&t, &lee, &merged).expect("the district is the same under the new code");
    }

    fn the_office_confirms_papers_and_a_change_of_facts_needs_it_anew(t) {
        let kim = t.add_person(100, "kim");
        let id = register(&t, &kim, &input("1234567891")).expect("registered");
        let staff = actor(Role::OfficeStaff);
        let verify = |by: &Actor, version| t.center.write(by, |cx| organization::verify(cx, id, version));
        assert!(matches!(verify(&kim, 1), Err(Error::Forbidden(_))));
        assert_eq!(code(verify(&staff, 9)), ["changed"]);
        let clerk = Actor { roles: [Role::OfficeStaff].into(), ..kim.clone() };
        let move_out = |from: OrganizationId, to: OrganizationId| {
            let sql = "UPDATE organization_member SET organization_id = $2 WHERE organization_id = $1";
            t.db.db.write(|tx| tx.run(sql, store::values![from, to])).expect("moved");
        };
        let elsewhere = register(&t, &t.add_person(109, "han"), &input("9999999997")).expect("registered");
        t.db.db.write(|tx| tx.run("DELETE FROM organization_member WHERE organization_id = $1", store::values![elsewhere])).expect("emptied");
        move_out(id, elsewhere);
        assert!(matches!(verify(&clerk, 1), Err(Error::Forbidden(reason)) if reason.code == Code::OwnDraft), "who wrote it, though gone");
        move_out(elsewhere, id);
        verify(&staff, 1).expect("confirmed");
        assert_eq!(mails(&t), ["organization_verified"]);
        let change = |by: &Actor, version, input: &OrganizationInput| t.center.write(by, |cx| organization::change(cx, id, version, input));
        assert_eq!(code(change(&kim, 1, &input("1234567891"))), ["changed"]);
        t.set((2021, 6, 1), 9);
        change(&kim, 2, &OrganizationInput { sector: Sector::Energy, ..input("1234567891") }).expect("changed");
        let row = show(&t, &kim, id).expect("shown").row;
        assert!(row.verified_at.is_some() && row.region_as_of == date(2021, 5, 3));
        change(&kim, 3, &OrganizationInput { district: "남구".to_owned(), ..input("1234567891") }).expect("changed");
        let row = show(&t, &kim, id).expect("shown").row;
        assert!(row.verified_at.is_none() && row.region_as_of == date(2021, 6, 1));
        assert!(show(&t, &staff, id).expect("shown").verifiable);
        let lee = t.add_person(101, "lee");
        assert!(matches!(change(&lee, 4, &input("1234567891")), Err(Error::NotFound)));
    }

    fn people_ask_and_the_administrator_admits_them(t) {
        let kim = t.add_person(100, "kim");
        let lee = t.add_person(101, "lee");
        let park = t.add_person(102, "park");
        let (lee_id, park_id) = (lee.user.expect("known"), park.user.expect("known"));
        let id = register(&t, &kim, &input("1234567891")).expect("registered");
        let ask = |by: &Actor, number: &str| t.center.write(by, |cx| organization::ask(cx, number));
        assert_eq!(code(ask(&lee, "999-99-99997")), ["business_number: organization_not_registered"]);
        assert_eq!(code(ask(&lee, "1")), ["business_number: business_digits"]);
        ask(&lee, "123-45-67891").expect("asked");
        ask(&lee, "123-45-67891").expect("asked twice");
        ask(&park, "123-45-67891").expect("asked");
        assert_eq!(mails(&t), ["organization_asked"; 2]);
        assert!(matches!(t.center.read(&lee, organization::mine), Ok(Mine::Asks(..))));
        assert!(matches!(show(&t, &lee, id), Err(Error::NotFound)), "asking shows nothing");
        assert_eq!(show(&t, &kim, id).expect("shown").people.len(), 3);
        assert!(matches!(t.center.write(&lee, |cx| organization::admit(cx, id, lee_id)), Err(Error::NotFound)));
        t.center.write(&kim, |cx| organization::admit(cx, id, lee_id)).expect("admitted");
        t.center.write(&kim, |cx| organization::refuse(cx, id, park_id)).expect("refused");
        assert!(matches!(t.center.write(&kim, |cx| organization::admit(cx, id, park_id)), Err(Error::NotFound)));
        let seen = show(&t, &lee, id).expect("a member sees it");
        assert!(!seen.manageable && seen.people.len() == 2);
        assert!(matches!(t.center.write(&lee, |cx| organization::set_admin(cx, id, lee_id, true)), Err(Error::Forbidden(_))));
        let kim_id = kim.user.expect("known");
        assert_eq!(code(t.center.write(&kim, |cx| organization::remove_member(cx, id, kim_id))), ["last_org_admin"]);
        t.center.write(&kim, |cx| organization::set_admin(cx, id, lee_id, true)).expect("appointed");
        t.center.write(&kim, |cx| organization::remove_member(cx, id, kim_id)).expect("leaves");
        assert!(matches!(show(&t, &kim, id), Err(Error::NotFound)));
        assert!(matches!(t.center.read(&kim, organization::mine), Ok(Mine::None)));
        ask(&park, "123-45-67891").expect("asked again");
        t.center.write(&park, organization::take_back).expect("taken back");
        assert!(matches!(t.center.write(&park, organization::take_back), Err(Error::NotFound)));
    }

    fn the_office_places_people_and_the_loader_adds_organizations(t) {
        let id = t.center.write(&Actor::loader(), |cx| organization::add(cx, &input("1234567891"), None)).expect("added");
        let _ = t.add_person(100, "kim");
        let staff = actor(Role::OfficeStaff);
        let place = |by: &Actor, email: &str, admin| t.center.write(by, |cx| organization::place(cx, id, email, admin));
        assert_eq!(code(place(&staff, "nobody@mail.example", true)), ["email: no_account"]);
        place(&staff, "kim@mail.example", false).expect("placed");
        place(&staff, "kim@mail.example", true).expect("appointed");
        assert_eq!(show(&t, &staff, id).expect("shown").people[0].admin, Some(true));
        let kim = Actor { user: show(&t, &staff, id).expect("shown").people.first().map(|one| one.user), ..t.add_person(103, "other") };
        assert!(matches!(place(&kim, "other@mail.example", false), Err(Error::Forbidden(_))), "no administrator takes people in unasked");
        let other = t.center.write(&staff, |cx| organization::add(cx, &input("9999999997"), None)).expect("imported");
        let taken = t.center.write(&staff, |cx| organization::place(cx, other, "kim@mail.example", false));
        assert_eq!(code(taken), ["has_organization"]);
        assert!(matches!(t.center.write(&kim, |cx| organization::add(cx, &input("1234567891"), None)), Err(Error::Forbidden(_))));
    }

    fn organizations_are_listed_by_page_name_number_and_state(t) {
        for n in 0..5_u32 {
            let number = BusinessNumber::made_of(n).to_string();
            let one = OrganizationInput { name_ko: format!("기관 {n}"), ..input(&number) };
            t.center.write(&Actor::loader(), |cx| organization::add(cx, &one, None)).expect("added");
        }
        let staff = actor(Role::OfficeStaff);
        let list = |filter: &OrganizationFilter, after: Option<(String, OrganizationId)>, limit| {
            t.center.read(&staff, |cx| organization::list(cx, filter, after.as_ref(), limit)).expect("listed")
        };
        let all = OrganizationFilter::default();
        let first = list(&all, None, 3);
        let last = &first[2].0;
        let rest = list(&all, Some((last.name_ko.clone(), last.id)), 3);
        let names: Vec<&str> = first.iter().chain(&rest).map(|(row, _)| row.name_ko.as_str()).collect();
        assert_eq!(names, ["기관 0", "기관 1", "기관 2", "기관 3", "기관 4"]);
        let number = texts::business_number(BusinessNumber::made_of(3).as_str());
        for (text, count) in [("기관 2", 1), (number.as_str(), 1), ("_", 0), ("없음", 0)] {
            let filter = OrganizationFilter { text: text.to_owned(), ..OrganizationFilter::default() };
            assert_eq!(list(&filter, None, 10).len(), count, "{text}");
        }
        assert_eq!(list(&OrganizationFilter { verified: Some(true), ..all.clone() }, None, 10).len(), 0);
        assert_eq!(list(&OrganizationFilter { kind: Some(OrganizationKind::Company), verified: Some(false), ..all }, None, 10).len(), 5);
        assert!(matches!(t.center.read(&actor(Role::Reviewer), |cx| organization::list(cx, &OrganizationFilter::default(), None, 10)), Err(Error::Forbidden(_))));
    }
}
