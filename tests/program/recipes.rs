//! The scripts of `action.yml` and of `integrations/`, run in a repository made for it.
#![allow(clippy::unwrap_used)] // in tests a panic is the message

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

#[cfg(feature = "render")]
use control_plane::Renderers;
use serde::Deserialize as _;
use serde_json::Value;

use super::workspace::{ERROR, GOOD, Workspace};

const VERSION: &str = env!("CARGO_PKG_VERSION");

const TARGETS: [&str; 4] = [
    "aarch64-apple-darwin",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "x86_64-unknown-linux-musl",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn script(name: &str) -> PathBuf {
    root().join("integrations").join(name)
}

fn yaml(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(root().join(path)).unwrap();
    serde_yaml::Deserializer::from_str(&text)
        .map(|document| Value::deserialize(document).unwrap())
        .collect()
}

/// A repository with one commit, with room beside it for tools and reports.
struct Checkout(Workspace);

impl Checkout {
    fn with(manifest: &str) -> Self {
        let this = Self(Workspace::with("repo/deploy/warden.yaml", manifest));
        fs::create_dir(this.at("bin")).unwrap();
        this.git(&["init", "--quiet", "."]);
        this.commit();
        this
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The path of something beside the repository, as text.
    fn path(&self, name: &str) -> String {
        self.at(name).to_str().unwrap().to_owned()
    }

    fn git(&self, arguments: &[&str]) {
        let who = ["-c", "user.name=x", "-c", "user.email=x@example.org"];
        let mut git = Command::new("git");
        git.current_dir(self.at("repo")).args(who).args(arguments);
        assert!(git.status().unwrap().success());
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "change"]);
    }

    /// Puts the program on the path of [`Self::bash`].
    fn installed(self) -> Self {
        symlink(env!("CARGO_BIN_EXE_leaselint"), self.at("bin/leaselint")).unwrap();
        self
    }

    fn tool(&self, name: &str, text: &str) {
        self.0.write(&format!("bin/{name}"), text.as_bytes());
        let path = self.at("bin").join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn bash(&self, arguments: &[&str], variables: &[(&str, &str)]) -> ScriptRun {
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.path("bin"));
        let mut bash = Command::new("bash");
        bash.current_dir(self.at("repo"))
            .args(arguments)
            .stdin(Stdio::null())
            .env_remove("GITHUB_ACTIONS")
            .env("PATH", path);
        ScriptRun::of(&bash.envs(variables.iter().copied()).output().unwrap())
    }

    /// A release as the release workflow lays it out, whose program is this one. Gives its address.
    fn release(&self) -> String {
        let folder = self.at(&format!("releases/v{VERSION}"));
        fs::create_dir_all(&folder).unwrap();
        let program = env!("CARGO_BIN_EXE_leaselint");
        let text = format!("#!/bin/sh\nexec '{program}' \"$@\"\n");
        self.0.write("packed/leaselint", text.as_bytes());
        let packed = self.at("packed/leaselint");
        fs::set_permissions(&packed, fs::Permissions::from_mode(0o755)).unwrap();
        for target in TARGETS {
            let mut pack = Command::new(root().join(".github/release/package.sh"));
            let output = pack.arg(&packed).arg(target).arg(&folder).output();
            assert!(output.unwrap().status.success());
        }
        let mut sums = Command::new("bash");
        let sum = "sha256sum *.tar.gz 2>/dev/null || shasum -a 256 *.tar.gz";
        let sums = sums.current_dir(&folder).args(["-c", sum]).output();
        fs::write(folder.join("SHA256SUMS"), sums.unwrap().stdout).unwrap();
        format!("file://{}", self.path("releases"))
    }
}

/// What a script did.
#[derive(Debug)]
struct ScriptRun {
    status: i32,
    printed: String,
    errors: String,
}

impl ScriptRun {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            status: output.status.code().unwrap(),
            printed: text(&output.stdout),
            errors: text(&output.stderr),
        }
    }
}

#[test]
fn a_release_is_installed_only_if_it_is_what_it_should_be() {
    let checkout = Checkout::with(GOOD);
    let releases = checkout.release();
    let folder = checkout.path("tools");
    let install = script("install.sh");
    let variables = [
        ("LEASELINT_VERSION", VERSION),
        ("LEASELINT_FOLDER", folder.as_str()),
        ("LEASELINT_RELEASES", releases.as_str()),
    ];
    let run = || checkout.bash(&[install.to_str().unwrap()], &variables);
    let first = run();
    assert_eq!(first.status, 0, "{first:?}");
    assert_eq!(first.printed.trim_end(), folder);
    let version = Command::new(checkout.at("tools/leaselint"))
        .arg("--version")
        .output();
    let version = ScriptRun::of(&version.unwrap()).printed;
    assert_eq!(version, format!("leaselint {VERSION}\n"));

    fs::remove_dir_all(checkout.at("tools")).unwrap();
    for target in TARGETS {
        let archive = format!("releases/v{VERSION}/leaselint-{VERSION}-{target}.tar.gz");
        let mut bytes = fs::read(checkout.at(&archive)).unwrap();
        bytes.push(0);
        fs::write(checkout.at(&archive), bytes).unwrap();
    }
    let changed = run();
    assert_eq!(changed.status, 1, "{changed:?}");
    assert!(!checkout.at("tools").exists());

    // One that is there already is used.
    let checkout = checkout.installed();
    let present = checkout.bash(&[install.to_str().unwrap()], &variables);
    assert_eq!(present.printed.trim_end(), checkout.path("bin"));
}

#[test]
fn an_archive_holds_what_belongs_to_the_program_and_is_where_cargo_binstall_looks() {
    let checkout = Checkout::with(GOOD);
    checkout.release();
    let folder = checkout.path(&format!("releases/v{VERSION}"));
    let archive = format!("leaselint-{VERSION}-{}.tar.gz", TARGETS[3]);
    let listed = Command::new("tar")
        .args(["-tzf", &format!("{folder}/{archive}")])
        .output();
    let listed = ScriptRun::of(&listed.unwrap()).printed;
    for name in [
        "leaselint",
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "leaselint.1",
        "completions/leaselint.zsh",
    ] {
        assert!(listed.lines().any(|line| line == name), "{name}: {listed}");
    }
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let line = manifest.lines().find(|line| line.starts_with("pkg-url = "));
    let address = line
        .unwrap()
        .replace("{ version }", VERSION)
        .replace("{ name }", "leaselint")
        .replace("{ target }", TARGETS[3]);
    let expected = format!("{{ repo }}/releases/download/v{VERSION}/{archive}");
    assert_eq!(address, format!("pkg-url = \"{expected}\""));
}

#[test]
fn the_step_of_the_action_judges_and_writes_reports() {
    let checkout = Checkout::with(ERROR).installed();
    let lint = script("github/lint.sh");
    let [reports, outputs] = ["reports", "outputs"].map(|name| checkout.path(name));
    let run = |more: &[(&str, &str)]| {
        let _ = fs::remove_file(&outputs);
        let _ = fs::remove_dir_all(&reports);
        let variables = [
            ("PATHS", "  deploy\n"),
            ("REPORTS", reports.as_str()),
            ("GITHUB_OUTPUT", outputs.as_str()),
            ("GITHUB_ACTIONS", "true"),
        ];
        let run = checkout.bash(&[lint.to_str().unwrap()], &[&variables[..], more].concat());
        (run, fs::read_to_string(&outputs).unwrap_or_default())
    };
    let (all, written) = run(&[]);
    assert_eq!(all.status, 1, "{all:?}");
    assert!(
        all.printed
            .contains("\n::error file=deploy/warden.yaml,line=")
    );
    let expected =
        format!("status=1\nsarif={reports}/leaselint.sarif\nmd={reports}/leaselint.md\n");
    assert_eq!(written, expected);
    let sarif = fs::read(checkout.at("reports/leaselint.sarif")).unwrap();
    let sarif: Value = serde_json::from_slice(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);

    // The change brings nothing.
    let (change, written) = run(&[("BASE", "HEAD")]);
    assert_eq!(change.status, 0, "{change:?}");
    assert!(written.starts_with("status=0\nsarif="));

    let (mild, _) = run(&[("FAIL_ON", "never"), ("ARGUMENTS", "--profile\nstrict\n")]);
    assert_eq!(mild.status, 0, "{mild:?}");
    let (wrong, written) = run(&[("ARGUMENTS", "--no-such")]);
    assert_eq!(wrong.status, 2, "{wrong:?}");
    assert_eq!(written, "status=2\n");
}

#[test]
fn one_comment_is_made_and_then_changed() {
    let checkout = Checkout::with(GOOD);
    // Prints the number in `known` when it is asked for comments, and notes what it is to write.
    checkout.tool(
        "gh",
        "#!/bin/sh\n\
         case \"$*\" in\n\
         *--paginate*) cat known ;;\n\
         *) echo \"$*\" >>asked; for word; do case $word in body=@*) cat \"${word#body=@}\" >sent ;; esac; done ;;\n\
         esac\n",
    );
    checkout.0.write("repo/report.md", b"## leaselint\n");
    let comment = script("github/comment.sh");
    let asked = |status: &str, known: &str| {
        checkout.0.write("repo/known", known.as_bytes());
        checkout.0.write("repo/asked", b"");
        let run = checkout.bash(
            &[comment.to_str().unwrap()],
            &[
                ("REPORT", "report.md"),
                ("STATUS", status),
                ("REPOSITORY", "o/r"),
                ("NUMBER", "7"),
            ],
        );
        assert_eq!(run.status, 0, "{run:?}");
        fs::read_to_string(checkout.at("repo/asked")).unwrap()
    };
    assert_eq!(asked("0", ""), "");
    assert!(asked("1", "").starts_with("api --method POST repos/o/r/issues/7/comments "));
    let sent = fs::read_to_string(checkout.at("repo/sent")).unwrap();
    assert_eq!(sent, "<!-- leaselint -->\n## leaselint\n");
    for status in ["0", "1"] {
        let words = asked(status, "41\n");
        assert!(words.starts_with("api --method PATCH repos/o/r/issues/comments/41 "));
    }
}

#[test]
fn the_action_names_scripts_and_inputs_that_are_there() {
    let action = yaml("action.yml").remove(0);
    let text = fs::read_to_string(root().join("action.yml")).unwrap();
    let declared: BTreeSet<&str> = action["inputs"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let is_end = |letter: char| !letter.is_alphanumeric() && letter != '-';
    let used: BTreeSet<&str> = text
        .split("inputs.")
        .skip(1)
        .filter_map(|rest| rest.split(is_end).next())
        .collect();
    assert_eq!(used, declared);
    assert_eq!(action["inputs"]["version"]["default"], VERSION);
    let mut scripts = 0;
    for step in action["runs"]["steps"].as_array().unwrap() {
        let Some(run) = step["run"].as_str() else {
            continue;
        };
        // Values of inputs only come as variables, so that none becomes a command.
        assert!(!run.contains("${{"), "{run}");
        let (_, path) = run.split_once("$GITHUB_ACTION_PATH/").unwrap();
        let path = root().join(path.split('"').next().unwrap());
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{}", path.display());
        scripts += 1;
    }
    assert_eq!(scripts, 3);
}

/// A tag can be moved, and a release is made with what it leads to.
#[test]
fn actions_of_others_are_named_by_their_commit() {
    let mut checked = 0;
    for file in [
        "action.yml",
        ".github/workflows/ci.yml",
        ".github/workflows/release.yml",
    ] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let lines = text
            .lines()
            .map(|line| line.trim().trim_start_matches("- "));
        for action in lines.filter_map(|line| line.strip_prefix("uses: ")) {
            let (_, commit) = action.split_once('@').unwrap();
            let commit = commit.split(' ').next().unwrap();
            let is_commit =
                commit.len() == 40 && commit.chars().all(|digit| digit.is_ascii_hexdigit());
            assert!(is_commit, "{file}: {action}");
            checked += 1;
        }
    }
    assert!(checked > 10);
}

#[test]
fn the_gitlab_job_writes_its_reports() {
    let checkout = Checkout::with(ERROR);
    let releases = checkout.release();
    let [specification, jobs] = yaml("integrations/gitlab/template.yml").try_into().unwrap();
    let mut lines: String = jobs["leaselint"]["script"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| format!("{}\n", line.as_str().unwrap()))
        .collect();
    let scripts = format!("file://{}", root().join("integrations").display());
    for (name, input) in specification["spec"]["inputs"].as_object().unwrap() {
        let value = match name.as_str() {
            "scripts" => &scripts,
            _ => input["default"].as_str().unwrap(),
        };
        lines = lines.replace(&format!("$[[ inputs.{name} ]]"), value);
    }
    assert!(!lines.contains("$[["), "{lines}");
    let home = checkout.path("home");
    let variables = [
        ("LEASELINT_VERSION", VERSION),
        ("LEASELINT_RELEASES", releases.as_str()),
        ("HOME", home.as_str()),
    ];
    let run = checkout.bash(&["-e", "-c", &lines], &variables);
    assert_eq!(run.status, 1, "{run:?}");
    let quality = fs::read(checkout.at("repo/gl-code-quality-report.json")).unwrap();
    let quality: Value = serde_json::from_slice(&quality).unwrap();
    assert_eq!(quality[0]["location"]["path"], "deploy/warden.yaml");
    assert!(checkout.at("repo/leaselint.xml").exists());
}

#[test]
fn the_tekton_task_gives_the_status_as_its_result() {
    let task = yaml("integrations/tekton/leaselint.yaml").remove(0);
    let text = task["spec"]["steps"][0]["script"].as_str().unwrap();
    for (manifest, expected) in [(ERROR, 1), (GOOD, 0)] {
        let checkout = Checkout::with(manifest).installed();
        let result = checkout.path("status");
        let variables = [("FAIL_ON", "warning"), ("STATUS", result.as_str())];
        let run = checkout.bash(&["-c", text, "script", "deploy"], &variables);
        assert_eq!(run.status, expected, "{run:?}");
        assert_eq!(fs::read_to_string(&result).unwrap(), expected.to_string());
    }
}

#[test]
fn argo_cd_gets_what_is_right_and_nothing_else() {
    let generate = script("argo-cd/generate.sh");
    let good = Checkout::with(GOOD).installed();
    let run = good.bash(&[generate.to_str().unwrap()], &[]);
    assert_eq!(run.status, 0, "{run:?}");
    assert_eq!(run.printed, format!("---\n{GOOD}\n"));
    let faulty = Checkout::with(ERROR).installed();
    let run = faulty.bash(&[generate.to_str().unwrap()], &[]);
    assert_eq!(run.status, 1, "{run:?}");
    assert_eq!(run.printed, "");
    assert!(
        run.errors.contains("error[lease-not-above-renew]"),
        "{run:?}"
    );
    let mild = [("LEASELINT_FAIL_ON", "never")];
    let run = faulty.bash(&[generate.to_str().unwrap()], &mild);
    assert_eq!(run.printed, format!("---\n{ERROR}\n"));
}

/// The folder of an application is a chart, or a kustomization: what helm or kustomize prints is judged and printed.
#[test]
#[cfg(feature = "render")]
fn argo_cd_gets_charts_and_kustomizations_rendered() {
    let Some(renderers) = Renderers::for_test() else {
        return;
    };
    let generate = script("argo-cd/generate.sh");
    let application = [
        ("ARGOCD_APP_NAME", "warden"),
        ("ARGOCD_APP_NAMESPACE", "ops"),
    ];
    let mended = ERROR.replace("duration=10s", "duration=15s");
    let repositories = [
        (
            &[
                (
                    "Chart.yaml",
                    "apiVersion: v2\nname: warden\nversion: 1.0.0\n".to_owned(),
                ),
                ("values.yaml", "lease: 10s\n".to_owned()),
                (
                    "templates/warden.yaml",
                    ERROR.replace("duration=10s", "duration={{ .Values.lease }}"),
                ),
            ][..],
            ("values.yaml", "lease: 15s\n"),
        ),
        (
            &[
                ("warden.yaml", ERROR.to_owned()),
                (
                    "kustomization.yaml",
                    "resources: [warden.yaml]\nlabels: [{pairs: {team: a}}]\n".to_owned(),
                ),
            ][..],
            ("warden.yaml", mended.as_str()),
        ),
    ];
    for (files, (name, text)) in repositories {
        let checkout = Checkout::with(GOOD).installed();
        fs::remove_dir_all(checkout.at("repo/deploy")).unwrap();
        for program in ["helm", "kustomize"] {
            let name = format!("bin/{program}");
            symlink(renderers.folder.join(program), checkout.at(&name)).unwrap();
        }
        for (name, text) in files {
            checkout.0.write(&format!("repo/{name}"), text.as_bytes());
        }
        let run = || checkout.bash(&[generate.to_str().unwrap()], &application);
        let faulty = run();
        assert_eq!(
            (faulty.status, faulty.printed.as_str()),
            (1, ""),
            "{faulty:?}"
        );
        assert!(
            faulty.errors.contains("error[lease-not-above-renew]"),
            "{faulty:?}"
        );
        checkout.0.write(&format!("repo/{name}"), text.as_bytes());
        let right = run();
        assert_eq!(right.status, 0, "{right:?}");
        assert!(
            right.printed.contains("--leader-elect-lease-duration=15s"),
            "{right:?}"
        );
    }
}
