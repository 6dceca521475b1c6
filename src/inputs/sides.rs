//! The two sides of a change: paths, standard input, or revisions of git.

use std::fs;
use std::path::{Path, PathBuf};

use engine::{Input, InputFile};
use manifest::text::FileId;

use super::git::{Found, Tree, TreeFile};
use super::{STDIN, attached, by_name, in_parallel, is_stdin, paths, read};
use crate::cli;
use crate::config::Scope;
use crate::status::Failure;

/// How many files of a revision are in memory, unread, at a time.
const AT_ONCE: usize = 512;

/// Both sides of a change, found and not yet read.
pub struct Sides {
    base: Side,
    head: Side,
}

/// One side, found.
enum Side {
    Stdin,
    Path(PathBuf),
    Revision(Box<Revision>),
}

/// A part of a revision.
struct Revision {
    tree: Tree,
    /// As given, without a path: `main`.
    name: String,
    /// The path in the repository; empty: everything.
    path: String,
    /// What names begin with in the place of `path`: the path of the other side.
    stands_for: Option<String>,
}

/// Both sides, read. The files of HEAD have the first numbers.
pub struct Read {
    /// As it was.
    pub base: Input,
    /// As it will be.
    pub head: Input,
    /// What was passed over and not asked about, in words.
    pub passed_over: Vec<String>,
}

/// Finds out what BASE and HEAD are.
///
/// # Errors
/// Neither a path nor a revision; both standard input.
pub fn base_and_head(base: &str, head: &str) -> Result<Sides, Failure> {
    let (base_path, head_path) = (as_path(base), as_path(head));
    let near = |other: &Option<PathBuf>| {
        let other = other.as_deref().filter(|path| !is_stdin(path));
        other.map(Path::to_path_buf)
    };
    let find = |text: &str, path: &Option<PathBuf>, other: &Option<PathBuf>| match path {
        Some(path) if is_stdin(path) => Ok(Side::Stdin),
        Some(path) => Ok(Side::Path(path.clone())),
        None => revision(text, near(other).as_deref()).map(|found| Side::Revision(Box::new(found))),
    };
    let sides = Sides {
        base: find(base, &base_path, &head_path)?,
        head: find(head, &head_path, &base_path)?,
    };
    if matches!((&sides.base, &sides.head), (Side::Stdin, Side::Stdin)) {
        return Err(Failure::usage("standard input can be one side only"));
    }
    Ok(sides)
}

fn as_path(text: &str) -> Option<PathBuf> {
    let path = PathBuf::from(text);
    (is_stdin(&path) || fs::symlink_metadata(&path).is_ok()).then_some(path)
}

/// A revision, by itself or with a path behind a colon; beside a path it stands for that one.
fn revision(text: &str, other: Option<&Path>) -> Result<Revision, Failure> {
    let shown = text.escape_debug();
    let none = |why: String| {
        Failure::usage(format_args!(
            "`{shown}` is no file, no folder and no git revision: {why}"
        ))
    };
    let (name, path) = match text.split_once(':') {
        Some((name, path)) => (
            name,
            Some(path.trim_matches('/')).filter(|path| !path.is_empty()),
        ),
        None => (text, None),
    };
    if name.is_empty() {
        return Err(none("there is no name before the colon".to_owned()));
    }
    let tree = Tree::of(name, other.unwrap_or(Path::new("."))).map_err(none)?;
    let mut revision = Revision {
        tree,
        name: name.to_owned(),
        path: path.unwrap_or_default().to_owned(),
        stands_for: None,
    };
    if let (None, Some(other)) = (path, other) {
        let inside = revision.tree.path_of(other).ok_or_else(|| {
            let other = other.display().to_string();
            Failure::usage(format_args!(
                "{} is not in the repository of `{shown}`",
                other.escape_debug()
            ))
        })?;
        revision.path = inside;
        revision.stands_for = Some(root_of(other));
    } else if path.is_some() {
        let found = revision.tree.look(&revision.path, None);
        if matches!(found, Ok(Found::Nothing)) {
            return Err(Failure::usage(format_args!(
                "there is no file and no folder `{}` in revision `{}`",
                revision.path.escape_debug(),
                revision.name.escape_debug()
            )));
        }
    }
    Ok(revision)
}

/// What the names of a path's files begin with.
fn root_of(path: &Path) -> String {
    let text = path.display().to_string();
    match text.trim_end_matches('/') {
        "." | "" => String::new(),
        text => text.strip_prefix("./").unwrap_or(text).to_owned(),
    }
}

impl Sides {
    /// Whether HEAD is a revision, which brings its own configuration.
    pub fn head_is_revision(&self) -> bool {
        matches!(self.head, Side::Revision(_))
    }

    /// The path from which the configuration is looked for, unless HEAD brings its own.
    pub fn config_path(&self) -> PathBuf {
        match &self.head {
            Side::Path(path) => path.clone(),
            Side::Stdin | Side::Revision(_) => PathBuf::from("."),
        }
    }

    /// The configuration that the revision of HEAD holds: where it is, or would be, and its text.
    pub fn config_of_head(&self, name: &str) -> Option<(PathBuf, String)> {
        let Side::Revision(revision) = &self.head else {
            return None;
        };
        let Revision { tree, path, .. } = &**revision;
        let mut folder = path.as_str();
        loop {
            let inside = match folder {
                "" => name.to_owned(),
                folder => format!("{folder}/{name}"),
            };
            if let Some(bytes) = tree.file(&inside, 1 << 20) {
                let text = String::from_utf8(bytes).ok()?;
                return Some((tree.in_work_tree(&inside), text));
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// Reads both sides.
    ///
    /// # Errors
    /// What cannot be found or read at all.
    pub fn read(
        &self,
        reading: &cli::Reading,
        exclude: Option<&Scope>,
        largest: u64,
    ) -> Result<Read, Failure> {
        let mut passed_over = Vec::new();
        let mut one = |side: &Side, first| match side {
            Side::Stdin => {
                let name = reading.stdin_filename.clone();
                let input = paths(&[PathBuf::from("-")], reading, exclude, largest, first)?;
                Ok(input.below(name.unwrap_or_else(|| STDIN.to_owned())))
            }
            Side::Path(path) => {
                let input = paths(std::slice::from_ref(path), reading, exclude, largest, first)?;
                Ok(input.below(root_of(path)))
            }
            Side::Revision(revision) => {
                revision.read(reading, exclude, largest, first, &mut passed_over)
            }
        };
        let head = one(&self.head, FileId(0))?;
        let base = one(&self.base, head.next_id())?;
        Ok(Read {
            base,
            head,
            passed_over,
        })
    }
}

impl Revision {
    fn read(
        &self,
        reading: &cli::Reading,
        exclude: Option<&Scope>,
        largest: u64,
        first: FileId,
        passed_over: &mut Vec<String>,
    ) -> Result<Input, Failure> {
        let cannot = |why: String| {
            Failure::usage(format_args!(
                "cannot read revision `{}`: {why}",
                self.name.escape_debug()
            ))
        };
        let (mut files, explicit) = match self.tree.look(&self.path, exclude).map_err(cannot)? {
            Found::Nothing => (Vec::new(), false),
            Found::File(file) => (vec![file], true),
            Found::Folder { files, submodules } => {
                let words = submodules
                    .iter()
                    .map(|path| format!("{}:{path} is a submodule", self.name));
                passed_over.extend(words);
                (files, false)
            }
        };
        let name_of = |file: &TreeFile| self.name_of(&file.path);
        files.sort_by(|a, b| by_name(&name_of(a), &name_of(b)));
        let mut read: Vec<InputFile> = Vec::with_capacity(files.len());
        for chunk in files.chunks(AT_ONCE) {
            let bytes: Vec<_> = chunk
                .iter()
                .map(|file| (name_of(file), self.tree.bytes(file, largest)))
                .collect();
            let from = u32::try_from(read.len()).unwrap_or(u32::MAX);
            let from = FileId(first.0.saturating_add(from));
            let parsed = in_parallel(&bytes, from, reading.threads, |id, (name, bytes)| {
                read::parse(id, name, explicit, bytes, largest)
            })?;
            read.extend(parsed);
        }
        let mut input = Input::starting_at(first, read);
        attached::read(&mut input, largest, &|path| {
            let path = path.to_str()?;
            self.tree.file(&self.path_of(path), largest)
        });
        let root = self.stands_for.clone().unwrap_or_else(|| self.path.clone());
        Ok(input
            .below(root)
            .shown_as(|name| format!("{}:{}", self.name, self.path_of(name))))
    }

    /// The name by which other files find a file: with the path of the other side.
    fn name_of(&self, path: &str) -> String {
        let Some(other) = &self.stands_for else {
            return path.to_owned();
        };
        let rest = path.strip_prefix(self.path.as_str()).unwrap_or(path);
        join(other, rest)
    }

    /// The path in the repository of such a name.
    fn path_of(&self, name: &str) -> String {
        let Some(other) = &self.stands_for else {
            return name.to_owned();
        };
        let rest = name.strip_prefix(other.as_str()).unwrap_or(name);
        join(&self.path, rest)
    }
}

fn join(folder: &str, rest: &str) -> String {
    match (folder, rest.trim_start_matches('/')) {
        ("", only) | (only, "") => only.to_owned(),
        (folder, rest) => format!("{folder}/{rest}"),
    }
}
