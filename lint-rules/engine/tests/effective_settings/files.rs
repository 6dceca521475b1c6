//! Settings in files and ConfigMaps.

use election::ElectionState;
use engine::Settings;
use objects::LedgerCode;
use programs::dialect_file::compile;

use crate::support::{deployment, electors, electors_with, seconds, unknown_code};

#[test]
fn the_example_of_a_config_map_changes_nothing() {
    let controller = deployment(
        "gcr.io/knative-releases/knative.dev/serving/cmd/controller:v1",
        "          env: [{name: CONFIG_LEADERELECTION_NAME, value: config-leader-election}, {name: \
         SYSTEM_NAMESPACE, value: ops}]\n",
    );
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config-leader-election, namespace: \
               ops}\ndata:\n  _example: |\n    lease-duration: \"1s\"\n  renew-deadline: 30s\n";
    electors(&[("a.yaml", &controller), ("b.yaml", map)], |electors| {
        assert_eq!(seconds(&electors[0]), [Some(60.0), Some(30.0), Some(10.0)]);
    });
}

#[test]
fn a_block_in_the_file_that_the_command_line_names_is_read() {
    let mount = "          args: [--config=/etc/app/manager.yaml]\n          volumeMounts: [{name: c, \
                 mountPath: /etc/app}]\n      volumes: [{name: c, configMap: {name: app}}]\n";
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app, namespace: ops}\ndata:\n  \
                  manager.yaml: |\n    kind: ProjectConfig\n    leaderElection:\n      leaderElect: \
                  true\n      resourceName: orders\n";
    let text = format!("{}---\n{config}", deployment("example.com/app:1", mount));
    let found = electors(&[("a.yaml", &text)], |electors| {
        let elector = &electors[0];
        (elector.state, elector.lock_name.value().cloned())
    });
    assert_eq!(found, (ElectionState::On, Some("orders".to_owned())));
    // A file that is only passed on, such as one for a program that this one starts, tells nothing.
    let other = text.replace("--config=/etc/app/manager.yaml", "--templates=/etc/app");
    let none = electors(&[("a.yaml", &other)], |electors| electors.is_empty());
    assert!(none);
}

#[test]
fn keys_of_a_file_are_found_flat_nested_and_mixed() {
    for (file, expected) in [
        (
            "providers: {kubernetes_leaderelection: {leader_leaseduration: 30}}",
            30.0,
        ),
        (
            "providers.kubernetes_leaderelection.leader_leaseduration: 40",
            40.0,
        ),
        (
            "providers.kubernetes_leaderelection: {leader_leaseduration: 50}",
            50.0,
        ),
        (
            "providers: {kubernetes_leaderelection.leader_leaseduration: 60}",
            60.0,
        ),
        ("providers.kubernetes: {leader_leaseduration: 70}", 15.0),
    ] {
        let workload = deployment(
            "docker.elastic.co/beats/elastic-agent:8.15.0",
            "          args: [-c, /etc/agent.yml]\n          volumeMounts: [{name: f, mountPath: \
             /etc/agent.yml, subPath: agent.yml}]\n      volumes: [{name: f, configMap: {name: \
             agent}}]\n",
        );
        let map = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: agent, namespace: \
             ops}}\ndata:\n  agent.yml: |\n    {file}\n"
        );
        let found = electors(&[("a.yaml", &workload), ("b.yaml", &map)], |electors| {
            seconds(&electors[0])[0]
        });
        assert_eq!(found, Some(expected), "{file}");
    }
}

/// An OpenTelemetry collector of any build, its configuration mounted from the ConfigMap `conf`.
fn collector(args: &str, mount: &str, volume: &str) -> String {
    deployment(
        "registry.example/ops/collector:1",
        &format!(
            "          args: [{args}]\n          volumeMounts: [{{name: f, {mount}}}]\n      volumes: [{{name: f, \
             configMap: {{name: conf{volume}}}}}]\n"
        ),
    )
}

fn collector_map(key: &str, extensions: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: conf, namespace: ops}}\ndata:\n  {key}: |\n    \
         extensions:\n{extensions}"
    )
}

type Lock = (Option<String>, Option<String>, Option<f64>);

fn lock_of(workload: &str, map: &str) -> Option<Lock> {
    electors(&[("a.yaml", workload), ("b.yaml", map)], |electors| {
        let one = electors.first()?;
        Some((
            one.lock_namespace.value().cloned(),
            one.lock_name.value().cloned(),
            seconds(one)[0],
        ))
    })
}

#[test]
fn a_collector_elects_by_an_extension_that_may_have_a_name() {
    let workload = collector("--config=/conf/relay.yaml", "mountPath: /conf", "");
    let lock = |namespace: Option<&str>, name: Option<&str>, lease| {
        Some((
            namespace.map(str::to_owned),
            name.map(str::to_owned),
            Some(lease),
        ))
    };
    let block = |suffix: &str, name: &str, namespace: &str, more: &str| {
        format!(
            "      k8s_leader_elector{suffix}:\n        lease_name: {name}\n        lease_namespace: \
             {namespace}\n{more}"
        )
    };
    let plain = block("", "events", "ops", "        lease_duration: 30s\n");
    let named = block("/cluster", "cluster", "ops", "");
    for (extensions, expected) in [
        (plain.clone(), lock(Some("ops"), Some("events"), 30.0)),
        (named.clone(), lock(Some("ops"), Some("cluster"), 15.0)),
        // A name may have dots.
        (
            block("/k8s.events", "events", "ops", ""),
            lock(Some("ops"), Some("events"), 15.0),
        ),
        // Two locks: what they have in common is known.
        (
            format!("{named}{}", block("/objects", "objects", "ops", "")),
            lock(Some("ops"), None, 15.0),
        ),
        (
            format!("{named}{}", block("/objects", "cluster", "other", "")),
            lock(None, Some("cluster"), 15.0),
        ),
        // The program fills this in.
        (
            block("/cluster", "cluster", "${env:POD_NAMESPACE}", ""),
            lock(None, Some("cluster"), 15.0),
        ),
        // No election at all.
        ("      health_check: {}\n".to_owned(), None),
    ] {
        let found = lock_of(&workload, &collector_map("relay.yaml", &extensions));
        assert_eq!(found, expected, "{extensions}");
    }
}

#[test]
fn a_mounted_file_has_the_name_that_its_volume_gives_it() {
    let extensions =
        "      k8s_leader_elector:\n        lease_name: lead\n        lease_namespace: ops\n";
    let item = ", items: [{key: relay, path: relay.yaml}]";
    for (args, mount, volume, key, found) in [
        (
            "--config=/conf/relay.yaml",
            "mountPath: /conf",
            item,
            "relay",
            true,
        ),
        // Only what `items` lists is mounted.
        (
            "--config=/conf/relay.yaml",
            "mountPath: /conf",
            item,
            "relay.yaml",
            false,
        ),
        // In a folder of the volume.
        (
            "--config=/conf/otel/relay.yaml",
            "mountPath: /conf",
            ", items: [{key: relay, path: otel/relay.yaml}]",
            "relay",
            true,
        ),
        (
            "--config=file:/conf/relay.yaml",
            "mountPath: /conf",
            item,
            "relay",
            true,
        ),
        // What watches the file is no collector, and what checks it neither.
        (
            "--config-file=/conf/relay.yaml",
            "mountPath: /conf",
            item,
            "relay",
            false,
        ),
        (
            "validate, --config=/conf/relay.yaml",
            "mountPath: /conf",
            item,
            "relay",
            false,
        ),
        // One file of the volume, under another name.
        (
            "--config=/etc/collector.yaml",
            "mountPath: /etc/collector.yaml, subPath: relay",
            "",
            "relay",
            true,
        ),
        (
            "--config=/etc/collector.yaml",
            "mountPath: /etc/collector.yaml, subPath: relay.yaml",
            item,
            "relay",
            true,
        ),
        (
            "--config=/etc/collector.yaml",
            "mountPath: /etc/collector.yaml, subPath: other",
            "",
            "relay",
            false,
        ),
    ] {
        let lock = lock_of(
            &collector(args, mount, volume),
            &collector_map(key, extensions),
        );
        let expected = (Some("ops".to_owned()), Some("lead".to_owned()), Some(15.0));
        assert_eq!(
            lock,
            found.then_some(expected),
            "{args} {mount}{volume} {key}"
        );
    }
}

/// The lease duration of a program of one's own with this `config`, started with these arguments, and why it is not known.
fn lease_of(
    config: &str,
    arguments: &str,
    file: Option<&str>,
) -> (Option<f64>, Option<LedgerCode>) {
    let record = format!(
        "programs: [{{id: mine, known-by: {{images: [team/mine]}}, config: {{{config}}}, settings: {{lease-duration: \
         {{flags: lease, keys: lease, default: 30s}}}}}}]"
    );
    let settings = Settings {
        programs: compile(serde_yaml::from_str(&record).unwrap()).unwrap(),
        ..Settings::default()
    };
    let mut text = deployment(
        "example.org/team/mine:1",
        &format!(
            "          args: [{arguments}]\n          volumeMounts: [{{name: file, mountPath: /etc/mine}}]\n      volumes: [{{name: file, configMap: {{name: file}}}}]\n"
        ),
    );
    if let Some(file) = file {
        text += &format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: file, namespace: ops}}\ndata:\n  mine.yaml: \"{file}\"\n"
        );
    }
    electors_with(&settings, &[("a.yaml", &text)], |electors| {
        let lease = &electors[0].lease;
        (seconds(&electors[0])[0], unknown_code(lease))
    })
}

#[test]
fn a_file_that_wins_over_flags_decides_also_where_it_is_not_known() {
    let named = "--lease=50s, --config=/etc/mine/mine.yaml";
    let weak = "flags: config, format: yaml";
    let strong = "flags: config, format: yaml, wins-over-flags: true";
    assert_eq!(lease_of(weak, named, Some("lease: 40s")).0, Some(50.0));
    assert_eq!(lease_of(strong, named, Some("lease: 40s")).0, Some(40.0));
    assert_eq!(lease_of(strong, named, Some("other: 40s")).0, Some(50.0));
    assert_eq!(lease_of(strong, "--lease=50s", None).0, Some(50.0));
    assert_eq!(lease_of(weak, named, None).0, Some(50.0));
    let (lease, because) = lease_of(strong, named, None);
    assert_eq!((lease, because.is_some()), (None, true));
}

#[test]
fn a_file_that_is_required_is_in_the_image_where_nothing_mounts_it() {
    let optional = "paths: /etc/mine/mine.yaml, format: decoded";
    let required = "paths: /etc/other/mine.yaml, format: decoded, required: true";
    assert_eq!(
        lease_of(optional, "--v=1", Some("lease: 40s")).0,
        Some(40.0)
    );
    let elsewhere = "paths: /etc/other/mine.yaml, format: decoded";
    assert_eq!(lease_of(elsewhere, "--v=1", None).0, Some(30.0));
    assert_eq!(
        lease_of(required, "--v=1", None),
        (None, Some(LedgerCode::FileOutsideInput))
    );
    assert_eq!(lease_of(required, "--lease=50s", None).0, Some(50.0));
}

/// Akka reads HOCON: a property of the virtual machine outweighs the file, of which nothing else is known.
#[test]
fn a_mounted_file_in_a_syntax_that_is_not_read_leaves_its_settings_unknown() {
    let property = "          env: [{name: JAVA_TOOL_OPTIONS, value: \"-Dakka.coordination.lease.kubernetes.heartbeat-timeout=60s\"}]\n";
    let mount = "          volumeMounts: [{name: c, mountPath: /conf}]\n      volumes: [{name: c, configMap: {name: shop}}]\n";
    let file = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop, namespace: ops}\ndata:\n  application.conf: |\n    akka.coordination.lease.kubernetes { heartbeat-interval = 5s }\n";
    let found = |text: &str| {
        electors(&[("a.yaml", text)], |electors| {
            let elector = &electors[0];
            (
                elector.lock_type.value().cloned(),
                seconds(elector)[0],
                unknown_code(&elector.retry),
            )
        })
    };
    let lock = Some("leases.akka.io".to_owned());
    let bare = deployment("example.org/shop:1", property);
    assert_eq!(found(&bare), (lock.clone(), Some(60.0), None));
    let mounted = deployment("example.org/shop:1", &format!("{property}{mount}"));
    let code = LedgerCode::ConfigurationNotRead;
    assert_eq!(
        found(&format!("{mounted}---\n{file}")),
        (lock, Some(60.0), Some(code))
    );
}
