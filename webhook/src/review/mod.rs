//! AdmissionReview in, AdmissionReview out: what is judged, what is denied, what is a warning.
//!
//! Knows the engine and the API's shapes; knows nothing of HTTP, TLS or clocks. Every doubt is decided
//! for the cluster: what cannot be read, is on its way out or belongs to somebody else is allowed.

mod admission_rules;
mod change;
mod config_map_values;
mod judge;
mod kinds;
mod messages;
mod mode;
mod objects;
mod request;
mod response;
mod review_finding;
mod rights;
mod scale;
mod scaler;
mod workload_event;

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use engine::ignores::Day;
use engine::{Engine, Finding, Settings, Severity};
use manifest::tree::FieldMask;
use thiserror::Error;

pub use admission_rules::{
    AdmissionRules, AnnotationAuthority, DeniedErrors, MissingAccessAnswer, TransitionAnswer,
};
pub use kinds::ReviewedKind;
pub use mode::Mode;
pub use request::Operation;
pub use workload_event::{WorkloadEvent, WorkloadReference};

use crate::cluster::{ClusterState, FactsGuard, LabelledMode};
use judge::Judgement;
use mode::{misspelt_label, mode_of};
use request::Request;
use response::AuditAnnotations;
use review_finding::ReviewFinding;

/// What the operator configured. Replaced as a whole when the configuration changes.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// What the engine takes, the configuration's own ignores included.
    pub settings: Settings,
    /// What is denied, beyond severities.
    pub admission: AdmissionRules,
    /// Whether errors deny.
    pub mode: Mode,
    /// Whether Events are written on workloads that get warnings.
    pub events: bool,
}

/// Reviews under a policy, among the facts of the cluster if there is one.
#[derive(Debug)]
pub struct Reviewer {
    policy: ArcSwap<ActivePolicy>,
    cluster: Option<Arc<ClusterState>>,
}

/// A policy as reviews apply it.
struct ActivePolicy {
    engine: Engine,
    /// The fields of objects that are read.
    fields: FieldMask,
    admission: AdmissionRules,
    /// The day on which ignores are read.
    today: Option<Day>,
    mode: Mode,
    events: bool,
}

impl ActivePolicy {
    fn new(policy: Policy) -> Self {
        let mut settings = policy.settings;
        settings.brief = true;
        let today = settings.today;
        let engine = Engine::new(settings);
        Self {
            fields: cluster::fields_beside(engine.fields()),
            engine,
            admission: policy.admission,
            today,
            mode: policy.mode,
            events: policy.events,
        }
    }
}

impl fmt::Debug for ActivePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActivePolicy")
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// How a review ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Judged, and nothing was found.
    Allowed,
    /// Judged and allowed, with warnings.
    Warned,
    /// Judged and allowed, with findings that are not shown, in the mode `audit`.
    Audited,
    /// Judged and refused.
    Denied,
    /// Nothing that is judged: another kind, a subresource, a deletion, an object of a controller.
    Skipped,
    /// Should have been judged and could not be read; allowed, with a warning about that.
    NotJudged,
}

impl Decision {
    /// The word in metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Warned => "warned",
            Self::Audited => "audited",
            Self::Denied => "denied",
            Self::Skipped => "skipped",
            Self::NotJudged => "not-judged",
        }
    }
}

/// A review that was answered.
#[derive(Debug)]
pub struct Reviewed {
    /// The answer's body.
    pub body: Vec<u8>,
    /// How it ended.
    pub decision: Decision,
    /// What was done to the object.
    pub operation: Operation,
    /// The object's kind.
    pub kind: ReviewedKind,
    /// Whether nothing will be stored.
    pub dry_run: bool,
    /// Every finding that no ignore silences, with its severity; those that the change did not make
    /// are among them.
    pub findings: Vec<(&'static str, Severity)>,
    /// Rules that failed; the others still ran.
    pub failed_rules: Vec<&'static str>,
    /// Whether watches decide what is answered, which may be a moment behind: what was applied right before may
    /// not be seen yet. Worth a second review.
    pub needs_second_review: bool,
    /// What is to be written on the workload, if Events are written at all.
    pub event: Option<WorkloadEvent>,
    /// For the log; there if something is to be logged.
    pub subject: Option<ReviewSubject>,
}

/// What a log line names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewSubject {
    /// The review's uid.
    pub uid: String,
    /// The object's namespace; empty if it has none.
    pub namespace: String,
    /// The object's name.
    pub name: String,
    /// Who asked.
    pub user: String,
    /// The rules behind the decision, or why the object was not judged.
    pub because: Vec<String>,
    /// The rules that would deny it in the mode `enforce`.
    pub would_deny: Vec<String>,
}

/// A body that is no review: answered with HTTP 400, because an answer without the right uid would be
/// taken for a failed call all the same.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Malformed(pub String);

impl Reviewer {
    /// A reviewer with this policy, to whom each object is all there is.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self {
            policy: ArcSwap::from_pointee(ActivePolicy::new(policy)),
            cluster: None,
        }
    }

    /// A reviewer with this policy that judges each object among those of a cluster.
    #[must_use]
    pub fn among(policy: Policy, cluster: Arc<ClusterState>) -> Self {
        Self {
            cluster: Some(cluster),
            ..Self::new(policy)
        }
    }

    /// Replaces the policy; reviews at work finish under the old one.
    pub fn set_policy(&self, policy: Policy) {
        self.policy.store(ActivePolicy::new(policy).into());
    }

    /// Answers one review.
    ///
    /// # Errors
    /// The body is no AdmissionReview of admission.k8s.io/v1 with a request.
    pub fn review(&self, body: &[u8]) -> Result<Reviewed, Malformed> {
        let body =
            simdutf8::compat::from_utf8(body).map_err(|error| Malformed(error.to_string()))?;
        let policy = self.policy.load();
        let (request, objects) = Request::read(body, &policy.fields)?;
        let reading = self.cluster.as_deref().map(ClusterState::read);
        let mode = mode_of(&request, policy.mode, reading.as_ref());
        let mut judgement = match mode {
            Some(mode) => judge::judge(&request, objects, mode, &policy, reading.as_ref()),
            None => Judgement::nothing(&request),
        };
        if judgement.judged
            && let Some(reading) = &reading
            && let Some(note) = misspelt_label(reading, &request.namespace)
        {
            judgement.notes.push(note);
        }
        judgement.is_shown = mode != Some(Mode::Audit);
        let needs_second_review = judgement.waits_for_config_maps
            || reading.is_some_and(|reading| {
                needs_second_review(&request, &judgement.findings, &reading)
            });
        let ignores = policy.admission.ignores;
        Ok(answer(&request, judgement, ignores, needs_second_review))
    }
}

fn needs_second_review(
    request: &Request<'_>,
    findings: &[ReviewFinding],
    cluster: &FactsGuard<'_>,
) -> bool {
    if findings
        .iter()
        .any(|one| one.blocks() && one.rests_on_watches)
    {
        return true;
    }
    // A deletion waits for nothing: it is often one of many.
    let may_pass =
        request.operation != Operation::Delete && findings.iter().any(ReviewFinding::may_pass);
    let namespace = &*request.namespace;
    let is_new_namespace =
        || !namespace.is_empty() && cluster.mode(namespace) == LabelledMode::NotSeen;
    (may_pass && cluster.is_in_motion())
        || ((may_pass || findings.iter().any(ReviewFinding::is_reason_to_block))
            && is_new_namespace())
}

fn answer(
    request: &Request<'_>,
    judgement: Judgement,
    ignores: AnnotationAuthority,
    needs_second_review: bool,
) -> Reviewed {
    let Judgement {
        kind,
        mut findings,
        not_judged,
        mut notes,
        is_shown,
        judged,
        failed_rules,
        waits_for_config_maps: _,
        workload,
    } = judgement;
    // The most severe first; the engine's order among equals.
    findings.sort_by_key(|one| std::cmp::Reverse(one.finding.severity));
    let causes: Vec<&Finding> = findings
        .iter()
        .filter(|one| one.blocks())
        .map(|one| &one.finding)
        .collect();
    let denied = (!causes.is_empty()).then(|| messages::denial(&causes, ignores));
    let shown: Vec<&Finding> = findings
        .iter()
        .filter(|one| one.mode != Mode::Audit && (denied.is_none() || !one.blocks()))
        .filter(|one| one.is_worth_a_warning())
        .map(|one| &one.finding)
        .collect();
    notes.extend(not_judged.clone());
    if !is_shown {
        notes.clear();
    }
    let warnings = messages::warnings(&notes, shown.iter().copied());
    let would_deny: Vec<&Finding> = findings
        .iter()
        .filter(|one| one.is_reason_to_block() && !one.blocks())
        .map(|one| &one.finding)
        .collect();
    let is_audited = || {
        let mut all = findings.iter();
        all.any(|one| one.mode == Mode::Audit && one.is_worth_a_warning())
    };
    let decision = match (&denied, &not_judged) {
        (Some(_), _) => Decision::Denied,
        (None, Some(_)) => Decision::NotJudged,
        (None, None) if !judged => Decision::Skipped,
        (None, None) if warnings.is_empty() && is_audited() => Decision::Audited,
        (None, None) if warnings.is_empty() => Decision::Allowed,
        (None, None) => Decision::Warned,
    };
    let is_logged =
        matches!(decision, Decision::Denied | Decision::NotJudged) || !would_deny.is_empty();
    let would_deny = rules_of(&would_deny);
    let rules: Vec<&Finding> = findings
        .iter()
        .filter(|one| one.is_worth_a_warning())
        .map(|one| &one.finding)
        .collect();
    let audit = AuditAnnotations {
        decision: decision.as_str(),
        rules: rules_of(&rules).join(","),
        would_deny: would_deny.join(","),
    };
    let event = workload
        .filter(|_| decision == Decision::Warned && !shown.is_empty())
        .map(|workload| workload.event(&shown, rules_of(&shown).join(",")));
    let subject = (is_logged || !failed_rules.is_empty()).then(|| ReviewSubject {
        uid: request.uid.to_string(),
        namespace: request.namespace.to_string(),
        name: request.name.to_string(),
        user: request.user.to_string(),
        would_deny,
        because: match &not_judged {
            Some(reason) => vec![reason.clone()],
            None => rules_of(&causes),
        },
    });
    Reviewed {
        body: response::body(&request.uid, denied.as_deref(), &warnings, &audit),
        decision,
        operation: request.operation,
        kind,
        dry_run: request.dry_run,
        findings: findings
            .iter()
            .map(|one| (one.finding.rule.id, one.finding.severity))
            .collect(),
        failed_rules,
        needs_second_review,
        event,
        subject,
    }
}

/// Each rule once, in the order of the findings.
fn rules_of(findings: &[&Finding]) -> Vec<String> {
    let mut rules: Vec<String> = Vec::new();
    for finding in findings {
        if !rules.iter().any(|rule| rule == finding.rule.id) {
            rules.push(finding.rule.id.to_owned());
        }
    }
    rules
}
