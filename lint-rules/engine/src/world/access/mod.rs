//! Whether an elector's account may use its lock, as the files of an input show it.

mod build_doubts;
mod proof;
mod rights;
mod scope_view;
mod verdicts;

pub(crate) use proof::AccessProver;
