//! The value of a YAML 1.1 scalar, as go-yaml v2 resolves it.
//!
//! The rules are those of `resolve` in go-yaml v2, which kubectl and the API
//! machinery use: they differ from YAML 1.2 in booleans (`yes`, `on`, `y`), octal
//! (`010`), binary, underscores and tags.

mod number;

pub(crate) use number::float_key;

/// The value of a scalar. Text is not carried: the caller has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ScalarValue {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text,
    /// `!!binary`: the text must be decoded from base64.
    Binary,
}

/// How the scalar is tagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// No tag: a plain scalar is resolved, any other is text.
    None,
    Str,
    Bool,
    Int,
    Float,
    Null,
    Timestamp,
    Binary,
    Merge,
    /// Any other tag, `!` included, leaves the scalar as text.
    Other,
}

impl Tag {
    /// The tag by its full name.
    pub(super) fn from_name(name: &str) -> Self {
        match name.strip_prefix("tag:yaml.org,2002:") {
            Some("str") => Self::Str,
            Some("bool") => Self::Bool,
            Some("int") => Self::Int,
            Some("float") => Self::Float,
            Some("null") => Self::Null,
            Some("timestamp") => Self::Timestamp,
            Some("binary") => Self::Binary,
            Some("merge") => Self::Merge,
            _ => Self::Other,
        }
    }
}

/// Resolves a scalar.
///
/// # Errors
/// The tag that does not fit the text.
pub(super) fn resolve(text: &str, tag: Tag, plain: bool) -> Result<ScalarValue, &'static str> {
    match tag {
        Tag::None if plain => Ok(resolve_plain(text)),
        Tag::None | Tag::Str | Tag::Other | Tag::Merge => Ok(ScalarValue::Text),
        Tag::Binary => Ok(ScalarValue::Binary),
        Tag::Bool => match resolve_plain(text) {
            value @ ScalarValue::Bool(_) => Ok(value),
            _ => Err("!!bool"),
        },
        Tag::Null => match resolve_plain(text) {
            ScalarValue::Null => Ok(ScalarValue::Null),
            _ => Err("!!null"),
        },
        Tag::Int => match resolve_plain(text) {
            value @ ScalarValue::Integer(_) => Ok(value),
            _ => Err("!!int"),
        },
        // Only what fits a signed 64-bit integer is widened to a float.
        Tag::Float => match resolve_plain(text) {
            value @ ScalarValue::Float(_) => Ok(value),
            ScalarValue::Integer(value) => match i64::try_from(value) {
                #[expect(
                    clippy::as_conversions,
                    clippy::cast_precision_loss,
                    reason = "the conversion Go makes; an `i64` converts to `f64` in no other way"
                )]
                Ok(value) => Ok(ScalarValue::Float(value as f64)),
                Err(_) => Err("!!float"),
            },
            _ => Err("!!float"),
        },
        // Timestamps stay text; what is not one is refused. The shape is enough here:
        // no field of Kubernetes is tagged so.
        Tag::Timestamp if looks_like_a_date(text) => Ok(ScalarValue::Text),
        Tag::Timestamp => Err("!!timestamp"),
    }
}

fn looks_like_a_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 8 && bytes.iter().take(4).all(u8::is_ascii_digit) && bytes.get(4) == Some(&b'-')
}

/// Resolves an untagged plain scalar.
pub(super) fn resolve_plain(text: &str) -> ScalarValue {
    let Some(first) = text.bytes().next() else {
        return ScalarValue::Null;
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => match text {
            ".nan" | ".NaN" | ".NAN" => ScalarValue::Float(f64::NAN),
            ".inf" | ".Inf" | ".INF" => ScalarValue::Float(f64::INFINITY),
            _ => number::leading_dot(text),
        },
        b'+' | b'-' | b'0'..=b'9' => match text {
            "+.inf" | "+.Inf" | "+.INF" => ScalarValue::Float(f64::INFINITY),
            "-.inf" | "-.Inf" | "-.INF" => ScalarValue::Float(f64::NEG_INFINITY),
            _ => number::number(text),
        },
        _ => ScalarValue::Text,
    }
}

fn word(text: &str) -> ScalarValue {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            ScalarValue::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            ScalarValue::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => ScalarValue::Null,
        _ => ScalarValue::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars() {
        for (text, want) in [
            ("", ScalarValue::Null),
            ("~", ScalarValue::Null),
            ("nuLL", ScalarValue::Text),
            ("y", ScalarValue::Bool(true)),
            ("oN", ScalarValue::Text),
            ("010", ScalarValue::Integer(8)),
            ("-010", ScalarValue::Integer(-8)),
            ("08", ScalarValue::Float(8.0)),
            ("0x", ScalarValue::Text),
            ("0b-1", ScalarValue::Integer(-1)),
            ("1__0", ScalarValue::Integer(10)),
            ("+5", ScalarValue::Integer(5)),
            (
                "18446744073709551615",
                ScalarValue::Integer(i128::from(u64::MAX)),
            ),
            (
                "+18446744073709551615",
                ScalarValue::Float(18_446_744_073_709_551_615.0),
            ),
            ("1.", ScalarValue::Float(1.0)),
            (".5", ScalarValue::Float(0.5)),
            (".", ScalarValue::Text),
            (".5_5", ScalarValue::Float(0.55)),
            ("._5", ScalarValue::Text),
            (".5_", ScalarValue::Text),
            ("1e400", ScalarValue::Text),
            ("15s", ScalarValue::Text),
            ("-", ScalarValue::Text),
            ("1:30", ScalarValue::Text),
        ] {
            assert_eq!(resolve_plain(text), want, "{text:?}");
        }
    }

    #[test]
    fn tags() {
        assert_eq!(resolve("15", Tag::Str, true), Ok(ScalarValue::Text));
        assert_eq!(resolve("15", Tag::Int, false), Ok(ScalarValue::Integer(15)));
        assert_eq!(resolve("1", Tag::Float, true), Ok(ScalarValue::Float(1.0)));
        assert_eq!(resolve("x", Tag::Int, true), Err("!!int"));
        assert_eq!(resolve("x", Tag::Bool, true), Err("!!bool"));
        assert_eq!(resolve("x", Tag::Null, true), Err("!!null"));
        let above_signed = "9223372036854775808";
        assert_eq!(resolve(above_signed, Tag::Float, true), Err("!!float"));
        let date = Tag::Timestamp;
        assert_eq!(resolve("2001-1-1", date, true), Ok(ScalarValue::Text));
        assert_eq!(resolve("2001-1-", date, true), Err("!!timestamp"));
    }
}
