//! Effective settings seen from outside: manifests in, electors out.
#![allow(clippy::unwrap_used)]

use election::{ElectionState, Elector};
use engine::{Engine, Input, Settings, Task, read_attachment, read_file};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use objects::LedgerCode;
use programs::dialect_file::compile;
use programs::{Resolved, Setting};

/// Runs `look` over the electors of files, given as (name, text).
fn electors<T>(files: &[(&str, &str)], look: impl Fn(&[Elector<'_>]) -> T) -> T {
    electors_with(&Settings::default(), files, look)
}

fn electors_with<T>(
    settings: &Settings,
    files: &[(&str, &str)],
    look: impl Fn(&[Elector<'_>]) -> T,
) -> T {
    let read = files.iter().enumerate().map(|(number, (name, text))| {
        let id = FileId(u32::try_from(number).unwrap());
        if name.ends_with(".conf") {
            read_attachment(id, name, text.as_bytes(), ReadLimits::default())
        } else {
            read_file(id, name, text.as_bytes(), false, ReadLimits::default())
        }
    });
    let input = Input::new(read.collect());
    let engine = Engine::new(settings.clone());
    look(&engine.judge(Task::inspect(&input)).electors)
}

/// A Deployment with one container.
fn deployment(image: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: x, namespace: ops}}\nspec:\n  \
         replicas: 2\n  selector: {{matchLabels: {{a: b}}}}\n  template:\n    metadata: {{labels: \
         {{a: b}}}}\n    spec:\n      containers:\n        - name: c\n          image: {image}\n\
         {container}"
    )
}

fn seconds(elector: &Elector<'_>) -> [Option<f64>; 3] {
    [&elector.lease, &elector.renew, &elector.retry]
        .map(|value| value.value().map(|nanos| nanos.as_seconds()))
}

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
fn the_kueue_base_is_read_through_its_kustomization() {
    let base = deployment("controller:latest", "          command: [/manager]\n");
    let kustomization = "resources: [manager.yaml]\nconfigMapGenerator:\n- name: manager-config\n  \
                         files: [controller_manager_config.yaml]\nimages:\n- name: controller\n  \
                         newName: example.org/staging/kueue\n  newTag: main\n";
    let config = "apiVersion: config.kueue.x-k8s.io/v1beta1\nkind: Configuration\nleaderElection:\n  \
                  leaderElect: false\n  leaseDuration: 40s\n";
    let files = [
        ("k/controller_manager_config.yaml", config),
        ("k/kustomization.yaml", kustomization),
        ("k/manager.yaml", &*base),
    ];
    electors(&files, |electors| {
        assert_eq!(electors[0].program.id, "kueue");
        assert_eq!(electors[0].state, ElectionState::Off);
        assert_eq!(seconds(&electors[0])[0], Some(40.0));
        let place = electors[0].lease.origin().unwrap().place.unwrap();
        assert_eq!(place.file, FileId(0), "the file that holds the value");
    });
}

#[test]
fn a_digest_of_a_kustomization_hides_the_written_version() {
    let written = deployment(
        "quay.io/k8scsi/csi-provisioner:v1.6.0",
        "          args: [--enable-leader-election]\n",
    );
    let lock_type = |images: &str| {
        let kustomization = format!("resources: [a.yaml]\nimages:\n{images}");
        let files = [
            ("k/a.yaml", &*written),
            ("k/kustomization.yaml", &kustomization),
        ];
        electors(&files, |electors| electors[0].lock_type.value().cloned())
    };
    let provisioner = "- name: quay.io/k8scsi/csi-provisioner\n";
    for (images, expected) in [
        // Version 1.6 locks Endpoints.
        ("- {name: another, digest: sha256:0123}\n", "endpoints"),
        ("  newTag: v1.5.0\n", "endpoints"),
        ("  newTag: v3.0.0\n", "leases"),
        // A tag beside the digest is the digest's version.
        ("  newTag: v1.5.0\n  digest: sha256:0123\n", "endpoints"),
        ("  newTag: v3.0.0\n  digest: sha256:0123\n", "leases"),
        // What a digest alone stands for is not known: the written tag is gone.
        ("  digest: sha256:0123\n", "leases"),
        (
            "  newName: mirror/csi-provisioner\n  digest: sha256:0123\n",
            "leases",
        ),
    ] {
        let images = match images.strip_prefix("- ") {
            Some(_) => images.to_owned(),
            None => format!("{provisioner}{images}"),
        };
        assert_eq!(lock_type(&images).as_deref(), Some(expected), "{images}");
    }
    // Of two overlays either may be applied: with a digest in one of them the written tag is not certain.
    let overlay =
        |change: &str| format!("resources: [../base]\nimages:\n{provisioner}  {change}\n");
    let (digest, tag) = (overlay("digest: sha256:0123"), overlay("newTag: v1.5.0"));
    for (one, other) in [(&digest, &tag), (&tag, &digest)] {
        let files = [
            ("base/a.yaml", &*written),
            ("base/kustomization.yaml", "resources: [a.yaml]\n"),
            ("x/kustomization.yaml", one),
            ("y/kustomization.yaml", other),
        ];
        let lock_type = electors(&files, |electors| electors[0].lock_type.value().cloned());
        assert_eq!(lock_type.as_deref(), Some("leases"));
    }
}

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
fn a_generated_file_that_is_not_called_yaml_is_read_as_its_program_reads_it() {
    let master = deployment(
        "registry.k8s.io/nfd/node-feature-discovery:v0.17.0",
        "          command: [nfd-master]\n          args: [-enable-leader-election]\n          \
         volumeMounts: [{name: conf, mountPath: /etc/kubernetes/node-feature-discovery}]\n      \
         volumes: [{name: conf, configMap: {name: nfd-master-conf}}]\n",
    );
    let kustomization = "resources: [master.yaml]\nconfigMapGenerator:\n- name: nfd-master-conf\n  \
                         files: [nfd-master.conf]\n";
    let files = [
        ("n/kustomization.yaml", kustomization),
        ("n/master.yaml", &*master),
        (
            "n/nfd-master.conf",
            "leaderElection:\n  leaseDuration: 25s\n  renewDeadline: 20s\n",
        ),
    ];
    electors(&files, |electors| {
        assert_eq!(electors[0].state, ElectionState::On);
        assert_eq!(seconds(&electors[0]), [Some(25.0), Some(20.0), Some(2.0)]);
    });
}

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

fn one<T>(image: &str, container: &str, look: impl Fn(&Elector<'_>) -> T) -> T {
    let text = deployment(image, container);
    electors(&[("a.yaml", &text)], |electors| look(&electors[0]))
}

fn unknown_code<T>(value: &Resolved<T>) -> Option<LedgerCode> {
    match value {
        Resolved::Unknown(because) => Some(because.code),
        _ => None,
    }
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
fn a_flag_of_other_programs_leaves_the_setting_unknown_where_not_all_flags_are_listed() {
    let args = "          args: [--enable-leader-election, --leader-election-id=x]\n";
    let found = one(
        "registry.k8s.io/sig-storage/csi-attacher:v4.10.0",
        args,
        |elector| (elector.state, unknown_code(&elector.switch)),
    );
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
fn advice_spells_the_flags_of_an_unlisted_program_as_its_command_line_does() {
    for (args, expected) in [
        (
            "--leader-elect, --renew-deadline=10s",
            Some("lease-duration"),
        ),
        (
            "--leader-elect, --leader-election-retry-period=2s",
            Some("leader-election-lease-duration"),
        ),
        (
            "--leader-election, --leaderElectionRetryPeriod=2s",
            Some("leaderElectionLeaseDuration"),
        ),
        (
            "--leader-elect-resource-name=x",
            Some("leader-elect-lease-duration"),
        ),
        (
            "--leader-elect, --leader-lease-duration=20s",
            Some("leader-lease-duration"),
        ),
        ("--leader-elect", None),
        ("--leader-elect, --leader-election-id=x", None),
    ] {
        let container = format!("          args: [{args}]\n");
        let flag = one("registry.example/ops/operator:v1", &container, |elector| {
            elector.flag_of(Setting::LeaseDuration).map(str::to_owned)
        });
        assert_eq!(flag.as_deref(), expected, "{args}");
    }
    let listed = one(
        "registry.k8s.io/sig-storage/csi-attacher:v4.8.0",
        "",
        |elector| elector.flag_of(Setting::LeaseDuration).map(str::to_owned),
    );
    assert_eq!(listed.as_deref(), Some("leader-election-lease-duration"));
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

/// The help of the only finding of a rule.
fn help_of(rule: &str, text: &str) -> String {
    let id = FileId(0);
    let read = read_file(id, "a.yaml", text.as_bytes(), false, ReadLimits::default());
    let input = Input::new(vec![read]);
    let engine = Engine::default();
    let outcome = engine.judge(Task::lint(&input));
    let mut found = outcome.findings.iter().filter(|one| one.rule.id == rule);
    let help = found.next().expect("found").help.clone();
    assert!(found.next().is_none(), "one finding");
    help
}

#[test]
fn advice_for_one_pod_asks_for_nothing_that_program_and_workload_do_not_have() {
    let workload = |kind: &str, strategy: &str, image: &str, args: &str| {
        format!(
            "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: x, namespace: \
             ops}}\nspec:\n  replicas: 1\n  selector: {{matchLabels: {{a: b}}}}\n{strategy}  \
             template:\n    metadata: {{labels: {{a: b}}}}\n    spec:\n      containers:\n        \
             - name: c\n          image: {image}\n          args: [{args}]\n"
        )
    };
    let recreate = "  strategy: {type: Recreate}\n";
    let (unlisted, listed) = (
        "registry.example/ops/operator:v1",
        "quay.io/jetstack/cert-manager-approver-policy:v0.14.1",
    );
    for (kind, strategy, image, args, end) in [
        (
            "Deployment",
            "",
            unlisted,
            "--leader-elect",
            "set `replicas: 2`, or turn the election off and use `strategy: Recreate` if one pod is meant",
        ),
        (
            "Deployment",
            recreate,
            unlisted,
            "--leader-elect",
            "set `replicas: 2`, or turn the election off if one pod is meant",
        ),
        (
            "StatefulSet",
            "",
            unlisted,
            "--leader-elect",
            "set `replicas: 2`, or turn the election off if one pod is meant",
        ),
        // Nothing turns this one's election off.
        (
            "Deployment",
            "",
            listed,
            "--log-level=1",
            "set `replicas: 2`, or use `strategy: Recreate` if one pod is meant",
        ),
        (
            "Deployment",
            recreate,
            listed,
            "--log-level=1",
            "set `replicas: 2`",
        ),
    ] {
        let help = help_of("single-replica", &workload(kind, strategy, image, args));
        assert!(help.ends_with(end), "{kind} {strategy}{image}: {help}");
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

#[test]
fn a_config_map_may_be_named_as_it_will_be_after_the_build() {
    let workload = |map: &str| {
        deployment(
            "scheduler:latest",
            &format!(
                "          command: [/koord-scheduler]\n          args: [--config=/config/koord-scheduler.config]\n          \
                 volumeMounts: [{{name: f, mountPath: /config}}]\n      volumes: [{{name: f, configMap: {{name: {map}, \
                 items: [{{key: file, path: koord-scheduler.config}}]}}}}]\n"
            ),
        )
    };
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: scheduler-config, namespace: ops}\ndata:\n  file: |\n    \
               kind: KubeSchedulerConfiguration\n    leaderElection: {resourceName: koord-scheduler, leaseDuration: \
               40s}\n";
    let kustomization =
        |prefix: &str| format!("namePrefix: {prefix}\nresources: [map.yaml, scheduler.yaml]\n");
    for (prefix, name, found) in [
        ("koord-", "koord-scheduler-config", true),
        ("koord-", "scheduler-config", true),
        ("other-", "koord-scheduler-config", false),
    ] {
        let (kustomization, workload) = (kustomization(prefix), workload(name));
        let files = [
            ("k/kustomization.yaml", kustomization.as_str()),
            ("k/map.yaml", map),
            ("k/scheduler.yaml", workload.as_str()),
        ];
        let lease = electors(&files, |electors| seconds(&electors[0])[0]);
        assert_eq!(lease, found.then_some(40.0), "{prefix} {name}");
    }
}
