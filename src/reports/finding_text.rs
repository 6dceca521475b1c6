//! One finding for people: its source with the tokens underlined, what happens, what to do, and its fixes.

use annotate_snippets::{Element, Group, Level, Origin};
use engine::{Finding, Fix, Severity};

use super::fold::fold;
use super::lint_text::subject;
use super::snippet::{self, Shown, as_usize};
use super::sources::Sources;
use crate::terminal::{Terminal, visible};

/// A finding with its source, and an empty line.
pub fn rendered(finding: &Finding, sources: Sources<'_>, terminal: &Terminal) -> String {
    let renderer = terminal.renderer();
    let mut text = renderer.render(&groups(finding, sources, terminal));
    text.push_str("\n\n");
    text
}

fn groups(finding: &Finding, sources: Sources<'_>, terminal: &Terminal) -> Vec<Group<'static>> {
    let mut level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    if finding.suppressed.is_some() {
        level = Level::NOTE.with_name(format!("ignored {}", finding.severity.as_str()));
    }
    let mut title = level
        .primary_title(visible(&finding.message).into_owned())
        .id(finding.rule.id);
    if terminal.links {
        title = title.id_url(finding.rule.url());
    }
    let mut group = Group::with_title(title);

    let mut shown = vec![Shown {
        place: finding.location.place,
        label: String::new(),
        primary: true,
    }];
    shown.extend(finding.related.iter().map(|related| Shown {
        place: related.location.place,
        label: related.message.clone(),
        primary: false,
    }));
    let causes = snippet::causes(sources, &shown);
    if causes.is_empty() {
        group = group.element(
            Origin::path(visible(sources.name(finding.location.place.file)).into_owned())
                .line(as_usize(finding.location.start.line))
                .char_column(as_usize(finding.location.start.column)),
        );
    }
    group = group.elements(causes);

    let width = terminal.prose_width();
    let note = |name: &'static str, text: &str| -> Element<'static> {
        let room = width.saturating_sub(name.len() + 9).max(30);
        Level::NOTE.with_name(name).message(fold(text, room)).into()
    };
    if !finding.object.kind.is_empty() {
        group = group.element(note(
            "object",
            &subject(&finding.object, finding.container.as_deref()),
        ));
    }
    if let Some(suppression) = &finding.suppressed {
        let text = format!(
            "by {}: {}",
            suppression.by.as_str(),
            visible(&suppression.reason)
        );
        group = group.element(note("ignored", &text));
    }
    for (name, text) in [("help", &finding.help), ("remedy", &finding.remedy)] {
        if !text.is_empty() {
            let text = fold(&visible(text), width.saturating_sub(name.len() + 9).max(30));
            group = group.element(Level::HELP.with_name(name).message(text));
        }
    }
    let mut groups = vec![group];
    if finding.suppressed.is_none() {
        groups.extend(finding.fixes.iter().map(|fix| change(fix, sources)));
    }
    groups
}

/// A fix as a difference.
fn change(fix: &Fix, sources: Sources<'_>) -> Group<'static> {
    let mut title = visible(&fix.title).into_owned();
    if !fix.safe {
        title.push_str(" (changes what runs or is granted; `--unsafe-fixes`)");
    }
    Group::with_title(Level::HELP.secondary_title(title))
        .elements(snippet::changes(sources, &fix.edits))
}
