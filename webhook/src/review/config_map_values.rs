//! Values out of ConfigMaps never enter an answer: whoever may ask for a review need not be allowed to read them.
//!
//! What is found also if no ConfigMap is known, in the same words, holds nothing of them. Of everything else the answer
//! says only which rule found it and which ConfigMaps were read.

use engine::{Engine, Finding};

use super::change;
use super::judge::{MarkedFinding, ObjectChange};
use super::review_finding::ReviewFinding;
use crate::cluster::ClusterWorld;

/// Takes the words out of findings that may rest on what a ConfigMap says, and notes that a watch brought it. Few objects
/// have findings, so that it costs little to judge those once more.
pub(super) fn withhold(
    findings: &mut [ReviewFinding],
    change: &ObjectChange,
    is_update: bool,
    engine: &Engine,
    world: ClusterWorld<'_>,
) {
    if !findings.iter().any(ReviewFinding::is_worth_a_warning) {
        return;
    }
    let names = world.config_maps_looked_up();
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let world = world.without_config_maps();
    let without = change::judge(change, is_update, engine, Some(&world)).findings;
    for one in findings {
        let is_same = |(other, _): &&MarkedFinding| other.fingerprint == one.finding.fingerprint;
        let same = without.iter().find(is_same).map(|(other, _)| other);
        one.rests_on_watches |= same.is_none();
        if !same.is_some_and(|other| has_same_words(other, &one.finding)) {
            one.finding.message = format!(
                "{} (settings come from {})",
                one.finding.rule.summary,
                in_words(&names)
            );
            one.finding.help = String::new();
            one.finding.remedy = String::new();
        }
    }
}

fn has_same_words(one: &Finding, other: &Finding) -> bool {
    one.message == other.message
        && one.help == other.help
        && one.remedy == other.remedy
        && one.location.path == other.location.path
}

/// `ConfigMap a`, or `ConfigMaps a and b`.
fn in_words(names: &[&str]) -> String {
    match names {
        [only] => format!("ConfigMap {only}"),
        [first, .., last] if names.len() == 2 => format!("ConfigMaps {first} and {last}"),
        [first, rest @ ..] => format!("ConfigMap {first} and {} more", rest.len()),
        [] => "a ConfigMap".to_owned(),
    }
}
