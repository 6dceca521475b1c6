//! Charts as texts: what is in them, and where each line of what they render was written, in which template and by
//! which key of the values.
//!
//! Nothing is run or read here. Who renders gives the files of a chart and the texts that were rendered: the plain one,
//! one of a chart whose lines are marked ([`marked`]), and one in which candidate keys have values of their own
//! ([`Markers`]).

mod chart;
pub mod delivery;
mod discovery;
pub mod kustomize;
mod marks;
mod output;
mod pieces;
mod proof;
mod references;
mod substitution;
mod template;
mod trace;
mod values;
mod values_file;

pub use chart::{Chart, ChartDependency, ChartFile, LineSource, TemplateCounts};
pub use discovery::{chart_folders, is_part_of_chart};
pub use marks::marked;
pub use output::{OutputSection, sections};
pub use pieces::{RenderedPiece, pieces};
pub use proof::{KeyProof, Markers, WantedLine};
pub use trace::{printing_templates, trace};
pub use values::ValueLeaf;
pub use values_file::ValuesFile;
