//! Compares what a section expects with what was judged.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use engine::Finding;

use crate::document::{Expected, ExpectedGap, Section};
use crate::fixes::{check_fixed, check_fixes};
use crate::judging::{JudgedSection, judge};

pub fn check_section(id: &str, section: &Section) -> Result<(), String> {
    if section.files.is_empty() {
        return Err("the section has no input".to_owned());
    }
    let judged_section = judge(section, &section.files)?;
    let mut judged: BTreeSet<&str> = BTreeSet::from([id]);
    judged.extend(
        section
            .findings
            .iter()
            .map(|expected| expected.rule.as_str()),
    );
    judged.extend(
        section
            .suppressed
            .iter()
            .map(|expected| expected.rule.as_str()),
    );

    let mut problems = String::new();
    for (name, expected, suppressed) in [
        ("finding", &section.findings, false),
        ("suppressed", &section.suppressed, true),
    ] {
        let actual: Vec<&Finding> = judged_section
            .findings
            .iter()
            .filter(|finding| judged.contains(finding.rule.id))
            .filter(|finding| finding.suppressed.is_some() == suppressed)
            .collect();
        if suppressed && expected.is_empty() && section.is_ignored() {
            if actual.iter().all(|finding| finding.rule.id != id) {
                problems.push_str("nothing is suppressed\n");
            }
            continue;
        }
        compare(&judged_section, name, expected, actual, &mut problems);
    }
    compare_gaps(id, &judged_section, &section.not_judged, &mut problems);
    for finding in judged_section
        .findings
        .iter()
        .filter(|finding| finding.rule.id == id)
    {
        if let Err(problem) = check_words(finding) {
            let _ = writeln!(problems, "{problem}: {}", judged_section.show(finding));
        }
        if finding.suppressed.is_none()
            && let Err(problem) = check_fixes(section, finding)
        {
            let _ = writeln!(problems, "{problem}: {}", judged_section.show(finding));
        }
    }
    if let Err(problem) = check_fixed(id, section, &judged_section) {
        let _ = writeln!(problems, "{problem}");
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

pub fn compare(
    judged_section: &JudgedSection,
    name: &str,
    expected: &[Expected],
    mut actual: Vec<&Finding>,
    problems: &mut String,
) {
    for wanted in expected {
        let found = actual.iter().position(|finding| {
            finding.rule.id == wanted.rule
                && finding.severity == wanted.severity
                && finding.location.start.line == wanted.line
                && wanted
                    .column
                    .is_none_or(|column| column == finding.location.start.column)
                && wanted
                    .file
                    .as_deref()
                    .is_none_or(|file| file == judged_section.file(finding))
                && wanted
                    .part
                    .as_deref()
                    .is_none_or(|part| finding.message.contains(part))
        });
        match found {
            Some(at) => {
                actual.remove(at);
            }
            None => {
                let column = wanted
                    .column
                    .map_or(String::new(), |column| format!(":{column}"));
                let _ = writeln!(
                    problems,
                    "no {name} {}{}{column} {} {} {:?}",
                    wanted
                        .file
                        .as_deref()
                        .map_or(String::new(), |file| format!("{file}:")),
                    wanted.line,
                    wanted.severity.as_str(),
                    wanted.rule,
                    wanted.part.as_deref().unwrap_or_default(),
                );
            }
        }
    }
    for finding in actual {
        let _ = writeln!(
            problems,
            "unexpected {name} {}",
            judged_section.show(finding)
        );
        let _ = writeln!(problems, "    help: {}", finding.help);
    }
}

pub fn compare_gaps(
    id: &str,
    judged_section: &JudgedSection,
    expected: &[ExpectedGap],
    problems: &mut String,
) {
    let named: BTreeSet<&str> = expected
        .iter()
        .map(|gap| gap.rule.as_str())
        .chain([id])
        .collect();
    let mut actual: Vec<&ExpectedGap> = judged_section
        .not_judged
        .iter()
        .filter(|gap| named.contains(gap.rule.as_str()))
        .collect();
    for wanted in expected {
        let found = actual.iter().position(|gap| {
            (gap.line, gap.column, &gap.rule, &gap.code)
                == (wanted.line, wanted.column, &wanted.rule, &wanted.code)
                && (wanted.file.is_none() || wanted.file == gap.file)
        });
        match found {
            Some(at) => {
                actual.remove(at);
            }
            None => {
                let _ = writeln!(problems, "not in the ledger: {wanted:?}");
            }
        }
    }
    for gap in actual {
        let _ = writeln!(problems, "unexpected in the ledger: {gap:?}");
    }
}

/// One phrase with a lower-case start and without a full stop.
pub fn check_words(finding: &Finding) -> Result<(), String> {
    let phrases = finding
        .related
        .iter()
        .map(|related| related.message.as_str());
    for phrase in phrases.chain([finding.message.as_str(), finding.help.as_str()]) {
        if phrase.is_empty() {
            return Err("an empty message or help".to_owned());
        }
        if phrase.ends_with('.') {
            return Err(format!("{phrase:?} ends with a full stop"));
        }
        if phrase.contains('\n') {
            return Err(format!("{phrase:?} has more than one line"));
        }
    }
    let lower = |phrase: &str| !phrase.starts_with(|first: char| first.is_ascii_uppercase());
    let message = finding.message.as_str();
    // Names keep their case: POD_NAME, HorizontalPodAutoscaler ops/x.
    let name = message.split(' ').next().is_some_and(|word| {
        word.contains(['_', '.', '=']) || word.chars().skip(1).any(|c| c.is_ascii_uppercase())
    });
    if lower(message) || name {
        Ok(())
    } else {
        Err(format!("{message:?} starts with a capital letter"))
    }
}
