//! Scalars, keys and aliases into the arena.

use crate::text::to_index;
use crate::tree::arena::{NodeData, NumberValue, TextRange, number, slice};
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
        let data = self.data(value, text);
        let is_key = self.expects_key();
        let node = if !is_key || token.anchor != 0 {
            let node = self.push(token.start, token.end, token.style, data)?;
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
        if let ScalarValue::Float(value) = value
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
            let text = self.arena.scalar_text(&node).unwrap_or_default();
            self.take_key(node.data, text, start, end, false, true);
            return Ok(None);
        }
        let node = self.push(start, end, Style::Plain, NodeData::Alias(target))?;
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
        let numeric = match data {
            NodeData::Number(at) => self.arena.numbers.get(to_index(at)),
            _ => None,
        };
        let numeric = numeric.map(|number| &number.value);
        let spelled = match (data, numeric) {
            (NodeData::Bool(value, _), _) => Some(value.to_string()),
            (_, Some(NumberValue::Integer(value))) => Some(value.to_string()),
            (_, Some(NumberValue::Float(value))) => Some(scalar::float_key(*value)),
            _ => None,
        };
        let is_text = !matches!(
            (data, numeric),
            (NodeData::Null(_), _) | (_, Some(NumberValue::BigInteger(_)))
        );
        // sigs.k8s.io/yaml turns no other key into text.
        if let Some(node) = self.frames.last().map(|frame| frame.node)
            && !is_text
        {
            let reason = "the key is null or too big a number";
            self.doubt(node, start, reason.to_owned());
        }
        let text = match spelled {
            Some(want) => self.spell(text, &want),
            None => text,
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

    fn data(&mut self, value: ScalarValue, text: TextRange) -> NodeData {
        match value {
            ScalarValue::Null => NodeData::Null(text),
            ScalarValue::Bool(value) => NodeData::Bool(value, text),
            ScalarValue::Float(value) => self.arena.add_number(text, NumberValue::Float(value)),
            ScalarValue::Integer(value) => self.arena.add_integer(text, value),
            ScalarValue::Text | ScalarValue::Binary => NodeData::Text(text),
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
        let written = self.text.as_bytes().get(content..content + value.len());
        if written == Some(value.as_bytes()) {
            TextRange::written(content, value.len())
        } else {
            self.aside(value)
        }
    }

    fn aside(&mut self, value: &str) -> TextRange {
        let start = self.arena.decoded.len();
        self.arena.decoded.push_str(value);
        TextRange::decoded(start, value.len())
    }
}
