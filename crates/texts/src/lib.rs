//! Every text that people read, in Korean and English, and how dates, money, petaflops and bytes
//! are written in each (domain.md §13).
//!
//! The catalogs are `ko/*.ftl` and `en/*.ftl`, one file per area. Both must hold the same messages
//! with the same arguments, or the build fails. Pages, API, mail and documents share them.

mod format;
mod josa;
mod pools;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use domain::Word;
use domain::reason::{Arg, Reason};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

pub use format::{business_number, byte_text, masked_addresses, masked_email, masked_name, masked_phone};

pub use pools::{PoolName, Pools};

include!(concat!(env!("OUT_DIR"), "/keys.rs"));

/// A message of the catalogs; see [`k`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(&'static str);

impl Key {
    /// The message's name as in the catalogs: `flash-saved`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0
    }
}

domain::words! {
    /// A language of the portal.
    Lang in "language" {
        /// Korean, the first language.
        Ko = "ko",
        /// English.
        En = "en",
    }
}

/// The texts in one language. Cheap to copy; the catalogs are read once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts {
    lang: Lang,
}

type Bundle = FluentBundle<FluentResource>;

// One for all threads: a server has hundreds of them, and a catalog takes megabytes.
static KOREAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::Ko));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::En));

fn bundle(lang: Lang) -> Bundle {
    let (name, sources) = match lang {
        Lang::Ko => ("ko", KO),
        Lang::En => ("en", EN),
    };
    let mut bundle = FluentBundle::new_concurrent(vec![name.parse().expect("a language tag")]);
    // The marks that Fluent puts around arguments for mixed writing directions would end up in
    // mails and files; neither language needs them.
    bundle.set_use_isolating(false);
    bundle.add_function("JOSA", josa::function).expect("added once");
    for source in sources {
        let resource = FluentResource::try_new((*source).to_owned()).expect("the build checked the catalogs");
        bundle.add_resource(resource).expect("the build checked for double messages");
    }
    bundle
}

impl Texts {
    /// The texts in `lang`.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// The language.
    #[must_use]
    pub fn lang(self) -> Lang {
        self.lang
    }

    /// A text without arguments.
    #[must_use]
    pub fn s(self, key: Key) -> String {
        self.lookup(key.0, None)
    }

    /// A text with arguments.
    #[must_use]
    pub fn f(self, key: Key, args: &[(&str, Cow<'_, str>)]) -> String {
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            fluent.set(*name, FluentValue::String(Cow::Borrowed(value)));
        }
        self.lookup(key.0, Some(&fluent))
    }

    /// A text with one argument.
    #[must_use]
    pub fn f1(self, key: Key, name: &str, value: impl std::fmt::Display) -> String {
        self.f(key, &[(name, value.to_string().into())])
    }

    /// A text with two arguments.
    #[must_use]
    pub fn f2(self, key: Key, a: (&str, impl std::fmt::Display), b: (&str, impl std::fmt::Display)) -> String {
        self.f(key, &[(a.0, a.1.to_string().into()), (b.0, b.1.to_string().into())])
    }

    /// The name of a word of a closed list: message `<group>-<word>`.
    #[must_use]
    pub fn word<W: Word>(self, word: W) -> String {
        self.lookup(&word_key(word), None)
    }

    /// The text of a message whose name is made at run time; the name itself if there is none.
    #[must_use]
    pub fn named(self, name: &str, args: &HashMap<String, String>) -> String {
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            fluent.set(name.as_str(), FluentValue::String(Cow::Borrowed(value)));
        }
        self.lookup(name, Some(&fluent))
    }

    /// Whether the catalogs hold a message of that name.
    #[must_use]
    pub fn has(name: &str) -> bool {
        KEYS.binary_search(&name).is_ok()
    }

    /// A reason in words; `pools` say what the pool that it names is called, and its amounts.
    #[must_use]
    pub fn reason(self, reason: &Reason, pools: &Pools) -> String {
        let mut fluent = FluentArgs::new();
        for (name, value) in &reason.args {
            let text = pools.fact(self, reason, name, value).unwrap_or_else(|| match value {
                Arg::Int(number) => self.int(*number),
                Arg::Text(text) => word_of(reason, name).map_or_else(|| text.clone(), |key| self.lookup(&key, None)),
                Arg::Date(date) => self.date(*date),
                Arg::Instant(at) if name == "due" => self.deadline(*at),
                Arg::Instant(at) => self.instant(*at),
                Arg::Gflops(gflops) => self.pf(*gflops),
                Arg::Permille(permille) => self.permille(*permille),
            });
            fluent.set(name.as_str(), FluentValue::String(Cow::Owned(text)));
        }
        self.lookup(&word_key(reason.code), Some(&fluent))
    }

    fn lookup(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle: &Bundle = match self.lang {
            Lang::Ko => &KOREAN,
            Lang::En => &ENGLISH,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut errors = Vec::new();
        bundle.format_pattern(pattern, args, &mut errors).into_owned()
    }
}

/// The message of a fact that is a word of the list that the reason calls `of`, such as a state.
fn word_of(reason: &Reason, name: &str) -> Option<String> {
    let (Some(Arg::Text(group)), Some(Arg::Text(word))) = (reason.args.get("of"), reason.args.get(name)) else {
        return None;
    };
    let key = format!("{group}-{}", word.replace(['.', '_'], "-"));
    (matches!(name, "kind" | "state") && Texts::has(&key)).then_some(key)
}

/// The message of a word: its group and the word, with `.` and `_` written as `-`.
fn word_key<W: Word>(word: W) -> String {
    format!("{}-{}", W::GROUP, word.as_str().replace(['.', '_'], "-"))
}

/// Whether the catalogs hold a message for every word of a list: for the tests of the crates that
/// define the lists. Answers the missing ones.
#[must_use]
pub fn missing_words<W: Word>() -> Vec<String> {
    W::ALL.iter().map(|&word| word_key(word)).filter(|key| KEYS.binary_search(&key.as_str()).is_err()).collect()
}

#[cfg(test)]
mod tests;
