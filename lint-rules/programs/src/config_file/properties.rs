//! Java properties and Flink's flat file.

use crate::property_name::KeyNames;

/// A line of a properties file.
pub(crate) struct PropertyLine<'t> {
    /// The name.
    pub name: &'t str,
    /// The value without quotes.
    pub value: &'t str,
    /// Where the value stands in the text, quotes included.
    pub range: std::ops::Range<usize>,
}

/// The `key: value`, `key=value` and `key value` lines, as Java properties and Flink's flat file have them.
pub(crate) fn property_lines(text: &str) -> impl Iterator<Item = PropertyLine<'_>> {
    let mut at = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let trimmed = line.trim_start();
        if trimmed.starts_with(['#', '!']) {
            return None;
        }
        let end = trimmed.find([':', '=', ' ', '\t'])?;
        let (name, rest) = trimmed.split_at_checked(end)?;
        let after_name = rest.trim_start_matches([' ', '\t']);
        let value = after_name.strip_prefix([':', '=']).unwrap_or(after_name);
        let value_text = value.trim();
        let offset = start + (line.len() - value.trim_start().len());
        Some(PropertyLine {
            name,
            value: without_quotes(value_text),
            range: offset..offset + value_text.len(),
        })
    })
}

fn without_quotes(text: &str) -> &str {
    let inside = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(text)
}

/// The value of a key, the last one of that name.
pub(super) fn in_properties(
    text: &str,
    key: &str,
    names: KeyNames,
) -> Option<(std::ops::Range<usize>, String)> {
    let found = property_lines(text).filter(|line| names.is_same(key, line.name));
    let last = found.last()?;
    Some((last.range, last.value.to_owned()))
}
