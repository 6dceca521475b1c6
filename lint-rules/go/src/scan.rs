//! Which files and packages speak of elections, flags or variables: a search for words, before anything is parsed.

use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;

use crate::libraries::wrappers::{is_of_wrapper, speaks_of_wrapper};
use crate::source::{GoMod, GoRepository, SourceFile, is_aside};
use crate::syntax::{SourcePosition, head};

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
///
/// A module none of whose files does is not worth reading: all its programs never elect.
#[must_use]
pub fn may_elect(text: &[u8]) -> bool {
    ELECTING_WORDS.is_match(text)
}

/// The head of a Go file, up to its first declaration: enough of a file that no electing program needs.
#[must_use]
pub fn head_of(text: &str) -> &str {
    head(text)
}

/// Which files the programs need that may elect, given the heads of all files and whether each may elect by its words.
/// Of all others [`read`](crate::read) needs the head only.
#[must_use]
pub fn needed(heads: &[SourceFile<'_>], modules: &[GoMod], may_elect: &[bool]) -> Vec<bool> {
    let repository = GoRepository::new(heads, modules);
    let mut needed = vec![false; heads.len()];
    let at = |file: &u32| usize::try_from(*file).unwrap_or(usize::MAX);
    let elects = |package: &usize| {
        let files = repository.package(*package).map(|package| &package.files);
        let mut files = files.into_iter().flatten();
        files.any(|file| may_elect.get(at(file)).copied().unwrap_or(true))
    };
    for (index, package) in repository.packages.iter().enumerate() {
        if package.name != "main" || is_aside(&package.folder) {
            continue;
        }
        let closure = repository.closure(index);
        if !closure.iter().any(elects) {
            continue;
        }
        for package in &closure {
            let files = repository.package(*package).map(|package| &package.files);
            for file in files.into_iter().flatten() {
                if let Some(needed) = needed.get_mut(at(file)) {
                    *needed = true;
                }
            }
        }
    }
    needed
}

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
    options: bool,
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
        *words.get_or_init(|| PackageMentions {
            initial: mentions(repository, package, INITIAL).is_some(),
            site: mentions(repository, package, SITES),
            options: mentions(repository, package, OPTIONS).is_some(),
        })
    }
}

/// Whether the packages can elect at all, and the first place of theirs that speaks of it.
///
/// `None`: they import nothing that elects.
pub(crate) fn site(
    repository: &GoRepository<'_>,
    words: &PackageWords,
    closure: &[usize],
) -> Option<Option<SourcePosition>> {
    let mut may = false;
    for package in closure {
        let imports = repository.package(*package).map(|package| &package.imports);
        may |= imports.into_iter().flatten().any(|path| {
            path.starts_with("sigs.k8s.io/controller-runtime") || is_about_elections(path)
        });
    }
    if !may {
        return None;
    }
    let sites = closure.iter();
    let mut sites = sites.filter_map(|package| words.of(repository, *package).site);
    Some(sites.next())
}

/// Whether a library's business are elections, by its import path.
fn is_about_elections(path: &str) -> bool {
    const LAST: &[&str] = &[
        "leaderelection",
        "leaderelector",
        "leader",
        "election",
        "elector",
    ];
    let registers_metrics = path.contains("/metrics/");
    let last = path
        .rsplit('/')
        .next()
        .unwrap_or(path)
        .replace(['-', '_'], "");
    (LAST.contains(&last.as_str()) || is_of_wrapper(path)) && !registers_metrics
}

/// The first place that imports another module's library whose business are elections.
///
/// A program that does so may elect in a way that was not seen. `unfamiliar`: only libraries count whose calls are not
/// known, because electors of the others would have been found.
pub(crate) fn electing_import(
    repository: &GoRepository<'_>,
    closure: &[usize],
    unfamiliar: bool,
) -> Option<SourcePosition> {
    let is_known = |path: &str| path.starts_with("k8s.io/") || speaks_of_wrapper(path);
    closure.iter().find_map(|package| {
        let imports = &repository.package(*package)?.imports;
        let others = |path: &&String| repository.package_at(path).is_none();
        let mut imports = imports.iter().filter(others);
        let path =
            imports.find(|path| is_about_elections(path) && !(unfamiliar && is_known(path)))?;
        mentions(repository, *package, &[&format!("\"{path}\"")])
    })
}

/// The packages that speak of flags, variables or elections, and those that import one of them.
pub(crate) fn leading(
    repository: &GoRepository<'_>,
    words: &PackageWords,
    closure: &[usize],
) -> Vec<usize> {
    let mut leads = vec![false; repository.packages.len()];
    let mut leading: Vec<usize> = Vec::new();
    // The closure has each package after those that it imports.
    for package in closure {
        let Some(found) = repository.package(*package) else {
            continue;
        };
        let mentions = words.of(repository, *package);
        let leads_on = mentions.initial
            || mentions.site.is_some()
            || mentions.options
            || found.imports.iter().any(|path| speaks_of_wrapper(path));
        let mut imports = found.own_imports.iter();
        if leads_on || imports.any(|import| leads.get(*import) == Some(&true)) {
            leading.push(*package);
            if let Some(leads) = leads.get_mut(*package) {
                *leads = true;
            }
        }
    }
    leading
}

/// The first place where a package's text holds one of the words.
fn mentions(
    repository: &GoRepository<'_>,
    package: usize,
    words: &[&str],
) -> Option<SourcePosition> {
    let package = repository.package(package)?;
    for file in &package.files {
        let text = usize::try_from(*file)
            .ok()
            .and_then(|at| repository.files.get(at))
            .map(|file| file.text.as_bytes())?;
        for word in words {
            if let Some(offset) = memchr::memmem::find(text, word.as_bytes()) {
                let line = text
                    .get(..offset)
                    .map_or(0, |before| memchr::memchr_iter(b'\n', before).count());
                return Some(SourcePosition {
                    file: *file,
                    line: u32::try_from(line + 1).unwrap_or(u32::MAX),
                    column: 1,
                    offset: u32::try_from(offset).unwrap_or(u32::MAX),
                });
            }
        }
    }
    None
}
