//! A repository's Go files as packages.

mod aside;
mod constraint;
mod go_mod;
mod go_text;
mod library_modules;
mod package;
mod repository;

pub use aside::is_aside;
pub(crate) use constraint::is_built;
pub use go_mod::GoMod;
pub use go_text::{GoText, TextReader};
pub(crate) use library_modules::is_library_module;
pub(crate) use package::{Package, PackageImport, Parsed};
pub(crate) use repository::GoRepository;
pub use repository::SourceFile;
