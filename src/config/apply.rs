//! The configuration's ignores over an outcome.

use std::fs;
use std::path::{Path, PathBuf};

use engine::{self, Finding, Input, Location, Outcome, Rule, Severity, SuppressedBy, Suppression};
use manifest::text::{FileSpan, LineIndex};
use objects::ObjectName;

use super::{CONFIG_FILE, Config, ConfigFile, Ignore};

/// Silences what the configuration silences and reports entries that silence nothing.
/// `paths` are those of the command line.
pub fn apply(config: &Config, outcome: &mut Outcome<'_>, input: &Input, paths: &[PathBuf]) {
    if config.ignores.is_empty() {
        return;
    }
    let used = silence(config, &mut outcome.findings, input);
    let all_is_here = covers(paths, config);
    let complaints: Vec<Finding> = config
        .ignores
        .iter()
        .zip(used)
        .enumerate()
        .filter(|(_, (ignore, used))| !used && (all_is_here || is_here(ignore, input)))
        .filter_map(|(at, (ignore, _))| complaint(config, at, ignore))
        .collect();
    outcome.findings.extend(complaints);
    recount(outcome);
}

/// Silences what the configuration silences; tells which of its entries did.
pub fn silence(config: &Config, findings: &mut [Finding], input: &Input) -> Vec<bool> {
    let today = config.settings.today;
    let mut used = vec![false; config.ignores.len()];
    for finding in findings {
        let file = input.name(finding.location.place.file);
        for (ignore, used) in config.ignores.iter().zip(&mut used) {
            if ignore.has_expired(today) || !ignore.matches(finding, file) {
                continue;
            }
            *used = true;
            if finding.suppressed.is_none() {
                let reason = ignore.reason.clone();
                finding.suppressed = Some(Suppression {
                    by: SuppressedBy::Config,
                    reason,
                });
            }
        }
    }
    used
}

/// Whether the run looked at the whole folder for which the configuration is written.
fn covers(paths: &[PathBuf], config: &Config) -> bool {
    let file = config
        .file
        .as_ref()
        .and_then(|file| fs::canonicalize(&file.name).ok());
    let folder = file.as_deref().and_then(Path::parent);
    folder.is_some_and(|folder| {
        let mut looked_at = paths.iter().filter_map(|path| fs::canonicalize(path).ok());
        looked_at.any(|path| folder.starts_with(path))
    })
}

/// Whether the run looked at what the entry speaks of: a run over the files of one commit
/// says nothing about an entry for others.
fn is_here(ignore: &Ignore, input: &Input) -> bool {
    let Some(path) = &ignore.path else {
        return true;
    };
    input.files().iter().any(|file| path.holds_name(&file.name))
}

fn recount(outcome: &mut Outcome<'_>) {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let open = |severity: Severity| {
        let is_open =
            |finding: &&Finding| finding.suppressed.is_none() && finding.severity == severity;
        number(outcome.findings.iter().filter(is_open).count())
    };
    let (errors, warnings, infos) = (
        open(Severity::Error),
        open(Severity::Warning),
        open(Severity::Info),
    );
    let suppressed = outcome
        .findings
        .iter()
        .filter(|finding| finding.suppressed.is_some())
        .count();
    let summary = &mut outcome.summary;
    (summary.errors, summary.warnings, summary.infos) = (errors, warnings, infos);
    summary.suppressed = number(suppressed);
}

/// The finding about an entry that silences nothing.
fn complaint(config: &Config, at: usize, ignore: &Ignore) -> Option<Finding> {
    let file = config.file.as_ref()?;
    let expired = ignore.has_expired(config.settings.today);
    // Of a rule that does not speak nobody can say whether it would have.
    if !expired && !speaks(config, ignore.rule) {
        return None;
    }
    let unused = engine::rule("unused-ignore")?.rule;
    let severity = match config.settings.severities.get(unused.id) {
        Some(severity) => (*severity)?,
        None => unused.severity,
    };
    let (message, help) = match &ignore.until {
        Some((_, day)) if expired => (
            format!("the ignore of {} ended on {day}", ignore.rule.id),
            "its findings are shown again; mend them, or give the entry a later day",
        ),
        _ => (
            format!("the ignore of {} silences nothing", ignore.rule.id),
            "remove the entry; a finding of the same rule elsewhere would be silenced unseen",
        ),
    };
    let path = format!("$.ignore[{at}].rule");
    Some(Finding {
        rule: unused,
        severity,
        message,
        help: help.to_owned(),
        object: ObjectName::default(),
        container: None,
        location: locate(file, ignore, path.clone()),
        related: Vec::new(),
        fixes: Vec::new(),
        suppressed: None,
        fingerprint: fingerprint(&[unused.id, ignore.rule.id, &ignore.reason, &path]),
    })
}

/// Whether a rule can have said anything in this run.
fn speaks(config: &Config, rule: &Rule) -> bool {
    match config.settings.severities.get(rule.id) {
        Some(severity) => severity.is_some(),
        None => rule.profile <= config.settings.profile,
    }
}

fn locate(file: &ConfigFile, ignore: &Ignore, path: String) -> Location {
    let lines = LineIndex::new(file.text.as_str().into());
    Location {
        place: FileSpan {
            file: CONFIG_FILE,
            span: ignore.span,
        },
        start: lines.position(ignore.span.start),
        end: lines.position(ignore.span.end),
        path,
    }
}

/// FNV-1a over the parts: the same on every machine and in every version.
fn fingerprint(parts: &[&str]) -> String {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
