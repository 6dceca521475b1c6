use manifest::file::{self, ReadOptions};
use manifest::text::FileId;
use manifest::tree::{Document, ReadLimits};

use super::*;

fn read(number: u32, text: &str) -> Vec<Document> {
    let options = ReadOptions {
        filter: &|_| true,
        explicit: true,
        limits: ReadLimits::default(),
    };
    file::read(FileId(number), text.as_bytes(), &options).documents
}

/// The folders of the repository.
const FOLDERS: [&str; 6] = [
    "apps",
    "apps/a",
    "apps/b",
    "apps/b/c",
    "apps/.hidden",
    "apps/X_y",
];

/// What the first document of these applies.
fn applied(text: &str) -> Vec<Result<AppliedSource, String>> {
    let documents = read(0, text);
    let neighbours = Neighbours {
        objects: documents.iter().map(Document::root).collect(),
        folders: &|| FOLDERS.map(str::to_owned).to_vec(),
    };
    applied_sources(documents[0].root(), &neighbours).unwrap()
}

fn one(text: &str) -> Result<AppliedSource, String> {
    let [source] = <[_; 1]>::try_from(applied(text)).unwrap();
    source
}

/// The values that are written in objects, as JSON, and the paths of files.
fn values(source: &AppliedSource) -> Vec<String> {
    let one = |values: &AppliedValues| match values {
        AppliedValues::File { path, .. } => path.clone(),
        AppliedValues::Written(written) => written.values.to_json(),
    };
    source.chart.values.iter().map(one).collect()
}

const RELEASE: &str = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: warden, namespace: apps}
spec:
  chart: {spec: {chart: ./charts/warden, sourceRef: {kind: GitRepository, name: this}, valuesFiles: [env/prod.yaml]}}
  targetNamespace: ops
  valuesFrom:
    - {kind: ConfigMap, name: settings}
    - {kind: ConfigMap, name: settings, valuesKey: lease, targetPath: election.lease}
  values:
    election: {renew: 10s}
    replicas: 2
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: apps}
data:
  lease: 15s
  values.yaml: |
    election:
      lease: 9s
";

#[test]
fn a_helm_release_gives_values_in_the_order_of_flux() {
    let source = one(RELEASE).unwrap();
    assert_eq!(source.path, "charts/warden");
    assert_eq!(source.chart.release, "ops-warden");
    assert_eq!(source.chart.namespace.as_deref(), Some("ops"));
    assert!(source.chart.replaces_values);
    assert_eq!(
        values(&source),
        [
            "env/prod.yaml",
            r#"{"election":{"lease":"9s"}}"#,
            r#"{"election":{"lease":"15s"}}"#,
            r#"{"election":{"renew":"10s"},"replicas":2}"#,
        ]
    );
}

#[test]
fn a_value_at_a_path_is_read_as_flux_reads_it() {
    let with = |lease: &str| {
        let source = one(&RELEASE.replace("  lease: 15s", &format!("  lease: {lease}")))?;
        Ok(values(&source)[2].clone())
    };
    for (lease, value) in [
        ("'15'", r#"{"election":{"lease":15}}"#),
        (r#"'"15"'"#, r#"{"election":{"lease":"15"}}"#),
        ("'TRUE'", r#"{"election":{"lease":true}}"#),
        ("'015'", r#"{"election":{"lease":"015"}}"#),
    ] {
        assert_eq!(with(lease).as_deref(), Ok(value), "{lease}");
    }
    for several in ["'{a, b}'", "'a,b=c'"] {
        let why = "lease of the ConfigMap settings is a list or several values";
        assert_eq!(with(several), Err(why.to_owned()), "{several}");
    }
}

#[test]
fn what_a_helm_release_takes_from_elsewhere_is_named() {
    for (from, to, why) in [
        (
            "kind: GitRepository",
            "kind: HelmRepository",
            "its chart comes from the HelmRepository this",
        ),
        (
            "{kind: ConfigMap, name: settings}",
            "{kind: Secret, name: s}",
            "its values come from the Secret s",
        ),
        (
            "name: settings, namespace",
            "name: other, namespace",
            "the ConfigMap settings is not in the input",
        ),
        (
            "./charts/warden",
            "../charts/warden",
            "the path ../charts/warden leads out of the repository",
        ),
        (
            "  values:\n",
            "  postRenderers: [{kustomize: {}}]\n  values:\n",
            "its postRenderers change what helm renders",
        ),
        (
            "values.yaml: |",
            "other.yaml: |",
            "the ConfigMap settings has no values.yaml",
        ),
    ] {
        assert_eq!(one(&RELEASE.replace(from, to)), Err(why.to_owned()), "{to}");
    }
}

#[test]
fn a_chart_may_be_named_by_an_object_of_its_own() {
    let release = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: warden, namespace: apps}
spec: {chartRef: {kind: HelmChart, name: one}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmChart
metadata: {name: one, namespace: apps}
spec: {chart: charts/warden, sourceRef: {kind: GitRepository, name: this}}
";
    let source = one(release).unwrap();
    assert_eq!(
        (source.path.as_str(), source.chart.release.as_str()),
        ("charts/warden", "warden")
    );
    let other = one(&release.replace("kind: HelmChart, name", "kind: OCIRepository, name"));
    assert_eq!(
        other,
        Err("its chart comes from the OCIRepository one".to_owned())
    );
}

#[test]
fn the_edits_of_a_flux_kustomization_are_written_into_it() {
    let source = one("\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  path: ./apps/prod/
  sourceRef: {kind: GitRepository, name: this}
  targetNamespace: ops
  images: [{name: a, newTag: v2}]
  patches: [{patch: 'x'}]
  postBuild: {substitute: {lease: 15s}}
")
    .unwrap();
    assert_eq!(source.path, "apps/prod");
    let written = source.edits.apply(
        b"namespace: other\nresources: [x.yaml]\nimages: [{name: a, newTag: v1}, {name: b}]\n",
    );
    assert_eq!(
        written.unwrap(),
        r#"{"images":[{"name":"b"},{"name":"a","newTag":"v2"}],"namespace":"ops","patches":[{"patch":"x"}],"resources":["x.yaml"]}"#
    );
    assert_eq!(
        source.edits.variables.unwrap().fill("${lease}").unwrap(),
        "15s"
    );
    // Flux fills nothing in without a variable, unless it must.
    for (build, fills) in [
        ("{substitute: {}}", false),
        ("{substitute: {}, substituteStrategy: Always}", true),
        ("{substitute: {other: x}}", true),
    ] {
        let source = one(&format!(
            "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: apps}}
spec: {{path: a, sourceRef: {{kind: GitRepository}}, postBuild: {build}}}
"
        ))
        .unwrap();
        assert_eq!(source.edits.variables.is_some(), fills, "{build}");
    }
    let secret = one("\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps}
spec: {path: a, sourceRef: {kind: GitRepository}, postBuild: {substituteFrom: [{kind: Secret, name: s}]}}
");
    assert_eq!(
        secret,
        Err("its variables come from the Secret s".to_owned())
    );
}

const APPLICATION: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: warden, namespace: argocd}
spec:
  destination: {namespace: ops}
  sources:
    - repoURL: https://git.example/one.git
      path: charts/warden
      helm:
        valueFiles: [values-prod.yaml, ../shared.yaml, /env/all.yaml, $here/env/prod.yaml]
        values: |
          election: {lease: 15s}
        parameters:
          - {name: election.renew, value: 10s}
          - {name: replicas, value: '2'}
          - {name: label, value: '2', forceString: true}
          - {name: switch, value: 'True'}
          - {name: mode, value: '0755'}
          - {name: 'args[0]', value: 'a,b\\,c'}
          - {name: hosts, value: '{a,b}'}
    - {repoURL: https://git.example/one, ref: here}
";

#[test]
fn an_application_gives_values_in_the_order_of_argo_cd() {
    let source = one(APPLICATION).unwrap();
    assert_eq!(source.path, "charts/warden");
    assert_eq!(source.kind, Some(SourceKind::Chart));
    assert_eq!(source.chart.release, "warden");
    assert_eq!(source.chart.namespace.as_deref(), Some("ops"));
    assert_eq!(
        values(&source),
        [
            "charts/warden/values-prod.yaml",
            "charts/shared.yaml",
            "env/all.yaml",
            "env/prod.yaml",
            r#"{"election":{"lease":"15s"}}"#,
            r#"{"election":{"renew":"10s"},"label":"2","mode":"0755","replicas":2,"switch":true}"#,
        ]
    );
    // As Argo CD calls helm.
    assert_eq!(
        source.chart.arguments,
        [r"--set=args[0]=a\,b\,c", "--set=hosts={a,b}"]
    );
}

#[test]
fn what_an_application_takes_from_elsewhere_is_named() {
    for (from, to, why) in [
        (
            "one, ref",
            "two, ref",
            "its values come from https://git.example/two",
        ),
        (
            "path: charts/warden",
            "chart: warden",
            "the chart warden comes from https://git.example/one.git",
        ),
        ("$here", "$there", "no source is called there"),
        (
            "values-prod.yaml",
            "'https://x/y.yaml'",
            "its values come from https://x/y.yaml",
        ),
        (
            "      helm:",
            "      plugin: {name: x}\n      helm:",
            "a plugin renders it",
        ),
        (
            "value: 10s",
            "value: '${ARGOCD_APP_NAME}'",
            "its parameter election.renew is filled in by Argo CD",
        ),
        (
            "$here/env",
            "$here/$ARGOCD_APP_NAME",
            "the name of its values file $here/$ARGOCD_APP_NAME/prod.yaml is filled in by Argo CD",
        ),
    ] {
        assert_eq!(
            one(&APPLICATION.replace(from, to)),
            Err(why.to_owned()),
            "{to}"
        );
    }
}

#[test]
fn an_application_set_gives_one_application_for_each_element() {
    let set = "\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: wardens}
spec:
  generators:
    - list: {elements: [{cluster: a, values: {lease: 15s}}, {cluster: b, values: {lease: 9s}}]}
  template:
    metadata: {name: 'warden-{{cluster}}'}
    spec:
      destination: {namespace: '{{ cluster }}'}
      source:
        repoURL: https://git.example/one
        path: charts/warden
        helm: {valuesObject: {election: {lease: '{{values.lease}}'}}}
";
    let go = set
        .replace("{{cluster", "{{.cluster")
        .replace("{{ cluster", "{{ .cluster")
        .replace("{{values", "{{.values");
    let go = go.replace(
        "spec:\n  generators",
        "spec:\n  goTemplate: true\n  generators",
    );
    for text in [set, &go] {
        let sources = applied(text);
        let shown: Vec<(String, Vec<String>)> = sources
            .into_iter()
            .map(|source| {
                let source = source.unwrap();
                (source.chart.release.clone(), values(&source))
            })
            .collect();
        let election = |lease: &str| format!("{{\"election\":{{\"lease\":\"{lease}\"}}}}");
        assert_eq!(
            shown,
            [
                ("warden-a".to_owned(), vec![election("15s")]),
                ("warden-b".to_owned(), vec![election("9s")]),
            ]
        );
    }
    let many = (0..=500).map(|number| format!("{{cluster: c{number}}}"));
    let many = format!("elements: [{},", many.collect::<Vec<_>>().join(", "));
    for (from, to, why) in [
        (
            "elements: [",
            many.as_str(),
            "its generator `list` gives more than 500 elements",
        ),
        ("list:", "matrix:", "its generator `matrix` is not run here"),
        (
            "{{cluster}}",
            "{{other}}",
            "`{{other}}` is not filled in here",
        ),
    ] {
        let sources = applied(&set.replace(from, to));
        assert_eq!(sources[0], Err(why.to_owned()), "{to}");
    }
}

#[test]
fn an_application_set_gives_one_application_for_each_folder() {
    let set = "\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: apps}
spec:
  generators:
    - git:
        repoURL: https://git.example/this
        directories:
          - path: apps/*
          - {path: apps/X*, exclude: true}
  template:
    metadata: {name: 'x-{{path.basename}}'}
    spec: {source: {path: '{{path}}'}}
";
    let go = set
        .replace("{{path}}", "{{.path.path}}")
        .replace("{{path.basename}}", "{{ .path.basename }}")
        .replace(
            "spec:\n  generators",
            "spec:\n  goTemplate: true\n  generators",
        );
    let parts = set.replace("{{path}}", "{{path[0]}}/{{path.basenameNormalized}}");
    for text in [set, &go, &parts] {
        let sources = applied(text).into_iter();
        let shown: Vec<(String, String)> = sources
            .map(|source| source.map(|one| (one.path, one.chart.release)).unwrap())
            .collect();
        let one = |path: &str, name: &str| (path.to_owned(), name.to_owned());
        assert_eq!(shown, [one("apps/a", "x-a"), one("apps/b", "x-b")]);
    }
    for (from, to, why) in [
        (
            "directories:",
            "files: [{path: apps/*/config.json}]\n        directories:",
            "the `files` of its git generator is not read here",
        ),
        (
            "apps/*",
            "apps/[ab]",
            "its folders are all that apps/[ab] stands for",
        ),
        ("apps/*", "other/*", "its generators give no application"),
    ] {
        let sources = applied(&set.replace(from, to));
        assert_eq!(sources, [Err(why.to_owned())], "{to}");
    }
}

#[test]
fn values_keep_their_places() {
    let documents = read(3, RELEASE);
    let neighbours = Neighbours {
        objects: documents.iter().map(Document::root).collect(),
        folders: &|| FOLDERS.map(str::to_owned).to_vec(),
    };
    let source = applied_sources(documents[0].root(), &neighbours)
        .unwrap()
        .remove(0)
        .unwrap();
    let written = source
        .chart
        .values
        .iter()
        .filter_map(|values| match values {
            AppliedValues::Written(written) => Some(written.values.clone()),
            AppliedValues::File { .. } => None,
        });
    let all: Vec<ValuesFile> = written.collect();
    let leaves = crate::values::Values::of(&all).leaves;
    let shown: Vec<(String, Option<&str>)> = leaves
        .iter()
        .map(|leaf| (leaf.name(), RELEASE.get(leaf.span.clone())))
        .collect();
    assert_eq!(
        shown,
        [
            ("election.lease".to_owned(), Some("15s")),
            ("election.renew".to_owned(), Some("10s")),
            ("replicas".to_owned(), Some("2")),
        ]
    );
}
