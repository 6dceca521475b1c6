//! Findings of several releases of one chart, or of several overlays on one base: one that holds in all of them is
//! reported once, and one that holds in some names those.

use std::collections::HashMap;

use super::finding::{Finding, Related};
use super::input::Input;
use super::rendering::Rendering;
use manifest::text::{FileId, FileSpan};

/// What makes findings of different releases the same.
#[derive(PartialEq, Eq, Hash)]
struct SharedFinding {
    rule: &'static str,
    place: FileSpan,
    message: String,
    container: Option<String>,
    is_open: bool,
    /// Which one of those alike in its own release.
    nth: usize,
}

/// Joins the findings that several releases share.
pub(crate) fn join_releases(findings: &mut Vec<Finding>, input: &Input) {
    if input.renderings().count() < 2 {
        return;
    }
    // How many renderings are made of each file.
    let mut users: HashMap<FileId, usize> = HashMap::new();
    for (_, rendering) in input.renderings() {
        for file in &rendering.sources {
            *users.entry(*file).or_default() += 1;
        }
    }
    let mut seen: HashMap<(FileId, SharedFinding), usize> = HashMap::new();
    let mut first: HashMap<SharedFinding, usize> = HashMap::new();
    let mut kept: Vec<(Finding, Vec<String>, usize)> = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        let file = finding.location.judged_place().file;
        let Some(rendering) = input.rendering(file) else {
            kept.push((finding, Vec::new(), 0));
            continue;
        };
        let all = users.get(&finding.location.place.file).copied();
        let key = |nth| SharedFinding {
            rule: finding.rule.id,
            place: finding.location.place,
            message: finding.message.clone(),
            container: finding.container.clone(),
            is_open: finding.is_open(),
            nth,
        };
        let count = seen.entry((file, key(0))).or_default();
        *count += 1;
        let release = name_of(rendering, input);
        let key = key(*count);
        if let Some((kept, names, _)) = first.get(&key).and_then(|at| kept.get_mut(*at)) {
            names.push(release);
            // Each may have values of its own.
            for related in finding.related {
                let is_same = |one: &Related| {
                    one.message == related.message && one.location.place == related.location.place
                };
                if !kept.related.iter().any(is_same) {
                    kept.related.push(related);
                }
            }
            continue;
        }
        first.insert(key, kept.len());
        kept.push((finding, vec![release], all.unwrap_or(1)));
    }
    for (mut finding, names, all) in kept {
        if !names.is_empty() && names.len() < all {
            let names = names.join("`, `");
            finding.help.push_str(&format!(
                " Of all that is rendered from this file it holds for `{names}`."
            ));
        }
        findings.push(finding);
    }
}

/// What a rendering is called among others: its release, and the file of the object that applies it.
fn name_of(rendering: &Rendering, input: &Input) -> String {
    let release = rendering.release.clone().unwrap_or_default();
    match &rendering.applied_by {
        Some(by) => {
            let file = input.written_place(by.place).file;
            format!("{release} ({})", input.shown_name(file))
        }
        None => release,
    }
}
