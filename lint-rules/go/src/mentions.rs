//! Which packages speak of elections, flags or variables: a search for words, before anything is parsed.

use std::sync::OnceLock;

use memchr::memmem;

use crate::source::GoRepository;
use crate::syntax::SourcePosition;

/// Words that stand where something elects.
const SITES: &[&str] = &[
    "leaderelection.RunOrDie",
    "NewLeaderElector(",
    "LeaderElection:",
    "LeaderElectionID",
    ".LeaderElection =",
];

/// Words for which a package's `init` functions and variables are run before `main`.
const INITIAL: &[&str] = &[
    "flag.",
    "Getenv(",
    "LookupEnv(",
    "Flags()",
    "eaderElect",
    "viper.",
];

/// Words of a package that gets a manager's options from its caller.
const OPTIONS: &[&str] = &["ctrl.Options", "manager.Options", "runtime.Options"];

/// Names of Kubernetes that hold a word of elections and set nothing: a feature gate, and what a lock holds. The
/// package with Kubernetes' feature gates is imported by half of its programs' packages.
const NAMES_WITHOUT_SETTING: &[&str] = &[
    "CoordinatedLeaderElection",
    "LeaderElectionRecord",
    "LeaderElectionRecordAnnotationKey",
];

/// What the texts of packages mention. Each is searched when it is first needed.
pub(crate) struct PackageWords {
    of: Vec<OnceLock<PackageMentions>>,
}

/// What a package mentions.
#[derive(Clone, Copy, Default)]
pub(crate) struct PackageMentions {
    /// Flags, variables or elections.
    pub initial: bool,
    /// The first place of what stands where something elects.
    pub site: Option<SourcePosition>,
    /// A manager's options.
    pub options: bool,
}

impl PackageMentions {
    fn of(repository: &GoRepository<'_>, package: usize) -> Self {
        let mut found = Self::default();
        let files = repository.package(package).map(|package| &package.files);
        for number in files.into_iter().flatten() {
            let Some(file) = repository.file(*number) else {
                continue;
            };
            let text = file.text.glance();
            found.initial = found.initial || first_of(&text, INITIAL).is_some();
            found.options = found.options || first_of(&text, OPTIONS).is_some();
            let site = || Some(line_at(&text, *number, first_of(&text, SITES)?));
            found.site = found.site.or_else(site);
        }
        found
    }
}

impl PackageWords {
    pub(crate) fn new(repository: &GoRepository<'_>) -> Self {
        let packages = repository.packages.iter();
        Self {
            of: packages.map(|_| OnceLock::new()).collect(),
        }
    }

    pub(crate) fn of(&self, repository: &GoRepository<'_>, package: usize) -> PackageMentions {
        let Some(words) = self.of.get(package) else {
            return PackageMentions::default();
        };
        *words.get_or_init(|| PackageMentions::of(repository, package))
    }
}

/// The offset of the first word of a list that a text holds outside of comments.
fn first_of(text: &str, words: &[&str]) -> Option<usize> {
    words.iter().find_map(|word| {
        let mut places = memmem::find_iter(text.as_bytes(), word.as_bytes());
        places.find(|at| is_mention(text, *at, word))
    })
}

/// Whether a word at an offset is more than part of a comment's line, of a sentence, or of a name that sets nothing.
fn is_mention(text: &str, at: usize, word: &str) -> bool {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let line = before.rsplit('\n').next().unwrap_or_default();
    if line.trim_start().starts_with("//") {
        return false;
    }
    // Of a package only what begins with a capital can be used.
    let mut rest = after.chars().skip(word.len());
    if word.ends_with('.') && !rest.next().is_some_and(char::is_uppercase) {
        return false;
    }
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let start = before.trim_end_matches(is_part).len();
    let name = text.get(start..).unwrap_or_default();
    let name = name.split(|letter| !is_part(letter)).next();
    !name.is_some_and(|name| NAMES_WITHOUT_SETTING.contains(&name))
}

/// The line of an offset.
fn line_at(text: &str, file: u32, offset: usize) -> SourcePosition {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    SourcePosition {
        file,
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: 1,
        offset: u32::try_from(offset).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::{INITIAL, SITES, first_of};

    #[test]
    fn a_word_in_code_is_a_mention() {
        for text in [
            "\tflag.StringVar(&x, \"x\", \"\", \"\")",
            "\tx := get(\"https://example.test\", os.Getenv(\"X\"))",
            "\tEnableLeaderElection bool",
            "\treturn Config{CoordinatedLeaderElection: false, LeaderElection: true}",
        ] {
            assert!(first_of(text, INITIAL).is_some(), "{text}");
        }
        let text = "// LeaderElection: see below\n\tLeaderElection: true,\n";
        assert_eq!(first_of(text, SITES), Some(30));
    }

    #[test]
    fn a_word_in_a_comment_or_in_another_name_is_none() {
        for text in [
            "// Name is the value of the flag. It may be empty.\n",
            "\tx int // the value of a flag. It is not zero.\n",
            "\t\t// opts.EnableLeaderElection is not read\n",
            "\tCoordinatedLeaderElection: {Default: true},\n",
            "\tif gate.Enabled(features.CoordinatedLeaderElection) {\n",
            "\tannotations[resourcelock.LeaderElectionRecordAnnotationKey] = record\n",
        ] {
            assert_eq!(first_of(text, INITIAL), None, "{text}");
            assert_eq!(first_of(text, SITES), None, "{text}");
        }
    }
}
