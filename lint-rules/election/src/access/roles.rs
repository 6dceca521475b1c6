//! Roles and ClusterRoles as owned facts: what decides about access, and where it is written.

use std::borrow::Cow;

use manifest::text::FileSpan;
use objects::Selector;

/// A list of words, such as verbs or resources, with the place of each if it comes from a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleWords {
    texts: Box<[Cow<'static, str>]>,
    places: Box<[FileSpan]>,
}

/// Words of nearly every role, borrowed instead of allocated.
const COMMON_WORDS: &[&str] = &[
    "",
    "*",
    "configmaps",
    "coordination.k8s.io",
    "create",
    "delete",
    "deletecollection",
    "endpoints",
    "events",
    "events.k8s.io",
    "get",
    "leases",
    "list",
    "patch",
    "update",
    "watch",
];

fn shared(text: &str) -> Cow<'static, str> {
    COMMON_WORDS
        .iter()
        .find(|common| **common == text)
        .map_or_else(
            || Cow::Owned(text.to_owned()),
            |common| Cow::Borrowed(*common),
        )
}

impl RuleWords {
    /// A list without places.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        Self {
            texts: texts.into_iter().map(shared).collect(),
            places: Box::default(),
        }
    }

    /// A list with the place of each word.
    pub fn placed<'t>(words: impl IntoIterator<Item = (&'t str, FileSpan)>) -> Self {
        let words = words.into_iter();
        // The items of a list are counted, so nothing is moved when the lists become boxes.
        let count = words.size_hint().1.unwrap_or(0);
        let mut texts = Vec::with_capacity(count);
        let mut places = Vec::with_capacity(count);
        for (text, place) in words {
            texts.push(shared(text));
            places.push(place);
        }
        Self {
            texts: texts.into(),
            places: places.into(),
        }
    }

    /// The words, in order.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.texts.iter().map(AsRef::as_ref)
    }

    /// The words with their places.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<FileSpan>)> {
        self.texts
            .iter()
            .enumerate()
            .map(|(at, text)| (text.as_ref(), self.places.get(at).copied()))
    }

    /// Whether a word is there.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.texts().any(|text| text == word)
    }

    /// Where a word is written.
    #[must_use]
    pub fn place_of(&self, word: &str) -> Option<FileSpan> {
        self.iter()
            .find(|(text, _)| *text == word)
            .and_then(|(_, place)| place)
    }

    /// Whether there is no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

/// One rule of a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyRule {
    /// `verbs`.
    pub verbs: RuleWords,
    /// `apiGroups`; the core group is empty.
    pub api_groups: RuleWords,
    /// `resources`, with subresources after a slash.
    pub resources: RuleWords,
    /// `resourceNames`; none means any.
    pub resource_names: RuleWords,
    /// Whether it is for `nonResourceURLs`, which have nothing to do with locks.
    pub non_resource: bool,
    /// Where the rule is written.
    pub place: Option<FileSpan>,
}

/// A Role or a ClusterRole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// Whether it is a ClusterRole.
    pub cluster: bool,
    /// Namespace of a Role; `None` for a ClusterRole, and where none is written.
    pub namespace: Option<Box<str>>,
    /// Name.
    pub name: Box<str>,
    /// The rules as written; of an aggregated ClusterRole the controller's, or none.
    pub rules: Box<[PolicyRule]>,
    /// `aggregationRule.clusterRoleSelectors`; `None` for a role that is not aggregated.
    pub aggregation: Option<Box<[Selector]>>,
    /// Labels of a ClusterRole, by which aggregated ones select it.
    pub labels: Box<[(Box<str>, Box<str>)]>,
    /// Where the name is written.
    pub place: Option<FileSpan>,
    /// Where the list of rules is written.
    pub rules_place: Option<FileSpan>,
}

impl Role {
    /// `Role ops/name` or `ClusterRole name`, for messages.
    #[must_use]
    pub fn title(&self) -> String {
        let kind = if self.cluster { "ClusterRole" } else { "Role" };
        title(kind, self.namespace.as_deref(), &self.name)
    }

    /// Without any place, as in a live cluster.
    #[must_use]
    pub fn unplaced(mut self) -> Self {
        self.place = None;
        self.rules_place = None;
        for rule in &mut self.rules {
            rule.place = None;
            for words in [
                &mut rule.verbs,
                &mut rule.api_groups,
                &mut rule.resources,
                &mut rule.resource_names,
            ] {
                words.places = Box::default();
            }
        }
        self
    }

    /// Only the rules that can concern a lock or its events: a cluster's policy need not hold the others.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        let matters = |rule: &PolicyRule| {
            !rule.non_resource
                && rule.resources.texts().any(|resource| {
                    resource == "*"
                        || ["lease", "configmap", "endpoints", "event"]
                            .iter()
                            .any(|word| resource.to_ascii_lowercase().contains(word))
                })
        };
        self.rules = self.rules.into_iter().filter(matters).collect();
        self
    }
}

pub(super) fn title(kind: &str, namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) => format!("{kind} {namespace}/{name}"),
        None => format!("{kind} {name}"),
    }
}
