//! Ignore comments: whatever they say, the places of the rules they name are right.

use engine::ignores::{Day, Directive, directive};

/// Reads a text as a comment, at several places of a file.
pub fn ignore_comments(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for start in [0, 1000, u32::MAX - 3] {
        check(&text, start);
        check(&format!("# leaselint: ignore[{text}"), start);
    }
    for word in text.split_whitespace() {
        if let Some(day) = Day::parse(word) {
            assert_eq!(day.to_string(), word);
        }
    }
}

fn check(text: &str, start: u32) {
    let Some(Directive::Ignore(ignore)) = directive(text, start) else {
        return;
    };
    assert!(!ignore.rules.is_empty());
    assert_eq!(ignore.span.start, start);
    assert!(ignore.span.start <= ignore.span.end);
    for rule in &ignore.rules {
        assert!(!rule.id.is_empty() && rule.id.trim() == rule.id);
        assert!(rule.span.start <= rule.span.end);
        if u64::from(start) + text.len() as u64 > u64::from(u32::MAX) {
            continue;
        }
        let from = (rule.span.start - start) as usize;
        let to = (rule.span.end - start) as usize;
        assert_eq!(text.get(from..to), Some(rule.id.as_str()));
    }
    assert!(
        ignore.until.is_none() || ignore.bad_until.is_none() || text.matches("until=").count() > 1
    );
}
