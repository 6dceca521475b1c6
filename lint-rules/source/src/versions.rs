//! Folders of manifests by version: what is older than another is not of the source as it is now.

use std::cmp::Ordering;
use std::collections::HashMap;

use objects::LedgerCode;
use programs::Unknown;

/// The newest version among folders that are beside each other.
#[derive(Debug, Default)]
pub(crate) struct VersionFolders {
    /// By the path of the folder that holds them: the name of the newest, and its numbers.
    newest: HashMap<String, (String, Vec<u32>)>,
}

impl VersionFolders {
    /// Counts the folders of a manifest's path. Of equal versions the first by name is kept, whatever the order.
    pub(crate) fn add(&mut self, manifest: &str) {
        for (above, own, version) in version_folders(manifest) {
            let is_kept = self.newest.get(above).is_some_and(|(name, newest)| {
                match compare(newest, &version) {
                    Ordering::Greater => true,
                    Ordering::Equal => name.as_str() <= own,
                    Ordering::Less => false,
                }
            });
            if !is_kept {
                let newest = (own.to_owned(), version);
                self.newest.insert(above.to_owned(), newest);
            }
        }
    }

    /// Why a manifest is not of the newest version: its folder is named for an older one than a folder beside it.
    pub(crate) fn newer_than(&self, manifest: &str) -> Option<Unknown> {
        version_folders(manifest).find_map(|(above, own, version)| {
            let (newest, numbers) = self.newest.get(above)?;
            compare(numbers, &version).is_gt().then(|| Unknown {
                code: LedgerCode::ProgramNotTied,
                reason: format!(
                    "its folder is of version {own}, older than {newest}: the source as it is now may differ"
                ),
                place: None,
            })
        })
    }
}

/// The folders of a path that are named for a version: the path above each, its name, and its numbers.
fn version_folders(path: &str) -> impl Iterator<Item = (&str, &str, Vec<u32>)> {
    let folders = path.match_indices('/').map(|(end, _)| end);
    folders.filter_map(move |end| {
        let folder = path.get(..end)?;
        let (above, own) = folder.rsplit_once('/').unwrap_or(("", folder));
        Some((above, own, numbers(own)?))
    })
}

/// The numbers of a folder's name that is a version, such as `1.10.2` or `v0.3.0-rc1`.
fn numbers(folder: &str) -> Option<Vec<u32>> {
    let folder = folder.strip_prefix('v').unwrap_or(folder);
    let plain = folder.split(['-', '+']).next()?;
    let numbers: Option<Vec<u32>> = plain.split('.').map(|part| part.parse().ok()).collect();
    numbers.filter(|numbers| numbers.len() >= 2)
}

fn compare(one: &[u32], other: &[u32]) -> Ordering {
    let length = one.len().max(other.len());
    let padded = |numbers: &[u32]| -> Vec<u32> {
        let zeros = std::iter::repeat_n(0, length.saturating_sub(numbers.len()));
        numbers.iter().copied().chain(zeros).collect()
    };
    padded(one).cmp(&padded(other))
}

#[cfg(test)]
mod tests {
    use super::VersionFolders;

    #[test]
    fn the_newest_folder_is_of_the_source() {
        let all = [
            "deploy/0.9.1/op.yaml",
            "deploy/0.10.0/op.yaml",
            "deploy/v1beta1/op.yaml",
            "config/1.2/a.yaml",
            "config/1.2.0/a.yaml",
        ];
        let mut folders = VersionFolders::default();
        all.iter().for_each(|name| folders.add(name));
        let older = |name: &str| folders.newer_than(name).map(|why| why.reason);
        assert_eq!(
            older("deploy/0.9.1/op.yaml").as_deref(),
            Some(
                "its folder is of version 0.9.1, older than 0.10.0: the source as it is now may differ"
            )
        );
        for newest in [
            "deploy/0.10.0/op.yaml",
            "deploy/v1beta1/op.yaml",
            "config/1.2/a.yaml",
            "0.1.0.yaml",
        ] {
            assert_eq!(older(newest), None, "{newest}");
        }
    }

    #[test]
    fn the_order_of_the_manifests_does_not_matter() {
        let mut all = ["0.9.1/a.yaml", "0.10.0-rc1/a.yaml", "0.10.0/a.yaml"];
        for _ in 0..2 {
            let mut folders = VersionFolders::default();
            all.iter().for_each(|name| folders.add(name));
            let reason = folders.newer_than("0.9.1/a.yaml").map(|why| why.reason);
            assert_eq!(
                reason.as_deref(),
                Some(
                    "its folder is of version 0.9.1, older than 0.10.0: the source as it is now may differ"
                )
            );
            all.reverse();
        }
    }
}
