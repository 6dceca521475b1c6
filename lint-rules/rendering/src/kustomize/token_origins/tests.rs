use super::*;
use crate::chart::read_yaml;
use crate::kustomize::KustomizeLayer;
use manifest::text::FileId;

const BASE: &str = "\
kind: Deployment
metadata: {name: warden}
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: side
          image: side:v1
        - name: manager
          args:
            - --leader-elect
            - --lease=15s
";
const PATCH: &str = "\
kind: Deployment
metadata: {name: warden}
spec:
  template:
    spec:
      containers:
        - name: manager
          args: [--leader-elect, --lease=9s]
";
const OVERLAY: &str = "\
namespace: ops
namePrefix: my-
replicas: [{name: other, count: 3}, {name: warden, count: 3}]
images: [{name: other, newTag: v2}, {name: side, newTag: v2}]
patches:
  - target: {kind: Deployment}
    patch: |-
      - {op: add, path: /spec/template/spec/containers/0/args/-, value: --renew=8s}
";
const BUILT: &str = "\
kind: Deployment
metadata:
  name: my-warden
  namespace: ops
spec:
  replicas: 3
  template:
    spec:
      containers:
      - args:
        - --leader-elect
        - --lease=9s
        - --renew=8s
        name: manager
      - image: side:v2
        name: side
";

#[test]
fn tokens_are_found_in_the_layer_that_says_them() {
    let layer = |kind, text: &str| KustomizeLayer {
        kind,
        text: text.to_owned(),
    };
    let texts = [BASE, PATCH, OVERLAY];
    let layers = LayerSet::read(&[
        layer(LayerKind::Resource, BASE),
        layer(LayerKind::Patch, PATCH),
        layer(LayerKind::Kustomization, OVERLAY),
    ]);
    let document = read_yaml(FileId(0), BUILT.as_bytes()).unwrap();
    let origins = token_origins(&document, &layers);
    let origin = |token: &str| {
        let at = BUILT.find(token).unwrap();
        let found = origins
            .iter()
            .find(|origin| origin.span.range().start == at)
            .unwrap();
        (
            found.file,
            texts[found.file].get(found.source.range()).unwrap(),
        )
    };
    assert_eq!(origin("--lease=9s"), (1, "--lease=9s"));
    assert_eq!(origin("--leader-elect"), (1, "--leader-elect"));
    assert_eq!(origin("--renew=8s"), (2, "--renew=8s"));
    assert_eq!(origin("ops"), (2, "ops"));
    assert_eq!(origin("3\n"), (2, "3"));
    assert_eq!(origin("side:v2"), (2, "v2"));
    // Not those of another object and another image.
    for (token, after) in [("3\n", "warden, count: "), ("side:v2", "side, newTag: ")] {
        let at = BUILT.find(token).unwrap();
        let found = origins
            .iter()
            .find(|one| one.span.range().start == at)
            .unwrap();
        let before = OVERLAY.get(..found.source.range().start).unwrap();
        assert!(before.ends_with(after), "{before}");
    }
    assert_eq!(origin("args"), (1, "args"));
    // A patch repeats these to find what it changes.
    assert_eq!(origin("manager"), (0, "manager"));
    assert_eq!(origin("Deployment"), (0, "Deployment"));
    assert_eq!(origin("my-warden"), (0, "name"));
}
