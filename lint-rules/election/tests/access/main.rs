//! Access as Kubernetes decides it.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used)]

mod aggregation;
mod authorizer;
mod elector;
mod properties;

use election::access::{AccessRequest, RbacPolicy, User, binding_of, role_of};
use manifest::file::ReadOptions;
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use objects::objects_of;

/// The roles and bindings of a manifest.
fn policy(yaml: &str) -> RbacPolicy {
    let options = ReadOptions {
        filter: &|_| true,
        explicit: true,
        limits: ReadLimits::default(),
    };
    let file = manifest::file::read(FileId(0), yaml.as_bytes(), &options);
    assert!(file.unread.is_empty(), "{:?}", file.unread);
    let mut policy = RbacPolicy::default();
    for document in &file.documents {
        for object in objects_of(document).0 {
            if let Some(role) = role_of(object) {
                policy.add_role(role);
            }
            if let Some(binding) = binding_of(object, false) {
                policy.add_binding(binding);
            }
        }
    }
    policy
}

/// A Role of namespace `ops` with one rule, bound there to the account `ops/runner`.
fn with_rule(rule: &str) -> RbacPolicy {
    with_subject(rule, "{kind: ServiceAccount, name: runner, namespace: ops}")
}

fn with_subject(rule: &str, subject: &str) -> RbacPolicy {
    policy(&format!(
        "apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {{name: r, namespace: ops}}
rules: [{rule}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: b, namespace: ops}}
roleRef: {{kind: Role, name: r}}
subjects: [{subject}]
"
    ))
}

const LEASES: AccessRequest<'static> = AccessRequest {
    namespace: Some("ops"),
    verb: "update",
    group: "coordination.k8s.io",
    resource: "leases",
    subresource: "",
    name: "lock",
};

fn runner() -> User {
    User::service_account("ops", "runner")
}

#[track_caller]
fn allowed(policy: &RbacPolicy, request: AccessRequest<'_>) {
    let decision = policy.authorize(&runner(), &request);
    assert!(decision.allowed, "{request:?} should be allowed");
    assert!(!decision.through.is_empty());
}

#[track_caller]
fn refused(policy: &RbacPolicy, request: AccessRequest<'_>) {
    let decision = policy.authorize(&runner(), &request);
    assert!(!decision.allowed, "{request:?} should be refused");
}
