//! What a test says that cannot run. It is written directly: the harness hides what `eprintln` writes in tests that pass.

use std::io::Write as _;

/// Says what is not tested, and fails where `LEASELINT_REQUIRE_ALL` is `1`.
pub fn not_tested(what: &str) {
    let is_required = std::env::var("LEASELINT_REQUIRE_ALL").is_ok_and(|value| value == "1");
    assert!(!is_required, "not tested: {what}");
    // Nothing is lost when nobody listens.
    drop(writeln!(std::io::stderr(), "!!! NOT TESTED: {what}"));
}
