//! Conditions as administrators write them.

use super::*;

fn of_node(expression: &str) -> Option<bool> {
    decide(
        expression,
        &LeaseWrite {
            namespace: Some("kube-node-lease"),
            operation: "UPDATE",
            requester: Requester::Node,
        },
    )
}

fn of_other(expression: &str) -> Option<bool> {
    decide(
        expression,
        &LeaseWrite {
            namespace: Some("ops"),
            operation: "UPDATE",
            requester: Requester::Other,
        },
    )
}

#[test]
fn leases_are_left_out_in_many_ways() {
    for expression in [
        r#"request.resource.group != "coordination.k8s.io""#,
        r#"request.resource.resource != "leases""#,
        r#"!(request.resource.resource == "leases")"#,
        r#"!(request.resource.group == "coordination.k8s.io" && request.resource.resource == "leases")"#,
        r"request.kind.kind != 'Lease' || request.operation == 'DELETE'",
        r#"!(request.resource.resource in ["events", "leases"])"#,
        r#"object.kind in ["Pod", "Service"]"#,
        r#"!request.resource.group.endsWith(".k8s.io")"#,
        r#"request.resource.resource == "pods" && variables.odd(1 + 2)"#,
        "false",
    ] {
        assert_eq!(of_node(expression), Some(false), "{expression}");
        assert_eq!(of_other(expression), Some(false), "{expression}");
    }
}

#[test]
fn other_things_are_left_out_and_leases_are_not() {
    for expression in [
        r#"request.resource.resource != "events""#,
        r#"!(request.resource.group == "coordination.k8s.io" && request.resource.resource == "leasecandidates")"#,
        r#"request.operation in ["CREATE", "UPDATE"]"#,
        r#"request.subResource == """#,
        "true",
    ] {
        assert_eq!(of_other(expression), Some(true), "{expression}");
    }
}

#[test]
fn nodes_are_told_from_others() {
    let by_group = r#"!("system:nodes" in request.userInfo.groups)"#;
    assert_eq!(
        (of_node(by_group), of_other(by_group)),
        (Some(false), Some(true))
    );
    let by_name = r#"!request.userInfo.username.startsWith("system:node:")"#;
    assert_eq!(
        (of_node(by_name), of_other(by_name)),
        (Some(false), Some(true))
    );
    let system = r#"!request.userInfo.username.startsWith("system:")"#;
    assert_eq!((of_node(system), of_other(system)), (Some(false), None));
    let by_namespace = r#"!(request.namespace in ["kube-system", "kube-node-lease"])"#;
    assert_eq!(
        (of_node(by_namespace), of_other(by_namespace)),
        (Some(false), Some(true))
    );
}

#[test]
fn what_is_not_understood_is_unknown() {
    for expression in [
        "",
        r#"request.userInfo.username != "system:serviceaccount:ops:x""#,
        r#"has(object.metadata.labels)"#,
        r#"authorizer.group("x").resource("y").check("breakglass").allowed()"#,
        r#"!object.metadata.name.matches("^a.*")"#,
        r#"request.resource.resource == "leases" ? false : true"#,
        r#"request.resource.resource == "le\u0061ses""#,
        "((((",
        "!",
        "[",
        "request.resource.resource ==",
        "\"open",
    ] {
        assert_eq!(of_other(expression), None, "{expression}");
    }
    assert_eq!(of_other(&"(".repeat(100_000)), None);
    assert_eq!(of_other(&"!".repeat(100_000)), None);
}
