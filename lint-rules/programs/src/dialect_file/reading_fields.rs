//! What a record says of the source that was read for it.

use super::super::dialect::{SourceFact, SourceReading};
use super::error::{DialectError, mistake};
use super::record::ReadingRecord;

/// The facts that a reading may have.
const FACTS: &[&str] = &[
    "switch", "flags", "timing", "lock", "identity", "releases", "verbs", "config", "probes",
    "versions",
];

pub(super) fn source_reading(
    id: &str,
    written: &ReadingRecord,
) -> Result<SourceReading, DialectError> {
    if !is_date(&written.date) {
        return Err(mistake(
            id,
            "read.date",
            "must be a day such as `2026-11-30`",
        ));
    }
    if written.repository.is_empty() || written.revision.is_empty() || written.facts.is_empty() {
        let problem = "names the repository, the revision and at least one fact";
        return Err(mistake(id, "read", problem));
    }
    let mut facts = Vec::new();
    for (fact, place) in &written.facts {
        if !FACTS.contains(&fact.as_str()) {
            let problem = format!("`{fact}` is none of {}", FACTS.join(", "));
            return Err(mistake(id, "read.facts", problem));
        }
        if !is_place(place) {
            let problem = format!("`{place}` is no file and line such as `cmd/main.go:88`");
            return Err(mistake(id, "read.facts", problem));
        }
        facts.push(SourceFact {
            fact: fact.to_owned(),
            place: place.to_owned(),
        });
    }
    Ok(SourceReading {
        repository: written.repository.clone(),
        revision: written.revision.clone(),
        date: written.date.clone(),
        facts,
    })
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits =
        |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.as_slice(), [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2))
}

fn is_place(text: &str) -> bool {
    let Some((file, line)) = text.rsplit_once(':') else {
        return false;
    };
    !file.is_empty() && !file.starts_with('/') && line.parse::<u32>().is_ok_and(|line| line > 0)
}
