//! Makes the fixes of findings, and judges what is left.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use engine::{Finding, Fix, FixAvailability};
use manifest::text::FileId;
use similar::{ChangeTag, TextDiff};

use crate::document::{ExpectedFix, Section};
use crate::judging::{JudgedSection, judge};

/// The lines that the first fix of a finding on them is expected to leave, or that there is none.
pub fn check_fixed(
    id: &str,
    section: &Section,
    judged_section: &JudgedSection,
) -> Result<(), String> {
    for ExpectedFix {
        line: number,
        effect,
    } in &section.fixed
    {
        let mut candidates = judged_section.findings.iter().filter(|finding| {
            finding.rule.id == id && finding.location.start.line as usize == *number
        });
        let fix = candidates.find_map(|finding| finding.fixes.first());
        let (fix, (safe, text)) = match (fix, effect) {
            (Some(fix), Some(effect)) => (fix, effect),
            (None, None) => continue,
            (None, Some(_)) => return Err(format!("no fix for line {number}")),
            (Some(fix), None) => {
                return Err(format!("the fix {:?} for line {number}", fix.title));
            }
        };
        if fix.safe != *safe {
            return Err(format!("the fix {:?} says safe: {}", fix.title, fix.safe));
        }
        let mut files = section.files.clone();
        apply(&mut files, fix)?;
        let line = files[0].1.lines().nth(number - 1).unwrap_or_default();
        let line = line.split(" # ").next().unwrap_or_default().trim();
        if line != text {
            return Err(format!(
                "the fix {:?} leaves {line:?}, not {text:?}",
                fix.title
            ));
        }
    }
    Ok(())
}

/// The lines that the first fix of the rule's own findings is expected to change.
pub fn check_change(
    id: &str,
    section: &Section,
    judged_section: &JudgedSection,
) -> Result<(), String> {
    let Some((is_safe, expected)) = &section.change else {
        return Ok(());
    };
    let mut findings = judged_section.findings.iter();
    let fix = findings.find_map(|finding| {
        let is_own = finding.rule.id == id && finding.suppressed.is_none();
        finding.fixes.first().filter(|_| is_own)
    });
    let fix = fix.ok_or("no fix makes the change".to_owned())?;
    let mut files = section.files.clone();
    apply(&mut files, fix)?;
    let mut change = String::new();
    for ((_, before), (_, after)) in section.files.iter().zip(&files) {
        for line in TextDiff::from_lines(before, after).iter_all_changes() {
            if line.tag() != ChangeTag::Equal {
                let _ = writeln!(change, "{}{}", line.tag(), without_mark(line.value()));
            }
        }
    }
    if (fix.safe, &change) == (*is_safe, expected) {
        return Ok(());
    }
    let word = if fix.safe { "safe" } else { "unsafe" };
    Err(format!(
        "the fix {:?} is {word} and changes\n{change}",
        fix.title
    ))
}

/// A line without the mark that expects a finding on it.
fn without_mark(line: &str) -> &str {
    let marks = ["error", "warning", "info"].map(|severity| format!(" # {severity}: ["));
    let at = marks.iter().filter_map(|mark| line.find(mark)).min();
    line[..at.unwrap_or(line.len())].trim_end()
}

/// Every fix makes its finding go away, in at most ten rounds, and the input still reads.
pub fn check_fixes(section: &Section, finding: &Finding) -> Result<(), String> {
    match finding.rule.fix {
        FixAvailability::None if !finding.fixes.is_empty() => {
            return Err("a fix, although the rule says it has none".to_owned());
        }
        FixAvailability::Always if finding.fixes.is_empty() => {
            return Err("no fix, although the rule says it always has one".to_owned());
        }
        _ => {}
    }
    for fix in &finding.fixes {
        let mut files = section.files.clone();
        let mut next = Some(fix.clone());
        let mut rounds = 0;
        while let Some(fix) = next {
            rounds += 1;
            if rounds > 10 {
                return Err(format!("the fix {:?} does not settle", fix.title));
            }
            apply(&mut files, &fix)?;
            let judged_section = judge(section, &files)
                .map_err(|problem| format!("after the fix {:?}: {problem}", fix.title))?;
            let again = judged_section.findings.iter().find(|other| {
                other.fingerprint == finding.fingerprint && other.suppressed.is_none()
            });
            next = match again {
                None => None,
                Some(other) if other.fixes.is_empty() => {
                    return Err(format!(
                        "the fix {:?} leaves {}",
                        fix.title,
                        judged_section.show(other)
                    ));
                }
                Some(other) => other.fixes.first().cloned(),
            };
        }
    }
    Ok(())
}

pub fn apply(files: &mut [(String, String)], fix: &Fix) -> Result<(), String> {
    let mut by_file: BTreeMap<FileId, Vec<_>> = BTreeMap::new();
    for edit in &fix.edits {
        by_file.entry(edit.place.file).or_default().push(edit);
    }
    for (file, edits) in by_file {
        let Some((_, body)) = files.get_mut(file.0 as usize) else {
            return Err(format!(
                "the fix {:?} edits no file of the input",
                fix.title
            ));
        };
        let mut last = u32::MAX;
        for edit in edits.into_iter().rev() {
            let span = edit.place.span;
            if span.end > last || span.end < span.start {
                return Err(format!(
                    "the edits of {:?} overlap or are not sorted",
                    fix.title
                ));
            }
            last = span.start;
            let range = span.start as usize..span.end as usize;
            if body.get(range.clone()).is_none() {
                return Err(format!("an edit of {:?} lies outside the file", fix.title));
            }
            body.replace_range(range, &edit.text);
        }
    }
    Ok(())
}
