//! The output of `helm template`: objects, each under the name of its template.

/// What a template printed, one object after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputSection<'t> {
    /// The template with the chart's name before it: `operator/templates/deployment.yaml`.
    pub source: &'t str,
    /// The number of its first line behind the one that names it, from 0.
    pub first_line: usize,
    /// One past the number of its last line.
    pub end_line: usize,
}

/// The line that names a template.
const SOURCE: &str = "# Source: ";

/// The sections of an output, in order.
#[must_use]
pub fn sections(text: &str) -> Vec<OutputSection<'_>> {
    let mut sections: Vec<OutputSection<'_>> = Vec::new();
    let mut is_after_separator = false;
    let mut count = 0;
    for (number, line) in text.lines().enumerate() {
        count = number + 1;
        if let Some(source) = line.strip_prefix(SOURCE).filter(|_| is_after_separator) {
            if let Some(last) = sections.last_mut() {
                // Before it is the separator.
                last.end_line = number.saturating_sub(1);
            }
            sections.push(OutputSection {
                source: source.trim_end(),
                first_line: number + 1,
                end_line: number + 1,
            });
        }
        is_after_separator = line == "---";
    }
    if let Some(last) = sections.last_mut() {
        last.end_line = count;
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_found_by_their_templates() {
        let text = "---\n# Source: a/templates/b.yaml\nkind: B\n---\n# Source: a/templates/c.yaml\nkind: C\n# Source: no\nx: 1\n";
        let found = sections(text);
        let shown: Vec<_> = found
            .iter()
            .map(|section| (section.source, section.first_line, section.end_line))
            .collect();
        assert_eq!(
            shown,
            [("a/templates/b.yaml", 2, 3), ("a/templates/c.yaml", 5, 8)]
        );
        assert!(sections("kind: A\n").is_empty());
    }
}
