//! Leader-election settings of Go programs, read from their source.
//!
//! From a repository's Go files and `go.mod` files to its programs: for each `main` package whether it elects, and for
//! each of its electors the switch, the timing, the lock, the identity, the release, the library with its version, and
//! what happens on a lost lease, each with the place in source that says so. No Go toolchain, nothing is run, no input
//! or output.
//!
//! # How it works
//!
//! 1. `syntax`: a lexer and a parser for all of Go's declarations, statements and expressions. Errors stay local.
//! 2. `source`: files as packages of modules, parsed when first needed; build constraints for Linux.
//! 3. `run`: an interpreter that runs `main` on [terms](term) instead of values. Both ways of a branch are run and
//!    merged into a choice, a loop's body is run once and what it sets is unknown afterwards, functions are run where
//!    they are called, so that parameters, struct fields, pointers, closures and embedded structs need no rules of
//!    their own. Ways on which something fails are not followed. Functions that cannot come to a flag, a variable or
//!    an elector are left out; what they assign to is unknown then. What it comes by is kept in `registries`.
//! 4. `libraries`: what is known of other modules. Libraries that elect for their callers are data
//!    (`libraries/wrapper_table.rs`, `libraries/bound_flags.rs`); flag and environment libraries are code. They are methods of the interpreter, which calls them for
//!    whatever lies in another module.
//! 5. [`evaluate`](evaluate::evaluate) puts a workload's flags and variables in; [`carriers`](carriers::carriers)
//!    gives the same term in the shape of a program's record: flags, variables and keys, the strongest first.
//!
//! # Certainty
//!
//! A value is what the code computes, or *unknown, because*: set in a loop, chosen by something that is not known,
//! handed to a function of another module that may change it, too large. Precedence of flag and variable is whatever
//! the code does. An elector that `main` was not seen to come to is marked (`reached`); a program is said never to
//! elect only if nothing that it imports of its repository can.
//!
//! Two assumptions are made, since without them nothing is known of any program: errors do not happen (`err` is `nil`),
//! and flags are parsed before they are read. A condition that is not known and stands before an elector makes it
//! unknown whether the program elects: to take it for a way that the program goes changed no answer over 39 public
//! repositories, so nothing is won by that. Bodies of loops and cases of a `select` are taken to be run.
//!
//! # A parser of our own, not tree-sitter
//!
//! tree-sitter-go is C: about 40 s of CPU in a cold build, a C compiler for every target, +0.3 MB, and 7 MB/s. This
//! lexer and parser are 2,100 lines, build in about 1 s, and read 34 MB/s on the same class of machine. Over
//! 30,705 files of Go (the standard library with its commands, kubevirt, kueue, velero, the autoscalers with what they
//! vendor; 335 MB) 21 have an error, all of them the limit of 400 operators in one expression in generated tables;
//! tree-sitter had errors in 0.65 % of files. The tree is typed, so that the interpreter needs no names of node kinds.
#![forbid(unsafe_code)]

mod called_command;
pub mod carriers;
mod election_words;
pub mod evaluate;
mod fold;
mod libraries;
mod mentions;
pub mod program;
mod program_group;
mod reading;
mod registries;
mod run;
mod scan;
mod source;
mod syntax;
pub mod term;
mod value;

pub use reading::{EachBelow, one_by_one, read, read_by};
pub use registries::candidate::{ContextKind, LibraryKind, OnLoss};
pub use registries::flags::FlagLibrary;
pub use scan::needed;
pub use source::{GoMod, GoText, SourceFile, TextReader, is_aside};
pub use syntax::{SourcePosition, syntax_error};
