//! Scalars, keys and aliases into the arena.

use crate::text::to_index;
use crate::tree::arena::{NodeData, TextRange, number, slice};
use crate::tree::parsed::ParseFailure;
use crate::tree::{NodeId, Style};

use super::super::base64;
use super::super::scalar::{self, ScalarValue, Tag};
use super::super::written_pair::WrittenKey;
use super::{Builder, Doubt, ScalarToken};

impl Builder<'_> {
    /// A scalar, as key or as value, from YAML.
    pub fn scalar(&mut self, token: &ScalarToken<'_>) -> Result<Option<NodeId>, ParseFailure> {
        let plain = token.style == Style::Plain;
        let value = scalar::resolve(token.value, token.tag, plain).map_err(|wanted| {
            let shown: String = token.value.chars().take(40).collect();
            ParseFailure::syntax(token.start, format!("{shown:?} cannot be read as {wanted}"))
        })?;
        let decoded = match value {
            ScalarValue::Binary => match base64::decode_base64(token.value) {
                Some(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
                None => {
                    return Err(ParseFailure::syntax(
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
        if let NodeData::Float(value) = data
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
    ) -> Result<Option<NodeId>, ParseFailure> {
        let Some(target) = self.anchors.get(&anchor).copied() else {
            return Err(ParseFailure::syntax(start, "the alias refers to no anchor"));
        };
        if self.frames.iter().any(|frame| frame.node == target) {
            return Err(ParseFailure::syntax(
                start,
                "the anchor's value contains itself",
            ));
        }
        self.aliases = true;
        if self.expects_key() {
            let Some(node) = self.arena.nodes.get(to_index(target.0)).copied() else {
                return Err(ParseFailure::syntax(start, "the alias refers to no anchor"));
            };
            if matches!(
                node.data,
                NodeData::Mapping { .. } | NodeData::Sequence { .. }
            ) {
                return Err(ParseFailure::syntax(
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
            TextRange::default(),
            Style::Plain,
            NodeData::Alias(target),
        )?;
        Ok(self.place(node))
    }

    fn take_key(
        &mut self,
        data: NodeData,
        text: TextRange,
        start: usize,
        end: usize,
        merge: bool,
        alias: bool,
    ) {
        let text = match data {
            NodeData::Text
            | NodeData::Alias(_)
            | NodeData::Sequence { .. }
            | NodeData::Mapping { .. } => text,
            NodeData::Bool(value) => self.spell(text, if value { "true" } else { "false" }),
            NodeData::Integer(value) => self.spell(text, &value.to_string()),
            NodeData::Float(value) => self.spell(text, &scalar::float_key(value)),
            // sigs.k8s.io/yaml turns no other key into text.
            NodeData::Null | NodeData::BigInteger(_) => {
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
            frame.key = Some(WrittenKey {
                text,
                start: number(start),
                end: number(end),
                merge,
                alias,
            });
        }
    }

    fn data(&mut self, value: ScalarValue) -> NodeData {
        match value {
            ScalarValue::Null => NodeData::Null,
            ScalarValue::Bool(value) => NodeData::Bool(value),
            ScalarValue::Float(value) => NodeData::Float(value),
            ScalarValue::Text | ScalarValue::Binary => NodeData::Text,
            ScalarValue::Integer(value) => match i64::try_from(value) {
                Ok(value) => NodeData::Integer(value),
                Err(_) => {
                    self.arena.big_integers.push(value);
                    NodeData::BigInteger(number(self.arena.big_integers.len() - 1))
                }
            },
        }
    }

    fn doubt(&mut self, node: NodeId, at: usize, reason: String) {
        self.doubts.push(Doubt { node, at, reason });
    }

    /// A text that is either `text` already or must be spelled out.
    fn spell(&mut self, text: TextRange, want: &str) -> TextRange {
        if slice(self.text, &self.arena.decoded, text) == want {
            text
        } else {
            self.aside(want)
        }
    }

    /// `value`, by reference if it stands verbatim at `content`.
    fn keep(&mut self, value: &str, content: usize) -> TextRange {
        if self.text.get(content..content + value.len()) == Some(value) {
            TextRange {
                start: number(content),
                len: number(value.len()),
                is_decoded: false,
            }
        } else {
            self.aside(value)
        }
    }

    fn aside(&mut self, value: &str) -> TextRange {
        let start = number(self.arena.decoded.len());
        self.arena.decoded.push_str(value);
        TextRange {
            start,
            len: number(value.len()),
            is_decoded: true,
        }
    }
}
