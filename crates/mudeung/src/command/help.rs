//! The help of the command line in the person's language. A command's text is the message
//! `help-<command>`, an argument's is `help-arg-<command>-<argument>` or, where commands share it,
//! `help-arg-<argument>`. The English ones say what the doc comments say; a test holds them equal.

use clap::{Arg, ArgAction, Command};
use texts::{Texts, k};

/// The message of a command; `path` is the names of the commands that lead to it.
fn of_command(path: &str) -> String {
    format!("help{path}")
}

/// The message of an argument: its command's own if there is one.
fn of_argument(path: &str, argument: &Arg) -> String {
    let name = argument.get_id().as_str().replace('_', "-");
    let own = format!("help-arg{path}-{name}");
    if Texts::has(&own) { own } else { format!("help-arg-{name}") }
}

/// The same command with its help in the language of `t`.
pub fn in_words(command: Command, t: Texts) -> Command {
    let version = Arg::new("version").long("version").short('V').action(ArgAction::Version);
    let command = command.disable_version_flag(true).disable_help_subcommand(true).arg(version);
    translated(command, t, "")
}

fn translated(mut command: Command, t: Texts, path: &str) -> Command {
    let help = Arg::new("help").long("help").short('h').action(ArgAction::Help);
    let parts = [
        (k::HELP_COMMANDS, "{subcommands}", command.has_subcommands()),
        (k::HELP_ARGUMENTS, "{positionals}", command.get_positionals().next().is_some()),
        (k::HELP_OPTIONS, "{options}", true),
    ];
    let mut template = format!("{{about}}\n\n{}: {{usage}}\n", t.s(k::HELP_USAGE));
    for (heading, part, _) in parts.into_iter().filter(|(_, _, there)| *there) {
        template.push_str(&format!("\n{}:\n{part}\n", t.s(heading)));
    }
    command = command
        .disable_help_flag(true)
        .arg(help)
        .about(said(t, &of_command(path)))
        .subcommand_value_name(t.s(k::HELP_COMMAND))
        .help_template(template)
        .mut_args(|argument| worded(argument, t, path));
    let below: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in below {
        let path = format!("{path}-{name}");
        command = command.mut_subcommand(name, |sub| translated(sub, t, &path));
    }
    command
}

/// What clap would add in English (the default, the choices, the variable) follows the text in
/// brackets.
fn worded(argument: Arg, t: Texts, path: &str) -> Arg {
    let list = |values: Vec<String>| values.join(", ");
    let default = list(argument.get_default_values().iter().map(|one| one.to_string_lossy().into_owned()).collect());
    let choices = list(argument.get_possible_values().iter().map(|one| one.get_name().to_owned()).collect());
    let variable = argument.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let takes = argument.get_action().takes_values();
    let facts = [(k::HELP_CHOICES, choices), (k::HELP_DEFAULT, default), (k::HELP_VARIABLE, variable)];
    let mut help = said(t, &of_argument(path, &argument));
    for (name, fact) in facts.into_iter().filter(|(_, fact)| takes && !fact.is_empty()) {
        help.push_str(&format!(" [{}: {fact}]", t.s(name)));
    }
    let argument = argument.help(help);
    if takes { argument.hide_default_value(true).hide_possible_values(true).hide_env(true) } else { argument }
}

fn said(t: Texts, name: &str) -> String {
    t.named(name, &std::collections::HashMap::new())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn messages(command: &Command, path: &str, found: &mut Vec<(String, String)>) {
        let text = |help: Option<&clap::builder::StyledStr>| help.map(ToString::to_string).unwrap_or_default();
        found.push((of_command(path), text(command.get_about())));
        found.extend(command.get_arguments().map(|one| (of_argument(path, one), text(one.get_help()))));
        for sub in command.get_subcommands() {
            messages(sub, &format!("{path}-{}", sub.get_name()), found);
        }
    }

    #[test]
    fn clap_accepts_the_command_in_both_languages() {
        for lang in [texts::Lang::Ko, texts::Lang::En] {
            in_words(crate::Cli::command(), Texts::new(lang)).debug_assert();
        }
    }

    #[test]
    fn english_help_says_what_the_doc_comments_say_and_every_text_is_there() {
        let mut found = Vec::new();
        messages(&crate::Cli::command(), "", &mut found);
        let english = Texts::new(texts::Lang::En);
        let wrong: Vec<String> = found
            .iter()
            .filter(|(name, comment)| said(english, name) != *comment)
            .map(|(name, comment)| format!("{name} = {comment}"))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
