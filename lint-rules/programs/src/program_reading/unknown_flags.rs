//! Flags of a command line that the program does not have.

use super::mentions::Mentions;
use crate::catalogue;
use crate::dialect::{Program, Setting};
use crate::property_name::is_same_property;

/// A flag that the program does not have, or most probably not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFlag {
    /// Index of its word in the command line.
    pub argument: usize,
    /// Its name without dashes.
    pub name: String,
    /// The flag that was probably meant: one letter, the case or a dash away.
    pub meant: Option<String>,
    /// All election flags of the program are known, and this is none of them.
    pub certain: bool,
}

/// Names shorter than this resemble too many others.
const MIN_TELLING_LETTERS: usize = 8;

/// Notes a flag that is none of the program's settings.
pub(super) fn note_unknown_flag(mentions: &mut Mentions<'_>, name: &str, argument: usize) {
    let program = mentions.program;
    if is_another_flag_of(program, name) {
        return;
    }
    let certain = program.flags_complete && is_about_elections(name);
    let meant = meant_flag(program, name);
    if certain || meant.is_some() {
        mentions.unknown_flags.push(UnknownFlag {
            argument,
            name: name.to_owned(),
            meant: meant.map(str::to_owned),
            certain,
        });
    }
}

/// Whether the record names the flag in another place than its settings.
fn is_another_flag_of(program: &Program, name: &str) -> bool {
    let config = program.config.as_ref();
    let config = config.into_iter().flat_map(|config| {
        let flags = config.flags.iter().chain(config.folder_flags.iter());
        flags.chain(config.configmap_flags.iter())
    });
    let mut others = program.other_flags.iter().chain(config);
    others.any(|flag| flag == name)
}

/// The election flag of the program that a name is a slip of. A name that any program has is none: the record may
/// lack it.
fn meant_flag<'p>(program: &'p Program, name: &str) -> Option<&'p str> {
    if name.len() < MIN_TELLING_LETTERS || name.contains('.') {
        return None;
    }
    let common = || common_flag_meant(name).filter(|_| program.generic);
    let found = own_flag_meant(program, name).or_else(common)?;
    let is_known = !program.flags_complete && is_flag_of_any(name);
    (!is_known).then_some(found)
}

/// The flag of the program's own record.
fn own_flag_meant<'p>(program: &'p Program, name: &str) -> Option<&'p str> {
    let specs = program.settings.iter();
    let mut flags = specs.flat_map(|spec| spec.flags.iter().map(move |flag| (spec.setting, flag)));
    // Most names are nowhere near, which costs less to see than what a name speaks of.
    let (_, found) = flags.find(|(setting, flag)| {
        let is_near =
            is_one_letter_away(flag, name) || !program.generic && is_same_property(flag, name);
        is_near && (!program.generic && is_own(*setting, flag) || is_about_elections(flag))
    })?;
    Some(found.as_ref())
}

/// The flag of a program that is not listed: it may have any of the common ones. Of several the shortest.
fn common_flag_meant(name: &str) -> Option<&'static str> {
    let near = catalogue::generic_flags(name.len() - 1..=name.len() + 1).iter();
    let is_meant = |flag: &&str| is_one_letter_away(flag, name) && is_about_elections(flag);
    near.copied().find(is_meant)
}

/// Whether a flag of a program that is known is an election's. What it calls its timings need not speak of a leader, and its lock
/// may be an `election-id` or a `lease-name`.
fn is_own(setting: Setting, flag: &str) -> bool {
    let is_timing = matches!(
        setting,
        Setting::LeaseDuration | Setting::RenewDeadline | Setting::RetryPeriod
    );
    let words = ["leader", "election", "lease"];
    is_timing || words.iter().any(|word| flag.contains(word))
}

fn is_flag_of_any(name: &str) -> bool {
    let mut specs = catalogue::programs().flat_map(|program| &program.settings);
    specs.any(|spec| spec.flags.iter().any(|flag| flag == name))
}

/// Whether one letter was left out, added, replaced, or swapped with its neighbour.
fn is_one_letter_away(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let same_start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (
        one.get(same_start..).unwrap_or_default(),
        other.get(same_start..).unwrap_or_default(),
    );
    let same_end = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let left = |rest: &[u8]| rest.len().saturating_sub(same_end);
    match (left(one), left(other)) {
        (0 | 1, 1) | (1, 0) => true,
        (2, 2) => one.first() == other.get(1) && one.get(1) == other.first(),
        _ => false,
    }
}

/// Whether a flag's name speaks of a leader's election.
#[must_use]
pub fn is_about_elections(flag: &str) -> bool {
    let has = |word: &str| {
        let mut parts = flag.as_bytes().windows(word.len());
        parts.any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    has("leader") && (has("elect") || has("lease"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_one_letter() {
        for (one, other, expected) in [
            ("leader-elect", "leader-elec", true),
            ("leader-elect", "leader-electt", true),
            ("leader-elect", "leader-elekt", true),
            ("leader-elect", "laeder-elect", true),
            ("leader-elect", "leaderelect", true),
            ("leader-elect", "leader-elect", false),
            ("leader-elect", "leader-election", false),
            ("leader-elect", "leaedr-elcet", false),
            ("", "a", true),
        ] {
            assert_eq!(is_one_letter_away(one, other), expected, "{one} {other}");
            assert_eq!(is_one_letter_away(other, one), expected, "{other} {one}");
        }
        assert!(is_same_property("leader-elect", "leaderElect"));
        assert!(!is_same_property("leader-elect", "leader-election"));
    }
}
