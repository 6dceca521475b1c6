use super::*;

fn kind(json: &str) -> LeaseKind {
    LeaseObject::read(json).unwrap().kind
}

#[test]
fn a_lease_is_read_as_the_api_server_sends_it() {
    let lease = LeaseObject::read(
        r#"{"metadata": {"name": "orders", "namespace": "shop", "uid": "u", "resourceVersion": "7"},
            "spec": {"holderIdentity": "orders-0_1", "leaseDurationSeconds": 15, "leaseTransitions": 3,
                     "acquireTime": "2026-01-31T08:00:00.000000Z", "renewTime": "2026-01-31T08:00:10.500000Z"}}"#,
    )
    .unwrap();
    assert_eq!(lease.key.to_string(), "shop/orders");
    assert_eq!(lease.kind, LeaseKind::Election);
    assert_eq!((&*lease.uid, &*lease.version), ("u", "7"));
    assert_eq!(&*lease.record.holder, "orders-0_1");
    assert_eq!(lease.record.duration_seconds, Some(15));
    assert_eq!(lease.record.transitions, Some(3));
    let renewed = lease.record.renewed_at().unwrap();
    assert_eq!(renewed.as_millisecond(), 1_769_846_410_500);
}

#[test]
fn a_lease_without_a_spec_was_never_held_and_a_released_one_was() {
    let lease = LeaseObject::read(r#"{"metadata": {"name": "a", "namespace": "shop"}}"#).unwrap();
    assert!(lease.record.is_untouched());
    let released = r#"{"metadata": {"name": "a", "namespace": "shop"}, "spec": {"holderIdentity": "",
        "leaseDurationSeconds": 1, "leaseTransitions": 0, "renewTime": "2026-01-31T08:00:10.500000Z"}}"#;
    assert!(!LeaseObject::read(released).unwrap().record.is_untouched());
}

#[test]
fn leases_that_are_no_elections_have_kinds_of_their_own() {
    let node = r#"{"metadata": {"name": "n1", "namespace": "kube-node-lease"},
        "spec": {"holderIdentity": "n1", "leaseDurationSeconds": 40, "renewTime": "2026-01-31T08:00:10.500000Z"}}"#;
    assert_eq!(kind(node), LeaseKind::Node);
    let server = r#"{"metadata": {"name": "apiserver-x", "namespace": "kube-system",
        "labels": {"apiserver.kubernetes.io/identity": "kube-apiserver"}}, "spec": {"holderIdentity": "x"}}"#;
    assert_eq!(kind(server), LeaseKind::ApiServer);
    let heartbeat = r#"{"metadata": {"name": "agent", "namespace": "shop"},
        "spec": {"holderIdentity": "agent-1", "renewTime": "2026-01-31T08:00:10.500000Z"}}"#;
    assert_eq!(kind(heartbeat), LeaseKind::Other);
    let empty = r#"{"metadata": {"name": "made-before", "namespace": "shop"}, "spec": {}}"#;
    assert_eq!(kind(empty), LeaseKind::Election);
}

#[test]
fn what_is_no_lease_is_an_error() {
    for text in [
        "",
        "{}",
        r#"{"metadata": {}}"#,
        r#"{"metadata": {"name": 1}}"#,
    ] {
        assert!(LeaseObject::read(text).is_err(), "{text}");
    }
}

#[test]
fn events_of_a_watch_are_read() {
    const OBJECT: &str =
        r#""object": {"metadata": {"name": "a", "namespace": "shop", "resourceVersion": "7"}}"#;
    let put = LeaseEvent::read(&format!(r#"{{"type": "MODIFIED", {OBJECT}}}"#)).unwrap();
    assert!(matches!(put, LeaseEvent::Put(lease) if &*lease.version == "7"));
    let gone = LeaseEvent::read(&format!(r#"{{"type": "DELETED", {OBJECT}}}"#)).unwrap();
    assert!(matches!(gone, LeaseEvent::Gone(lease) if &*lease.key.name == "a"));
    let bookmark = r#"{"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "9", "creationTimestamp": null}, "spec": {}}}"#;
    assert_eq!(
        LeaseEvent::read(bookmark).unwrap(),
        LeaseEvent::Bookmark("9".into())
    );
    let refusal = r#"{"type": "ERROR", "object": {"kind": "Status", "metadata": {}, "code": 410, "message": "too old"}}"#;
    assert_eq!(
        LeaseEvent::read(refusal).unwrap(),
        LeaseEvent::Refusal(410, "too old".to_owned())
    );
    assert!(LeaseEvent::read("{").is_err());
}
