//! The shape of the table of libraries that elect for their callers.

use crate::registries::candidate::{LibraryKind, OnLoss};

use super::bound_flags::BOUND_FLAGS;
use super::wrapper_table::WRAPPERS;

/// Where a wrapper takes a setting from.
#[derive(Clone, Copy)]
pub(super) enum From {
    /// A constant, read by the setting's syntax.
    Constant(&'static str),
    /// An argument of the call.
    Argument(usize),
    /// An argument with a suffix.
    ArgumentAnd(usize, &'static str),
    /// An argument; a default where it is empty.
    ArgumentOr(usize, &'static str),
    /// A flag, with the library's default.
    Flag(&'static str, &'static str),
    /// A flag whose default is a field of an argument if that is set, else the library's.
    FlagOver(&'static str, usize, &'static str, &'static str),
    /// The opposite of a flag.
    NotFlag(&'static str, &'static str),
    /// A variable; a default where it is empty.
    Variable(&'static str, &'static str),
    /// A key of the file that the flag `--config` names, with the library's default.
    Key(&'static str, &'static str),
    /// The opposite of such a key.
    NotKey(&'static str, &'static str),
    /// A flag; a key of that file where it is not given, with the library's default.
    FlagOverKey(&'static str, &'static str, &'static str),
    /// A key of a ConfigMap that is read through the API, with the library's default. First the variable that holds
    /// the ConfigMap's name, and the name without it.
    MapKey(&'static str, &'static str, &'static str, &'static str),
    /// An argument in which each of the first text becomes the second.
    ArgumentReplaced(usize, &'static str, &'static str),
    /// What the caller gives an option of this name, `New(..., Option(value))`; a default without it.
    OptionOr(&'static str, &'static str),
    /// The same; else a variable if it is not empty, else the pod's namespace.
    OptionOrVariable(&'static str, &'static str),
    /// The pod's namespace.
    PodNamespace,
    /// A flag for the namespace, else the pod's.
    FlagOrPodNamespace(&'static str),
    /// Host name and a random text.
    UniqueHostName,
    /// The bare host name.
    HostName,
    /// One before a version (major, minor) of the library's module, another since.
    Since(&'static str, (u32, u32), &'static str, &'static str),
    /// Several, computed by the library.
    Computed(&'static str),
    /// There is none.
    None,
}

/// A function that makes an elector.
pub(super) struct LibraryWrapper {
    pub packages: &'static [&'static str],
    pub functions: &'static [&'static str],
    pub library: LibraryKind,
    pub enable: From,
    pub timing: [From; 3],
    pub lock_type: From,
    pub lock_name: From,
    pub lock_namespace: From,
    pub identity: From,
    pub release: From,
    pub on_loss: OnLoss,
    pub client_timeout: bool,
    pub several_leaders: bool,
}

impl LibraryWrapper {
    /// Whether it is made by a function of a package.
    pub(super) fn is(&self, package: &str, function: &str) -> bool {
        self.functions.contains(&function)
            && self
                .packages
                .iter()
                .any(|known| match known.strip_prefix('*') {
                    Some(end) => package.ends_with(end),
                    None => *known == package,
                })
    }
}

/// The packages of the table.
fn packages() -> impl Iterator<Item = &'static str> {
    let wrappers = WRAPPERS.iter().flat_map(|wrapper| wrapper.packages);
    let bound = BOUND_FLAGS.iter().map(|bound| bound.package);
    wrappers.copied().chain(bound)
}

/// Whether an import path is that of a package of the table.
pub(crate) fn is_of_wrapper(path: &str) -> bool {
    packages().any(|known| match known.strip_prefix('*') {
        Some(end) => path.ends_with(end),
        None => known == path,
    })
}

/// Whether an import path or a module's path belongs to a library of the table.
pub(crate) fn speaks_of_wrapper(path: &str) -> bool {
    let is_above = |known: &str| {
        known
            .strip_prefix(path)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    is_of_wrapper(path) || packages().any(is_above)
}

#[cfg(test)]
mod tests {
    use super::{BOUND_FLAGS, WRAPPERS};

    /// What the search for words leaves out is never parsed.
    #[test]
    fn the_search_for_words_finds_each_library_of_the_tables() {
        let of_wrappers = WRAPPERS.iter().flat_map(|wrapper| {
            let packages = wrapper.packages.iter();
            packages.flat_map(|package| wrapper.functions.iter().map(move |name| (*package, *name)))
        });
        let bound = BOUND_FLAGS
            .iter()
            .map(|bound| (bound.package, bound.function));
        for (package, function) in of_wrappers.chain(bound) {
            let package = package.replace('*', "example.test");
            let text = format!("import x \"{package}\"\n\nfunc main() {{ x.{function}() }}\n");
            assert!(
                crate::election_words::speaks_of_elections(text.as_bytes()),
                "{text}"
            );
        }
    }

    /// A library whose source stands beside the programs would be followed otherwise.
    #[test]
    fn each_library_of_the_tables_is_in_a_module_that_is_known_as_one() {
        let is_kubernetes = |package: &str| package.starts_with("k8s.io/");
        for package in super::packages() {
            let of_any = package.starts_with('*');
            assert!(
                of_any || is_kubernetes(package) || crate::source::is_library_module(package),
                "{package}"
            );
        }
    }
}
