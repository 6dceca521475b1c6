//! The flag to name in advice.

use super::elector::Elector;
use programs::{Mention, OriginKind, Setting};

/// What follows the words that a program begins its election flags with, the longer ones first.
const ENDS: &[&str] = &[
    "lease-duration",
    "renew-deadline",
    "retry-period",
    "resource-namespace",
    "resource-name",
    "resource-lock",
    "LeaseDuration",
    "RenewDeadline",
    "RetryPeriod",
    "leaseDuration",
    "renewDeadline",
    "retryPeriod",
];

impl Elector<'_> {
    /// The flag that sets this, without dashes: as it is written, else as the program knows it. The dialect of
    /// a program that nobody lists may hold many spellings, of which the program has at most one, and an unknown
    /// flag ends it: there only one that is spelled like a flag on its command line is named.
    #[must_use]
    pub fn flag_of(&self, setting: Setting) -> Option<&str> {
        let written = self.deciding_mention(setting).and_then(flag_name);
        if written.is_some() {
            return written;
        }
        let known = &self.program.spec(setting)?.flags;
        if !self.program.generic || known.len() == 1 {
            return known.first().map(AsRef::as_ref);
        }
        let spoken = |flag: &str| {
            let begin = beginning(flag);
            begin.is_some()
                && self
                    .mentions
                    .iter()
                    .filter_map(flag_name)
                    .any(|other| beginning(other) == begin)
        };
        known.iter().map(AsRef::as_ref).find(|flag| spoken(flag))
    }
}

fn flag_name(mention: &Mention) -> Option<&str> {
    (mention.origin.kind == OriginKind::Flag).then_some(mention.origin.name.as_str())
}

/// `leader-elect-` of `leader-elect-lease-duration`.
fn beginning(flag: &str) -> Option<&str> {
    ENDS.iter().find_map(|end| flag.strip_suffix(end))
}
