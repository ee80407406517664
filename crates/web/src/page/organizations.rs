//! Organizations: one's own, registering and changing one, its people, and the office's list.

use askama::Template;
use axum::extract::{Path, Query};
use domain::Code;
use domain::access::{Act, Tie};
use domain::ids::{OrganizationId, UserId};
use domain::organization::{OrganizationKind, OrganizationSize, RegionBasis};
use domain::proposal::Sector;
use domain::region::Region;
use edge::{Fail, PageQuery, Slice};
use serde::Deserialize;
use service::Error;
use service::organization::{self, Mine, OrganizationFilter, OrganizationPerson, OrganizationRow, OrganizationView};
use texts::{Texts, k};

use crate::chrome::{Chrome, in_query};
use crate::form::{Form, organization as fields};
use crate::page::plans::pick;
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/my/organization", Act::HomeRead, mine).menu(Section::Mine, 40, k::MY_ORGANIZATION_MENU),
        post("/my/organization/ask", Act::OrganizationJoin, ask),
        post("/my/organization/take-back", Act::OrganizationJoin, take_back),
        get("/organizations", Act::OrganizationList, list).menu(Section::Office, 80, k::ORGANIZATIONS_MENU),
        get("/organizations/new", Act::OrganizationRegister, new),
        post("/organizations/new", Act::OrganizationRegister, register),
        get("/organizations/{id}", Act::OrganizationRead, show),
        get("/organizations/{id}/edit", Act::OrganizationManage, edit),
        post("/organizations/{id}/edit", Act::OrganizationManage, change),
        post("/organizations/{id}/verify", Act::OrganizationVerify, verify),
        post("/organizations/{id}/members", Act::OrganizationManage, place),
        post("/organizations/{id}/members/{user}/admit", Act::OrganizationManage, admit),
        post("/organizations/{id}/members/{user}/refuse", Act::OrganizationManage, refuse),
        post("/organizations/{id}/members/{user}/admin", Act::OrganizationManage, set_admin),
        post("/organizations/{id}/members/{user}/remove", Act::OrganizationRead, remove),
    ]
}

fn id_of<I: std::str::FromStr>(text: &str) -> Result<I, Fail> {
    text.parse().map_err(|_| Fail(Error::NotFound))
}

#[derive(Template)]
#[template(path = "organizations/mine.html")]
struct MinePage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    belongs: Option<(String, String, bool)>,
    asks: Option<String>,
    may_join: bool,
}

async fn mine_page(ui: &Ui, form: Form) -> Result<MinePage, Fail> {
    let t = ui.t;
    let (mut belongs, mut asks) = (None, None);
    match ui.read(organization::mine).await? {
        Mine::Belongs(row) => {
            belongs = Some((row.id.to_string(), pick(t, &row.name_ko, &row.name_en), row.verified_at.is_some()));
        }
        Mine::Asks(row, at) => {
            let name = pick(t, &row.name_ko, &row.name_en);
            asks = Some(t.f2(k::MY_ORGANIZATION_ASKING, ("name", name), ("at", t.instant(at))));
        }
        Mine::None => {}
    }
    let may_join = ui.may(Act::OrganizationJoin);
    Ok(MinePage { chrome: ui.chrome(t.s(k::MY_ORGANIZATION_TITLE)), t, form, belongs, asks, may_join })
}

async fn mine(ui: Ui) -> Answer {
    let page = mine_page(&ui, Form::default()).await?;
    ui.page(&page)
}

async fn ask(ui: Ui, mut form: Form) -> Answer {
    if let Some(number) = form.text("business_number", 100) {
        match ui.write(move |cx| organization::ask(cx, &number)).await {
            Ok(()) => return ui.done("/my/organization", k::FLASH_ORGANIZATION_ASKED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = mine_page(&ui, form).await?;
    ui.rejected(&page)
}

async fn take_back(ui: Ui) -> Answer {
    ui.write(organization::take_back).await?;
    ui.done("/my/organization", k::FLASH_ORGANIZATION_TAKEN_BACK)
}

#[derive(Deserialize)]
struct Filter {
    #[serde(default)]
    q: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    verified: String,
    #[serde(default)]
    after: String,
}

struct Row {
    href: String,
    name: String,
    number: String,
    kind: String,
    size: String,
    place: String,
    people: String,
    verified: bool,
}

#[derive(Template)]
#[template(path = "organizations/index.html")]
struct ListPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    kinds: Vec<(String, String)>,
    states: Vec<(String, String)>,
    rows: Vec<Row>,
    next: Option<String>,
    here: String,
}

fn place_of(t: Texts, row: &OrganizationRow) -> String {
    let region = row.region.parse::<Region>().map_or_else(|_| row.region.clone(), |region| t.word(region));
    match &row.district {
        Some(district) => format!("{region} {}", fields::district(t, district)),
        None => region,
    }
}

async fn list(ui: Ui, Query(asked): Query<Filter>) -> Answer {
    let t = ui.t;
    let page = PageQuery { after: Some(asked.after), limit: None };
    let after = page.after::<(String, OrganizationId)>()?;
    let mut form =
        Form::filled([("q", asked.q.clone()), ("kind", asked.kind.clone()), ("verified", asked.verified.clone())]);
    let filter = OrganizationFilter {
        text: asked.q.clone(),
        kind: form.choice_if_given("kind"),
        verified: match asked.verified.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            "" => None,
            _ => {
                form.wrong("verified", Code::NotAChoice);
                None
            }
        },
    };
    let rows = ui.read(move |cx| organization::list(cx, &filter, after.as_ref(), 51)).await?;
    let slice = Slice::cut(rows, 50, |(row, _)| (row.name_ko.clone(), row.id));
    let here = format!(
        "/organizations?q={}&kind={}&verified={}&",
        in_query(&asked.q),
        in_query(&asked.kind),
        in_query(&asked.verified)
    );
    ui.page(&ListPage {
        chrome: ui.chrome(t.s(k::ORGANIZATIONS_TITLE)),
        t,
        form,
        kinds: OrganizationKind::ALL.iter().map(|&kind| (kind.to_string(), t.word(kind))).collect(),
        states: vec![
            ("no".to_owned(), t.s(k::ORGANIZATION_UNVERIFIED)),
            ("yes".to_owned(), t.s(k::ORGANIZATION_VERIFIED)),
        ],
        rows: slice
            .items
            .iter()
            .map(|(row, people)| Row {
                href: format!("/organizations/{}", row.id),
                name: pick(t, &row.name_ko, &row.name_en),
                number: texts::business_number(row.business_number.as_deref().unwrap_or_default()),
                kind: t.word(row.kind),
                size: t.word(row.size),
                place: place_of(t, row),
                people: t.int(*people),
                verified: row.verified_at.is_some(),
            })
            .collect(),
        next: slice.next,
        here,
    })
}

#[derive(Template)]
#[template(path = "organizations/edit.html")]
struct EditPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    action: String,
    back: String,
    lead: String,
    kinds: Vec<(String, String)>,
    sizes: Vec<(String, String)>,
    sectors: Vec<(String, String)>,
    regions: Vec<(String, String)>,
    districts: Vec<(String, String)>,
    bases: Vec<(String, String)>,
}

impl EditPage {
    fn new(ui: &Ui, id: Option<OrganizationId>, form: Form) -> Self {
        let t = ui.t;
        let today = ui.app.center.identity.calendar.date(ui.app.center.now());
        let (title, lead) = match id {
            Some(_) => (k::ORGANIZATION_EDIT_TITLE, k::ORGANIZATION_EDIT_LEAD),
            None => (k::ORGANIZATION_NEW_TITLE, k::ORGANIZATION_NEW_LEAD),
        };
        Self {
            chrome: ui.chrome(t.s(title)),
            t,
            form,
            action: id.map_or_else(|| "/organizations/new".to_owned(), |id| format!("/organizations/{id}/edit")),
            back: id.map_or_else(|| "/my/organization".to_owned(), |id| format!("/organizations/{id}")),
            lead: t.s(lead),
            kinds: OrganizationKind::ALL.iter().map(|&one| (one.to_string(), t.word(one))).collect(),
            sizes: OrganizationSize::ALL.iter().map(|&one| (one.to_string(), t.word(one))).collect(),
            sectors: Sector::ALL.iter().map(|&one| (one.to_string(), t.word(one))).collect(),
            regions: fields::regions(t, today),
            districts: fields::districts(t),
            bases: RegionBasis::ALL.iter().map(|&one| (one.to_string(), t.word(one))).collect(),
        }
    }
}

async fn new(ui: Ui) -> Answer {
    ui.page(&EditPage::new(&ui, None, Form::default()))
}

async fn register(ui: Ui, mut form: Form) -> Answer {
    let input = fields::read(&mut form);
    if form.is_fine() {
        match ui.write(move |cx| organization::register(cx, &input)).await {
            Ok(id) => return ui.done(&format!("/organizations/{id}"), k::FLASH_ORGANIZATION_REGISTERED),
            Err(fail) => form.take(fail)?,
        }
    } else {
        form.add_faults(ui.read(move |cx| organization::faults(cx, &input)).await?);
    }
    ui.rejected(&EditPage::new(&ui, None, form))
}

async fn edit(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: OrganizationId = id_of(&id)?;
    let view = ui.read(move |cx| organization::show(cx, id)).await?;
    if !view.manageable {
        return Err(Fail(Error::NotFound));
    }
    ui.page(&EditPage::new(&ui, Some(id), fields::filled(&view.row)))
}

async fn change(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: OrganizationId = id_of(&id)?;
    // Before anything is said about what was typed: it may be nobody's business.
    let view = ui.read(move |cx| organization::show(cx, id)).await?;
    if !view.manageable {
        return Err(Fail(Error::NotFound));
    }
    let input = fields::read(&mut form);
    let version = form.int("version", 0, i64::MAX);
    if let (true, Some(version)) = (form.is_fine(), version) {
        match ui.write(move |cx| organization::change(cx, id, version, &input)).await {
            Ok(()) => return ui.done(&format!("/organizations/{id}"), k::FLASH_SAVED),
            Err(fail) => form.take(fail)?,
        }
    } else {
        form.add_faults(ui.read(move |cx| organization::faults(cx, &input)).await?);
    }
    ui.rejected(&EditPage::new(&ui, Some(id), form))
}

struct Person {
    id: String,
    name: String,
    email: String,
    since: String,
    admin: bool,
    asks: bool,
    own: bool,
}

#[derive(Template)]
#[template(path = "organizations/show.html")]
struct ShowPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    id: OrganizationId,
    version: i64,
    verified: String,
    facts: Vec<(String, String)>,
    members: Vec<Person>,
    asking: Vec<Person>,
    member: bool,
    manageable: bool,
    verifiable: bool,
    placeable: bool,
}

fn facts(t: Texts, row: &OrganizationRow) -> Vec<(String, String)> {
    let sector = row.sector.parse::<Sector>().map_or_else(|_| row.sector.clone(), |sector| t.word(sector));
    let number = texts::business_number(row.business_number.as_deref().unwrap_or_default());
    let as_of = t.short_date(row.region_as_of);
    let mut facts = vec![
        (t.s(k::ORGANIZATION_NAME_KO), row.name_ko.clone()),
        (t.s(k::ORGANIZATION_NAME_EN), if row.name_en.is_empty() { "—".to_owned() } else { row.name_en.clone() }),
        (t.s(k::ORGANIZATION_NUMBER), if number.is_empty() { t.s(k::ORGANIZATION_NO_NUMBER) } else { number }),
        (t.s(k::ORGANIZATION_KIND), t.word(row.kind)),
        (t.s(k::ORGANIZATION_SIZE), t.word(row.size)),
        (t.s(k::ORGANIZATION_SECTOR), sector),
        (
            t.s(k::ORGANIZATION_PLACE),
            t.f(
                k::ORGANIZATION_PLACE_AS_OF,
                &[
                    ("place", place_of(t, row).into()),
                    ("basis", t.word(row.region_basis).into()),
                    ("day", as_of.into()),
                ],
            ),
        ),
    ];
    facts.extend(row.opened_on.map(|day| (t.s(k::ORGANIZATION_OPENED), t.short_date(day))));
    let youth = if row.youth_founded { k::ORGANIZATION_YES } else { k::ORGANIZATION_NO };
    facts.push((t.s(k::ORGANIZATION_YOUTH), t.s(youth)));
    facts
}

async fn show_page(ui: &Ui, id: OrganizationId, form: Form) -> Result<ShowPage, Fail> {
    let t = ui.t;
    let view = ui.read(move |cx| organization::show(cx, id)).await?;
    let OrganizationView { row, people, ties, manageable, verifiable, placeable } = view;
    let me = ui.actor().user;
    // Whoever admits people must see whom; to others a list shows no more than it must.
    let person = |one: &OrganizationPerson| Person {
        id: one.user.to_string(),
        name: if manageable { one.name.clone() } else { texts::masked_name(&one.name) },
        email: if manageable { one.email.clone() } else { texts::masked_email(&one.email) },
        since: t.instant(one.since),
        admin: one.admin == Some(true),
        asks: one.admin.is_none(),
        own: me == Some(one.user),
    };
    let (asking, members): (Vec<Person>, Vec<Person>) = people.iter().map(person).partition(|one| one.asks);
    Ok(ShowPage {
        chrome: ui.chrome(pick(t, &row.name_ko, &row.name_en)),
        t,
        form,
        id,
        version: row.version,
        verified: row.verified_at.map(|at| t.instant(at)).unwrap_or_default(),
        facts: facts(t, &row),
        members,
        asking,
        member: ties.contains(&Tie::OrgMember),
        manageable,
        verifiable,
        placeable,
    })
}

async fn show(ui: Ui, Path(id): Path<String>) -> Answer {
    let page = show_page(&ui, id_of(&id)?, Form::default()).await?;
    ui.page(&page)
}

async fn verify(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: OrganizationId = id_of(&id)?;
    let Some(version) = form.int("version", 0, i64::MAX) else {
        let page = show_page(&ui, id, form).await?;
        return ui.rejected(&page);
    };
    ui.write(move |cx| organization::verify(cx, id, version)).await?;
    ui.done(&format!("/organizations/{id}"), k::FLASH_ORGANIZATION_VERIFIED)
}

async fn place(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: OrganizationId = id_of(&id)?;
    let admin = form.checked("admin");
    if let Some(email) = form.text("email", 254) {
        match ui.write(move |cx| organization::place(cx, id, &email, admin)).await {
            Ok(()) => return ui.done(&format!("/organizations/{id}"), k::FLASH_SAVED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = show_page(&ui, id, form).await?;
    ui.rejected(&page)
}

async fn admit(ui: Ui, Path((id, user)): Path<(String, String)>) -> Answer {
    let (id, user): (OrganizationId, UserId) = (id_of(&id)?, id_of(&user)?);
    ui.write(move |cx| organization::admit(cx, id, user)).await?;
    ui.done(&format!("/organizations/{id}"), k::FLASH_ORGANIZATION_ADMITTED)
}

async fn refuse(ui: Ui, Path((id, user)): Path<(String, String)>) -> Answer {
    let (id, user): (OrganizationId, UserId) = (id_of(&id)?, id_of(&user)?);
    ui.write(move |cx| organization::refuse(cx, id, user)).await?;
    ui.done(&format!("/organizations/{id}"), k::FLASH_ORGANIZATION_REFUSED)
}

async fn set_admin(ui: Ui, Path((id, user)): Path<(String, String)>, form: Form) -> Answer {
    let (id, user): (OrganizationId, UserId) = (id_of(&id)?, id_of(&user)?);
    let admin = form.value("admin") == "yes";
    ui.write(move |cx| organization::set_admin(cx, id, user, admin)).await?;
    ui.done(&format!("/organizations/{id}"), k::FLASH_SAVED)
}

async fn remove(ui: Ui, Path((id, user)): Path<(String, String)>) -> Answer {
    let (id, user): (OrganizationId, UserId) = (id_of(&id)?, id_of(&user)?);
    let leaves = ui.actor().user == Some(user);
    ui.write(move |cx| organization::remove_member(cx, id, user)).await?;
    let to = if leaves { "/my/organization".to_owned() } else { format!("/organizations/{id}") };
    ui.done(&to, k::FLASH_ORGANIZATION_REMOVED)
}
