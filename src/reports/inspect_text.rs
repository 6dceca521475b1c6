//! `inspect` for people: a line for each elector, or one of them in full.

use std::fmt::Write;

use election::access::{AccountName, Need, smallest_grant};
use election::{ElectionState, Elector, HolderIdentity};
use engine::{AccessSummary, Outcome, Summary};
use programs::{Nanos, Origin, Resolved};

use super::Inspected;
use super::fold::{count, fold};
use super::lint_text::object;
use super::promises::{assumptions, sentences, short_assumptions};
use super::record_text::record_text;
use super::sources::Sources;
use super::table::fitting_table;
use super::unread_text::{unread, unread_beside};
use crate::terminal::visible;
use crate::terminal::{FAINT, STRONG, Terminal};

/// Where a value is not known.
const UNKNOWN_MARK: &str = "?";

/// What is left out, one after the other, where a terminal is too narrow for all columns; `--detail` shows everything.
const SPARED: [&str; 6] = ["ASSUMED", "ACCOUNT", "IDENTITY", "LOCK", "AT", "ACCESS"];

/// One line for each elector.
pub fn overview(electors: &[Inspected<'_>], sources: Sources<'_>, terminal: &Terminal) -> String {
    let heading = [
        "ELECTION",
        "L/R/P",
        "LOCK",
        "REPLICAS",
        "IDENTITY",
        "ACCOUNT",
        "ACCESS",
        "ASSUMED",
        "CONTAINER",
        "AT",
    ];
    let rows: Vec<Vec<String>> = electors
        .iter()
        .map(|(elector, access)| {
            let durations = [&elector.lease, &elector.renew, &elector.retry].map(duration);
            vec![
                elector.state.as_str().to_owned(),
                durations.join("/"),
                lock(elector),
                elector
                    .replicas
                    .count
                    .map_or_else(|| UNKNOWN_MARK.to_owned(), |count| count.to_string()),
                identity(&elector.identity),
                elector.account.name.clone(),
                short_access(access),
                short_assumptions(&elector.assumptions()),
                format!(
                    "{}/{}",
                    object(&elector.object.object_name()),
                    elector.container.name()
                ),
                at(elector, sources),
            ]
        })
        .collect();
    fitting_table(&heading, &rows, &SPARED, &|_, _| None, terminal)
}

/// Each elector with every value, its origin, and what the numbers promise.
pub fn details(electors: &[Inspected<'_>], sources: Sources<'_>, terminal: &Terminal) -> String {
    electors
        .iter()
        .map(|(elector, access)| detail(elector, access, sources, terminal))
        .collect::<Vec<_>>()
        .join("\n")
}

/// What was read, if nothing that elects was, and what could not be. `found` counts those that names were given for.
pub fn remarks(
    outcome: &Outcome<'_>,
    found: Option<usize>,
    sources: Sources<'_>,
    (verbose, terminal): (bool, &Terminal),
) -> String {
    let mut text = String::new();
    let Summary {
        files,
        documents,
        objects,
        ..
    } = outcome.summary;
    if outcome.electors.is_empty() {
        let _ = writeln!(
            text,
            "Read {}, {}, {}: no container that elects a leader was found.",
            count(files, "file"),
            count(documents, "document"),
            count(objects, "object")
        );
    } else if found == Some(0) {
        let others = u32::try_from(outcome.electors.len()).unwrap_or(u32::MAX);
        let _ = writeln!(
            text,
            "Nothing of that name elects a leader; {} here.",
            count(others, "elector")
        );
    }
    let entries = &outcome.unread;
    text.push_str(&match verbose {
        true => unread(entries, sources, false, terminal),
        false => unread_beside(entries, sources, terminal),
    });
    text
}

fn detail(
    elector: &Elector<'_>,
    access: &AccessSummary,
    sources: Sources<'_>,
    terminal: &Terminal,
) -> String {
    let title = format!(
        "{}, container {}",
        object(&elector.object.object_name()),
        visible(elector.container.name())
    );
    let mut text = format!(
        "{}\n{}\n",
        terminal.paint(STRONG, &title),
        terminal.paint(FAINT, &format!("  {}", visible(&at(elector, sources))))
    );
    let replicas = elector.replicas.count.map_or_else(
        || {
            let why = elector.replicas.unknown.as_ref();
            why.map_or_else(
                || UNKNOWN_MARK.to_owned(),
                |why| format!("? ({})", why.reason),
            )
        },
        |count| count.to_string(),
    );
    let namespace = elector
        .account
        .namespace
        .as_deref()
        .map(|namespace| format!("{namespace}/"));
    let account = format!("{}{}", namespace.unwrap_or_default(), elector.account.name);
    let program = format!(
        "{} ({})",
        elector.program.name,
        elector.program.library.name()
    );
    let source = elector.source.as_deref().map(|source| {
        let at = sources.input().locate(source.place);
        let file = sources.name(at.place.file);
        format!("{file}:{}, tied by {}", at.start.line, source.tied_by)
    });
    let mut rows: Vec<SettingRow<'_>> = vec![("program", program, None)];
    rows.extend(source.map(|source| ("source", source, None)));
    let hook = elector.object.chart_hook();
    rows.extend(hook.map(|hook| ("chart hook", hook.to_owned(), None)));
    if elector.source.is_none() && !elector.program.generic {
        rows.push(("record", record_text(elector.program), None));
    }
    rows.extend([
        (
            "election",
            elector.state.as_str().to_owned(),
            elector.switch.origin(),
        ),
        (
            "lease duration",
            long_duration(&elector.lease),
            elector.lease.origin(),
        ),
        (
            "renew deadline",
            long_duration(&elector.renew),
            elector.renew.origin(),
        ),
        (
            "retry period",
            long_duration(&elector.retry),
            elector.retry.origin(),
        ),
        ("lock", long_lock(elector), elector.lock_name.origin()),
        (
            "release",
            long_release(elector),
            elector
                .releases
                .origin()
                .filter(|_| elector.known_release().is_some()),
        ),
        ("identity", long_identity(&elector.identity), None),
        ("replicas", replicas, elector.replicas.origin.as_ref()),
        ("account", account, None),
        ("access", long_access(access), None),
    ]);
    values(&rows, sources, terminal, &mut text);
    rights(elector, access, terminal, &mut text);
    text.push_str(&terminal.paint(STRONG, "  what the numbers promise"));
    text.push('\n');
    match elector.promises() {
        Some(promises) if elector.state != ElectionState::Off => {
            for sentence in sentences(&promises, elector.known_release()) {
                let folded = fold(&sentence, terminal.prose_width().saturating_sub(6));
                let _ = writeln!(text, "  - {}", folded.replace('\n', "\n    "));
            }
            if let Some(sentence) = assumptions(&elector.assumptions()) {
                let folded = fold(&sentence, terminal.prose_width().saturating_sub(6));
                let line = format!("  - {}", folded.replace('\n', "\n    "));
                let _ = writeln!(text, "{}", terminal.paint(FAINT, &line));
            }
        }
        _ => {
            let _ = writeln!(text, "  - nothing: {}", why_nothing(elector));
        }
    }
    text
}

fn long_release(elector: &Elector<'_>) -> String {
    match elector.known_release() {
        Some(true) => "on exit".to_owned(),
        Some(false) => "no, it expires".to_owned(),
        None => UNKNOWN_MARK.to_owned(),
    }
}

/// The chain of bindings and roles, or what would mend it.
fn rights(elector: &Elector<'_>, access: &AccessSummary, terminal: &Terminal, text: &mut String) {
    for (binding, role) in &access.through {
        let line = format!("{:15}   by {} -> {}", "", visible(binding), visible(role));
        let _ = writeln!(text, "  {}", terminal.paint(FAINT, &line));
    }
    if let Some(within) = &access.within {
        let line = format!("{:15}   judged together: {}", "", visible(within));
        let _ = writeln!(text, "  {}", terminal.paint(FAINT, &line));
    }
    if access.missing.is_empty() {
        return;
    }
    let Ok(need) = Need::of(elector) else { return };
    let account = AccountName {
        namespace: elector.account.namespace.as_deref(),
        name: &elector.account.name,
    };
    let Ok(grant) = smallest_grant(&need, account) else {
        return;
    };
    text.push_str(&terminal.paint(STRONG, "  the smallest Role and RoleBinding that mend it"));
    text.push('\n');
    for line in grant.to_yaml().lines() {
        let _ = writeln!(text, "    {}", visible(line));
    }
}

fn short_access(access: &AccessSummary) -> String {
    match (&access.because, access.missing.as_slice()) {
        (Some(_), _) => UNKNOWN_MARK.to_owned(),
        (None, []) => access.state.to_owned(),
        (None, missing) => format!("no {}", missing.join(",")),
    }
}

fn long_access(access: &AccessSummary) -> String {
    let resources = access.resources.join(" and ");
    match (&access.because, access.missing.as_slice()) {
        (Some(because), _) => format!("? ({})", because.reason),
        (None, []) => format!("{} on {resources}", access.state),
        (None, missing) => format!("may not {} {resources}", missing.join(", ")),
    }
}

/// A value's name, the value, and where it comes from.
type SettingRow<'o> = (&'static str, String, Option<&'o Origin>);

fn values(rows: &[SettingRow<'_>], sources: Sources<'_>, terminal: &Terminal, text: &mut String) {
    let with_origin = rows.iter().filter(|(_, _, origin)| origin.is_some());
    let width = with_origin
        .map(|(_, value, _)| visible(value).chars().count())
        .max()
        .unwrap_or(0);
    for (name, value, origin) in rows {
        let value = visible(value);
        match origin {
            Some(origin) => {
                let whence = terminal.paint(FAINT, &whence(origin, sources));
                let _ = writeln!(text, "  {name:15} {value:width$}  {whence}");
            }
            None => {
                let _ = writeln!(text, "  {name:15} {value}");
            }
        }
    }
}

fn why_nothing(elector: &Elector<'_>) -> String {
    if elector.state == ElectionState::Off {
        return "the election is off".to_owned();
    }
    if elector.timing().is_none() {
        return "a duration is not known".to_owned();
    }
    if elector.program.library.is_client_go() {
        return "client-go or the API refuses these durations".to_owned();
    }
    format!(
        "the behaviour of its library ({}) is not known",
        elector.program.library.name()
    )
}

fn at(elector: &Elector<'_>, sources: Sources<'_>) -> String {
    let at = sources.input().locate(elector.name_place());
    format!("{}:{}", sources.name(at.place.file), at.start.line)
}

/// Where a value comes from: its text, and its place if somebody wrote it.
fn whence(origin: &Origin, sources: Sources<'_>) -> String {
    let text = visible(&origin.text);
    match origin.place {
        Some(place) => {
            let input = sources.input();
            let at = input.locate(place);
            let mut words = format!(
                "{text} ({}:{}:{}",
                visible(sources.name(at.place.file)),
                at.start.line,
                at.start.column
            );
            for key in input.setting_keys(place) {
                words.push_str(&format!(", {}", visible(&input.describe_key(key))));
            }
            words.push(')');
            words
        }
        None => text.into_owned(),
    }
}

fn duration(resolved: &Resolved<Nanos>) -> String {
    match resolved {
        Resolved::Known(sourced) => sourced.value.to_string(),
        Resolved::Unreadable { .. } => "!".to_owned(),
        Resolved::Unknown(_) | Resolved::Absent => UNKNOWN_MARK.to_owned(),
    }
}

fn long_duration(resolved: &Resolved<Nanos>) -> String {
    match resolved {
        Resolved::Known(sourced) => sourced.value.to_string(),
        Resolved::Unreadable { text, .. } => format!("unreadable: {text}"),
        Resolved::Unknown(why) => format!("? ({})", why.reason),
        Resolved::Absent => "not established".to_owned(),
    }
}

fn text_of(resolved: &Resolved<String>) -> &str {
    resolved.value().map_or(UNKNOWN_MARK, String::as_str)
}

fn lock(elector: &Elector<'_>) -> String {
    format!(
        "{}/{}",
        text_of(&elector.lock_namespace),
        text_of(&elector.lock_name)
    )
}

fn long_lock(elector: &Elector<'_>) -> String {
    format!("{} {}", text_of(&elector.lock_type), lock(elector))
}

fn identity(identity: &HolderIdentity) -> String {
    let mark = match identity.unique {
        Some(true) => "",
        Some(false) => " (shared)",
        None => " (?)",
    };
    format!("{}{mark}", identity.kind.as_str())
}

fn long_identity(identity: &HolderIdentity) -> String {
    let mut text = identity.kind.as_str().to_owned();
    if let Some(variable) = &identity.env {
        let _ = write!(text, " {variable}");
    }
    text.push_str(match identity.unique {
        Some(true) => ", unique",
        Some(false) => ", shared by several pods",
        None => ", perhaps not unique",
    });
    if let Some(because) = &identity.because {
        let _ = write!(text, ": {because}");
    }
    text
}
