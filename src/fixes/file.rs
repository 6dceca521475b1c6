//! One file that is fixed.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use engine::{Edit, Input, read_attachment, read_file};
use manifest::text::FileId;
use manifest::tree::ReadLimits;

use crate::inputs::repository_root;
use crate::status::CommandError;

/// The byte-order mark of UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One file that may be edited.
pub struct FixableFile {
    /// As reports show it.
    pub name: String,
    /// Where it is, without links.
    path: PathBuf,
    /// As it was read.
    pub original: String,
    /// As it will be.
    pub text: String,
    /// Read only because another file names it.
    is_attached: bool,
}

impl FixableFile {
    /// Reads a file of the input once more.
    ///
    /// # Errors
    /// Why it may not be edited, as a sentence without its first letter and full stop.
    pub fn read(input: &Input, id: FileId) -> Result<Self, String> {
        let file = input.file(id).ok_or("it is no file of the input")?;
        let path = editable_path(input, id)?;
        let bytes = fs::read(&path).map_err(|error| error.to_string())?;
        let original = String::from_utf8(bytes).map_err(|_| "the file is not UTF-8".to_owned())?;
        let text = without_mark(&original);
        let is_as_read = file
            .reading
            .documents
            .iter()
            .all(|document| text.get(document.span().range()) == Some(document.text()));
        // Of what is rendered from it, all of it is known.
        let known = file.text.as_deref().map(without_mark);
        let is_as_read = is_as_read && known.is_none_or(|known| known == text);
        if !is_as_read {
            return Err("the file is not the one that was read".to_owned());
        }
        Ok(Self {
            name: file.name.clone(),
            path,
            text: original.clone(),
            original,
            is_attached: file.attached,
        })
    }

    /// The text as places count in it.
    pub fn plain_text(&self) -> &str {
        without_mark(&self.text)
    }

    /// The text with these edits, which do not overlap.
    pub fn edited(&self, edits: &[&Edit]) -> Option<String> {
        let text = without_mark(&self.text);
        let mut edits = edits.to_vec();
        edits.sort_by_key(|edit| edit.place.span);
        let mark = self.text.len() - text.len();
        let mut edited = self.text.get(..mark)?.to_owned();
        let mut at = 0;
        for edit in edits {
            let range = edit.place.span.range();
            edited.push_str(text.get(at..range.start)?);
            text.get(range.clone())?;
            edited.push_str(&edit.text);
            at = range.end;
        }
        edited.push_str(text.get(at..)?);
        Some(edited)
    }

    /// Puts the file into an input as it is read with another text.
    pub fn put(&self, input: &mut Input, id: FileId, text: &str, max_file_bytes: u64) {
        if input.is_rendered_from(id) {
            input.render_from(id, text.to_owned());
            return;
        }
        let limits = ReadLimits {
            bytes: usize::try_from(max_file_bytes).unwrap_or(usize::MAX),
            ..ReadLimits::default()
        };
        let name = input.name(id);
        let parsed = match self.is_attached {
            true => read_attachment(id, name, text.as_bytes(), limits),
            // It holds an object, so it is read whether it was named or not.
            false => read_file(id, name, text.as_bytes(), true, limits),
        };
        drop(input.replace(id, parsed));
    }

    /// Writes the new text in one step, so that no reader meets half a file.
    ///
    /// # Errors
    /// The file changed since it was read, or cannot be written.
    pub fn write(&self) -> Result<(), CommandError> {
        let cannot = |why: &dyn std::fmt::Display| {
            let name = self.name.escape_debug();
            CommandError::usage(format_args!("cannot write {name}: {why}"))
        };
        let now = fs::read(&self.path).map_err(|error| cannot(&error))?;
        if now != self.original.as_bytes() {
            return Err(cannot(&"it changed since it was read"));
        }
        let beside = beside(&self.path);
        let written = write_new(&beside, &self.path, self.text.as_bytes());
        written
            .and_then(|()| fs::rename(&beside, &self.path))
            .map_err(|error| {
                // What is left of it is of no use.
                drop(fs::remove_file(&beside));
                cannot(&error)
            })
    }
}

/// Where a file of the input is, without links.
///
/// # Errors
/// Why it may not be edited, as a sentence without its first letter and full stop.
pub fn editable_path(input: &Input, id: FileId) -> Result<PathBuf, String> {
    let file = input.file(id).ok_or("it is no file of the input")?;
    let path = fs::canonicalize(&file.name).map_err(|_| "it is no file".to_owned())?;
    if !path.is_file() {
        return Err("it is no file".to_owned());
    }
    let here = Path::new(&file.name).parent().unwrap_or(Path::new(""));
    let own_root = repository_root(here);
    let is_link = fs::symlink_metadata(&file.name).is_ok_and(|found| found.is_symlink());
    let roots = input.repository_root().map(PathBuf::from);
    let mut roots = roots.into_iter().chain(own_root.clone());
    let is_inside = |root: PathBuf| path.starts_with(fs::canonicalize(&root).unwrap_or(root));
    if !roots.all(is_inside) || (is_link && own_root.is_none()) {
        return Err("the file is not in the repository".to_owned());
    }
    Ok(path)
}

/// A name in the same folder for the new text.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.leaselint-{}", std::process::id()))
}

/// Writes a file that was not there, with the permissions of another one.
fn write_new(path: &Path, like: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.set_permissions(fs::metadata(like)?.permissions())?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The text as places count in it.
fn without_mark(text: &str) -> &str {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}
