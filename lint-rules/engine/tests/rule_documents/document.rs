//! Reads a document of tests into sections.

use std::collections::BTreeSet;

use engine::{LeaseState, Observation, ObservedLease, Severity};
use objects::ObjectName;
use programs::duration::go_duration;

/// What the names of the old side's files begin with in expectations.
pub const BEFORE: &str = "before/";

/// One section of a document.
#[derive(Debug, Default)]
pub struct Section {
    pub title: String,
    pub files: Vec<(String, String)>,
    /// Files of the old side of a change.
    pub before: Vec<(String, String)>,
    /// Go files, `go.mod` and build files beside the manifests.
    pub sources: Vec<(String, String)>,
    /// Files of charts, which are rendered before they are judged.
    pub charts: Vec<(String, String)>,
    /// Files that are not YAML.
    pub texts: BTreeSet<String>,
    pub settings: Vec<(String, String)>,
    /// What was observed of a live cluster.
    pub observation: Option<Observation>,
    pub findings: Vec<Expected>,
    pub suppressed: Vec<Expected>,
    pub not_judged: Vec<ExpectedGap>,
    pub fixed: Vec<ExpectedFix>,
    /// Whether the first fix of the rule's first finding that has one is safe, and the lines that it takes away and adds.
    pub change: Option<(bool, String)>,
}

/// What the first fix of a finding does to its line.
#[derive(Clone, Debug)]
pub struct ExpectedFix {
    pub line: usize,
    /// Whether it is safe, and the text of the line after it; `None`: there is no fix.
    pub effect: Option<(bool, String)>,
}

impl Section {
    /// A section about an ignore says so in its title. Without a block `suppressed` it is enough
    /// that some finding of the folder's rule is silenced.
    pub fn is_ignored(&self) -> bool {
        self.title.to_lowercase().contains("ignored")
    }
}

/// A finding that must be there. A mark says no column.
#[derive(Clone, Debug)]
pub struct Expected {
    pub file: Option<String>,
    pub line: u32,
    pub column: Option<u32>,
    pub severity: Severity,
    pub rule: String,
    /// A part of the message, then parts of the help or the remedy.
    pub parts: Vec<String>,
}

/// An entry of the ledger that must be there.
#[derive(Clone, Debug)]
pub struct ExpectedGap {
    pub file: Option<String>,
    pub line: u32,
    pub column: u32,
    pub rule: String,
    pub code: String,
}

pub fn sections_of(text: &str) -> Result<Vec<Section>, String> {
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
        files.extend(section.sources.clone());
        files.extend(section.charts.clone());
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

pub fn read_block(section: &mut Section, info: &str, body: String) -> Result<(), String> {
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
        "chart" => {
            let name = name.ok_or("a file of a chart has a name".to_owned())?;
            section.charts.push((name.to_owned(), body));
        }
        "go" | "mod" | "dockerfile" | "makefile" => {
            let name = name.ok_or("a file of source has a name".to_owned())?;
            section.sources.push((name.to_owned(), body));
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
        "live" => {
            let observation = section.observation.get_or_insert_default();
            for line in lines {
                observe(observation, line)?;
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
        "diff" => {
            let is_safe = match words.as_slice() {
                ["safe"] => true,
                ["unsafe"] => false,
                _ => return Err("a diff is safe or unsafe".to_owned()),
            };
            section.change = Some((is_safe, body));
        }
        "fixed" => {
            for line in lines {
                let mut words = line.splitn(3, ' ');
                let number = words.next().and_then(|word| word.parse().ok());
                let effect = match (words.next(), words.next()) {
                    (Some("none"), None) => Some(None),
                    (Some("safe"), Some(text)) => Some(Some((true, text.to_owned()))),
                    (Some("unsafe"), Some(text)) => Some(Some((false, text.to_owned()))),
                    _ => None,
                };
                match (number, effect) {
                    (Some(line), Some(effect)) => section.fixed.push(ExpectedFix { line, effect }),
                    _ => return Err(format!("{line:?} is no fixed line")),
                }
            }
        }
        other => return Err(format!("a block of {other:?}, which means nothing here")),
    }
    Ok(())
}

/// A Lease and what was seen of it, or a workload of which pods run: `shop/orders expired unchanged=31s observed=31s transitions=0`,
/// `runs apps/v1 Deployment shop/orders`. `other shop/orders` is a Lease of no election.
fn observe(observation: &mut Observation, line: &str) -> Result<(), String> {
    let wrong = || format!("{line:?} is no observation");
    let words: Vec<&str> = line.split_whitespace().collect();
    let name = |text: &str| {
        let (namespace, name) = text.split_once('/').ok_or_else(wrong)?;
        Ok::<_, String>((namespace.to_owned(), name.to_owned()))
    };
    if let ["runs", api_version, kind, named] = words.as_slice() {
        let (namespace, name) = name(named)?;
        observation.running.push(ObjectName {
            api_version: (*api_version).to_owned(),
            kind: (*kind).to_owned(),
            namespace: Some(namespace),
            name,
        });
        return Ok(());
    }
    if let ["other", named] = words.as_slice() {
        observation.others.push(name(named)?);
        return Ok(());
    }
    let [named, state, unchanged, observed, transitions] = words.as_slice() else {
        return Err(wrong());
    };
    let (namespace, name) = name(named)?;
    let length = |word: &str, key: &str| {
        let text = word.strip_prefix(key).ok_or_else(wrong)?;
        go_duration(text).map_err(|_| wrong())
    };
    let mut states = LeaseState::ALL.into_iter();
    observation.leases.push(ObservedLease {
        namespace,
        name,
        state: states
            .find(|one| one.as_str() == *state)
            .ok_or_else(wrong)?,
        unchanged: length(unchanged, "unchanged=")?,
        observed: length(observed, "observed=")?,
        transitions: transitions
            .strip_prefix("transitions=")
            .and_then(|number| number.parse().ok())
            .ok_or_else(wrong)?,
    });
    Ok(())
}

/// `[file:]line:column`.
pub fn place_of(text: &str) -> Result<(Option<String>, u32, u32), String> {
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

pub fn severity_of(word: &str) -> Result<Severity, String> {
    match word {
        "error" => Ok(Severity::Error),
        "warning" => Ok(Severity::Warning),
        "info" => Ok(Severity::Info),
        _ => Err(format!("{word:?} is no severity")),
    }
}

pub fn expected_of(line: &str) -> Result<Expected, String> {
    let mut words = line.splitn(4, ' ');
    let (file, line_number, column) = place_of(words.next().unwrap_or_default())?;
    let severity = severity_of(words.next().unwrap_or_default())?;
    let rule = words
        .next()
        .ok_or(format!("no rule in {line:?}"))?
        .to_owned();
    let parts = words.next().map(quoted).transpose()?.unwrap_or_default();
    Ok(Expected {
        file,
        line: line_number,
        column: Some(column),
        severity,
        rule,
        parts,
    })
}

/// The texts in double quotes, with a space between them: `"a" "b"`.
pub fn quoted(text: &str) -> Result<Vec<String>, String> {
    text.trim()
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .map(|parts| parts.split("\" \"").map(str::to_owned).collect())
        .ok_or(format!("{text:?} is not in quotes"))
}

/// All `# severity: [rule] "part"` of a line.
pub fn marks_of(file: &str, line: u32, text: &str) -> Result<Vec<Expected>, String> {
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
        let parts = Some(part.trim())
            .filter(|part| !part.is_empty())
            .map(quoted)
            .transpose()?
            .unwrap_or_default();
        marks.push(Expected {
            file: Some(file.to_owned()),
            line,
            column: None,
            severity: severity_of(severity)?,
            rule: rule.to_owned(),
            parts,
        });
    }
    Ok(marks)
}
