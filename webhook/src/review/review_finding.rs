//! A finding with all that decides whether it denies.

use std::time::Duration;

use engine::ignores::{Day, KEY_PREFIX, ReasonWords, is_over};
use engine::{Finding, Group, Needs, Severity};
use k8s_openapi::jiff::Timestamp;

use super::judge::{ObjectChange, OldInput};
use super::objects::only_object;
use super::{
    ActivePolicy, AnnotationAuthority, DeniedErrors, MissingAccessAnswer, Mode, TransitionAnswer,
};
use crate::cluster::FactsGuard;

/// A finding of the object as it will be.
pub(super) struct ReviewFinding {
    pub finding: Finding,
    /// Whether the change made it. Old sins never block.
    pub is_new: bool,
    /// Whether it would be there also if other objects came or went in the next moment.
    pub is_settled: bool,
    /// Whether the configuration lets it deny.
    pub may_deny: bool,
    /// Whether a right has been missing for so long that the configuration lets it deny.
    pub is_overdue: bool,
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
        let denies = self.is_new && self.is_settled && self.may_deny;
        (denies || self.is_overdue) && self.finding.severity == Severity::Error
    }

    /// Whether it is shown where nothing is denied for it. Old warnings are not.
    pub(super) fn is_worth_a_warning(&self) -> bool {
        match self.finding.severity {
            Severity::Error => true,
            Severity::Warning => self.is_new,
            Severity::Info => false,
        }
    }

    /// Whether it says that something is missing which may come in the next moment.
    pub(super) fn may_pass(&self) -> bool {
        self.is_new && !self.is_settled && self.finding.severity >= Severity::Warning
    }
}

/// What a namespace and the configuration say about the findings of one request.
pub(super) struct DenialTerms<'p> {
    policy: &'p ActivePolicy,
    transitions: TransitionAnswer,
    pub mode: Mode,
    /// How long the object has lacked what it lacks, at most: as long as it has existed, if it lacked it before. Since
    /// when a right is missing is written nowhere: kept in memory it would begin anew with each start of this program,
    /// and two replicas would answer differently.
    age: Option<Duration>,
}

impl<'p> DenialTerms<'p> {
    /// What holds in a namespace.
    pub(super) fn of(
        policy: &'p ActivePolicy,
        mode: Mode,
        namespace: Option<&str>,
        cluster: Option<&FactsGuard<'_>>,
    ) -> Self {
        let labelled = namespace
            .zip(cluster)
            .and_then(|(namespace, cluster)| cluster.transitions(namespace))
            .and_then(TransitionAnswer::of);
        Self {
            policy,
            transitions: labelled.unwrap_or(policy.admission.transitions),
            mode,
            age: None,
        }
    }

    /// The same for a change of an object.
    pub(super) fn with_age(mut self, change: &ObjectChange) -> Self {
        let may_be_overdue = matches!(
            self.policy.admission.missing_access,
            MissingAccessAnswer::DenyAfter(_)
        );
        if may_be_overdue && !change.is_scale && matches!(change.old, OldInput::Read(_)) {
            self.age = age_of(change);
        }
        self
    }

    /// A finding as these terms see it.
    pub(super) fn finding(
        &self,
        finding: Finding,
        is_new: bool,
        is_settled: bool,
    ) -> ReviewFinding {
        let may_deny = match finding.rule.group {
            Group::Transitions => self.transitions == TransitionAnswer::Deny,
            _ => self.policy.admission.deny == DeniedErrors::All || finding.is_certain,
        };
        let is_overdue = match (self.policy.admission.missing_access, self.age) {
            (MissingAccessAnswer::DenyAfter(time), Some(age)) => {
                !is_new && is_about_access(&finding) && age >= time
            }
            _ => false,
        };
        ReviewFinding {
            is_new,
            is_settled,
            may_deny,
            is_overdue,
            rests_on_watches: is_overdue,
            mode: self.mode,
            finding,
        }
    }

    /// Opens a finding again that an annotation silences which does not count; what to say of that.
    pub(super) fn reopen(&self, finding: &mut Finding) -> Option<String> {
        use engine::SuppressedBy::Annotation;
        let suppression = finding.suppressed.as_ref()?;
        if suppression.by != Annotation {
            return None;
        }
        let wanted = match self.policy.admission.ignores {
            AnnotationAuthority::Anybody => return None,
            AnnotationAuthority::WithOwner => {
                if names_owner_and_end(&suppression.reason, self.policy.today) {
                    return None;
                }
                "here its reason must begin with `owner=TEAM until=YYYY-MM-DD`"
            }
            AnnotationAuthority::Nobody => "here only the configuration ignores findings",
        };
        finding.suppressed = None;
        let id = finding.rule.id;
        Some(format!(
            "the annotation {KEY_PREFIX}{id} does not count: {wanted}"
        ))
    }
}

fn names_owner_and_end(reason: &str, today: Option<Day>) -> bool {
    let words = ReasonWords::of(reason);
    let until = words.until.and_then(Result::ok);
    words.owner.is_some() && until.is_some() && !is_over(until, today)
}

/// How long the object has existed by its `creationTimestamp`.
fn age_of(change: &ObjectChange) -> Option<Duration> {
    let object = only_object(&change.new)?;
    let created = object.node().at(&["metadata", "creationTimestamp"])?;
    let created: Timestamp = created.as_str()?.parse().ok()?;
    let seconds = Timestamp::now().as_second() - created.as_second();
    u64::try_from(seconds).ok().map(Duration::from_secs)
}

/// Whether a finding is about rights of other objects.
fn is_about_access(finding: &Finding) -> bool {
    finding.rule.needs == Needs::Bundle && finding.rule.group == Group::Access
}

/// Whether a finding would be there also if other objects came or went in the next moment.
///
/// A workload may be created before its rights, in the same `kubectl apply`; what a watch has not
/// brought yet may be there already; and a workload under another name may be about to go. A change may run as an
/// account whose rights come later.
pub(super) fn is_settled(finding: &Finding) -> bool {
    let rule = finding.rule;
    let is_of_others =
        rule.needs == Needs::Bundle && matches!(rule.group, Group::Access | Group::Lock);
    !is_of_others && !rule.judges_rights_of_others()
}
