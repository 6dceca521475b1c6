//! Runs the documents `rules/<id>/tests.md`: one test for each section, and one for each folder.
//!
//! A section is a `##` title, prose, fenced blocks of input (`yaml`, with `file=name` where there are
//! several; `text file=name` for what is not YAML; `yaml before` for a file of the old side, where a change
//! is judged) and what is expected of them:
//! - marks at the end of a line of input: `# error: [rule-id] "part of the message"`,
//! - a block `findings`: `[file:]line:column severity rule-id "part of the message"`,
//! - a block `suppressed`, in the same shape, for findings that an ignore silences,
//! - a block `not-judged`: `[file:]line:column rule-id code`,
//! - a block `fixed`: `line safe text` or `line unsafe text`, a line of the first file as the first fix
//!   of the rule's own finding leaves it,
//! - a block `config`: `profile: strict`, `limits.apiOutageTarget: 30s`, `rules.<id>: off`,
//!   `today: 2027-01-31`.
//!
//! Of the folder's own rule, and of every rule that an expectation names, all findings must be
//! expected and all expected ones found. A section without expectations must be silent.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, process};

use engine::ignores::Day;
use engine::{
    Check, Engine, Finding, Fix, FixAvailability, Input, Needs, Outcome, Profile, Settings,
    Severity, Task,
};
use libtest_mimic::{Arguments, Failed, Trial};
use manifest::text::FileId;
use programs::duration::go_duration;

fn main() -> process::ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut folders: Vec<PathBuf> = fs::read_dir(&root)
        .expect("the folder of rules is there")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let mut trials = Vec::new();
    for folder in folders {
        let id = folder
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
            .to_owned();
        let text = fs::read_to_string(folder.join("tests.md")).unwrap_or_default();
        let sections = match sections_of(&text) {
            Ok(sections) => sections,
            Err(problem) => {
                trials.push(Trial::test(format!("{id}::tests.md"), move || {
                    Err(problem.into())
                }));
                continue;
            }
        };
        let sections: Vec<Arc<Section>> = sections.into_iter().map(Arc::new).collect();
        for section in &sections {
            let (id, section) = (id.clone(), Arc::clone(section));
            trials.push(Trial::test(format!("{id}::{}", section.title), move || {
                check_section(&id, &section).map_err(Failed::from)
            }));
        }
        let name = format!("{id}::folder");
        trials.push(Trial::test(name, move || {
            check_folder(&id, &folder, &sections).map_err(Failed::from)
        }));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// What the names of the old side's files begin with in expectations.
const BEFORE: &str = "before/";

/// One section of a document.
#[derive(Debug, Default)]
struct Section {
    title: String,
    files: Vec<(String, String)>,
    /// Files of the old side of a change.
    before: Vec<(String, String)>,
    /// Files that are not YAML.
    texts: BTreeSet<String>,
    settings: Vec<(String, String)>,
    findings: Vec<Expected>,
    suppressed: Vec<Expected>,
    not_judged: Vec<ExpectedGap>,
    /// Line, whether the fix is safe, and the line's text after it.
    fixed: Vec<(usize, bool, String)>,
}

impl Section {
    /// A section about an ignore says so in its title. Without a block `suppressed` it is enough
    /// that some finding of the folder's rule is silenced.
    fn is_ignored(&self) -> bool {
        self.title.to_lowercase().contains("ignored")
    }
}

/// A finding that must be there. A mark says no column.
#[derive(Clone, Debug)]
struct Expected {
    file: Option<String>,
    line: u32,
    column: Option<u32>,
    severity: Severity,
    rule: String,
    part: Option<String>,
}

/// An entry of the ledger that must be there.
#[derive(Clone, Debug)]
struct ExpectedGap {
    file: Option<String>,
    line: u32,
    column: u32,
    rule: String,
    code: String,
}

// ------------------------------------------------------------------ reading the document

fn sections_of(text: &str) -> Result<Vec<Section>, String> {
    let mut sections: Vec<Section> = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            sections.push(Section {
                title: title.trim().to_owned(),
                ..Section::default()
            });
            continue;
        }
        let dashes = line.len() - line.trim_start_matches('`').len();
        if dashes < 3 {
            continue;
        }
        let (fence, info) = line.split_at(dashes);
        let mut body = String::new();
        let mut closed = false;
        for (_, inner) in lines.by_ref() {
            if inner.trim_end() == fence {
                closed = true;
                break;
            }
            body.push_str(inner);
            body.push('\n');
        }
        if !closed {
            return Err(format!("line {}: the block is never closed", number + 1));
        }
        let Some(section) = sections.last_mut() else {
            return Err(format!(
                "line {}: a block before the first section",
                number + 1
            ));
        };
        read_block(section, info.trim(), body)
            .map_err(|problem| format!("line {}: {problem}", number + 1))?;
    }
    for section in &mut sections {
        let mut files = section.files.clone();
        let old = |(name, body)| (format!("{BEFORE}{name}"), body);
        files.extend(section.before.clone().into_iter().map(old));
        for (name, body) in &files {
            for (at, line) in (1..).zip(body.lines()) {
                let marks = marks_of(name, at, line)
                    .map_err(|problem| format!("{}: {problem}", section.title))?;
                section.findings.extend(marks);
            }
        }
    }
    Ok(sections)
}

fn read_block(section: &mut Section, info: &str, body: String) -> Result<(), String> {
    let mut words = info.split_whitespace();
    let language = words.next().unwrap_or_default();
    let words: Vec<&str> = words.collect();
    let name = words.iter().find_map(|word| word.strip_prefix("file="));
    let is_old = words.contains(&"before");
    let lines = body.lines().map(str::trim).filter(|line| !line.is_empty());
    match language {
        "yaml" | "json" | "text" => {
            let name = name.unwrap_or("input.yaml").to_owned();
            let files = if is_old {
                &mut section.before
            } else {
                &mut section.files
            };
            if files.iter().any(|(other, _)| *other == name) {
                return Err(format!("two blocks are called {name}"));
            }
            if language == "text" {
                section.texts.insert(name.clone());
            }
            files.push((name, body));
        }
        "config" => {
            for line in lines {
                let (key, value) = line
                    .split_once(':')
                    .ok_or(format!("no value in {line:?}"))?;
                section
                    .settings
                    .push((key.trim().to_owned(), value.trim().to_owned()));
            }
        }
        "findings" => {
            for line in lines {
                section.findings.push(expected_of(line)?);
            }
        }
        "suppressed" => {
            for line in lines {
                section.suppressed.push(expected_of(line)?);
            }
        }
        "not-judged" => {
            for line in lines {
                let (place, rest) = line.split_once(' ').ok_or(format!("no rule in {line:?}"))?;
                let (file, line_number, column) = place_of(place)?;
                let (rule, code) = rest.trim().split_once(' ').ok_or("no code".to_owned())?;
                section.not_judged.push(ExpectedGap {
                    file,
                    line: line_number,
                    column,
                    rule: rule.to_owned(),
                    code: code.trim().to_owned(),
                });
            }
        }
        "fixed" => {
            for line in lines {
                let mut words = line.splitn(3, ' ');
                let number = words.next().and_then(|word| word.parse().ok());
                let safe = words.next().map(|word| word == "safe");
                match (number, safe, words.next()) {
                    (Some(number), Some(safe), Some(text)) => {
                        section.fixed.push((number, safe, text.to_owned()));
                    }
                    _ => return Err(format!("{line:?} is no fixed line")),
                }
            }
        }
        other => return Err(format!("a block of {other:?}, which means nothing here")),
    }
    Ok(())
}

/// `[file:]line:column`.
fn place_of(text: &str) -> Result<(Option<String>, u32, u32), String> {
    let wrong = || format!("{text:?} is no place");
    let mut parts = text.rsplitn(3, ':');
    let column = parts
        .next()
        .and_then(|part| part.parse().ok())
        .ok_or_else(wrong)?;
    let line = parts
        .next()
        .and_then(|part| part.parse().ok())
        .ok_or_else(wrong)?;
    Ok((parts.next().map(str::to_owned), line, column))
}

fn severity_of(word: &str) -> Result<Severity, String> {
    match word {
        "error" => Ok(Severity::Error),
        "warning" => Ok(Severity::Warning),
        "info" => Ok(Severity::Info),
        _ => Err(format!("{word:?} is no severity")),
    }
}

fn expected_of(line: &str) -> Result<Expected, String> {
    let mut words = line.splitn(4, ' ');
    let (file, line_number, column) = place_of(words.next().unwrap_or_default())?;
    let severity = severity_of(words.next().unwrap_or_default())?;
    let rule = words
        .next()
        .ok_or(format!("no rule in {line:?}"))?
        .to_owned();
    let part = words.next().map(quoted).transpose()?;
    Ok(Expected {
        file,
        line: line_number,
        column: Some(column),
        severity,
        rule,
        part,
    })
}

/// The text between the first and the last double quote.
fn quoted(text: &str) -> Result<String, String> {
    text.trim()
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or(format!("{text:?} is not in quotes"))
}

/// All `# severity: [rule] "part"` of a line.
fn marks_of(file: &str, line: u32, text: &str) -> Result<Vec<Expected>, String> {
    let mut marks = Vec::new();
    let starts: Vec<usize> = ["# error: [", "# warning: [", "# info: ["]
        .into_iter()
        .flat_map(|start| text.match_indices(start).map(|(at, _)| at))
        .collect::<BTreeSet<usize>>()
        .into_iter()
        .collect();
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(text.len());
        let mark = text[*start..end].trim_start_matches("# ");
        let (severity, rest) = mark.split_once(": [").ok_or("a broken mark".to_owned())?;
        let (rule, part) = rest.split_once(']').ok_or(format!("no end in {mark:?}"))?;
        let part = Some(part.trim())
            .filter(|part| !part.is_empty())
            .map(quoted)
            .transpose()?;
        marks.push(Expected {
            file: Some(file.to_owned()),
            line,
            column: None,
            severity: severity_of(severity)?,
            rule: rule.to_owned(),
            part,
        });
    }
    Ok(marks)
}

fn settings_of(section: &Section) -> Result<Settings, String> {
    let mut settings = Settings::default();
    for (key, value) in &section.settings {
        let duration = || go_duration(value).map_err(|error| format!("{key}: {error}"));
        match key.as_str() {
            "profile" => {
                settings.profile = match value.as_str() {
                    "recommended" => Profile::Recommended,
                    "strict" => Profile::Strict,
                    "pedantic" => Profile::Pedantic,
                    other => return Err(format!("{other:?} is no profile")),
                }
            }
            "limits.apiOutageTarget" => settings.limits.api_outage_target = Some(duration()?),
            "limits.failoverTarget" => settings.limits.failover_target = duration()?,
            "limits.longestLease" => settings.limits.longest_lease = duration()?,
            "limits.minRenewAttempts" => {
                settings.limits.min_renew_attempts = value
                    .parse()
                    .map_err(|_| format!("{value:?} is no number"))?;
            }
            "today" => {
                settings.today = Some(Day::parse(value).ok_or(format!("{value:?} is no date"))?);
            }
            other => {
                let rule = other
                    .strip_prefix("rules.")
                    .ok_or(format!("no setting {other:?}"))?;
                let severity = match value.as_str() {
                    "off" => None,
                    word => Some(severity_of(word)?),
                };
                settings.severities.insert(rule.to_owned(), severity);
            }
        }
    }
    Ok(settings)
}

// ------------------------------------------------------------------ judging

/// What a run said, with file names in place of ids.
struct Said {
    findings: Vec<Finding>,
    not_judged: Vec<ExpectedGap>,
    names: Vec<String>,
}

impl Said {
    fn file(&self, finding: &Finding) -> &str {
        let id = finding.location.place.file.0 as usize;
        self.names.get(id).map_or("", String::as_str)
    }

    fn show(&self, finding: &Finding) -> String {
        format!(
            "{}:{}:{} {} {} {:?}",
            self.file(finding),
            finding.location.start.line,
            finding.location.start.column,
            finding.severity.as_str(),
            finding.rule.id,
            finding.message,
        )
    }
}

fn read(section: &Section, first: FileId, files: &[(String, String)]) -> Input {
    let read = (first.0..).zip(files).map(|(id, (name, body))| {
        let mut file =
            engine::read_file(FileId(id), name, body.as_bytes(), false, Default::default());
        if section.texts.contains(name) {
            file.text = Some(body.clone());
        }
        file
    });
    Input::starting_at(first, read.collect())
}

/// Judges a section: its files, or the change from its old files to these.
fn judge(section: &Section, files: &[(String, String)]) -> Result<Said, String> {
    let engine = Engine::new(settings_of(section)?);
    let input = read(section, FileId(0), files);
    let old =
        read(section, input.next_id(), &section.before).shown_as(|name| format!("{BEFORE}{name}"));
    let task = if section.before.is_empty() {
        Task::lint(&input)
    } else {
        Task::change(&old, &input)
    };
    let Outcome {
        findings,
        not_judged,
        unread,
        internal,
        ..
    } = engine.judge(task);
    if let Some(error) = internal.first() {
        return Err(format!("{} panicked: {}", error.rule, error.message));
    }
    if let Some(unread) = unread.first() {
        return Err(format!(
            "line {} was not read: {}",
            unread.position.line, unread.reason
        ));
    }
    let names: Vec<String> = [&input, &old]
        .into_iter()
        .flat_map(|side| {
            side.numbered()
                .map(|(id, _)| side.shown_name(id).to_owned())
        })
        .collect();
    let not_judged = not_judged
        .iter()
        .map(|entry| ExpectedGap {
            file: names.get(entry.location.place.file.0 as usize).cloned(),
            line: entry.location.start.line,
            column: entry.location.start.column,
            rule: entry.rule.id.to_owned(),
            code: entry.code.as_str().to_owned(),
        })
        .collect();
    Ok(Said {
        findings,
        not_judged,
        names,
    })
}

fn check_section(id: &str, section: &Section) -> Result<(), String> {
    if section.files.is_empty() {
        return Err("the section has no input".to_owned());
    }
    let said = judge(section, &section.files)?;
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
        let actual: Vec<&Finding> = said
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
        compare(&said, name, expected, actual, &mut problems);
    }
    compare_gaps(id, &said, &section.not_judged, &mut problems);
    for finding in said.findings.iter().filter(|finding| finding.rule.id == id) {
        if let Err(problem) = check_words(finding) {
            let _ = writeln!(problems, "{problem}: {}", said.show(finding));
        }
        if finding.suppressed.is_none()
            && let Err(problem) = check_fixes(section, finding)
        {
            let _ = writeln!(problems, "{problem}: {}", said.show(finding));
        }
    }
    if let Err(problem) = check_fixed(id, section, &said) {
        let _ = writeln!(problems, "{problem}");
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// The lines that the first fix of a finding on them is expected to leave.
fn check_fixed(id: &str, section: &Section, said: &Said) -> Result<(), String> {
    for (number, safe, text) in &section.fixed {
        let mut candidates = said.findings.iter().filter(|finding| {
            finding.rule.id == id && finding.location.start.line as usize == *number
        });
        let fix = candidates.find_map(|finding| finding.fixes.first());
        let fix = fix.ok_or(format!("no fix for line {number}"))?;
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

fn compare(
    said: &Said,
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
                    .is_none_or(|file| file == said.file(finding))
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
        let _ = writeln!(problems, "unexpected {name} {}", said.show(finding));
        let _ = writeln!(problems, "    help: {}", finding.help);
    }
}

fn compare_gaps(id: &str, said: &Said, expected: &[ExpectedGap], problems: &mut String) {
    let named: BTreeSet<&str> = expected
        .iter()
        .map(|gap| gap.rule.as_str())
        .chain([id])
        .collect();
    let mut actual: Vec<&ExpectedGap> = said
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
fn check_words(finding: &Finding) -> Result<(), String> {
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

/// Every fix makes its finding go away, in at most ten rounds, and the input still reads.
fn check_fixes(section: &Section, finding: &Finding) -> Result<(), String> {
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
            let said = judge(section, &files)
                .map_err(|problem| format!("after the fix {:?}: {problem}", fix.title))?;
            let again = said.findings.iter().find(|other| {
                other.fingerprint == finding.fingerprint && other.suppressed.is_none()
            });
            next = match again {
                None => None,
                Some(other) if other.fixes.is_empty() => {
                    return Err(format!(
                        "the fix {:?} leaves {}",
                        fix.title,
                        said.show(other)
                    ));
                }
                Some(other) => other.fixes.first().cloned(),
            };
        }
    }
    Ok(())
}

fn apply(files: &mut [(String, String)], fix: &Fix) -> Result<(), String> {
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

// ------------------------------------------------------------------ the folder

fn check_folder(id: &str, folder: &Path, sections: &[Arc<Section>]) -> Result<(), String> {
    for part in ["rule.rs", "rule.md", "tests.md"] {
        if !folder.join(part).is_file() {
            return Err(format!("{part} is missing"));
        }
    }
    let entry = engine::rule(id).ok_or("no rule of that id is registered".to_owned())?;
    let code = fs::read_to_string(folder.join("rule.rs")).unwrap_or_default();
    if code.lines().count() > 200 {
        return Err(format!("rule.rs has {} lines", code.lines().count()));
    }
    if !check_summary(entry.rule.summary) {
        return Err(format!(
            "the summary {:?} is not in style",
            entry.rule.summary
        ));
    }
    check_page(id, entry.page)?;

    let of_rule = |expected: &[Expected]| expected.iter().any(|finding| finding.rule == id);
    let fires = sections.iter().any(|section| of_rule(&section.findings));
    let silent = sections.iter().any(|section| {
        !of_rule(&section.findings) && !of_rule(&section.suppressed) && !section.is_ignored()
    });
    let suppressed = sections.iter().any(|section| {
        section.is_ignored() && (section.suppressed.is_empty() || of_rule(&section.suppressed))
    });
    // The engine's own rule about ignores is the one that no ignore silences.
    let needs_ignored = !matches!(entry.rule.check, Check::Ignore(_));
    // What only the webhook sees cannot be shown here, other than that it is silent.
    let is_elsewhere = !needs_ignored && entry.rule.needs == Needs::Change;
    match (fires || is_elsewhere, silent, suppressed || !needs_ignored) {
        (true, true, true) => Ok(()),
        (false, _, _) => Err("no section in which it fires".to_owned()),
        (_, false, _) => Err("no section in which it is silent".to_owned()),
        _ => Err("no section with \"ignored\" in its title and a suppressed finding".to_owned()),
    }
}

fn check_summary(summary: &str) -> bool {
    !summary.is_empty()
        && !summary.ends_with('.')
        && !summary.starts_with(|first: char| first.is_ascii_uppercase())
}

fn check_page(id: &str, page: &str) -> Result<(), String> {
    let headings: Vec<&str> = page
        .lines()
        .scan(false, |fenced, line| {
            *fenced ^= line.starts_with("```");
            Some(if *fenced { "" } else { line })
        })
        .filter_map(|line| line.strip_prefix("## "))
        .map(str::trim)
        .collect();
    let all = [
        "What",
        "Why",
        "Example",
        "Instead",
        "Options",
        "When to ignore",
        "References",
    ];
    let without_options: Vec<&str> = all.into_iter().filter(|name| *name != "Options").collect();
    if headings != all && headings != without_options {
        return Err(format!("rule.md has the headings {headings:?}"));
    }
    if page.lines().next() != Some(format!("# {id}").as_str()) {
        return Err(format!("rule.md does not begin with `# {id}`"));
    }
    Ok(())
}
