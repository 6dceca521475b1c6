//! The input of the benchmarks: a tree of manifests like those of real projects, made from a seed.
//!
//! In real repositories nine bytes in ten are CustomResourceDefinitions; Deployments, accounts and
//! their rights, ConfigMaps and kustomizations share the rest. So it is here.

mod bundle;
mod component;
mod random;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use bundle::{Layout, OBJECTS_IN_NAMESPACE, bundle};
pub use random::Random;

/// One file of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFile {
    /// Where it lies in the tree.
    pub path: PathBuf,
    /// What it holds.
    pub text: String,
}

/// A tree of `files` files. The same seed and number give the same bytes, and a larger tree begins
/// with the files of a smaller one.
#[must_use]
pub fn tree(seed: u64, files: usize) -> Vec<TreeFile> {
    let mut made = Vec::with_capacity(files);
    let mut number: u64 = 0;
    while made.len() < files {
        let mut random = Random::new(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        made.extend(component::files(&mut random, number));
        number += 1;
    }
    made.truncate(files);
    made
}

/// Writes a tree under a folder.
///
/// # Errors
///
/// Whatever the file system says.
pub fn write_tree(folder: &Path, files: &[TreeFile]) -> io::Result<()> {
    for file in files {
        let path = folder.join(&file.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, &file.text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_tree() {
        assert_eq!(tree(1, 50), tree(1, 50));
        assert_eq!(tree(1, 50), tree(1, 100).split_at(50).0);
        assert_ne!(tree(1, 50), tree(2, 50));
    }

    #[test]
    fn most_bytes_are_definitions() {
        let files = tree(7, 400);
        let size = |files: &mut dyn Iterator<Item = &TreeFile>| -> usize {
            files.map(|file| file.text.len()).sum()
        };
        let all = size(&mut files.iter());
        let definitions = size(
            &mut files
                .iter()
                .filter(|file| file.text.contains("kind: CustomResourceDefinition")),
        );
        let share = definitions * 100 / all;
        assert!((80..=90).contains(&share), "{share} % of {all} bytes");
    }
}
