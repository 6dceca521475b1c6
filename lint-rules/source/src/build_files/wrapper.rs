//! Programs that only start another one.

use programs::expansion::Lookup;
use programs::shell::{Unwrapped, unwrap};

/// How many words a wrapper takes before the program's name.
pub(crate) fn wrapper_words(words: &[&str]) -> usize {
    match unwrap(words, &mut |_| Lookup::Unknown) {
        Unwrapped::Program { argv, .. } => argv.first().map_or(0, |word| word.argument),
        Unwrapped::Plain | Unwrapped::Opaque { .. } => 0,
    }
}
