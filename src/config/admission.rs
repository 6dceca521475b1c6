//! `admission`: what the webhook denies, beyond severities.

use std::time::Duration;

use manifest::tree::{Node, Value};
use webhook::review::{
    AdmissionRules, AnnotationAuthority, DeniedErrors, MissingAccessAnswer, TransitionAnswer,
};

use super::Config;
use super::limits::duration;
use super::mistake::Mistake;
use super::read::{is_mapping, text, unknown_key, unknown_word};

const KEYS: [&str; 4] = ["deny", "transitions", "missingAccess", "ignores"];

/// Reads `admission`.
pub fn read(node: Node<'_>, config: &mut Config, mistakes: &mut Vec<Mistake>) {
    if !is_mapping(node, "`admission`", mistakes) {
        return;
    }
    let AdmissionRules {
        deny,
        transitions,
        missing_access,
        ignores,
    } = &mut config.admission;
    for entry in node.entries() {
        let value = entry.value;
        match entry.key {
            "deny" => {
                const WORDS: [(&str, DeniedErrors); 2] = [
                    ("certain", DeniedErrors::Certain),
                    ("all", DeniedErrors::All),
                ];
                set(deny, value, "`deny`", &WORDS, mistakes);
            }
            "transitions" => {
                const WORDS: [(&str, TransitionAnswer); 2] = [
                    ("warn", TransitionAnswer::Warn),
                    ("deny", TransitionAnswer::Deny),
                ];
                set(transitions, value, "`transitions`", &WORDS, mistakes);
            }
            "missingAccess" => {
                if let Some(answer) = missing_access_answer(value, mistakes) {
                    *missing_access = answer;
                }
            }
            "ignores" => {
                const WORDS: [(&str, AnnotationAuthority); 3] = [
                    ("anybody", AnnotationAuthority::Anybody),
                    ("with-owner", AnnotationAuthority::WithOwner),
                    ("nobody", AnnotationAuthority::Nobody),
                ];
                set(ignores, value, "`ignores`", &WORDS, mistakes);
            }
            other => mistakes.push(unknown_key(entry.key_span, other, &KEYS)),
        }
    }
}

/// `warn`, or `{denyAfter: 10m}`.
fn missing_access_answer(
    node: Node<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<MissingAccessAnswer> {
    if !matches!(node.value(), Value::Mapping) {
        let mut answer = MissingAccessAnswer::Warn;
        const WORDS: [(&str, MissingAccessAnswer); 1] = [("warn", MissingAccessAnswer::Warn)];
        set(&mut answer, node, "`missingAccess`", &WORDS, mistakes);
        return Some(answer);
    }
    let mut found = None;
    for entry in node.entries() {
        match entry.key {
            "denyAfter" => {
                let nanos = duration(entry.value, mistakes)?;
                let time = Duration::from_nanos(u64::try_from(nanos.0).unwrap_or(u64::MAX));
                found = Some(MissingAccessAnswer::DenyAfter(time));
            }
            other => mistakes.push(unknown_key(entry.key_span, other, &["denyAfter"])),
        }
    }
    found
}

/// Sets what a word stands for.
fn set<T: Copy>(
    into: &mut T,
    node: Node<'_>,
    what: &str,
    words: &[(&'static str, T)],
    mistakes: &mut Vec<Mistake>,
) {
    let Some(word) = text(node, what, mistakes) else {
        return;
    };
    match words.iter().find(|(known, _)| *known == word) {
        Some((_, value)) => *into = *value,
        None => {
            let known: Vec<&'static str> = words.iter().map(|(known, _)| *known).collect();
            mistakes.push(unknown_word(node, "word", word, &known));
        }
    }
}
