//! The evidence model: what proves a program, what supports it, what contradicts it.
//!
//! - A **proof** tells a program alone: a command of its own name, an image of its own path, a flag, variable or
//!   configuration file that only it has. The record lists nothing among them that another program could have; a test
//!   tries every record's words on all others.
//! - **Support** tells nothing alone: a bare sub-command, a pattern with `*`, an image or command of a common name
//!   (`weak`), a flag or variable that several programs have (`hint-flags`, `hint-env`). Two kinds of it together do.
//! - A **contradiction** takes a proof away: a word that rules the program out (`not-commands`), a command that is a
//!   utility and no program at all (`sleep`), and a command that is another listed program's own name.
//!
//! Of several programs with proof the one with the greatest sum of weights is taken.

use super::Clue;
use super::evidence_parts::EvidenceParts;
use super::image_path::image_fit;
use crate::dialect::Recognition;

/// A command of the program's own name. It outweighs every image: what runs is the command.
const OWN_COMMAND: usize = 300;
/// An image of the program's own path, and each of its segments that the record names.
const OWN_IMAGE: usize = 120;
/// A flag, variable or file of the program's own: weaker than an image, since forks and successors keep them.
const OWN_WORD: usize = 100;
/// A sub-command where any program's name may stand before it, or none.
const SUBCOMMAND: usize = 30;
/// An image or a command that only fits a pattern with `*`.
const PATTERN: usize = 10;
/// Each further segment of an image or word of a command.
const SEGMENT: usize = 2;
/// A flag or variable that several programs have.
const HINT: usize = 1;

/// How strongly the evidence speaks for a program, and the clue that says most; `None`: nothing proves it.
pub(super) fn weigh<'p>(
    known: &'p Recognition,
    parts: &EvidenceParts<'_>,
) -> Option<(usize, Clue<'p>)> {
    let says = |word: &str| parts.program == Some(word) || parts.words.contains(&word);
    if known.not_commands.iter().any(|word| says(word)) {
        return None;
    }
    let image = best(known.images.iter().map(|pattern| {
        let fit = image_fit(&parts.image, pattern);
        (pattern.as_ref(), fit)
    }));
    let command = best(known.commands.iter().map(|pattern| {
        let fit = parts.command_fit(pattern, image.is_some());
        (pattern.as_ref(), fit)
    }));
    let own_word = own_word(known, parts);
    let hint = known.hint_flags.iter().any(|flag| parts.has_flag(flag))
        || known.hint_env.iter().any(|name| parts.has_env(name));
    let backed = own_word.is_some() || hint;
    let command = command.filter(|_| !known.command_is_weak || backed || image.is_some());
    let image = image.filter(|_| !known.image_is_weak || backed || command.is_some());
    // What a container runs is its command, whatever image it lies in.
    let image = image.filter(|_| command.is_some() || !parts.runs_another(known));
    if own_word.is_none() && command.is_none() && image.is_none() {
        return None;
    }
    let weight = own_word.map_or(0, |_| OWN_WORD)
        + image.map_or(0, |(pattern, fit)| {
            let base = if pattern.contains('*') {
                PATTERN
            } else {
                OWN_IMAGE
            };
            base + SEGMENT * fit
        })
        + command.map_or(0, |(pattern, fit)| {
            let base = match pattern {
                pattern if pattern.starts_with("- ") => SUBCOMMAND,
                pattern if pattern.contains('*') => PATTERN,
                _ => OWN_COMMAND,
            };
            base + SEGMENT * fit
        })
        + usize::from(hint) * HINT;
    let by = own_word.unwrap_or(if image.is_some() {
        Clue::Image
    } else {
        Clue::Command
    });
    Some((weight, by))
}

/// The pattern that fits most; of two the one without a star. `None`: none fits.
fn best<'p>(fits: impl Iterator<Item = (&'p str, usize)>) -> Option<(&'p str, usize)> {
    fits.filter(|(_, fit)| *fit > 0)
        .max_by_key(|(pattern, fit)| (!pattern.contains('*'), *fit))
}

/// A flag, variable or file that only this program has.
fn own_word<'p>(known: &'p Recognition, parts: &EvidenceParts<'_>) -> Option<Clue<'p>> {
    let together = || {
        let flags = &known.flags_together;
        let all = flags.iter().all(|flag| parts.has_flag(flag));
        flags.last().filter(|_| all)
    };
    let flag = known.flags.iter().find(|flag| parts.has_flag(flag));
    if let Some(flag) = flag.or_else(together) {
        return Some(Clue::Flag(flag));
    }
    let together = || {
        let names = &known.env_together;
        let all = names.iter().all(|name| parts.has_env(name));
        names.last().filter(|_| all)
    };
    let name = known.env.iter().find(|name| parts.has_env(name));
    if let Some(name) = name.or_else(together) {
        return Some(Clue::Env(name));
    }
    let kind = known.config_kinds.iter().find(|kind| parts.has_kind(kind));
    let kind = kind.or_else(|| known.config_keys.iter().find(|key| parts.has_key(key)));
    kind.map(|kind| Clue::ConfigKind(kind))
}
