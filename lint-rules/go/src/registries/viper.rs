//! What a program configured of viper.

use crate::term::SharedTerm;

/// The calls that configure viper.
#[derive(Default)]
pub(crate) struct Viper {
    pub set: Vec<(String, SharedTerm)>,
    pub defaults: Vec<(String, SharedTerm)>,
    pub variables: Vec<(String, Vec<String>)>,
    /// Keys bound to a flag of another name, or of the same.
    pub flags: Vec<(String, String)>,
    pub all_flags: bool,
    pub automatic: bool,
    pub prefix: String,
    pub replaces_dashes: bool,
    pub reads_file: bool,
    /// Its path, if the program names it; other files are searched for.
    pub file: Option<SharedTerm>,
}
