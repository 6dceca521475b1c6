//! One YAML document, parsed again with corrections where the parser is stricter than go-yaml.

use crate::tree::ReadLimits;
use crate::tree::parsed::{ParseFailure, ParsedTree};

use super::corrections::{self, CorrectedText};
use super::events::attempt;
use super::go_yaml_checks;

/// Reads the first YAML document of a text.
pub(crate) fn parse(text: &str, limits: ReadLimits) -> Result<ParsedTree, ParseFailure> {
    if let Some((at, character)) = go_yaml_checks::unprintable(text) {
        let reason = format!(
            "control characters are not allowed (U+{:04X})",
            u32::from(character)
        );
        return Err(ParseFailure::syntax(at, reason));
    }
    let mut applied = corrections::initial(text);
    let mut reparsed = 0_usize;
    for _ in 0..=corrections::MAX_CORRECTION_ROUNDS {
        let outcome = if applied.is_empty() {
            attempt(text, text, None, limits)
        } else {
            let copy = CorrectedText::of(text, &applied);
            attempt(text, &copy.text, Some(&copy), limits)
        };
        let (failure, fix) = match outcome {
            Ok(parsed) => return Ok(parsed),
            Err(refused) => refused,
        };
        reparsed = reparsed.saturating_add(failure.at);
        let is_small = text.len() <= corrections::MAX_CORRECTED_BYTES
            && reparsed <= corrections::MAX_REPARSED_BYTES;
        if !(is_small && fix.is_some_and(|fix| fix.apply(text, &mut applied))) {
            return Err(failure);
        }
    }
    Err(ParseFailure::limit(
        0,
        "it needs too many corrections to be read",
    ))
}
