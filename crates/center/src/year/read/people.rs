//! People, their organizations, and who can sign in to a demo.

use std::str::FromStr as _;

use domain::access::Role;
use domain::organization::BusinessNumber;
use service::organization::OrganizationInput;
use service::password::Hashed;
use service::user::NewUser;
use texts::Lang;

use super::Reader;
use super::{SIGN_INS, named};
use crate::year::step::Act;
use crate::year::table::{self, Fault, Line};

#[derive(Clone, Debug)]
pub struct Person {
    pub key: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub language: Lang,
    pub organization: Option<usize>,
    pub roles: Vec<Role>,
}

impl Person {
    /// The person's account.
    pub fn account(&self, password: Option<&Hashed>) -> NewUser {
        NewUser {
            email: self.email.clone(),
            name: self.name.clone(),
            phone: self.phone.clone(),
            language: self.language,
            roles: self.roles.iter().copied().collect(),
            password: password.cloned(),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Organization {
    pub key: String,
    pub input: OrganizationInput,
}

pub(super) const ORGANIZATION_COLUMNS: &[&str] = &[
    "organization",
    "name_ko",
    "name_en",
    "business_number",
    "kind",
    "size",
    "sector",
    "region",
    "district",
    "region_basis",
    "region_as_of",
    "opened_on",
    "youth_founded",
    "registered_at",
    "registered_by",
    "verified_at",
    "verified_by",
];

impl Reader<'_> {
    /// What each account that a demo shows is shown as, and whose it is.
    pub(super) fn sign_ins(&mut self, text: &str) -> Result<Vec<(String, usize)>, Fault> {
        let mut all = Vec::new();
        for line in table::read(SIGN_INS, text, &["shown_as", "person"])? {
            all.push((line.needed("shown_as")?.to_owned(), named(&self.people, &line, "person")?));
        }
        Ok(all)
    }

    /// The organizations, and who registers each.
    pub(super) fn organizations(&mut self, lines: &[Line]) -> Result<(Vec<Organization>, Vec<usize>), Fault> {
        let (mut all, mut founders) = (Vec::new(), Vec::new());
        for (n, line) in lines.iter().enumerate() {
            let founder = named(&self.people, line, "registered_by")?;
            let registered = line.instant("registered_at", self.zone)?;
            self.step(registered, Some(founder), line.place, Act::Register(n));
            if let Some(at) = line.perhaps_instant("verified_at", self.zone)? {
                if at <= registered {
                    return Err(line.place.fault("verified_at", "is not after registered_at"));
                }
                let by = named(&self.people, line, "verified_by")?;
                self.step(at, Some(by), line.place, Act::Verify(n));
            }
            founders.push(founder);
            all.push(Organization {
                key: line.needed("organization")?.to_owned(),
                input: OrganizationInput {
                    name_ko: line.needed("name_ko")?.to_owned(),
                    name_en: line.needed("name_en")?.to_owned(),
                    business_number: line.value::<BusinessNumber>("business_number")?.to_string(),
                    kind: line.value("kind")?,
                    size: line.value("size")?,
                    sector: line.value("sector")?,
                    region: line.value("region")?,
                    district: line.text("district").to_owned(),
                    region_basis: line.value("region_basis")?,
                    region_as_of: Some(line.value("region_as_of")?),
                    opened_on: line.perhaps_date("opened_on")?,
                    youth_founded: line.truth("youth_founded")?,
                },
            });
        }
        Ok((all, founders))
    }

    pub(super) fn people(&mut self, lines: &[Line], founders: &[usize]) -> Result<Vec<Person>, Fault> {
        let mut all = Vec::new();
        let mut admits = Vec::new();
        for (n, line) in lines.iter().enumerate() {
            let mut roles = Vec::new();
            for role in line.text("roles").split_whitespace() {
                roles.push(Role::from_str(role).map_err(|error| line.place.fault("roles", error))?);
            }
            let organization = match line.text("organization") {
                "" => None,
                _ => Some(named(&self.organizations, line, "organization")?),
            };
            let at = line.instant("created_at", self.zone)?;
            // The first account is the operator's to make, all others the system administrator's.
            let admin = all.iter().position(|other: &Person| other.roles.contains(&Role::Sysadmin));
            self.step(at, admin, line.place, Act::Person(n));
            if let Some(organization) = organization
                && let Some(&founder) = founders.get(organization)
                && founder != n
            {
                admits.push((at, founder, line.place, n));
            }
            all.push(Person {
                key: line.needed("person")?.to_owned(),
                name: line.needed("name")?.to_owned(),
                email: line.needed("email")?.to_owned(),
                phone: line.text("phone").to_owned(),
                language: line.value("language")?,
                organization,
                roles,
            });
        }
        for (at, founder, place, n) in admits {
            // Right after the account: the same instant, the next steps.
            self.step(at, Some(n), place, Act::Ask(n));
            self.step(at, Some(founder), place, Act::Admit(n));
        }
        Ok(all)
    }
}
