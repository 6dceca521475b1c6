//! Memory that is freed goes back to the system at once.
//!
//! mimalloc keeps freed pages for a moment, so that a few megabytes which come again and again, as hostile bodies do, are
//! in memory many times: at the peak 97 MiB with four clients that send 3 MB each and the second of mimalloc 3, 59 MiB
//! with 0.1 s (about that of mimalloc 2), 33 MiB without (`cargo xtask bench webhook-abuse worst-objects-of-3-mb`).
//! The delay is a constant in its source that no build flag changes, and the function that sets it is
//! `unsafe` to call, which this workspace forbids. What is left is the environment, read before `main`. The image
//! and `deploy/base` set the variable; started without it, the program starts itself anew with it, as the same
//! process.

use std::env;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

const PURGE_DELAY_VARIABLE: &str = "MIMALLOC_PURGE_DELAY";

/// Starts the program anew unless the setting is there. Comes back if it is, or if that is not possible:
/// then more memory is held.
pub(super) fn give_back_at_once() {
    if env::var_os(PURGE_DELAY_VARIABLE).is_some() {
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
    drop(
        command
            .args(arguments)
            .env(PURGE_DELAY_VARIABLE, "0")
            .exec(),
    );
}
