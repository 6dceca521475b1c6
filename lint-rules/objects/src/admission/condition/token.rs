//! The tokens of an expression.

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CelToken {
    /// A dotted path, such as `request.resource.group`.
    Path(String),
    Text(String),
    /// `&&`, `||`, `==`, `!=`, `!`, brackets, `,`, `.`.
    Mark(&'static str),
}

/// Longer ones first.
const MARKS: &[&str] = &[
    "&&", "||", "==", "!=", "!", "(", ")", "[", "]", ",", ".", "?", ":", "<", ">", "+", "-", "=",
];

/// The tokens of an expression; `None` for what no token is.
pub(super) fn tokens(expression: &str) -> Option<Vec<CelToken>> {
    let mut rest = expression.trim_start();
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        if first == '"' || first == '\'' {
            let inner = rest.get(1..)?;
            let end = inner.find(first)?;
            let text = inner.get(..end)?;
            // Escapes are rare here, and a wrong reading is worse than none.
            if text.contains('\\') {
                return None;
            }
            tokens.push(CelToken::Text(text.to_owned()));
            rest = inner.get(end + 1..)?;
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
                .unwrap_or(rest.len());
            tokens.push(CelToken::Path(rest.get(..end)?.to_owned()));
            rest = rest.get(end..)?;
        } else {
            let mark = MARKS.iter().find(|mark| rest.starts_with(**mark))?;
            tokens.push(CelToken::Mark(mark));
            rest = rest.get(mark.len()..)?;
        }
        rest = rest.trim_start();
    }
    Some(tokens)
}
