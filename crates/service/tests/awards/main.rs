//! From a plan to a project and back to the reserve list, on both engines.

mod agreement;
mod offer;
mod plan;
mod project;
mod refill;
mod support;

use domain::award::{AgreementState, Decision, OfferSource, OfferState, PlanState, ProjectState};

#[test]
fn every_word_and_mail_has_its_text_in_both_languages() {
    let mut missing = texts::missing_words::<PlanState>();
    missing.extend(texts::missing_words::<Decision>());
    missing.extend(texts::missing_words::<OfferSource>());
    missing.extend(texts::missing_words::<OfferState>());
    missing.extend(texts::missing_words::<domain::award::AwardState>());
    missing.extend(texts::missing_words::<ProjectState>());
    missing.extend(texts::missing_words::<AgreementState>());
    missing.extend(texts::missing_words::<domain::award::InvitationState>());
    for template in service::mail::Template::ALL {
        for part in ["subject", "body"] {
            let name = format!("mail-{}-{part}", template.as_str().replace('_', "-"));
            missing.extend((!texts::Texts::has(&name)).then_some(name));
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}
