//! Label selectors, as apimachinery 0.37 reads them (`LabelSelectorAsSelector`).

use manifest::tree::Node;

/// A label selector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// `matchLabels`.
    pub labels: Box<[(Box<str>, Box<str>)]>,
    /// `matchExpressions`.
    pub expressions: Box<[Expression]>,
}

/// One of `matchExpressions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// The label.
    pub key: Box<str>,
    /// The comparison; `None` for a word that the API refuses, which matches nothing.
    pub operator: Option<Operator>,
    /// The values for `In` and `NotIn`.
    pub values: Box<[Box<str>]>,
}

/// How a selector's expression compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The label has one of the values.
    In,
    /// The label has none of the values, or is not there.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is not there.
    DoesNotExist,
}

/// What is known of one label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label<'l> {
    /// It has this value.
    Value(&'l str),
    /// It is not there.
    Missing,
    /// It is not known whether it is there.
    Unknown,
}

impl Selector {
    /// The selector that is written at a node; one that matches everything if there is none.
    #[must_use]
    pub fn of(node: Option<Node<'_>>) -> Self {
        let Some(node) = node else {
            return Self::default();
        };
        let expressions = node.get("matchExpressions");
        Self {
            labels: node.get("matchLabels").map(pairs).unwrap_or_default(),
            expressions: expressions
                .into_iter()
                .flat_map(Node::items)
                .map(expression)
                .collect(),
        }
    }

    /// The selector of a Service, which names labels alone.
    #[must_use]
    pub fn of_labels(node: Node<'_>) -> Self {
        Self {
            labels: pairs(node),
            ..Self::default()
        }
    }

    /// Whether the labels that are written at a node match; an empty selector matches all of them.
    #[must_use]
    pub fn matches_written(&self, labels: Option<Node<'_>>) -> bool {
        let look = |key: &str| {
            labels
                .and_then(|labels| labels.get(key))
                .and_then(Node::as_str)
                .map_or(Label::Missing, Label::Value)
        };
        self.decide(look) == Ok(true)
    }

    /// Whether labels match; an empty selector matches all of them.
    #[must_use]
    pub fn matches(&self, labels: &[(Box<str>, Box<str>)]) -> bool {
        let look = |key: &str| {
            labels
                .iter()
                .find(|(name, _)| **name == *key)
                .map_or(Label::Missing, |(_, value)| Label::Value(value))
        };
        self.decide(look).unwrap_or(false)
    }

    /// Whether labels match that are only partly known.
    ///
    /// # Errors
    /// The first label that decides and is not known.
    pub fn decide<'l>(&self, look: impl Fn(&str) -> Label<'l>) -> Result<bool, &str> {
        let mut unknown = None;
        for (key, value) in &self.labels {
            match look(key) {
                Label::Value(there) if there == &**value => {}
                Label::Value(_) | Label::Missing => return Ok(false),
                Label::Unknown => unknown = unknown.or(Some(&**key)),
            }
        }
        for expression in &self.expressions {
            match expression.decide(look(&expression.key)) {
                Some(true) => {}
                Some(false) => return Ok(false),
                None => unknown = unknown.or(Some(&*expression.key)),
            }
        }
        unknown.map_or(Ok(true), Err)
    }
}

impl Expression {
    /// `None`: the label is not known, and it matters.
    fn decide(&self, label: Label<'_>) -> Option<bool> {
        let value = match label {
            Label::Value(value) => Some(value),
            Label::Missing => None,
            // A word that is not known matches nothing, whatever the label.
            Label::Unknown => return self.operator.is_none().then_some(false),
        };
        let among = value.is_some_and(|value| self.values.iter().any(|one| **one == *value));
        Some(match self.operator {
            Some(Operator::In) => among,
            Some(Operator::NotIn) => !among,
            Some(Operator::Exists) => value.is_some(),
            Some(Operator::DoesNotExist) => value.is_none(),
            None => false,
        })
    }
}

fn pairs(node: Node<'_>) -> Box<[(Box<str>, Box<str>)]> {
    node.entries()
        .filter_map(|entry| Some((entry.key.into(), entry.value.as_str()?.into())))
        .collect()
}

fn expression(node: Node<'_>) -> Expression {
    let text = |key| node.get(key).and_then(Node::as_str).unwrap_or_default();
    let values = node.get("values").into_iter().flat_map(Node::items);
    Expression {
        key: text("key").into(),
        operator: match text("operator") {
            "In" => Some(Operator::In),
            "NotIn" => Some(Operator::NotIn),
            "Exists" => Some(Operator::Exists),
            "DoesNotExist" => Some(Operator::DoesNotExist),
            _ => None,
        },
        values: values
            .filter_map(|value| value.as_str().map(Box::from))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(key: &str, operator: Option<Operator>, values: &[&str]) -> Selector {
        Selector {
            labels: Box::default(),
            expressions: Box::new([Expression {
                key: key.into(),
                operator,
                values: values.iter().map(|value| Box::from(*value)).collect(),
            }]),
        }
    }

    #[test]
    fn not_in_and_does_not_exist_match_what_is_not_there() {
        for (operator, missing, present) in [
            (Operator::In, false, true),
            (Operator::NotIn, true, false),
            (Operator::Exists, false, true),
            (Operator::DoesNotExist, true, false),
        ] {
            let selector = asks("a", Some(operator), &["x"]);
            assert_eq!(selector.decide(|_| Label::Missing), Ok(missing));
            assert_eq!(selector.decide(|_| Label::Value("x")), Ok(present));
            assert_eq!(selector.decide(|_| Label::Unknown), Err("a"));
        }
    }

    #[test]
    fn a_label_that_surely_differs_decides_whatever_else_is_unknown() {
        let mut selector = asks("a", Some(Operator::Exists), &[]);
        selector.labels = Box::new([("b".into(), "x".into())]);
        let look = |key: &str| match key {
            "b" => Label::Value("y"),
            _ => Label::Unknown,
        };
        assert_eq!(selector.decide(look), Ok(false));
    }

    #[test]
    fn labels_as_they_are_written_decide() {
        let read = |text: &str| manifest::file::kubectl_view(text.as_bytes()).0;
        let selectors = read("{app: orders, tier: web}");
        let selector = Selector::of_labels(selectors[0].root());
        for (labels, expected) in [
            ("{app: orders, tier: web, other: x}", true),
            ("{app: orders}", false),
            ("{app: orders, tier: db}", false),
        ] {
            let labels = read(labels);
            let root = labels[0].root();
            assert_eq!(selector.matches_written(Some(root)), expected, "{labels:?}");
        }
        assert!(!selector.matches_written(None));
        assert!(Selector::default().matches_written(None));
    }

    #[test]
    fn an_empty_selector_matches_everything_and_an_unknown_word_nothing() {
        assert_eq!(Selector::default().decide(|_| Label::Unknown), Ok(true));
        assert_eq!(asks("a", None, &[]).decide(|_| Label::Unknown), Ok(false));
    }
}
