//! Lines of build files.

/// Lines with their numbers from 1, those that go on in the next one joined. What is left out is left out between the
/// parts of a joined line, too.
pub(super) fn joined(text: &str, is_left_out: impl Fn(&str) -> bool) -> Vec<(u32, String)> {
    let mut found: Vec<(u32, String)> = Vec::new();
    let mut goes_on = false;
    for (number, line) in (1..).zip(text.lines()) {
        if is_left_out(line) {
            continue;
        }
        let (part, more) = match line.trim_end().strip_suffix('\\') {
            Some(part) => (part, true),
            None => (line, false),
        };
        match found.last_mut() {
            Some((_, before)) if goes_on => {
                before.push(' ');
                before.push_str(part.trim());
            }
            _ => found.push((number, part.to_owned())),
        }
        goes_on = more;
    }
    found
}
