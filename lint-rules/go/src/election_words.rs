//! Whether a file may have to do with elections, by its words: a search through all files, before anything is known of them.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Words of files that may elect.
const ELECTING: &[&str] = &[
    "leaderelection",
    "LeaderElect",
    "sigs.k8s.io/controller-runtime",
    "sharedmain",
    "controllercmd",
    "k8s.io/cloud-provider/app",
    "wrangler",
    "/leader\"",
    "external-provisioner/",
    "external-storage/lib/controller",
    "aws-controllers-k8s/runtime",
    "kube-scheduler/app",
];

/// Finds [`ELECTING`]. All files of a repository are searched, so all words are searched for at once.
static ELECTING_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "a few short constants; a test searches for them"
    )]
    AhoCorasick::new(ELECTING).expect("short words make a small automaton")
});

/// Whether a file's bytes speak of an election, or of a library that elects.
pub(crate) fn speaks_of_elections(text: &[u8]) -> bool {
    ELECTING_WORDS.is_match(text)
}
