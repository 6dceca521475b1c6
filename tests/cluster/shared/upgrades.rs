//! Releases that are upgraded and rolled back, object by object in any order, where everything is enforced that can be:
//! an upgrade that is right in the end gets through, at the latest when it is applied a second time.

use serde_json::{Value, json};

use crate::objects::{account, binding, deployment, electing, manifest, role};
use crate::support::{Cluster, KubectlOutcome, kubectl, until};

const ALL: [&str; 3] = ["get", "create", "update"];

/// What a release consists of.
#[derive(Clone)]
struct Release {
    objects: Vec<Value>,
}

impl Release {
    /// The first one, which is right.
    fn first(namespace: &str) -> Self {
        Self {
            objects: vec![
                account(namespace),
                role(namespace, &ALL),
                binding(namespace),
                deployment(namespace, "orders", &electing("orders", namespace), 2),
            ],
        }
    }

    fn with(&self, at: usize, change: impl FnOnce(&mut Value)) -> Self {
        let mut next = self.clone();
        change(&mut next.objects[at]);
        next
    }

    /// It runs as another account, which comes with it.
    fn with_another_account(&self) -> Self {
        let mut next = self
            .with(2, |binding| binding["subjects"][0]["name"] = "clerk".into())
            .with(3, |workload| {
                workload["spec"]["template"]["spec"]["serviceAccountName"] = "clerk".into();
            });
        let mut clerk = next.objects[0].clone();
        clerk["metadata"]["name"] = "clerk".into();
        next.objects.push(clerk);
        next
    }

    /// It does not elect any more, and needs no right for it.
    fn without_election(&self) -> Self {
        self.with(1, |role| role["rules"][0]["verbs"] = json!(["get"]))
            .with(3, |workload| {
                workload["spec"]["replicas"] = 1.into();
                workload["spec"]["template"]["spec"]["containers"][0]["args"] =
                    json!(["--leader-elect=false"]);
            })
    }

    fn with_lock(&self, name: &str, in_namespace: &str) -> Self {
        self.with(3, |workload| {
            let arguments = electing(name, in_namespace);
            workload["spec"]["template"]["spec"]["containers"][0]["args"] = json!(arguments);
        })
    }

    /// Nothing of it runs, and nothing may be done.
    fn asleep(&self) -> Self {
        self.with(1, |role| role["rules"] = json!([]))
            .with(3, |workload| workload["spec"]["replicas"] = 0.into())
    }
}

/// Applies a release object by object in this order, twice if it must be.
fn apply(cluster: &Cluster, release: &Release, backwards: bool) -> KubectlOutcome {
    let mut objects = release.objects.clone();
    if backwards {
        objects.reverse();
    }
    let text = manifest(&objects).to_string();
    let first = kubectl(&cluster.plane, &["apply", "-f", "-"], &text);
    if first.passed {
        return first;
    }
    // What was applied the first time is seen a moment later.
    let mut second = first;
    for _ in 0..20 {
        second = kubectl(&cluster.plane, &["apply", "-f", "-"], &text);
        if second.passed {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    second
}

type Step = (&'static str, fn(&Release) -> Release);

/// Each kind of change.
const STEPS: [Step; 5] = [
    ("account", Release::with_another_account),
    ("election", Release::without_election),
    ("renamed", |release| {
        release.with_lock("orders-v2", &namespace_of(release))
    }),
    ("moved", |release| release.with_lock("orders", "default")),
    ("asleep", Release::asleep),
];

/// The objects of two releases for each kind of change, in a namespace that has the name.
pub fn made_up() -> impl Iterator<Item = (String, Vec<Vec<Value>>)> {
    STEPS.into_iter().map(|(what, step)| {
        let namespace = format!("made-up-{what}");
        let first = Release::first(&namespace);
        let second = step(&first);
        (namespace, vec![first.objects, second.objects])
    })
}

fn every_upgrade_and_rollback(label: &str, is_tried: impl Fn(&str) -> bool) {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    for (what, step) in STEPS.into_iter().filter(|(what, _)| is_tried(what)) {
        for backwards in [false, true] {
            let namespace = format!("up-{what}-{label}-{}", if backwards { "b" } else { "f" });
            let object = json!({
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": {"name": namespace, "labels": {"leaselint.io/transitions": label}},
            });
            cluster.apply(&object).passes();
            let first = Release::first(&namespace);
            let second = step(&first);
            apply(&cluster, &first, backwards).passes();
            cluster.until_known("deployment", &namespace, "orders");
            apply(&cluster, &second, backwards).passes();
            // It is there as it was written.
            until("the upgrade is there", || {
                let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments/orders");
                cluster.get(&path)["spec"]["replicas"] == second.objects[3]["spec"]["replicas"]
            });
            apply(&cluster, &first, backwards).passes();
        }
    }
}

fn namespace_of(release: &Release) -> String {
    let namespace = release.objects[0]["metadata"]["namespace"].as_str();
    namespace.unwrap_or_default().to_owned()
}

#[test]
fn upgrades_get_through_as_it_is_shipped() {
    every_upgrade_and_rollback("warn", |_| true);
}

#[test]
fn an_upgrade_is_not_stuck_either_where_changes_are_denied() {
    // Another lock is what is denied there, whoever brings it.
    every_upgrade_and_rollback("deny", |what| !["renamed", "moved"].contains(&what));
}
