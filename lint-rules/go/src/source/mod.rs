//! A repository's Go files as packages.

mod aside;
mod constraint;
mod go_mod;
mod go_text;
mod package;
mod repository;

pub use aside::is_aside;
pub(crate) use constraint::is_built;
pub use go_mod::GoMod;
pub use go_text::{GoText, TextReader};
pub(crate) use package::{Package, Parsed};
pub(crate) use repository::GoRepository;
pub use repository::SourceFile;
