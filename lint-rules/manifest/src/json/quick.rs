//! JSON as machines write it, built in one go.
//!
//! Nearly every object that an API server sends is such: no escapes in keys, no key twice, no huge mapping.
//! Whatever is unusual or wrong gives up, and the thorough reading says what it is; so nothing is decided
//! here, and both agree on all that this one reads.

use crate::tree::arena::{Arena, NodeData, RawEntry, RawNode, TextRange, number};
use crate::tree::{NodeId, ReadLimits, Style};

use super::passed_over::PassedOver;
use super::scan::plain_text_end;
use super::walk;

/// With more keys in one mapping, a table is quicker than looking at all of them.
const MOST_KEYS: usize = 64;

/// Builds the JSON object at the start of `text`, without what `passed_over` names: its nodes, the top
/// one, and one past its end. `None` if it is unusual.
pub(super) fn build(
    text: &str,
    limits: ReadLimits,
    passed_over: &'static PassedOver,
) -> Option<(Arena, NodeId, usize)> {
    // What follows the object may be much longer than itself.
    let nodes = (text.len() / 40).clamp(16, 512);
    let mut quick = Quick {
        text,
        passed_over,
        arena: Arena {
            nodes: Vec::with_capacity(nodes),
            entries: Vec::with_capacity(nodes),
            ..Arena::default()
        },
        // Each may count three times: by itself, with its key, and as an entry.
        most_nodes: limits.nodes / 3,
        most_members: limits.members,
        deepest: limits.depth,
        frames: Vec::with_capacity(16),
        entries: Vec::with_capacity(64),
        prints: Vec::with_capacity(64),
        items: Vec::with_capacity(32),
    };
    let (root, end) = quick.object()?;
    Some((quick.arena, root, end))
}

/// An open collection.
struct Frame {
    node: NodeId,
    is_mapping: bool,
    /// Where its children start on the stack.
    first: usize,
    /// What is passed over of it.
    passed_over: Option<&'static PassedOver>,
    /// What is passed over of the value which is just being read.
    inner: Option<&'static PassedOver>,
}

struct Quick<'t> {
    text: &'t str,
    passed_over: &'static PassedOver,
    arena: Arena,
    most_nodes: usize,
    most_members: usize,
    deepest: usize,
    frames: Vec<Frame>,
    /// Entries of all open mappings; the value of the last one may be still to come.
    entries: Vec<RawEntry>,
    /// For each of those a number that is the same for equal keys.
    prints: Vec<u64>,
    /// Items of all open sequences.
    items: Vec<NodeId>,
}

impl Quick<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn space(&self, at: usize) -> usize {
        walk::skip_space(self.text.as_bytes(), at)
    }

    /// The object, and one past its end.
    fn object(&mut self) -> Option<(NodeId, usize)> {
        let mut at = self.space(0);
        if self.byte(at) != Some(b'{') {
            return None;
        }
        'value: loop {
            // A value starts here; nothing of it is left if it was passed over.
            let mut complete = match self.byte(at)? {
                b'"' => {
                    let (node, end) = self.string(at)?;
                    at = end;
                    Some(node)
                }
                bracket @ (b'{' | b'[') => {
                    let is_mapping = bracket == b'{';
                    self.open(at, is_mapping)?;
                    at = self.space(at + 1);
                    if self.byte(at)? == if is_mapping { b'}' } else { b']' } {
                        at += 1;
                        Some(self.close(at)?)
                    } else if is_mapping {
                        let (next, is_kept) = self.key(at)?;
                        at = next;
                        if is_kept {
                            continue 'value;
                        }
                        None
                    } else {
                        continue 'value;
                    }
                }
                _ => {
                    let (node, end) = self.bare(at)?;
                    at = end;
                    Some(node)
                }
            };
            // After a complete value: close what closes, go on after a comma.
            loop {
                let Some(frame) = self.frames.last() else {
                    return Some((complete?, at));
                };
                let is_mapping = frame.is_mapping;
                if let Some(node) = complete.take() {
                    if is_mapping {
                        self.entries.last_mut()?.value = node;
                    } else {
                        self.items.push(node);
                    }
                }
                at = self.space(at);
                match (self.byte(at)?, is_mapping) {
                    (b',', true) => {
                        let (next, is_kept) = self.key(self.space(at + 1))?;
                        at = next;
                        if is_kept {
                            continue 'value;
                        }
                    }
                    (b',', false) => {
                        at = self.space(at + 1);
                        continue 'value;
                    }
                    (b'}', true) | (b']', false) => {
                        at += 1;
                        complete = Some(self.close(at)?);
                    }
                    _ => return None,
                }
            }
        }
    }

    /// A key and its colon. Returns where its value starts and true, or, of a value that is passed over,
    /// where it has ended and false.
    fn key(&mut self, at: usize) -> Option<(usize, bool)> {
        if self.byte(at)? != b'"' {
            return None;
        }
        let bytes = self.text.as_bytes();
        let end = plain_text_end(bytes, at + 1);
        if self.byte(end)? != b'"' {
            return None;
        }
        let colon = self.space(end + 1);
        if self.byte(colon)? != b':' {
            return None;
        }
        let value = self.space(colon + 1);
        let frame = self.frames.last_mut()?;
        if let Some(part) = frame.passed_over {
            frame.inner = part.of_key(self.text.get(at + 1..end)?);
            if frame.inner.is_some_and(PassedOver::is_whole) {
                return Some((walk::pass_over(bytes, value).ok()?, false));
            }
        }
        let print = print(bytes, at + 1, end)?;
        let known = self.prints.get(frame.first..)?;
        if known.len() >= MOST_KEYS || known.contains(&print) && self.is_known(at + 1, end) {
            return None;
        }
        self.prints.push(print);
        self.entries.push(RawEntry {
            key: between(at + 1, end),
            key_start: number(at),
            key_end: number(end + 1),
            value: NodeId(0),
        });
        Some((value, true))
    }

    /// Whether the innermost mapping has this key already.
    fn is_known(&self, start: usize, end: usize) -> bool {
        let first = self.frames.last().map_or(0, |frame| frame.first);
        let known = self.entries.get(first..).unwrap_or_default();
        let text = |key: TextRange| {
            let start = key.start as usize;
            self.text.get(start..start + key.len as usize)
        };
        known
            .iter()
            .any(|entry| text(entry.key) == self.text.get(start..end))
    }

    fn string(&mut self, at: usize) -> Option<(NodeId, usize)> {
        let end = plain_text_end(self.text.as_bytes(), at + 1);
        if self.byte(end)? == b'"' {
            let node = self.push(at, end + 1, between(at + 1, end), NodeData::Text)?;
            return Some((node, end + 1));
        }
        let (end, decoded) = walk::text_at(self.text, at).ok()?;
        let text = TextRange {
            start: number(self.arena.decoded.len()),
            len: number(decoded.len()),
            is_decoded: true,
        };
        self.arena.decoded.push_str(&decoded);
        Some((self.push(at, end, text, NodeData::Text)?, end))
    }

    /// A literal, or an integer of 64 bits.
    fn bare(&mut self, at: usize) -> Option<(NodeId, usize)> {
        let end = walk::bare(self.text.as_bytes(), at).ok()?;
        let data = match self.text.get(at..end)? {
            "null" => NodeData::Null,
            "true" => NodeData::Bool(true),
            "false" => NodeData::Bool(false),
            other => NodeData::Integer(other.parse().ok()?),
        };
        Some((self.push(at, end, between(at, end), data)?, end))
    }

    fn open(&mut self, at: usize, is_mapping: bool) -> Option<()> {
        if self.frames.len() >= self.deepest {
            return None;
        }
        let passed_over = match self.frames.last() {
            None => Some(self.passed_over),
            Some(frame) => frame.inner,
        };
        let node = self.push(at, at, TextRange::default(), NodeData::Null)?;
        self.frames.push(Frame {
            node,
            is_mapping,
            first: if is_mapping {
                self.entries.len()
            } else {
                self.items.len()
            },
            passed_over,
            // Of a sequence it is the same for each item.
            inner: passed_over.and_then(PassedOver::of_item),
        });
        Some(())
    }

    /// The innermost collection has ended before `end`.
    fn close(&mut self, end: usize) -> Option<NodeId> {
        let frame = self.frames.pop()?;
        let data = if frame.is_mapping {
            let first = number(self.arena.entries.len());
            let entries = self.entries.get(frame.first..)?;
            self.arena.entries.extend_from_slice(entries);
            let len = number(entries.len());
            self.entries.truncate(frame.first);
            self.prints.truncate(frame.first);
            NodeData::Mapping { first, len }
        } else {
            let first = number(self.arena.items.len());
            let items = self.items.get(frame.first..)?;
            self.arena.items.extend_from_slice(items);
            let len = number(items.len());
            self.items.truncate(frame.first);
            NodeData::Sequence { first, len }
        };
        if let NodeData::Mapping { len, .. } | NodeData::Sequence { len, .. } = data
            && len as usize > self.most_members
        {
            return None;
        }
        let node = self.arena.nodes.get_mut(frame.node.0 as usize)?;
        node.style = Style::Flow;
        node.data = data;
        node.end = number(end);
        Some(frame.node)
    }

    fn push(
        &mut self,
        start: usize,
        end: usize,
        text: TextRange,
        data: NodeData,
    ) -> Option<NodeId> {
        let id = self.arena.nodes.len();
        if id >= self.most_nodes {
            return None;
        }
        let style = match data {
            NodeData::Text => Style::DoubleQuoted,
            _ => Style::Plain,
        };
        self.arena.nodes.push(RawNode {
            start: number(start),
            end: number(end),
            text,
            style,
            data,
        });
        Some(NodeId(number(id)))
    }
}

fn between(start: usize, end: usize) -> TextRange {
    TextRange {
        start: number(start),
        len: number(end.saturating_sub(start)),
        is_decoded: false,
    }
}

/// Of a key between quotes a number that is the same for equal keys: its length, and its last bytes with
/// the closing quote, at `end`.
fn print(bytes: &[u8], start: usize, end: usize) -> Option<u64> {
    let length = end.checked_sub(start)?;
    let counted = (length + 1).min(8);
    let word = match end.checked_sub(7).and_then(|from| bytes.get(from..=end)) {
        Some(eight) => u64::from_le_bytes(*eight.first_chunk()?) >> (64 - 8 * counted),
        None => {
            let mut eight = [0; 8];
            let few = bytes.get(start..=end)?;
            eight.get_mut(..few.len())?.copy_from_slice(few);
            u64::from_le_bytes(eight)
        }
    };
    Some(word ^ (length as u64).rotate_right(8))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::thoroughly;
    use super::*;

    static PASSED_OVER: PassedOver = PassedOver::Of(&[
        ("status", PassedOver::Whole),
        (
            "metadata",
            PassedOver::Of(&[
                ("b", PassedOver::Whole),
                ("a", PassedOver::Of(&[("c", PassedOver::Whole)])),
                (
                    "c",
                    PassedOver::Each(&PassedOver::Of(&[("b", PassedOver::Whole)])),
                ),
            ]),
        ),
    ]);

    const LIMITS: ReadLimits = ReadLimits {
        bytes: 1 << 20,
        nodes: 10_000,
        members: 1_000,
        alias_expansion: 0,
        depth: 20,
    };

    /// Reads both ways; whether the quick one did.
    fn both(text: &str) -> bool {
        let thorough = thoroughly(text, LIMITS, &PASSED_OVER);
        let Some((arena, root, end)) = build(text, LIMITS, &PASSED_OVER) else {
            return false;
        };
        let (parsed, its_end) = thorough.unwrap_or_else(|failure| panic!("{text}: {failure:?}"));
        assert_eq!((Some(root), end), (parsed.root, its_end), "{text}");
        assert!(parsed.duplicates.is_empty(), "{text}");
        assert_eq!(
            format!("{arena:?}"),
            format!("{:?}", parsed.arena),
            "{text}"
        );
        true
    }

    #[test]
    fn what_machines_write_is_read_quickly_and_the_same() {
        for text in [
            "{}",
            r#"{"a":1}"#,
            r#" { "a" : [ ] , "b" : { } } trailing"#,
            r#"{"a":[1,-2,true,false,null,"x",{"y":["\n\u00e9\ud83d\ude00",""]}],"":"b"}"#,
            r#"{"status":{"x":"}"},"metadata":{"a":{"c":"]","d":1},"b":[{}],"status":2},"x":{"metadata":{"b":3}}}"#,
            r#"{"metadata":{"c":[{"b":[],"c":1},{"c":{"b":2}},[{"b":3}]],"a":[{"c":4}]}}"#,
            r#"{"metadata":[{"b":1}],"status":"\"","z":9223372036854775807}"#,
        ] {
            assert!(both(text), "{text}");
        }
    }

    #[test]
    fn what_is_unusual_or_wrong_is_left_to_the_thorough_reading() {
        for text in [
            "[]",
            "1",
            "{",
            r#"{"a""#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{"a":1 "b":2}"#,
            r#"{"a":[1,]}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"a":1,"b":{"a":1,"abcdefghijk":2,"abcdefghijk":3}}"#,
            r#"{"\u0061":1}"#,
            r#"{"a":1.5}"#,
            r#"{"a":9223372036854775808}"#,
            "{\"a\":\"\u{1}\"}",
            r#"{"a":"\x"}"#,
            r#"{"a":[}}"#,
        ] {
            assert!(!both(text), "{text}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(20), "]".repeat(20));
        assert!(!both(&deep));
        let many: Vec<String> = (0..65).map(|at| format!("\"k{at}\":0")).collect();
        assert!(!both(&format!("{{{}}}", many.join(","))));
        assert!(both(&format!("{{{}}}", many[..64].join(","))));
    }

    fn value() -> impl Strategy<Value = String> {
        let key = prop::sample::select(vec![
            "a",
            "b",
            "c",
            "metadata",
            "status",
            "resources",
            "readinessProbe",
            "Xresources",
            "",
        ]);
        let leaf = prop::sample::select(vec![
            "1",
            "true",
            "null",
            "\"x\"",
            "\"\\\"]\"",
            "-7",
            "1e3",
            "{}",
            "[]",
        ]);
        leaf.prop_map(str::to_owned).prop_recursive(6, 200, 8, move |inner| {
            let entry = (key.clone(), inner.clone()).prop_map(|(key, value)| format!("\"{key}\":{value}"));
            prop_oneof![
                2 => prop::collection::vec(entry, 0..8).prop_map(|all| format!("{{{}}}", all.join(","))),
                1 => prop::collection::vec(inner, 0..5).prop_map(|all| format!("[{}]", all.join(" , "))),
            ]
        })
    }

    proptest! {
        #[test]
        fn both_readings_agree(text in value()) {
            both(&text);
        }

        #[test]
        fn both_readings_agree_on_what_is_cut_or_spoilt(text in value(), at: prop::sample::Index, byte in "[\"{}\\[\\],:0 a]") {
            let mut cut = text.clone();
            let at = at.index(text.len());
            cut.replace_range(at..=at, &byte);
            both(&cut);
            both(text.get(..at).unwrap_or_default());
        }
    }
}
