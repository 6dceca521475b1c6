//! `extends`: other files first, each in the folder of the one that names it.

use std::fs;
use std::path::{Path, PathBuf};

use manifest::tree::Node;

use super::mistake::Mistake;
use super::read::{extend, is_sequence, text};
use super::{Config, ConfigError};

/// Files in files.
const MAX_DEPTH: usize = 16;
/// Files of one configuration. One that several others extend is read for each of them, so that without a bound the work
/// would double with each level.
const MAX_FILES: usize = 100;

/// The text of a configuration at a path: from the file system, or from the revision that holds the first one.
pub type ReadConfig<'a> = dyn Fn(&Path) -> Result<String, ConfigError> + 'a;

/// The files on the way to the one that is read.
pub struct ExtensionChain<'a> {
    way: Vec<PathBuf>,
    entered: usize,
    read: Vec<String>,
    text_of: &'a ReadConfig<'a>,
}

impl<'a> ExtensionChain<'a> {
    pub fn new(text_of: &'a ReadConfig<'a>) -> Self {
        Self {
            way: Vec::new(),
            entered: 0,
            read: Vec::new(),
            text_of,
        }
    }

    pub fn enter(&mut self, path: &Path) {
        self.way.push(whole(path));
        self.entered += 1;
    }

    pub fn leave(&mut self) {
        self.way.pop();
    }

    /// Whether the file that is read is one that another extends.
    pub fn is_inside(&self) -> bool {
        self.way.len() > 1
    }

    /// The names of the files that were extended.
    pub fn into_read(self) -> Vec<String> {
        self.read
    }
}

fn whole(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Reads the files of `extends`, in order.
///
/// # Errors
/// Mistakes in one of them. One that cannot be read, or that extends itself, is a mistake where it is named.
pub fn read(
    node: Node<'_>,
    folder: &Path,
    config: &mut Config,
    (chain, mistakes): (&mut ExtensionChain<'_>, &mut Vec<Mistake>),
) -> Result<(), ConfigError> {
    if !is_sequence(node, "`extends`", mistakes) {
        return Ok(());
    }
    for item in node.items() {
        let Some(name) = text(item, "a file of `extends`", mistakes) else {
            continue;
        };
        // Beside the current folder a short name is what people know a file by.
        let path = match folder == Path::new(".") {
            true => PathBuf::from(name),
            false => folder.join(name),
        };
        let mut mistake = |message: String| mistakes.push(Mistake::new(item.span(), message));
        if chain.way.contains(&whole(&path)) {
            mistake(format!("`{name}` extends itself"));
            continue;
        }
        if chain.way.len() > MAX_DEPTH {
            mistake("files extend one another too deeply".to_owned());
            continue;
        }
        if chain.entered > MAX_FILES {
            mistake(format!("a configuration extends at most {MAX_FILES} files"));
            break;
        }
        match (chain.text_of)(&path) {
            Ok(text) => {
                let file = extend(config, &path, text, chain)?;
                chain.read.push(file.name);
            }
            Err(error) => mistake(error.to_string()),
        }
    }
    Ok(())
}
