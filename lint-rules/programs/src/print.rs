//! A number for a word, by which tables are searched without reading the words in them.

/// The length of a word and its last letters: the same for equal words, and mostly another one for others.
pub fn print(word: &str) -> u64 {
    let bytes = word.as_bytes();
    let last = bytes.iter().rev().take(7);
    let last = last.fold(0, |all, byte| (all << 8) | u64::from(*byte));
    last | ((bytes.len() as u64) << 56)
}
