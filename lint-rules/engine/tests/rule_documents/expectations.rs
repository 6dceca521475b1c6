//! Compares what a section expects with what was judged.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use engine::{Finding, MAX_TITLE_CHARACTERS};

use crate::document::{Expected, ExpectedGap, Section};
use crate::fixes::{check_change, check_fixed, check_fixes};
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
    let fixes = check_fixed(id, section, &judged_section);
    for problem in [fixes, check_change(id, section, &judged_section)] {
        if let Err(problem) = problem {
            let _ = writeln!(problems, "{problem}");
        }
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
                && holds(finding, &wanted.parts)
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
                    "no {name} {}{}{column} {} {} {}",
                    wanted
                        .file
                        .as_deref()
                        .map_or(String::new(), |file| format!("{file}:")),
                    wanted.line,
                    wanted.severity.as_str(),
                    wanted.rule,
                    wanted
                        .parts
                        .iter()
                        .map(|part| format!("{part:?}"))
                        .collect::<Vec<_>>()
                        .join(" "),
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
        let _ = writeln!(problems, "    remedy: {}", finding.remedy);
    }
}

/// Whether the message holds the first part, and help or remedy each of the others.
pub fn holds(finding: &Finding, parts: &[String]) -> bool {
    let mut parts = parts.iter();
    let in_message = parts
        .next()
        .is_none_or(|part| finding.message.contains(part));
    in_message && parts.all(|part| finding.help.contains(part) || finding.remedy.contains(part))
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

/// What no text says: words that are no terms of the field.
const UNWANTED_WORDS: &[&str] = &[
    "nobody",
    "told",
    "said",
    "came of",
    "comes of",
    "passed over",
];

/// The message: one phrase with a lower-case start, short and without a full stop. Help and remedy: full sentences.
pub fn check_words(finding: &Finding) -> Result<(), String> {
    let related = finding
        .related
        .iter()
        .map(|related| related.message.as_str());
    for phrase in related.chain([finding.message.as_str()]) {
        if phrase.is_empty() || phrase.ends_with('.') || phrase.contains(['\n', ';']) {
            return Err(format!("{phrase:?} is not one phrase without a full stop"));
        }
    }
    let length = finding.message.chars().count();
    if length > MAX_TITLE_CHARACTERS {
        return Err(format!("the message has {length} characters"));
    }
    for text in [&finding.help, &finding.remedy] {
        check_sentences(text)?;
    }
    for text in [&finding.message, &finding.help, &finding.remedy] {
        check_terms(text)?;
    }
    let lower = |phrase: &str| !phrase.starts_with(|first: char| first.is_ascii_uppercase());
    let message = finding.message.as_str();
    // Names keep their case: POD_NAME, HorizontalPodAutoscaler ops/x.
    let name = message.split(' ').next().is_some_and(|word| {
        word.contains(['_', '.', '=']) || word.chars().skip(1).any(|c| c.is_ascii_uppercase())
    });
    let object = ["Role ", "ClusterRole ", "API group "];
    if lower(message) || name || object.iter().any(|kind| message.starts_with(kind)) {
        Ok(())
    } else {
        Err(format!("{message:?} starts with a capital letter"))
    }
}

/// Full sentences on one line: a full stop at the end, and none chained to another by a semicolon.
pub fn check_sentences(text: &str) -> Result<(), String> {
    let prose: String = text.split('`').step_by(2).collect();
    let is_whole = text.ends_with('.') && !text.starts_with(' ') && !text.contains('\n');
    if !is_whole || prose.contains(';') || text.contains("  ") {
        return Err(format!("{text:?} is not in full sentences"));
    }
    Ok(())
}

/// No word that is no term of the field.
pub fn check_terms(text: &str) -> Result<(), String> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|letter: char| !letter.is_alphanumeric())
        .collect();
    let is_there = |unwanted: &str| {
        if unwanted.contains(' ') {
            lower.contains(unwanted)
        } else {
            words.contains(&unwanted)
        }
    };
    match UNWANTED_WORDS.iter().find(|word| is_there(word)) {
        Some(word) => {
            let at = lower.find(word).unwrap_or_default();
            let around: String = text.chars().skip(at.saturating_sub(60)).take(120).collect();
            Err(format!("{around:?} says {word:?}"))
        }
        None => Ok(()),
    }
}
