//! Folders of manifests by version: what is older than another is not of the source as it is now.

use std::cmp::Ordering;

use objects::LedgerCode;
use programs::Unknown;

/// Why a manifest is not of the newest version: its folder is named for an older one than a folder beside it.
pub(crate) fn newer_version<'m>(
    manifest: &str,
    others: impl Iterator<Item = &'m str> + Clone,
) -> Option<Unknown> {
    let mut start = 0;
    for part in manifest.split_inclusive('/') {
        let (before, _) = manifest.split_at_checked(start)?;
        start += part.len();
        // The last part is the file.
        let Some(own) = part.strip_suffix('/') else {
            break;
        };
        let Some(version) = numbers(own) else {
            continue;
        };
        let beside = others.clone().filter_map(|other| {
            let (folder, _) = other.strip_prefix(before)?.split_once('/')?;
            Some((folder, numbers(folder)?))
        });
        let newest = beside.max_by(|one, other| compare(&one.1, &other.1));
        if let Some((newest, _)) = newest.filter(|(_, of)| compare(of, &version).is_gt()) {
            return Some(Unknown {
                code: LedgerCode::ProgramNotTied,
                reason: format!(
                    "its folder is of version {own}, older than {newest}: the source as it is now may differ"
                ),
                place: None,
            });
        }
    }
    None
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
    use super::newer_version;

    #[test]
    fn the_newest_folder_is_of_the_source() {
        let all = [
            "deploy/0.9.1/op.yaml",
            "deploy/0.10.0/op.yaml",
            "deploy/v1beta1/op.yaml",
            "config/1.2/a.yaml",
            "config/1.2.0/a.yaml",
        ];
        let older = |name: &str| newer_version(name, all.iter().copied()).map(|why| why.reason);
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
}
