//! Writing files, all or none, keys for their owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::status::CommandError;

/// Writes files into a folder, which is made if need be. Those named `.key` are readable by their
/// owner alone. What exists is overwritten only by `force`.
pub fn write(folder: &Path, files: &[(&str, &str)], force: bool) -> Result<(), CommandError> {
    let failed = |path: &Path, error: &io::Error| {
        CommandError::usage(format_args!("cannot write `{}`: {error}", path.display()))
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    let path_of = |name: &str| folder.join(name);
    if !force {
        // Also a link that leads nowhere exists.
        let taken = files
            .iter()
            .map(|(name, _)| path_of(name))
            .find(|path| fs::symlink_metadata(path).is_ok());
        if let Some(path) = taken {
            return Err(CommandError::usage(format_args!(
                "`{}` exists; --force overwrites it and the others",
                path.display()
            )));
        }
    }
    let mut drafts = Drafts(Vec::new());
    for (name, text) in files {
        let draft = path_of(&format!(".{name}.new"));
        // Left over from a run that was killed.
        drop(fs::remove_file(&draft));
        let written = create(&draft, name.ends_with(".key")).and_then(|mut file| {
            drafts.0.push(draft.clone());
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.map_err(|error| failed(&draft, &error))?;
    }
    for ((name, _), draft) in files.iter().zip(&drafts.0) {
        let path = path_of(name);
        fs::rename(draft, &path).map_err(|error| failed(&path, &error))?;
    }
    Ok(())
}

/// Files under way; what is left of them is removed.
struct Drafts(Vec<PathBuf>);

impl Drop for Drafts {
    fn drop(&mut self) {
        for draft in &self.0 {
            drop(fs::remove_file(draft));
        }
    }
}

fn create(path: &Path, is_secret: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(if is_secret { 0o600 } else { 0o644 });
    }
    #[cfg(not(unix))]
    let _ = is_secret;
    options.open(path)
}
