//! `diff` of revisions of git.

use std::process::Command;

use serde_json::Value;

use super::diff::renamed;
use super::not_tested::not_tested;
use super::workspace::{ERROR, Workspace, finish, rules_in, sound};

/// A repository, made by the git program; `None` (with a message) where there is none.
pub struct Repository(pub Workspace);

impl Repository {
    pub fn new() -> Option<Self> {
        let this = Self(Workspace::new());
        let made = this.try_git(&["init", "--quiet", "--initial-branch=main"]);
        if !made {
            not_tested("there is no git program to make a repository with");
        }
        made.then_some(this)
    }

    fn try_git(&self, arguments: &[&str]) -> bool {
        let settings = [
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.com",
            "-c",
            "commit.gpgsign=false",
        ];
        Command::new("git")
            .current_dir(self.0.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .args(settings)
            .args(arguments)
            .output()
            .is_ok_and(|output| output.status.success())
    }

    fn git(&self, arguments: &[&str]) {
        assert!(self.try_git(arguments), "git {arguments:?}");
    }

    pub fn commit(&self, files: &[(&str, &str)], tag: &str) {
        for (name, text) in files {
            self.0.write(name, text.as_bytes());
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", tag]);
        self.git(&["tag", tag]);
    }

    fn run(&self, arguments: &[&str]) -> super::workspace::ProgramRun {
        self.0.run(arguments)
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let arguments = [&["diff", "--format", "json"], arguments].concat();
        self.run(&arguments).json()
    }
}

#[test]
fn what_is_neither_path_nor_revision_is_a_mistake() {
    let workspace = Workspace::with("a.yaml", &sound());
    let run = workspace.run(&["diff", "nothing", "a.yaml"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr
            .starts_with("error: `nothing` is no file, no folder and no git revision: "),
        "{}",
        run.stderr
    );
}

#[test]
fn revisions_are_read_from_git_itself() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.commit(
        &[("deploy/a.yaml", &sound()), ("deploy/b.yaml", ERROR)],
        "v1",
    );
    repository.commit(&[("deploy/a.yaml", &renamed())], "v2");
    for sides in [
        ["v1", "v2"],
        ["v1", "HEAD"],
        ["HEAD~1", "main"],
        ["v1:", "v2:"],
        ["v1:deploy", "v2:deploy/"],
    ] {
        let report = repository.json(&sides);
        assert_eq!(rules_in(&report, "findings"), ["lock-renamed"], "{sides:?}");
        let file = report["findings"][0]["location"]["file"].as_str();
        let head = sides[1].split(':').next().unwrap_or_default();
        assert_eq!(file, Some(format!("{head}:deploy/a.yaml").as_str()));
    }
    let one = repository.json(&["v1:deploy/a.yaml", "v2:deploy/a.yaml"]);
    assert_eq!(rules_in(&one, "findings"), ["lock-renamed"]);
    assert_eq!(
        rules_in(&repository.json(&["v2", "v2"]), "findings"),
        [""; 0]
    );
}

#[test]
fn beside_a_path_a_revision_stands_for_the_same_path() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.commit(
        &[("deploy/a.yaml", &sound()), ("other/b.yaml", &sound())],
        "v1",
    );
    repository.0.write("deploy/a.yaml", renamed().as_bytes());
    repository.0.write("other/b.yaml", ERROR.as_bytes());
    let everything = repository.json(&["main"]);
    assert_eq!(
        rules_in(&everything, "findings"),
        ["lock-renamed", "lease-not-above-renew"]
    );
    let folder = repository.json(&["main", "deploy"]);
    assert_eq!(rules_in(&folder, "findings"), ["lock-renamed"]);
    let finding = &folder["findings"][0];
    assert_eq!(finding["location"]["file"], "deploy/a.yaml");
    let old = finding["related"]
        .as_array()
        .and_then(|related| related.last());
    assert_eq!(
        old.map(|old| &old["location"]["file"]),
        Some(&Value::from("main:deploy/a.yaml"))
    );
    let file = repository.json(&["main", "./deploy/a.yaml"]);
    assert_eq!(rules_in(&file, "findings"), ["lock-renamed"]);
    let back = repository.json(&["deploy", "main"]);
    assert_eq!(rules_in(&back, "findings"), ["lock-renamed"]);

    repository.0.write("fresh/c.yaml", ERROR.as_bytes());
    let fresh = repository.json(&["main", "fresh"]);
    assert_eq!(
        rules_in(&fresh, "findings"),
        ["lease-not-above-renew"],
        "all of it is new"
    );
}

#[test]
fn a_path_wins_over_a_revision_of_its_name() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.commit(&[("deploy/a.yaml", &sound())], "v1");
    repository.0.write("deploy/a.yaml", renamed().as_bytes());
    repository
        .0
        .write("main/deploy/a.yaml", renamed().as_bytes());
    assert!(rules_in(&repository.json(&["main/deploy", "deploy"]), "findings").is_empty());
    assert_eq!(
        rules_in(&repository.json(&["main:", "deploy"]), "findings"),
        ["lock-renamed"]
    );
}

#[test]
fn a_revision_brings_its_kustomizations_and_its_configuration() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let workload = sound()
        .replace(
            "--leader-elect-resource-name=warden",
            "--config=/etc/warden/config.yaml",
        )
        .replace(
            "      containers:",
            "      volumes: [{name: c, configMap: {name: settings}}]\n      containers:",
        );
    let hidden = ERROR.replace("warden", "hidden");
    let files = [
        (
            "app/kustomization.yaml",
            "resources: [a.yaml]\nconfigMapGenerator: [{name: settings, files: [notes.conf]}]\n",
        ),
        ("app/a.yaml", &workload),
        ("app/notes.conf", "a: 1\n"),
        (".hidden/b.yaml", &hidden),
        ("vendor/c.yaml", &hidden),
        (
            ".leaselint.yaml",
            "rules: {lease-not-above-renew: warning}\nexclude: [vendor/]\n",
        ),
    ];
    repository.commit(&files, "v1");
    repository.commit(&[("app/d.yaml", ERROR), ("vendor/e.yaml", ERROR)], "v2");
    let report = repository.json(&["v1", "v2"]);
    assert_eq!(rules_in(&report, "findings"), ["lease-not-above-renew"]);
    assert_eq!(report["findings"][0]["severity"], "warning");
    assert_eq!(report["summary"]["files"], 3, "{}", report["summary"]);
}

#[test]
fn a_configuration_of_a_revision_that_cannot_be_read_ends_the_run() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.commit(&[("a.yaml", &sound())], "v1");
    let too_large = format!("# {}\n", "x".repeat(1 << 20));
    for (tag, text, reason) in [
        ("latin", &b"# caf\xe9\n"[..], "is not UTF-8 text"),
        ("large", too_large.as_bytes(), "is larger than 1 MiB"),
    ] {
        repository.0.write(".leaselint.yaml", text);
        repository.commit(&[], tag);
        let run = repository.run(&["diff", "v1", tag]);
        let expected = format!("error: configuration {tag}:.leaselint.yaml {reason}\n");
        assert_eq!((run.status, run.stderr), (2, expected));
    }
}

#[test]
fn a_revision_brings_what_its_configuration_extends() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.commit(&[("app/a.yaml", &sound())], "v1");
    let files = [
        ("app/b.yaml", ERROR),
        ("app/.leaselint.yaml", "extends: [../common/base.yaml]\n"),
        (
            "common/base.yaml",
            "rules: {lease-not-above-renew: warning}\n",
        ),
    ];
    repository.commit(&files, "v2");
    // What is not committed says nothing of a revision.
    repository
        .0
        .write("common/base.yaml", b"rules: {lease-not-above-renew: off}\n");
    let report = repository.json(&["v1:app", "v2:app"]);
    assert_eq!(rules_in(&report, "findings"), ["lease-not-above-renew"]);
    assert_eq!(report["findings"][0]["severity"], "warning");
    repository.commit(&[("app/.leaselint.yaml", "extends: [absent.yaml]\n")], "v3");
    repository.0.write("app/absent.yaml", b"rules: {}\n");
    let run = repository.run(&["diff", "v1:app", "v3:app"]);
    assert_eq!(run.status, 2);
    let expected = "v3:app/absent.yaml";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
}

#[test]
fn submodules_and_links_are_not_read() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.commit(&[("a.yaml", &sound())], "v1");
    let entry = "160000,0123456789012345678901234567890123456789,sub.yaml";
    repository.git(&["update-index", "--add", "--cacheinfo", entry]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("a.yaml", repository.0.path().join("link.yaml")).expect("a link");
    #[cfg(unix)]
    repository.git(&["add", "link.yaml"]);
    repository.git(&["commit", "--quiet", "--message", "two"]);
    repository.git(&["tag", "v2"]);
    let run = repository.run(&["diff", "v1", "v2", "-v"]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    insta::assert_snapshot!(run.stdout, @r"
    Skipped: v2:sub.yaml is a submodule.
    Read 1 file before and 1 after the change: 1 elector.
    The change brings no findings.
    ");
}

#[test]
fn a_bare_repository_will_do() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.commit(&[("a.yaml", &sound())], "v1");
    repository.commit(&[("a.yaml", &renamed())], "v2");
    repository.git(&["clone", "--quiet", "--bare", ".", "bare.git"]);
    let mut command = repository
        .0
        .command(&["diff", "v1", "v2", "--format", "json"]);
    command.current_dir(repository.0.path().join("bare.git"));
    assert_eq!(
        rules_in(&finish(command).json(), "findings"),
        ["lock-renamed"]
    );
}

#[cfg(feature = "source")]
#[test]
fn the_source_of_a_revision_is_read_beside_its_manifests() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let main = include_str!("../../examples/operator/cmd/quota-warden/main.go");
    let manifest = include_str!("../../examples/operator/config/manager.yaml");
    repository.commit(
        &[
            ("go.mod", include_str!("../../examples/operator/go.mod")),
            (
                "Dockerfile",
                include_str!("../../examples/operator/Dockerfile"),
            ),
            ("cmd/quota-warden/main.go", main),
            ("config/manager.yaml", manifest),
        ],
        "one",
    );
    // Nothing has changed, so nothing is new: what the code says was there before.
    let same = repository.run(&["diff", "one", ".", "--format", "json"]);
    assert_eq!(same.status, 0, "{}", same.stdout);
    assert_eq!(rules_in(&same.json(), "findings"), Vec::<String>::new());
    // A lock of another name, in the code alone.
    let renamed = main.replace("\"quota-warden\",", "\"other\",");
    repository.commit(&[("cmd/quota-warden/main.go", &renamed)], "two");
    let change = repository
        .run(&["diff", "one", "two", "--format", "json"])
        .json();
    assert_eq!(rules_in(&change, "findings"), ["lock-renamed"]);
    let location = &change["findings"][0]["location"];
    assert_eq!(location["file"], "two:cmd/quota-warden/main.go");
}
