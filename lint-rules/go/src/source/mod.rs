//! A repository's Go files as packages.

mod aside;
mod constraint;
mod go_mod;
mod package;
mod repository;

pub use aside::is_aside;
pub(crate) use constraint::is_built;
pub use go_mod::GoMod;
pub(crate) use package::{Package, Parsed};
pub(crate) use repository::GoRepository;
pub use repository::SourceFile;
