//! The baseline of a run: read before anything is judged, applied, and written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use engine::{
    Baseline, BaselineEntry, Engine, Finding, Input, Needs, Outcome, Rule, SuppressedBy,
    rule as built_in_rule,
};

use objects::is_read_kind;

use crate::cli::JudgeOptions;
use crate::status::CommandError;

/// The baselines that the command line names, read.
pub struct KnownFindings {
    /// The one to apply, and its file.
    applied: Option<(PathBuf, Baseline)>,
    /// Where to write one, and what is there now.
    written: Option<(PathBuf, Baseline)>,
}

/// What a baseline changed in a run.
#[derive(Default)]
pub struct BaselineReport {
    /// The file that was applied.
    pub file: Option<String>,
    /// Its entries that match nothing any more, as far as this run can say.
    pub unmatched: Vec<BaselineEntry>,
    /// How many findings were written, and into which file.
    pub written: Option<(usize, String)>,
}

/// What a run looked at.
#[derive(Clone, Copy)]
pub struct BaselineScope<'a> {
    pub input: &'a Input,
    pub engine: &'a Engine,
    /// The rules of the engine that this kind of run has.
    pub ran: &'a [&'static Rule],
    /// The name of the configuration, into which findings may point.
    pub config: Option<&'a str>,
    /// Whether what is not in the input, nor on the disk, is gone; otherwise the run may have left it out.
    pub is_whole: bool,
    /// Whether objects of a live cluster were judged. One baseline may hold the findings of files and of a cluster.
    pub is_live: bool,
}

/// The rules of an engine that run where these needs are met.
pub fn rules_that_run(engine: &Engine, is_met: impl Fn(Needs) -> bool) -> Vec<&'static Rule> {
    let active = engine.active().iter().copied();
    active.filter(|rule| is_met(rule.needs)).collect()
}

impl KnownFindings {
    /// Reads what the command line names.
    ///
    /// # Errors
    /// A baseline that is not there or is none. What is not a baseline is not overwritten either.
    pub fn load(judgement: &JudgeOptions) -> Result<Self, CommandError> {
        let applied = match &judgement.baseline {
            Some(file) => match read(file)? {
                Some(baseline) => Some((file.clone(), baseline)),
                None => {
                    let file = shown(file);
                    return Err(CommandError::usage(format_args!(
                        "no such baseline: {file}; `--write-baseline {file}` writes one"
                    )));
                }
            },
            None => None,
        };
        let written = match &judgement.write_baseline {
            Some(file) => Some((file.clone(), read(file)?.unwrap_or_default())),
            None => None,
        };
        Ok(Self { applied, written })
    }

    /// The fingerprints of the findings that the baseline silences.
    pub fn fingerprints(&self) -> BTreeSet<&str> {
        let entries = self.applied.iter().flat_map(|(_, known)| known.entries());
        entries.map(|entry| entry.fingerprint.as_str()).collect()
    }

    /// Silences what is known, and writes what is asked for.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn apply(
        &self,
        outcome: &mut Outcome<'_>,
        scope: BaselineScope<'_>,
    ) -> Result<BaselineReport, CommandError> {
        let mut report = BaselineReport::default();
        if self.applied.is_none() && self.written.is_none() {
            return Ok(report);
        }
        let reach = BaselineReach::of(scope, outcome);
        if let Some((file, baseline)) = &self.applied {
            let unmatched = baseline.apply(outcome);
            let unmatched = unmatched.into_iter();
            report.unmatched = unmatched
                .filter(|entry| reach.has_judged(entry))
                .cloned()
                .collect();
            report.file = Some(shown(file));
        }
        if let Some((file, old)) = &self.written {
            let found = outcome.findings.iter().chain(&outcome.existing);
            let found: Vec<_> = found
                .filter(|finding| is_open_or_known(finding))
                .map(|finding| BaselineEntry::of(finding, &scope.file_of(finding)))
                .collect();
            // What this run did not look at stays.
            let applied = self.applied.iter().map(|(_, baseline)| baseline);
            let others = applied.chain([old]).flat_map(Baseline::entries);
            let others = others.filter(|entry| !reach.has_judged(entry));
            let count = found.len();
            let baseline = Baseline::new(found.into_iter().chain(others.cloned()));
            fs::write(file, baseline.text()).map_err(|error| {
                CommandError::usage(format_args!("cannot write {}: {error}", shown(file)))
            })?;
            baseline.apply(outcome);
            report.written = Some((count, shown(file)));
        }
        Ok(report)
    }
}

/// What a run judged, by the names that a baseline has for files.
struct BaselineReach<'a> {
    scope: BaselineScope<'a>,
    /// The files of the input.
    files: BTreeMap<String, FileReach>,
}

/// What a run left open in a file.
#[derive(Default)]
struct FileReach {
    /// Something in it could not be read.
    is_unread: bool,
    /// The rules that could not judge something in it.
    unjudged: BTreeSet<&'static str>,
}

impl<'a> BaselineReach<'a> {
    fn of(scope: BaselineScope<'a>, outcome: &Outcome<'_>) -> Self {
        let input = scope.input;
        let unread: BTreeSet<_> = outcome.unread.iter().map(|unread| unread.file).collect();
        let files = input.numbered().map(|(id, _)| {
            let file = FileReach {
                is_unread: unread.contains(&id),
                ..FileReach::default()
            };
            (input.repository_name(id), file)
        });
        let mut files: BTreeMap<_, _> = files.collect();
        for one in &outcome.not_judged {
            let name = input.repository_name(one.location.place.file);
            if let Some(file) = files.get_mut(&name) {
                file.unjudged.insert(one.rule.id);
            }
        }
        Self { scope, files }
    }

    /// Whether the run would have found the finding of an entry. Not if it did not read the file, unless that is gone, and not
    /// if the rule did not run or could not judge.
    fn has_judged(&self, entry: &BaselineEntry) -> bool {
        let scope = self.scope;
        let is_it = |rule: &&'static Rule| rule.id == entry.rule;
        if !scope.ran.iter().any(is_it) {
            let is_own = scope.engine.settings().rules.iter().any(is_it);
            return !is_own && built_in_rule(&entry.rule).is_none();
        }
        match self.files.get(&entry.file) {
            Some(file) => !file.is_unread && !file.unjudged.contains(entry.rule.as_str()),
            None => {
                let root = Path::new(scope.input.repository_root().unwrap_or("."));
                scope.is_whole
                    && scope.is_live == is_of_cluster(&entry.file)
                    && !root.join(&entry.file).exists()
            }
        }
    }
}

impl BaselineScope<'_> {
    /// The file of a finding as its fingerprint has it; the configuration by its own name.
    fn file_of(self, finding: &Finding) -> String {
        let file = finding.location.place.file;
        match self.input.file(file) {
            Some(_) => self.input.repository_name(file),
            None => self.config.unwrap_or_default().to_owned(),
        }
    }
}

/// Whether a file is the name of an object of a live cluster: `cluster/NS/Kind/NAME.yaml`, or without a namespace.
fn is_of_cluster(file: &str) -> bool {
    let mut parts = file.rsplit('/');
    let (_, kind) = (parts.next(), parts.next());
    file.starts_with("cluster/") && kind.is_some_and(is_read_kind)
}

/// What nothing else than a baseline silences.
fn is_open_or_known(finding: &Finding) -> bool {
    let suppressed = finding.suppressed.as_ref();
    suppressed.is_none_or(|suppressed| suppressed.by == SuppressedBy::Baseline)
}

/// The baseline in a file; `None` if there is no such file.
fn read(file: &Path) -> Result<Option<Baseline>, CommandError> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let file = shown(file);
            return Err(CommandError::usage(format_args!(
                "cannot read baseline {file}: {error}"
            )));
        }
    };
    let baseline = Baseline::parse(&text).map_err(|mistake| {
        let (file, line) = (shown(file), mistake.line);
        CommandError::usage(format_args!(
            "{file}:{line}: no line of a baseline, which begins with a fingerprint of 16 hexadecimal digits"
        ))
    })?;
    Ok(Some(baseline))
}

fn shown(file: &Path) -> String {
    file.display().to_string().escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_run_leaves_out_is_not_gone() {
        let (input, engine) = (Input::new(Vec::new()), Engine::default());
        let ran = rules_that_run(&engine, |needs| needs == Needs::Bundle);
        let of_file = |file: &str, rule: &str, is_whole: bool, is_live: bool| {
            let scope = BaselineScope {
                input: &input,
                engine: &engine,
                ran: &ran,
                config: None,
                is_whole,
                is_live,
            };
            let entry = BaselineEntry {
                file: file.to_owned(),
                rule: rule.to_owned(),
                place: String::new(),
                fingerprint: "0123456789abcdef".to_owned(),
                line: 1,
            };
            BaselineReach::of(scope, &Outcome::default()).has_judged(&entry)
        };
        let has_judged = |rule: &str, is_whole: bool| {
            of_file("cluster/ops/Deployment/warden.yaml", rule, is_whole, true)
        };
        assert!(has_judged("single-replica", true));
        assert!(!has_judged("single-replica", false));
        // The cluster was not watched.
        assert!(!has_judged("holder-gone", true));
        assert!(has_judged("no-such-rule", false));
        // Files say nothing of a cluster, and a cluster nothing of files.
        for (file, is_live) in [
            ("cluster/ops/Deployment/warden.yaml", true),
            ("cluster/ClusterRole/warden.yaml", true),
            ("cluster/ops/warden.yaml", false),
            ("gone/warden.yaml", false),
        ] {
            assert!(of_file(file, "single-replica", true, is_live), "{file}");
            assert!(!of_file(file, "single-replica", true, !is_live), "{file}");
        }
    }
}
