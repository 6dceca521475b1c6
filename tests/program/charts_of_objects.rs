//! Charts that render objects of Flux and Argo CD, which apply further charts and folders.

use serde_json::Value;

use super::charts::{list, renderers, run_with};
use super::gitops::{lint, places, reasons, related, sound_chart, sound_tree};
use super::workspace::Workspace;

const APPLICATION: &str = "\
{{- range $name, $lease := .Values.leases }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {{ $name }}
  namespace: argocd
spec:
  destination: {namespace: ops}
  source:
    repoURL: {{ $.Values.repository }}
    path: charts/warden
    helm:
      valuesObject:
        election:
          lease: {{ $lease }}
{{- end }}
";

/// A chart that renders an object.
fn with_apps(workspace: Workspace, template: &str, values: &str) -> Workspace {
    workspace
        .and(
            "apps/Chart.yaml",
            "apiVersion: v2\nname: apps\nversion: 1.0.0\n",
        )
        .and("apps/values.yaml", values)
        .and("apps/templates/app.yaml", template)
}

#[test]
fn a_chart_is_rendered_as_another_one_applies_it() {
    let Some(path) = renderers() else { return };
    let values = "repository: https://git.example/this\nleases: {warden: 10s}\n";
    let report = lint(&path, &with_apps(sound_chart(), APPLICATION, values));
    assert_eq!(
        report["summary"]["electors"], 1,
        "not with the defaults, too"
    );
    assert_eq!(reasons(&report), [""; 0]);
    let found = "lease-not-above-renew charts/warden/templates/_helpers.tpl:10";
    assert_eq!(places(&report), [found]);
    let related = related(&report);
    for one in [
        "set in app.yaml:16 election.lease apps/templates/app.yaml:16",
        "applied by this Application apps/templates/app.yaml:6",
    ] {
        assert!(related.contains(&one.to_owned()), "{related:?}");
    }

    let values = "repository: https://git.example/this\nleases: {one: 15s, two: 10s}\n";
    // Other objects of Argo CD apply nothing.
    let rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: x}\n";
    let workspace = sound_chart().and("charts/warden/templates/rollout.yaml", rollout);
    let report = lint(&path, &with_apps(workspace, APPLICATION, values));
    assert_eq!(report["summary"]["electors"], 2);
    assert_eq!(places(&report), [found]);
}

#[test]
fn a_chart_that_applies_itself_is_named() {
    let Some(path) = renderers() else { return };
    let template = APPLICATION.replace("charts/warden", "apps");
    let values = "repository: https://git.example/this\nleases: {apps: 10s}\n";
    let report = lint(&path, &with_apps(sound_chart(), &template, values));
    let words = "what this Application applies is not rendered with its values: the chart is rendered before what makes the object";
    assert_eq!(reasons(&report), [words]);
    assert_eq!(report["summary"]["electors"], 1);
}

#[test]
fn what_a_chart_applies_from_elsewhere_is_named() {
    let Some(path) = renderers() else { return };
    let template = APPLICATION.replace("charts/warden", "charts/other");
    let values = "repository: https://git.example/other\nleases: {warden: 10s}\n";
    let report = lint(&path, &with_apps(sound_chart(), &template, values));
    let words = "what this Application applies is not rendered with its values: `charts/other` is no chart in the input";
    assert_eq!(reasons(&report), [words]);
    let entries = list(&report, "notJudged").iter();
    let places: Vec<&Value> = entries.map(|entry| &entry["location"]["file"]).collect();
    assert!(
        places
            .iter()
            .any(|file| **file == "apps/templates/app.yaml"),
        "{places:?}"
    );
}

#[test]
fn a_kustomization_is_built_as_a_chart_applies_it() {
    let Some(path) = renderers() else { return };
    let template = "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  path: ./apps/prod
  sourceRef: {kind: GitRepository, name: this}
";
    let report = lint(&path, &with_apps(sound_tree(), template, ""));
    assert_eq!(reasons(&report), [""; 0]);
    assert_eq!(report["summary"]["electors"], 1);
    let changed = format!("{template}  namePrefix: my-\n");
    let report = lint(&path, &with_apps(sound_tree(), &changed, ""));
    let words = "what this Kustomization applies is not rendered with its values: the kustomization is built before what makes the object";
    assert_eq!(reasons(&report), [words]);
    assert_eq!(report["summary"]["electors"], 1);
}

#[test]
fn nothing_is_noted_where_nothing_is_rendered() {
    let Some(path) = renderers() else { return };
    let values = "repository: https://git.example/this\nleases: {warden: 10s}\n";
    let workspace = with_apps(sound_chart(), APPLICATION, values);
    let arguments = ["lint", "--render", "never", "--format", "json"];
    let report = run_with(&path, &workspace, &arguments).json();
    assert_eq!(reasons(&report), [""; 0]);
}

#[test]
fn an_application_set_applies_the_charts_of_its_folders() {
    let Some(path) = renderers() else { return };
    let set = "\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: charts, namespace: argocd}
spec:
  generators:
    - git:
        repoURL: https://git.example/this
        directories:
          - path: charts/*
  template:
    metadata: {name: '{{path.basename}}'}
    spec:
      source:
        repoURL: https://git.example/this
        path: '{{path}}'
        helm:
          parameters:
            - {name: election.lease, value: 10s}
";
    let report = lint(&path, &sound_chart().and("set.yaml", set));
    assert_eq!(reasons(&report), [""; 0]);
    assert_eq!(report["summary"]["electors"], 1);
    assert_eq!(
        places(&report),
        ["lease-not-above-renew charts/warden/templates/_helpers.tpl:10"]
    );
    assert!(related(&report).contains(&"set in set.yaml:18 election.lease set.yaml:18".to_owned()));
}
