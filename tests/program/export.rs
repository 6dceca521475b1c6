//! `export rbac`: the smallest rights, ready for kubectl.

use super::workspace::{ERROR, Workspace, finish, sound};

/// What the controller of these tests needs, written by hand: `create` cannot be granted by name.
const SMALLEST: &str = "\
# Deployment ops/warden, container manager
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: warden-leader-election
  namespace: ops
rules:
  - apiGroups: [coordination.k8s.io]
    resources: [leases]
    verbs: [create]
  - apiGroups: [coordination.k8s.io]
    resources: [leases]
    resourceNames: [warden]
    verbs: [get, update]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: warden-leader-election
  namespace: ops
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: warden-leader-election
subjects:
  - kind: ServiceAccount
    name: warden
    namespace: ops
";

/// The controller's Deployment alone, without its rights.
fn without_rights() -> String {
    let (deployment, _) = ERROR.split_once("---\n").expect("its rights follow it");
    deployment.to_owned()
}

#[test]
fn the_smallest_role_and_binding_are_ready_to_apply() {
    let workspace = Workspace::with("a.yaml", &sound());
    let run = finish(workspace.command(&["export", "rbac"]));
    assert_eq!(
        (run.status, run.stdout.as_str(), run.stderr.as_str()),
        (0, SMALLEST, "")
    );
}

#[test]
fn what_is_exported_mends_what_was_missing() {
    let wrong_group = sound().replace("[coordination.k8s.io]", "[\"\"]");
    let workspace = Workspace::with("a.yaml", &wrong_group);
    let missing = ["export", "rbac", "--missing"];
    let run = finish(workspace.command(&missing));
    assert_eq!((run.status, run.stdout.as_str()), (0, SMALLEST));

    workspace.write("rights.yaml", run.stdout.as_bytes());
    let run = finish(workspace.command(&missing));
    assert_eq!(
        (run.status, run.stdout.as_str(), run.stderr.as_str()),
        (0, "", "Every account has what its election needs.\n")
    );
}

#[test]
fn with_missing_what_is_not_known_is_told() {
    let workspace = Workspace::with("a.yaml", &without_rights());
    let run = finish(workspace.command(&["export", "rbac", "--missing"]));
    assert_eq!((run.status, run.stdout.as_str()), (0, ""));
    let told = run.stderr.lines().collect::<Vec<_>>();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("left out: Deployment ops/warden, container manager (a.yaml): "),
        "{told:?}"
    );

    let run = finish(workspace.command(&["export", "rbac"]));
    assert_eq!((run.status, run.stdout.as_str()), (0, SMALLEST));
}

#[test]
fn electors_that_share_an_account_share_a_role() {
    let other = without_rights()
        .replace("name: warden\n  namespace", "name: other\n  namespace")
        .replace("resource-name=warden", "resource-name=other");
    let workspace = Workspace::with("a.yaml", &format!("{}---\n{other}", without_rights()));
    let run = finish(workspace.command(&["export", "rbac"]));
    assert_eq!(run.status, 0, "{}", run.stderr);
    let roles = run.stdout.matches("kind: Role\n").count();
    // Once as itself, once as the RoleBinding's roleRef.
    assert_eq!(roles, 2, "{}", run.stdout);
    for name in ["resourceNames: [warden", "other]"] {
        assert!(run.stdout.contains(name), "{}", run.stdout);
    }
}

#[test]
fn where_nothing_elects_that_is_told() {
    let workspace = Workspace::with(
        "a.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n",
    );
    let run = finish(workspace.command(&["export", "rbac"]));
    assert_eq!((run.status, run.stdout.as_str()), (0, ""));
    assert_eq!(
        run.stderr,
        "Read 1 file, 1 document, 1 object: no container that elects a leader was found.\n"
    );
}

#[test]
fn what_is_exported_mends_whatever_is_wrong_with_the_rights() {
    let rule =
        "{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update]}";
    let subject = "{kind: ServiceAccount, name: warden, namespace: ops}";
    let changes = [
        (
            rule,
            "{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get]}",
        ),
        (
            rule,
            "{apiGroups: ['*'], resources: [leases/status], verbs: ['*']}",
        ),
        (
            rule,
            "{apiGroups: [coordination.k8s.io/v1], resources: [leases], verbs: ['*']}",
        ),
        (
            rule,
            "{apiGroups: [coordination.k8s.io], resources: [Leases], verbs: ['*']}",
        ),
        (
            rule,
            "{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [GET, POST, PUT]}",
        ),
        (
            rule,
            "{apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [warden], verbs: ['*']}",
        ),
        (
            rule,
            "{apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [other], verbs: ['*']}",
        ),
        (
            "metadata: {name: warden, namespace: ops}\nroleRef",
            "metadata: {name: warden, namespace: elsewhere}\nroleRef",
        ),
        ("kind: Role, name: warden", "kind: Role, name: nowhere"),
        (
            subject,
            "{kind: ServiceAccount, name: warden, namespace: elsewhere}",
        ),
        (
            subject,
            "{kind: User, name: 'system:serviceaccount:elsewhere:warden'}",
        ),
    ];
    for (right, wrong) in changes {
        let broken = sound().replace(right, wrong);
        assert_ne!(broken, sound(), "{wrong}");
        let workspace = Workspace::with("a.yaml", &broken);
        let run = finish(workspace.command(&["export", "rbac"]));
        workspace.write("a.yaml", format!("{broken}---\n{}", run.stdout).as_bytes());
        let report = workspace.run(&["inspect", "--format", "json"]).json();
        assert_eq!(
            report["electors"][0]["access"]["state"], "granted",
            "{wrong}"
        );
        let left = workspace.run(&["lint", "--format", "json", "--fail-on", "error"]);
        let report = left.json();
        let findings = report["findings"].as_array().expect("a list");
        let errors = findings.iter().filter(|one| one["severity"] == "error");
        assert_eq!(errors.count(), 0, "{wrong}: {findings:?}");
    }
}

#[test]
fn a_lock_name_that_no_object_can_have_is_left_out() {
    let wrong = sound().replace("resource-name=warden", "resource-name=Ops_Warden");
    assert_ne!(wrong, sound());
    let workspace = Workspace::with("a.yaml", &wrong);
    let run = finish(workspace.command(&["export", "rbac"]));
    assert_eq!((run.status, run.stdout.as_str()), (0, ""));
    assert!(
        run.stderr
            .contains("`Ops_Warden` cannot be the name of a lock"),
        "{}",
        run.stderr
    );
}
