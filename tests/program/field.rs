//! Situations of real users, each with what a right answer says about it.
//!
//! `LEASELINT_FIELD` names the folder; its own program `run` judges this one. Without it the test says so and passes.

use std::path::Path;
use std::process::Command;

use super::not_tested::not_tested;

#[test]
fn situations_of_the_field_are_judged_right() {
    let Some(folder) = std::env::var_os("LEASELINT_FIELD") else {
        not_tested("the situations of the field (LEASELINT_FIELD names their folder)");
        return;
    };
    let output = Command::new(Path::new(&folder).join("run"))
        .arg(env!("CARGO_BIN_EXE_leaselint"))
        .output()
        .expect("the folder's own program runs");
    let report = String::from_utf8_lossy(&output.stdout);
    // It ends with `65 of 65 cases hold`.
    let held = report.lines().last().unwrap_or_default();
    let mut numbers = held
        .split(" cases hold")
        .next()
        .unwrap_or_default()
        .split(" of ");
    let (holding, all) = (numbers.next(), numbers.next());
    assert!(
        all.is_some_and(|all| all != "0"),
        "no case was run: {report}"
    );
    assert!(output.status.success() && holding == all, "{report}");
}
