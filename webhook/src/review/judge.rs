//! One request to the engine and back.

use engine::{Finding, Input};
use manifest::tree::Document;

use super::objects::{
    MAX_CONTAINER_BYTES, MAX_CONTAINERS, OldObject, ReviewedObjects, input_of, is_judged_in_time,
    is_leaving, is_made_of_a_custom_workload, is_made_of_another, only_object,
};
use super::request::{Operation, Request};
use super::review_finding::{DenialTerms, ReviewFinding, is_settled};
use super::{
    ActivePolicy, Mode, ReviewedKind, WorkloadReference, change, config_map_values, rights, scale,
    scaler,
};
use crate::cluster::{ClusterWorld, FactsGuard};

/// What judging one request gave: findings and notes, or why the object was not judged.
pub(super) struct Judgement {
    pub kind: ReviewedKind,
    pub findings: Vec<ReviewFinding>,
    /// Why an object that should have been judged was not.
    pub not_judged: Option<String>,
    /// Warnings that are no findings.
    pub notes: Vec<String>,
    /// Whether warnings are shown: not in the mode `audit`.
    pub is_shown: bool,
    pub judged: bool,
    pub failed_rules: Vec<&'static str>,
    /// Whether a ConfigMap is being read that it may rest on.
    pub waits_for_config_maps: bool,
    /// The workload, if Events are written.
    pub workload: Option<WorkloadReference>,
}

impl Judgement {
    /// Nothing was judged.
    pub(super) fn nothing(request: &Request<'_>) -> Self {
        Self {
            kind: ReviewedKind::of(&request.kind.group, &request.kind.kind),
            findings: Vec::new(),
            not_judged: None,
            notes: Vec::new(),
            is_shown: true,
            judged: false,
            failed_rules: Vec::new(),
            waits_for_config_maps: false,
            workload: None,
        }
    }
}

/// Findings by the engine, and what they rest on.
pub(super) struct JudgedFindings {
    pub findings: Vec<MarkedFinding>,
    pub failed_rules: Vec<&'static str>,
}

/// A finding, and whether the change made it.
pub(super) type MarkedFinding = (Finding, bool);

/// What is judged: an object as it will be, and as it was.
pub(super) struct ObjectChange {
    pub new: Input,
    pub old: OldInput,
    /// Whether only the number of replicas changes.
    pub is_scale: bool,
}

/// The object as it was.
pub(super) enum OldInput {
    /// There is none, or it cannot be read.
    None,
    /// It has the same spec, so that nothing found in the new one is new.
    SameSpec,
    /// As it was read.
    Read(Input),
}

impl OldInput {
    fn of(object: OldObject) -> Self {
        match object {
            OldObject::None => Self::None,
            OldObject::SameSpec => Self::SameSpec,
            OldObject::Read(document) => Self::Read(input_of(document)),
        }
    }

    fn read(&self) -> Option<&Input> {
        match self {
            Self::Read(input) => Some(input),
            Self::None | Self::SameSpec => None,
        }
    }
}

/// Judges a request, if it is one that is judged at all.
pub(super) fn judge(
    request: &Request<'_>,
    objects: ReviewedObjects,
    mode: Mode,
    policy: &ActivePolicy,
    cluster: Option<&FactsGuard<'_>>,
) -> Judgement {
    let mut judgement = Judgement::nothing(request);
    let kind = judgement.kind;
    let old = OldInput::of(objects.old);
    let new = objects.new.map(|read| read.map(input_of));
    if let Some(reading) = cluster
        && let Some(what) = rights::watched(request, kind)
        && let Some(before) = old.read()
    {
        let after = new.as_ref().and_then(|read| read.as_ref().ok());
        let sides = (before, after);
        rights::judge(request, what, mode, policy, reading, sides, &mut judgement);
    }
    let sub_resource = &*request.sub_resource;
    if let Some(what) = kind
        .scaler()
        .filter(|_| sub_resource.is_empty() && judges(request))
    {
        if let (Some(reading), Some(Ok(new))) = (cluster, &new) {
            let sides = (old.read(), new);
            scaler::judge(request, what, mode, policy, reading, sides, &mut judgement);
        }
        return judgement;
    }
    let change = match new {
        Some(Ok(new)) if judges(request) => match &*request.sub_resource {
            "" => ObjectChange {
                new,
                old,
                is_scale: false,
            },
            _ => match cluster
                .and_then(|cluster| scale::change(request, (&new, &old), &policy.fields, cluster))
            {
                Some(change) => change,
                None => return judgement,
            },
        },
        Some(Err(unread)) if judges(request) && kind.is_judged() => {
            judgement.not_judged = Some(format!(
                "this {} was not judged: {}",
                kind.as_str(),
                unread.reason
            ));
            return judgement;
        }
        _ => return judgement,
    };
    let input = &change.new;
    let is_left_out =
        |document: &Document| is_leaving(document) || is_made_of_another(document, cluster);
    if input.documents().all(is_left_out) {
        return judgement;
    }
    if !is_judged_in_time(input) {
        judgement.not_judged = Some(format!(
            "this {} was not judged: it has more than {MAX_CONTAINERS} containers, or more than {} KiB of them",
            kind.as_str(),
            MAX_CONTAINER_BYTES >> 10
        ));
        return judgement;
    }
    judgement.judged = true;
    if policy.events && kind.is_workload() && !request.dry_run {
        let object = only_object(input);
        judgement.workload =
            object.and_then(|object| WorkloadReference::of(object, &request.namespace));
    }
    let is_update = request.operation == Operation::Update;
    let world = cluster.map(|cluster| {
        let world = cluster.world();
        if change.is_scale {
            world.while_scaling()
        } else {
            world
        }
    });
    // What a controller makes of an object that was judged is not denied: that would only keep the object from being
    // what it says it is.
    let is_derived = change.new.documents().all(is_made_of_a_custom_workload);
    let mode = if is_derived {
        mode.min(Mode::Warn)
    } else {
        mode
    };
    let found = change::judge(&change, is_update, &policy.engine, world.as_ref());
    judgement.failed_rules = found.failed_rules;
    let has_missed = world
        .as_ref()
        .is_some_and(ClusterWorld::has_missed_config_maps);
    judgement.waits_for_config_maps = has_missed;
    let namespace = Some(&*request.namespace).filter(|namespace| !namespace.is_empty());
    let terms = DenialTerms::of(policy, mode, namespace, cluster).with_age(&change);
    let mut findings = Vec::new();
    for (mut finding, is_new) in found.findings {
        judgement.notes.extend(terms.reopen(&mut finding));
        if finding.is_open() {
            let is_settled = cluster.is_none() || is_settled(&finding);
            let mut finding = terms.finding(finding, is_new, is_settled);
            finding.rests_on_watches |= change.is_scale;
            findings.push(finding);
        }
    }
    if let Some(world) = world.filter(ClusterWorld::has_read_config_maps) {
        config_map_values::withhold(&mut findings, &change, is_update, &policy.engine, world);
    }
    judgement.findings.extend(findings);
    judgement
}

/// Whether a request writes an object; deletions are never denied.
fn judges(request: &Request<'_>) -> bool {
    matches!(request.operation, Operation::Create | Operation::Update)
}
