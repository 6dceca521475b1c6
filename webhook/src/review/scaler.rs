//! HorizontalPodAutoscalers and ScaledObjects: what they make of the workload that they scale. It is only commented on,
//! because the workload may change in the next moment, in the same `kubectl apply`.

use engine::world::ScaleTarget;
use engine::{Input, Side, Task};
use manifest::json::read_json;
use manifest::text::FileId;

use super::judge::Judgement;
use super::objects::{NEW_FILE, OLD_FILE, input_of, only_object, options};
use super::request::Request;
use super::review_finding::DenialTerms;
use super::{ActivePolicy, Mode};
use crate::cluster::{FactsGuard, WatchedResource};

/// Adds what is new about the workload that a scaler scales, if it is known and takes part in an election.
pub(super) fn judge(
    request: &Request<'_>,
    what: WatchedResource,
    mode: Mode,
    policy: &ActivePolicy,
    reading: &FactsGuard<'_>,
    (before, after): (Option<&Input>, &Input),
    judgement: &mut Judgement,
) {
    let namespace = &*request.namespace;
    let Some(target) = only_object(after).and_then(ScaleTarget::of) else {
        return;
    };
    let kind = target.kind.unwrap_or("Deployment");
    let Some(watched) = WatchedResource::of_workload(kind) else {
        return;
    };
    if reading.view().doubt(&[watched]).is_some() {
        return;
    }
    let Some(text) = reading.workload(watched, namespace, target.name) else {
        return;
    };
    let read = |file: FileId| {
        let read = read_json(text, &options(file, &policy.fields)).ok();
        read.map(|(document, _)| input_of(document))
    };
    let (Some(old), Some(new)) = (read(OLD_FILE), read(NEW_FILE)) else {
        return;
    };
    let names_it = only_object(&new).is_some_and(|object| target.is(object));
    if !names_it {
        return;
    }
    judgement.judged = true;
    let name = &*request.name;
    let before = before.and_then(|before| before.documents().next());
    // What ConfigMaps say stays out of the answer: nothing is judged that rests on one.
    let world = || reading.world().without_config_maps();
    let was = world().with_scaler(what, name, before);
    let is = world().with_scaler(what, name, after.documents().next());
    let outcome = policy.engine.judge(Task::update(
        Side::among(&old, &was),
        Side::among(&new, &is),
    ));
    let terms = DenialTerms::of(policy, mode, Some(namespace), Some(reading));
    for mut finding in outcome.findings {
        if finding.is_open() {
            finding.message = format!("{kind} {}: {}", target.name, finding.message);
            let mut finding = terms.finding(finding, true, false);
            finding.rests_on_watches = true;
            judgement.findings.push(finding);
        }
    }
    let failed = outcome.internal.iter().map(|error| error.rule);
    judgement.failed_rules.extend(failed);
}
