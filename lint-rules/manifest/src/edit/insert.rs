//! Writing: an item, an entry, another text of a scalar, a document.

use crate::text::Span;
use crate::tree::{Document, Node, Style, Value};

use super::SpanEdit;
use super::render::{NewValue, entry, is_plain, scalar};
use super::site::EditSite;

/// The edit that writes another text into the scalar at a place. Its quotes stay.
#[must_use]
pub fn respelled(document: &Document, place: Span, text: &str) -> Option<SpanEdit> {
    let site = EditSite::new(document)?;
    let node = *site.way_to(place)?.last()?;
    node.scalar_text()?;
    let text = match node.style() {
        Style::Plain if is_plain(text) || is_duration(text) => text.to_owned(),
        // A number that takes the place of a number.
        Style::Plain if node.as_i64().is_some() && text.parse::<i64>().is_ok() => text.to_owned(),
        Style::Plain | Style::DoubleQuoted => scalar(text, true),
        Style::SingleQuoted => format!("'{}'", text.replace('\'', "''")),
        Style::Literal | Style::Folded | Style::Block | Style::Flow => return None,
    };
    Some(SpanEdit { span: place, text })
}

/// Whether a text is one like `1m30s`, which no YAML reader takes for anything but text.
fn is_duration(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.ends_with(['h', 'm', 's'])
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".hmnsu".contains(&byte))
}

/// The edit that writes a new item behind the one at a place.
#[must_use]
pub fn inserted_item(document: &Document, after: Span, value: &NewValue) -> Option<SpanEdit> {
    let site = EditSite::new(document)?;
    let way = site.way_to(after)?;
    let [.., list, item] = way.as_slice() else {
        return None;
    };
    if !matches!(list.value(), Value::Sequence) {
        return None;
    }
    let end = site.content_end(*item);
    if list.style() == Style::Flow {
        let json = is_quoted(site, *item);
        return Some(site.edit(end, end, format!(", {}", value.flow(json))));
    }
    let dash = site.dash(*item)?;
    let column = dash - site.line_start(dash);
    let (indent, newline) = (" ".repeat(column), site.newline());
    let text = format!("{newline}{indent}- {}", value.block(column + 2, newline));
    behind_line(site, end, text)
}

/// The edit that writes a new entry into the mapping at a place: behind the first of the named entries that is there,
/// else behind the last one.
#[must_use]
pub fn inserted_entry(
    document: &Document,
    mapping: Span,
    behind: &[&str],
    (key, value): (&str, &NewValue),
) -> Option<SpanEdit> {
    let site = EditSite::new(document)?;
    let mapping = *site.way_to(mapping)?.last()?;
    if !matches!(mapping.value(), Value::Mapping) {
        return None;
    }
    let mut named = behind
        .iter()
        .filter_map(|key| mapping.read_entries().find(|one| one.key == *key));
    let Some(other) = named.next().or_else(|| mapping.read_entries().next_back()) else {
        // `{}`: between the braces.
        let span = mapping.span();
        let (start, end) = (site.local(span.start) + 1, site.local(span.end));
        let is_empty = mapping.style() == Style::Flow && end > start;
        let text = format!("{}: {}", scalar(key, false), value.flow(false));
        return is_empty.then(|| site.edit(start, start, text));
    };
    let key_end = site.local(other.key_span.end);
    if mapping.style() == Style::Flow {
        let json = site
            .slice(site.local(other.key_span.start), key_end)
            .starts_with('"');
        let end = site.content_end(other.value).max(key_end);
        let text = format!(", {}: {}", scalar(key, json), value.flow(json));
        return Some(site.edit(end, end, text));
    }
    let column = site.column(site.local(other.key_span.start))?;
    let (indent, newline) = (" ".repeat(column), site.newline());
    let text = format!("{newline}{indent}{}", entry(key, value, column, newline));
    // A key without a value ends with its colon.
    behind_line(site, site.content_end(other.value).max(key_end + 1), text)
}

/// The edit that writes another entry in the place of the one whose value is at a place.
#[must_use]
pub fn replaced_entry(
    document: &Document,
    old_value: Span,
    (key, value): (&str, &NewValue),
) -> Option<SpanEdit> {
    let site = EditSite::new(document)?;
    let way = site.way_to(old_value)?;
    let [.., mapping, old] = way.as_slice() else {
        return None;
    };
    let mut entries = mapping.read_entries();
    let found = entries.find(|one| one.value.span() == old.span())?;
    let start = site.local(found.key_span.start);
    let end = site.content_end(*old);
    if site.has_comment(start, end) {
        return None;
    }
    let text = if mapping.style() == Style::Flow {
        let json = site.slice(start, end).starts_with('"');
        format!("{}: {}", scalar(key, json), value.flow(json))
    } else {
        let column = site.column(start)?;
        entry(key, value, column, site.newline())
    };
    Some(site.edit(start, end, text))
}

/// The edit that writes more documents behind one. `yaml` ends with a line end.
#[must_use]
pub fn appended_document(document: &Document, yaml: &str) -> Option<SpanEdit> {
    let site = EditSite::new(document)?;
    let is_block = document.root().style() == Style::Block;
    if !is_block || document.ignored().is_some() {
        return None;
    }
    let newline = site.newline();
    let end = site.text.len();
    let first = if site.text.ends_with('\n') {
        ""
    } else {
        newline
    };
    let yaml = format!("---\n{yaml}").replace('\n', newline);
    Some(site.edit(end, end, format!("{first}{yaml}")))
}

/// An edit at the end of a line, behind its comment.
fn behind_line(site: EditSite<'_>, at: usize, text: String) -> Option<SpanEdit> {
    let end = site.line_end(at);
    let rest = site.slice(at, end).trim_start();
    (rest.is_empty() || rest.starts_with('#')).then(|| site.edit(end, end, text))
}

/// Whether texts beside a node are in double quotes, as JSON wants them.
fn is_quoted(site: EditSite<'_>, node: Node<'_>) -> bool {
    let span = node.span();
    let source = site.slice(site.local(span.start), site.local(span.end));
    let inner = source.trim_start_matches(['{', '[', ' ', '\n', '\r', '\t']);
    inner.starts_with('"')
}
