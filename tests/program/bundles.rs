//! What belongs together: guessed, said on the command line, said in the configuration.

use super::workspace::{Workspace, sound};

/// Two applications that claim one lock, in folders side by side.
fn workspace() -> Workspace {
    let herald = sound().replace("name: warden", "name: herald");
    Workspace::with("warden/all.yaml", &sound()).and("herald/all.yaml", &herald)
}

/// The rules that speak about more than the file alone.
fn collisions(workspace: &Workspace, arguments: &[&str]) -> usize {
    let report = workspace.lint(arguments);
    let findings = report["findings"].as_array().expect("a list");
    let is_one = |finding: &&serde_json::Value| finding["rule"] == "lock-collision";
    findings.iter().filter(is_one).count()
}

#[test]
fn folders_side_by_side_are_different_applications_unless_the_user_says_otherwise() {
    let workspace = workspace();
    assert_eq!(collisions(&workspace, &[]), 0);
    assert_eq!(collisions(&workspace, &["--bundle", "auto"]), 0);
    assert_eq!(collisions(&workspace, &["--bundle", "folder"]), 0);
    assert_eq!(collisions(&workspace, &["--bundle", "file"]), 0);
    assert_eq!(collisions(&workspace, &["--bundle", "input"]), 1);
}

#[test]
fn files_of_one_folder_belong_together_unless_the_user_says_otherwise() {
    let herald = sound().replace("name: warden", "name: herald");
    let workspace = Workspace::with("a.yaml", &sound()).and("b.yaml", &herald);
    assert_eq!(collisions(&workspace, &[]), 1);
    assert_eq!(collisions(&workspace, &["--bundle", "folder"]), 1);
    assert_eq!(collisions(&workspace, &["--bundle", "file"]), 0);
}

#[test]
fn the_configuration_says_it_and_the_command_line_outweighs_it() {
    let workspace = workspace().and(".leaselint.yaml", "bundle: input\n");
    assert_eq!(collisions(&workspace, &[]), 1);
    assert_eq!(collisions(&workspace, &["--bundle", "auto"]), 0);
}

#[test]
fn a_word_that_means_nothing_is_shown_in_place() {
    let workspace = workspace().and(".leaselint.yaml", "bundle: foldr\n");
    let run = workspace.run(&["lint"]);
    assert_eq!(run.status, 2);
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn what_was_taken_together_is_told_if_asked_for() {
    insta::assert_snapshot!(workspace().run(&["lint", "-v"]).stdout);
    insta::assert_snapshot!(
        workspace()
            .run(&["lint", "-v", "-j1", "--bundle", "input"])
            .stdout
    );
}

#[test]
fn rights_of_one_environment_prove_nothing_for_another() {
    let all = sound();
    let (deployment, rights) = all.split_once("---\n").expect("rights after the workload");
    let states = |workspace: &Workspace| {
        let report = workspace.run(&["inspect", "--format", "json"]).json();
        let electors = report["electors"].as_array().expect("a list").iter();
        electors
            .map(|elector| {
                elector["access"]["state"]
                    .as_str()
                    .expect("a state")
                    .to_owned()
            })
            .collect::<Vec<_>>()
    };
    let dev_alone = Workspace::with("dev/deployment.yaml", deployment)
        .and("dev/rights.yaml", rights)
        .and("prod/deployment.yaml", deployment);
    assert_eq!(states(&dev_alone), ["granted", "unknown"]);
    let above_both = Workspace::with("envs/dev/deployment.yaml", deployment)
        .and("envs/prod/deployment.yaml", deployment)
        .and("rights/all.yaml", rights);
    assert_eq!(states(&above_both), ["granted", "granted"]);
}
