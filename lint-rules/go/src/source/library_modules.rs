//! Modules whose functions `libraries` knows, as data.

/// Modules that elect for their callers, besides those of Kubernetes. A module of a later major version, `PATH/v2`, and
/// modules below one belong to it.
const ELECTING_MODULES: &[&str] = &[
    "github.com/aws-controllers-k8s/runtime",
    "github.com/fluxcd/pkg",
    "github.com/kubernetes-csi/csi-lib-utils",
    "github.com/kubernetes-incubator/external-storage",
    "github.com/openshift/library-go",
    "github.com/operator-framework/operator-lib",
    "github.com/rancher/wrangler",
    "github.com/spotahome/kooper",
    "knative.dev/pkg",
    "sigs.k8s.io/controller-runtime",
    "sigs.k8s.io/sig-storage-lib-external-provisioner",
];

/// Whether a path is that of a module that `libraries` knows, or below one.
///
/// A repository may hold such a module beside the programs that use it, as Kubernetes does in `staging/src`. To follow
/// its source costs much and finds less than the tables: cloud-controller-manager was not understood in Kubernetes 1.36.
pub(crate) fn is_library_module(path: &str) -> bool {
    // `k8s.io/client-go` and its like: the modules of a program are `k8s.io/REPOSITORY/...` where it has several.
    let is_of_kubernetes = path
        .strip_prefix("k8s.io/")
        .is_some_and(|name| !name.contains('/'));
    let is_below = |known: &str| {
        path.strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    is_of_kubernetes || ELECTING_MODULES.iter().any(|known| is_below(known))
}
