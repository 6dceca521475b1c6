//! Judging: no rule panics, every place is a place of the input, every fix can be made.

use std::collections::BTreeMap;

use engine::ignores::Day;
use engine::{
    Edit, Engine, Finding, Fix, Input, Location, Profile, Settings, Task, read_attachment,
    read_file, rules, wanted_attachments,
};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use programs::Nanos;

/// A line that begins the next file of a buffer, followed by the file's name.
const SEPARATOR: &str = "=== ";

/// Judges a buffer of one or several files under several settings.
pub fn lint_buffer(bytes: &[u8]) {
    let files = files_of(bytes, "input.yaml");
    let everything = Engine::new(Settings {
        profile: Profile::Pedantic,
        limits: engine::Limits {
            api_outage_target: Some(Nanos::from_seconds(3600)),
            failover_target: Nanos::SECOND,
            min_renew_attempts: 1000,
            longest_lease: Nanos::SECOND,
        },
        today: Day::parse("2024-10-04"),
        ..Settings::default()
    });
    let all_off = Settings {
        severities: rules()
            .iter()
            .map(|entry| (entry.rule.id.to_owned(), None))
            .collect(),
        ..Settings::default()
    };
    let fixed = check(&files, &everything);
    check(&files, &Engine::default());
    if let Some(fixed) = fixed {
        check(&fixed, &Engine::default());
    }
    let input = read(&files);
    assert!(
        Engine::new(all_off)
            .judge(Task::lint(&input))
            .findings
            .is_empty(),
        "every rule is off"
    );
}

/// Cuts a buffer into named files, of which the first has this name.
pub(crate) fn files_of(bytes: &[u8], first: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![(first.to_owned(), Vec::new())];
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if let Some(name) = line.strip_prefix(SEPARATOR.as_bytes()) {
            let name = String::from_utf8_lossy(name).trim().to_owned();
            if files.len() < 8 {
                files.push((name, Vec::new()));
                continue;
            }
        }
        if let Some((_, text)) = files.last_mut() {
            text.extend_from_slice(line);
        }
    }
    files
}

pub(crate) fn read(files: &[(String, Vec<u8>)]) -> Input {
    let limits = ReadLimits {
        nodes: 50_000,
        alias_expansion: 50_000,
        ..ReadLimits::default()
    };
    let mut read: Vec<_> = (0..)
        .zip(files)
        .map(|(id, (name, bytes))| read_file(FileId(id), name, bytes, true, limits))
        .collect();
    let attached = wanted_attachments(&Input::new(
        (0..)
            .zip(files)
            .map(|(id, (name, bytes))| read_file(FileId(id), name, bytes, true, limits))
            .collect(),
    ));
    for name in attached.iter().take(3) {
        let id = FileId(u32::try_from(read.len()).expect("few files"));
        read.push(read_attachment(id, name, b"leader-elect=true\n", limits));
    }
    Input::new(read)
}

/// Judges and checks; gives back the files with every safe fix made, if there is one.
fn check(files: &[(String, Vec<u8>)], engine: &Engine) -> Option<Vec<(String, Vec<u8>)>> {
    check_input(&read(files), engine, files)
}

/// Judges an input made of these files and checks what comes out.
pub(crate) fn check_input(
    input: &Input,
    engine: &Engine,
    files: &[(String, Vec<u8>)],
) -> Option<Vec<(String, Vec<u8>)>> {
    let outcome = engine.judge(Task::lint(input));
    assert!(outcome.internal.is_empty(), "{:?}", outcome.internal);
    let again = engine.judge(Task::lint(input));
    assert_eq!(
        outcome.findings.iter().map(key).collect::<Vec<_>>(),
        again.findings.iter().map(key).collect::<Vec<_>>(),
        "the same input, the same findings"
    );
    for finding in &outcome.findings {
        check_finding(input, finding);
    }
    for entry in &outcome.not_judged {
        check_location(input, &entry.location);
        assert!(!entry.reason.is_empty());
    }
    for elector in &outcome.electors {
        if let Some(promises) = elector.promises() {
            assert!(promises.leader_stops_after.is_finite());
            assert!(promises.requests_per_hour.is_finite());
        }
        let _ = input.locate(elector.name_place());
    }
    apply(
        files,
        outcome.findings.iter().flat_map(|finding| &finding.fixes),
    )
}

type Key<'f> = (&'f str, &'f str, &'f str, &'f Location);

fn key(finding: &Finding) -> Key<'_> {
    (
        finding.rule.id,
        &finding.message,
        &finding.fingerprint,
        &finding.location,
    )
}

fn check_finding(input: &Input, finding: &Finding) {
    assert!(!finding.message.is_empty());
    assert_eq!(finding.fingerprint.len(), 16);
    check_location(input, &finding.location);
    for related in &finding.related {
        check_location(input, &related.location);
    }
    for fix in &finding.fixes {
        assert!(!fix.title.is_empty() && !fix.edits.is_empty());
        let mut last = None;
        for edit in &fix.edits {
            let place = edit.place;
            assert!(place.span.start <= place.span.end);
            assert!(
                last.is_none_or(|last| last <= (place.file, place.span.start)),
                "{fix:?}"
            );
            last = Some((place.file, place.span.end));
        }
    }
}

fn check_location(input: &Input, location: &Location) {
    let place = location.place;
    assert!(place.span.start <= place.span.end, "{location:?}");
    assert!(location.start <= location.end, "{location:?}");
    assert!(location.path.starts_with('$'));
    if let Some(excerpt) = input.excerpt(place) {
        let end = excerpt.base as usize + excerpt.text.len();
        assert!(
            place.span.start >= excerpt.base && place.span.end as usize <= end,
            "{location:?}"
        );
    }
}

/// Makes all safe fixes that do not overlap. Only of files that are plain UTF-8, where the bytes of
/// the file are those that were read.
fn apply<'f>(
    files: &[(String, Vec<u8>)],
    fixes: impl Iterator<Item = &'f Fix>,
) -> Option<Vec<(String, Vec<u8>)>> {
    let mut edits: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for fix in fixes.filter(|fix| fix.safe) {
        for edit in &fix.edits {
            edits.entry(edit.place.file).or_default().push(edit);
        }
    }
    if edits.is_empty() {
        return None;
    }
    let mut files = files.to_vec();
    for (file, mut edits) in edits {
        let Some((_, bytes)) = files.get_mut(file.0 as usize) else {
            panic!("a fix edits a file that is none of the input");
        };
        let Some(mut text) = String::from_utf8(bytes.clone()).ok() else {
            continue;
        };
        if text.starts_with('\u{feff}') {
            continue;
        }
        edits.sort_by_key(|edit| edit.place.span);
        let mut last = usize::MAX;
        for edit in edits.into_iter().rev() {
            let range = edit.place.span.start as usize..edit.place.span.end as usize;
            if range.end > last {
                continue;
            }
            last = range.start;
            assert!(
                text.get(range.clone()).is_some(),
                "an edit outside the text: {edit:?}"
            );
            text.replace_range(range, &edit.text);
        }
        *bytes = text.into_bytes();
    }
    Some(files)
}
