//! One request to the engine and back.

use engine::{Engine, Finding, Group, Input, Needs, Severity, Side, Task};

use super::objects::{
    MAX_CONTAINER_BYTES, MAX_CONTAINERS, OldObject, ReviewedObjects, belongs_to_others, input_of,
    is_judged_in_time,
};
use super::request::{Operation, Request};
use super::{ActivePolicy, Mode, ReviewedKind, change, rights, scale};
use crate::cluster::FactsGuard;

/// What came of a request.
pub(super) struct Judgement {
    pub kind: ReviewedKind,
    pub findings: Vec<ReviewFinding>,
    /// Why an object that should have been judged was not.
    pub not_judged: Option<String>,
    pub judged: bool,
    pub failed_rules: Vec<&'static str>,
}

impl Judgement {
    /// Nothing was judged.
    pub(super) fn nothing(request: &Request<'_>) -> Self {
        Self {
            kind: ReviewedKind::of(&request.kind.group, &request.kind.kind),
            findings: Vec::new(),
            not_judged: None,
            judged: false,
            failed_rules: Vec::new(),
        }
    }
}

/// A finding of the object as it will be.
pub(super) struct ReviewFinding {
    pub finding: Finding,
    /// Whether the change made it. Old sins never block.
    pub is_new: bool,
    /// Whether it would be there also if other objects came or went in the next moment.
    pub is_settled: bool,
    /// Whether it rests on what watches have brought, which may be a moment behind.
    pub rests_on_watches: bool,
    /// The mode where it happens.
    pub mode: Mode,
}

impl ReviewFinding {
    /// Whether it blocks, in the mode where it happens.
    pub(super) fn blocks(&self) -> bool {
        self.mode == Mode::Enforce && self.is_reason_to_block()
    }

    /// Whether it would block where errors deny.
    pub(super) fn is_reason_to_block(&self) -> bool {
        self.is_new && self.is_settled && self.finding.severity == Severity::Error
    }

    /// Whether it says that something is missing which may come in the next moment.
    pub(super) fn may_pass(&self) -> bool {
        self.is_new && !self.is_settled && self.finding.severity >= Severity::Warning
    }
}

/// Findings by the engine, and what they rest on.
pub(super) struct JudgedFindings {
    pub findings: Vec<MarkedFinding>,
    pub failed_rules: Vec<&'static str>,
    /// Whether a ConfigMap of the cluster was read.
    pub has_read_config_maps: bool,
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
    let engine = &policy.engine;
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
    if input.documents().all(belongs_to_others) {
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
    let found = if request.operation == Operation::Update {
        change::judge(&change, engine, cluster)
    } else {
        findings(input, true, engine, cluster)
    };
    judgement.failed_rules = found.failed_rules;
    let open = found
        .findings
        .into_iter()
        .filter(|(finding, _)| finding.is_open());
    let reviewed = open.map(|(finding, is_new)| ReviewFinding {
        is_new,
        is_settled: cluster.is_none() || is_settled(&finding),
        rests_on_watches: change.is_scale,
        mode,
        finding,
    });
    let mut findings: Vec<ReviewFinding> = reviewed.collect();
    if let Some(reading) = cluster.filter(|_| found.has_read_config_maps) {
        note_config_maps(&mut findings, input, engine, reading);
    }
    judgement.findings.extend(findings);
    judgement
}

/// Whether a request writes an object; deletions are never denied.
fn judges(request: &Request<'_>) -> bool {
    matches!(request.operation, Operation::Create | Operation::Update)
}

/// Notes which reasons to block are there because of what a ConfigMap says. Few objects are denied, so
/// that it costs little to judge those once more as if nothing were known of ConfigMaps.
fn note_config_maps(
    findings: &mut [ReviewFinding],
    input: &Input,
    engine: &Engine,
    reading: &FactsGuard<'_>,
) {
    if !findings.iter().any(ReviewFinding::blocks) {
        return;
    }
    let world = reading.world().without_config_maps();
    let task = Task::lint(Side::among(input, &world));
    let without = engine.judge(task).findings;
    for one in findings.iter_mut().filter(|one| one.blocks()) {
        let same = |finding: &Finding| finding.fingerprint == one.finding.fingerprint;
        one.rests_on_watches |= !without.iter().any(same);
    }
}

/// Whether a finding would be there also if other objects came or went in the next moment.
///
/// A workload may be created before its rights, in the same `kubectl apply`; what a watch has not
/// brought yet may be there already; and a workload under another name may be about to go.
fn is_settled(finding: &Finding) -> bool {
    let rule = finding.rule;
    rule.needs != Needs::Bundle || !matches!(rule.group, Group::Access | Group::Lock)
}

/// The findings of an object by itself, all of them new or none.
pub(super) fn findings(
    input: &Input,
    are_new: bool,
    engine: &Engine,
    cluster: Option<&FactsGuard<'_>>,
) -> JudgedFindings {
    let world = cluster.map(FactsGuard::world);
    let side = match &world {
        Some(world) => Side::among(input, world),
        None => input.into(),
    };
    let outcome = engine.judge(Task::lint(side));
    let made = outcome.findings.into_iter();
    JudgedFindings {
        findings: made.map(|finding| (finding, are_new)).collect(),
        failed_rules: outcome.internal.iter().map(|error| error.rule).collect(),
        has_read_config_maps: world.is_some_and(|world| world.has_read_config_maps()),
    }
}
