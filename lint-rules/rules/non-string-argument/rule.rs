//! An argument or a variable that is not a string.

use crate::election::Elector;
use crate::engine::{
    Check, Draft, Edit, Fix, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
};
use crate::programs::NonString;

/// The record.
pub static RULE: Rule = Rule {
    id: "non-string-argument",
    group: Group::Flags,
    summary: "an item of command, args or env that YAML reads as a boolean or a number",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::Sometimes,
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    for item in &elector.non_strings {
        // `value:` with nothing behind it is an unset value.
        if item.kind == "null" && item.list == "env" {
            continue;
        }
        let text = item.text.trim();
        let what = match &item.variable {
            Some(name) => format!("the value of `{name}`"),
            None => format!("an item of `{}`", item.list),
        };
        let is = match text {
            "" => what,
            text => format!("{what} is `{text}`, which"),
        };
        let is = if text.is_empty() { format!("{is} is empty, which YAML reads as") } else { format!("{is} YAML reads as") };
        let message = format!("{is} {}, not as a string", article(item));
        let mut help = "the API server accepts only strings there and refuses the whole object, so nothing of this \
                        change is rolled out"
            .to_owned();
        let plain = !text.is_empty() && !matches!(item.kind, "list" | "mapping");
        if plain {
            if is_word(item) {
                help.push_str(&format!(
                    "; to YAML 1.1 `{text}` is another way to write a boolean, so the word itself is lost on the way"
                ));
            }
            help.push_str(&format!("; put it in quotes: `\"{text}\"`"));
        } else {
            help.push_str("; write one string in quotes");
        }
        let mut draft = Draft::new(item.place, message).help(help);
        if plain {
            draft = draft.fix(Fix {
                title: format!("put `{text}` in quotes"),
                safe: true,
                edits: vec![Edit { place: item.place, text: format!("\"{text}\"") }],
            });
        }
        sink.report(draft);
    }
}

/// A boolean that is not spelled as one.
fn is_word(item: &NonString) -> bool {
    item.kind == "boolean"
        && !item.text.eq_ignore_ascii_case("true")
        && !item.text.eq_ignore_ascii_case("false")
}

fn article(item: &NonString) -> String {
    match item.kind {
        "null" => "null".to_owned(),
        kind => format!("a {kind}"),
    }
}
