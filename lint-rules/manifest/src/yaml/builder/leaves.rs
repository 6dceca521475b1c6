//! Scalars, keys and aliases into the arena.

use crate::tree::arena::{Data, Str, number, slice};
use crate::tree::parsed::Failure;
use crate::tree::{NodeId, Style};

use super::super::scalar::{self, Scalar, Tag};
use super::{Builder, Doubt, Key, Token};

impl Builder<'_> {
    /// A scalar, as key or as value, from YAML.
    pub fn scalar(&mut self, token: &Token<'_>) -> Result<Option<NodeId>, Failure> {
        let plain = token.style == Style::Plain;
        let value = scalar::resolve(token.value, token.tag, plain).map_err(|wanted| {
            let shown: String = token.value.chars().take(40).collect();
            Failure::syntax(token.start, format!("{shown:?} cannot be read as {wanted}"))
        })?;
        let decoded = match value {
            Scalar::Binary => match scalar::decode_base64(token.value) {
                Some(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
                None => {
                    return Err(Failure::syntax(
                        token.start,
                        "!!binary value contains invalid base64 data",
                    ));
                }
            },
            _ => None,
        };
        let text = match &decoded {
            Some(decoded) => self.aside(decoded),
            None => self.keep(token.value, token.content),
        };
        let data = self.data(value);
        let is_key = self.expects_key();
        let node = if !is_key || token.anchor != 0 {
            let node = self.push(token.start, token.end, text, token.style, data)?;
            self.name(token.anchor, node);
            Some(node)
        } else {
            self.count()?;
            None
        };
        if is_key {
            let merge = token.value == "<<"
                && matches!((token.tag, plain), (Tag::None, true) | (Tag::Merge, _));
            self.take_key(data, text, token.start, token.end, merge, false);
            return Ok(None);
        }
        // `node` is always there for a value.
        let Some(node) = node else { return Ok(None) };
        if let Data::Float(value) = data
            && !value.is_finite()
        {
            let reason = format!("{} is not a JSON value", token.value);
            self.doubt(node, token.start, reason);
        }
        Ok(self.place(node))
    }

    /// An alias, as key or as value.
    pub fn alias(
        &mut self,
        anchor: usize,
        start: usize,
        end: usize,
    ) -> Result<Option<NodeId>, Failure> {
        let Some(target) = self.anchors.get(&anchor).copied() else {
            return Err(Failure::syntax(start, "the alias refers to no anchor"));
        };
        if self.frames.iter().any(|frame| frame.node == target) {
            return Err(Failure::syntax(start, "the anchor's value contains itself"));
        }
        self.aliases = true;
        if self.expects_key() {
            let Some(node) = self.arena.nodes.get(target.0 as usize).copied() else {
                return Err(Failure::syntax(start, "the alias refers to no anchor"));
            };
            if matches!(node.data, Data::Mapping { .. } | Data::Sequence { .. }) {
                return Err(Failure::syntax(
                    start,
                    "a mapping or sequence cannot be a key",
                ));
            }
            self.count()?;
            self.take_key(node.data, node.text, start, end, false, true);
            return Ok(None);
        }
        let node = self.push(
            start,
            end,
            Str::default(),
            Style::Plain,
            Data::Alias(target),
        )?;
        Ok(self.place(node))
    }

    /// A key that is text, from JSON; `decoded` if it has escapes. The offsets are of its quotes.
    pub fn text_key(
        &mut self,
        decoded: Option<&str>,
        start: usize,
        end: usize,
    ) -> Result<(), Failure> {
        self.count()?;
        let text = self.between_quotes(decoded, start, end);
        if let Some(frame) = self.frames.last_mut() {
            frame.key = Some(Key {
                text,
                start: number(start),
                end: number(end),
                merge: false,
                alias: false,
            });
        }
        Ok(())
    }

    /// A value that is text, from JSON; `decoded` if it has escapes. The offsets are of its quotes.
    pub fn text_value(
        &mut self,
        decoded: Option<&str>,
        start: usize,
        end: usize,
    ) -> Result<Option<NodeId>, Failure> {
        let text = self.between_quotes(decoded, start, end);
        let node = self.push(start, end, text, Style::DoubleQuoted, Data::Text)?;
        Ok(self.place(node))
    }

    fn between_quotes(&mut self, decoded: Option<&str>, start: usize, end: usize) -> Str {
        match decoded {
            Some(decoded) => self.aside(decoded),
            None => Str {
                start: number(start + 1),
                len: number(end.saturating_sub(start + 2)),
                side: false,
            },
        }
    }

    /// A JSON number or literal. An integer stays exact however long it is, within
    /// 128 bits.
    pub fn json_bare(&mut self, start: usize, end: usize) -> Result<Option<NodeId>, Failure> {
        let value = self.text.get(start..end).unwrap_or_default();
        let read = match value {
            "null" => Scalar::Null,
            "true" => Scalar::Bool(true),
            "false" => Scalar::Bool(false),
            _ => match value.parse::<i64>() {
                Ok(integer) => Scalar::Integer(integer.into()),
                Err(_) => long_number(value, start)?,
            },
        };
        let text = Str {
            start: number(start),
            len: number(value.len()),
            side: false,
        };
        let data = self.data(read);
        let node = self.push(start, end, text, Style::Plain, data)?;
        Ok(self.place(node))
    }

    fn take_key(
        &mut self,
        data: Data,
        text: Str,
        start: usize,
        end: usize,
        merge: bool,
        alias: bool,
    ) {
        let text = match data {
            Data::Text | Data::Alias(_) | Data::Sequence { .. } | Data::Mapping { .. } => text,
            Data::Bool(value) => self.spell(text, if value { "true" } else { "false" }),
            Data::Integer(value) => self.spell(text, &value.to_string()),
            Data::Float(value) => self.spell(text, &scalar::float_key(value)),
            // sigs.k8s.io/yaml turns no other key into text.
            Data::Null | Data::Wide(_) => {
                if let Some(frame) = self.frames.last() {
                    let node = frame.node;
                    self.doubt(
                        node,
                        start,
                        "the key is null or too big a number".to_owned(),
                    );
                }
                text
            }
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.key = Some(Key {
                text,
                start: number(start),
                end: number(end),
                merge,
                alias,
            });
        }
    }

    fn data(&mut self, value: Scalar) -> Data {
        match value {
            Scalar::Null => Data::Null,
            Scalar::Bool(value) => Data::Bool(value),
            Scalar::Float(value) => Data::Float(value),
            Scalar::Text | Scalar::Binary => Data::Text,
            Scalar::Integer(value) => match i64::try_from(value) {
                Ok(value) => Data::Integer(value),
                Err(_) => {
                    self.arena.wide.push(value);
                    Data::Wide(number(self.arena.wide.len() - 1))
                }
            },
        }
    }

    fn doubt(&mut self, node: NodeId, at: usize, reason: String) {
        self.doubts.push(Doubt { node, at, reason });
    }

    /// A text that is either `text` already or must be spelled out.
    fn spell(&mut self, text: Str, want: &str) -> Str {
        if slice(self.text, &self.arena.side, text) == want {
            text
        } else {
            self.aside(want)
        }
    }

    /// `value`, by reference if it stands verbatim at `content`.
    fn keep(&mut self, value: &str, content: usize) -> Str {
        if self.text.get(content..content + value.len()) == Some(value) {
            Str {
                start: number(content),
                len: number(value.len()),
                side: false,
            }
        } else {
            self.aside(value)
        }
    }

    fn aside(&mut self, value: &str) -> Str {
        let start = number(self.arena.side.len());
        self.arena.side.push_str(value);
        Str {
            start,
            len: number(value.len()),
            side: true,
        }
    }
}

/// A JSON number that does not fit 64 bits, or has a fraction or an exponent.
fn long_number(value: &str, start: usize) -> Result<Scalar, Failure> {
    if let Ok(integer) = value.parse::<i128>() {
        return Ok(Scalar::Integer(integer));
    }
    match value.parse::<f64>() {
        Ok(float) if float.is_finite() => Ok(Scalar::Float(float)),
        // The API server refuses it too; Go's float is out of range.
        _ => Err(Failure::syntax(start, format!("{value} is out of range"))),
    }
}
