//! Objects of Flux and Argo CD: what they apply is rendered with their values and judged where it is written.

use std::path::Path;

use serde_json::{Value, json};

use super::charts::{VALUES, chart, list, renderers, run_with};
use super::workspace::{Workspace, sound};

const HELM_RELEASE: &str = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: warden
  namespace: ops
spec:
  chart:
    spec:
      chart: ./charts/warden
      sourceRef: {kind: GitRepository, name: this}
  values:
    election:
      lease: 10s
";

const FLUX_KUSTOMIZATION: &str = "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  path: ./apps/prod
  sourceRef: {kind: GitRepository, name: this}
";

const APPLICATION: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: warden, namespace: argocd}
spec:
  destination: {namespace: ops}
  sources:
    - repoURL: https://git.example/this
      path: charts/warden
      helm:
        valueFiles: [$values/env/prod.yaml]
        parameters:
          - name: election.renew
            value: 10s
    - {repoURL: https://git.example/this.git, ref: values}
";

/// A chart without a fault.
pub fn sound_chart() -> Workspace {
    let values = VALUES.replace("lease: 10s", "lease: 15s");
    chart().and("charts/warden/values.yaml", &values)
}

/// A kustomization without a fault.
pub fn sound_tree() -> Workspace {
    Workspace::with("apps/base/all.yaml", &sound())
        .and("apps/base/kustomization.yaml", "resources: [all.yaml]\n")
        .and("apps/prod/kustomization.yaml", "resources: [../base]\n")
}

pub fn lint(path: &Path, workspace: &Workspace) -> Value {
    let report = run_with(path, workspace, &["lint", "--format", "json"]).json();
    assert_eq!(report["unread"], json!([]), "{report}");
    report
}

/// `rule file:line` of each finding.
pub fn places(report: &Value) -> Vec<String> {
    let findings = list(report, "findings").iter();
    let shown = findings.map(|finding| {
        let location = &finding["location"];
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let rule = text(&finding["rule"]);
        format!("{rule} {}:{}", text(&location["file"]), location["line"])
    });
    shown.collect()
}

/// `message file:line` of what is related to the only finding.
pub fn related(report: &Value) -> Vec<String> {
    let [finding] = list(report, "findings") else {
        panic!("one finding: {report}");
    };
    let related = list(finding, "related").iter();
    let shown = related.map(|one| {
        let location = &one["location"];
        let words = one["message"].as_str().expect("a text");
        let file = location["file"].as_str().expect("a name");
        format!("{words} {file}:{}", location["line"])
    });
    shown.collect()
}

pub fn reasons(report: &Value) -> Vec<&str> {
    let entries = list(report, "notJudged").iter();
    let delivered = entries.filter(|entry| entry["code"] == "chart-not-in-input");
    delivered
        .map(|entry| entry["reason"].as_str().expect("a text"))
        .collect()
}

#[test]
fn a_helm_release_is_rendered_with_its_values() {
    let Some(path) = renderers() else { return };
    let workspace = sound_chart().and("clusters/prod/warden.yaml", HELM_RELEASE);
    let report = lint(&path, &workspace);
    assert_eq!(
        report["summary"]["electors"], 1,
        "not with the defaults, too"
    );
    assert_eq!(reasons(&report), [""; 0]);
    assert_eq!(
        places(&report),
        ["lease-not-above-renew charts/warden/templates/_helpers.tpl:10"]
    );
    let related = related(&report);
    for one in [
        "set in warden.yaml:13 election.lease clusters/prod/warden.yaml:13",
        "applied by this HelmRelease clusters/prod/warden.yaml:4",
    ] {
        assert!(related.contains(&one.to_owned()), "{related:?}");
    }
    let rendered = &list(&report, "findings")[0]["location"]["rendered"];
    assert_eq!(rendered["release"], "warden");

    // Another one that is right.
    let right = HELM_RELEASE.replace("lease: 10s", "lease: 20s");
    let report = lint(&path, &workspace.and("clusters/test/warden.yaml", &right));
    assert_eq!(report["summary"]["electors"], 2);
    let help = list(&report, "findings")[0]["help"]
        .as_str()
        .expect("a text");
    let words = "it holds for `warden (clusters/prod/warden.yaml)`.";
    assert!(help.ends_with(words), "{help}");
}

#[test]
fn values_of_a_helm_release_come_from_files_and_config_maps() {
    let Some(path) = renderers() else { return };
    let release = HELM_RELEASE
        .replace(
            "{kind: GitRepository, name: this}",
            "{kind: GitRepository, name: this}\n      valuesFiles: [env/prod.yaml]",
        )
        .replace(
            "  values:\n    election:\n      lease: 10s\n",
            "  valuesFrom: [{kind: ConfigMap, name: settings}]\n",
        );
    let config = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: ops}
data:
  values.yaml: |
    election:
      lease: 9s
";
    let workspace = sound_chart()
        .and(
            "env/prod.yaml",
            "replicas: 2\nelection: {enabled: true, renew: 10s}\n",
        )
        .and("apps/warden.yaml", &format!("{release}---\n{config}"));
    let report = lint(&path, &workspace);
    let words = "set in warden.yaml:20 election.lease apps/warden.yaml:20".to_owned();
    assert!(related(&report).contains(&words), "{report}");
    // The chart's own values do not count: without those of the file there is no renew deadline.
    let own = "replicas: 2\nelection: {enabled: true, renew: 5s}\n";
    let report = lint(&path, &workspace.and("env/prod.yaml", own));
    assert_eq!(places(&report), [""; 0]);
}

#[test]
fn what_is_not_in_the_input_is_in_the_ledger() {
    let Some(path) = renderers() else { return };
    let workspace = sound_chart();
    for (from, to, why) in [
        (
            "./charts/warden",
            "./charts/other",
            "`charts/other` is no chart in the input",
        ),
        (
            "kind: GitRepository",
            "kind: HelmRepository",
            "its chart comes from the HelmRepository this",
        ),
        (
            "  values:\n",
            "  valuesFrom: [{kind: Secret, name: s}]\n  values:\n",
            "its values come from the Secret s",
        ),
    ] {
        workspace.write("warden.yaml", HELM_RELEASE.replace(from, to).as_bytes());
        let report = lint(&path, &workspace);
        let words = format!("what this HelmRelease applies is not rendered with its values: {why}");
        assert_eq!(reasons(&report), [words.as_str()]);
        // The chart is judged with its own values then.
        assert_eq!(report["summary"]["electors"], 1);
    }
}

#[test]
fn a_flux_kustomization_is_built_as_flux_builds_it() {
    let Some(path) = renderers() else { return };
    let patches = "  targetNamespace: prod
  patches:
    - patch: |
        - op: replace
          path: /spec/template/spec/containers/0/args/1
          value: --leader-elect-lease-duration=9s
      target: {kind: Deployment}
";
    let apps = format!("{FLUX_KUSTOMIZATION}{patches}");
    let workspace = sound_tree().and("clusters/prod/apps.yaml", &apps);
    let report = lint(&path, &workspace);
    assert_eq!(reasons(&report), [""; 0]);
    assert_eq!(report["summary"]["electors"], 1);
    assert_eq!(
        places(&report),
        ["lease-not-above-renew clusters/prod/apps.yaml:12"]
    );
    let finding = &list(&report, "findings")[0];
    assert_eq!(finding["object"]["namespace"], "prod");

    // A file beside the kustomization's folder, which kustomize alone would refuse.
    let beside = "resources: [../base/all.yaml]\n";
    let workspace = workspace.and("apps/prod/kustomization.yaml", beside);
    workspace.write("apps/base/kustomization.yaml", b"resources: []\n");
    assert_eq!(places(&lint(&path, &workspace)), places(&report));
}

#[test]
fn variables_of_a_flux_kustomization_are_filled_in() {
    let Some(path) = renderers() else { return };
    let base = sound().replace("lease-duration=15s", "lease-duration=${lease:-15s}");
    let workspace = sound_tree().and("apps/base/all.yaml", &base);
    let with = |build: &str| {
        let apps = format!("{FLUX_KUSTOMIZATION}  postBuild: {build}\n");
        workspace.write("clusters/apps.yaml", apps.as_bytes());
        lint(&path, &workspace)
    };
    assert_eq!(places(&with("{substitute: {other: x}}")), [""; 0]);
    let report = with("{substitute: {lease: 9s}}");
    assert_eq!(
        places(&report),
        ["lease-not-above-renew apps/base/all.yaml:20"]
    );
    let report = with("{substituteFrom: [{kind: Secret, name: s}]}");
    let words = "what this Kustomization applies is not rendered with its values: its variables come from the Secret s";
    assert_eq!(reasons(&report), [words]);
}

#[test]
fn a_folder_without_a_kustomization_is_built_with_all_its_manifests() {
    let Some(path) = renderers() else { return };
    let apps = FLUX_KUSTOMIZATION.replace("./apps/prod", "./apps");
    let workspace = Workspace::with("apps/a/all.yaml", &sound()).and("apps.yaml", &apps);
    let plain = lint(&path, &workspace);
    assert_eq!(plain["summary"]["electors"], 1);
    assert_eq!(reasons(&plain), [""; 0]);
    let patched = format!("{apps}  namePrefix: my-\n");
    let inspect = |text: &str| {
        workspace.write("apps.yaml", text.as_bytes());
        run_with(&path, &workspace, &["inspect", "--format", "json"]).json()
    };
    let names = |report: &Value| -> Vec<String> {
        let electors = list(report, "electors").iter();
        electors
            .map(|one| format!("{} {}", one["object"]["name"], one["file"]))
            .collect()
    };
    assert_eq!(names(&inspect(&apps)), ["\"warden\" \"apps/a/all.yaml\""]);
    assert_eq!(
        names(&inspect(&patched)),
        ["\"my-warden\" \"apps/a/all.yaml\""]
    );
}

#[test]
fn a_helm_release_that_an_overlay_changes_is_rendered_as_it_is_then() {
    let Some(path) = renderers() else { return };
    let right = HELM_RELEASE.replace("lease: 10s", "lease: 15s");
    let patch = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: warden, namespace: ops}
spec:
  values:
    election:
      lease: 7s
";
    let workspace = sound_chart()
        .and("apps/base/release.yaml", &right)
        .and(
            "apps/base/kustomization.yaml",
            "resources: [release.yaml]\n",
        )
        .and(
            "apps/prod/kustomization.yaml",
            "resources: [../base]\npatches: [{path: values.yaml}]\n",
        )
        .and("apps/prod/values.yaml", patch)
        .and("clusters/prod/apps.yaml", FLUX_KUSTOMIZATION);
    let report = lint(&path, &workspace);
    assert_eq!(reasons(&report), [""; 0]);
    assert_eq!(report["summary"]["electors"], 1);
    let related = related(&report);
    let words = "set in values.yaml:7 election.lease apps/prod/values.yaml:7".to_owned();
    assert!(related.contains(&words), "{related:?}");
    let words = "applied by this HelmRelease apps/base/release.yaml:4".to_owned();
    assert!(related.contains(&words), "{related:?}");

    // Without kustomize it is not known what the overlay makes of it.
    let helm_alone = Workspace::new();
    let link = helm_alone.path().join("helm");
    std::fs::copy(path.join("helm"), link).expect("helm is copied");
    let arguments = ["lint", "--unread", "warn", "--format", "json"];
    let report = run_with(helm_alone.path(), &workspace, &arguments).json();
    assert!(
        reasons(&report)
            .iter()
            .any(|reason| reason.ends_with("a kustomization that may change it is not built")),
        "{report}"
    );
}

#[test]
fn what_an_object_applies_may_hold_further_objects() {
    let Some(path) = renderers() else { return };
    // As Flux bootstraps a repository: an object that applies the folder in which it lies, and in it another one.
    let own = FLUX_KUSTOMIZATION
        .replace("name: apps", "name: flux-system")
        .replace("./apps/prod", "./clusters/prod");
    let apps = format!("{FLUX_KUSTOMIZATION}  namePrefix: my-\n");
    let workspace = sound_tree()
        .and(
            "clusters/prod/kustomization.yaml",
            "resources: [flux-system, apps.yaml]\n",
        )
        .and(
            "clusters/prod/flux-system/kustomization.yaml",
            "resources: [sync.yaml]\n",
        )
        .and("clusters/prod/flux-system/sync.yaml", &own)
        .and("clusters/prod/apps.yaml", &apps);
    let report = run_with(&path, &workspace, &["inspect", "--format", "json"]).json();
    let electors = list(&report, "electors").iter();
    let names: Vec<&Value> = electors.map(|one| &one["object"]["name"]).collect();
    assert_eq!(names, ["my-warden"]);
    assert_eq!(reasons(&lint(&path, &workspace)), [""; 0]);
}

#[test]
fn of_objects_that_apply_one_another_the_last_are_named() {
    let Some(path) = renderers() else { return };
    let applies = |number: usize| {
        FLUX_KUSTOMIZATION
            .replace("name: apps", &format!("name: k{number}"))
            .replace("./apps/prod", &format!("./k{}", number + 1))
    };
    let workspace = Workspace::with("k0/app.yaml", &applies(0)).and("k10/app.yaml", &sound());
    for number in 1..=10 {
        let folder = format!("k{number}");
        if number < 10 {
            workspace.write(&format!("{folder}/app.yaml"), applies(number).as_bytes());
        }
        let name = format!("{folder}/kustomization.yaml");
        workspace.write(&name, b"resources: [app.yaml]\n");
    }
    let report = lint(&path, &workspace);
    assert_eq!(report["summary"]["electors"], 1);
    let words = "what this Kustomization applies is not rendered with its values: it is applied through 8 other objects or more";
    assert_eq!(reasons(&report), [words; 2]);
}

#[test]
fn the_root_of_a_repository_may_be_that_of_another_one() {
    let Some(path) = renderers() else { return };
    let apps = FLUX_KUSTOMIZATION.replace("./apps/prod", "./");
    let patched = format!("{apps}  namePrefix: my-\n");
    let workspace = Workspace::with("all.yaml", &sound()).and("apps.yaml", &patched);
    let words = "what this Kustomization applies is not rendered with its values: it applies all that is in a repository, which may be another one than this";
    assert_eq!(reasons(&lint(&path, &workspace)), [words]);
    let workspace = workspace.and("kustomization.yaml", "resources: [all.yaml]\n");
    let report = lint(&path, &workspace);
    assert_eq!(reasons(&report), [""; 0]);
    assert_eq!(report["summary"]["electors"], 1);
}

#[test]
fn an_application_is_rendered_with_values_of_all_its_sources() {
    let Some(path) = renderers() else { return };
    let workspace = sound_chart()
        .and("env/prod.yaml", "election: {lease: 15s, renew: 5s}\n")
        .and("apps/warden.yaml", APPLICATION);
    assert_eq!(places(&lint(&path, &workspace)), [""; 0]);
    let long = APPLICATION.replace("value: 10s", "value: 16s");
    let report = lint(&path, &workspace.and("apps/warden.yaml", &long));
    assert_eq!(reasons(&report), [""; 0]);
    let related = related(&report);
    for one in [
        "set in prod.yaml:1 election.lease env/prod.yaml:1",
        "applied by this Application apps/warden.yaml:3",
    ] {
        assert!(related.contains(&one.to_owned()), "{related:?}");
    }

    let short = "election: {lease: 15s}\n";
    let alone = APPLICATION.replace("value: 10s", "value: 15s");
    let workspace = sound_chart()
        .and("env/prod.yaml", short)
        .and("apps/warden.yaml", &alone);
    let detail = run_with(&path, &workspace, &["inspect", "--detail"]).stdout;
    assert!(
        detail.contains("set in warden.yaml:13 election.renew"),
        "{detail}"
    );
}

#[test]
fn an_ignore_in_an_object_holds_for_what_it_sets() {
    let Some(path) = renderers() else { return };
    let ignored = HELM_RELEASE.replace(
        "lease: 10s",
        "lease: 10s # leaselint: ignore[lease-not-above-renew] known",
    );
    let workspace = sound_chart().and("warden.yaml", &ignored);
    let run = run_with(&path, &workspace, &["lint"]);
    assert_eq!(run.status, 0, "{}", run.stdout);
    assert!(run.stdout.contains("1 ignored"), "{}", run.stdout);
}

#[test]
fn an_application_builds_a_kustomization_with_its_options() {
    let Some(path) = renderers() else { return };
    let application = "\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: warden, namespace: argocd}
spec:
  source:
    repoURL: https://git.example/this
    path: apps/prod
    kustomize:
      namePrefix: my-
      replicas:
        - name: warden
          count: 1
";
    let workspace = sound_tree().and("argo.yaml", application);
    let report = lint(&path, &workspace);
    assert_eq!(report["summary"]["electors"], 1);
    assert_eq!(places(&report), ["single-replica argo.yaml:12"]);
    assert_eq!(list(&report, "findings")[0]["object"]["name"], "my-warden");
}

#[test]
fn an_application_set_is_rendered_once_for_each_element() {
    let Some(path) = renderers() else { return };
    let set = "\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: wardens, namespace: argocd}
spec:
  goTemplate: true
  generators:
    - list:
        elements:
          - {env: prod, lease: 10s}
          - {env: test, lease: 20s}
  template:
    metadata: {name: 'warden-{{ .env }}'}
    spec:
      destination: {namespace: '{{.env}}'}
      source:
        repoURL: https://git.example/this
        path: charts/warden
        helm:
          valuesObject:
            election: {lease: '{{ .lease }}'}
";
    let workspace = sound_chart().and("set.yaml", set);
    let report = lint(&path, &workspace);
    assert_eq!(report["summary"]["electors"], 2);
    assert_eq!(places(&report).len(), 1);
    let rendered = &list(&report, "findings")[0]["location"]["rendered"];
    assert_eq!(rendered["release"], "warden-prod");
    let words = "set in set.yaml:20 election.lease set.yaml:20".to_owned();
    assert!(related(&report).contains(&words), "{report}");

    let git = set.replace("list:\n        elements:", "matrix:\n        generators:");
    let report = lint(&path, &workspace.and("set.yaml", &git));
    let words = "what this ApplicationSet applies is not rendered with its values: its generator `matrix` is not run here";
    assert_eq!(reasons(&report), [words]);
}

#[test]
fn paths_are_counted_from_the_repository_or_from_what_is_judged() {
    let Some(path) = renderers() else { return };
    let inner = sound_chart().and("clusters/warden.yaml", HELM_RELEASE);
    let name = inner
        .path()
        .file_name()
        .and_then(|name| name.to_str())
        .expect("UTF-8");
    let above = inner.path().parent().expect("a folder");
    let mut command = inner.command(&["lint", "--format", "json", name]);
    command.current_dir(above).env("PATH", &path);
    let report = super::workspace::finish(command).json();
    assert_eq!(places(&report).len(), 1, "{report}");
    // From a folder of the repository, where only a part is judged.
    inner.write(".git/HEAD", b"");
    let mut command = inner.command(&["lint", "--format", "json", "warden.yaml", "../charts"]);
    command
        .current_dir(inner.path().join("clusters"))
        .env("PATH", &path);
    let report = super::workspace::finish(command).json();
    assert_eq!(
        places(&report),
        ["lease-not-above-renew ../charts/warden/templates/_helpers.tpl:10"]
    );
    let mut command = inner.command(&["lint", "--format", "json", "clusters"]);
    command.env("PATH", &path);
    let report = super::workspace::finish(command).json();
    assert_eq!(
        reasons(&report).len(),
        1,
        "the chart is not judged: {report}"
    );
}
