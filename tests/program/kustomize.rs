//! What patches of an overlay change says nothing while it stands in the base, and what comes from
//! outside the input may bring what is missing.

use serde_json::Value;

use super::workspace::{ERROR, Workspace, sound};

/// Leaves kustomizations as they are.
const NEVER: &[&str] = if cfg!(feature = "render") {
    &["--render", "never"]
} else {
    &[]
};

const HEAD: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

/// A base with one overlay.
fn tree(base: &str, overlay: &str) -> Workspace {
    Workspace::with("base/all.yaml", base)
        .and(
            "base/kustomization.yaml",
            &format!("{HEAD}resources: [all.yaml]\n"),
        )
        .and(
            "overlays/prod/kustomization.yaml",
            &format!("{HEAD}resources: [../../base]\n{overlay}"),
        )
}

/// A report of what is read of a tree that nothing builds.
fn unbuilt(workspace: &Workspace, arguments: &[&str]) -> Value {
    let mut report = workspace.run(&[arguments, NEVER].concat()).json();
    if let Some(entries) = report["notJudged"].as_array_mut() {
        entries.retain(|entry| entry["code"] != "not-rendered");
    }
    report
}

/// Rules that found something, and those that could not be judged.
fn judged(workspace: &Workspace) -> (Vec<String>, Vec<String>) {
    let report = unbuilt(workspace, &["lint", "--format", "json"]);
    let rules = |list: &str| {
        let all = report[list].as_array().expect("a list").iter();
        all.map(|one| one["rule"].as_str().expect("a rule").to_owned())
            .collect()
    };
    (rules("findings"), rules("notJudged"))
}

fn access(workspace: &Workspace) -> String {
    let report = unbuilt(workspace, &["inspect", "--format", "json"]);
    let state = &report["electors"][0]["access"]["state"];
    state.as_str().expect("a state").to_owned()
}

const MERGED_ARGS: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: warden, namespace: ops}
spec:
  template:
    spec:
      containers:
        - name: manager
          args: [--leader-elect, --leader-elect-lease-duration=15s]
";

/// A text under a key of a kustomization.
fn indented(text: &str, by: &str) -> String {
    text.lines().map(|line| format!("{by}{line}\n")).collect()
}

#[test]
fn arguments_that_the_only_overlay_replaces_are_not_judged_in_the_base() {
    let operation = "- {op: replace, path: /spec/template/spec/containers/0/args/1, value: --leader-elect-lease-duration=15s}\n";
    let overlays = [
        format!("patches:\n  - patch: |-\n{}", indented(MERGED_ARGS, "      ")),
        format!("patchesStrategicMerge:\n  - |-\n{}", indented(MERGED_ARGS, "    ")),
        format!(
            "patches:\n  - target: {{kind: Deployment}}\n    patch: |-\n{}",
            indented(operation, "      ")
        ),
        format!(
            "patchesJson6902:\n  - target: {{group: apps, version: v1, kind: Deployment, name: warden}}\n    patch: |-\n{}",
            indented(operation, "      ")
        ),
        "replacements:\n  - source: {kind: ConfigMap, name: settings, fieldPath: data.lease}\n    targets:\n      \
         - select: {kind: Deployment, name: warden}\n        \
         fieldPaths: ['spec.template.spec.containers.[name=manager].args.1']\n"
            .to_owned(),
    ];
    for overlay in overlays {
        let (findings, not_judged) = judged(&tree(ERROR, &overlay));
        assert_eq!(findings, [""; 0], "{overlay}");
        assert!(
            not_judged
                .iter()
                .any(|rule| rule == "lease-not-above-renew"),
            "{overlay}: {not_judged:?}"
        );
    }
}

#[test]
fn patches_in_files_count_too() {
    let merged =
        tree(ERROR, "patches: [{path: args.yaml}]\n").and("overlays/prod/args.yaml", MERGED_ARGS);
    assert_eq!(judged(&merged).0, [""; 0]);
    let list = "- {op: remove, path: /spec/template/spec/containers/0/args/1}\n";
    let operations = tree(
        ERROR,
        "patches: [{path: args.yaml, target: {kind: Deployment}}]\n",
    )
    .and("overlays/prod/args.yaml", list);
    assert_eq!(judged(&operations).0, [""; 0]);
}

#[test]
fn what_one_build_leaves_as_it_is_stays_a_finding() {
    let overlay = format!(
        "patches:\n  - patch: |-\n{}",
        indented(MERGED_ARGS, "      ")
    );
    let two = tree(ERROR, &overlay).and(
        "overlays/dev/kustomization.yaml",
        &format!("{HEAD}resources: [../../base]\n"),
    );
    assert_eq!(judged(&two).0, ["lease-not-above-renew"]);
}

#[test]
fn a_patch_of_something_else_changes_nothing() {
    let beside = "- {op: add, path: /spec/template/spec/containers/0/args/-, value: --zap-devel}\n";
    let again = "- {op: add, path: /spec/template/spec/containers/0/args/-, value: --leader-elect-lease-duration=20s}\n";
    let overlay = |operation: &str, kind: &str| {
        let patch = indented(operation, "      ");
        format!("patches:\n  - target: {{kind: {kind}}}\n    patch: |-\n{patch}")
    };
    let found = |overlay: &str| judged(&tree(ERROR, overlay)).0;
    assert_eq!(
        found(&overlay(beside, "Deployment")),
        ["lease-not-above-renew"]
    );
    assert_eq!(found(&overlay(again, "Role")), ["lease-not-above-renew"]);
    assert_eq!(found(&overlay(again, "Deployment")), [""; 0]);
    let same = MERGED_ARGS.replace(
        "lease-duration=15s]",
        "lease-duration=10s, --leader-elect-renew-deadline=10s]",
    );
    let same = format!(
        "patchesStrategicMerge:\n  - |-\n{}",
        indented(&same, "    ")
    );
    assert!(found(&same).contains(&"lease-not-above-renew".to_owned()));
}

#[test]
fn a_number_of_replicas_that_every_build_patches_is_not_known() {
    let one = sound().replace("replicas: 2", "replicas: 1");
    let overlay = |count: u32| {
        format!(
            "patches:\n  - target: {{kind: Deployment}}\n    patch: |-\n      \
             - {{op: replace, path: /spec/replicas, value: {count}}}\n"
        )
    };
    let patched = tree(&one, &overlay(3));
    assert_eq!(judged(&patched).0, [""; 0]);
    let report = unbuilt(&patched, &["inspect", "--format", "json"]);
    assert!(report["electors"][0]["replicas"]["count"].is_null());
    assert_eq!(judged(&tree(&one, &overlay(1))).0, ["single-replica"]);

    let component = tree(&one, "components: [../../two]\n").and(
        "two/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nreplicas: [{name: warden, count: 2}]\n",
    );
    assert_eq!(judged(&component).0, [""; 0]);
}

#[test]
fn rights_that_a_patch_may_take_away_are_not_proven() {
    assert_eq!(access(&tree(&sound(), "")), "granted");
    let verbs = "patches:\n  - target: {kind: Role}\n    patch: |-\n      \
                 - {op: replace, path: /rules/0/verbs, value: [get]}\n";
    assert_eq!(access(&tree(&sound(), verbs)), "unknown");
    let account = "patches:\n  - target: {kind: Deployment}\n    patch: |-\n      \
                   - {op: replace, path: /spec/template/spec/serviceAccountName, value: other}\n";
    assert_eq!(access(&tree(&sound(), account)), "unknown");
    let labels = "patches:\n  - target: {kind: Role}\n    patch: |-\n      \
                  - {op: add, path: /metadata/labels, value: {a: b}}\n";
    assert_eq!(access(&tree(&sound(), labels)), "granted");
}

#[test]
fn what_comes_from_outside_the_input_may_bring_the_rights() {
    let weak = sound().replace("verbs: [get, create, update]", "verbs: [get]");
    assert_eq!(judged(&tree(&weak, "")).0, ["lease-access-missing"]);
    let overlays = [
        "helmCharts: [{name: rights, repo: https://charts.example}]\n",
        "generators: [rights.yaml]\n",
        "components: [../../rights]\n",
        "components: ['https://git.example/rights?ref=v1']\n",
    ];
    for overlay in overlays {
        let (findings, not_judged) = judged(&tree(&weak, overlay));
        assert_eq!(findings, [""; 0], "{overlay}");
        assert!(
            not_judged.iter().any(|rule| rule == "lease-access-missing"),
            "{overlay}"
        );
    }
}

#[test]
fn a_generated_configmap_that_an_overlay_changes_is_not_known() {
    let switched = ERROR
        .replace(
            "- --leader-elect\n",
            "- --leader-elect=$(ELECT)\n",
        )
        .replace(
            "          args:",
            "          env: [{name: ELECT, valueFrom: {configMapKeyRef: {name: settings, key: elect}}}]\n          args:",
        )
        .replace("lease-duration=10s", "lease-duration=15s");
    let generator = |behavior: &str, on: bool| {
        format!(
            "configMapGenerator: [{{name: settings, behavior: {behavior}, literals: [elect={on}]}}]\n"
        )
    };
    let alone = tree(&switched, "").and(
        "base/kustomization.yaml",
        &format!(
            "{HEAD}resources: [all.yaml]\n{}",
            generator("create", false)
        ),
    );
    assert!(
        judged(&alone)
            .0
            .contains(&"replicas-without-election".to_owned())
    );
    for behavior in ["merge", "replace"] {
        let merged = tree(&switched, &generator(behavior, true)).and(
            "base/kustomization.yaml",
            &format!(
                "{HEAD}resources: [all.yaml]\n{}",
                generator("create", false)
            ),
        );
        assert_eq!(judged(&merged).0, [""; 0], "{behavior}");
    }
}

#[test]
fn a_change_of_what_every_build_replaces_is_no_transition() {
    let lock = |name: &str| {
        sound().replace(
            "--leader-elect-resource-name=warden",
            &format!("--leader-elect-resource-name={name}"),
        )
    };
    let overlay = "patches:\n  - target: {kind: Deployment}\n    patch: |-\n      \
                   - {op: replace, path: /spec/template/spec/containers/0/args/4, value: --leader-elect-resource-name=built}\n";
    let renamed = |overlay: &str| {
        let workspace = Workspace::with("old/base/all.yaml", &lock("one"))
            .and("new/base/all.yaml", &lock("two"));
        for side in ["old", "new"] {
            let base = format!("{HEAD}resources: [all.yaml]\n");
            let prod = format!("{HEAD}resources: [../base]\n{overlay}");
            workspace.write(&format!("{side}/base/kustomization.yaml"), base.as_bytes());
            workspace.write(&format!("{side}/prod/kustomization.yaml"), prod.as_bytes());
        }
        let report = workspace
            .run(&["diff", "old", "new", "--format", "json"])
            .json();
        let all = report["findings"].as_array().expect("a list");
        all.iter()
            .filter(|one| one["rule"] == "lock-renamed")
            .count()
    };
    assert_eq!(renamed(""), 1);
    assert_eq!(renamed(overlay), 0);
}

#[test]
fn rights_that_one_overlay_brings_are_not_proven_for_another() {
    let all = sound();
    let (deployment, rights) = all.split_once("---\n").expect("rights after the workload");
    let weak = all.replace("verbs: [get, create, update]", "verbs: [get]");
    let more = rights.replace(
        "name: warden, namespace: ops}\nr",
        "name: more, namespace: ops}\nr",
    );
    let more = more.replace("kind: Role, name: warden", "kind: Role, name: more");
    for (base, brought) in [(weak.as_str(), more.as_str()), (deployment, rights)] {
        let both = tree(base, "").and("overlays/dev/rights.yaml", brought).and(
            "overlays/dev/kustomization.yaml",
            &format!("{HEAD}resources: [../../base, rights.yaml]\n"),
        );
        assert_eq!(access(&both), "unknown");
    }
}

/// What is said about the base if the only overlay says this, and has a file beside it.
fn with_patch(base: &str, overlay: &str, beside: &str) -> (Vec<String>, Vec<String>) {
    judged(&tree(base, overlay).and("overlays/prod/beside.yaml", beside))
}

#[track_caller]
fn is_left_open(base: &str, overlay: &str, beside: &str, rule: &str) {
    let (findings, not_judged) = with_patch(base, overlay, beside);
    assert_eq!(findings, [""; 0], "{overlay}");
    assert!(
        not_judged.iter().any(|one| one == rule),
        "{overlay}: {not_judged:?}"
    );
}

fn operations(list: &[&str]) -> String {
    let list: String = list.iter().map(|one| format!("      - {one}\n")).collect();
    format!("patches:\n  - target: {{kind: Deployment}}\n    patch: |-\n{list}")
}

#[test]
fn a_list_of_named_items_may_be_replaced_as_a_whole() {
    let overlay = "patches:\n  - patch: |-\n      apiVersion: apps/v1\n      kind: Deployment\n      \
                   metadata: {name: warden}\n      spec:\n        template:\n          spec:\n            \
                   containers:\n              - $patch: replace\n              - {name: other, image: x}\n";
    is_left_open(ERROR, overlay, "", "lease-not-above-renew");
}

#[test]
fn operations_count_the_items_that_those_before_them_leave() {
    // The second one removes what stands second in the base.
    let twice = "{op: remove, path: /spec/template/spec/containers/0/args/0}";
    let overlay = operations(&[twice, twice]);
    is_left_open(ERROR, &overlay, "", "lease-not-above-renew");
    // What is added at the end moves nothing.
    let added = "{op: add, path: /spec/template/spec/containers/0/args/-, value: --zap-devel}";
    let first = "{op: replace, path: /spec/template/spec/containers/0/args/0, value: --v=2}";
    let found = with_patch(ERROR, &operations(&[added, first]), "").0;
    assert!(
        found.contains(&"lease-not-above-renew".to_owned()),
        "{found:?}"
    );
}

#[test]
fn what_is_copied_or_moved_over_something_replaces_it() {
    for op in ["copy", "move"] {
        let operation = format!(
            "{{op: {op}, from: /metadata/annotations/x, path: /spec/template/spec/containers/0/args}}"
        );
        let overlay = operations(&[&operation]);
        is_left_open(ERROR, &overlay, "", "lease-not-above-renew");
    }
}

#[test]
fn replacements_may_stand_in_a_file_of_their_own() {
    let one = "source: {kind: ConfigMap, name: settings, fieldPath: data.lease}\n\
               targets: [{select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.[name=man.ager].args.1']}]\n";
    let list = format!("- {}\n", one.trim_end().replace('\n', "\n  "));
    let base = ERROR.replace("name: manager", "name: man.ager");
    for beside in [one, &list] {
        let overlay = "replacements: [{path: beside.yaml}]\n";
        is_left_open(&base, overlay, beside, "lease-not-above-renew");
    }
}

#[test]
fn a_variable_of_kustomize_is_filled_in_by_the_build() {
    let base = ERROR.replace("duration=10s", "duration=$(LEASE)");
    let vars = "vars: [{name: LEASE, objref: {kind: ConfigMap, name: settings, apiVersion: v1}}]\n";
    is_left_open(&base, vars, "", "unreadable-duration");
    let other = vars.replace("LEASE", "LEASES");
    assert_eq!(with_patch(&base, &other, "").0, ["unreadable-duration"]);
}

#[test]
fn a_switch_that_any_kind_of_patch_brings_makes_an_elector() {
    let base: String = ERROR
        .lines()
        .filter(|line| !line.contains("--leader-elect"))
        .map(|line| format!("{}\n", line.replace("args:", "args: [--v=2]")))
        .collect();
    let value = "/spec/template/spec/containers/0/args/-, value: --leader-elect}";
    let merged = MERGED_ARGS.replace("name: warden", "name: our-warden");
    let renamed = format!("{HEAD}resources: [all.yaml]\nnamePrefix: our-\n");
    let overlays = [
        operations(&[&format!("{{op: add, path: {value}")]),
        "patches:\n  - target: {kind: Deployment}\n    patch: '[{\"op\": \"add\", \"path\": \
         \"/spec/template/spec/containers/0/args/-\", \"value\": \"--leader-elect\"}]'\n"
            .to_owned(),
        operations(&[
            "{op: replace, path: /spec/template/spec/containers/0, value: {name: manager, args: [--leader-elect]}}",
        ]),
        "patches: [{path: beside.yaml, target: {kind: Deployment|StatefulSet}}]\n".to_owned(),
        "patches: [{path: beside.yaml, target: {kind: Deployment, name: our-warden}}]\n".to_owned(),
        format!("patches:\n  - patch: |-\n{}", indented(&merged, "      ")),
    ];
    // Without a patch the account has rights for an election, and nothing elects.
    let unexplained = "configured-but-off".to_owned();
    assert_eq!(with_patch(&base, "", ""), (vec![], vec![unexplained]));
    for overlay in overlays {
        let workspace = tree(&base, &overlay)
            .and("base/kustomization.yaml", &renamed)
            .and(
                "overlays/prod/beside.yaml",
                &format!("- {{op: add, path: {value}\n"),
            );
        let (findings, not_judged) = judged(&workspace);
        assert_eq!(findings, [""; 0], "{overlay}");
        let open = "replicas-without-election".to_owned();
        assert!(not_judged.contains(&open), "{overlay}: {not_judged:?}");
    }
}
