//! Java properties and Flink's flat file.

/// `key: value`, `key=value` or `key value` lines, as Java properties and Flink's flat file have them.
pub(super) fn in_properties(text: &str, key: &str) -> Option<(std::ops::Range<usize>, String)> {
    let mut found = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim_start();
        if trimmed.starts_with(['#', '!']) {
            continue;
        }
        let Some(rest) = trimmed.strip_prefix(key) else {
            continue;
        };
        let after_name = rest.trim_start_matches([' ', '\t']);
        let value = match after_name.strip_prefix([':', '=']) {
            Some(value) => value,
            None if after_name.len() < rest.len() => after_name,
            None => continue,
        };
        let value_text = value.trim();
        let unquoted = value_text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .or_else(|| {
                value_text
                    .strip_prefix('\'')
                    .and_then(|text| text.strip_suffix('\''))
            })
            .unwrap_or(value_text);
        let offset = start + (line.len() - value.trim_start().len());
        found = Some((offset..offset + value_text.len(), unquoted.to_owned()));
    }
    found
}
