//! Settings on command lines.

use election::ElectionState;
use objects::LedgerCode;

use crate::support::{deployment, electors, one, seconds, unknown_code};

#[test]
fn the_first_listed_of_two_flags_wins_wherever_it_stands() {
    for args in [
        "[--lock-object-namespace=old, --leader-elect-resource-namespace=new]",
        "[--leader-elect-resource-namespace=new, --lock-object-namespace=old]",
    ] {
        let text = deployment(
            "volcanosh/vc-controller-manager:v1.9.0",
            &format!("          args: {args}\n"),
        );
        let namespace = electors(&[("a.yaml", &text)], |electors| {
            electors[0].lock_namespace.value().cloned()
        });
        assert_eq!(namespace.as_deref(), Some("old"), "{args}");
    }
}

#[test]
fn only_the_exact_word_switches_argo_workflows_off() {
    for (value, state) in [
        ("true", ElectionState::Off),
        ("True", ElectionState::On),
        ("1", ElectionState::On),
    ] {
        let env = format!(
            "          command: [workflow-controller]\n          env: [{{name: \
             LEADER_ELECTION_DISABLE, value: \"{value}\"}}]\n"
        );
        let text = deployment("quay.io/argoproj/workflow-controller:v3.7.0", &env);
        let found = electors(&[("a.yaml", &text)], |electors| electors[0].state);
        assert_eq!(found, state, "{value}");
    }
}

#[test]
fn the_lease_of_the_gpu_operator_follows_the_renew_deadline_only_when_that_is_written() {
    for (args, lease) in [
        ("[--leader-elect]", 15.0),
        ("[--leader-elect, --leader-lease-renew-deadline, 60s]", 65.0),
    ] {
        let text = deployment(
            "nvcr.io/nvidia/gpu-operator:v24.9.0",
            &format!("          command: [gpu-operator]\n          args: {args}\n"),
        );
        let found = electors(&[("a.yaml", &text)], |electors| seconds(&electors[0])[0]);
        assert_eq!(found, Some(lease), "{args}");
    }
}

#[test]
fn a_flag_of_other_programs_leaves_the_setting_unknown_where_not_all_flags_are_listed() {
    let args = "          args: [--enable-leader-election, --leader-election-id=x]\n";
    let found = one("docker.io/istio/pilot:1.22.0", args, |elector| {
        (elector.state, unknown_code(&elector.switch))
    });
    assert_eq!(
        found,
        (ElectionState::Unknown, Some(LedgerCode::FlagNotListed))
    );
    let env = "          env: [{name: X_LEADER_ELECTION_ENABLED, value: \"false\"}]\n";
    let found = one(
        "percona/percona-server-mongodb-operator:1.20.0",
        env,
        |elector| unknown_code(&elector.switch),
    );
    assert_eq!(found, Some(LedgerCode::VariableNotListed));
}

#[test]
fn an_init_container_is_no_elector_and_a_sidecar_is_one() {
    let text = deployment(
        "nginx",
        "      initContainers:\n        - {name: i, image: \"controller:latest\", args: \
         [--leader-elect]}\n        - {name: s, image: \"controller:latest\", restartPolicy: \
         Always, args: [--leader-elect]}\n",
    );
    let names = electors(&[("a.yaml", &text)], |electors| {
        electors
            .iter()
            .map(|elector| elector.container.name().to_owned())
            .collect::<Vec<_>>()
    });
    assert_eq!(names, ["s"]);
}
