//! The rules that run.

use std::collections::BTreeSet;

use engine::{Rule, Settings};

/// Lets only the selected rules run, whatever the profile, and none of the ignored ones. A selected rule runs even where
/// the configuration switches it off, if `wins` says that the selection is stronger.
pub fn select(settings: &mut Settings, selected: &[&'static Rule], wins: bool) {
    if selected.is_empty() {
        return;
    }
    let ids: BTreeSet<&'static str> = ids_of(selected).collect();
    if wins {
        let is_off_again = |id: &str, is_off: bool| is_off && ids.contains(id);
        settings
            .severities
            .retain(|id, severity| !is_off_again(id, severity.is_none()));
    }
    settings.selected = Some(ids);
}

/// Switches rules off.
pub fn ignore(settings: &mut Settings, ignored: &[&'static Rule]) {
    for id in ids_of(ignored) {
        settings.severities.insert(id.to_owned(), None);
    }
}

fn ids_of(rules: &[&'static Rule]) -> impl Iterator<Item = &'static str> {
    rules.iter().map(|rule| rule.id)
}
