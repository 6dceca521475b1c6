//! What was rendered before is not rendered again.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::charts::{chart, listing};
use super::workspace::{ERROR, ProgramRun, Workspace, finish};

/// A program that renders the same whatever it is given, and counts how often it runs.
fn counting_helm(folder: &Path, output: &str, status: u8) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("helm");
    let count = folder.join("count");
    let script = format!(
        "#!/bin/sh\necho x >> '{}'\nwhile IFS= read -r line; do echo \"$line\"; done <<'END'\n{output}END\necho 'Error: no' >&2\nexit {status}\n",
        count.display()
    );
    fs::write(&path, script).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it may run");
    count
}

fn runs(count: &Path) -> usize {
    fs::read_to_string(count)
        .unwrap_or_default()
        .lines()
        .count()
}

fn lint(workspace: &Workspace, programs: &Path, cache: &Path, more: &[&str]) -> ProgramRun {
    let mut command = workspace.command(&[&["lint"], more].concat());
    command.env("PATH", format!("{}:/bin:/usr/bin", programs.display()));
    command.env("XDG_CACHE_HOME", cache);
    finish(command)
}

#[test]
fn the_same_is_rendered_once() {
    let (programs, cache) = (Workspace::new(), Workspace::new());
    let output = format!("---\n# Source: warden/templates/deployment.yaml\n{ERROR}");
    let count = counting_helm(programs.path(), &output, 0);
    let workspace = chart();
    let lint = |more: &[&str]| lint(&workspace, programs.path(), cache.path(), more);

    let first = lint(&[]);
    assert_eq!(first.status, 1, "{}{}", first.stdout, first.stderr);
    let anew = runs(&count);
    assert!(anew > 0);
    let second = lint(&[]);
    assert_eq!(second.stdout, first.stdout);
    assert_eq!(runs(&count), anew, "all of it was known");
    lint(&["--no-cache"]);
    assert_eq!(runs(&count), 2 * anew);

    // What is not whole is rendered again.
    for (path, _) in listing(cache.path()) {
        if path.is_file() {
            fs::write(path, "leaselint rendering").expect("an entry");
        }
    }
    assert_eq!(lint(&[]).stdout, first.stdout);
    assert_eq!(runs(&count), 3 * anew);

    workspace.write("charts/warden/other.txt", b"x");
    lint(&[]);
    assert_eq!(runs(&count), 4 * anew, "other files, another rendering");
}

#[test]
fn a_refusal_is_known_too() {
    let (programs, cache) = (Workspace::new(), Workspace::new());
    let count = counting_helm(programs.path(), "", 1);
    let workspace = chart();
    let first = lint(&workspace, programs.path(), cache.path(), &[]);
    assert_eq!(first.status, 3, "{}", first.stdout);
    let second = lint(&workspace, programs.path(), cache.path(), &[]);
    assert_eq!(second.stdout, first.stdout);
    assert_eq!(runs(&count), 1);
}

#[test]
fn a_cache_in_the_repository_is_not_believed() {
    let programs = Workspace::new();
    let count = counting_helm(programs.path(), "", 0);
    let workspace = chart();
    let cache = workspace.path().join("cache");
    for times in [1, 2] {
        lint(&workspace, programs.path(), &cache, &[]);
        assert_eq!(runs(&count), times);
    }
}

#[test]
fn a_second_run_over_real_charts_runs_nothing() {
    let Some(path) = super::charts::renderers() else {
        return;
    };
    let (programs, workspace, cache) = (Workspace::new(), chart(), Workspace::new());
    let helm = programs.path().join("helm");
    fs::copy(path.join("helm"), &helm).expect("a program");
    let lint = || lint(&workspace, programs.path(), cache.path(), &[]);
    let first = lint();
    assert_eq!(first.status, 1, "{}{}", first.stdout, first.stderr);
    // A program of the same size and age that can do nothing.
    let file = fs::File::options().write(true).open(&helm).expect("it");
    let (length, changed) = file
        .metadata()
        .and_then(|found| Ok((found.len(), found.modified()?)))
        .expect("what it is");
    file.set_len(0).expect("it is empty");
    (&file)
        .write_all(b"#!/bin/sh\nexit 1\n")
        .expect("it is written");
    file.set_len(length).expect("it is as long as before");
    file.set_modified(changed).expect("it is as old as before");
    drop(file);
    assert_eq!(lint().stdout, first.stdout);
    fs::remove_dir_all(cache.path()).expect("nothing is kept");
    assert_eq!(lint().status, 3, "it cannot render");
}
