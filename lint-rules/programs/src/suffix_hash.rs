//! A hash of a word by which tables are searched without reading the words in them.

/// How many bytes of a word's end the hash holds; the length takes the eighth byte.
const SUFFIX_BYTES: usize = 7;

/// The length of a word and its last bytes: the same for equal words, and mostly another one for others.
///
/// Flags and images of one project begin alike and end differently, so that the end tells more.
pub fn suffix_hash(word: &str) -> u64 {
    let bytes = word.as_bytes();
    let suffix = bytes.iter().rev().take(SUFFIX_BYTES);
    let suffix = suffix.fold(0, |all, byte| (all << 8) | u64::from(*byte));
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    suffix | (length << (8 * SUFFIX_BYTES))
}
