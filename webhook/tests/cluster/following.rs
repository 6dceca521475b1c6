//! What happens in the cluster is known a moment later.

use control_plane::{ControlPlane, Options};
use serde_json::json;
use webhook::cluster::{Belief, LabelledMode, WatchedResource};
use webhook::log::Log;

use super::support::{Follower, elector, kubectl, namespace};

#[test]
fn changes_and_deletions_are_followed() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let client = plane.client();
    let all = |objects: &[(String, serde_json::Value)]| {
        for (path, object) in objects {
            client.create(path, object).unwrap();
        }
    };
    client
        .create("/api/v1/namespaces", &namespace("ops"))
        .unwrap();
    all(&elector("ops", "first"));
    let follower = Follower::start(plane.kubeconfig(), Log::nowhere());
    follower.until_synced();
    let state = &follower.state;
    assert_eq!(state.electors(), 1);
    assert_eq!(
        state.view().belief(WatchedResource::ScaledObjects),
        Belief::Ready
    );

    all(&elector("ops", "second"));
    follower.until("two electors", |state| state.electors() == 2);
    let roles = state.count(WatchedResource::Roles);
    let path = "/apis/rbac.authorization.k8s.io/v1/namespaces/ops/roles";
    client.delete(&format!("{path}/second")).unwrap();
    follower.until("one role less", |state| {
        state.count(WatchedResource::Roles) == roles - 1
    });
    client
        .delete("/apis/apps/v1/namespaces/ops/deployments")
        .unwrap();
    follower.until("no elector", |state| state.electors() == 0);

    assert_eq!(state.read().mode("ops"), LabelledMode::None);
    kubectl(
        &plane,
        &["label", "namespace", "ops", "leaselint.io/mode=warn"],
        "",
    );
    follower.until("a label", |state| {
        state.read().mode("ops") == LabelledMode::Is("warn")
    });

    // A resource that comes later is found at the next look, after a minute at most; its absence is
    // no doubt meanwhile.
    let config = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "b"}});
    let maps = state.count(WatchedResource::ConfigMaps);
    client
        .create("/api/v1/namespaces/ops/configmaps", &config)
        .unwrap();
    follower.until("a ConfigMap", |state| {
        state.count(WatchedResource::ConfigMaps) == maps + 1
    });
}

#[test]
fn what_is_forbidden_is_known_to_be_and_does_not_hold_up_the_rest() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let rights = "
apiVersion: v1
kind: ServiceAccount
metadata: {name: curious, namespace: default}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: curious}
rules:
  - {apiGroups: [apps], resources: [deployments], verbs: [list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: curious}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: curious}
subjects: [{kind: ServiceAccount, name: curious, namespace: default}]
";
    kubectl(&plane, &["apply", "-f", "-"], rights);
    let token = kubectl(&plane, &["create", "token", "curious"], "");
    let kubeconfig = plane
        .kubeconfig_with_token("curious", token.trim())
        .unwrap();
    let lines = SharedLog::default();
    let follower = Follower::start(&kubeconfig, Log::to(lines.clone()).unwrap());
    follower.until_synced();
    let view = follower.state.view();
    for what in WatchedResource::ALL {
        let expected = match what {
            WatchedResource::Deployments => Belief::Ready,
            _ => Belief::Forbidden,
        };
        assert_eq!(view.belief(what), expected, "{what:?}");
    }
    follower.until("each is said once", |_| {
        lines.count("cluster-forbidden") == 11
    });
}

/// Log lines of a test.
#[derive(Clone, Default)]
struct SharedLog(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl SharedLog {
    fn count(&self, event: &str) -> usize {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().filter(|line| line.contains(event)).count()
    }
}

impl std::io::Write for SharedLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
