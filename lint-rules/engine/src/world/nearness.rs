//! Which of several objects of one name an object means.
//!
//! Trees hold many applications: a monorepo, environments side by side, a chart beside its
//! rendered form. So of several candidates the one that shares the deepest folder is meant, and
//! one that is too far away is none, unless both name their namespace.

/// A file's folder, as segments.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Folder<'w> {
    path: &'w str,
    file: &'w str,
}

/// How many folders up from the asking object a candidate may be found.
const FARTHEST: usize = 2;

impl<'w> Folder<'w> {
    pub(super) fn of(file: &'w str) -> Self {
        let path = file.rsplit_once('/').map_or("", |(path, _)| path);
        Self { path, file }
    }

    /// The folder's path.
    pub(super) fn path(self) -> &'w str {
        self.path
    }

    fn segments(self) -> impl Iterator<Item = &'w str> {
        self.path
            .split('/')
            .filter(|segment| !segment.is_empty() && *segment != ".")
    }

    /// How many folders both share.
    fn shared(self, other: Self) -> usize {
        self.segments()
            .zip(other.segments())
            .take_while(|(a, b)| a == b)
            .count()
    }

    fn depth(self) -> usize {
        self.segments().count()
    }
}

/// The candidate that is meant; `Err` with their number if several are equally near.
pub(super) fn nearest<'c, 'w, T>(
    candidates: &'c [T],
    from: Folder<'w>,
    folder_of: impl Fn(&T) -> Folder<'w>,
    certain: impl Fn(&T) -> bool,
) -> Result<Option<&'c T>, usize> {
    let score = |candidate: &T| {
        let folder = folder_of(candidate);
        let shared = from.shared(folder);
        let near = from.depth() - shared <= FARTHEST;
        (near || certain(candidate)).then(|| {
            let same_file = folder.file == from.file;
            let below = folder.depth() - shared;
            (same_file, shared, std::cmp::Reverse(below))
        })
    };
    let best = candidates.iter().filter_map(score).max();
    let Some(best) = best else { return Ok(None) };
    let mut meant = candidates
        .iter()
        .filter(|candidate| score(candidate) == Some(best));
    let first = meant.next();
    match meant.count() {
        0 => Ok(first),
        others => Err(others + 1),
    }
}
