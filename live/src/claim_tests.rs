use engine::{Engine, Input, Settings, Task};
use manifest::text::FileId;
use manifest::tree::ReadLimits;

use super::*;

/// The claims of a Deployment `ops/orders` with these arguments.
fn claims(arguments: &[&str]) -> Claims {
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: orders, namespace: ops}}\nspec:\n  \
         selector: {{matchLabels: {{app: orders}}}}\n  template:\n    metadata: {{labels: {{app: orders}}}}\n    spec:\n      \
         containers:\n        - name: manager\n          image: example.org/orders:v1\n          env:\n            \
         - {{name: NAMESPACE, valueFrom: {{secretKeyRef: {{name: a, key: b}}}}}}\n          args: {arguments:?}\n"
    );
    let file = FileId(0);
    let limits = ReadLimits::default();
    let input = Input::new(vec![engine::read_file(
        file,
        "a.yaml",
        text.as_bytes(),
        true,
        limits,
    )]);
    let engine = Engine::new(Settings::default());
    let outcome = engine.judge(Task::inspect(&input));
    assert_eq!(outcome.electors.len(), 1, "{text}");
    Claims::of(&outcome.electors)
}

fn possible(claims: &Claims, namespace: &str) -> usize {
    claims.possible_in(namespace).count()
}

const ELECTS: &str = "--leader-elect";
const NAMED: &str = "--leader-elect-resource-name=orders";

#[test]
fn a_lock_that_is_known_is_a_claim_on_one_lease() {
    let namespace = "--leader-elect-resource-namespace=shop";
    let claims = claims(&[ELECTS, NAMED, namespace]);
    let key = LeaseKey {
        namespace: "shop".into(),
        name: "orders".into(),
    };
    assert_eq!(claims.on(&key).len(), 1);
    assert_eq!(possible(&claims, "shop"), 0);
}

#[test]
fn a_lock_without_a_known_name_may_be_any_of_the_namespace_it_is_in() {
    let name = "--leader-elect-resource-name=$(NAMESPACE)";
    let claims = claims(&[ELECTS, name, "--leader-elect-resource-namespace=shop"]);
    assert_eq!(possible(&claims, "shop"), 1);
    assert_eq!(
        possible(&claims, "ops"),
        0,
        "the workload is there, its lock is not"
    );
}

#[test]
fn a_lock_without_a_known_namespace_may_be_in_any() {
    let namespace = "--leader-elect-resource-namespace=$(NAMESPACE)";
    let claims = claims(&[ELECTS, NAMED, namespace]);
    assert_eq!(possible(&claims, "shop"), 1);
    assert_eq!(possible(&claims, "ops"), 1);
}
