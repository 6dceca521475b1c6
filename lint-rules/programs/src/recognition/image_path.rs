//! Images compared with the patterns of records.

use crate::pattern::matches;

/// How many segments of an image's end a pattern covers; 0: it does not fit.
pub(super) fn image_fit(image: &[&str], pattern: &str) -> usize {
    // Nearly every pattern ends in the image's own name or does not fit; most differ in the last letter.
    let name = image.last().copied().unwrap_or_default();
    let last = |text: &str| text.as_bytes().last().copied();
    if last(pattern) != Some(b'*') && last(pattern) != last(name) {
        return 0;
    }
    if !pattern.ends_with(name) && memchr::memchr(b'*', pattern.as_bytes()).is_none() {
        return 0;
    }
    let mut segments = image.iter().rev();
    let mut fit = 0;
    for wanted in pattern.rsplit('/') {
        match segments.next() {
            Some(segment) if matches(wanted, segment) => fit += 1,
            _ => return 0,
        }
    }
    if is_of_another(pattern, name) { 0 } else { fit }
}

/// Whether a name fits a pattern and still is another program's: `cluster-autoscaler-*` stands for
/// builds of one program, and what operates it is no build of it.
pub(super) fn is_of_another(pattern: &str, name: &str) -> bool {
    pattern.ends_with('*') && name.ends_with("-operator") && !pattern.contains("operator")
}
