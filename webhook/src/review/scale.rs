//! The subresource `scale`: a Scale carries numbers only, so the workload that is known is judged with
//! the new number, and with the old one as what was there before.

use serde::Deserialize;

use super::judge::Asked;
use super::request::Request;
use crate::cluster::{Reading, Watched, resized};

/// The workload of a Scale before and after, if it is known and takes part in an election.
pub(super) fn asked<'a>(request: &Request<'_>, cluster: &Reading<'_>) -> Option<Asked<'a>> {
    if request.resource.group != "apps" {
        return None;
    }
    let what = Watched::WORKLOADS
        .into_iter()
        .find(|what| what.resource() == request.resource.resource)?;
    let known = cluster.workload(what, &request.namespace, &request.name)?;
    let old = request.old_object.and_then(replicas);
    Some(Asked {
        object: resized(known, replicas(request.object?)?)?.into(),
        // Without the number that was, nothing can be new.
        old: Some(resized(known, old?)?.into()),
        old_spec: None,
        is_scale: true,
    })
}

/// `spec.replicas` of an autoscaling/v1 Scale; 0 is left out there.
fn replicas(scale: &str) -> Option<i64> {
    #[derive(Deserialize)]
    struct Scale {
        #[serde(default)]
        spec: Spec,
    }
    #[derive(Default, Deserialize)]
    struct Spec {
        #[serde(default)]
        replicas: i64,
    }
    let scale: Scale = serde_json::from_str(scale).ok()?;
    Some(scale.spec.replicas)
}
