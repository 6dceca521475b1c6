//! The text of a Go file: its head at once, the rest when a program needs it.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::election_words::speaks_of_elections;
use crate::syntax::{ImportPath, head_imports, package_name};

use super::constraint::fits_platform;

/// Reads a file's text; `None`: it cannot be read any more.
pub type TextReader<'r> = Box<dyn Fn() -> Option<String> + Send + Sync + 'r>;

/// The text of a Go file, as far as it is needed.
///
/// Programs need the declarations of a quarter of what they import (17 of 66 MB in Kubernetes), so that a whole text is
/// read, and kept, when its package is parsed.
pub struct GoText<'r> {
    /// The name in its package clause; `None`: it has none, so that it is no Go.
    pub(crate) package: Option<Box<str>>,
    pub(crate) imports: Box<[ImportPath]>,
    /// Its build constraint holds on the platform of containers.
    pub(crate) fits_platform: bool,
    may_elect: bool,
    /// Its length.
    pub(crate) bytes: usize,
    whole: OnceLock<String>,
    reader: Option<TextReader<'r>>,
    /// It was to be read later, and could not be, or was another one then.
    is_lost: AtomicBool,
}

impl<'r> GoText<'r> {
    /// What the head of a text says. Until [`keep`](Self::keep) or [`read_later`](Self::read_later) nothing else is
    /// known of it.
    #[must_use]
    pub fn head_of(text: &str) -> Self {
        Self {
            package: package_name(text).map(Into::into),
            imports: head_imports(text).into(),
            fits_platform: fits_platform(text),
            may_elect: speaks_of_elections(text.as_bytes()),
            bytes: text.len(),
            whole: OnceLock::new(),
            reader: None,
            is_lost: AtomicBool::new(false),
        }
    }

    /// A text that is kept from the start.
    #[must_use]
    pub fn of(text: String) -> Self {
        let mut known = Self::head_of(&text);
        known.keep(text);
        known
    }

    /// Whether its words speak of an election, or of a library that elects.
    ///
    /// A module none of whose files does is not worth reading: all its programs never elect.
    #[must_use]
    pub fn may_elect(&self) -> bool {
        self.may_elect
    }

    /// Keeps the whole text.
    pub fn keep(&mut self, text: String) {
        self.whole = OnceLock::from(text);
    }

    /// Has the whole text read when it is needed.
    pub fn read_later(&mut self, reader: TextReader<'r>) {
        self.reader = Some(reader);
    }

    /// The whole text, which is kept from now on; empty where it is not known or cannot be read any more.
    #[must_use]
    pub fn whole(&self) -> &str {
        self.whole.get_or_init(|| self.read().unwrap_or_default())
    }

    /// The whole text for one look at it.
    pub(crate) fn glance(&self) -> Cow<'_, str> {
        match self.whole.get() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.read().unwrap_or_default()),
        }
    }

    /// Whether it could not be read any more, or was no longer the text whose head is known.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    fn read(&self) -> Option<String> {
        let text = self.reader.as_ref()?();
        let same = text.filter(|text| text.len() == self.bytes);
        if same.is_none() {
            self.is_lost.store(true, Ordering::Relaxed);
        }
        same
    }
}

impl fmt::Debug for GoText<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("GoText");
        shown.field("package", &self.package);
        shown.field("bytes", &self.bytes).finish_non_exhaustive()
    }
}
