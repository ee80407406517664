//! The frame around every page: head, header, menu, notices, footer.

use std::sync::LazyLock;

use domain::access::Act;
use edge::{App, Who};
use texts::{Lang, Texts, k};

use crate::assets::asset;
use crate::route::{Menu, Section};

/// One link of the menu.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it leads.
    pub href: &'static str,
    /// Its label.
    pub label: String,
    /// Whether this page is below it.
    pub current: bool,
}

/// A part of the menu.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its heading.
    pub label: String,
    /// Whether it is the part that everybody sees.
    pub public: bool,
    /// Its links.
    pub entries: Vec<Entry>,
}

/// What the layout needs to know. A page's struct holds it as `chrome`.
#[derive(Clone, Debug)]
pub struct Chrome {
    /// `ko` or `en`.
    pub lang: Lang,
    /// The page's title.
    pub title: String,
    /// The center's name.
    pub center: String,
    /// The name of whoever is signed in.
    pub user: Option<String>,
    /// Their roles in words, or empty.
    pub roles: String,
    /// The menu.
    pub menu: Vec<Group>,
    /// Path and query of this page.
    pub path: String,
    /// A notice about what was just done.
    pub flash: Option<String>,
    /// What of the address could not be made sense of, and what is shown instead.
    pub unread: Vec<String>,
    /// The center's date, in words.
    pub today: String,
    /// Whether this is a demo.
    pub demo: bool,
    /// The id of the request, for error pages.
    pub request_id: String,
    /// The history of the thing that this page is about, for those who may read the trail.
    pub history: Option<String>,
    t: Texts,
}

static MENU: LazyLock<Vec<(Menu, &'static str, Act)>> = LazyLock::new(|| {
    let mut menu: Vec<_> =
        crate::lines().into_iter().filter_map(|line| Some((line.menu?, line.path, line.act))).collect();
    menu.sort_by_key(|(menu, path, _)| (menu.section, menu.order, *path));
    menu
});

impl Chrome {
    /// The frame with a notice about each value of a filter that is not on its list: it narrows
    /// nothing.
    #[must_use]
    pub fn with_unread(mut self, t: Texts, values: &[Option<&str>]) -> Self {
        for value in values.iter().flatten().filter(|value| !value.is_empty()) {
            let value: String = value.chars().take(40).collect();
            self.unread.push(t.f1(k::FILTER_UNREAD, "value", value));
        }
        self
    }

    pub(crate) fn new(app: &App, who: &Who, title: String, flash: Option<String>) -> Self {
        let t = Texts::new(who.lang());
        let identity = &app.center.identity;
        let path = who.path.split('?').next().unwrap_or("/");
        let mut menu: Vec<Group> = Vec::new();
        for section in [Section::Public, Section::Mine, Section::Office, Section::Center] {
            let entries: Vec<Entry> = MENU
                .iter()
                .filter(|(menu, _, act)| menu.section == section && who.actor.may(menu.shown_to.unwrap_or(*act), &[]))
                .map(|(menu, href, _)| Entry { href, label: t.s(menu.label), current: is_below(path, href) })
                .collect();
            let label = t.s(match section {
                Section::Public => k::MENU_PUBLIC,
                Section::Mine => k::MENU_MINE,
                Section::Office => k::MENU_OFFICE,
                Section::Center => k::MENU_CENTER,
            });
            if !entries.is_empty() {
                menu.push(Group { label, public: section == Section::Public, entries });
            }
        }
        let roles: Vec<String> = who.actor.roles.iter().map(|role| t.word(*role)).collect();
        Self {
            lang: who.lang(),
            title,
            center: identity.name(who.lang()).to_owned(),
            user: who.is_signed_in().then(|| who.actor.name.clone()),
            roles: roles.join(", "),
            menu,
            path: who.path.clone(),
            flash,
            unread: Vec::new(),
            today: t.date(identity.calendar.date(app.center.now())),
            demo: identity.demo,
            request_id: who.actor.request_id.clone(),
            history: who.actor.may(Act::AuditRead, &[]).then(|| crate::page::audit::history_of(path)).flatten(),
            t,
        }
    }

    /// The other language, for the switch.
    #[must_use]
    pub fn other_lang(&self) -> Lang {
        match self.lang {
            Lang::Ko => Lang::En,
            Lang::En => Lang::Ko,
        }
    }

    /// The other language's name in that language.
    #[must_use]
    pub fn other_lang_name(&self) -> String {
        Texts::new(self.other_lang()).word(self.other_lang())
    }

    /// A text for the layout, which does not see the page's own `t`.
    #[must_use]
    pub fn s(&self, key: texts::Key) -> String {
        self.t.s(key)
    }

    /// The notice about the demo with its date.
    #[must_use]
    pub fn demo_notice(&self) -> String {
        self.t.f1(k::CHROME_DEMO, "today", &self.today)
    }

    /// The address of a static file.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        asset(name)
    }

    /// This page's path, fit for a query.
    #[must_use]
    pub fn path_in_query(&self) -> String {
        in_query(&self.path)
    }
}

/// A text as a value in a query.
#[must_use]
pub fn in_query(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn is_below(path: &str, href: &str) -> bool {
    path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
}
