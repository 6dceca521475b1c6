//! A tree of many applications whose accounts all have one name: what is said of one does not depend on how many
//! others are beside it.
#![allow(clippy::unwrap_used)]

use engine::{Engine, Input, Location, Profile, Settings, Task};
use manifest::text::FileId;

const ACCOUNT: &str =
    "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: controller-manager}\n";

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  replicas: 2
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      serviceAccountName: controller-manager
      containers: [{name: manager, image: registry.example/NAME:v1, args: [--leader-elect]}]
";

/// A Role of that name with these verbs on leases, and with events if asked for; bound to the account.
fn rights(name: &str, verbs: &str, events: bool) -> String {
    let events = if events {
        "\n  - {apiGroups: [''], resources: [events], verbs: [create, patch]}"
    } else {
        ""
    };
    format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: {name}}}\nrules:\n  \
         - {{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [{verbs}]}}{events}\n---\n\
         apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: {name}}}\n\
         roleRef: {{kind: Role, name: {name}}}\n\
         subjects: [{{kind: ServiceAccount, name: controller-manager}}]\n"
    )
}

const ALL: &str = "get, create, update";

/// What is said about access, as `rule file` and `rule file (code)`.
fn said(files: Vec<(String, String)>) -> Vec<String> {
    let read = (0..).zip(&files).map(|(id, (name, text))| {
        engine::read_file(FileId(id), name, text.as_bytes(), true, Default::default())
    });
    let input = Input::new(read.collect());
    let engine = Engine::new(Settings {
        profile: Profile::Pedantic,
        ..Settings::default()
    });
    let outcome = engine.judge(Task::lint(&input));
    let file = |at: &Location| input.name(at.place.file).to_owned();
    let about = |id: &str| matches!(id, "lease-access-missing" | "events-access-missing");
    let found = outcome.findings.iter().filter(|one| about(one.rule.id));
    let found = found.map(|one| format!("{} {}", one.rule.id, file(&one.location)));
    let open = outcome.not_judged.iter().filter(|one| about(one.rule.id));
    let open = open.map(|one| format!("{} {} ({})", one.rule.id, file(&one.location), one.code));
    found.chain(open).collect()
}

/// So many that an account's name tells nothing any more.
const SIZES: [usize; 2] = [3, 70];

#[test]
fn each_application_is_judged_by_what_lies_in_its_folder() {
    for same in [true, false] {
        for size in SIZES {
            let files = (0..size).flat_map(|at| {
                let folder = format!("app{at:03}");
                let name = if same {
                    "manager".to_owned()
                } else {
                    folder.clone()
                };
                let verbs = if at == 1 { "get, create" } else { ALL };
                [
                    (format!("{folder}/account.yaml"), ACCOUNT.to_owned()),
                    (
                        format!("{folder}/deployment.yaml"),
                        DEPLOYMENT.replace("NAME", &name),
                    ),
                    (format!("{folder}/role.yaml"), rights(&name, verbs, true)),
                ]
            });
            let expected = ["lease-access-missing app001/role.yaml"];
            assert_eq!(said(files.collect()), expected, "{size}, {same}");
        }
    }
}

#[test]
fn rights_that_lie_apart_are_nobodys_for_sure() {
    for size in SIZES {
        let files = (0..size).flat_map(|at| {
            let name = format!("app{at:03}");
            [
                (
                    format!("apps/{name}/deployment.yaml"),
                    DEPLOYMENT.replace("NAME", &name),
                ),
                (format!("rbac/{name}/role.yaml"), rights(&name, ALL, true)),
            ]
        });
        let expected: Vec<String> = (0..size)
            .map(|at| {
                format!("lease-access-missing apps/app{at:03}/deployment.yaml (bundle-ambiguous)")
            })
            .collect();
        assert_eq!(said(files.collect()), expected, "{size}");
    }
}

#[test]
fn events_that_an_account_of_that_name_may_write_elsewhere_are_not_missed() {
    // Application 2 alone has the right, which may be meant for all.
    for some in [true, false] {
        for size in SIZES {
            let files = (0..size).flat_map(|at| {
                let name = format!("app{at:03}");
                [
                    (
                        format!("{name}/deployment.yaml"),
                        DEPLOYMENT.replace("NAME", &name),
                    ),
                    (
                        format!("{name}/role.yaml"),
                        rights(&name, ALL, some && at == 2),
                    ),
                ]
            });
            let expected: Vec<String> = (0..size)
                .filter(|_| !some)
                .map(|at| format!("events-access-missing app{at:03}/role.yaml"))
                .collect();
            assert_eq!(said(files.collect()), expected, "{size}, {some}");
        }
    }
}

#[test]
fn a_common_folder_beside_many_variants_is_seen_by_all_of_them() {
    for size in SIZES {
        let variants = (0..size).flat_map(|at| {
            let folder = format!("variant{at:03}");
            [
                (
                    format!("{folder}/deployment.yaml"),
                    DEPLOYMENT.replace("NAME", "manager"),
                ),
                (format!("{folder}/role.yaml"), rights("own", "get", false)),
            ]
        });
        let mut files = vec![("common/role.yaml".to_owned(), rights("common", ALL, true))];
        files.extend(variants);
        assert_eq!(said(files), [""; 0], "{size}");
    }
}
