//! How serde reads the short spellings.

use super::*;

/// Tells a field that is written as `null` from one that is left out.
pub(super) fn given<'de, D, T>(input: D) -> Result<Option<Option<T>>, D::Error>
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

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct WordsVisitor;

        impl<'de> Visitor<'de> for WordsVisitor {
            type Value = Words;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a word or a list of words")
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Words, E> {
                Ok(Words(vec![value.to_owned()]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Words, A::Error> {
                let mut words = Vec::new();
                while let Some(Scalar(word)) = items.next_element()? {
                    words.push(word);
                }
                Ok(Words(words))
            }
        }

        input.deserialize_any(WordsVisitor)
    }
}

impl<'de> Deserialize<'de> for SettingRecord {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct SettingVisitor;

        fn constant<E: de::Error>(value: Result<Scalar, E>) -> Result<SettingRecord, E> {
            Ok(SettingRecord(SettingFields {
                default: Some(Some(value?)),
                ..SettingFields::default()
            }))
        }

        impl<'de> Visitor<'de> for SettingVisitor {
            type Value = SettingRecord;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a default, or a mapping that says how the setting is taken")
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_bool(value))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_i64(value))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_u64(value))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_f64(value))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<SettingRecord, E> {
                constant(ScalarVisitor.visit_str(value))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<SettingRecord, A::Error> {
                let fields = de::value::MapAccessDeserializer::new(map);
                SettingFields::deserialize(fields).map(SettingRecord)
            }
        }

        input.deserialize_any(SettingVisitor)
    }
}
