//! Settings that kustomizations change or generate.

use election::ElectionState;
use manifest::text::FileId;

use crate::support::{deployment, electors, seconds};

#[test]
fn the_kueue_base_is_read_through_its_kustomization() {
    let base = deployment(
        "controller:latest",
        "          command: [/manager]\n          args: [--config=/controller_manager_config.yaml]\n          \
         volumeMounts: [{name: c, mountPath: /controller_manager_config.yaml, subPath: \
         controller_manager_config.yaml}]\n      volumes: [{name: c, configMap: {name: manager-config}}]\n",
    );
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
        (
            "- {name: another, digest: sha256:0123}\n",
            Some("endpoints"),
        ),
        ("  newTag: v1.5.0\n", Some("endpoints")),
        ("  newTag: v3.0.0\n", Some("leases")),
        // A tag beside the digest is the digest's version.
        (
            "  newTag: v1.5.0\n  digest: sha256:0123\n",
            Some("endpoints"),
        ),
        ("  newTag: v3.0.0\n  digest: sha256:0123\n", Some("leases")),
        // Another name keeps the tag.
        ("  newName: mirror/csi-provisioner\n", Some("endpoints")),
        // Which version a digest alone stands for is not known, and versions differ.
        ("  digest: sha256:0123\n", None),
        (
            "  newName: mirror/csi-provisioner\n  digest: sha256:0123\n",
            None,
        ),
    ] {
        let images = match images.strip_prefix("- ") {
            Some(_) => images.to_owned(),
            None => format!("{provisioner}{images}"),
        };
        assert_eq!(lock_type(&images).as_deref(), expected, "{images}");
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
        assert_eq!(lock_type, None);
    }
    // Where they disagree, none of their tags is certain, nor the written one; nor where one of them sets none. That
    // matters where the versions differ in something.
    let newer = overlay("newTag: v3.0.0");
    let other_newer = overlay("newTag: v3.1.0");
    let oldest = overlay("newTag: v1.4.0");
    let unchanged = "resources: [../base]\n";
    for (one, other, expected) in [
        (newer.as_str(), oldest.as_str(), None),
        (&newer, &other_newer, Some("leases")),
        (&newer, unchanged, None),
        (unchanged, unchanged, Some("endpoints")),
        (&newer, &newer, Some("leases")),
    ] {
        let files = [
            ("base/a.yaml", &*written),
            ("base/kustomization.yaml", "resources: [a.yaml]\n"),
            ("x/kustomization.yaml", one),
            ("y/kustomization.yaml", other),
        ];
        let lock_type = electors(&files, |electors| electors[0].lock_type.value().cloned());
        assert_eq!(lock_type.as_deref(), expected, "{one}\n{other}");
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
