//! Rules by name: a rule's id, or a group, which stands for all of its rules.

use std::collections::BTreeSet;
use std::str::FromStr;

use engine::{Rule, Settings, rule, rules};

use super::nearest;

/// A rule, or all rules of a group.
#[derive(Clone, Debug)]
pub struct RuleSelector {
    rules: Vec<&'static Rule>,
}

impl RuleSelector {
    /// The rules that it stands for.
    pub fn rules(&self) -> &[&'static Rule] {
        &self.rules
    }
}

impl FromStr for RuleSelector {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let all = || rules().iter().map(|entry| entry.rule);
        let selected: Vec<_> = match rule(word) {
            Some(entry) => vec![entry.rule],
            None => all().filter(|rule| rule.group.as_str() == word).collect(),
        };
        if !selected.is_empty() {
            return Ok(Self { rules: selected });
        }
        let names = all().flat_map(|rule| [rule.id, rule.group.as_str()]);
        let advice = match nearest(word, names) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "`leaselint rules` lists them".to_owned(),
        };
        Err(format!("no rule or group is called `{word}`; {advice}"))
    }
}

/// Lets only the selected rules run, whatever the profile, and none of the ignored ones. A selected rule runs even where
/// the configuration switches it off, if `wins` says that the selection is stronger.
pub fn select(settings: &mut Settings, selected: &[RuleSelector], wins: bool) {
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
pub fn ignore(settings: &mut Settings, ignored: &[RuleSelector]) {
    for id in ids_of(ignored) {
        settings.severities.insert(id.to_owned(), None);
    }
}

fn ids_of(selectors: &[RuleSelector]) -> impl Iterator<Item = &'static str> {
    let rules = selectors.iter().flat_map(RuleSelector::rules);
    rules.map(|rule| rule.id)
}
