//! Taking away: an item, an entry, a comment.

use crate::text::Span;
use crate::tree::{Document, Node, Style, Value};

use super::SpanEdit;
use super::site::EditSite;

/// The edit that takes the item at a place out of its list.
#[must_use]
pub fn removed_item(document: &Document, place: Span) -> Option<SpanEdit> {
    let site = EditSite::new(document)?;
    let way = site.way_to(place)?;
    let [.., list, item] = way.as_slice() else {
        return None;
    };
    if !matches!(list.value(), Value::Sequence) {
        return None;
    }
    if list.style() == Style::Flow {
        let items: Vec<_> = list
            .items()
            .map(|one| (site.local(one.span().start), site.local(one.span().end)))
            .collect();
        let at = list.items().position(|one| one.span() == item.span())?;
        return from_flow(site, &items, at);
    }
    let dash = site.dash(*item)?;
    whole_lines(site, dash, site.content_end(*item))
}

/// The edit that takes an entry out of its mapping. `key`: the place of its key.
#[must_use]
pub fn removed_entry(document: &Document, key: Span) -> Option<SpanEdit> {
    let site = EditSite::new(document)?;
    let (mapping, entry) = site.entry_at(key)?;
    let end_of = |key: Span, value: Node<'_>| site.content_end(value).max(site.local(key.end));
    if mapping.style() == Style::Flow {
        let entries: Vec<_> = mapping
            .read_entries()
            .map(|one| {
                (
                    site.local(one.key_span.start),
                    end_of(one.key_span, one.value),
                )
            })
            .collect();
        let at = mapping.read_entries().position(|one| one.key_span == key)?;
        return from_flow(site, &entries, at);
    }
    let start = site.local(key.start);
    let end = end_of(key, entry.value).max(start);
    let prefix = site.slice(site.line_start(start), start);
    if prefix.bytes().all(|byte| byte == b' ') {
        return whole_lines(site, start, end);
    }
    // Behind a dash the next entry moves up.
    let mut entries = mapping.read_entries().skip_while(|one| one.key_span != key);
    let next = site.local(entries.nth(1)?.key_span.start);
    let is_clean = !site.has_comment(start, next);
    (is_clean && site.column(start) == site.column(next))
        .then(|| site.edit(start, next, String::new()))
}

/// The edit that takes an entry away that a later one of the same key overrides, so that no node holds its value.
#[must_use]
pub fn removed_lost_entry(document: &Document, key: Span) -> Option<SpanEdit> {
    let site = EditSite::new(document)?;
    let start = site.local(key.start);
    let mapping = site.mapping_around(key);
    if let Some(flow) = mapping.filter(|mapping| mapping.style() == Style::Flow) {
        return up_to_next_key(site, flow, start);
    }
    let line_start = site.line_start(start);
    let column = start - line_start;
    let prefix = site.slice(line_start, start);
    if !prefix.bytes().all(|byte| byte == b' ') {
        return None;
    }
    let first_line = site.slice(start, site.line_end(start)).trim_end();
    let mut end = site.next_line(start);
    let mut at = end;
    while at < site.text.len() {
        let line = site.slice(at, site.line_end(at));
        let indent = line.len() - line.trim_start_matches(' ').len();
        let is_blank = line.trim().is_empty();
        let is_item = line.trim_start().starts_with('-') && first_line.ends_with(':');
        if !is_blank && indent <= column && !(indent == column && is_item) {
            break;
        }
        at = site.next_line(at);
        // Blank lines behind the value stay.
        if !is_blank {
            end = at;
        }
    }
    let is_clean = !site.has_comment(line_start, end);
    is_clean.then(|| without_lines(site, line_start, end))
}

/// The edit that takes everything away from a byte of a flow mapping up to its next key. A key that a later one overrides is none
/// of its entries.
fn up_to_next_key(site: EditSite<'_>, flow: Node<'_>, start: usize) -> Option<SpanEdit> {
    let holder = flow.span();
    let overriding = site.document.duplicates().iter().map(|one| one.span);
    let within = overriding.filter(|key| holder.start < key.start && key.end < holder.end);
    let counting = flow.read_entries().map(|one| one.key_span);
    let starts = counting.chain(within).map(|key| site.local(key.start));
    let next = starts.filter(|other| *other > start).min()?;
    (!site.has_comment(start, next)).then(|| site.edit(start, next, String::new()))
}

/// The edit that takes away the comment around a place, with its line if nothing else stands on it.
#[must_use]
pub fn removed_comment(document: &Document, place: Span) -> Option<SpanEdit> {
    let site = EditSite::new(document)?;
    let comments = document.comments().iter();
    let comment = comments
        .into_iter()
        .find(|comment| comment.span.start <= place.start && place.end <= comment.span.end)?;
    let (start, end) = (site.local(comment.span.start), site.local(comment.span.end));
    if comment.own_line {
        let (start, end) = (site.line_start(start), site.next_line(end));
        return Some(without_lines(site, start, end));
    }
    let before = site.slice(0, start).trim_end_matches([' ', '\t']).len();
    Some(site.edit(before, end.min(site.line_end(start)), String::new()))
}

/// Whole lines, from the one of the first byte to the one of the last, if nothing else stands on them.
fn whole_lines(site: EditSite<'_>, start: usize, end: usize) -> Option<SpanEdit> {
    let line_start = site.line_start(start);
    let is_alone = site.slice(end, site.line_end(end)).trim().is_empty();
    let is_clean = is_alone && !site.has_comment(line_start, end);
    is_clean.then(|| without_lines(site, line_start, site.next_line(end)))
}

/// The edit that takes lines away, with the line end before them: a line behind them then stays as it is.
fn without_lines(site: EditSite<'_>, start: usize, end: usize) -> SpanEdit {
    let text = site.slice(start, end);
    let body = text.strip_suffix('\n').unwrap_or(text);
    let body = body.strip_suffix('\r').unwrap_or(body);
    match start.checked_sub(1) {
        Some(newline) => {
            let before = site.slice(0, newline);
            let before = before.strip_suffix('\r').unwrap_or(before);
            site.edit(before.len(), start + body.len(), String::new())
        }
        None => site.edit(start, end, String::new()),
    }
}

/// One of the parts of a flow collection, with a comma.
fn from_flow(site: EditSite<'_>, parts: &[(usize, usize)], at: usize) -> Option<SpanEdit> {
    let (start, end) = *parts.get(at)?;
    let before = at.checked_sub(1).and_then(|before| parts.get(before));
    let (start, end) = match (before, parts.get(at + 1)) {
        (Some((_, before)), _) => (*before, end),
        (None, Some((next, _))) => (start, *next),
        (None, None) => (start, end),
    };
    (!site.has_comment(start, end)).then(|| site.edit(start, end, String::new()))
}
