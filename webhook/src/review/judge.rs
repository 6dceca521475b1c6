//! One request to the engine and back.

use std::borrow::Cow;

use engine::{self, Finding, Group, Input, Needs, Severity};
use manifest::text::FileId;
use manifest::tree::{Document, Node, ReadError, ReadLimits};
use objects::{Workload, objects_of};

use super::request::{Operation, Request};
use super::{Kind, Mode, Policy, change, rights, scale};
use crate::cluster::Reading;

/// What is too much for one object: it is allowed, and said not to be judged. An API server takes requests
/// of 3 MiB and etcd 1.5 MiB by default, so no object that is meant comes near; the bounds keep a hostile one
/// from filling the memory and from taking longer than the API server waits.
pub(super) const LIMITS: ReadLimits = ReadLimits {
    bytes: 3 << 20,
    nodes: 100_000,
    members: 4_000,
    alias_expansion: 0,
    depth: 255,
};

/// Containers of one pod that are judged. Each may be an elector with findings of its own.
const MOST_CONTAINERS: usize = 100;
/// Bytes that describe them, all together. Linux gives a program 128 KiB in one argument.
const MOST_DESCRIBED: usize = 512 << 10;

/// What came of a request.
pub(super) struct Judgement {
    pub kind: Kind,
    pub said: Vec<Said>,
    /// Why an object that should have been judged was not.
    pub not_judged: Option<String>,
    pub judged: bool,
    pub failed_rules: Vec<&'static str>,
}

impl Judgement {
    /// Nothing was judged.
    pub(super) fn nothing(request: &Request<'_>) -> Self {
        Self {
            kind: Kind::of(&request.kind.group, &request.kind.kind),
            said: Vec::new(),
            not_judged: None,
            judged: false,
            failed_rules: Vec::new(),
        }
    }
}

/// A finding of the object as it will be.
pub(super) struct Said {
    pub finding: Finding,
    /// Whether the change made it. Old sins never block.
    pub is_new: bool,
    /// Whether it would be there also if other objects came or went in the next moment.
    pub is_settled: bool,
    /// Whether it rests on what watches have told, which may be a moment behind.
    pub rests_on_watches: bool,
    /// The mode where it happens.
    pub mode: Mode,
}

impl Said {
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
pub(super) struct Found {
    pub findings: Vec<Made>,
    pub failed_rules: Vec<&'static str>,
    /// Whether a ConfigMap of the cluster was read.
    pub has_read_config_maps: bool,
}

/// A finding, and whether the change made it.
pub(super) type Made = (Finding, bool);

/// What is judged: the object as it will be, and as it was.
pub(super) struct Asked<'a> {
    pub object: Cow<'a, str>,
    pub old: Option<Cow<'a, str>>,
    /// The old object's spec, if it is known to be a part of `old`.
    pub old_spec: Option<&'a str>,
    /// Whether only the number of replicas is asked for.
    pub is_scale: bool,
}

/// Judges what is asked, if it is judged at all.
pub(super) fn judge(
    request: &Request<'_>,
    mode: Mode,
    policy: &Policy,
    cluster: Option<&Reading<'_>>,
) -> Judgement {
    let mut judgement = Judgement::nothing(request);
    let kind = judgement.kind;
    if let Some(reading) = cluster
        && let Some(what) = rights::watched(request, kind)
    {
        rights::judge(request, what, mode, policy, reading, &mut judgement);
    }
    let saying = |findings: Vec<Made>, is_scale: bool| {
        let told = findings
            .into_iter()
            .filter(|(finding, _)| finding.suppressed.is_none() && !policy.silences(finding));
        let said = told.map(|(finding, is_new)| Said {
            is_new,
            is_settled: cluster.is_none() || is_settled(&finding),
            rests_on_watches: is_scale,
            mode,
            finding,
        });
        said.collect::<Vec<_>>()
    };
    let Some(asked) = asked(request, kind, cluster) else {
        return judgement;
    };
    let input = match read(&asked.object) {
        Ok(input) => input,
        Err(unread) => {
            judgement.not_judged = Some(format!(
                "this {} was not judged: {}",
                kind.as_str(),
                unread.reason
            ));
            return judgement;
        }
    };
    if input.documents().all(belongs_to_others) {
        return judgement;
    }
    if !is_judged_in_time(&input) {
        judgement.not_judged = Some(format!(
            "this {} was not judged: it has more than {MOST_CONTAINERS} containers, or more than {} KiB of them",
            kind.as_str(),
            MOST_DESCRIBED >> 10
        ));
        return judgement;
    }
    judgement.judged = true;
    let found = if request.operation == Operation::Update {
        change::judge(&input, &asked, policy, cluster)
    } else {
        findings(&input, true, policy, cluster)
    };
    judgement.failed_rules = found.failed_rules;
    let has_read_config_maps = found.has_read_config_maps;
    let mut said = saying(found.findings, asked.is_scale);
    if let Some(reading) = cluster.filter(|_| has_read_config_maps) {
        note_config_maps(&mut said, &input, policy, reading);
    }
    judgement.said.extend(said);
    judgement
}

/// Notes which reasons to block are there because of what a ConfigMap says. Few objects are denied, so
/// that it costs little to judge those once more as if nothing were known of ConfigMaps.
fn note_config_maps(said: &mut [Said], input: &Input, policy: &Policy, reading: &Reading<'_>) {
    if !said.iter().any(Said::blocks) {
        return;
    }
    let world = reading.world().without_config_maps();
    let without = engine::judge_among(input, &world, &policy.settings).findings;
    for said in said.iter_mut().filter(|said| said.blocks()) {
        let same = |finding: &Finding| finding.fingerprint == said.finding.fingerprint;
        said.rests_on_watches |= !without.iter().any(same);
    }
}

/// Whether a finding would be there also if other objects came or went in the next moment.
///
/// A workload may be created before its rights, in the same `kubectl apply`; what a watch has not
/// told yet may be there already; and a workload under another name may be about to go.
fn is_settled(finding: &Finding) -> bool {
    let rule = finding.rule;
    rule.needs != Needs::Bundle || !matches!(rule.group, Group::Access | Group::Lock)
}

/// What is said of an object by itself, all of it new or nothing.
pub(super) fn findings(
    input: &Input,
    are_new: bool,
    policy: &Policy,
    cluster: Option<&Reading<'_>>,
) -> Found {
    let world = cluster.map(Reading::world);
    let outcome = match &world {
        Some(world) => engine::judge_among(input, world, &policy.settings),
        None => engine::judge(input, &policy.settings),
    };
    let made = outcome.findings.into_iter();
    Found {
        findings: made.map(|finding| (finding, are_new)).collect(),
        failed_rules: outcome.internal.iter().map(|error| error.rule).collect(),
        has_read_config_maps: world.is_some_and(|world| world.has_read_config_maps()),
    }
}

/// What is judged, if anything is.
fn asked<'a>(
    request: &Request<'a>,
    kind: Kind,
    cluster: Option<&Reading<'_>>,
) -> Option<Asked<'a>> {
    if !matches!(request.operation, Operation::Create | Operation::Update) {
        return None;
    }
    match &*request.sub_resource {
        "" if kind.is_judged() => Some(Asked {
            object: Cow::Borrowed(request.object?),
            old: request.old_object.map(Cow::Borrowed),
            old_spec: request.old_spec,
            is_scale: false,
        }),
        "scale" if kind == Kind::Scale => scale::asked(request, cluster?),
        _ => None,
    }
}

pub(super) fn read(object: &str) -> Result<Input, ReadError> {
    let file = engine::read_object(FileId(0), "object", object, LIMITS)?;
    Ok(Input::new(vec![file]))
}

/// Whether an input has no more containers than are judged.
pub(super) fn is_judged_in_time(input: &Input) -> bool {
    let (mut count, mut bytes) = (0, 0);
    for document in input.documents() {
        for workload in objects_of(document).0.into_iter().filter_map(Workload::of) {
            for key in ["containers", "initContainers"] {
                let Some(list) = workload.pod_spec().get(key) else {
                    continue;
                };
                for container in list.items() {
                    let span = container.span();
                    count += 1;
                    bytes += span.end.saturating_sub(span.start) as usize;
                }
            }
        }
    }
    count <= MOST_CONTAINERS && bytes <= MOST_DESCRIBED
}

/// Whether an object is on its way out, or made by a controller: then its owner is judged.
fn belongs_to_others(document: &Document) -> bool {
    let Some(metadata) = document.root().get("metadata") else {
        return false;
    };
    let leaves = metadata
        .get("deletionTimestamp")
        .is_some_and(|at| !at.is_null());
    let owners = metadata.get("ownerReferences");
    let is_controlled = owners
        .into_iter()
        .flat_map(Node::items)
        .any(|owner| owner.get("controller").and_then(Node::as_bool) == Some(true));
    leaves || is_controlled
}
