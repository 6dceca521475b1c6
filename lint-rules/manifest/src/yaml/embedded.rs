//! A YAML file inside a scalar: a ConfigMap's key that holds a configuration.

use std::sync::Arc;

use crate::tree::arena::{RawNode, number};
use crate::tree::document::Embedding;
use crate::tree::parsed;
use crate::tree::{Document, Node, NodeId, ReadError, ReadErrorCode, ReadLimits};

use super::parse;

/// Reads the text of a scalar as YAML. The resulting document has the spans and positions
/// of the file around it.
///
/// Programs pass such a text to a YAML library as it is, so it is not cut at `---`:
/// the first document is read. A text without content is null.
///
/// # Errors
///
/// If the text is not valid YAML, or the node is no text.
pub fn parse_embedded(
    document: &Document,
    node: Node<'_>,
    limits: ReadLimits,
) -> Result<Document, ReadError> {
    let refuse = |offset: u32, code: ReadErrorCode, reason: String| ReadError {
        file: document.file(),
        position: document.position(offset),
        code,
        reason,
        chunk: 0,
    };
    let (Some(text), Some(map)) = (node.as_str(), node.offset_map()) else {
        return Err(refuse(
            node.span().start,
            ReadErrorCode::Syntax,
            "it is no text".to_owned(),
        ));
    };
    let embedding = Arc::new(Embedding {
        map,
        base: document.origin.base,
        outer: document.embedding.clone(),
    });
    let mut parsed = match parse(text, limits) {
        Ok(parsed) => parsed,
        Err(failure) => {
            let offset = node.inner_offset(failure.at.min(text.len()));
            let offset = offset.unwrap_or(node.span().start);
            if failure.code == ReadErrorCode::Syntax
                && let Some(at) = text.find("{{")
            {
                let reason = "it looks like a Helm or Go template: render it first";
                let at = node.inner_offset(at).unwrap_or(offset);
                return Err(refuse(at, ReadErrorCode::Template, reason.to_owned()));
            }
            let reason = format!("not valid YAML: {}", failure.reason);
            return Err(refuse(offset, failure.code, reason));
        }
    };
    let root = *parsed.root.get_or_insert_with(|| {
        parsed.arena.nodes.push(RawNode::EMPTY);
        NodeId(number(parsed.arena.nodes.len().saturating_sub(1)))
    });
    Ok(parsed::document(
        document.file(),
        Arc::from(text),
        text.len(),
        Arc::clone(&document.origin),
        Some(embedding),
        root,
        parsed,
    ))
}
