//! Memory that is free goes back to the system at once.
//!
//! The allocator keeps freed pages for a second (mimalloc 3, `purge_delay`), so that a few megabytes that
//! come again and again, as hostile bodies do, stand in memory many times. Giving back at once also costs
//! less: what is reused is still in the processor's caches. It reads this setting from the environment
//! before `main`, so the program starts itself anew with it, as the same process.

use std::env;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

const SETTING: &str = "MIMALLOC_PURGE_DELAY";

/// Starts the program anew unless the setting is there. Comes back if it is, or if that is not possible:
/// then more memory is held.
pub(super) fn give_back_at_once() {
    if env::var_os(SETTING).is_some() {
        return;
    }
    let Ok(program) = env::current_exe() else {
        return;
    };
    let mut arguments = env::args_os();
    let mut command = Command::new(program);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    // Returns only with an error.
    drop(command.args(arguments).env(SETTING, "0").exec());
}
