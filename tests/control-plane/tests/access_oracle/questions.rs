//! What is asked about every graph.

use serde_json::{Value, json};

/// One question, the same for every graph but for the namespace.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// `lock`, `other`, or empty for all namespaces together.
    pub namespace: &'static str,
    pub verb: &'static str,
    pub group: &'static str,
    pub resource: &'static str,
    pub subresource: &'static str,
    pub name: &'static str,
}

const LEASES: Question = Question {
    namespace: "lock",
    verb: "get",
    group: "coordination.k8s.io",
    resource: "leases",
    subresource: "",
    name: "",
};

/// All of them: first what elections ask for, then what is next to it.
pub fn questions() -> Vec<Question> {
    let mut all = Vec::new();
    for namespace in ["lock", "other"] {
        for verb in ["get", "create", "update", "patch"] {
            for name in ["", "lock", "other-lock"] {
                all.push(Question {
                    namespace,
                    verb,
                    name,
                    ..LEASES
                });
            }
        }
    }
    let named = Question {
        name: "lock",
        ..LEASES
    };
    all.extend([
        Question {
            namespace: "",
            ..LEASES
        },
        Question {
            namespace: "",
            verb: "update",
            ..named
        },
        Question {
            verb: "list",
            ..LEASES
        },
        Question {
            verb: "delete",
            ..named
        },
        // Words that only a wildcard, or the same word, matches.
        Question {
            verb: "*",
            ..LEASES
        },
        Question {
            verb: "GET",
            ..named
        },
        Question {
            verb: "post",
            ..LEASES
        },
        Question {
            resource: "*",
            ..LEASES
        },
        Question {
            group: "*",
            ..named
        },
        Question { group: "", ..named },
        Question {
            group: "coordination.k8s.io/v1",
            ..named
        },
        Question {
            subresource: "status",
            ..named
        },
        Question {
            subresource: "status",
            verb: "update",
            ..named
        },
        Question {
            subresource: "scale",
            verb: "patch",
            ..named
        },
        Question {
            subresource: "*",
            ..named
        },
        Question {
            resource: "lease",
            ..named
        },
        Question {
            resource: "leasecandidates",
            verb: "create",
            ..LEASES
        },
        Question {
            group: "",
            resource: "configmaps",
            verb: "update",
            ..named
        },
        Question {
            group: "",
            resource: "events",
            verb: "create",
            ..LEASES
        },
        Question {
            group: "apps",
            resource: "deployments",
            verb: "get",
            subresource: "status",
            ..LEASES
        },
    ]);
    all
}

impl Question {
    /// The namespace in a graph of that number.
    pub fn namespace_in(&self, graph: u64) -> String {
        if self.namespace.is_empty() {
            return String::new();
        }
        format!("g{graph}-{}", self.namespace)
    }

    /// As a SubjectAccessReview's `resourceAttributes`.
    pub fn attributes(&self, graph: u64) -> Value {
        json!({
            "namespace": self.namespace_in(graph),
            "verb": self.verb,
            "group": self.group,
            "resource": self.resource,
            "subresource": self.subresource,
            "name": self.name,
        })
    }
}
