//! Scalars and words: what may be written as a number, and lists that may be written as one word.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

/// Text as it was written, whatever YAML takes it for.
#[derive(Clone, Debug)]
#[cfg_attr(
    has_schema,
    derive(schemars::JsonSchema),
    schemars(extend("type" = ["string", "number", "boolean"]))
)]
pub(super) struct Scalar(pub(super) String);

/// One word or a list of words.
#[derive(Clone, Debug, Default)]
#[cfg_attr(
    has_schema,
    derive(schemars::JsonSchema),
    schemars(extend("type" = ["string", "array"], "items" = {"type": ["string", "number", "boolean"]}))
)]
pub struct WordList(pub(super) Vec<String>);

/// Tells a field that is written as `null` from one that is left out.
pub(super) fn nullable<'de, D, T>(input: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(input).map(Some)
}

pub(super) struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a word, a number or a boolean")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar(value.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(ScalarVisitor)
    }
}

impl<'de> Deserialize<'de> for WordList {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct WordsVisitor;

        impl<'de> Visitor<'de> for WordsVisitor {
            type Value = WordList;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a word or a list of words")
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<WordList, E> {
                Ok(WordList(vec![value.to_owned()]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<WordList, A::Error> {
                let mut words = Vec::new();
                while let Some(Scalar(word)) = items.next_element()? {
                    words.push(word);
                }
                Ok(WordList(words))
            }
        }

        input.deserialize_any(WordsVisitor)
    }
}
