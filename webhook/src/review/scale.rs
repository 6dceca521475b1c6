//! The subresource `scale`: a Scale carries numbers only, so the workload that is known is judged with
//! the new number, and with the old one as what was there before.

use engine::Input;
use manifest::json::read_json;
use manifest::text::FileId;
use manifest::tree::FieldMask;

use super::judge::{ObjectChange, OldInput};
use super::objects::{NEW_FILE, OLD_FILE, input_of, only_object, options};
use super::request::Request;
use crate::cluster::{FactsGuard, WatchedResource, resized};

/// The workload of a Scale before and after, if it is known and takes part in an election.
pub(super) fn change(
    request: &Request<'_>,
    (new, old): (&Input, &OldInput),
    fields: &FieldMask,
    cluster: &FactsGuard<'_>,
) -> Option<ObjectChange> {
    if request.resource.group != "apps" {
        return None;
    }
    let what = WatchedResource::WORKLOADS
        .into_iter()
        .find(|what| what.resource() == request.resource.resource)?;
    // What may be out of date denies nothing.
    if cluster.view().doubt(&[what]).is_some() {
        return None;
    }
    let known = cluster.workload(what, &request.namespace, &request.name)?;
    let sized = |scale: &Input, file: FileId| {
        let text = resized(known, replicas(scale)?)?;
        let read = read_json(&text, &options(file, fields)).ok()?;
        Some(input_of(read.0))
    };
    // Without the number that was, nothing can be new.
    let OldInput::Read(old) = old else {
        return None;
    };
    Some(ObjectChange {
        new: sized(new, NEW_FILE)?,
        old: OldInput::Read(sized(old, OLD_FILE)?),
        is_scale: true,
    })
}

/// `spec.replicas` of an autoscaling/v1 Scale; 0 is left out there.
fn replicas(scale: &Input) -> Option<i64> {
    let object = only_object(scale)?;
    match object.node().at(&["spec", "replicas"]) {
        Some(node) => node.as_i64(),
        None => Some(0),
    }
}
