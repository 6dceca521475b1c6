//! What the command line and the configuration name: rules by id or group, and paths by pattern.

use std::str::FromStr;

use engine::{Rule, rule, rules};
use ignore::gitignore::GitignoreBuilder;

use crate::nearest::nearest;

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

/// A pattern of the command line, as in a .gitignore.
#[derive(Clone, Debug)]
pub struct ExcludePattern(String);

impl ExcludePattern {
    /// As it is written.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl FromStr for ExcludePattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut builder = GitignoreBuilder::new(".");
        let added = builder
            .add_line(None, text)
            .and_then(|builder| builder.build());
        added.map_err(|error| format!("not a pattern: {error}"))?;
        Ok(Self(text.to_owned()))
    }
}
