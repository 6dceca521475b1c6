//! The hook of `.pre-commit-hooks.yaml`, run by pre-commit itself. Without pre-commit the test says so, loudly.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::not_tested::not_tested;
use super::workspace::{Workspace, sound, warning};

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(["-c", "user.name=x", "-c", "user.email=x@y"]);
    let done = command.args(arguments).output().expect("git runs");
    assert!(done.status.success(), "{done:?}");
}

/// The folder of the program before all others of PATH.
fn path_with_the_program() -> std::ffi::OsString {
    let program = Path::new(env!("CARGO_BIN_EXE_leaselint"));
    let own = program.parent().map(PathBuf::from);
    let others = env::var_os("PATH").unwrap_or_default();
    let all = own.into_iter().chain(env::split_paths(&others));
    env::join_paths(all).expect("folders without a colon")
}

#[test]
fn the_hook_judges_the_folders_of_what_is_committed() {
    if Command::new("pre-commit")
        .arg("--version")
        .output()
        .is_err()
    {
        not_tested("the hook, as pre-commit is not installed (`pip install pre-commit`)");
        return;
    }
    let hooks = include_str!("../../.pre-commit-hooks.yaml");
    let source = Workspace::with(".pre-commit-hooks.yaml", hooks);
    let text = sound();
    let (workload, rights) = text.split_once("---\n").expect("several documents");
    let lacking = rights.replace("[get, create, update]", "[get, create]");
    let user = Workspace::with("deploy/a.yaml", workload)
        .and("deploy/rights.yaml", &lacking)
        .and("other/b.yaml", &warning());
    let home = Workspace::new();
    for folder in [source.path(), user.path()] {
        git(folder, &["init", "--quiet"]);
        git(folder, &["add", "."]);
        git(folder, &["commit", "--quiet", "--message", "x"]);
    }
    let run = || -> Output {
        let mut command = Command::new("pre-commit");
        command
            .current_dir(user.path())
            .arg("try-repo")
            .arg(source.path())
            .args(["leaselint", "--files", "deploy/rights.yaml"])
            .env("PATH", path_with_the_program())
            .env("PRE_COMMIT_HOME", home.path());
        command.output().expect("pre-commit runs")
    };
    let failed = run();
    let text = String::from_utf8_lossy(&failed.stdout);
    assert!(!failed.status.success(), "{text}");
    // The workload in another file lacks the right; what is wrong in another folder is not of this commit.
    assert!(text.contains("lease-access-missing"), "{text}");
    assert!(text.contains("deploy/a.yaml"), "{text}");
    assert!(!text.contains("single-replica"), "{text}");
    user.write("deploy/rights.yaml", rights.as_bytes());
    let passed = run();
    assert!(passed.status.success(), "{passed:?}");
}
