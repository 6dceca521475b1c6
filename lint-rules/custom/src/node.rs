//! The tree that queries run over: every value with its place, so that a finding can stand on it.

use std::borrow::Cow;

use jsonpath_rust::JsonPath;
use jsonpath_rust::query::queryable::Queryable;
use manifest::text::FileSpan;
use manifest::tree::{Node, Value};

/// A document with more values than this is not queried: aliases are copied here.
const MAX_NODES: usize = 50_000;

/// A value with its place.
#[derive(Clone, Debug, Default)]
pub struct QueryNode {
    pub(crate) value: QueryValue,
    /// Where it is written; `None` where it is not.
    pub(crate) place: Option<FileSpan>,
}

/// What a value is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum QueryValue {
    #[default]
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<QueryNode>),
    Map(Vec<(String, QueryNode)>),
}

/// Where a value is says nothing about what it is.
impl PartialEq for QueryNode {
    fn eq(&self, other: &Self) -> bool {
        match (self.as_f64(), other.as_f64()) {
            (Some(one), Some(two)) => one == two,
            _ => self.value == other.value,
        }
    }
}

impl QueryNode {
    /// The tree of a document, as far as it was read; `None` if it is too large.
    #[must_use]
    pub fn of(node: Node<'_>) -> Option<Self> {
        let mut left = MAX_NODES;
        read(node, &mut left)
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.value == QueryValue::Null
    }

    /// Whether it may stand for what is not known: nothing, or the word for that.
    pub(crate) fn is_unknown(&self) -> bool {
        match &self.value {
            QueryValue::Null => true,
            QueryValue::Text(text) => text == "unknown",
            _ => false,
        }
    }

    /// A scalar as text; `None` for a list or a mapping.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match &self.value {
            QueryValue::Text(text) => Some(Cow::Borrowed(text)),
            QueryValue::Null => Some(Cow::Borrowed("null")),
            QueryValue::Bool(value) => Some(Cow::Owned(value.to_string())),
            QueryValue::Integer(value) => Some(Cow::Owned(value.to_string())),
            QueryValue::Float(value) => Some(Cow::Owned(value.to_string())),
            QueryValue::List(_) | QueryValue::Map(_) => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        self.as_f64()
    }
}

fn read(node: Node<'_>, left: &mut usize) -> Option<QueryNode> {
    *left = left.checked_sub(1)?;
    let value = match node.value() {
        Value::Null => QueryValue::Null,
        Value::Bool(value) => QueryValue::Bool(value),
        Value::Integer(value) => {
            #[expect(
                clippy::as_conversions,
                clippy::cast_precision_loss,
                reason = "beyond 64 bits a number is compared as JSON readers see it"
            )]
            let wide = value as f64;
            i64::try_from(value).map_or(QueryValue::Float(wide), QueryValue::Integer)
        }
        Value::Float(value) => QueryValue::Float(value),
        Value::String(text) => QueryValue::Text(text.to_owned()),
        // Nesting is limited by the reader.
        Value::Sequence => {
            let items = node.items().map(|item| read(item, left));
            QueryValue::List(items.collect::<Option<_>>()?)
        }
        Value::Mapping => {
            let entries = node
                .read_entries()
                .map(|entry| Some((entry.key.to_owned(), read(entry.value, left)?)));
            QueryValue::Map(entries.collect::<Option<_>>()?)
        }
    };
    Some(QueryNode {
        value,
        place: Some(FileSpan {
            file: node.document().file(),
            span: node.span(),
        }),
    })
}

impl From<QueryValue> for QueryNode {
    fn from(value: QueryValue) -> Self {
        Self { value, place: None }
    }
}

impl From<&str> for QueryNode {
    fn from(text: &str) -> Self {
        QueryValue::Text(text.to_owned()).into()
    }
}

impl From<String> for QueryNode {
    fn from(text: String) -> Self {
        QueryValue::Text(text).into()
    }
}

impl From<bool> for QueryNode {
    fn from(value: bool) -> Self {
        QueryValue::Bool(value).into()
    }
}

impl From<i64> for QueryNode {
    fn from(value: i64) -> Self {
        QueryValue::Integer(value).into()
    }
}

impl From<f64> for QueryNode {
    fn from(value: f64) -> Self {
        QueryValue::Float(value).into()
    }
}

impl From<Vec<Self>> for QueryNode {
    fn from(items: Vec<Self>) -> Self {
        QueryValue::List(items).into()
    }
}

impl Queryable for QueryNode {
    fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            QueryValue::Map(entries) => {
                let mut entries = entries.iter();
                entries.find_map(|(name, value)| (name == key).then_some(value))
            }
            _ => None,
        }
    }

    fn as_array(&self) -> Option<&Vec<Self>> {
        match &self.value {
            QueryValue::List(items) => Some(items),
            _ => None,
        }
    }

    fn as_object(&self) -> Option<Vec<(&str, &Self)>> {
        match &self.value {
            QueryValue::Map(entries) => {
                let entries = entries.iter();
                Some(entries.map(|(key, value)| (key.as_str(), value)).collect())
            }
            _ => None,
        }
    }

    fn as_str(&self) -> Option<&str> {
        match &self.value {
            QueryValue::Text(text) => Some(text),
            _ => None,
        }
    }

    fn as_i64(&self) -> Option<i64> {
        match self.value {
            QueryValue::Integer(value) => Some(value),
            _ => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        match self.value {
            #[expect(
                clippy::as_conversions,
                clippy::cast_precision_loss,
                reason = "numbers are compared as JSON readers see them"
            )]
            QueryValue::Integer(value) => Some(value as f64),
            QueryValue::Float(value) => Some(value),
            _ => None,
        }
    }

    fn as_bool(&self) -> Option<bool> {
        match self.value {
            QueryValue::Bool(value) => Some(value),
            _ => None,
        }
    }

    fn null() -> Self {
        Self::default()
    }
}

impl JsonPath for QueryNode {}
