//! Judges the input of a section under its settings.

use engine::ignores::Day;
use engine::{Engine, Finding, Input, InputFile, Outcome, Profile, Settings, Task};
use manifest::file::ParsedFile;
use manifest::text::FileId;
use programs::duration::go_duration;
use source::{BuildFile, FolderReading, GoText, SourceCatalogue, SourceFolder};

use crate::document::{BEFORE, ExpectedGap, Section, severity_of};

pub fn settings_of(section: &Section) -> Result<Settings, String> {
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

/// What a run reports, with file names in place of ids.
pub struct JudgedSection {
    pub findings: Vec<Finding>,
    pub not_judged: Vec<ExpectedGap>,
    pub names: Vec<String>,
}

impl JudgedSection {
    pub fn file(&self, finding: &Finding) -> &str {
        let id = finding.location.place.file.0 as usize;
        self.names.get(id).map_or("", String::as_str)
    }

    pub fn show(&self, finding: &Finding) -> String {
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

pub fn read(section: &Section, first: FileId, files: &[(String, String)]) -> Input {
    let read = (first.0..).zip(files).map(|(id, (name, body))| {
        let mut file =
            engine::read_file(FileId(id), name, body.as_bytes(), false, Default::default());
        if section.texts.contains(name) {
            file.text = Some(body.clone());
        }
        file
    });
    let input = Input::starting_at(first, read.collect());
    if section.sources.is_empty() {
        return input;
    }
    with_source(input, &section.sources)
}

/// The input with the programs whose source lies beside its manifests.
fn with_source(mut input: Input, sources: &[(String, String)]) -> Input {
    let mut folder = SourceFolder::default();
    for (name, text) in sources.iter().cloned() {
        if name.ends_with(".go") {
            folder.files.push((name, GoText::of(text)));
        } else if name.ends_with("go.mod") {
            folder.modules.push((name, text));
        } else {
            folder.build_files.push(BuildFile { path: name, text });
        }
    }
    let manifests: Vec<_> = input
        .numbered()
        .map(|(id, file)| (id, file.name.clone()))
        .collect();
    let mut catalogue = SourceCatalogue::default().with_manifests(manifests);
    let folder = FolderReading::of(&folder, &source::one_by_one);
    for cited in catalogue.add(folder, input.next_id()) {
        input.attach(InputFile {
            name: cited.name,
            reading: ParsedFile::default(),
            text: Some(cited.text),
            attached: true,
        });
    }
    input.with_sources(Some(Box::new(catalogue)))
}

/// Judges a section: its files, or the change from its old files to these.
pub fn judge(section: &Section, files: &[(String, String)]) -> Result<JudgedSection, String> {
    let engine = Engine::new(settings_of(section)?);
    let input = read(section, FileId(0), files);
    let old =
        read(section, input.next_id(), &section.before).shown_as(|name| format!("{BEFORE}{name}"));
    let task = if section.before.is_empty() {
        Task::lint(&input)
    } else {
        Task::change(&old, &input)
    };
    let task = match &section.observation {
        Some(observation) => task.observed(observation),
        None => task,
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
    Ok(JudgedSection {
        findings,
        not_judged,
        names,
    })
}
