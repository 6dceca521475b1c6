//! Which files and packages a program needs, and whether it can elect at all, before anything is parsed.

use crate::libraries::wrappers::{is_of_wrapper, speaks_of_wrapper};
use crate::mentions::PackageWords;
use crate::source::{GoMod, GoRepository, Package, SourceFile, is_aside};
use crate::syntax::SourcePosition;

/// Which files the programs need that may elect, by the heads of all files. Of all others [`read`](crate::read) needs
/// the head only.
#[must_use]
pub fn needed(files: &[SourceFile<'_>], modules: &[GoMod]) -> Vec<bool> {
    let repository = GoRepository::new(files, modules);
    let mut needed = vec![false; files.len()];
    let at = |file: &u32| usize::try_from(*file).unwrap_or(usize::MAX);
    let elects = |package: &usize| {
        let own = repository.package(*package).map(|package| &package.files);
        let mut own = own.into_iter().flatten();
        own.any(|file| files.get(at(file)).is_none_or(|file| file.text.may_elect()))
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
        may |= imports.into_iter().flatten().any(|import| {
            import.path.starts_with("sigs.k8s.io/controller-runtime")
                || is_about_elections(import.path)
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
    let is_meant = |package: &Package<'_>, path: &str| {
        is_about_elections(path)
            && !(unfamiliar && is_known(path))
            && package.own_import(path).is_none()
    };
    let packages = closure.iter();
    let packages = packages.filter_map(|package| repository.package(*package));
    let mut files =
        packages.flat_map(|package| package.files.iter().map(move |number| (package, number)));
    files.find_map(|(package, number)| {
        let mut imports = repository.file(*number)?.text.imports.iter();
        let import = imports.find(|import| is_meant(package, &import.path))?;
        Some(SourcePosition {
            file: *number,
            ..import.at
        })
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
            || found
                .imports
                .iter()
                .any(|import| speaks_of_wrapper(import.path));
        let mut own = found.imports.iter().filter_map(|import| import.own);
        if leads_on || own.any(|own| leads.get(own) == Some(&true)) {
            leading.push(*package);
            if let Some(leads) = leads.get_mut(*package) {
                *leads = true;
            }
        }
    }
    leading
}
