//! What the user decides of what belongs together.

/// Which files are one application.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Bundling {
    /// One file, one kustomization with its bases, or one folder, whichever holds what is looked for.
    #[default]
    Auto,
    /// Every file stands alone.
    File,
    /// The files of one folder, without those in folders below it.
    Folder,
    /// The whole input is one application.
    Input,
}

impl Bundling {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Auto, Self::File, Self::Folder, Self::Input];

    /// The word on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::File => "file",
            Self::Folder => "folder",
            Self::Input => "input",
        }
    }
}
