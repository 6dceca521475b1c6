//! Settings in variables of the environment.

use election::ElectionState;
use engine::Settings;
use objects::LedgerCode;
use programs::Resolved;
use programs::dialect_file::compile;

use crate::support::{deployment, electors, electors_with, one, seconds, unknown_code};

#[test]
fn a_star_in_the_name_of_a_variable_stands_for_any_text_wherever_it_is() {
    let text = deployment(
        "example.org/mine:1",
        "          env: [{name: MY_EU_LEASE, value: 40s}, {name: MY_LEASE, value: 50s}]\n",
    );
    for (pattern, expected) in [
        ("MY_*_LEASE", Some(40.0)),
        ("MY_*LEASE", Some(50.0)),
        ("MY_*", Some(50.0)),
        ("*_LEASE", Some(50.0)),
        ("*EU*", Some(40.0)),
        ("M*_E*_L*E", Some(40.0)),
        ("MY_*_RENEW", Some(30.0)),
    ] {
        let record = format!(
            "programs: [{{id: mine, known-by: {{images: [mine]}}, settings: {{lease-duration: \
             {{env: \"{pattern}\", default: 30s}}}}}}]"
        );
        let settings = Settings {
            programs: compile(serde_yaml::from_str(&record).unwrap()).unwrap(),
            ..Settings::default()
        };
        let lease = electors_with(&settings, &[("a.yaml", &text)], |electors| {
            seconds(&electors[0])[0]
        });
        assert_eq!(lease, expected, "{pattern}");
    }
}

#[test]
fn a_parameter_of_an_openshift_template_is_unknown_and_no_mistake() {
    let text = "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nobjects:\n- \
                apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: x}\n  spec:\n    replicas: \
                ${{REPLICAS}}\n    selector: {matchLabels: {a: b}}\n    template:\n      metadata: \
                {labels: {a: b}}\n      spec:\n        containers:\n        - name: c\n          image: \
                ${IMAGE}\n          args: ['--leader-elect=${ELECT}', \
                '--leader-elect-lease-duration=20s']\nparameters: [{name: ELECT, value: 'true'}]\n";
    electors(&[("t.yaml", text)], |electors| {
        assert_eq!(electors[0].state, ElectionState::Unknown);
        assert_eq!(seconds(&electors[0])[0], Some(20.0));
        assert_eq!(electors[0].replicas.count, None);
    });
}

#[test]
fn what_is_filled_in_before_it_is_applied_is_unknown() {
    for (args, value) in [
        ("--leader-elect=${ELECT:=true}", ""),
        ("--leader-elect=$ELECT", ""),
        ("--leader-elect=$(SWITCH)", "${ELECT}"),
    ] {
        let container = format!(
            "          args: [\"{args}\"]\n          env: [{{name: SWITCH, value: \"{value}\"}}]\n"
        );
        let found = one("example.com/app:1", &container, |elector| {
            (elector.state, unknown_code(&elector.switch))
        });
        assert_eq!(
            found,
            (
                ElectionState::Unknown,
                Some(LedgerCode::VariableOutsideInput)
            ),
            "{args}"
        );
    }
}

#[test]
fn braces_around_a_variable_of_the_container_are_the_text_itself() {
    let container = "          args: [\"--leader-elect=${ELECT}\"]\n          env: [{name: ELECT, \
                     value: \"true\"}]\n";
    let unreadable = one("example.com/app:1", container, |elector| {
        matches!(elector.switch, Resolved::Unreadable { .. })
    });
    assert!(unreadable);
}

#[test]
fn seconds_are_read_where_the_name_says_so() {
    let env = "          env:\n          - {name: ENABLE_LEADER_ELECTION, value: \"true\"}\n          \
               - {name: LEASE_NAME, value: orders}\n          - {name: LEASE_DURATION_SECONDS, value: \
               \"30\"}\n          - {name: LEASE_RENEW_DEADLINE_SECONDS, value: \"20\"}\n";
    let found = one("example.com/app:1", env, |elector| {
        (
            elector.state,
            seconds(elector),
            elector.lock_name.value().cloned(),
        )
    });
    let expected = (
        ElectionState::On,
        [Some(30.0), Some(20.0), None],
        Some("orders".to_owned()),
    );
    assert_eq!(found, expected);
}

#[test]
fn a_number_in_a_variable_of_an_unlisted_program_is_no_default() {
    let env = "          env: [{name: LEADER_ELECTION_ENABLED, value: \"true\"}, {name: \
               LEADER_ELECTION_LEASE_DURATION, value: \"40\"}]\n";
    let code = one("example.com/app:1", env, |elector| {
        unknown_code(&elector.lease)
    });
    assert_eq!(code, Some(LedgerCode::SyntaxNotKnown));
}

#[test]
fn a_word_in_a_variable_of_an_unlisted_program_is_no_mistake() {
    for variable in [
        "ENABLE_LEADER_ELECTION, value: \"\"",
        "APP_LEADER_ELECTION_ENABLED, value: \"yes\"",
        "DISABLE_LEADER_ELECTION, value: \"no\"",
        "LEADER_ELECTION, value: kubernetes",
    ] {
        let env = format!("          env: [{{name: {variable}}}]\n");
        let found = one("example.com/app:1", &env, |elector| {
            (elector.state, unknown_code(&elector.switch))
        });
        let expected = (ElectionState::Unknown, Some(LedgerCode::SyntaxNotKnown));
        assert_eq!(found, expected, "{variable}");
    }
}

#[test]
fn a_lease_named_by_a_variable_with_a_prefix_is_the_lock() {
    let text = deployment(
        "registry.example/ops/operator:v1",
        "          env: [{name: APP_ENABLE_LEADER_ELECTION, value: \"true\"}, {name: APP_LEASE_NAME, value: \
         app-leader}, {name: APP_LEASE_NAMESPACE, value: leases}]\n",
    );
    let found = electors(&[("a.yaml", &text)], |electors| {
        let one = &electors[0];
        (
            one.lock_namespace.value().cloned(),
            one.lock_name.value().cloned(),
        )
    });
    assert_eq!(
        found,
        (Some("leases".to_owned()), Some("app-leader".to_owned()))
    );
}

#[test]
fn a_variable_that_is_not_of_the_election_sets_nothing() {
    for (env, expected) in [
        // The word before it is that of the switch, or of the renew deadline.
        (
            "{name: APP_LEADER_ELECTION_ENABLED, value: \"true\"}, {name: APP_LEASE_DURATION, value: 30s}, \
             {name: APP_RETRY_PERIOD, value: 3s}",
            [Some(30.0), Some(10.0), Some(3.0)],
        ),
        (
            "{name: ENABLE_LEADER_ELECTION, value: \"true\"}, {name: HA_LEASE_DURATION, value: 30s}, \
             {name: HA_RENEW_DEADLINE, value: 20s}, {name: HA_RETRY_PERIOD, value: 3s}",
            [Some(30.0), Some(20.0), Some(3.0)],
        ),
        // No word at all.
        (
            "{name: ENABLE_LEADER_ELECTION, value: \"true\"}, {name: LEASE_DURATION, value: 30s}, {name: \
             RETRY_PERIOD, value: 3s}",
            [Some(30.0), Some(10.0), Some(3.0)],
        ),
        // Something else's.
        (
            "{name: APP_LEADER_ELECTION_ENABLED, value: \"true\"}, {name: VAULT_LEASE_DURATION, value: 24h}, \
             {name: WEBHOOK_RETRY_PERIOD, value: 60s}",
            [Some(15.0), Some(10.0), Some(2.0)],
        ),
    ] {
        let text = deployment(
            "registry.example/ops/operator:v1",
            &format!("          env: [{env}]\n"),
        );
        let found = electors(&[("a.yaml", &text)], |electors| seconds(&electors[0]));
        assert_eq!(found, expected, "{env}");
    }
}
