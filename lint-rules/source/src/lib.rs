//! Programs that are read in their own source: which container runs which of them, and what its settings are then.
//!
//! `leaselint-go` reads what the Go files of a folder say. This crate reads the build files beside them, ties
//! containers to programs, and puts a container's flags, variables and defaults into what the code computes. The
//! answers take the place of a record's ([`programs::ProgramSources`]). No input or output.
//!
//! # How a container is tied to a program
//!
//! In this order, and only to programs whose `go.mod` stands above the manifest's folder or beside one of the folders
//! above it:
//!
//! 1. `ko://` names the package.
//! 2. The file name that `command` starts, or the image's ENTRYPOINT or CMD: what a build file builds under that name,
//!    else the program that is called so by its folder or its module. The image is the one of the nearest module: by
//!    the repository that a build file gives it, by its Dockerfile's name, or the only one.
//! 3. Without `command`: the image's own name, then the container's.
//! 4. One program of the module has all flags of the command line, and no other.
//!
//! What is tied so is not judged by its source where the manifest is of another version: a flag about elections that
//! the program does not define, or a folder that is named for an older version than one beside it.
//!
//! Two programs that fit equally well are none.
#![forbid(unsafe_code)]

mod behaviour;
mod build_files;
mod builds;
mod catalogue;
mod entry_point;
mod facts;
mod folder;
mod folder_reading;
mod given;
mod images;
mod names;
mod note;
mod places;
mod record;
mod search;
mod settings_file;
mod start;
mod tie;
mod versions;

pub use catalogue::SourceCatalogue;
pub use folder::{BuildFile, SourceFolder, is_build_file};
pub use folder_reading::{CitedFile, FolderReading};
pub use go::{GoText, one_by_one};
