//! What the command line and the configuration name: rules by id or group, and paths by pattern.

use std::convert::Infallible;
use std::str::FromStr;

use engine::{Rule, rules};
use ignore::gitignore::GitignoreBuilder;

use crate::nearest::nearest;

/// The name of a rule or a group. Which rules it stands for is known once the configuration is read, which may bring
/// some of its own.
#[derive(Clone, Debug)]
pub struct RuleSelector(String);

impl RuleSelector {
    /// A name.
    pub fn new(word: &str) -> Self {
        Self(word.to_owned())
    }

    /// The rules that it stands for. `own`: those of the configuration.
    ///
    /// # Errors
    /// There is none of that name, and advice after a semicolon.
    pub fn rules(&self, own: &[&'static Rule]) -> Result<Vec<&'static Rule>, String> {
        let word = self.0.as_str();
        let all = || built_in().chain(own.iter().copied());
        let mut selected: Vec<_> = all().filter(|rule| rule.id == word).collect();
        if selected.is_empty() {
            selected.extend(all().filter(|rule| rule.group.as_str() == word));
        }
        if !selected.is_empty() {
            return Ok(selected);
        }
        let names = all().flat_map(|rule| [rule.id, rule.group.as_str()]);
        let advice = match nearest(word, names) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "`leaselint rules` lists them".to_owned(),
        };
        Err(format!("no rule or group is called `{word}`; {advice}"))
    }
}

fn built_in() -> impl Iterator<Item = &'static Rule> {
    rules().iter().map(|entry| entry.rule)
}

/// Whether a rule or a group of leaselint has that name.
#[cfg(feature = "custom-rules")]
pub fn is_taken(id: &str) -> bool {
    let custom = engine::Group::Custom.as_str();
    id == custom || built_in().any(|rule| rule.id == id || rule.group.as_str() == id)
}

impl FromStr for RuleSelector {
    type Err = Infallible;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(word))
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
