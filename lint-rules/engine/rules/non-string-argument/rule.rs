//! An argument or a variable that is not a string.

use crate::{
    Check, Draft, Edit, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::Elector;
use manifest::text::FileSpan;
use programs::{NonString, Word};

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
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    for item in &elector.non_strings {
        // `value:` without a value is an unset one.
        if item.kind == "null" && item.list == "env" {
            continue;
        }
        let text = item.text.trim();
        let certain = matches!(item.kind, "boolean" | "number") && !text.is_empty();
        let subject = match (&item.variable, certain) {
            (Some(name), true) => format!("`{text}`, the value of `{name}`,"),
            (Some(name), false) => format!("the value of `{name}`"),
            (None, true) => format!("`{text}` in `{}`", item.list),
            (None, false) => format!("an item of `{}`", item.list),
        };
        let kind = article(item);
        let message = first_fitting([
            format!("{subject} is {kind} to YAML, not a string"),
            format!("a value in `{}` is {kind} to YAML, not a string", item.list),
        ]);
        let mut help = if elector.object.group() == "kubeadm.k8s.io" {
            "The value of an argument is a string to kubeadm. It refuses the whole configuration (cannot unmarshal), so no \
             control plane is set up or upgraded with it."
        } else {
            "The API server accepts only strings there and rejects the whole object, so nothing of this change is rolled out."
        }
        .to_owned();
        if certain && is_word(item) {
            help.push_str(&format!(
                " In YAML 1.1 `{text}` is another way to write a boolean, so the word itself is lost."
            ));
        }
        let switch = switch_before(elector, item).filter(|_| certain);
        let remedy = match switch {
            Some(switch) => format!(
                "Write `{}={}` as one argument: in quotes, too, a word behind a switch is not its value.",
                switch.written,
                flag_value(item)
            ),
            None if certain => format!("Put it in quotes: `\"{text}\"`."),
            None => "Write one string in quotes.".to_owned(),
        };
        let mut draft = Draft::new(item.place, message).help(help).remedy(remedy);
        if let Some(switch) = switch {
            let joined = format!("{}={}", switch.written, flag_value(item));
            draft = draft.related(switch.place, "the switch").fix_joined(
                (switch.place, item.place),
                &joined,
                true,
            );
        } else if certain && !has_tag(elector, item.place) {
            // After a tag the quotes would change nothing: `!!int "7"` is still a number.
            draft = draft.fix(
                format!("put `{text}` in quotes"),
                true,
                [EditOrder::Write(Edit {
                    place: item.place,
                    text: format!("\"{text}\""),
                })],
            );
        }
        sink.report(draft);
    }
}

/// The switch of the program before an item that was meant as its value.
fn switch_before<'e>(elector: &'e Elector<'_>, item: &NonString) -> Option<&'e Word> {
    let mut detached = elector.command_line.detached.iter();
    let detached = detached.find(|detached| {
        let word = elector.words.get(detached.value_argument);
        word.is_some_and(|word| word.place == item.place)
    })?;
    let mut settings = elector.program.settings.iter();
    let is_setting = settings.any(|spec| spec.flags.contains(&detached.name));
    elector.words.get(detached.argument).filter(|_| is_setting)
}

/// A boolean or a number as a flag's value.
fn flag_value(item: &NonString) -> &str {
    match item.text.trim() {
        text if !is_word(item) => text,
        text => match text.to_ascii_lowercase().as_str() {
            "y" | "yes" | "on" => "true",
            _ => "false",
        },
    }
}

/// Whether it is a boolean that is not spelled `true` or `false`.
fn is_word(item: &NonString) -> bool {
    item.kind == "boolean"
        && !item.text.eq_ignore_ascii_case("true")
        && !item.text.eq_ignore_ascii_case("false")
}

/// Whether a tag stands before a token.
fn has_tag(elector: &Elector<'_>, place: FileSpan) -> bool {
    let document = elector.object.document();
    let start = place.span.start.saturating_sub(document.span().start);
    let before = usize::try_from(start)
        .ok()
        .and_then(|start| document.text().get(..start));
    let word = before.and_then(|before| before.split_whitespace().next_back());
    word.is_none_or(|word| word.starts_with('!'))
}

fn article(item: &NonString) -> String {
    match item.kind {
        "null" => "null".to_owned(),
        kind => format!("a {kind}"),
    }
}
