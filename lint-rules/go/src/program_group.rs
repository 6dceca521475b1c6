//! Programs that share packages, read one group after the other: what was parsed for one is let go before the next.

use crate::mentions::PackageWords;
use crate::scan::{leading, site};
use crate::source::{GoRepository, is_aside};
use crate::syntax::SourcePosition;

/// Small groups are put together until their texts have this many bytes, so that several threads have work.
const GROUP_BYTES: usize = 4 << 20;

/// A `main` package with all that it needs of the repository.
pub(crate) struct ProgramClosure {
    pub main: usize,
    pub packages: Vec<usize>,
    /// Those of them that may lead to a setting or an elector; none if it cannot elect at all.
    pub leading: Vec<usize>,
    /// Whether it can elect at all, and the first place that speaks of it.
    pub site: Option<Option<SourcePosition>>,
}

impl ProgramClosure {
    fn all_of(repository: &GoRepository<'_>, words: &PackageWords) -> impl Iterator<Item = Self> {
        let packages = repository.packages.iter().enumerate();
        let mains =
            packages.filter(|(_, package)| package.name == "main" && !is_aside(&package.folder));
        mains.map(|(main, _)| {
            let packages = repository.closure(main);
            let site = site(repository, words, &packages);
            let leading = match site {
                Some(_) => leading(repository, words, &packages),
                None => Vec::new(),
            };
            Self {
                main,
                packages,
                leading,
                site,
            }
        })
    }
}

/// Programs no package of which another group needs.
#[derive(Default)]
pub(crate) struct ProgramGroup {
    pub mains: Vec<ProgramClosure>,
    /// The packages of all of them.
    pub packages: Vec<usize>,
}

impl ProgramGroup {
    /// All programs of a repository in groups.
    pub(crate) fn all_of(repository: &GoRepository<'_>, words: &PackageWords) -> Vec<Self> {
        let mains: Vec<ProgramClosure> = ProgramClosure::all_of(repository, words).collect();
        let mut sets = PackageSets::new(repository.packages.len());
        for main in &mains {
            for package in &main.packages {
                sets.join(main.main, *package);
            }
        }
        let mut mains: Vec<(usize, ProgramClosure)> = mains
            .into_iter()
            .map(|main| (sets.of(main.main), main))
            .collect();
        mains.sort_by_key(|(set, main)| (*set, main.main));
        let mut groups: Vec<Self> = Vec::new();
        let (mut last, mut bytes) = (None, usize::MAX);
        for (set, main) in mains {
            if last != Some(set) && bytes >= GROUP_BYTES {
                groups.push(Self::default());
                bytes = 0;
            }
            last = Some(set);
            let Some(group) = groups.last_mut() else {
                continue;
            };
            // Those that do not elect are not parsed.
            if main.site.is_some() {
                let sizes = main.packages.iter().map(|one| repository.size(*one));
                bytes = bytes.saturating_add(sizes.sum());
            }
            group.packages.extend(&main.packages);
            group.mains.push(main);
        }
        for group in &mut groups {
            group.packages.sort_unstable();
            group.packages.dedup();
        }
        groups
    }
}

/// Which packages belong together: each has the number of another one of its set, or its own.
struct PackageSets {
    above: Vec<usize>,
}

impl PackageSets {
    fn new(packages: usize) -> Self {
        Self {
            above: (0..packages).collect(),
        }
    }

    /// The number that stands for a package's set.
    fn of(&mut self, package: usize) -> usize {
        let mut at = package;
        while let Some(above) = self.above.get(at).copied().filter(|above| *above != at) {
            // Half of the way is gone the next time.
            let further = self.above.get(above).copied().unwrap_or(above);
            if let Some(place) = self.above.get_mut(at) {
                *place = further;
            }
            at = further;
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        if let Some(above) = self.above.get_mut(one.max(other)) {
            *above = one.min(other);
        }
    }
}
