//! What build files say: which file name a package is built under, and what an image starts.

mod build_yaml;
mod dockerfile;
mod go_build;
mod lines;
mod makefile;
mod variables;
mod wrapper;

pub(crate) use build_yaml::read_build_yaml;
pub(crate) use dockerfile::{Dockerfile, ImageStage};
pub(crate) use go_build::GoBuild;
pub(crate) use makefile::{ImageBuild, Makefile};
pub(crate) use wrapper::wrapper_words;

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests;

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    let name = path.trim_end_matches('/');
    name.rsplit('/').next().unwrap_or(name)
}
