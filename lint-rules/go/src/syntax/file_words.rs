//! The words of a file, each once: functions name them by number.

use std::collections::HashMap;

/// A word of a file, as its number among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct WordNumber(u32);

/// Words that are still collected.
#[derive(Default)]
pub(crate) struct WordCollector<'m> {
    words: Vec<&'m str>,
    numbers: HashMap<&'m str, WordNumber>,
}

impl<'m> WordCollector<'m> {
    /// The number of a word, a new one if it has none.
    pub(crate) fn number(&mut self, word: &'m str) -> WordNumber {
        // A file has at most a megabyte.
        let next = WordNumber(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
        *self.numbers.entry(word).or_insert_with(|| {
            self.words.push(word);
            next
        })
    }

    pub(crate) fn finish(self) -> FileWords<'m> {
        FileWords(self.words.into_boxed_slice())
    }
}

/// All words that the functions of a file name.
#[derive(Debug, Default)]
pub(crate) struct FileWords<'m>(Box<[&'m str]>);

impl<'m> FileWords<'m> {
    pub(crate) fn word(&self, number: WordNumber) -> &'m str {
        let at = usize::try_from(number.0).unwrap_or(usize::MAX);
        self.0.get(at).copied().unwrap_or_default()
    }
}
