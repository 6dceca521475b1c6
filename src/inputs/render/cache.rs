//! What was rendered before, in a folder of the user's cache that only the user may read and write.
//!
//! An entry's name is a digest of all that a rendering depends on, so no tree can change what is known of another one, and
//! an entry that is not whole is rendered again.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use ring::digest::{Digest, SHA256, digest};

/// Entries that were not used for so long are removed.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 3600);

/// Bytes of all entries; the oldest go first.
const MAX_BYTES: u64 = 256 << 20;

/// An entry that is used gets a new date where it is older than this.
const REFRESH_AGE: Duration = Duration::from_secs(24 * 3600);

/// What an entry begins with. Another version of the program may write it otherwise.
const HEAD: &str = concat!("leaselint rendering ", env!("CARGO_PKG_VERSION"));

/// Whether this process has removed what is too old.
static IS_PRUNED: AtomicBool = AtomicBool::new(false);

/// The folder of what was rendered before.
#[derive(Clone, Debug)]
pub struct RenderCache {
    folder: PathBuf,
}

impl RenderCache {
    /// The one of the user; `None` where there is no place for it, or only one in the repository that is judged, which
    /// may be somebody else's.
    pub fn of_user(repository: &Path) -> Option<Self> {
        let folder = cache_folder()?.join("leaselint").join("renderings");
        let this = Self::at(folder)?;
        let own = fs::canonicalize(&this.folder).ok()?;
        (!own.starts_with(repository)).then_some(this)
    }

    /// A folder, made if there is none.
    fn at(folder: PathBuf) -> Option<Self> {
        fs::create_dir_all(&folder).ok()?;
        make_private(&folder)?;
        Some(Self { folder })
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(key)
    }

    /// What a rendering gave, or the program's reason for giving nothing.
    pub fn get(&self, key: &str) -> Option<Result<String, String>> {
        let path = self.path(key);
        let text = fs::read_to_string(&path).ok()?;
        let Some(known) = read(&text) else {
            // It is written anew.
            drop(fs::remove_file(&path));
            return None;
        };
        let found = fs::metadata(&path).and_then(|found| found.modified());
        if age(found.ok()?) > REFRESH_AGE {
            let file = File::options().append(true).open(&path);
            drop(file.and_then(|file| file.set_modified(SystemTime::now())));
        }
        Some(known)
    }

    /// Keeps what a rendering gave. Where that cannot be written it is rendered again another time.
    pub fn put(&self, key: &str, result: Result<&str, &str>) {
        if !IS_PRUNED.swap(true, Ordering::Relaxed) {
            self.prune();
        }
        let Ok(mut file) = tempfile::Builder::new()
            .prefix(".new-")
            .tempfile_in(&self.folder)
        else {
            return;
        };
        if file.write_all(written(result).as_bytes()).is_ok() {
            // Another process may write the same.
            drop(file.persist(self.path(key)));
        }
    }

    /// Removes what is old, and of the rest what is too much.
    fn prune(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        let mut files: Vec<(SystemTime, u64, PathBuf)> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let found = entry.metadata().ok().filter(fs::Metadata::is_file)?;
                Some((found.modified().ok()?, found.len(), entry.path()))
            })
            .collect();
        files.sort_by(|a, b| b.cmp(a));
        let mut bytes = 0u64;
        for (modified, length, path) in files {
            bytes = bytes.saturating_add(length);
            if age(modified) > MAX_AGE || bytes > MAX_BYTES {
                // Another process may have removed it.
                drop(fs::remove_file(path));
            }
        }
    }
}

fn age(modified: SystemTime) -> Duration {
    modified.elapsed().unwrap_or_default()
}

/// Where the user's programs keep what can be made again.
fn cache_folder() -> Option<PathBuf> {
    let variable = |name: &str| {
        let path = PathBuf::from(std::env::var_os(name)?);
        path.is_absolute().then_some(path)
    };
    if cfg!(windows) {
        return variable("LOCALAPPDATA");
    }
    let home = || variable("HOME");
    variable("XDG_CACHE_HOME").or_else(|| match cfg!(target_os = "macos") {
        true => Some(home()?.join("Library/Caches")),
        false => Some(home()?.join(".cache")),
    })
}

/// Takes a folder from everybody else; `None` if it is not the user's own.
#[cfg(unix)]
fn make_private(folder: &Path) -> Option<()> {
    use std::os::unix::fs::PermissionsExt;
    let found = fs::symlink_metadata(folder).ok()?;
    if !found.is_dir() {
        return None;
    }
    // Only the owner can do that.
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).ok()
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> Option<()> {
    folder.is_dir().then_some(())
}

fn checksum(word: &str, body: &str) -> String {
    hex(digest(&SHA256, format!("{word} {body}").as_bytes()))
}

/// A digest as a text.
pub fn hex(digest: Digest) -> String {
    let bytes = digest.as_ref().iter();
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

fn written(result: Result<&str, &str>) -> String {
    let (word, body) = match result {
        Ok(text) => ("ok", text),
        Err(errors) => ("failed", errors),
    };
    format!("{HEAD} {word} {}\n{body}", checksum(word, body))
}

/// What an entry says, if it is whole.
fn read(entry: &str) -> Option<Result<String, String>> {
    let (head, body) = entry.split_once('\n')?;
    let (word, sum) = head
        .strip_prefix(HEAD)?
        .strip_prefix(' ')?
        .split_once(' ')?;
    if sum != checksum(word, body) {
        return None;
    }
    match word {
        "ok" => Some(Ok(body.to_owned())),
        "failed" => Some(Err(body.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(folder: &tempfile::TempDir) -> RenderCache {
        RenderCache::at(folder.path().join("a/b")).unwrap()
    }

    #[test]
    fn what_was_kept_is_known_and_what_is_not_whole_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(&folder);
        assert_eq!(cache.get("1"), None);
        cache.put("1", Ok("kind: A\n"));
        cache.put("2", Err("Error: no"));
        assert_eq!(cache.get("1"), Some(Ok("kind: A\n".to_owned())));
        assert_eq!(cache.get("2"), Some(Err("Error: no".to_owned())));
        let whole = fs::read_to_string(cache.path("1")).unwrap();
        for broken in [
            whole.replace("kind: A", "kind: B"),
            whole.replace(" ok ", " failed "),
            whole.replace("leaselint", "other"),
            String::new(),
        ] {
            fs::write(cache.path("1"), broken).unwrap();
            assert_eq!(cache.get("1"), None);
            assert!(!cache.path("1").exists());
        }
    }

    #[test]
    fn what_is_old_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(&folder);
        cache.put("old", Ok("a"));
        cache.put("new", Ok("b"));
        let file = File::options()
            .append(true)
            .open(cache.path("old"))
            .unwrap();
        file.set_modified(SystemTime::now() - MAX_AGE - REFRESH_AGE)
            .unwrap();
        cache.prune();
        assert_eq!(cache.get("old"), None);
        assert_eq!(cache.get("new"), Some(Ok("b".to_owned())));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_or_write_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(&folder);
        cache.put("1", Ok("a"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&cache.folder), 0o700);
        assert_eq!(mode(&cache.path("1")), 0o600);
        std::os::unix::fs::symlink(&cache.folder, folder.path().join("link")).unwrap();
        assert!(RenderCache::at(folder.path().join("link")).is_none());
    }
}
