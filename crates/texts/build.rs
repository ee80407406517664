//! Reads the catalogs, checks that both languages hold the same messages with the same arguments,
//! and writes a constant for each message, so that a missing text is a build error.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};

type Catalog = BTreeMap<String, BTreeSet<String>>;

fn main() {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let mut all = Vec::new();
    let mut sources = String::new();
    for language in ["ko", "en"] {
        let folder = Path::new(&manifest).join(language);
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut files: Vec<_> = std::fs::read_dir(&folder)
            .expect("both languages have a folder")
            .map(|entry| entry.expect("a readable folder").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "ftl"))
            .collect();
        files.sort();
        let mut catalog = Catalog::new();
        let mut list = String::new();
        for file in files {
            println!("cargo::rerun-if-changed={}", file.display());
            let text = std::fs::read_to_string(&file).expect("a readable catalog");
            read(&file, &text, &mut catalog);
            write!(list, "include_str!({:?}), ", file.display().to_string()).expect("a string takes all");
        }
        writeln!(sources, "pub(crate) const {}: &[&str] = &[{list}];", language.to_uppercase())
            .expect("a string takes all");
        all.push(catalog);
    }
    let (ko, en) = (&all[0], &all[1]);
    let mut faults = Vec::new();
    for key in ko.keys().chain(en.keys()).collect::<BTreeSet<_>>() {
        match (ko.get(key), en.get(key)) {
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) => faults.push(format!("{key}: ko has arguments {a:?}, en {b:?}")),
            (Some(_), None) => faults.push(format!("{key}: missing in en")),
            (None, _) => faults.push(format!("{key}: missing in ko")),
        }
    }
    assert!(faults.is_empty(), "the text catalogs differ:\n{}", faults.join("\n"));

    let mut out = sources;
    out.push_str("/// Every message of the catalogs: `nav-home` is `NAV_HOME`.\n#[allow(missing_docs)]\npub mod k {\n    use super::Key;\n");
    for key in ko.keys() {
        let name = key.replace(['-', '.'], "_").to_uppercase();
        writeln!(out, "    pub const {name}: Key = Key({key:?});").expect("a string takes all");
    }
    out.push_str("}\npub(crate) const KEYS: &[&str] = &[");
    for key in ko.keys() {
        write!(out, "{key:?}, ").expect("a string takes all");
    }
    out.push_str("];\n");
    let target = Path::new(&std::env::var("OUT_DIR").expect("cargo sets it")).join("keys.rs");
    std::fs::write(target, out).expect("the build folder is writable");
}

fn read(file: &Path, text: &str, catalog: &mut Catalog) {
    let resource =
        fluent_syntax::parser::parse(text).unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", file.display()));
    for entry in resource.body {
        let Entry::Message(message) = entry else { continue };
        let mut arguments = BTreeSet::new();
        if let Some(pattern) = &message.value {
            in_pattern(pattern, &mut arguments);
        }
        let key = message.id.name.to_owned();
        assert!(catalog.insert(key.clone(), arguments).is_none(), "{}: {key} is defined twice", file.display());
    }
}

fn in_pattern(pattern: &Pattern<&str>, out: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            in_expression(expression, out);
        }
    }
}

fn in_expression(expression: &Expression<&str>, out: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => in_inline(inline, out),
        Expression::Select { selector, variants } => {
            in_inline(selector, out);
            for variant in variants {
                in_pattern(&variant.value, out);
            }
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, out: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            out.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments: CallArguments { positional, .. }, .. } => {
            for argument in positional {
                in_inline(argument, out);
            }
        }
        InlineExpression::Placeable { expression } => in_expression(expression, out),
        _ => {}
    }
}
